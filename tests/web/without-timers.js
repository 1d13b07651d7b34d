// Timers of a page in the background are late: what is in a hurry goes on without any.

import { asCompleted, CancelledError, Client, delayed, KilledWorkerError, wait } from '../../src/index.js';
import { any, inc, rejects, same, until } from './check.js';

/** The worker's global, as inline tasks see it. @type {any} */
let webfutures;

/**
 * Runs a test while no timer fires, neither on the page nor in the workers.
 * @param {(client: Client, workers: Worker[]) => Promise<void>} test
 */
async function withoutTimers(test) {
  const { setTimeout, setInterval } = globalThis;
  /** @type {Worker[]} */
  const workers = [];
  const createWorker = () => {
    const worker = new Worker(new URL('./fixtures/timeless.js', import.meta.url), { type: 'module' });
    workers.push(worker);
    return worker;
  };
  const hangs = new Promise((_, reject) => setTimeout(() => reject(new Error('the test hangs')), 60_000));
  globalThis.setTimeout = globalThis.setInterval = any(() => 0);
  const client = new Client({ workers: 2, allowedFailures: 0, createWorker, spare: false });
  try {
    await Promise.race([test(client, workers), hangs]);
  } finally {
    Object.assign(globalThis, { setTimeout, setInterval });
    client.close();
  }
}

export const tests = {
  async work_is_submitted_done_and_gathered_without_timers() {
    await withoutTimers(async (client) => {
      same(await client.submit(inc, 1), 2);
      const mapped = client.map(
        inc,
        Array.from({ length: 3000 }, (_, i) => i),
      );
      same((await client.gather(mapped)).at(-1), 3000);
      const big = client.map((/** @type {number} */ x) => new Float64Array(50_000).fill(x), [1, 2, 3, 4]);
      const sums = big.map((a, i) => client.submit((a, b) => a[7] + b[7], a, big[(i + 1) % 4]));
      same(await client.gather(sums), [3, 5, 7, 5], 'from worker to worker');
      same((await big[2])[49_999], 3, 'from worker to page');
      same(await client.compute(delayed(inc)(delayed(inc)(5))), 7);
      const [data] = client.scatter([[1, 2, 3]]);
      same(await client.submit((/** @type {number[]} */ xs) => xs.length, data), 3);
      const seen = [];
      for await (const future of asCompleted(client.map(inc, [10, 20]))) seen.push(await future);
      same(seen.sort(), [11, 21]);
      same((await wait(mapped.slice(0, 5))).done.size, 5);
      for (const future of mapped) future.release();
    });
  },

  async tasks_submit_tasks_and_wait_for_locks_without_timers() {
    await withoutTimers(async (client) => {
      const task = async (/** @type {number} */ n) => {
        const client = await webfutures.getClient();
        return client.lock('door').with(async () => {
          const parts = client.map((/** @type {number} */ x) => x * 2, [n, n + 1]);
          return (await parts[0]) + (await parts[1]);
        });
      };
      same(await client.gather(client.map(task, [1, 2, 3])), [6, 10, 14]);
    });
  },

  async what_has_not_begun_is_cancelled_without_timers() {
    await withoutTimers(async (client) => {
      const awaits = client.map((/** @type {number} */ _) => new Promise(() => {}), [1, 2]);
      await until(() => awaits.every((future) => future.running), 'they run');
      const queued = client.submit(inc, awaits[0]);
      queued.cancel();
      await rejects(queued, CancelledError, /was cancelled/);
      client.cancel(awaits, { reason: 'enough' });
      await rejects(awaits[0], CancelledError, /enough$/);
      same(await client.submit(inc, 1), 2);
    });
  },

  async workers_that_die_are_replaced_without_timers() {
    await withoutTimers(async (client, workers) => {
      const kept = client.map((/** @type {number} */ n) => new Float64Array(n), [1000, 2000]);
      await wait(kept);
      const error = await rejects(
        client.submit(() => {
          globalThis.close();
          return new Promise(() => {});
        }),
        KilledWorkerError,
        /it closed itself/,
      );
      same(error.deaths, 1);
      same(
        (await client.gather(kept)).map(({ length }) => length),
        [1000, 2000],
      );
      const waits = client.submit(() => new Promise(() => {}));
      await until(() => waits.running, 'it runs');
      await client.ready;
      for (const worker of workers) worker.terminate();
      await rejects(waits, KilledWorkerError, /its thread has ended/);
      same(await client.gather(client.map(inc, [1, 2, 3])), [2, 3, 4], 'in their successors');
      await until(() => workers.length === 5, 'each has a successor');
    });
  },
};
