// Workers that die: what they had is made again, and only what ran is blamed.

import { Client, KilledWorkerError, TimeoutError } from '../../src/index.js';
import { endless, holds, inc, isHello, rejects, same, throws, until, withClient } from './check.js';

/** Ends its worker in the middle of itself. */
const die = () => {
  globalThis.close();
  return new Promise(() => {});
};

/**
 * Workers whose handles the test has.
 * @param {(worker: Worker, place: number) => unknown} [greeted] Called when one has said hello, before the pool hears it.
 */
function watched(greeted = () => {}) {
  /** @type {Worker[]} */
  const workers = [];
  const createWorker = () => {
    const worker = new Worker(new URL('../../src/worker/entry.js', import.meta.url), { type: 'module' });
    const place = workers.push(worker) - 1;
    worker.addEventListener('message', ({ data }) => isHello(data) && greeted(worker, place));
    return worker;
  };
  return { workers, createWorker };
}

export const tests = {
  async a_worker_that_closed_itself_is_replaced() {
    await withClient(
      async (client) => {
        const kept = client.submit((x) => new Float64Array(x), 100_000);
        await kept.exception();
        const error = await rejects(
          client.submit(die),
          KilledWorkerError,
          /was running when 2 workers died, .*lab-0: /,
        );
        same([error.deaths, error.worker, error.key.startsWith('die-')], [2, 'lab-0', true]);
        same([(await kept).length, await client.submit(inc, 1)], [100_000, 2]);
        same(Object.keys(client.processing()), ['lab-0']);
      },
      { name: 'lab', workers: 1, allowedFailures: 1 },
    );
    throws(() => new Client({ allowedFailures: -1 }), RangeError, /^allowedFailures is a whole number from 0 to 10/);
  },

  async a_worker_that_was_killed_is_missed() {
    const { workers, createWorker } = watched();
    await withClient(
      async (client) => {
        same(await client.submit(inc, 1), 2);
        workers[0].terminate();
        same(await client.submit(inc, 3), 4, 'what was sent to the dead one');
        same(workers.length, 2);
      },
      { workers: 1, createWorker, spare: false },
    );
  },

  async a_worker_that_is_killed_as_soon_as_it_has_said_hello_is_missed() {
    const { workers, createWorker } = watched((worker, place) => place < 3 && worker.terminate());
    await withClient(
      async (client) => {
        same(await client.submit(inc, 1), 2);
        same(workers.length, 4);
      },
      { workers: 1, createWorker, spare: false },
    );
  },

  async a_spare_that_was_killed_is_replaced() {
    const { workers, createWorker } = watched((worker, place) => place > 0 && place < 4 && worker.terminate());
    await withClient(
      async (client) => {
        await client.ready;
        const timed = client.with({ timeout: 30 });
        await until(() => workers.length === 5, 'a spare that lives');
        await rejects(timed.submit(endless), TimeoutError, /./);
        same(await client.submit(inc, 1), 2, 'what is run by the spare');
        await until(() => workers.length === 6, 'and another spare');
      },
      { workers: 1, createWorker },
    );
  },

  async spares_that_die_again_and_again_are_given_up() {
    const { workers, createWorker } = watched((worker, place) => place > 0 && place < 21 && worker.terminate());
    await withClient(
      async (client) => {
        await client.ready;
        const timed = client.with({ timeout: 30 });
        // As many as of workers in one place.
        await until(() => workers.length === 21, 'twenty spares');
        await rejects(timed.submit(endless), TimeoutError, /./);
        same(await client.submit(inc, 1), 2);
      },
      { workers: 1, createWorker },
    );
  },

  async a_tree_is_added_up_while_workers_die() {
    await withClient(
      async (client) => {
        const leaf = (/** @type {number} */ i) => new Float64Array(20_000).fill(i);
        const pair = (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) => a.map((x, i) => x + b[i]);
        let level = client.map(leaf, Array(64).keys());
        while (level.length > 1) {
          const next = [];
          for (let i = 0; i < level.length; i += 2) next.push(client.submit(pair, level[i], level[i + 1]));
          level = next;
        }
        const killers = client.map((i) => (globalThis.close(), new Promise(() => i)), [1, 2, 3]);
        same((await level[0])[0], (64 * 63) / 2);
        holds(killers.length === 3, 'they are held until here');
      },
      { workers: 3, allowedFailures: 1 },
    );
  },
};
