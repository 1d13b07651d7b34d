// Giving tasks up and trying them again: cancel, retry, what is told to whom.

import { CancelledError } from '../../src/index.js';
import { any, endless, holds, inc, nextTurn, rejects, same, throws, until, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);

export const tests = {
  async an_endless_loop_is_stopped() {
    await withClient(
      async (client) => {
        const kept = client.submit((x) => new Float64Array(x), 100_000);
        await kept.exception();
        const loop = client.submit(endless);
        const behind = client.submit(inc, 1);
        await until(() => loop.running, 'it runs');
        client.cancel(loop);
        await rejects(loop, CancelledError, /^endless-.* was cancelled: cancel was called$/);
        same([loop.status, loop.cancelled(), loop.running], ['cancelled', true, false]);
        same(await behind, 2, 'what waited behind it');
        same((await kept).length, 100_000, 'a result that only the ended worker had');
        same(Object.keys(client.processing()), ['lab-0'], 'the worker in its place');
      },
      { name: 'lab', workers: 1 },
    );
  },

  async what_has_not_begun_never_runs() {
    await withClient(
      async (client) => {
        const { gate, open, counted } = client.module(tasksUrl);
        const closed = client.submit(gate);
        const queued = client.with({ pure: false }).map(counted, Array(10));
        client.cancel(queued, { reason: new RangeError('not needed') });
        const error = await rejects(queued[3], CancelledError, /was cancelled: not needed$/);
        same([error.key, error.reason instanceof RangeError], [queued[3].key, true]);
        await until(() => client.with({ pure: false }).submit(open), 'the gate has opened');
        same([await closed, await client.submit(counted)], ['passed', 1]);
      },
      { workers: 1 },
    );
  },

  async what_depends_on_it_is_cancelled_with_the_reason() {
    await withClient(async (client) => {
      const waiting = client.submit(client.module(tasksUrl).gate);
      const behind = client.submit((x) => [x], waiting);
      const last = client.submit((x) => [x], behind);
      /** @type {string[]} */
      const told = [];
      last.addDoneCallback((future) => told.push(future.status));
      waiting.cancel({ reason: 'enough' });
      waiting.cancel({ reason: 'again' });
      const error = await rejects(
        last,
        CancelledError,
        /was cancelled: it depends on gate-.*, which was cancelled: enough$/,
      );
      same([error.key, error.reason, behind.status], [last.key, 'enough', 'cancelled']);
      same(told, ['cancelled']);
      same(await client.submit(inc, 1), 2, 'a result after that');
    });
  },

  async an_async_task_that_is_cancelled_gives_its_slot_back() {
    await withClient(
      async (client) => {
        const never = client.submit(() => new Promise(() => {}));
        await until(() => never.running, 'it is under way');
        never.cancel();
        same(await client.submit(inc, 1), 2);
      },
      { workers: 1, concurrency: 1 },
    );
  },

  async a_cancelled_call_can_be_submitted_again() {
    await withClient(async (client) => {
      const named = client.with({ key: 'mine' });
      const first = named.submit(inc, 1);
      same(await first, 2);
      first.cancel();
      await rejects(first, CancelledError, /^mine was cancelled/);
      same(await named.submit(inc, 2), 3, 'another call under the key');
      throws(() => client.cancel(any([1])), TypeError, /^cancel takes futures; item 0 is number/);
      await withClient((other) => throws(() => other.cancel(first), TypeError, /belongs to another client$/));
    });
  },

  async what_failed_is_tried_again_on_request() {
    await withClient(
      async (client) => {
        const once = () => {
          const scope = /** @type {any} */ (globalThis);
          scope.tried = (scope.tried ?? 0) + 1;
          if (scope.tried === 1) throw new RangeError('the first time');
          return scope.tried;
        };
        const failed = client.submit(once);
        const behind = client.submit(inc, failed);
        await rejects(behind, RangeError, /^the first time$/);
        behind.retry();
        same([failed.status, behind.status], ['pending', 'pending']);
        same([await failed, await behind], [2, 3]);
        client.retry([failed]);
        same([failed.status, await failed, await behind], ['pending', 3, 3], 'a finished one is made again');
      },
      { workers: 1 },
    );
  },

  async callbacks_are_called_once() {
    await withClient(async (client) => {
      /** @type {string[]} */
      /** @type {string[]} */
      const told = [];
      const future = client.submit(inc, 1);
      future.addDoneCallback(({ status }) => told.push(`first ${status}`));
      await future;
      future.addDoneCallback(({ status }) => told.push(`second ${status}`));
      same(told.length <= 1, true, 'not at once');
      await nextTurn();
      same(told, ['first finished', 'second finished']);
      future.retry();
      await future;
      await nextTurn();
      same(told.length, 2);
      throws(() => future.addDoneCallback(any(1)), TypeError, /^addDoneCallback takes a function, got number$/);
      holds(!future.running, 'a finished task does not run');
    });
  },

  async a_cancelled_future_is_refused_as_an_argument() {
    await withClient(async (client) => {
      const future = client.submit(client.module(tasksUrl).gate);
      client.cancel(future, { reason: 'enough' });
      throws(() => client.submit(inc, any(future)), CancelledError, /was cancelled: enough$/);
      throws(() => client.map((x) => x, any([[future]])), CancelledError, /was cancelled: enough$/);
      same(await client.submit(inc, 1), 2, 'nothing else is disturbed');
    });
  },
};
