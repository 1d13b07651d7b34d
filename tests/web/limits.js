// Limits of tasks: timeouts, deadlines, signals.

import { CancelledError, Client, delayed, TimeoutError } from '../../src/index.js';
import { any, endless, inc, nextTurn, rejects, same, throws, until, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);

export const tests = {
  async limits_are_checked_when_they_are_given() {
    await withClient((client) => {
      for (const name of ['timeout', 'deadline']) {
        const text = new RegExp(`^${name} is a number of milliseconds above 0`);
        throws(() => client.with({ [name]: any('1') }), TypeError, text);
        for (const value of [0, -1, Number.NaN]) throws(() => client.with({ [name]: value }), RangeError, text);
      }
      throws(() => client.with({ signal: any({}) }), TypeError, /^signal is an AbortSignal.*, got object$/);
      throws(() => new Client({ taskTimeout: 0 }), RangeError, /^taskTimeout is a number of milliseconds above 0/);
    });
  },

  async a_synchronous_task_that_lasts_too_long_is_stopped() {
    await withClient(
      async (client) => {
        const loop = client.with({ timeout: 50 }).submit(endless);
        const behind = client.submit(inc, loop);
        const error = await rejects(loop, TimeoutError, /^endless-.* ran for longer than its timeout, 50 ms$/);
        same([error.key, error.timeout, error.limit], [loop.key, 50, 'timeout']);
        same([loop.status, await behind.exception()], ['error', error], 'what depends on it fails with it');
        same(await client.submit(inc, 1), 2, 'a worker in its place');
        same(await client.with({ timeout: 50 }).submit(inc, 2), 3, 'what is done in time');
      },
      { workers: 1 },
    );
  },

  async an_async_task_that_lasts_too_long_fails() {
    await withClient(
      async (client) => {
        const kept = client.submit(() => new Float64Array(3));
        await kept.exception();
        const { gate, counted } = client.module(tasksUrl);
        await client.submit(counted);
        await rejects(client.with({ timeout: 30 }).submit(gate), TimeoutError, /^gate-.* 30 ms$/);
        same(await client.with({ pure: false }).submit(counted), 2, 'calls in the same worker, which was not ended');
        same((await kept).length, 3);
      },
      { workers: 1, concurrency: 1 },
    );
  },

  async time_before_a_task_begins_does_not_count() {
    await withClient(
      async (client) => {
        const { gate, open } = client.module(tasksUrl);
        const closed = client.submit(gate);
        // It waits for its input, then behind a task that computes, and its function is loaded: all longer than its timeout.
        const late = client.with({ timeout: 100 }).submit((x) => x, closed);
        const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
        await client.submit(wait, 150);
        await until(() => client.with({ pure: false }).submit(open), 'the gate has opened');
        const busy = () => {
          for (const end = performance.now() + 150; performance.now() < end; );
        };
        const first = client.submit(busy);
        const second = client.with({ timeout: 100 }).submit(inc, 1);
        same([await late, await first, await second], ['passed', undefined, 2]);
      },
      { workers: 1 },
    );
  },

  async a_client_has_a_timeout_for_all_its_tasks() {
    await withClient(
      async (client) => {
        const never = () => new Promise(() => {});
        await rejects(client.submit(never), TimeoutError, / 40 ms$/);
        const [a, b] = client.map((x) => new Promise(() => x), [1, 2]);
        await rejects(a, TimeoutError, / 40 ms$/);
        await rejects(b, TimeoutError, / 40 ms$/);
        const lazy = client.compute(delayed(never)());
        await rejects(lazy, TimeoutError, / 40 ms$/);
        await rejects(client.with({ timeout: 20, pure: false }).submit(never), TimeoutError, / 20 ms$/);
        const free = client.with({ timeout: Number.POSITIVE_INFINITY, pure: false }).submit(never);
        const after = () => new Promise((resolve) => setTimeout(resolve, 80));
        await client.with({ timeout: 10_000 }).submit(after);
        same(free.status, 'pending', 'one without');
      },
      { workers: 1, taskTimeout: 40 },
    );
  },

  async what_lasts_too_long_is_tried_again() {
    await withClient(async (client) => {
      const { gate } = client.module(tasksUrl);
      const tried = client.with({ timeout: 30, retries: 2 }).submit(gate);
      await rejects(tried, TimeoutError, / 30 ms$/);
      const story = client.story(tried).filter(({ to }) => to === 'processing');
      same(story.length, 3, 'attempts');
      tried.retry();
      same(tried.status, 'pending');
      await rejects(tried, TimeoutError, / 30 ms$/);
    });
  },

  async a_deadline_counts_from_the_call() {
    await withClient(
      async (client) => {
        const hasty = client.with({ deadline: 60, retries: 5 });
        const loop = hasty.submit(endless);
        const queued = hasty.submit(inc, 1);
        const error = await rejects(loop, TimeoutError, /^endless-.* had not finished by its deadline, after 60 ms$/);
        same([error.key, error.limit, error.timeout], [loop.key, 'deadline', 60]);
        await rejects(queued, TimeoutError, /^inc-.* had not finished by its deadline, after 60 ms$/);
        same(await client.submit(inc, 2), 3, 'a worker in its place');
        same(await client.with({ deadline: 60_000 }).submit(inc, 3), 4);
      },
      { workers: 1 },
    );
  },

  async times_longer_than_timers_are_kept() {
    await withClient(
      async (client) => {
        const patient = client.with({ timeout: 2 ** 32, deadline: 2 ** 33 });
        const { gate, open } = client.module(tasksUrl);
        const future = patient.submit(gate);
        const result = future.result({ timeout: 2 ** 32 });
        await client.submit(() => new Promise((resolve) => setTimeout(resolve, 20)));
        same(future.status, 'pending', 'a timer that far away would fire at once');
        await until(() => client.with({ pure: false }).submit(open), 'the gate has opened');
        same(await result, 'passed');
      },
      { workers: 1 },
    );
  },

  async an_aborted_signal_cancels_what_is_pending() {
    await withClient(
      async (client) => {
        const controller = new AbortController();
        const { added, removed } = listeners(controller.signal);
        const bound = client.with({ signal: controller.signal });
        same(await bound.submit(inc, 1), 2);
        await nextTurn();
        same([added(), removed()], [1, 1], 'listeners, once nothing is pending');
        const done = bound.submit(inc, 1);
        await done;
        const futures = [bound.submit(endless), ...bound.map(inc, [10, 11]), bound.compute(delayed(inc)(12))];
        const reason = new RangeError('the user left');
        controller.abort(reason);
        for (const future of futures) {
          const error = await rejects(future, CancelledError, /was cancelled: the user left$/);
          same([error.reason === reason, error.cause === reason, future.status], [true, true, 'cancelled']);
        }
        same([added(), removed()], [2, 2]);
        same([await done, await client.submit(inc, 3)], [2, 4], 'what was done, and what comes after');
      },
      { workers: 1 },
    );
  },

  async what_others_want_outlives_a_signal() {
    await withClient(
      async (client) => {
        const { gate, open } = client.module(tasksUrl);
        const controller = new AbortController();
        const mine = client.with({ signal: controller.signal }).submit(gate);
        const twice = client.with({ signal: controller.signal }).submit(gate);
        const other = client.submit(gate);
        const told = mine.result();
        controller.abort('enough');
        await rejects(told, CancelledError, /^gate-.* was cancelled: enough$/);
        await rejects(twice, CancelledError, /^gate-.* was cancelled: enough$/);
        same([mine.status, twice.done(), twice.cancelled(), other.status], ['cancelled', true, true, 'pending']);
        throws(() => client.submit(inc, any(mine)), CancelledError, /was cancelled: enough$/);
        await until(() => client.with({ pure: false }).submit(open), 'the gate has opened');
        same(await other, 'passed');
      },
      { workers: 1 },
    );
  },

  async under_an_aborted_signal_nothing_is_submitted() {
    await withClient(async (client) => {
      const late = client.with({ signal: AbortSignal.abort('too late') });
      const futures = [
        late.submit(inc, 1),
        ...late.map(inc, [1, 2]),
        late.compute(delayed(inc)(1)),
        late.with({ key: 'mine', pure: false }).submit(inc, 1),
      ];
      for (const future of futures) {
        same([future.status, future.done(), future.running], ['cancelled', true, false]);
        const error = await rejects(future, CancelledError, /was cancelled: too late$/);
        same([error.reason, error.key], ['too late', future.key]);
        future.cancel();
        throws(() => future.retry(), CancelledError, /too late$/);
        future.release();
      }
      same(futures.at(-1)?.key, 'mine');
      same(client.story('mine'), []);
      const stopped = client.with({ signal: AbortSignal.abort(new RangeError('too late')) });
      throws(() => stopped.scatter([1]), RangeError, /^too late$/);
      same(await client.with({ key: 'mine' }).submit(inc, 1), 2, 'the key is free');
    });
  },
};

/** Counts the listeners of a signal. @param {AbortSignal} signal */
function listeners(signal) {
  const { addEventListener: add, removeEventListener: remove } = signal;
  let [added, removed] = [0, 0];
  signal.addEventListener = (/** @type {any[]} */ ...args) => {
    added++;
    return /** @type {any} */ (add).apply(signal, args);
  };
  signal.removeEventListener = (/** @type {any[]} */ ...args) => {
    removed++;
    return /** @type {any} */ (remove).apply(signal, args);
  };
  return { added: () => added, removed: () => removed };
}
