// Copies, places, refusals, sizes: what structured clone would carry.

import { assign, DataCloneError, sizeOf, snapshot, typeIndex, uncloneable } from '../../src/cloning.js';
import { TYPES } from '../../src/wire.js';
import { holds, same, throws } from './check.js';

class Point {
  x = 1;
  #hidden = 2;
  get y() {
    return this.#hidden;
  }
  length() {
    return 3;
  }
}

export const tests = {
  async primitives_are_themselves() {
    for (const value of [undefined, null, true, -0, Number.NaN, 'text', 10n]) {
      holds(Object.is(snapshot(value, 'x'), value), `${String(value)} is copied as itself`);
    }
  },

  async a_copy_does_not_change_with_the_original() {
    const original = {
      list: [1, [2]],
      map: new Map([['k', { v: 1 }]]),
      set: new Set([1]),
      data: new Float64Array([1, 2]),
    };
    const copy = snapshot(original, 'x');
    const before = structuredClone(original);
    original.list.push(3);
    /** @type {any} */ (original.map.get('k')).v = 2;
    original.set.add(2);
    original.data[0] = 9;
    same(copy, before);
  },

  async a_copy_is_what_structured_clone_makes() {
    for (const value of [
      [1, 'a', null, undefined, true, 10n],
      // biome-ignore lint/suspicious/noSparseArray: holes are what is tried
      [1, , 3, ,],
      { a: { b: { c: [] } }, 'odd key': 1, 5: 2 },
      Object.create(null, { own: { value: 1, enumerable: true }, hidden: { value: 2, enumerable: false } }),
      new Point(),
      new Date(5),
      new RangeError('far'),
      new Map(/** @type {[any, any][]} */ ([[{ key: 1 }, new Set([[1]])]])),
      new Uint8Array([1, 2, 3]).buffer,
      new Int16Array([1, -2]),
      new BigInt64Array([5n]),
      [new Boolean(false), new String('s')],
      JSON.parse('{ "__proto__": { "x": 1 } }'),
    ]) {
      same(snapshot(value, 'x'), structuredClone(value));
    }
    const pattern = snapshot(/a+/gi, 'x');
    holds(pattern instanceof RegExp && String(pattern) === '/a+/gi', 'a regular expression is copied');
  },

  async cycles_and_shared_references_stay() {
    /** @type {any} */
    const original = { list: [] };
    original.self = original;
    original.list.push(original.list, original);
    original.again = original.list;
    original.map = new Map([[original, original]]);
    const copy = snapshot(original, 'x');
    holds(copy !== original && copy.self === copy, 'an object that holds itself');
    holds(
      copy.list[0] === copy.list && copy.list[1] === copy && copy.again === copy.list,
      'an array that is held twice',
    );
    holds(copy.map.get(copy) === copy, 'a Map that leads back');
  },

  async views_keep_sharing_their_buffer() {
    const buffer = new ArrayBuffer(64);
    const views = snapshot(
      [new Float64Array(buffer, 16, 2), new Uint8Array(buffer, 8, 16), new DataView(buffer, 20, 4)],
      'x',
    );
    holds(views[0].buffer === views[1].buffer && views[1].buffer === views[2].buffer, 'parts of one buffer share it');
    holds(views[0].buffer.byteLength === 24, 'only what is seen is copied');
    views[1][8] = 1;
    holds(views[0][0] !== 0, 'what one writes the other reads');
    const whole = snapshot({ part: new Uint8Array(buffer, 8), all: new Uint8Array(buffer), buffer }, 'x');
    holds(whole.part.buffer === whole.buffer && whole.all.buffer === whole.buffer, 'the whole buffer is shared, too');
    holds(whole.part.byteOffset === 8 && whole.buffer !== buffer, 'where the view was');
    const part = new Float32Array(buffer, 4, 1);
    const twice = snapshot([part, part], 'x');
    holds(twice[0] === twice[1], 'one view twice stays one view');
  },

  async a_view_takes_only_its_part_of_the_buffer_along() {
    const data = Float64Array.from({ length: 1000 }, (_, i) => i);
    const copy = snapshot(data.subarray(500, 510), 'x');
    same(copy, data.slice(500, 510));
    holds(copy.buffer.byteLength === 80, 'the buffer is as long as the view');
    const [key] = snapshot(new Map([[data.subarray(2, 3), 1]]), 'x').keys();
    same(key, Float64Array.of(2));
    same(
      snapshot(new Set([data.subarray(1, 2), 5, data.subarray(3, 4)]), 'x'),
      new Set([Float64Array.of(1), 5, Float64Array.of(3)]),
    );
  },

  async shared_memory_stays_shared() {
    if (typeof SharedArrayBuffer === 'undefined') return;
    const memory = new SharedArrayBuffer(8);
    const view = new Int32Array(memory, 4);
    const copy = snapshot({ memory, view }, 'x');
    holds(copy.memory === memory && copy.view === view, 'it is passed as it is');
  },

  async what_cannot_be_copied_is_named_with_its_place() {
    const cases = /** @type {[unknown, string][]} */ ([
      [() => 1, 'args is a function'],
      [Symbol('s'), 'args is a symbol'],
      [[1, { callbacks: { done() {} } }], 'args[1].callbacks.done is a function'],
      [{ 'odd key': [Promise.resolve()] }, 'args["odd key"][0] is a Promise (await it first)'],
      [new Map([['k', new Set([1, new WeakMap()])]]), 'args.values()[0].values()[1] is a WeakMap'],
      [new Map([[{ f() {} }, 1]]), 'args.keys()[0].f is a function'],
      [{ größe: new WeakRef({}) }, 'args.größe is a WeakRef'],
    ]);
    if (typeof document !== 'undefined')
      cases.push([{ node: document.createElement('p') }, 'args.node is an HTMLParagraphElement']);
    for (const [value, what] of cases) {
      const error = throws(() => snapshot(value, 'args'), DataCloneError, /cannot be copied to another thread/);
      same(error.message, `${what}, which cannot be copied to another thread`);
      same(error.path, what.slice(0, what.indexOf(' is ')));
      same(uncloneable(value, 'args')?.message, error.message);
    }
    const gone = new ArrayBuffer(8);
    structuredClone(gone, { transfer: [gone] });
    throws(() => snapshot({ gone }, 'args'), DataCloneError, /^args\.gone is a detached ArrayBuffer/);
  },

  async what_can_be_copied_is_not_refused() {
    /** @type {any} */
    const value = {
      list: [1, new Date()],
      map: new Map([[1, new Error('x')]]),
      point: new Point(),
      blob: new Blob(['x']),
    };
    value.self = value;
    same(uncloneable(value, 'x'), undefined);
    // Beyond the budget nothing is looked at.
    const long = [...Array(2000).fill(0), () => 1];
    same(uncloneable(long, 'x'), undefined);
    same(uncloneable(long, 'x', Number.POSITIVE_INFINITY)?.path, 'x[2000]');
  },

  async a_visitor_replaces_objects_and_sees_where_they_were() {
    const [a, b, c] = [new Point(), new Point(), new Point()];
    /** @type {[Point, import('../../src/cloning.js').Path][]} */
    const found = [];
    const value = [a, { b }, new Map([['k', [c]]]), new Set([a, 5, b, c])];
    let copy = snapshot(value, 'args', (object, path) => {
      if (!(object instanceof Point)) return undefined;
      found.push([object, path.slice()]);
      return null;
    });
    same(
      found.map(([, path]) => path),
      [[0], [1, 'b'], [2, 0, 0], [3, 0], [3, 2], [3, 3]],
    );
    holds(copy[3].size === 4, 'members of a Set stay distinct');
    const results = new Map([
      [a, 'x'],
      [b, 'y'],
      [c, 'x'],
    ]);
    for (const [point, path] of found.reverse()) copy = assign(copy, path, results.get(point));
    same(copy, ['x', { b: 'y' }, new Map([['k', ['x']]]), new Set(['x', 5, 'y'])]);
    same(assign(null, [], 7), 7, 'the root itself');
    throws(
      () => snapshot(new Map([[a, 1]]), 'args', (object) => (object instanceof Point ? null : undefined)),
      DataCloneError,
      /^args\.keys\(\)\[0\] is a future in the key of a Map/,
    );
  },

  async types_have_names() {
    const named = /** @type {[unknown, string][]} */ ([
      [undefined, 'undefined'],
      [null, 'null'],
      [false, 'boolean'],
      [1, 'number'],
      ['s', 'string'],
      [1n, 'bigint'],
      [[], 'Array'],
      [new Map(), 'Map'],
      [new Date(), 'Date'],
      [new TypeError(), 'Error'],
      [new ArrayBuffer(1), 'ArrayBuffer'],
      [new Float64Array(1), 'Float64Array'],
      [new Blob([]), 'Blob'],
      [{}, 'Object'],
      [Object.create(null), 'Object'],
      [new Point(), 'Object'],
    ]);
    for (const [value, name] of named) same(TYPES[typeIndex(value)], name);
  },

  async sizes_are_exact_for_buffers_and_near_for_the_rest() {
    same(sizeOf(1), 8);
    same(sizeOf('abcd'), 8);
    same(sizeOf(new Float32Array(10)), 40);
    same(sizeOf(new ArrayBuffer(7)), 7);
    same(sizeOf([1, 2]), 32);
    const items = Array.from({ length: 20_000 }, (_, id) => ({ id, tags: ['a', 'b'] }));
    const one = sizeOf(items[0]);
    const all = sizeOf(items);
    holds(Math.abs(all / (one * items.length) - 1) < 0.05, `${all} bytes are about 20,000 times ${one}`);
    /** @type {unknown[]} */
    let deep = [];
    for (let i = 0; i < 50_000; i++) deep = [deep];
    holds(sizeOf(deep) < 1e6, 'a deep value does not exhaust the stack');
  },

  async sizes_of_containers_are_sums_of_their_parts() {
    const buffer = new ArrayBuffer(1000);
    same(sizeOf(new Uint8Array(buffer, 10, 20)), 1000, 'a view takes its whole buffer along');
    same(sizeOf([new Uint8Array(buffer, 0, 8), new Uint8Array(buffer, 8), buffer]), 16 + 1000 + 8 + 8);
    same(sizeOf(new Blob(['12345'])), 5);
    same(sizeOf({ a: 1, bc: 'xyz' }), 16 + 2 * 16 + 8 + 6);
    same(sizeOf(new Map([['key', [1, 2]]])), 16 + 6 + 32);
    same(sizeOf(new Set(['ab', 3n])), 16 + 4 + 8);
    if (typeof SharedArrayBuffer === 'function') same(sizeOf(new Uint8Array(new SharedArrayBuffer(5000))), 64);
    // Twenty times as many as are looked at.
    const rows = Array.from({ length: 20_000 }, (_, i) => `row ${10_000 + i}`);
    const near = (/** @type {unknown} */ value, /** @type {number} */ exact) =>
      holds(Math.abs(sizeOf(value) / exact - 1) < 0.05, `${sizeOf(value)} bytes are about ${exact}`);
    near(rows, 16 + 20_000 * 18);
    near(new Set(rows), 16 + 20_000 * 18);
    near(new Map(rows.map((row) => [row, { row }])), 16 + 20_000 * (18 + 16 + 16 + 18));
    near(Object.fromEntries(rows.map((row) => [row, 1])), 16 + 20_000 * (16 + 8));
  },

  async sizing_looks_at_a_thousand_elements_however_many_there_are() {
    let reads = 0;
    const item = () => ({
      get text() {
        reads++;
        return 'abcd';
      },
    });
    const items = Array.from({ length: 50_000 }, item);
    for (const value of [items, new Set(items), new Map(items.map((one, i) => [i, one])), [items, items, items]]) {
      reads = 0;
      sizeOf(value);
      holds(reads > 0 && reads <= 1000, `${reads} elements were read`);
    }
  },
};
