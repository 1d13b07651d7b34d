// What a Dask user expects of submit, map, keys and arguments, under the names of Dask's own tests (docs/conformance.md).

import { delayed } from '../../../src/index.js';
import { any, holds, inc, same, withClient } from '../check.js';

const add = (/** @type {number} */ x, /** @type {number} */ y) => x + y;

/** @param {{ key: string }[]} futures */
const keys = (futures) => futures.map(({ key }) => key);

export const tests = {
  async test_submit() {
    await withClient(async (client) => {
      const x = client.submit(inc, 10);
      same([x.done(), x.status], [false, 'pending'], 'right after the call');
      const y = client.submit(inc, 20);
      same(await client.submit(add, x, y), 32);
      same([x.done(), await x], [true, 11]);
    });
  },

  async test_map() {
    await withClient(async (client) => {
      const first = client.map(inc, [0, 1, 2]);
      same([new Set(keys(first)).size, await client.gather(first)], [3, [1, 2, 3]]);
      same(await client.gather(client.map(inc, first)), [2, 3, 4], 'over futures');
      same(await client.gather(client.map(add, first, [10, 20, 30])), [11, 22, 33], 'over two iterables');
      const constant = client.submit(inc, 99);
      same(await client.gather(client.map(add, [1, 2], Array(2).fill(constant))), [101, 102], 'with a constant');
      const literal = client.map((x) => x * 1000, first);
      same(await client.gather(literal), [1000, 2000, 3000]);
    });
  },

  async test_map_empty() {
    await withClient(async (client) => {
      same(client.map(inc, []), []);
      same(await client.gather(client.map(inc, [])), []);
    });
  },

  async test_map_different_lengths() {
    await withClient(async (client) => {
      same(await client.gather(client.map(add, [1, 2, 3], [10, 20])), [11, 22]);
      same(client.map(add, [1, 2, 3], []), []);
    });
  },

  async test_map_keynames() {
    await withClient(async (client) => {
      const named = client.with({ key: 'INC' });
      const some = keys(named.map(inc, [1, 2, 3]));
      holds(
        some.every((key) => key.startsWith('INC-')),
        `${some} begin with INC`,
      );
      const others = keys(named.map(inc, [4, 5, 6]));
      same(new Set([...some, ...others]).size, 6, 'other inputs have other keys');
      const listed = client.with({ key: ['inc-1', 'inc-2', 'inc-3'] });
      same(keys(listed.map(inc, [10, 20, 30])), ['inc-1', 'inc-2', 'inc-3']);
    });
  },

  async test_submit_naming() {
    await withClient(async (client) => {
      const [a, b, c] = [client.submit(inc, 1), client.submit(inc, 1), client.submit(inc, 2)];
      holds(a.key === b.key && a.key !== c.key, `${keys([a, b, c])}: the first two are one`);
      await a;
      same([b.status, b.done()], ['finished', true], 'one state');
      const impure = client.with({ pure: false });
      const [d, e] = [impure.submit(inc, 1), impure.submit(inc, 1)];
      holds(d.key !== e.key && d.key !== a.key, `${keys([d, e])} are tasks of their own`);
    });
  },

  async test_map_naming() {
    await withClient(async (client) => {
      same(keys(client.map(inc, [1, 2])), keys(client.map(inc, [1, 2])));
      const before = (await client.stats()).tasks;
      const equal = client.map(inc, [7, 7, 7, 7]);
      same([new Set(keys(equal)).size, (await client.stats()).tasks - before], [1, 1]);
      const impure = client.with({ pure: false }).map(inc, [7, 7, 7, 7]);
      same([new Set(keys(impure)).size, (await client.stats()).tasks - before], [4, 5]);
      same(await client.gather([...equal, ...impure]), Array(8).fill(8));
    });
  },

  async test_custom_key_with_batches() {
    await withClient(async (client) => {
      const names = Array.from({ length: 3000 }, (_, i) => `task ${i}`);
      const futures = client.with({ key: names }).map(add, Array(2998).keys(), Array(2999).keys());
      same(keys(futures), names.slice(0, 2998));
      same(
        await client.gather(futures),
        Array.from({ length: 2998 }, (_, i) => 2 * i),
      );
    });
  },

  async test_submit_quotes() {
    await withClient(async (client) => {
      const x = client.submit(inc, 1);
      same(await client.submit((list) => [Array.isArray(list), list], [1, [2, x]]), [true, [1, [2, 2]]]);
      const keyed = client.submit((text) => text, x.key);
      same(await keyed, x.key, 'a text that equals a key stays a text');
    });
  },

  async test_submit_list_kwargs() {
    await withClient(async (client) => {
      const [x, y, z] = client.map(inc, [1, 2, 3]);
      const sum = (/** @type {{ list: number[] }} */ { list }) => list.reduce((a, b) => a + b);
      same(await client.submit(sum, { list: [x, y, z] }), 9);
    });
  },

  async test_resolves_future_in_dict() {
    await withClient(async (client) => {
      const x = client.submit(inc, 1);
      same(await client.submit((d) => d, { x, deep: { y: x, text: 'as it is' } }), {
        x: 2,
        deep: { y: 2, text: 'as it is' },
      });
      same(await client.submit((m) => [...m], any(new Map([['x', x]]))), [['x', 2]]);
      same(await client.submit((s) => [...s], any(new Set([x]))), [2]);
    });
  },

  async test_map_accepts_nested_futures() {
    await withClient(async (client) => {
      const [x, y] = client.map(inc, [1, 2]);
      const sum = (/** @type {any} */ { list, n }) => list[0] + list[1][0] + n;
      const futures = client.map(sum, [
        { list: [x, [y]], n: 10 },
        { list: [y, [y]], n: x },
      ]);
      same(await client.gather(futures), [15, 8]);
    });
  },

  async test_avoid_delayed_finalize() {
    await withClient(async (client) => {
      const lazy = delayed(inc)(1);
      const future = client.compute(lazy);
      same([(await client.stats()).tasks, await future], [1, 2]);
      same(client.compute(lazy).key, future.key, 'the key of the lazy call');
      same((await client.stats()).tasks, 1, 'no task beside it');
    });
  },

  async test_compute_nested_containers() {
    await withClient(async (client) => {
      const lazy = delayed(inc)(1);
      const future = client.compute({ a: [lazy, 10], b: { c: delayed(add)(lazy, 1) } });
      same(await future, { a: [2, 10], b: { c: 3 } });
      const [one, other] = client.compute([lazy, 5]);
      same([await one, other], [2, 5], 'an array is as many futures');
    });
  },

  async test_tokenize_on_futures() {
    await withClient(async (client) => {
      const [x, again] = [client.submit(inc, 1), client.submit(inc, 1)];
      const before = client.submit(inc, x).key;
      await x;
      same(client.submit(inc, x).key, before, 'the key after its input has finished');
      same(client.submit(inc, again).key, before, 'the key with another handle of the same input');
      holds(client.submit(inc, client.submit(inc, 2)).key !== before, 'another input gives another key');
    });
  },
};
