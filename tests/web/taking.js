// `future.take`: a result comes to the page for good.

import { CancelledError } from '../../src/index.js';
import { inc, nextTurn, rejects, same, throws, until, withClient } from './check.js';

/** @import { Client } from '../../src/index.js' */

/** Large enough not to come with the report of its end. The worker goes on seeing what it has made. */
const make = (/** @type {number} */ count) => {
  const scope = /** @type {any} */ (globalThis);
  scope.calls = (scope.calls ?? 0) + 1;
  scope.made = new Float64Array(count).fill(1);
  return scope.made;
};
const total = (/** @type {Float64Array} */ data) => data.reduce((sum, x) => sum + x, 0);

/** Elements that the worker still sees of what it made last, and how often it was called. @param {Client} client */
async function left(client) {
  const [there] = Object.values(
    await client.run(() => {
      const { made, calls } = /** @type {any} */ (globalThis);
      return [made.length, calls];
    }),
  );
  return there;
}

/** @param {(client: Client, moving: ReturnType<Client['with']>) => Promise<void>} test */
const withOne = (test) =>
  withClient((client) => test(client, client.with({ transfer: true, pure: false })), { workers: 1 });

export const tests = {
  async a_taken_result_is_moved_to_the_page() {
    await withOne(async (client, moving) => {
      const future = moving.submit(make, 100_000);
      const data = await future.take();
      same([data.constructor, data.length, total(data)], [Float64Array, 100_000, 100_000]);
      same(await left(client), [0, 1], 'the worker has nothing of it');
      await until(async () => (await client.stats()).workers[0].results === 0, 'nor knows of it');
      // One that has ended, and one of a map.
      const ended = moving.submit(make, 10_000);
      await ended.exception();
      same((await ended.take()).length, 10_000);
      same(await left(client), [0, 2]);
      const [first, second] = moving.map(make, [20_000, 30_000]);
      same([(await first.take()).length, (await second.take()).length], [20_000, 30_000]);
      same(await left(client), [0, 4]);
    });
  },

  async a_taken_future_is_of_no_more_use() {
    await withOne(async (client, moving) => {
      const future = moving.submit(make, 10);
      const taken = future.take();
      same([future.done(), future.status], [true, 'cancelled'], 'from the call on');
      await rejects(future.take(), CancelledError, /the future was released$/);
      await rejects(future.result(), CancelledError, /the future was released$/);
      throws(() => client.submit(total, future), CancelledError, /the future was released$/);
      future.release();
      future.cancel();
      same((await taken).length, 10, 'who took it gets it all the same');
    });
  },

  async what_may_not_be_moved_or_is_needed_is_copied() {
    await withOne(async (client, moving) => {
      const plain = client.with({ pure: false });
      same((await plain.submit(make, 10_000).take()).length, 10_000);
      same((await left(client))[0], 10_000, 'nobody said that it may be moved');
      // Another future of the same task.
      const pure = client.with({ transfer: true });
      const [one, other] = [pure.submit(make, 20_000), pure.submit(make, 20_000)];
      same((await one.take()).length, 20_000);
      same([(await left(client))[0], total(await other)], [20_000, 20_000], 'another future is of use');
      // A call that was submitted before.
      const [before, all] = [left(client), moving.submit(make, 30_000)];
      const sum = client.submit(total, all);
      same([(await all.take()).length, await sum], [30_000, 30_000]);
      same((await left(client))[1] - (await before)[1], 1, 'it was made once');
      // One that is a part of another result.
      const whole = moving.submit(make, 40_000);
      const part = moving.submit((/** @type {Float64Array} */ data) => data.subarray(1), whole);
      same([(await whole.take()).length, (await part).length], [40_000, 39_999]);
    });
  },

  async what_is_made_of_an_input_goes_unless_that_is_needed() {
    await withOne(async (client, moving) => {
      const scattered = () => {
        const array = new Float64Array(10_000).fill(1);
        return client.scatter(array, { hash: false, transfer: [array.buffer] });
      };
      const fill = (/** @type {Float64Array} */ data) => data.fill(2);
      const used = scattered();
      const taken = moving.submit(fill, used);
      used.release();
      same(total(await taken.take()), 20_000);
      await until(async () => (await client.stats()).workers[0].results === 0, 'the worker has neither of them');
      // A future of it is held: the worker keeps what was filled in place.
      const held = scattered();
      same(total(await moving.submit(fill, held).take()), 20_000);
      same([(await held).length, await client.submit(total, held)], [10_000, 20_000]);
      // A second task, and a second time.
      const shared = scattered();
      const [first, second] = [moving.submit(fill, shared).take(), client.submit(total, shared)];
      shared.release();
      same([total(await first), await second], [20_000, 20_000]);
      const again = scattered();
      const failing = moving.with({ retries: 1 }).submit((data) => {
        const scope = /** @type {any} */ (globalThis);
        scope.tried = !scope.tried;
        if (scope.tried) throw new Error('at first');
        return data;
      }, again);
      again.release();
      same(total(await failing.take()), 10_000);
    });
  },

  async all_futures_of_a_task_may_be_taken() {
    await withOne(async (client) => {
      const pure = client.with({ transfer: true });
      const [one, other] = [pure.submit(make, 10_000), pure.submit(make, 10_000)];
      const [a, b] = await Promise.all([one.take(), other.take()]);
      same([a.length, a === b], [10_000, true], 'both get the same, as by awaiting');
      same(await left(client), [0, 1]);
    });
  },

  async an_equal_call_of_a_taken_one_makes_its_result_again() {
    await withOne(async (client) => {
      const pure = client.with({ transfer: true });
      const data = await pure.submit(make, 10_000).take();
      // In the same turn the scheduler has not heard yet that the result has left.
      const again = pure.submit(make, 10_000);
      const sum = client.submit(total, again);
      structuredClone(data, { transfer: [data.buffer] });
      same([total(await again), await sum], [10_000, 10_000]);
    });
  },

  async an_equal_call_of_one_that_is_being_taken_gets_its_result_too() {
    await withOne(async (client) => {
      const pure = client.with({ transfer: true });
      const busy = client.submit((/** @type {number} */ milliseconds) => {
        const end = performance.now() + milliseconds;
        while (performance.now() < end);
      }, 50);
      const taken = pure.submit(make, 10_000).take();
      await nextTurn();
      // Its order has gone, and says that it is taken.
      const again = pure.submit(make, 10_000);
      const sum = client.submit(total, again);
      same([(await taken).length, (await again).length, await sum], [10_000, 10_000, 10_000]);
      await busy;
    });
  },

  async what_is_no_buffer_and_what_fails_is_taken_too() {
    await withOne(async (client, moving) => {
      same(await client.submit(inc, 1).take(), 2);
      same(await moving.submit(() => ({ list: [1, 'two'] })).take(), { list: [1, 'two'] });
      same(await moving.submit(() => undefined).take(), undefined);
      const large = await moving.submit(() => ({ width: 2, pixels: new Uint8Array(100_000).fill(7) })).take();
      same([large.width, large.pixels.length, large.pixels[99_999]], [2, 100_000, 7]);
      const failing = moving.submit(() => {
        throw new RangeError('too far');
      });
      await rejects(failing.take(), RangeError, /^too far$/);
      const cancelled = moving.submit(inc, 1);
      cancelled.cancel();
      await rejects(cancelled.take(), CancelledError, /was cancelled/);
      const closed = moving.submit(() => new Promise(() => {})).take();
      client.close();
      await rejects(closed, CancelledError, /closed/);
    });
  },

  async a_result_that_was_lost_before_it_came_is_made_again_and_taken() {
    await withOne(async (client, moving) => {
      const future = moving.submit(make, 10_000);
      await future.exception();
      // The worker ends before it reads that the result is wanted.
      const ended = client.run(() => globalThis.close());
      const taken = future.take();
      await Promise.allSettled([ended]);
      same((await taken).length, 10_000);
    });
  },

  async a_client_in_a_task_takes_results_too() {
    await withOne(async (client) => {
      const lengths = await client.submit(async () => {
        const client = await webfutures.getClient();
        const make = (/** @type {number} */ count) => new Float64Array(count);
        const future = client.with({ transfer: true, pure: false }).submit(make, 10);
        const [data, again] = await Promise.allSettled([future.take(), future.take()]);
        return [/** @type {any} */ (data).value.length, /** @type {any} */ (again).reason.name];
      });
      same(lengths, [10, 'CancelledError']);
    });
  },
};
