// Locks, semaphores, events, variables, queues and datasets, between clients of the same workers.

import {
  CancelledError,
  Client,
  ClosedClientError,
  CoordinationError,
  delayed,
  Future,
  TimeoutError,
} from '../../src/index.js';
import { any, holds, inc, nextTurn, rejects, same, throws, until, withClient } from './check.js';

/**
 * Two clients of the same workers.
 * @param {(one: Client, two: Client) => unknown} test
 */
async function withTwo(test) {
  await withClient(async (one) => {
    const two = new Client({ connect: one });
    await test(one, two);
    two.close();
  });
}

/** @param {Client} client */
async function isEmpty(client) {
  await until(async () => {
    const { tasks, workers } = await client.stats();
    return tasks === 0 && workers.every(({ results }) => results === 0);
  }, 'nothing is left');
}

export const tests = {
  async a_lock_is_had_by_one_at_a_time_in_order() {
    await withTwo(async (one, two) => {
      const [mine, yours] = [one.lock('door'), two.lock('door')];
      const lease = await mine.acquire();
      same([lease.held, await yours.locked(), String(mine)], [true, true, '<Lock: door>']);
      /** @type {string[]} */
      const order = [];
      const waiting = ['a', 'b', 'c'].map((name) =>
        (name === 'b' ? mine : yours).with(async () => {
          order.push(name);
          await nextTurn();
          order.push(name);
          return name;
        }),
      );
      await rejects(yours.acquire({ timeout: 0 }), TimeoutError, /^lock "door" is not done after 0 ms$/);
      same(order, [], 'it is taken');
      await mine.release();
      same([await Promise.all(waiting), order.join('')], [['a', 'b', 'c'], 'aabbcc']);
      same([lease.held, await mine.locked()], [false, false]);
      await rejects(lease.release(), CoordinationError, /^release of "door": it is not held: released already/);
      await rejects(mine.release(), CoordinationError, /this lock object has acquired nothing$/);
      await rejects(
        mine.with(() => {
          throw new RangeError('inside');
        }),
        RangeError,
        /^inside$/,
      );
      const again = await yours.acquire();
      any(again)[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
      any(again)[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
      same(await mine.locked(), false, 'given back by the end of a block');
    });
  },

  async who_stops_waiting_loses_its_place_and_nothing_else() {
    await withTwo(async (one, two) => {
      const lease = await one.lock('x').acquire();
      const controller = new AbortController();
      const given = two.lock('x').acquire({ signal: controller.signal });
      const behind = one.lock('x').acquire();
      controller.abort(new RangeError('enough'));
      await rejects(given, RangeError, /^enough$/);
      const late = new AbortController();
      const last = two.lock('x').acquire({ signal: late.signal });
      await lease.release();
      await (await behind).release();
      // The answer was given before: it counts.
      late.abort();
      await (await last).release();
      await rejects(one.lock('x').acquire({ signal: AbortSignal.abort(new RangeError('no')) }), RangeError, /^no$/);
      await rejects(one.lock('x').acquire({ timeout: any('soon') }), RangeError, /^timeout is a number/);
      same(await one.lock('x').locked(), false);
    });
  },

  async a_semaphore_has_so_many_leases_and_those_of_the_closed_return() {
    await withTwo(async (one, two) => {
      const slots = two.semaphore('slots', { leases: 2 });
      await slots.acquire();
      await slots.acquire();
      same(await one.semaphore('slots', { leases: 2 }).taken(), 2);
      await rejects(
        one.semaphore('slots', { leases: 3 }).acquire(),
        CoordinationError,
        /^acquire of "slots": it is in use with the limit 2/,
      );
      const waiting = one.semaphore('slots', { leases: 2 }).acquire();
      const asked = two.event('never').wait();
      two.close();
      await rejects(asked, ClosedClientError, /^event "never": the client is closed$/);
      holds((await waiting).held, 'the leases of the closed client have returned');
      throws(() => two.lock('x'), ClosedClientError, /^lock: the client is closed$/);
      await rejects(slots.acquire(), ClosedClientError, /^semaphore "slots"/);
      for (const leases of [0, 1.5, any('2'), undefined]) {
        throws(() => one.semaphore('odd', any({ leases })), Error, /^leases is a whole number from 1/);
      }
      throws(() => one.lock(''), TypeError, /^the name of a lock is a text that is not empty/);
      throws(() => one.queue(any(5)), TypeError, /^the name of a queue .* got number/);
    });
  },

  async an_event_lets_all_pass() {
    await withTwo(async (one, two) => {
      const [mine, yours] = [one.event('go'), two.event('go')];
      const waiting = [yours.wait(), mine.wait()];
      same(await mine.isSet(), false);
      await mine.set();
      await Promise.all(waiting);
      await yours.wait({ timeout: 0 });
      same(await yours.isSet(), true);
      await yours.clear();
      await rejects(mine.wait({ timeout: 1 }), TimeoutError, /^event "go" is not done after 1 ms$/);
    });
  },

  async a_variable_is_waited_for_and_copied() {
    await withTwo(async (one, two) => {
      const [mine, yours] = [one.variable('best'), two.variable('best')];
      const waiting = yours.get();
      const value = { list: [1, 2], map: new Map([['a', 1]]) };
      await mine.set(value);
      value.list.push(3);
      const got = await waiting;
      same(got, { list: [1, 2], map: new Map([['a', 1]]) });
      got.list.push(4);
      same((await mine.get()).list, [1, 2], 'everybody has a copy');
      await mine.set(undefined);
      same(await yours.get(), undefined);
      await mine.delete();
      await rejects(yours.get({ timeout: 0 }), TimeoutError, /^variable "best"/);
      await rejects((async () => mine.set(() => {}))(), Error, /is a function, which cannot be copied/);
      await rejects(
        (async () => mine.set(delayed(inc)(1)))(),
        TypeError,
        /takes futures and values, got .*compute it first/,
      );
    });
  },

  async a_queue_gives_in_order_and_waits_when_it_is_full() {
    await withTwo(async (one, two) => {
      const [mine, yours] = [one.queue('jobs', { maxSize: 2 }), two.queue('jobs')];
      const early = yours.get();
      await mine.put('first');
      same(await early, 'first');
      await mine.put(1);
      await mine.put([2]);
      let third = 'waits';
      const full = mine.put({ x: 3 }).then(() => (third = 'is in'));
      await nextTurn();
      same([third, await yours.size()], ['waits', 2]);
      same([await yours.get(), await full, await yours.getBatch()], [1, 'is in', [[2], { x: 3 }]]);
      same(await yours.getBatch(), []);
      const two_ = yours.getBatch(2);
      await mine.put('a');
      await mine.put('b');
      same(await two_, ['a', 'b']);
      await rejects(yours.getBatch(1, { timeout: 0 }), TimeoutError, /^queue "jobs"/);
      await rejects(
        two.queue('jobs', { maxSize: 5 }).get(),
        CoordinationError,
        /^get of the queue "jobs": it is in use with the limit 2/,
      );
      const waiting = yours.get();
      await mine.close();
      await rejects(waiting, CoordinationError, /^get of the queue "jobs": it was closed$/);
      throws(() => one.queue('odd', { maxSize: 0 }), RangeError, /^maxSize is a whole number from 1/);
    });
  },

  async what_is_shared_keeps_its_futures_alive() {
    await withTwo(async (one, two) => {
      const future = one.submit((/** @type {number} */ x) => new Float64Array(1000).fill(x), 7);
      const { key } = future;
      await one.queue('jobs').put({ list: [future], by: 'one' });
      await one.variable('alone').set(future);
      await one.publish('data', new Map([['x', future]]));
      future.release();
      const { list, by } = await two.queue('jobs').get();
      same([by, list[0] instanceof Future, list[0].key], ['one', true, key]);
      const fifth = two.submit((data) => data[5], list[0]);
      same(await fifth, 7, 'a future of its own');
      fifth.release();
      same((await two.variable('alone').get())[999], 7, 'one that stands alone is awaited');
      list[0].release();
      await one.variable('alone').delete();
      const set = await one.dataset('data');
      same((await set.get('x')).length, 1000);
      set.get('x').release();
      same((await one.stats()).tasks > 0, true, 'the dataset still has it');
      await two.unpublish('data');
      await isEmpty(one);
      same(one.taskStream().records.filter(({ name }) => name !== 'data[5]').length, 2, 'it ran once');
    });
  },

  async datasets_outlive_who_published_them() {
    await withTwo(async (one, two) => {
      await two.publish('b', two.map(inc, [1, 2, 3]));
      await two.publish('a', [1]);
      same(await one.datasets(), ['a', 'b']);
      await rejects(one.publish('a', 2), CoordinationError, /^publish of "a": there is one already/);
      await one.publish('a', 3, { replace: true });
      two.close();
      same([await one.dataset('a'), await one.gather(await one.dataset('b'))], [3, [2, 3, 4]]);
      await rejects(one.dataset('c'), CoordinationError, /^dataset "c": there is none$/);
      await rejects(one.unpublish('c'), CoordinationError, /^unpublish of "c": there is none$/);
      await one.unpublish('b');
      await one.unpublish('a');
      same(await one.datasets(), []);
    });
  },

  async what_is_given_up_comes_out_as_cancelled() {
    await withTwo(async (one, two) => {
      const future = one.submit(() => new Promise(() => {}));
      await one.queue('jobs').put([future]);
      await one.variable('best').set([future]);
      one.cancel(future, { reason: 'a change of plan' });
      const [other] = await two.queue('jobs').get();
      same([future.status, other.status], ['cancelled', 'pending'], 'others still want it');
      await one.restart();
      const [gone] = await two.variable('best').get();
      same([other.status, gone.status], ['cancelled', 'cancelled']);
      await rejects(gone, CancelledError, /was cancelled: the client was restarted/);
      const failed = one.submit(() => {
        throw new RangeError('no');
      });
      await one.queue('jobs').put([failed]);
      failed.release();
      const [erred] = await two.queue('jobs').get();
      await rejects(erred, RangeError, /^no$/);
      await withClient(async (elsewhere) => {
        await rejects(
          (async () => elsewhere.queue('jobs').put([erred]))(),
          TypeError,
          /belongs to a client of other workers/,
        );
      });
    });
  },
};
