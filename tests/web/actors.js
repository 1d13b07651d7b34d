// Actors: objects that live in a worker, called by proxies.

import { asCompleted, Client, InvalidTaskError, LostActorError } from '../../src/index.js';
import { holds, rejects, same, throws, until, withClient } from './check.js';

class Counter {
  n = 0;
  /** @param {number} [start] */
  constructor(start = 0) {
    this.n = start;
  }
  /** @param {number} by */
  add(by) {
    this.n += by;
    return this.n;
  }
  /** @param {number} by */
  async later(by) {
    await null;
    return this.add(by);
  }
  fail() {
    throw Object.assign(new RangeError('too far'), { n: this.n });
  }
  die() {
    globalThis.close();
    for (const end = performance.now() + 10; performance.now() < end; );
  }
  /** What could not be copied: it never leaves. */
  callback = () => this.n;
}

export const tests = {
  async state_is_kept_and_calls_run_in_their_order() {
    await withClient(async (client) => {
      const future = client.actor(Counter, 10);
      const counter = await future;
      const sums = Array.from({ length: 20 }, (_, i) => counter.add(i));
      same(
        await client.gather(sums),
        sums.map((_, i) => 10 + (i * (i + 1)) / 2),
      );
      same(await counter.n(), 200, 'an attribute');
      same(await counter.later(1), 201, 'an async method');
      holds(/^<Actor: Counter, key: Counter-/.test(`${counter}`), 'a proxy says what it is');
      holds(`${future}`.includes('finished'), 'its future is finished');
      const again = await future;
      same(await again.add(1), 202, 'another proxy is of the same actor');
    });
  },

  async futures_are_arguments_and_calls_are_futures() {
    await withClient(async (client) => {
      const counter = await client.actor(
        Counter,
        client.submit((x) => x + 1, 1),
      );
      // The second is ready before the first, whose argument must be there.
      const calls = [counter.add(client.submit((x) => 2 * x, 4)), counter.callback()];
      let seen = 0;
      for await (const call of asCompleted(calls)) seen += await call;
      holds(seen === 20 || seen === 12, 'both were called');
      same(await counter.n(), 10);
      // In a task it is the object itself, wherever it was given.
      const twice = (/** @type {Counter} */ actor, /** @type {number} */ by) => actor.add(by) + actor.add(by);
      same(await client.submit(twice, /** @type {any} */ (counter), 1), 23);
      const [first] = await client.gather([client.actor(Counter, 5)]);
      same(await first.n(), 5, 'gathered as a proxy');
    });
  },

  async actors_are_spread_over_the_workers() {
    await withClient(async (client) => {
      await client.ready;
      const actors = await client.gather([1, 2, 3, 4].map((start) => client.actor(Counter, start)));
      same(await client.gather(actors.map((actor) => actor.n())), [1, 2, 3, 4]);
      const held = await client.stats();
      holds(
        held.workers.every(({ results }) => results >= 2),
        'each of the two workers has two',
      );
    });
  },

  async errors_are_those_of_the_call_alone() {
    await withClient(async (client) => {
      const counter = await client.actor(Counter);
      const error = await rejects(counter.fail(), RangeError, /^too far$/);
      same(error.n, 0);
      holds(error.key.startsWith('Counter.fail-'), 'it names the call');
      await rejects(
        /** @type {any} */ (counter).missing(),
        TypeError,
        /^the actor, a Counter, has no member "missing"$/,
      );
      await rejects(/** @type {any} */ (counter).n(1), TypeError, /has no method "n"/);
      same(await counter.add(1), 1, 'the actor goes on');
    });
  },

  async what_is_no_class_is_refused() {
    await withClient((client) => {
      const outside = 1;
      throws(
        () => client.actor(/** @type {any} */ ((/** @type {number} */ x) => x)),
        InvalidTaskError,
        /made of a class/,
      );
      throws(() => client.actor(/** @type {any} */ (5)), InvalidTaskError, /got 5/);
      throws(
        () =>
          client.actor(
            class Closed {
              n = outside;
            },
          ),
        InvalidTaskError,
        /"outside"/,
      );
    });
  },

  async a_constructor_that_throws_fails_the_actor_and_its_calls() {
    await withClient(async (client) => {
      class Broken {
        constructor() {
          throw new RangeError('not today');
        }
        touch() {}
      }
      await rejects(client.actor(Broken), RangeError, /^not today$/);
    });
  },

  async an_actor_goes_with_its_worker() {
    await withClient(
      async (client) => {
        const future = client.actor(Counter);
        const counter = await future;
        counter.die();
        await rejects(counter.add(1), LostActorError, /^Counter-.* is lost: the worker/);
        await rejects(future, LostActorError, /make a new one/);
        same(await (await client.actor(Counter)).add(3), 3, 'a new one can be made');
      },
      { workers: 1, allowedFailures: 0 },
    );
  },

  async modules_export_classes() {
    await withClient(async (client) => {
      const { Account } = client.module(new URL('./fixtures/account.js', import.meta.url));
      const account = await client.actor(/** @type {any} */ (Account), 'a');
      same(await account.deposit(5), 'a: 5');
    });
  },

  async what_is_shared_by_name_comes_out_as_a_proxy() {
    await withClient(async (client) => {
      const other = new Client({ connect: client });
      const future = client.actor(Counter, 10);
      const variable = client.variable('counter');
      await variable.set(future);
      same(await (await variable.get()).add(1), 11, 'to the client that made it');
      same(await (await other.variable('counter').get()).add(1), 12, 'to another one');
      await client.queue('counters').put(await future);
      same(await (await other.queue('counters').get()).add(1), 13, 'put as a proxy');
      await client.publish('counters', { first: future });
      const { first } = await other.dataset('counters');
      same(await (await first).add(1), 14, 'of a future among others');
      // What is shared keeps it.
      future.release();
      const again = await variable.get();
      same(await again.add(1), 15, 'when its maker has let go of it');
      other.close();
    });
  },

  async tasks_get_proxies_of_what_is_shared_by_name() {
    await withClient(async (client) => {
      const future = client.actor(Counter, 10);
      await client.variable('counter').set(future);
      const add = async (/** @type {number} */ by) => {
        const own = await /** @type {any} */ (globalThis).webfutures.getClient();
        const counter = await own.variable('counter').get();
        await own.queue('counters').put(counter);
        return [`${counter}`, await counter.add(by), await counter.n()];
      };
      same(await client.submit(add, 5), [`<Actor: Counter, key: ${future.key}>`, 15, 15]);
      same(await (await client.queue('counters').get()).add(1), 16, 'and put it back');
    });
  },

  async what_nobody_holds_is_dropped() {
    await withClient(async (client) => {
      const future = client.actor(Counter);
      const counter = await future;
      const call = counter.add(1);
      await call;
      call.release();
      future.release();
      counter[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
      await until(async () => {
        const { tasks, workers } = await client.stats();
        return tasks === 0 && workers.every(({ results }) => results === 0);
      }, 'nothing is left of it');
    });
  },
};
