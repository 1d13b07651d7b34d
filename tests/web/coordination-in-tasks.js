// Locks, semaphores, events, variables, queues and datasets in tasks, shared with other tasks and with the page.

import { holds, inc, rejects, same, until, withClient } from './check.js';

/** The worker's global, as inline tasks see it. @type {any} */
let webfutures;

export const tests = {
  async a_counter_under_a_lock_is_exact() {
    await withClient(
      async (client) => {
        const counter = client.variable('counter');
        await counter.set(0);
        const add = async (/** @type {number} */ _) => {
          const client = await webfutures.getClient();
          const counter = client.variable('counter');
          await client.lock('counter').with(async () => counter.set((await counter.get()) + 1));
        };
        await client.gather(
          client.map(
            add,
            Array.from({ length: 20 }, (_, i) => i),
          ),
        );
        same(await counter.get(), 20, 'of 20 tasks');
        same(await client.lock('counter').locked(), false);
      },
      { workers: 2, concurrency: 2 },
    );
  },

  async producers_and_a_consumer_share_a_queue_on_one_worker() {
    await withClient(
      async (client) => {
        const consume = async (/** @type {number} */ count) => {
          const client = await webfutures.getClient();
          const queue = client.queue('parts', { maxSize: 2 });
          const got = [];
          let longest = 0;
          while (got.length < count) {
            longest = Math.max(longest, await queue.size());
            got.push(await queue.get());
          }
          return { got, longest };
        };
        const produce = async (/** @type {string} */ name) => {
          const client = await webfutures.getClient();
          const queue = client.queue('parts', { maxSize: 2 });
          for (let i = 0; i < 10; i++) await queue.put({ name, i });
          return name;
        };
        const consumed = client.submit(consume, 20);
        const produced = client.map(produce, ['a', 'b']);
        const { got, longest } = await consumed;
        same(await client.gather(produced), ['a', 'b']);
        for (const name of ['a', 'b']) {
          const own = got.filter((/** @type {any} */ part) => part.name === name);
          same(
            own.map((/** @type {any} */ part) => part.i),
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            `those of ${name}`,
          );
        }
        holds(longest <= 2, `at most 2 are in the queue, not ${longest}`);
      },
      { workers: 1, concurrency: 1 },
    );
  },

  async a_semaphore_bounds_what_is_under_way() {
    await withClient(
      async (client) => {
        const task = async (/** @type {number} */ n) => {
          const client = await webfutures.getClient();
          const { state } = webfutures.getWorker();
          return client.semaphore('slots', { leases: 2 }).with(async () => {
            state.inside = (state.inside ?? 0) + 1;
            // None goes on before two have been inside together.
            if (state.inside === 2) await client.event('two').set();
            await client.event('two').wait();
            const { inside } = state;
            await client.submit((/** @type {number} */ n) => n, n);
            state.inside--;
            return inside;
          });
        };
        const inside = await client.gather(client.map(task, [1, 2, 3, 4, 5, 6, 7, 8]));
        same(Math.max(...inside), 2, 'most inside at once');
      },
      { workers: 1 },
    );
  },

  async an_event_of_the_page_wakes_a_task() {
    await withClient(
      async (client) => {
        const waiting = client.submit(async () => {
          const client = await webfutures.getClient();
          await client.event('waits').set();
          await client.event('go').wait();
          return client.event('go').isSet();
        });
        await client.event('waits').wait();
        same(await client.submit(inc, 1), 2, 'others run while it waits');
        same(waiting.status, 'pending');
        await client.event('go').set();
        same(await waiting, true);
      },
      { workers: 1, concurrency: 1 },
    );
  },

  async leases_return_when_a_task_ends_is_cancelled_or_dies() {
    await withClient(
      async (client) => {
        const lock = client.lock('door');
        const forgetful = async (/** @type {string} */ how) => {
          const client = await webfutures.getClient();
          const lease = await client.lock('door').acquire();
          await client.event(how).set();
          if (how === 'waits') await new Promise(() => {});
          // The worker of the beginning dies; the one in its place has another id.
          if (how === 'dies' && webfutures.getWorker().id === 0) {
            globalThis.close();
            await new Promise(() => {});
          }
          return lease.held;
        };
        same(await client.submit(forgetful, 'returns'), true);
        await (await lock.acquire()).release();

        const waits = client.submit(forgetful, 'waits');
        await client.event('waits').wait();
        same(await lock.locked(), true, 'the task has it');
        waits.cancel();
        await (await lock.acquire()).release();

        same(await client.submit(forgetful, 'dies'), true, 'the successor has got it');
        await (await lock.acquire()).release();
      },
      { workers: 1 },
    );
  },

  async what_a_task_has_shared_outlives_it() {
    await withClient(async (client) => {
      const task = async (/** @type {number} */ n) => {
        const client = await webfutures.getClient();
        const draw = client.submit((/** @type {number} */ _) => new Float64Array(2000).fill(Math.random()), n);
        await client.variable('best').set({ draw, by: n });
        await client.publish('draws', [draw]);
        await client.queue('jobs').put(draw);
        return (await draw)[0];
      };
      const ended = client.submit(task, 5);
      const value = await ended;
      ended.release();
      // What else the task had is given up with its client.
      await until(async () => (await client.stats()).tasks === 1, 'the task is gone, its draw is there');
      const { draw, by } = await client.variable('best').get();
      same([by, draw.status, (await draw)[0]], [5, 'finished', value], 'of the variable');
      const [published] = await client.dataset('draws');
      same([published.key === draw.key, (await client.queue('jobs').get())[1999]], [true, value], 'of the rest');
      draw.release();
      published.release();
      await client.variable('best').delete();
      await client.unpublish('draws');
      await until(async () => (await client.stats()).tasks === 0, 'nothing is left');
    });
  },

  async a_task_gets_futures_of_its_own() {
    await withClient(async (client) => {
      const made = client.submit((/** @type {number} */ n) => new Float64Array(n).fill(3), 1000);
      const failed = client.submit((/** @type {string} */ text) => {
        throw new RangeError(text);
      }, 'below');
      const given = client.submit((/** @type {number} */ _) => new Promise(() => {}), 1);
      const queue = client.queue('futures');
      await queue.put({ made, list: [failed, given] });
      await queue.put([made]);
      await failed.exception();
      given.cancel({ reason: 'a change of plan', force: true });
      const task = async (/** @type {number} */ _) => {
        const client = await webfutures.getClient();
        const queue = client.queue('futures');
        const { made, list } = await queue.get();
        const [again] = (await queue.getBatch())[0];
        const sum = client.submit((/** @type {Float64Array} */ xs) => xs.reduce((a, b) => a + b, 0), made);
        const said = [];
        for (const future of list) {
          try {
            await future;
          } catch (/** @type {any} */ error) {
            said.push(`${error.name}: ${error.message.replace(/^.* was/, 'it was')}`);
          }
        }
        made.release();
        return { key: made.key, same: again.key === made.key, sum: await sum, last: (await again)[999], said };
      };
      const outside = client.submit(task, 1);
      const { key, same: equal, sum, last, said } = await outside;
      same([key, equal, sum, last], [made.key, true, 3000, 3]);
      same(said, ['RangeError: below', 'CancelledError: it was cancelled: a change of plan']);
      same((await made)[0], 3, 'the page has its own still');
      // Equal calls of the page's future and of the task's are one task.
      const first = (/** @type {Float64Array} */ xs) => [xs[0], Math.random()];
      const mine = client.submit(first, made);
      await queue.put([made]);
      const inside = async (/** @type {number} */ _) => {
        const client = await webfutures.getClient();
        const [made] = await client.queue('futures').get();
        const first = (/** @type {Float64Array} */ xs) => [xs[0], Math.random()];
        return client.submit(first, made);
      };
      const theirs = client.submit(inside, 2);
      same(await theirs, await mine);
      for (const future of [outside, made, failed, given, mine, theirs]) future.release();
      await until(async () => (await client.stats()).tasks === 0, 'nothing is left');
    });
  },

  async who_stops_waiting_in_a_task_loses_its_place_and_nothing_else() {
    await withClient(async (client) => {
      const lease = await client.lock('door').acquire();
      const task = async (/** @type {number} */ _) => {
        const client = await webfutures.getClient();
        const lock = client.lock('door');
        const said = [];
        const controller = new AbortController();
        const behind = client.queue('empty').get({ signal: controller.signal });
        const closed = client.event('never').wait();
        controller.abort(new RangeError('enough'));
        for (const waiting of [lock.acquire({ timeout: 0 }), behind]) {
          try {
            await waiting;
          } catch (/** @type {any} */ error) {
            said.push(`${error.name}: ${error.message}`);
          }
        }
        await client.event('given up').set();
        const own = await lock.acquire({ timeout: 60_000 });
        said.push(own.held, await lock.locked());
        await lock.release();
        client.close();
        try {
          await closed;
        } catch (/** @type {any} */ error) {
          said.push(`${error.name}: ${error.message}`);
        }
        return said;
      };
      const said = client.submit(task, 1);
      await client.event('given up').wait();
      await client.queue('empty').put('for nobody yet');
      await lease.release();
      same(await said, [
        'TimeoutError: lock "door" is not done after 0 ms',
        'RangeError: enough',
        true,
        true,
        'ClosedClientError: event "never": the client is closed',
      ]);
      same(await client.queue('empty').get(), 'for nobody yet', 'who gave up has not got it');
      same(await client.lock('door').locked(), false);
    });
  },

  async errors_and_datasets_are_those_of_the_page() {
    await withClient(async (client) => {
      await client.publish('of the page', [1, 2]);
      const lease = await client.semaphore('slots', { leases: 2 }).acquire();
      const task = async (/** @type {number} */ _) => {
        const client = await webfutures.getClient();
        await client.publish('of a task', new Map([['x', client.submit((/** @type {number} */ x) => x, 4)]]));
        /** @type {any[]} */
        const said = [await client.datasets(), await client.dataset('of the page')];
        const { state } = webfutures.getWorker();
        for (const wrong of [
          () => client.publish('of the page', 3),
          () => client.dataset('nobody'),
          () => client.semaphore('slots', { leases: 3 }).acquire(),
          () => client.lock('door').release(),
          () => client.lock(''),
          () => client.variable('odd').set(state.nothing ?? (() => {})),
        ]) {
          try {
            await wrong();
            said.push('nothing');
          } catch (/** @type {any} */ error) {
            said.push(`${error.name}: ${error.message}`);
          }
        }
        await client.unpublish('of the page');
        return said;
      };
      const [names, content, ...said] = await client.submit(task, 1);
      same(
        [names, content],
        [
          ['of a task', 'of the page'],
          [1, 2],
        ],
      );
      const expected = [
        /^CoordinationError: publish of "of the page": there is one already/,
        /^CoordinationError: dataset "nobody": there is none$/,
        /^CoordinationError: acquire of "slots": it is in use with the limit 2/,
        /^CoordinationError: release of "door": this lock object has acquired nothing$/,
        /^TypeError: the name of a lock is a text that is not empty/,
        /is a function, which cannot be copied/,
      ];
      expected.forEach((pattern, i) => {
        holds(pattern.test(said[i]), `${said[i]} is like ${pattern}`);
      });
      same(await client.datasets(), ['of a task']);
      same(await (await client.dataset('of a task')).get('x'), 4);
      await rejects(client.dataset('of the page'), Error, /there is none$/);
      await lease.release();
    });
  },
};
