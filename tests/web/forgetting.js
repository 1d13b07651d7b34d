// Work whose futures are let go: forgotten on purpose, or dropped; and what callbacks throw.

import { fireAndForget } from '../../src/index.js';
import { any, endless, hearing, holds, inc, nextTurn, rejects, same, until, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);

export const tests = {
  async work_that_was_fired_and_forgotten_is_done() {
    await withClient(
      async (client) => {
        const { gate, open, counted } = client.module(tasksUrl);
        const warned = hearing('warn');
        const failed = hearing('error');
        try {
          const first = client.submit(gate);
          const forgotten = client.with({ pure: false }).map(counted, Array(3));
          fireAndForget(forgotten);
          fireAndForget(forgotten[0]);
          for (const future of forgotten) future.release();
          const bad = client.submit(() => {
            throw new RangeError('in vain');
          });
          fireAndForget(bad);
          const { key } = bad;
          bad.release();
          await until(() => client.with({ pure: false }).submit(open), 'the gate has opened');
          await first;
          await until(async () => (await client.stats()).tasks <= 2, 'they are done, and their results dropped');
          same(await client.with({ pure: false }).submit(counted), 4, 'calls of it');
          await until(() => failed.some((line) => line.includes(key)), 'the one that failed is told of');
          same([...warned], []);
        } finally {
          warned.end();
          failed.end();
        }
      },
      { workers: 1 },
    );
  },

  async only_force_stops_what_was_forgotten() {
    await withClient(
      async (client) => {
        const { gate, open, counted } = client.module(tasksUrl);
        const closed = client.submit(gate);
        const [goes, stops] = client.with({ pure: false }).map(counted, Array(2));
        fireAndForget([goes, stops]);
        client.cancel(goes);
        client.cancel(stops, { force: true });
        same([goes.status, stops.status], ['cancelled', 'cancelled']);
        await until(() => client.with({ pure: false }).submit(open), 'the gate has opened');
        await closed;
        same(await client.with({ pure: false }).submit(counted), 2, 'calls');
        await rejects(
          Promise.resolve().then(() => fireAndForget(any(1))),
          TypeError,
          /^fireAndForget takes futures/,
        );
      },
      { workers: 1 },
    );
  },

  async what_runs_may_be_left_alone_by_cancel() {
    await withClient(
      async (client) => {
        const { gate, open } = client.module(tasksUrl);
        const futures = client.with({ pure: false }).map(gate, Array(4));
        await until(() => futures[0].running, 'the first runs');
        client.cancel(futures, { running: false });
        same(futures.at(-1)?.status, 'cancelled');
        same(futures[0].status, 'pending');
        await until(() => client.with({ pure: false }).submit(open), 'the gate has opened');
        same(await futures[0], 'passed');
      },
      { workers: 1 },
    );
  },

  async work_that_is_dropped_before_it_begins_is_told_once() {
    await withClient(
      async (client) => {
        const told = hearing('warn');
        try {
          const closed = client.submit(() => {
            for (;;);
          });
          const a = client.submit(inc, 1);
          const b = client.submit(inc, a);
          a.release();
          await nextTurn();
          same([...told], [], 'what something else needs is not dropped');
          b.release();
          await until(() => told.length, 'it is told');
          holds(told[0].startsWith(`webfutures: ${b.key} never runs`) && told[0].includes('fireAndForget'), told[0]);
          client.submit(inc, 7).release();
          await nextTurn();
          same(told.length, 1);
          closed.cancel();
        } finally {
          told.end();
        }
      },
      { workers: 1 },
    );
  },

  async what_is_dropped_of_a_map_before_it_begins_is_told_too() {
    await withClient(
      async (client) => {
        const told = hearing('warn');
        try {
          const closed = client.submit(endless);
          const mapped = client.map(inc, [1, 2, 3, 4]);
          const after = client.submit(inc, mapped[0]);
          mapped[0].release();
          await nextTurn();
          same([...told], [], 'what something else needs is not dropped');
          const { key } = mapped[2];
          mapped[2].release();
          mapped[3].release();
          await until(() => told.length, 'it is told');
          holds(told[0].startsWith(`webfutures: ${key} never runs`) && told[0].includes('fireAndForget'), told[0]);
          client.map(inc, [7, 8]).forEach((future) => {
            future.release();
          });
          mapped[1].release();
          await nextTurn();
          same(told.length, 1, 'once in the life of a client');
          closed.cancel();
          same(await after, 3, 'what was kept is done');
        } finally {
          told.end();
        }
      },
      { workers: 1 },
    );
  },

  async what_is_dropped_of_a_map_that_runs_or_is_done_is_not_told() {
    await withClient(
      async (client) => {
        const { gate, open } = client.module(tasksUrl);
        const told = hearing('warn');
        try {
          const done = client.map(inc, [1, 2, 3]);
          await client.gather(done);
          for (const future of done) future.release();
          const running = client.with({ pure: false }).map(gate, Array(2));
          await until(() => Object.values(client.processing()).flat().length === 2, 'they run');
          for (const future of running) future.release();
          await until(async () => (await client.stats()).tasks === 0, 'they are given up');
          await client.submit(open);
          same([...told], []);
        } finally {
          told.end();
        }
      },
      { workers: 1 },
    );
  },

  async ten_thousand_futures_are_released_in_one_turn() {
    await withClient(
      async (client) => {
        const told = hearing('warn');
        try {
          const closed = client.submit(endless);
          const numbers = Array.from({ length: 10_000 }, (_, i) => i);
          const one_by_one = numbers.map((n) => client.submit(inc, n));
          const mapped = client.with({ pure: false }).map(inc, numbers);
          for (const future of [...one_by_one, ...mapped]) future.release();
          await until(async () => (await client.stats()).tasks === 1, 'they are gone');
          same(told.length, 1);
          closed.cancel();
          same(await client.submit(inc, 1), 2);
        } finally {
          told.end();
        }
      },
      { workers: 1 },
    );
  },

  async one_timer_at_a_time_waits_for_what_is_left_to_be_released() {
    const { setTimeout } = globalThis;
    let [waiting, most] = [0, 0];
    globalThis.setTimeout = any((/** @type {() => void} */ call, /** @type {number} */ delay) => {
      if (delay) return setTimeout(call, delay);
      most = Math.max(most, ++waiting);
      return setTimeout(() => {
        waiting--;
        call();
      });
    });
    try {
      await withClient(async (client) => {
        const futures = client.map(inc, Array(30_000).keys());
        await client.gather(futures);
        for (const future of futures) future.release();
        for (let turn = 0; turn < 4; turn++) {
          client.submit(inc, -turn).release();
          // The turn ends two microtasks later.
          for (let i = 0; i < 5; i++) await null;
        }
        await until(async () => (await client.stats()).tasks === 0, 'all are released');
        same(most, 1, 'timers at once');
      });
    } finally {
      globalThis.setTimeout = setTimeout;
    }
  },

  async an_error_in_a_callback_is_reported() {
    await withClient(async (client) => {
      /** @type {string[]} */
      const reported = [];
      const report = (/** @type {ErrorEvent} */ event) => {
        if (!event.message.includes('of a callback')) return;
        event.preventDefault();
        reported.push(event.message);
      };
      globalThis.addEventListener('error', report);
      try {
        let called = 0;
        const future = client.submit(inc, 1);
        future.addDoneCallback(() => {
          called++;
          throw new RangeError('of a callback');
        });
        future.addDoneCallback(() => called++);
        same(await future, 2);
        await until(() => reported.length, 'it is reported');
        same([called, reported.length], [2, 1]);
      } finally {
        globalThis.removeEventListener('error', report);
      }
    });
  },
};
