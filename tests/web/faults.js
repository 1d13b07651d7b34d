// Eight faults that leave promises pending for ever, or queues stuck, in other libraries: here each is told, and work goes on. The
// table is in the README.

import { Client, KilledWorkerError, TimeoutError, WorkerStartError } from '../../src/index.js';
import { endless, hearing, holds, inc, nextTurn, rejects, same, until, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);

/** One worker, and that it still works after what the test has done to it. @param {(client: Client) => unknown} test */
const survives = (test) =>
  withClient(
    async (client) => {
      await test(client);
      same(await client.submit(inc, 1), 2, 'the next task');
    },
    { name: 'lab', workers: 1, allowedFailures: 0 },
  );

export const tests = {
  async fault_1_a_worker_script_that_is_not_there() {
    const missing = new Client({ workers: 1, workerUrl: new URL('./fixtures/nowhere.js', import.meta.url) });
    const pending = missing.submit(inc, 1);
    await rejects(missing.ready, WorkerStartError, /nowhere\.js does not start: /);
    await rejects(pending, WorkerStartError, /nowhere\.js does not start: /);
    missing.close();
  },

  async fault_2_a_task_that_throws_an_error_of_its_own() {
    await survives(async (client) => {
      const failed = client.submit(() => {
        class OwnError extends Error {}
        OwnError.prototype.name = 'OwnError';
        throw Object.assign(new OwnError('no', { cause: new TypeError('deeper') }), { code: 7 });
      });
      const error = await rejects(failed, Error, /^no$/);
      same(
        [error.name, error.code, error.cause instanceof TypeError, error.cause.message],
        ['OwnError', 7, true, 'deeper'],
      );
      holds(String(error.stack).includes('in the worker that ran'), 'the stack of the worker');
    });
  },

  async fault_3_a_task_that_throws_no_error() {
    await survives(async (client) => {
      const failed = client.submit(() => {
        throw 42;
      });
      same(
        await failed.then(
          () => 'done',
          (thrown) => thrown,
        ),
        42,
      );
    });
  },

  async fault_4_a_result_that_cannot_be_cloned() {
    await survives(async (client) => {
      const error = await rejects(
        client.submit(() => ({ done: () => 1 })),
        Error,
        /the result\.done is a function/,
      );
      same(error.name, 'DataCloneError');
    });
  },

  async fault_5_an_error_in_a_timer_while_a_task_waits() {
    await survives(async (client) => {
      const told = hearing('warn');
      try {
        const waiting = client.submit(() => new Promise(() => setTimeout(() => JSON.parse('{'), 0)));
        await until(
          () => told.some((line) => line.includes(waiting.key)),
          'the page says which task may wait for ever',
        );
        // WebKit does not say what went wrong in a script from a blob.
        holds(
          /^webfutures: nothing caught an error in the worker lab-0, where .* is under way: .*(JSON|Script error)/.test(
            told[0],
          ),
          told[0],
        );
        same([waiting.status, await client.submit(inc, 5)], ['pending', 6], 'others go on');
        await rejects(
          client.with({ timeout: 50, pure: false }).submit(() => new Promise(() => {})),
          TimeoutError,
          / 50 ms$/,
        );
        waiting.cancel();
      } finally {
        told.end();
      }
    });
  },

  async fault_6_a_worker_that_closes_itself() {
    await survives(async (client) => {
      const dying = client.submit((name) => {
        console.error('about to', name, { at: [1, 2] });
        console.warn('now');
        globalThis.close();
        return new Promise(() => {});
      }, 'die');
      const error = await rejects(dying, KilledWorkerError, /when 1 worker died, .* lab-0: it closed itself/);
      same(error.lines, ['error: about to die {at: Array(2)}', 'warn: now']);
      same([error.how, error.worker], ['it closed itself', 'lab-0']);
      holds(error.message.endsWith('warn: now'), error.message);
    });
  },

  async fault_7_an_endless_loop_that_is_cancelled() {
    await survives(async (client) => {
      const loop = client.submit(endless);
      await until(() => loop.running, 'it runs');
      loop.cancel();
      await rejects(loop, Error, /was cancelled/);
    });
  },

  async fault_8_a_queued_task_that_is_cancelled() {
    await survives(async (client) => {
      const { gate, open } = client.module(tasksUrl);
      const first = client.submit(endless);
      const queued = client.submit(gate);
      queued.cancel();
      await rejects(queued, Error, /was cancelled/);
      first.cancel();
      same(await client.submit(open), 0, 'those that wait at the gate');
    });
  },

  async a_worker_that_never_says_hello_is_given_up() {
    const mute = new Client({
      workers: 1,
      workerUrl: new URL('./fixtures/mute.js', import.meta.url),
      startTimeout: 300,
    });
    const pending = mute.submit(inc, 1);
    await rejects(
      mute.ready,
      WorkerStartError,
      /has not said hello within 300 ms: does it call serve\(\) or expose\(\)\?$/,
    );
    await rejects(pending, WorkerStartError, /has not said hello/);
    mute.close();
  },

  async workers_that_die_again_and_again_are_given_up() {
    await withClient(
      async (client) => {
        const dying = client.with({ pure: false }).map((/** @type {unknown} */ _) => {
          globalThis.close();
          return new Promise(() => {});
        }, Array(40));
        const error = await dying.at(-1)?.exception();
        holds(/20 workers have died there in a row|1 worker died/.test(String(error)), String(error));
      },
      { workers: 1, allowedFailures: 0 },
    );
  },

  async a_worker_without_locks_is_missed_when_it_does_not_answer() {
    /** @type {Worker[]} */
    const workers = [];
    const createWorker = () => {
      const worker = new Worker(new URL('./fixtures/unlocked.js', import.meta.url), { type: 'module' });
      workers.push(worker);
      return worker;
    };
    await withClient(
      async (client) => {
        const kept = client.submit(() => new Float64Array(10));
        await kept.exception();
        workers[0].terminate();
        await until(() => workers.length > 1, 'another has been started');
        same((await kept).length, 10, 'a result that the dead one alone had');
      },
      { workers: 1, createWorker },
    );
  },

  async a_trap_of_a_tasks_own_wasm_is_its_error() {
    await survives(async (client) => {
      const trapped = client.submit(() => {
        const bytes = [
          0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11,
        ];
        const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)));
        /** @type {any} */ (exports).f();
      });
      await rejects(trapped, WebAssembly.RuntimeError, /unreachable/i);
      const large = client.submit(() => new ArrayBuffer(Number.MAX_SAFE_INTEGER));
      await rejects(large, RangeError, /./);
    });
  },

  async a_worker_that_was_ended_is_replaced_by_a_spare() {
    /** @type {Worker[]} */
    const workers = [];
    const createWorker = () => {
      const worker = new Worker(new URL('../../src/worker/entry.js', import.meta.url), { type: 'module' });
      workers.push(worker);
      return worker;
    };
    await withClient(
      async (client) => {
        await client.submit(inc, 1);
        await nextTurn();
        same(workers.length, 1, 'workers, as long as nothing may have to be stopped');
        const timed = client.with({ timeout: 30 });
        await until(() => workers.length === 2, 'a spare is started');
        same(Object.keys(client.processing()), ['lab-0'], 'it is no worker of the client');
        await rejects(timed.submit(endless), TimeoutError, /./);
        same(await client.submit(() => webfutures.getWorker().name), 'lab-0');
        await until(() => workers.length === 3, 'and another spare');
      },
      { name: 'lab', workers: 1, createWorker },
    );
    const made = workers.length;
    await withClient(
      async (client) => {
        await rejects(client.with({ timeout: 30 }).submit(endless), TimeoutError, /./);
        same(await client.submit(inc, 1), 2);
        same(workers.length - made, 2, 'without a spare: one and the one in its place');
      },
      { workers: 1, createWorker, spare: false },
    );
  },

  async many_endless_loops_in_a_row_leave_a_healthy_pool() {
    const loops = loopsInARow();
    await withClient(
      async (client) => {
        const kept = client.submit((x) => new Float64Array(x), 1000);
        await kept.exception();
        for (let i = 0; i < loops; i++) {
          const loop = client.with({ pure: false }).submit(endless);
          await until(() => loop.running, 'it runs');
          loop.cancel();
          loop.release();
        }
        const sums = client.map((x) => x + 1, Array(100).keys());
        same((await client.gather(sums)).at(-1), 100);
        same((await kept).length, 1000);
        for (const sum of sums) sum.release();
        const settled = async () => {
          const { tasks, workers } = await client.stats();
          return tasks === 1 && workers.length === 2 && workers.reduce((sum, { results }) => sum + results, 0) === 1;
        };
        await until(settled, 'nothing else is left');
      },
      { workers: 2 },
      60_000 + 1000 * loops,
    );
  },
};

/** Endless loops in a row: few in the suite, more with `WEBFUTURES_LOOPS=1000` when it is built. */
const loopsInARow = () => Number(/** @type {any} */ (globalThis).webfuturesLoops) || 10;
