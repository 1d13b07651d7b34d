// What a Dask user expects of wait, as_completed and callbacks, under the names of Dask's own tests (docs/conformance.md).

import { asCompleted, CancelledError, delayed, TimeoutError, wait } from '../../../src/index.js';
import { holds, inc, nextTurn, rejects, same, until, withClient } from '../check.js';

const tasksUrl = new URL('../fixtures/tasks.js', import.meta.url);
const never = () => new Promise(() => {});

/** Lets the task at the gate pass. @param {import('../../../src/index.js').Client} client */
function open(client) {
  const lazy = delayed(client.module(tasksUrl).open);
  return until(async () => (await client.compute(lazy())) > 0, 'the gate was waited at');
}

/** Everything that an iteration yields. @template T @param {AsyncIterable<T>} iteration */
async function all(iteration) {
  const yielded = [];
  for await (const one of iteration) yielded.push(one);
  return yielded;
}

export const tests = {
  async test_wait() {
    await withClient(async (client) => {
      const futures = client.map(inc, [1, 2, 3]);
      const { done, notDone } = await wait(futures);
      same([done.size, notDone.size], [3, 0]);
      holds(
        futures.every((future) => done.has(future) && future.status === 'finished'),
        'all are done',
      );
    });
  },

  async test_wait_first_completed() {
    await withClient(
      async (client) => {
        const waiting = client.submit(client.module(tasksUrl).gate);
        const quick = client.submit(inc, 1);
        const { done, notDone } = await wait([waiting, quick], { returnWhen: 'FIRST_COMPLETED' });
        same([[...done], [...notDone]], [[quick], [waiting]]);
        same([quick.status, waiting.status], ['finished', 'pending']);
        await open(client);
      },
      { workers: 1 },
    );
  },

  async test_wait_timeout() {
    await withClient(async (client) => {
      const [endless, quick] = [client.submit(never), client.submit(inc, 1)];
      await quick;
      const { done, notDone } = await wait([endless, quick], { timeout: 1 });
      same([done.has(quick), notDone.has(endless)], [true, true], 'what is done when time runs out');
    });
  },

  async test_as_completed_add() {
    await withClient(async (client) => {
      let total = 0;
      const completed = asCompleted([client.submit(inc, 0)]);
      for await (const future of completed) {
        total++;
        const value = await future;
        if (value < 10) completed.add(client.submit(inc, value));
      }
      same([total, completed.count()], [10, 0]);
    });
  },

  async test_as_completed_update() {
    await withClient(async (client) => {
      let total = 0;
      const completed = asCompleted([client.submit(inc, 0)]);
      for await (const future of completed) {
        total++;
        const value = await future;
        if (value < 4) completed.update([client.submit(inc, value), client.submit((x) => x + 100, value)]);
      }
      same(total, 7);
    });
  },

  async test_as_completed_repeats() {
    await withClient(async (client) => {
      const x = client.submit(inc, 1);
      const completed = asCompleted([x]);
      same(await all(completed), [x]);
      completed.add(x);
      completed.add(x);
      same(await all(completed), [x, x], 'it may be resumed');
      same(await all(completed), [], 'and ends again');
    });
  },

  async test_as_completed_cancel() {
    await withClient(async (client) => {
      const [x, y] = [client.submit(never), client.submit(inc, 1)];
      await y;
      const completed = asCompleted([x, y]);
      x.cancel();
      const yielded = await all(completed);
      same([yielded.length, yielded.includes(x), x.status], [2, true, 'cancelled']);
    });
  },

  async test_as_completed_error() {
    await withClient(async (client) => {
      const futures = [client.submit(client.module(tasksUrl).fail, 'bad'), client.submit(inc, 1)];
      const yielded = await all(asCompleted(futures));
      same(yielded.map(({ status }) => status).sort(), ['error', 'finished']);
    });
  },

  async test_as_completed_with_results() {
    await withClient(async (client) => {
      const [x, bad, given] = [
        client.submit(inc, 1),
        client.submit(client.module(tasksUrl).fail, 'bad'),
        client.submit(never),
      ];
      same(await all(asCompleted([x], { withResults: true })), [[x, 2]]);
      await rejects(asCompleted([bad], { withResults: true }).next(), RangeError, /^bad$/);
      given.cancel();
      await rejects(asCompleted([given], { withResults: true }).next(), CancelledError, /was cancelled/);
    });
  },

  async test_as_completed_with_results_no_raise() {
    await withClient(async (client) => {
      const futures = [client.submit(inc, 1), client.submit(client.module(tasksUrl).fail, 'bad'), client.submit(never)];
      futures[2].cancel();
      const pairs = await all(asCompleted(/** @type {any} */ (futures), { withResults: true, raiseErrors: false }));
      const results = futures.map((future) => pairs.find(([yielded]) => /** @type {any} */ (yielded) === future)?.[1]);
      same([results[0], results[1] instanceof RangeError, results[2] instanceof CancelledError], [2, true, true]);
    });
  },

  async test_as_completed_batches() {
    await withClient(async (client) => {
      const futures = client.map(inc, Array(50).keys());
      const batches = await all(asCompleted(futures).batches());
      holds(
        batches.every((batch) => batch.length > 0),
        'no batch is empty',
      );
      same(new Set(batches.flat()).size, 50);
    });
  },

  async test_as_completed_next_batch() {
    await withClient(
      async (client) => {
        const futures = [client.submit(client.module(tasksUrl).gate), client.submit(inc, 1)];
        const completed = asCompleted(/** @type {any} */ (futures));
        same(await completed.nextBatch({ block: false }), []);
        same(await completed.nextBatch(), [futures[1]]);
        await open(client);
        same(await completed.nextBatch(), [futures[0]]);
        same(await completed.nextBatch(), [], 'nothing is left to wait for');
      },
      { workers: 1 },
    );
  },

  async test_clear() {
    await withClient(async (client) => {
      const futures = client.map(inc, [1, 2]);
      const completed = asCompleted(futures);
      await wait(futures);
      completed.clear();
      same([await all(completed), completed.count()], [[], 0]);
      completed.add(futures[0]);
      same((await all(completed)).length, 1, 'it goes on with what is added');
    });
  },

  async test_as_completed_timeout() {
    await withClient(async (client) => {
      const completed = asCompleted([client.submit(never)], { timeout: 1 });
      await rejects(completed.next(), TimeoutError, /is not done after /);
    });
  },

  async test_add_done_callback() {
    await withClient(async (client) => {
      /** @type {string[]} */
      const told = [];
      const futures = [client.submit(inc, 1), client.submit(client.module(tasksUrl).fail, 'bad'), client.submit(never)];
      const tell = (/** @type {any} */ future) => told.push(`${futures.indexOf(future)} ${future.status}`);
      for (const future of futures) future.addDoneCallback(tell);
      futures[2].cancel();
      await wait(futures);
      await nextTurn();
      futures[0].addDoneCallback(tell);
      await nextTurn();
      same(told.sort(), ['0 finished', '0 finished', '1 error', '2 cancelled'], 'once each, and for one that was done');
    });
  },
};
