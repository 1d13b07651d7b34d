// What a Dask user expects of errors and retries, under the names of Dask's own tests (docs/conformance.md).

import { DataCloneError, delayed, wait } from '../../../src/index.js';
import { holds, inc, rejects, same, throws, withClient } from '../check.js';

const tasksUrl = new URL('../fixtures/tasks.js', import.meta.url);

/** Fails so many times in its worker, then says how often it ran. */
const flaky = (/** @type {string} */ name, /** @type {number} */ failures) => {
  const scope = /** @type {any} */ (globalThis);
  scope.runs ??= {};
  const { runs } = scope;
  runs[name] = (runs[name] ?? 0) + 1;
  if (runs[name] <= failures) throw new RangeError(`${name} failed, time ${runs[name]}`);
  return runs[name];
};

export const tests = {
  async test_exception_on_exception() {
    await withClient(async (client) => {
      const root = client.submit(client.module(tasksUrl).fail, 'at the root');
      const last = client.submit(inc, client.submit(inc, /** @type {any} */ (root)));
      const error = await rejects(last, RangeError, /^at the root$/);
      same([error.key, last.status], [root.key, 'error'], 'it names the task that threw');
    });
  },

  async test_errors_dont_block() {
    await withClient(
      async (client) => {
        const tasks = client.module(tasksUrl);
        const futures = [
          client.submit(tasks.fail, 'a'),
          client.submit(inc, 1),
          client.submit(tasks.fail, 'b'),
          client.submit(inc, 2),
        ];
        same((await wait(futures)).done.size, 4);
        same(
          futures.map(({ status }) => status),
          ['error', 'finished', 'error', 'finished'],
        );
      },
      { workers: 1 },
    );
  },

  async test_future_exception() {
    await withClient(async (client) => {
      same(await client.submit(inc, 1).exception(), null);
      const error = await client.submit(client.module(tasksUrl).fail, 'bad').exception();
      holds(error instanceof RangeError && error.message === 'bad', `${error} is what the task threw`);
    });
  },

  async test_traceback() {
    await withClient(async (client) => {
      const future = client.submit(function theLineThatFails() {
        throw new TypeError('here');
      });
      const { stack } = await rejects(future, TypeError, /^here$/);
      holds(stack.includes('theLineThatFails') && stack.includes(future.key), `the stack tells where: ${stack}`);
    });
  },

  async test_gather() {
    await withClient(async (client) => {
      const [x, y] = client.map(inc, [1, 2]);
      same(await client.gather(x), 2);
      same(await client.gather([x, [y, 'text']]), [2, [3, 'text']]);
      same(await client.gather({ x, deep: { list: [y] } }), { x: 2, deep: { list: [3] } });
      same(await client.gather(new Map([['x', x]])), new Map([['x', 2]]));
    });
  },

  async test_gather_strict() {
    await withClient(async (client) => {
      const futures = [client.submit(inc, 1), client.submit(client.module(tasksUrl).fail, 'bad')];
      await rejects(client.gather(futures), RangeError, /^bad$/);
      await rejects(client.gather({ deep: [futures] }), RangeError, /^bad$/);
    });
  },

  async test_gather_skip() {
    await withClient(async (client) => {
      const [x, bad] = [client.submit(inc, 1), client.submit(client.module(tasksUrl).fail, 'bad')];
      same(await client.gather([x, bad, x], { errors: 'skip' }), [2, 2]);
      same(await client.gather({ x, bad }, { errors: 'skip' }), { x: 2, bad: null });
    });
  },

  async test_map_retries() {
    await withClient(
      async (client) => {
        const [never, twice, always] = client.with({ retries: 2 }).map(flaky, ['never', 'twice', 'always'], [0, 2, 3]);
        same([await never, await twice], [1, 3]);
        await rejects(always, RangeError, /^always failed, time 3$/);
      },
      { workers: 1 },
    );
  },

  async test_compute_retries() {
    await withClient(
      async (client) => {
        const lazy = delayed(flaky);
        same(await client.with({ retries: 1 }).compute(lazy('once', 1)), 2);
        await rejects(client.compute(lazy('at all', 1)), RangeError, /^at all failed, time 1$/);
      },
      { workers: 1 },
    );
  },

  async test_retry_dependencies() {
    await withClient(
      async (client) => {
        const root = client.submit(flaky, 'root', 1);
        const last = client.submit(inc, client.submit(inc, root));
        root.release();
        await rejects(last, RangeError, /^root failed, time 1$/);
        last.retry();
        same([last.status, await last], ['pending', 4]);
      },
      { workers: 1 },
    );
  },

  async test_robust_unserializable() {
    await withClient(async (client) => {
      throws(() => client.submit((x) => x, { field: () => 1 }), DataCloneError, /^args\[0\]\.field is a function/);
      throws(() => client.map((x) => x, [1, new WeakMap()]), DataCloneError, /WeakMap/);
      same([(await client.stats()).tasks, await client.submit(inc, 1)], [0, 2], 'nothing is left, the pool goes on');
    });
  },

  async test_badly_serialized_exceptions() {
    await withClient(async (client) => {
      const future = client.submit(() => {
        throw Object.assign(new Error('hello'), { handler: () => 1 });
      });
      await rejects(future, Error, /^hello$/);
      same(await client.submit(inc, 1), 2);
    });
  },
};
