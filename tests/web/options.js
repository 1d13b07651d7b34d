// `client.with`: how calls are to be run.

import { Client, delayed, KeyConflictError, wait } from '../../src/index.js';
import { any, holds, inc, rejects, same, throws, until, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);
const dec = (/** @type {number} */ x) => x - 1;

/** The workers that ran anything, by name. @param {Client} client */
const ran = (client) => [...new Set(client.taskStream().records.map(({ worker }) => worker))].sort();

export const tests = {
  async options_are_checked_when_they_are_given() {
    await withClient(
      async (client) => {
        const refused = (/** @type {object} */ options, /** @type {any} */ type, /** @type {RegExp} */ message) =>
          throws(() => client.with(any(options)), type, message);
        refused(any(1), TypeError, /^with takes options, got number/);
        refused({ prioritee: 1 }, TypeError, /^with has no option "prioritee", only key, pure, priority/);
        refused({ key: 1 }, TypeError, /^key is a string, got number/);
        refused({ key: ['a', 2] }, TypeError, /^key\[1\] is a string/);
        refused({ key: '' }, RangeError, /^key has 1 to 1000 characters/);
        refused({ pure: 'no' }, TypeError, /^pure is true or false/);
        refused({ priority: '1' }, TypeError, /^priority is a whole number/);
        refused({ priority: 0.5 }, RangeError, /^priority is a whole number/);
        refused({ retries: -1 }, RangeError, /^retries is a whole number from 0/);
        refused({ workers: 'nobody' }, RangeError, /^no worker is called "nobody": there are lab-0/);
        refused({ workers: -1 }, RangeError, /^workers: a position/);
        refused({ workers: [] }, RangeError, /^workers is an empty list/);
        refused({ workers: {} }, TypeError, /^workers takes names and positions/);
        refused({ allowOtherWorkers: true }, TypeError, /give workers, too$/);
        refused({ resources: 1 }, TypeError, /^resources is an object/);
        refused({ resources: { gpu: 0.5 } }, RangeError, /^resources\.gpu is a whole number from 1/);
        same(await client.with({}).submit(inc, 1), 2, 'a result after all that');
        same(await client.with({ workers: 'lab-0', allowOtherWorkers: true }).submit(inc, 2), 3);
      },
      { name: 'lab', workers: 1 },
    );
    throws(() => new Client({ workers: [{ name: 'a' }, { name: 'a' }] }), RangeError, /^two workers are called "a"/);
    throws(() => new Client({ workers: any(['a']) }), TypeError, /^workers\[0\] is an object/);
  },

  async a_key_of_ones_own_names_the_task() {
    await withClient(async (client) => {
      const named = client.with({ key: 'mine' });
      const future = named.submit(inc, 1);
      same(future.key, 'mine');
      same(await future, 2);
      same(client.story('mine').at(-1)?.to, 'memory', 'the story found by the key');
      const again = named.submit(inc, 1);
      same([again.status, await again], ['finished', 2], 'the same call shares the task');
      const failed = client.with({ key: 'failing' }).submit(() => {
        throw new RangeError('no');
      });
      same((await rejects(failed, RangeError, /^no$/)).key, 'failing');
    });
  },

  async a_key_that_another_call_holds_is_refused() {
    await withClient(async (client) => {
      const named = client.with({ key: 'mine' });
      const future = named.submit(inc, 1);
      const error = throws(
        () => named.submit(inc, 2),
        KeyConflictError,
        /^the key "mine" belongs to another call, of inc/,
      );
      same(error.key, 'mine');
      throws(() => named.submit(dec, 1), KeyConflictError, /choose another key/);
      throws(() => client.with({ key: ['a', 'a'] }).map(inc, [1, 2]), KeyConflictError, /^the key "a"/);
      const large = client.with({ key: 'large' });
      const held = large.submit((x) => x.length, 'x'.repeat(100_000));
      throws(() => large.submit((x) => x.length, 'x'.repeat(100_000)), KeyConflictError, /"large"/);
      same(await held, 100_000);
      same(await future, 2);
      future.release();
      same(await named.submit(dec, 1), 0, 'another call, when the key is free');
    });
  },

  async keys_of_many_calls_are_a_prefix_or_a_list() {
    await withClient(async (client) => {
      const prefixed = client.with({ key: 'grow' }).map(inc, [1, 2]);
      holds(
        prefixed.every(({ key }) => key.startsWith('grow-')) && prefixed[0].key !== prefixed[1].key,
        `${prefixed} have the prefix`,
      );
      same(await client.gather(prefixed), [2, 3]);
      const listed = client.with({ key: ['a', 'b', 'c'] }).map(inc, [1, 2]);
      same(
        listed.map(({ key }) => key),
        ['a', 'b'],
      );
      throws(() => client.with({ key: ['d'] }).map(inc, [1, 2]), RangeError, /^key has 1 entries, which is too few/);
      throws(() => client.with({ key: ['d'] }).submit(inc, 1), TypeError, /^submit: an array of keys/);
      const lazy = delayed(inc);
      const [x, y] = client.with({ key: ['x', 'y'] }).compute([lazy(1), lazy(lazy(2))]);
      same([x.key, y.key, await x, await y], ['x', 'y', 2, 4]);
      throws(() => client.with({ key: 'x' }).compute([lazy(1)]), TypeError, /^compute: one key for an array/);
    });
  },

  async impure_calls_are_tasks_of_their_own() {
    await withClient(
      async (client) => {
        const { counted } = client.module(tasksUrl);
        const impure = client.with({ pure: false });
        same(
          await client.gather([impure.submit(counted), impure.submit(counted), ...impure.map(counted, [0])]),
          [1, 2, 3],
        );
        const lazy = delayed(inc);
        const pure = client.with({ pure: true });
        same(pure.compute(lazy(1)).key, pure.compute(lazy(1)).key, 'equal lazy calls are one task');
        const own = delayed(inc, { pure: false });
        const [one, other] = pure.compute([own(1), own(1)]);
        holds(one.key !== other.key, 'what the lazy function says goes first');
      },
      { workers: 1 },
    );
  },

  async options_add_up() {
    await withClient(async (client) => {
      const inner = client.with({ pure: false, retries: 1 }).with({ key: 'both', retries: 2 });
      same([await inner.submit(inc, 1), inner.name], [2, client.name]);
      same(await client.submit(inc, inner.with({ key: 'input' }).submit(inc, 1)), 3, 'futures go between them');
      const lazy = delayed(inc)(1);
      same(await inner.with({ key: 'lazy' }).submit(inc, lazy), 3, 'a lazy call inside of submit');
    });
  },

  async higher_priorities_run_first() {
    await withClient(
      async (client) => {
        const { gate, open } = client.module(tasksUrl);
        const order = (/** @type {string} */ name) => {
          const scope = /** @type {any} */ (globalThis);
          scope.order = `${scope.order ?? ''}${name} `;
          return scope.order;
        };
        // Of two slots one is taken, and `open` comes only through the other.
        const closed = client.with({ resources: { slot: 1 } }).submit(gate);
        await until(() => client.processing()['client-0']?.length !== 0, 'the gate is under way');
        const slot = (/** @type {number} */ priority) => client.with({ resources: { slot: 1 }, priority });
        const low = slot(-1).submit(order, 'low');
        const middle = slot(0).submit(order, 'middle');
        const high = slot(1).submit(order, 'high');
        await until(() => client.with({ pure: false }).submit(open), 'the gate has opened');
        same(await client.gather([high, middle, low]), ['high ', 'high middle ', 'high middle low ']);
        same(await closed, 'passed');
      },
      { workers: [{ name: 'client-0', resources: { slot: 1 } }] },
    );
  },

  async what_is_urgent_begins_first_though_its_function_and_its_options_are_new() {
    await withClient(
      async (client) => {
        await client.ready;
        const late = client.submit(inc, 1);
        const early = client.with({ priority: 1 }).submit(dec, 1);
        same(await client.gather([late, early]), [2, 0]);
        same(
          client.taskStream().records.map(({ name }) => name),
          ['dec', 'inc'],
        );
      },
      { workers: 1 },
    );
  },

  async calls_run_where_they_may() {
    await withClient(
      async (client) => {
        const { records } = client.taskStream();
        same(records.length, 0);
        await client.gather(client.with({ workers: 'b' }).map(inc, Array(100).keys()));
        same(ran(client), ['b']);
        await client.gather(client.with({ workers: [0, 'b'] }).map(dec, Array(100).keys()));
        holds(!ran(client).includes('lab-2'), 'the third ran nothing');
        const later = client.with({ workers: 'lab-3' }).submit(inc, 1000);
        const elsewhere = client.with({ workers: 'lab-3', allowOtherWorkers: true }).submit(dec, 1000);
        same(await elsewhere, 999);
        same([later.status, client.story(later).at(-1)?.to], ['pending', 'no-worker']);
        client.scale(4);
        same(await later, 1001, 'the result when the worker has come');
      },
      { name: 'lab', workers: [{ name: 'a' }, { name: 'b' }, {}] },
    );
  },

  async resources_bound_what_runs_at_once() {
    await withClient(
      async (client) => {
        const { overlap } = client.module(tasksUrl);
        const peaks = await client.gather(
          client.with({ resources: { gpu: 1 }, pure: false }).map(overlap, Array(8).fill(2)),
        );
        same(
          [Math.max(.../** @type {number[]} */ (peaks)), ran(client)],
          [2, ['strong']],
          'how many at once, and where',
        );
        const never = client.with({ resources: { gpu: 3 } }).submit(inc, 1);
        await client.submit(dec, 1);
        same(client.story(never).at(-1)?.to, 'no-worker', 'more than there is');
      },
      { workers: [{ name: 'weak' }, { name: 'strong', resources: { gpu: 2 } }] },
    );
  },

  async what_fails_is_tried_again() {
    await withClient(
      async (client) => {
        const third = () => {
          const scope = /** @type {any} */ (globalThis);
          scope.tries = (scope.tries ?? 0) + 1;
          if (scope.tries % 3) throw new RangeError(`try ${scope.tries}`);
          return scope.tries;
        };
        same(await client.with({ retries: 2, pure: false }).submit(third), 3);
        await rejects(client.with({ retries: 1, pure: false }).submit(third), RangeError, /^try 5$/);
      },
      { workers: 1 },
    );
  },

  async results_that_may_be_transferred_are_moved_to_the_worker_that_needs_them() {
    await withClient(
      async (client) => {
        const make = (/** @type {number} */ n) => new Float64Array(n).fill(1);
        const total = (/** @type {Float64Array} */ data) => data.reduce((sum, x) => sum + x, 0);
        const identity = (/** @type {Float64Array} */ data) => data;
        const [here, there] = ['a', 'b'].map((workers) => client.with({ workers, transfer: true }));
        const data = here.submit(make, 10_000);
        same(await there.submit(total, data), 10_000, 'the sum of what was moved');
        await until(async () => (await client.stats()).workers[0].results === 0, 'nothing is left where it was made');
        same(await here.submit(total, data), 10_000, 'moved back');
        same((await data).length, 10_000, 'the page gets it, too');
        // Another result that is the same array keeps it where it is.
        const other = here.submit(make, 5_000);
        const alias = here.submit(identity, other);
        same(await there.submit(total, alias), 5_000);
        same(await here.submit(total, other), 5_000, 'what shares the buffer is whole');
      },
      { workers: [{ name: 'a' }, { name: 'b' }] },
    );
  },

  async a_result_that_a_call_waits_with_is_not_moved_away_by_one_that_was_given_up() {
    await withClient(
      async (client) => {
        const make = (/** @type {number} */ n) => new Float64Array(n).fill(1);
        const busy = (/** @type {number} */ milliseconds, /** @type {number} */ _number) => {
          const end = performance.now() + milliseconds;
          while (performance.now() < end);
        };
        const total = (/** @type {Float64Array[]} */ ...all) => all.reduce((sum, data) => sum + data.length, 0);
        const [here, there] = ['a', 'b'].map((workers) => client.with({ workers, transfer: true, pure: false }));
        // Both are known to be short: one waits behind the other where it is to run.
        for (let i = 0; i < 20; i++) {
          await there.submit(busy, 0, i);
          await there.submit(total);
        }
        const [data, other] = [here.submit(make, 10_000), there.submit(make, 1_000)];
        await wait([data, other]);
        const long = there.submit(busy, 300, 20);
        // Its order is read when that has ended: then it asks for the data, though it was given up.
        const given = there.submit(total, data);
        await until(() => given.running, 'it was sent');
        same(long.done(), false, 'while the other one runs');
        given.cancel();
        same(await here.submit(total, data, other), 11_000, 'what is used here is whole');
      },
      { workers: [{ name: 'a' }, { name: 'b' }] },
    );
  },
};
