// What a Dask user expects of scattered data and of deaths, under the names of Dask's own tests (docs/conformance.md).

import { Future, KilledWorkerError } from '../../../src/index.js';
import { holds, inc, rejects, same, withClient } from '../check.js';

/** Ends its worker in the middle of itself. */
const die = () => {
  globalThis.close();
  return new Promise(() => {});
};

export const tests = {
  async test_scatter_types() {
    await withClient(async (client) => {
      const list = client.scatter([1, 2]);
      holds(Array.isArray(list) && list[0] instanceof Future, 'an array is an array of futures');
      const fields = client.scatter({ a: 1, b: 'two' });
      same(Object.keys(fields), ['a', 'b']);
      same(await client.gather([list, fields]), [[1, 2], { a: 1, b: 'two' }]);
      for (const one of [new Map([['k', 1]]), new Set([1]), new Float32Array(2), 'text', 7, null]) {
        const future = client.scatter(/** @type {any} */ (one));
        holds(future instanceof Future, `${one} is one future`);
        same(await future, one);
      }
    });
  },

  async test_scatter_collection_subclass() {
    await withClient(async (client) => {
      class Point {
        x = 1;
      }
      const future = client.scatter(/** @type {any} */ (new Point()));
      holds(future instanceof Future, 'an object of a class is one future');
      same(await future, { x: 1 });
    });
  },

  async test_gather_then_submit_after_failed_workers() {
    await withClient(
      async (client) => {
        const leaves = client.map((x) => new Float64Array(100).fill(x), Array(20).keys());
        await client.gather(leaves);
        for (let round = 0; round < 3; round++) {
          await rejects(client.with({ pure: false }).submit(die), KilledWorkerError, /when 1 worker died/);
          const sums = client.map((x) => x.reduce((a, b) => a + b), leaves);
          const total = client.submit((/** @type {number[]} */ sums) => sums.reduce((a, b) => a + b), sums);
          same(await total, 19_000);
          for (const future of [...sums, total]) future.release();
        }
      },
      { workers: 2, allowedFailures: 0 },
    );
  },

  async test_bad_tasks_fail() {
    await withClient(
      async (client) => {
        const bad = client.submit(die);
        const others = client.map(inc, Array(20).keys());
        const error = await rejects(
          bad,
          KilledWorkerError,
          /^die-.* was running when 3 workers died, the last of them/,
        );
        same([error.key, error.deaths], [bad.key, 3], 'it names the task');
        same(
          await client.gather(others),
          Array.from({ length: 20 }, (_, i) => i + 1),
          'what stood beside it is not blamed',
        );
      },
      { workers: 2, allowedFailures: 2 },
    );
  },
};
