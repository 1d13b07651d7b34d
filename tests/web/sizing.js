// How many workers there are: waiting for them, more and fewer, adapting, beginning anew.

import { CancelledError, ClosedClientError, TimeoutError } from '../../src/index.js';
import { any, inc, rejects, same, throws, until, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);
const fill = (/** @type {number} */ x) => new Float64Array(1000).fill(x);
const last = (/** @type {Float64Array} */ data) => data[999];

/** @param {import('../../src/index.js').Client} client */
const names = (client) => Object.keys(client.processing());

export const tests = {
  async tasks_without_any_worker_wait_and_say_so() {
    await withClient(
      async (client) => {
        await client.ready;
        const [a, data] = [client.submit(inc, 1), client.scatter(new Uint8Array(5))];
        const b = client.submit((x, bytes) => x + bytes.length, a, data);
        same([a.status, a.waitingFor()], ['pending', { reason: 'workers', message: 'there is no worker' }]);
        same(b.waitingFor(), { reason: 'inputs', count: 2, message: '2 of its inputs are not there yet' });
        const asked = b.result();
        client.scale(1);
        same([await asked, await a], [7, 2], 'results when a worker has come');
        same([a.waitingFor(), names(client)], [null, ['lab-0']]);
        client.scale(0);
        const c = client.submit(inc, 5);
        await until(() => c.waitingFor()?.reason === 'workers', 'it has no worker again');
        same(names(client), []);
        client.scale(1);
        same([await c, await client.submit(inc, a)], [6, 3], 'what the last worker held is there, too');
        c.release();
        same(c.waitingFor(), null);
      },
      { name: 'lab', workers: 0 },
    );
  },

  async why_a_task_waits_is_told() {
    await withClient(
      async (client) => {
        await client.ready;
        const { gate } = client.module(tasksUrl);
        const elsewhere = client.with({ workers: 'lab-7' }).submit(inc, 1);
        const greedy = client.with({ resources: { gpu: 1 } }).submit(inc, 2);
        same([elsewhere.waitingFor()?.reason, greedy.waitingFor()?.reason], ['places', 'resources']);
        const closed = client.submit(gate);
        await until(() => closed.waitingFor()?.reason === 'worker', 'the worker has it');
        same(closed.waitingFor(), { reason: 'worker', worker: 'lab-0', message: 'the worker lab-0 has it' });
        const behind = client.map(inc, [10, 11]);
        same(behind[0].waitingFor(), { reason: 'queue', count: 0, message: 'it is the next to be taken' });
        same(behind[1].waitingFor(), { reason: 'queue', count: 1, message: '1 before it is to be taken first' });
        client.cancel(closed);
        same(await client.gather(behind), [11, 12]);
      },
      { name: 'lab', workers: 1, concurrency: 1 },
    );
  },

  async waiting_for_workers_ends_when_they_are_there_or_time_is_up() {
    await withClient(
      async (client) => {
        for (const [count, type] of /** @type {[any, any][]} */ ([
          [0, RangeError],
          [1.5, RangeError],
          [257, RangeError],
          ['2', TypeError],
          [undefined, TypeError],
        ])) {
          throws(() => client.waitForWorkers(count), type, /^count is a whole number from 1 to 256/);
        }
        const error = await rejects(
          client.waitForWorkers(2, { timeout: 0 }),
          TimeoutError,
          /only [01] of 2 workers arrived/,
        );
        same(error.name, 'TimeoutError');
        const controller = new AbortController();
        const waiting = client.waitForWorkers(3, { signal: controller.signal });
        controller.abort(new RangeError('enough'));
        await rejects(waiting, RangeError, /^enough$/);
        client.scale(3);
        await client.waitForWorkers(3);
        same(names(client).length, 3);
        await client.waitForWorkers(1, { timeout: 0 }).catch(() => {
          throw new Error('those that are there need no time');
        });
      },
      { workers: 1 },
    );
  },

  async fewer_workers_keep_every_result() {
    await withClient(
      async (client) => {
        const kept = client.map(fill, [1, 2, 3, 4, 5, 6]);
        const data = client.scatter([fill(7), fill(8), fill(9)]);
        await client.gather(kept.map((future) => client.submit(last, future)));
        // A task that waited behind another may have begun twice.
        const runs = () => client.taskStream().records.filter(({ name }) => name === 'fill').length;
        const ran = runs();
        client.scale(1);
        await until(() => client.toString().endsWith('workers: 1>'), 'the others end');
        await until(async () => (await client.stats()).workers[0].results >= 9, 'all of it lies in the one that stays');
        same(
          await client.gather([...kept, ...data].map((future) => client.submit(last, future))),
          [1, 2, 3, 4, 5, 6, 7, 8, 9],
        );
        same(runs(), ran, 'nothing was made again');
      },
      { workers: 3 },
    );
  },

  async a_worker_is_retired_by_name_and_blames_nobody() {
    await withClient(
      async (client) => {
        const { gate } = client.module(tasksUrl);
        const kept = client.with({ workers: 'b' }).submit(fill, 3);
        await kept;
        const closed = client.with({ workers: 'b' }).submit(gate);
        await until(() => closed.running, 'it runs where it shall');
        throws(() => client.retire('nobody'), RangeError, /^no worker is called "nobody"/);
        const retired = client.retire('b');
        await rejects(client.retire('b', { timeout: 0 }), TimeoutError, /^retire \(b still runs something/);
        same([names(client), closed.status], [['a'], 'pending'], 'what it has begun goes on');
        client.cancel(closed);
        await retired;
        const moved = client.submit(last, kept);
        same(await moved, 3, 'what it held has moved');
        moved.release();
        same(client.taskStream().records.filter(({ name }) => name === 'fill').length, 1);
        same(names(client), ['a']);
        kept.release();
        await client.retire([0]);
        await client.retire(0);
        same(names(client), []);
      },
      { name: 'lab', workers: [{ name: 'a' }, { name: 'b' }], allowedFailures: 0 },
    );
  },

  async a_restart_forgets_everything_and_is_usable_at_once() {
    await withClient(
      async (client) => {
        const done = client.with({ key: 'mine' }).submit(inc, 1);
        same(await done, 2);
        const endless = client.submit(() => {
          for (;;);
        });
        const never = client.submit(inc, endless);
        const waiting = never.result();
        await until(() => endless.running, 'the loop is with a worker');
        const restarted = client.restart({ timeout: 20_000 });
        const again = client.with({ key: 'mine' }).submit(inc, 41);
        await rejects(waiting, CancelledError, /the client was restarted: submit it again$/);
        same([done.status, endless.status, never.status], ['cancelled', 'cancelled', 'cancelled']);
        await restarted;
        done.release();
        never.release();
        same([await again, again.status, client.story('mine').at(-1)?.to], [42, 'finished', 'memory']);
        const { tasks, workers } = await client.stats();
        same([tasks, workers.length, names(client).length], [1, 2, 2]);
        same(
          await client.gather(client.map(inc, Array(50).keys())),
          Array.from({ length: 50 }, (_, i) => i + 1),
        );
      },
      { workers: 2 },
    );
  },

  async the_number_of_workers_follows_the_work() {
    await withClient(
      async (client) => {
        throws(() => client.adapt(any({ most: 3 })), TypeError, /^adapt has no option "most", only maximum, minimum/);
        throws(() => client.adapt({ minimum: 3, maximum: 2 }), RangeError, /^maximum is a whole number from 3/);
        throws(() => client.adapt({ interval: 0 }), RangeError, /^interval is a number of milliseconds above 0/);
        throws(() => client.adapt(any(null)), TypeError, /^adapt takes options or false, got null/);
        client.adapt({ maximum: 3, interval: 5, waitCount: 2, targetDuration: 1 });
        same(names(client).length, 0, 'nothing to do');
        const wait = (/** @type {number} */ i) => new Promise((resolve) => setTimeout(resolve, 100, i));
        const futures = client.map(wait, Array(200).keys());
        await until(() => names(client).length === 3, 'workers come');
        same((await client.gather(futures)).length, 200);
        const [kept] = futures;
        await until(() => names(client).length === 0, 'workers go');
        client.adapt(false);
        const pending = client.submit(inc, kept);
        client.adapt({ minimum: 1, maximum: 1, interval: 5 });
        same([await pending, names(client).length], [1, 1], 'and one comes again');
        client.scale(2);
        await client.waitForWorkers(2);
      },
      { workers: 0 },
    );
  },

  async a_closed_client_has_no_workers_to_tell() {
    /** @type {any} */
    let closed;
    await withClient(async (client) => {
      client.adapt({ minimum: 1, interval: 1 });
      closed = client;
    });
    for (const [name, use] of /** @type {[string, () => unknown][]} */ ([
      ['waitForWorkers', () => closed.waitForWorkers(1)],
      ['adapt', () => closed.adapt()],
      ['retire', () => closed.retire(0)],
      ['restart', () => closed.restart()],
    ])) {
      throws(use, ClosedClientError, new RegExp(`^${name}: the client is closed$`));
    }
  },
};
