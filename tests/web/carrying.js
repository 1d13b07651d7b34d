// Large data in messages: copied once, by who sends it, and left as it is there.

import { carry } from '../../src/carrying.js';
import { holds, same, withClient } from './check.js';

const SIZE = 100_000;

/** What is carried, and what is transferred for it. @param {unknown[]} values @param {Transferable[]} [transfer] */
function carried(values, transfer = []) {
  const posted = [...values];
  carry(posted, transfer);
  return { posted, transfer };
}

/** Large, and of each kind: what of it is all of a buffer. */
const wholes = () => {
  const bytes = Uint8Array.from({ length: SIZE }, (_, i) => i % 251);
  return [
    bytes,
    bytes.slice().buffer,
    new DataView(bytes.slice().buffer),
    new Float32Array(bytes),
    new BigInt64Array(SIZE),
  ];
};

export const tests = {
  async large_data_is_carried_as_a_copy_of_its_kind() {
    const values = wholes();
    const { posted, transfer } = carried(values);
    same(transfer.length, values.length);
    for (const [i, value] of values.entries()) {
      holds(posted[i] !== value, `value ${i} is another`);
      same(posted[i], structuredClone(value));
      same(Object.prototype.toString.call(posted[i]), Object.prototype.toString.call(value));
    }
    const clones = structuredClone(posted, { transfer });
    same(clones, values, 'the copies are moved, not the values');
  },

  async one_buffer_is_carried_once() {
    const { buffer } = new Float64Array(SIZE);
    const values = [buffer, new Uint8Array(buffer), new Float64Array(buffer)];
    const { posted, transfer } = carried(values);
    same(transfer.length, 1);
    for (const [i, value] of values.entries()) {
      const copy = /** @type {any} */ (posted[i]);
      same((copy.buffer ?? copy) === transfer[0], true, `value ${i} is of the same copy`);
      same(copy.byteLength, value.byteLength);
    }
  },

  async what_is_small_or_a_part_or_moved_itself_stays() {
    class Own extends ArrayBuffer {}
    const own = new Float64Array(SIZE);
    /** @type {unknown[]} */
    const values = [1, 'text', null, undefined, new Float64Array(10)];
    values.push(new Float64Array(SIZE).subarray(1), new Uint8Array(new Own(SIZE)), own);
    const resizable = /** @type {any} */ (ArrayBuffer.prototype).resize;
    if (resizable) values.push(new /** @type {any} */ (ArrayBuffer)(SIZE, { maxByteLength: 2 * SIZE }));
    if (typeof SharedArrayBuffer === 'function') values.push(new Uint8Array(new SharedArrayBuffer(SIZE)));
    const { posted, transfer } = carried(values, [own.buffer]);
    same(
      posted.map((value, i) => value === values[i]),
      values.map(() => true),
    );
    same(transfer, [own.buffer]);
  },

  async so_is_what_has_it_among_a_few_primitives() {
    const pixels = new Uint8ClampedArray(SIZE).fill(9);
    const image = { width: 250, height: 100, pixels, ['__proto__']: 'own', again: pixels.buffer };
    const list = [new Float64Array(SIZE), 'text', new Float32Array(SIZE), undefined];
    const { posted, transfer } = carried([image, list, image, pixels]);
    same(transfer.length, 3);
    same(posted[0] === posted[2], true, 'once');
    const clones = /** @type {any[]} */ (structuredClone(posted, /** @type {any} */ ({ transfer })));
    same(clones, [image, list, image, pixels]);
    same(Object.keys(clones[0]), Object.keys(image));
    same(clones[0].pixels.buffer === clones[0].again && clones[3].buffer === clones[0].again, true, 'one buffer');
    same(pixels.length, SIZE, 'it is still here');
  },

  async what_may_be_elsewhere_too_or_cannot_be_read_stays() {
    const data = new Float64Array(SIZE);
    /** @type {any} */
    const cycle = { data };
    cycle.self = cycle;
    const named = Object.assign([data], { name: 'x' });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const throwing = {
      data,
      get bad() {
        throw new RangeError('not this one');
      },
    };
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`m${i}`, data]));
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tried
    const holes = [data, , 1];
    /** @type {unknown[]} */
    const values = [cycle, named, holes, proxy, throwing, many, { data, more: {} }, [data, [1]], { data, f() {} }];
    values.push(
      { data, part: data.subarray(1) },
      new (class {
        data = data;
      })(),
    );
    const { posted, transfer } = carried(values);
    for (const [i, value] of values.entries()) holds(posted[i] === value, `value ${i} is the same`);
    same(transfer, []);
  },

  async large_data_arrives_as_it_was_and_stays_where_it_is() {
    await withClient(
      async (client) => {
        const [a, b] = ['a', 'b'].map((workers) => client.with({ workers, pure: false }));
        const ends = (/** @type {Float64Array[]} */ ...all) => all.map((data) => [data.length, data[0], data.at(-1)]);
        const given = new Float64Array(SIZE).fill(7);
        const made = a.submit((/** @type {number} */ n) => new Float64Array(n).fill(1), SIZE);
        const here = [SIZE, 7, 7];
        const there = [SIZE, 1, 1];
        for (const worker of [a, b, a, b]) same(await worker.submit(ends, given, made), [here, there]);
        same(ends(given, await made), [here, there]);
        same(
          await a.submit((x, y) => x === y, given, given),
          await a.submit((x, y) => x === y, [1], [1]),
          'who is who',
        );
        for (const value of [...wholes(), { width: 2, data: new Uint8Array(SIZE).fill(5) }, wholes()]) {
          const [sent, future] = [a.submit((x) => x, value), b.submit((x) => x, value)];
          same(await client.gather([sent, a.submit((x) => x, future)]), [value, value]);
        }
      },
      { workers: [{ name: 'a' }, { name: 'b' }] },
    );
  },
};
