// Several clients on the same workers: what they share, and what is each one's own.

import { CancelledError, Client, ClosedClientError, KeyConflictError } from '../../src/index.js';
import { holds, inc, rejects, same, throws, until, withClient } from './check.js';

const draw = (/** @type {number} */ _) => Math.random();
const fails = (/** @type {string} */ text) => {
  throw new RangeError(text);
};
/** Ends when the worker's global `open` says so. */
const gated = async (/** @type {string} */ gate) => {
  const channel = new BroadcastChannel(gate);
  await new Promise((opened) => (channel.onmessage = opened));
  channel.close();
  return gate;
};

/**
 * Lets `gated` tasks end, however late they listen.
 * @param {string} gate
 * @param {PromiseLike<unknown>} ended
 */
async function open(gate, ended) {
  const channel = new BroadcastChannel(gate);
  let done = false;
  Promise.resolve(ended).then(
    () => (done = true),
    () => (done = true),
  );
  await until(() => {
    channel.postMessage(0);
    return done;
  }, `${gate} ends`);
  channel.close();
}

/** @param {(a: Client, b: Client) => unknown} test */
async function withTwo(test) {
  await withClient(async (a) => {
    const b = new Client({ connect: a });
    try {
      await test(a, b);
    } finally {
      b.close();
    }
  });
}

let gates = 0;
const gate = () => `clients-${performance.timeOrigin}-${gates++}`;

export const tests = {
  async equal_pure_calls_of_two_clients_are_one_task() {
    await withTwo(async (a, b) => {
      const [mine, yours] = [a.submit(draw, 1), b.submit(draw, 1)];
      same(yours.key, mine.key, 'key');
      same((await a.stats()).tasks, 1, 'tasks');
      same(await yours, await mine, 'value');
      holds((await a.submit(draw, 2)) !== (await mine), 'another call is another task');
      same(String(b), `<Client: ${b.name}, workers: 2>`);
      holds(a.name !== b.name, 'each has a name of its own');
    });
  },

  async a_client_that_comes_later_shares_what_is_there() {
    await withTwo(async (a, b) => {
      const mine = a.submit(draw, 1);
      const value = await mine;
      const large = a.submit((n) => new Float64Array(n).fill(Math.random()), 100_000);
      await large.exception();
      const failed = a.submit(fails, 'no');
      await rejects(failed, RangeError, /^no$/);
      const yours = b.submit(draw, 1);
      same(yours.status, 'finished', 'status at once');
      same(yours.type, 'number', 'type');
      same(await yours, value, 'value');
      const twin = b.submit((n) => new Float64Array(n).fill(Math.random()), 100_000);
      same(twin.status, 'finished', 'status of the large one');
      same((await twin)[0], (await large)[0], 'a value that has to be asked for');
      const erred = b.submit(fails, 'no');
      same(erred.status, 'error', 'status of the failed one');
      await rejects(erred, RangeError, /^no$/);
    });
  },

  async a_future_of_one_client_is_an_argument_in_the_other() {
    await withTwo(async (a, b) => {
      const one = a.submit(inc, 0);
      const [data] = a.scatter([[40, 2]]);
      same(await b.submit(inc, one), 2, 'a future');
      same(await b.submit((xs) => xs[0] + xs[1], data), 42, 'scattered data');
      same(await b.gather({ one, data }), { one: 1, data: [40, 2] }, 'gathered by the other');
      const failed = a.submit(fails, 'upstream');
      await rejects(b.submit(inc, /** @type {any} */ (failed)), RangeError, /^upstream$/);
      // The other one's task goes on after its input was released.
      const input = a.submit(inc, 10);
      const output = b.submit(inc, input);
      input.release();
      same(await output, 12, 'of a released input');
    });
  },

  async cancelling_gives_up_only_the_clients_own_wish() {
    await withTwo(async (a, b) => {
      const name = gate();
      const mine = a.submit(gated, name);
      const yours = b.submit(gated, name);
      const after = b.submit((text) => text.length, yours);
      await until(() => yours.running, 'it runs');
      a.cancel(mine, { reason: 'enough' });
      same([mine.status, yours.status, after.status], ['cancelled', 'pending', 'pending'], 'status');
      const error = await rejects(mine, CancelledError, /was cancelled: enough$/);
      same(error.reason, 'enough', 'reason');
      await open(name, after);
      same(await yours, name, 'the other gets the value');
      same(await after, name.length, 'and what depends on it');
      throws(() => b.cancel(mine), TypeError, /belongs to another client$/);
      // The last wish ends it.
      const name2 = gate();
      const [one, two] = [a.submit(gated, name2), b.submit(gated, name2)];
      two.cancel();
      one.cancel();
      same([one.status, two.status], ['cancelled', 'cancelled'], 'both');
      b.cancel([yours, after]);
      a.cancel(mine);
      await until(async () => (await a.stats()).tasks === 0, 'nothing is left');
    });
  },

  async what_a_client_gave_up_it_can_submit_again_while_the_other_goes_on() {
    await withTwo(async (a, b) => {
      const name = gate();
      const mine = a.submit(gated, name);
      const yours = b.submit(gated, name);
      mine.cancel();
      const again = a.submit(gated, name);
      same([mine.status, again.status, again.key === mine.key], ['cancelled', 'pending', true], 'status');
      // The old future wishes nothing, so its end takes nothing away.
      mine.release();
      yours.release();
      await open(name, again);
      same(await again, name, 'value');
      same((await a.stats()).tasks, 1, 'tasks');
    });
  },

  async releasing_in_one_client_leaves_the_other_its_result() {
    await withTwo(async (a, b) => {
      const make = (/** @type {number} */ n) => new Float64Array(n).fill(Math.random());
      const mine = a.submit(make, 50_000);
      const yours = b.submit(make, 50_000);
      const part = a.submit((xs) => [xs[0]], mine);
      const [first] = await part;
      part.release();
      mine.release();
      await a.stats();
      same((await yours)[0], first, 'the other still has it, and it was not made again');
      yours.release();
      await until(async () => (await a.stats()).workers.every(({ results }) => results === 0), 'nothing is left');
    });
  },

  async closing_one_client_cancels_only_its_futures_and_the_last_ends_the_workers() {
    const a = new Client({ workers: 2 });
    const b = new Client({ connect: a });
    const name = gate();
    const [mine, alone] = [a.submit(gated, name), a.submit(gated, `${name}-alone`)];
    const yours = b.submit(gated, name);
    const waiting = rejects(alone, CancelledError, /the client was closed/);
    a.close();
    await waiting;
    same([mine.status, alone.status, yours.status], ['cancelled', 'cancelled', 'pending'], 'status');
    throws(() => a.submit(inc, 1), ClosedClientError, /closed/);
    throws(() => new Client({ connect: a }), ClosedClientError, /^connect: the client is closed$/);
    await until(async () => (await b.stats()).tasks === 1, 'what nobody else wants is gone');
    await open(name, yours);
    same(await yours, name, 'the other goes on');
    same(await b.submit(inc, 1), 2, 'and takes more');
    // Late words about futures of the closed one take nothing from the other.
    mine.release();
    a.close();
    same(await b.submit((text) => text, yours), name, 'still held');
    b.close();
    same(yours.status, 'cancelled', 'status after the last');
    throws(() => b.submit(inc, 1), ClosedClientError, /closed/);
  },

  async an_error_outlives_the_client_that_submitted_the_task() {
    await withClient(async (a) => {
      const b = new Client({ connect: a });
      const failed = b.submit(fails, 'kept');
      const after = a.submit(inc, /** @type {any} */ (failed));
      await rejects(after, RangeError, /^kept$/);
      b.close();
      same(failed.status, 'cancelled', 'of the closed client');
      await rejects(
        a.submit((text) => text, after),
        RangeError,
        /^kept$/,
      );
      await rejects(a.submit(fails, 'kept'), RangeError, /^kept$/);
    });
  },

  async a_key_belongs_to_all_clients_of_the_workers() {
    await withTwo(async (a, b) => {
      const mine = a.with({ key: 'answer' }).submit(inc, 41);
      const yours = b.with({ key: 'answer' }).submit(inc, 41);
      same(yours.key, 'answer', 'key');
      same((await a.stats()).tasks, 1, 'tasks');
      throws(() => b.with({ key: 'answer' }).submit(inc, 1), KeyConflictError, /belongs to another call, of inc/);
      same(await yours, 42, 'value');
      mine.release();
      throws(() => a.with({ key: 'answer' }).submit(inc, 1), KeyConflictError, /belongs to another call, of inc/);
      yours.release();
      same(await a.with({ key: 'answer' }).submit(inc, 1), 2, 'free again');
    });
  },

  async both_get_a_value_that_both_wait_for() {
    await withTwo(async (a, b) => {
      const make = (/** @type {number} */ n) => 'x'.repeat(n);
      const [mine, yours] = [a.submit(make, 200_000), b.submit(make, 200_000)];
      const [one, two] = await Promise.all([mine, yours]);
      same([one.length, two.length], [200_000, 200_000], 'lengths');
    });
  },

  async more_clients_than_the_engine_has_ids_for_are_told_apart() {
    await withClient(async (a) => {
      const others = Array.from({ length: 130 }, () => new Client({ connect: a }));
      const name = gate();
      const futures = others.map((other) => other.submit(gated, name));
      // 70 and 10 have the same id, or any other two have: each gives up for itself alone.
      futures.slice(1, 60).forEach((future) => future.release());
      futures.slice(60, 100).forEach((future) => future.cancel());
      others.slice(100, 129).forEach((other) => other.close());
      const last = futures[129];
      same([futures[0].status, last.status], ['pending', 'pending'], 'status');
      futures[0].release();
      await until(() => last.running, 'it runs on for the last one');
      await open(name, last);
      same(await last, name, 'value');
      last.release();
      await until(async () => (await a.stats()).tasks === 0, 'nothing is left');
      for (const other of others) other.close();
    });
  },

  async what_is_no_open_client_cannot_be_connected_to() {
    await withClient((a) => {
      const connect = /** @type {any} */ (Client);
      throws(() => new connect({ connect: {} }), TypeError, /^connect is the client whose workers to use, got object$/);
      throws(() => new connect({ connect: null }), TypeError, /got null$/);
      throws(
        () => new connect({ connect: a, workers: 3 }),
        TypeError,
        /^workers is for a client with workers of its own/,
      );
      const named = new Client({ connect: a.with({ priority: 3 }), name: 'second' });
      same(named.name, 'second', 'name');
      named.close();
      same(typeof a.submit(inc, 1).key, 'string', 'the first is open');
    });
  },
};
