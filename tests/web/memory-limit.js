// Limits of what workers store: results on disk and back, full workers, what can never fit.

import { Client, MemoryLimitError } from '../../src/index.js';
import { pack, unpack } from '../../src/worker/packing.js';
import { Spill } from '../../src/worker/spill.js';
import { any, holds, rejects, same, throws, until, withClient } from './check.js';

const MB = 1024 * 1024;
const zeros = (/** @type {number} */ n) => new Uint8Array(n);

export const tests = {
  async results_used_longest_ago_go_to_disk_and_come_back() {
    await withClient(
      async (client) => {
        const disk = await hasDisk(client);
        const make = (/** @type {number} */ i) => {
          const numbers = new Float64Array(65_536).fill(i);
          return [
            numbers,
            numbers.buffer.slice(0),
            `${i}`.repeat(300_000),
            { i, rows: new Map([[i, [new Date(i), `ä${i}`.repeat(99_999)]]]) },
          ][i % 4];
        };
        const made = client.map(make, Array(24).keys());
        await client.gather(made.map((future) => client.submit((/** @type {any} */ x) => typeof x, future)));
        const { lab } = client.schedulerInfo().workers;
        holds(lab.bytes > 8 * MB, `more than fits: ${lab.bytes}`);
        if (disk) {
          const spilled = () => client.schedulerInfo().workers.lab.spilled;
          await until(() => lab.bytes - spilled() <= 0.7 * 4 * MB, 'what is too much lies on disk');
        } else {
          console.warn('results stay in memory: this engine has no files for workers');
          same(lab.spilled, 0);
        }
        const values = await client.gather(made);
        same(
          values.map((value) => any(value).byteLength ?? any(value).length ?? any(value).rows.size).slice(0, 4),
          [524_288, 524_288, 300_000, 1],
        );
        for (let i = 0; i < 24; i++) same(values[i], make(i), `value ${i}`);
        // In tasks, too, and where results are needed in another order.
        const last = (/** @type {any} */ x, /** @type {any} */ y) => [x.at(-1), y.at(-1)];
        same(await client.submit(last, any(made[20]), any(made[4])), [20, 4]);
        for (const future of made) future.release();
        await until(() => client.schedulerInfo().workers.lab.bytes < MB, 'all is dropped');
        if (disk) await until(() => client.schedulerInfo().workers.lab.spilled === 0, 'nothing is left on disk');
      },
      { workers: [{ name: 'lab' }], memoryLimit: 4 * MB },
    );
  },

  async results_on_disk_go_to_other_workers_and_are_made_again_if_their_worker_dies() {
    await withClient(
      async (client) => {
        const there = client.with({ workers: 'a', pure: false });
        const make = (/** @type {number} */ i) => new Float64Array(32_768).fill(i);
        const made = there.map(make, Array(12).keys());
        await client.gather(made.map((future) => there.submit((/** @type {Float64Array} */ x) => x.length, future)));
        const first = client.with({ workers: 'b' }).submit((/** @type {Float64Array} */ x) => x[9], made[1]);
        same(await first, 1);
        const gone = there.submit(() => {
          globalThis.close();
          return new Promise(() => {});
        });
        await rejects(gone, Error, /died/);
        same(
          (await client.gather(made)).map((x) => x[100]),
          [...Array(12).keys()],
        );
      },
      { workers: [{ name: 'a' }, { name: 'b' }], memoryLimit: MB, allowedFailures: 0 },
    );
  },

  async files_are_removed_when_they_are_not_needed_any_more() {
    const root = await navigator.storage?.getDirectory?.().catch(() => undefined);
    const names = async () => {
      const found = [];
      for await (const name of any(root).keys()) if (name.startsWith('webfutures-')) found.push(name);
      return found;
    };
    if (!root) {
      console.warn('no files to remove: this engine has none');
      return;
    }
    await root.getDirectoryHandle('webfutures-left-by-a-page-that-crashed', { create: true });
    const before = await names();
    const client = new Client({ workers: [{ name: 'lab' }], memoryLimit: MB });
    await until(async () => !(await names()).some((name) => name.endsWith('crashed')), 'what was left is removed');
    const disk = await hasDisk(client);
    const made = client.map((i) => new Uint8Array(300_000).fill(i), Array(8).keys());
    await client.gather(made);
    if (disk) {
      const files = async () => {
        const own = (await names()).filter((name) => !before.includes(name));
        const found = [];
        for (const name of own)
          for await (const file of any(await root.getDirectoryHandle(name)).keys()) found.push(file);
        return found;
      };
      await until(async () => (await files()).length === 1, 'there is a file');
      for (const future of made) future.release();
      client.scale(0);
      await until(async () => (await files()).length === 0, 'the file goes with its worker');
    }
    client.close();
    await until(async () => (await names()).every((name) => before.includes(name)), 'the folder goes with the client');
  },

  async what_can_never_fit_is_told() {
    await withClient(
      async (client) => {
        const error = await rejects(
          client.submit(zeros, 2_000_000),
          MemoryLimitError,
          /^the result: 2000000 bytes are more than a worker may store, 1000000 bytes/,
        );
        same([error.bytes, error.limit, error.key.startsWith('zeros-')], [2_000_000, 1_000_000, true]);
        const [a, b] = client.map(zeros, [600_000, 600_001]);
        await Promise.all([a.exception(), b.exception()]);
        const both = client.submit((x, y) => x.length + y.length, a, b);
        const { bytes, key } = await rejects(both, MemoryLimitError, /^the inputs of .*: 1200001 bytes are more/);
        same([bytes, key], [1_200_001, both.key]);
        throws(
          () => client.scatter([1, zeros(1_000_001)]),
          MemoryLimitError,
          /^data\[1\]: 1000001 bytes are more than/,
        );
        same((await client.scatter(zeros(1_000_000))).length, 1_000_000, 'what just fits');
      },
      { workers: 1, memoryLimit: 1_000_000 },
    );
  },

  async a_full_worker_gets_nothing_while_another_has_room() {
    await withClient(
      async (client) => {
        // Objects of classes stay in memory.
        const keep = (/** @type {number} */ n) => {
          class Kept {
            data = new Uint8Array(n);
          }
          return new Kept();
        };
        await client.ready;
        const small = client.with({ workers: 'small' });
        const kept = small.submit(any(keep), 970_000);
        same(await small.submit((/** @type {any} */ x) => x.data.length, kept), 970_000);
        same(client.schedulerInfo().workers.small.status, 'full');
        const where = async () => navigator.hardwareConcurrency;
        await client.gather(client.with({ pure: false }).map(any(where), Array(8).keys()));
        const ran = client.taskStream().records.filter(({ name }) => name === 'where');
        same([...new Set(ran.map(({ worker }) => worker))], ['large']);
        const { small: one, large } = client.schedulerInfo().workers;
        same([one.memoryLimit, large.memoryLimit], [1_000_000, 50_000_000]);
        throws(() => client.with({ workers: 'small' }).scatter(zeros(2_000_000)), MemoryLimitError, /^data: 2000000/);
        same((await client.scatter(zeros(2_000_000))).length, 2_000_000, 'it goes where it fits');
      },
      { workers: [{ name: 'small', memoryLimit: 1_000_000 }, { name: 'large' }], memoryLimit: 50_000_000 },
    );
    throws(() => new Client({ memoryLimit: 0 }), RangeError, /^memoryLimit is a whole number from 1 /);
    throws(() => new Client({ memoryLimit: any('1 MB') }), TypeError, /^memoryLimit is a whole number/);
    throws(() => new Client({ workers: [{ memoryLimit: 1.5 }] }), RangeError, /^workers\[0\]\.memoryLimit is a whole/);
  },

  async values_come_back_from_bytes_as_they_were() {
    const shared = { text: 'once' };
    const cycle = /** @type {any} */ ({ list: [] });
    cycle.list.push(cycle, new Map([[cycle, cycle]]));
    const buffer = new Uint16Array([1, 2, 3, 4]).buffer;
    for (const value of [
      undefined,
      null,
      true,
      false,
      -0,
      Number.NaN,
      1.5e300,
      -(2n ** 100n),
      '',
      'plain',
      'ä€😀\ud800',
      'x'.repeat(100_000),
      [[], [1, [2, undefined]]],
      { a: { b: null }, ['__proto__']: 5, '': 'empty' },
      new Map(/** @type {any} */ ([[{ key: 1 }, new Set(['a', 2])]])),
      new Date(1234.5),
      new Date(Number.NaN),
      buffer,
      new Float32Array([1.5, -2]),
      new BigInt64Array([-5n]),
      new DataView(buffer, 2, 4),
    ]) {
      same(unpack(/** @type {Uint8Array} */ (pack(value))), value);
    }
    const { a, b } = unpack(/** @type {Uint8Array} */ (pack({ a: shared, b: shared })));
    same(a === b, true, 'one object twice is one object');
    const again = unpack(/** @type {Uint8Array} */ (pack(cycle)));
    same([again.list[0] === again, again.list[1].get(again) === again], [true, true], 'a cycle');
    const views = unpack(
      /** @type {Uint8Array} */ (pack([new Uint16Array(buffer, 2), buffer, new Uint8Array(buffer)])),
    );
    same(
      [views[0].buffer === views[1], views[2].buffer === views[1], views[0]],
      [true, true, new Uint16Array([2, 3, 4])],
    );
    class Point {
      x = 1;
    }
    // biome-ignore lint/suspicious/noSparseArray: what it is about
    const holes = [1, , 2];
    let deep = /** @type {any} */ ([]);
    for (let i = 0; i < 1000; i++) deep = [deep];
    for (const value of [
      new Point(),
      { point: new Point() },
      holes,
      Object.assign([1], { name: 'x' }),
      Object.create(null),
      {
        get x() {
          return 1;
        },
      },
      { [Symbol.iterator]: 1 },
      /x/,
      new Error('x'),
      new Blob(['x']),
      Object.assign(new Map(), { name: 'x' }),
      deep,
    ]) {
      same(pack(value), undefined, 'what does not come back as it was');
    }
  },

  async places_on_disk_are_used_again() {
    let file = new Uint8Array(0);
    const handle = {
      /** @param {Uint8Array} bytes @param {{ at: number }} options */
      write(bytes, { at }) {
        if (at + bytes.length > file.length)
          file = Uint8Array.from({ length: at + bytes.length }, (_, i) => file[i] ?? 0);
        file.set(bytes, at);
        return bytes.length;
      },
      /** @param {Uint8Array} bytes @param {{ at: number }} options */
      read(bytes, { at }) {
        bytes.set(file.subarray(at, at + bytes.length));
        return Math.min(bytes.length, file.length - at);
      },
      /** @param {number} size */
      truncate(size) {
        file = file.slice(0, size);
      },
    };
    const spill = new Spill(handle);
    const kept = [1, 2, 3, 4].map((x) => any(spill.write(new Uint8Array(100).fill(x))));
    same(file.length, 400);
    spill.free(kept[0].extent);
    spill.free(kept[2].extent);
    spill.free(kept[1].extent);
    same(file.length, 400, 'the last one keeps its place');
    const large = any(spill.write(new Float64Array(30).fill(7)));
    same([large.extent.at, file.length], [0, 400], 'three free places that touch are one');
    same([spill.read(large), spill.read(kept[3])], [new Float64Array(30).fill(7), new Uint8Array(100).fill(4)]);
    spill.free(kept[3].extent);
    same(file.length, 240, 'the file ends with what is in use');
    spill.free(large.extent);
    same(file.length, 0);
    handle.write = () => {
      throw new DOMException('no room', 'QuotaExceededError');
    };
    same([spill.write('x'), file.length], [undefined, 0], 'a full disk');
  },
};

/**
 * Whether workers have files here.
 * @param {Client} client
 * @returns {Promise<boolean>}
 */
async function hasDisk(client) {
  const probe = client.submit(async () => {
    try {
      const root = await navigator.storage.getDirectory();
      const file = /** @type {any} */ (await root.getFileHandle(`probe-${Math.random()}`, { create: true }));
      const handle = await file.createSyncAccessHandle();
      handle.close();
      await root.removeEntry(file.name);
      return true;
    } catch {
      return false;
    }
  });
  const has = await probe;
  // A worker that shall end keeps what somebody holds.
  probe.release();
  return has;
}
