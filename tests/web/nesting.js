// Tasks that submit tasks.

import { CancelledError } from '../../src/index.js';
import { holds, inc, rejects, same, until, withClient } from './check.js';

/** The worker's global, as inline tasks see it. @type {any} */
let webfutures;

/** @param {number} n @returns {Promise<number>} */
const fib = async function fib(n) {
  if (n < 2) return n;
  const client = await webfutures.getClient();
  const [a, b] = client.map(fib, [n - 1, n - 2]);
  return (await a) + (await b);
};

/** Each calls the next, and none is equal to another. @param {number} n @param {number} [seed] @returns {Promise<number>} */
const descend = async function descend(n, seed) {
  if (n === 0) return 0;
  const client = await webfutures.getClient();
  return 1 + (await client.submit(descend, n - 1, seed));
};

export const tests = {
  async a_task_submits_tasks_and_gets_their_results() {
    await withClient(async (client) => {
      const task = async (/** @type {number} */ n) => {
        const client = await webfutures.getClient();
        const squares = client.map(
          (/** @type {number} */ x) => x * x,
          Array.from({ length: n }, (_, i) => i),
        );
        const sum = client.submit((/** @type {number[]} */ xs) => xs.reduce((a, b) => a + b, 0), squares);
        return [await sum, await client.gather(squares.slice(0, 3)), String(client)];
      };
      const [sum, first, said] = await client.submit(task, 10);
      same([sum, first], [285, [0, 1, 4]], 'sum');
      holds(/^<Client: /.test(said), said);
      await until(async () => (await client.stats()).tasks <= 1, 'what the task submitted is gone');
    });
  },

  async depth_blocks_nothing_on_one_worker() {
    await withClient(
      async (client) => {
        same(await client.submit(descend, 200), 200, 'depth 200 with a concurrency of 2');
        same(await client.submit(fib, 16), 987, 'fib');
      },
      { workers: 1, concurrency: 2 },
    );
  },

  async equal_calls_of_different_tasks_and_of_the_page_are_one_task() {
    await withClient(async (client) => {
      const draw = (/** @type {number} */ _) => Math.random();
      const mine = client.submit(draw, 1);
      const value = await mine;
      // Its name and its text are the same there.
      const inside = async (/** @type {number} */ n) => {
        const draw = (/** @type {number} */ _) => Math.random();
        const client = await webfutures.getClient();
        const drawn = client.submit(draw, 1);
        const again = client.submit(draw, 1);
        const after = client.submit((/** @type {number} */ x) => x * 2, drawn);
        return [drawn.key, await drawn, again.key === drawn.key, await again, (await after) / 2, n];
      };
      const one = await client.submit(inside, 1);
      const two = await client.submit(inside, 2);
      same(one.slice(0, 5), [mine.key, value, true, value, value], 'in one task');
      same(two.slice(0, 5), [mine.key, value, true, value, value], 'in another');
    });
  },

  async errors_arrive_in_the_task_and_pass_through_it() {
    await withClient(async (client) => {
      const task = async (/** @type {string} */ text) => {
        const client = await webfutures.getClient();
        const failed = client.submit((/** @type {string} */ text) => {
          throw Object.assign(new RangeError(text), { code: 7 });
        }, text);
        const after = client.submit((/** @type {any} */ x) => x, failed);
        try {
          return await after;
        } catch (/** @type {any} */ error) {
          return [
            error.name,
            error.message,
            error.code,
            error instanceof RangeError,
            after.status,
            error.key === failed.key,
          ];
        }
      };
      same(await client.submit(task, 'below'), ['RangeError', 'below', 7, true, 'error', true], 'caught');
      const passes = async (/** @type {string} */ text) => {
        const client = await webfutures.getClient();
        await client.submit((/** @type {string} */ text) => {
          throw new SyntaxError(text);
        }, text);
      };
      await rejects(client.submit(passes, 'through'), SyntaxError, /^through$/);
    });
  },

  async cancelling_a_task_ends_what_it_submitted() {
    await withClient(async (client) => {
      const endless = client.submit(async (/** @type {number} */ n) => {
        const client = await webfutures.getClient();
        const never = client.map(
          (/** @type {number} */ _) => new Promise(() => {}),
          Array.from({ length: n }, (_, i) => i),
        );
        return client.gather(never);
      }, 5);
      await until(async () => (await client.stats()).tasks === 6, 'they are under way');
      endless.cancel();
      await until(async () => (await client.stats()).tasks === 0, 'nothing is left');
      same(await client.submit(inc, 1), 2, 'the workers go on');
    });
  },

  async a_subtask_is_cancelled_released_and_retried_inside() {
    await withClient(
      async (client) => {
        const task = async (/** @type {number} */ _) => {
          const client = await webfutures.getClient();
          const never = client.submit((/** @type {number} */ _) => new Promise(() => {}), 1);
          const after = client.submit((/** @type {any} */ x) => x, never);
          never.cancel({ reason: 'enough' });
          const said = [];
          for (const future of [never, after]) {
            try {
              await future;
            } catch (/** @type {any} */ error) {
              said.push(error.name, error.message.replace(/-[0-9a-f]+/g, ''));
            }
          }
          never.release();
          const flaky = client.submit((/** @type {number} */ _) => {
            const scope = /** @type {any} */ (globalThis);
            scope.tries = (scope.tries ?? 0) + 1;
            if (scope.tries === 1) throw new Error('first');
            return 'second';
          }, 2);
          said.push(String(await flaky.exception()));
          flaky.retry();
          said.push(flaky.status);
          await webfutures.wait([flaky]);
          said.push(await flaky);
          return said;
        };
        const said = await client.submit(task, 0);
        same(said.slice(0, 1), ['CancelledError'], 'error');
        holds(/was cancelled: enough$/.test(said[1]), said[1]);
        same(said[2], 'CancelledError', 'of what depends on it');
        holds(/it depends on .*, which was cancelled: enough$/.test(said[3]), said[3]);
        same(said[4], 'Error: first', 'before the retry');
        same(said.at(-1), 'second', 'after it');
      },
      { workers: 1 },
    );
  },

  async values_of_the_same_worker_do_not_visit_the_page() {
    const counted = { bytes: 0 };
    const createWorker = () => {
      const worker = new Worker(new URL('../../src/worker/entry.js', import.meta.url), { type: 'module' });
      worker.addEventListener('message', ({ data }) => {
        if (Array.isArray(data)) for (const value of data[2] ?? []) counted.bytes += value?.byteLength ?? 0;
      });
      return worker;
    };
    await withClient(
      async (client) => {
        const task = async (/** @type {number} */ n) => {
          const client = await webfutures.getClient();
          const made = client.submit((/** @type {number} */ n) => new Float64Array(n).fill(2), n);
          const sum = client.submit((/** @type {Float64Array} */ xs) => xs.reduce((a, b) => a + b, 0), made);
          const values = await made;
          return [values.length, values[n - 1], await sum];
        };
        same(await client.submit(task, 50_000), [50_000, 2, 100_000], 'seen by the task');
        same(counted.bytes, 0, 'bytes that came to the page');
      },
      { workers: 1, createWorker },
    );
  },

  async values_of_another_worker_come_from_there() {
    await withClient(
      async (client) => {
        const task = async (/** @type {string[]} */ names) => {
          const client = await webfutures.getClient();
          const made = names.map((name) =>
            client
              .with({ workers: name })
              .submit((/** @type {string} */ name) => ({ name, data: new Uint8Array(100_000) }), name),
          );
          const values = await client.gather(made);
          return values.map((/** @type {any} */ { name, data }) => [name, data.length]);
        };
        const names = [0, 1, 2].map((i) => `${client.name}-${i}`);
        same(
          await client.submit(task, names),
          names.map((name) => [name, 100_000]),
          'from all of them',
        );
      },
      { workers: 3 },
    );
  },

  async scatter_compute_as_completed_and_delayed_work_in_a_task() {
    await withClient(async (client) => {
      const task = async (/** @type {number} */ n) => {
        const client = await webfutures.getClient();
        const { asCompleted, delayed } = webfutures;
        const [data] = client.scatter([Array.from({ length: n }, (_, i) => i)]);
        const lengths = client.submit((/** @type {number[]} */ xs) => xs.length, data);
        const inc = delayed((/** @type {number} */ x) => x + 1);
        const total = delayed((/** @type {number} */ a, /** @type {number} */ b) => a + b)(inc(1), inc(2));
        const done = [];
        for await (const future of asCompleted(client.map((/** @type {number} */ x) => -x, [1, 2, 3])))
          done.push(await future);
        return [await lengths, (await data).length, await client.compute(total), done.sort(), data.status];
      };
      same(await client.submit(task, 4), [4, 4, 5, [-1, -2, -3], 'finished'], 'results');
    });
  },

  async equal_data_scattered_twice_in_a_task_is_there_until_both_are_released() {
    await withClient(async (client) => {
      const task = async (/** @type {number} */ n) => {
        const client = await webfutures.getClient();
        const [one] = client.scatter([[n, 1]]);
        const [two] = client.scatter([[n, 1]]);
        await client.submit((/** @type {number[]} */ xs) => xs.length, one);
        one.release();
        const first = (/** @type {number[]} */ xs) => xs[0];
        return [one.key === two.key, await client.submit(first, two), await two];
      };
      same(await client.submit(task, 4), [true, 4, [4, 1]], 'the second');
      await until(async () => (await client.stats()).tasks <= 1, 'the data is gone');
    });
  },

  async a_client_asked_for_after_an_await_is_for_all_that_are_under_way() {
    await withClient(
      async (client) => {
        const task = async (/** @type {number} */ n) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          const client = await webfutures.getClient();
          await new Promise((resolve) => setTimeout(resolve, 1));
          return client.submit((/** @type {number} */ x) => x * 2, n);
        };
        const futures = client.map(task, [1, 2, 3, 4]);
        same(await client.gather(futures), [2, 4, 6, 8], 'values');
        await until(async () => (await client.stats()).tasks === futures.length, 'what they submitted is gone');
      },
      { workers: 1 },
    );
  },

  async what_a_task_fires_and_forgets_goes_on_without_it() {
    await withClient(
      async (client) => {
        const task = async (/** @type {number} */ _) => {
          const client = await webfutures.getClient();
          const late = client.submit(async (/** @type {string} */ text) => {
            await new Promise((resolve) => setTimeout(resolve, 50));
            /** @type {any} */ (globalThis).said = text;
          }, 'done');
          webfutures.fireAndForget(late);
          client.submit((/** @type {number} */ _) => new Promise(() => {}), 1);
          return 'left';
        };
        same(await client.submit(task, 0), 'left', 'the task');
        const said = (/** @type {number} */ _) => /** @type {any} */ (globalThis).said;
        const impure = client.with({ pure: false });
        await until(async () => {
          const asked = impure.submit(said, 0);
          const text = await asked;
          asked.release();
          return text === 'done';
        }, 'it has run');
        await until(async () => (await client.stats()).tasks <= 1, 'nothing else is left');
      },
      { workers: 1 },
    );
  },

  async an_actor_is_made_and_called_in_a_task() {
    await withClient(async (client) => {
      const task = async (/** @type {number} */ start) => {
        const client = await webfutures.getClient();
        class Counter {
          /** @param {number} n */
          constructor(n) {
            this.n = n;
          }
          /** @param {number} by */
          add(by) {
            this.n += by;
            return this.n;
          }
        }
        const counter = await client.actor(Counter, start);
        const sums = [await counter.add(1), await counter.add(2)];
        return [...sums, await counter.n()];
      };
      same(await client.submit(task, 10), [11, 13, 13], 'sums');
      await until(async () => (await client.stats()).tasks <= 1, 'the actor is gone');
    });
  },

  async futures_are_no_result_but_one_alone_is_awaited() {
    await withClient(async (client) => {
      const alone = async (/** @type {number} */ x) =>
        (await webfutures.getClient()).submit((/** @type {number} */ x) => x + 1, x);
      same(await client.submit(alone, 1), 2, 'one alone');
      const several = async (/** @type {number} */ x) => [
        (await webfutures.getClient()).submit((/** @type {number} */ x) => x + 1, x),
      ];
      await rejects(
        client.submit(several, 1),
        Error,
        /^the result\[0\] is a Future \(await it first\), which cannot be copied/,
      );
    });
  },

  async what_a_dead_worker_has_submitted_is_submitted_again_by_its_successor() {
    await withClient(async (client) => {
      const task = async () => {
        // Both workers of the beginning die; those in their places have other ids.
        const mortal = webfutures.getWorker().id < 2;
        const client = await webfutures.getClient();
        const parts = client.map((/** @type {number} */ x) => x * 2, [1, 2, 3]);
        const sum = client.submit((/** @type {number[]} */ xs) => xs.reduce((a, b) => a + b, 0), parts);
        const total = await sum;
        if (mortal) {
          globalThis.close();
          await new Promise(() => {});
        }
        return total;
      };
      same(await client.submit(task), 12, 'value');
      await until(async () => (await client.stats()).tasks <= 1, 'what the dead one had submitted is gone');
    });
  },

  async what_a_client_in_a_task_cannot_do_it_says() {
    await withClient(async (client) => {
      const task = async (/** @type {number} */ _) => {
        const client = await webfutures.getClient();
        /** @type {string[]} */
        const said = [];
        for (const wrong of [
          () => client.processing(),
          () => client.scale(3),
          () => client.submit(3),
          () => client.with({ workers: 'nobody' }),
        ]) {
          try {
            wrong();
            said.push('nothing');
          } catch (/** @type {any} */ error) {
            said.push(`${error.name}: ${error.message}`);
          }
        }
        client.close();
        try {
          client.submit((/** @type {number} */ x) => x, 1);
        } catch (/** @type {any} */ error) {
          said.push(error.name);
        }
        return said;
      };
      const said = await client.submit(task, 0);
      holds(/only a client of the page/.test(said[0]), said[0]);
      holds(/only a client of the page/.test(said[1]), said[1]);
      holds(/^InvalidTaskError/.test(said[2]), said[2]);
      holds(/no worker is called "nobody"/.test(said[3]), said[3]);
      same(said[4], 'ClosedClientError');
      const { getClient } = await import('../../src/task.js');
      try {
        getClient();
        throw new CancelledError('nothing was thrown', '');
      } catch (/** @type {any} */ error) {
        holds(/^getClient is for tasks/.test(/** @type {Error} */ (error).message), String(error));
      }
    });
  },
};
