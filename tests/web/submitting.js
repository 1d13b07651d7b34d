// Submitting calls: submit, map, scatter, gather, and lazy graphs.

import { collect } from '../../src/client/collect.js';
import { Client, ClosedClientError, delayed, repeat, TimeoutError } from '../../src/index.js';
import { fill } from '../../src/worker/jobs.js';
import { any, holds, inc, rejects, same, throws, until, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);
const add = (/** @type {number} */ a, /** @type {number} */ b) => a + b;
const itself = (/** @type {any} */ x) => x;

export const tests = {
  async a_future_tells_how_its_task_stands() {
    await withClient(async (client) => {
      const future = client.submit(inc, 1);
      same([future.status, future.done(), future.cancelled(), future.type], ['pending', false, false, undefined]);
      holds(future.key.startsWith('inc-'), `${future.key} begins with the name of the function`);
      same(String(future), `<Future: pending, key: ${future.key}>`);
      same(await future, 2);
      same(await future.result(), 2);
      same([future.status, future.done(), future.cancelled(), future.type], ['finished', true, false, 'number']);
      same(String(future), `<Future: finished, type: number, key: ${future.key}>`);
      same(await future.exception(), null);
      const data = client.submit(() => new Float32Array(3));
      await data;
      same(data.type, 'Float32Array');
    });
  },

  async calls_may_be_submitted_before_the_workers_are_up() {
    await withClient(async (client) => {
      const future = client.submit(add, client.submit(inc, 1), 10);
      same(await future, 12);
      same((await client.ready) === client, true, 'ready gives the client');
    });
  },

  async values_of_every_kind_travel_both_ways() {
    await withClient(async (client) => {
      const values = [
        undefined,
        null,
        true,
        -0,
        Number.NaN,
        2 ** 60,
        'text',
        '',
        12n,
        [1, [2, []]],
        { a: { b: 1 } },
        new Map([[{ k: 1 }, new Set([1])]]),
        new Date(7),
        new Uint8Array([1, 2]),
        new Float64Array([0.5]).buffer,
        new RangeError('a value'),
      ];
      same(await client.gather(client.map(itself, values)), values);
      same(
        await client.gather(values.map((value) => client.submit(itself, { value }))),
        values.map((value) => ({ value })),
      );
    });
  },

  async arguments_are_copied_at_the_call() {
    await withClient(async (client) => {
      const list = [1, 2];
      const data = new Float64Array([1, 2]);
      const future = client.submit((list, data) => [...list, ...data], list, data);
      list.push(3);
      data[0] = 9;
      same(await future, [1, 2, 1, 2]);
      same(data, new Float64Array([9, 2]), 'the data of the page');
    });
  },

  async futures_are_arguments_at_any_depth() {
    await withClient(async (client) => {
      const [one, two] = [client.submit(inc, 0), client.submit(inc, 1)];
      const value = {
        list: [one, [two, 5]],
        map: new Map(
          /** @type {[string, any][]} */ ([
            ['one', one],
            ['deep', { two }],
          ]),
        ),
        set: new Set([one, 7, two]),
        lazy: delayed(inc)(two),
        text: 'one',
      };
      same(await client.submit(itself, value), {
        list: [1, [2, 5]],
        map: new Map(
          /** @type {[string, any][]} */ ([
            ['one', 1],
            ['deep', { two: 2 }],
          ]),
        ),
        set: new Set([1, 7, 2]),
        lazy: 3,
        text: 'one',
      });
      same(
        await client.submit(itself, new Set([one, client.submit(itself, 1), two])),
        new Set([1, 2]),
        'equal results in a Set',
      );
      same(await client.submit(add, one, one), 2, 'one future twice');
      /** @type {any} */
      const loop = { one };
      loop.self = loop;
      same(await client.submit((x) => x.self.self === x && x.self.one, loop), 1, 'a future in a cycle');
    });
  },

  async lists_of_futures_may_hold_anything_and_be_long() {
    await withClient(async (client) => {
      const [one, two] = client.map(inc, [0, 1]);
      const list = [one, undefined, null, 'text', two, 7n];
      const first = client.submit(itself, list);
      list.length = 0;
      same(await first, [1, undefined, null, 'text', 2, 7n], 'copied at the call');
      const date = new Date(7);
      same(await client.submit(itself, [one, [two], date]), [1, [2], date], 'and what must be looked into');
      // biome-ignore lint/suspicious/noSparseArray: that is what is tested.
      const sparse = await client.submit(itself, [one, , two]);
      same([sparse.length, 1 in sparse, sparse[2]], [3, false, 2]);
      const sums = (/** @type {any[]} */ ...lists) => lists.flat().reduce((a, b) => a + b);
      same(await client.submit(sums, 1, [one, two, 10], [two]), 16, 'several');
      const long = new Array(40_000).fill(1);
      long[39_999] = two;
      same(await client.submit(sums, long), 40_001);
      // More arguments than engines call a function with.
      const many = new Array(70_000).fill(0);
      [many[69_998], many[69_999]] = [[0, one], two];
      const { args, positions, paths } = collect(many);
      fill({ args, inputs: [1, 2], positions, paths: paths ?? [] });
      same([args.length, args[69_998], args[69_999]], [70_000, [0, 1], 2]);
      const moved = (/** @type {any} */ [a], /** @type {any} */ b) => [a, b];
      const [a, b] = [client.submit(moved, [one], null), client.submit(moved, [null], one)];
      holds(a.key !== b.key, 'the place names the call');
      same(await client.gather([a, b]), [
        [1, null],
        [null, 1],
      ]);
    });
  },

  async results_go_from_worker_to_worker() {
    await withClient(async (client) => {
      const leaves = client.map(
        (i) => new Float64Array(10_000).fill(i),
        Array.from({ length: 16 }, (_, i) => i),
      );
      let level = leaves;
      while (level.length > 1) {
        level = Array.from({ length: level.length / 2 }, (_, i) =>
          client.submit((a, b) => a.map((x, j) => x + b[j]), level[2 * i], level[2 * i + 1]),
        );
      }
      const sum = await level[0];
      same([sum.length, sum[0], sum[9999]], [10_000, 120, 120]);
    });
  },

  async equal_pure_calls_are_one_task() {
    await withClient(
      async (client) => {
        const { counted } = client.module(tasksUrl);
        const [a, b] = [client.submit(counted), client.submit(counted)];
        same(a.key, b.key, 'the key of the equal call');
        holds(a !== b, 'each call has a future of its own');
        same(await client.gather([a, b]), [1, 1]);
        same(await client.submit(counted), 1, 'the same call later, while a future is held');
        same(client.submit(add, a, 1).key, client.submit(add, b, 1).key, 'the key of equal calls of equal futures');
        const calls = /** @type {any[][]} */ ([
          [1],
          ['1'],
          [true],
          [1n],
          [[1]],
          [{ a: 1 }],
          [{ b: 1 }],
          [1, 2],
          [null],
          [undefined],
          [],
        ]);
        same(
          new Set(calls.map((args) => client.submit(itself, .../** @type {[any]} */ (args)).key)).size,
          calls.length,
          'different keys',
        );
        same(client.submit(itself, new Uint8Array([1])).key, client.submit(itself, new Uint8Array([1])).key);
        holds(
          client.submit(itself, new Uint8Array([1])).key !== client.submit(itself, new Int8Array([1])).key,
          'types differ',
        );
        const big = new Uint8Array(100_000);
        const keys = [1, 2].map(() => client.submit(itself, big).key);
        holds(keys[0] !== keys[1], 'big arguments are not compared');
      },
      { workers: 1 },
    );
  },

  async calls_run_in_the_order_in_which_they_were_submitted() {
    await withClient(
      async (client) => {
        const count = delayed(client.module(tasksUrl).counted);
        const futures = Array.from({ length: 100 }, () => client.compute(count()));
        same(
          await client.gather(futures),
          Array.from({ length: 100 }, (_, i) => i + 1),
        );
      },
      { workers: 1 },
    );
  },

  async map_ends_with_the_shortest_iterable() {
    await withClient(async (client) => {
      same(await client.gather(client.map(add, [1, 2, 3], [10, 20])), [11, 22]);
      function* endless() {
        for (let i = 0; ; i++) yield i;
      }
      same(await client.gather(client.map(add, endless(), new Set([5, 6]))), [5, 7]);
      same(client.map(inc, []), []);
      const squares = client.map((x) => x * x, [1, 2, 3]);
      same(await client.gather(client.map(inc, squares)), [2, 5, 10], 'futures as elements');
      throws(() => client.map(any(inc), any(5)), TypeError, /map needs iterables; argument 1 is number/);
      throws(() => client.map(any(inc)), TypeError, /map needs something to iterate over/);
    });
  },

  async map_takes_constants() {
    await withClient(async (client) => {
      const scale = (/** @type {number} */ x, /** @type {number} */ by) => x * by;
      const scaled = client.map(scale, [1, 2, 3], repeat(10));
      same(await client.gather(scaled), [10, 20, 30]);
      const ten = client.submit(inc, 9);
      const tens = client.map(scale, repeat(ten), new Set([1, 2]));
      same(await client.gather(tens), [10, 20], 'a future as a constant');
      const pick = (/** @type {Float64Array} */ table, /** @type {number} */ i) => table[i];
      const table = Float64Array.from({ length: 20_000 }, (_, i) => i / 2);
      const tasks = async () => (await client.stats()).tasks;
      // Or they are collected while others are counted.
      for (const future of [...scaled, ...tens]) future.release();
      await until(async () => (await tasks()) === 1, 'ten');
      const before = await tasks();
      const picked = client.map(pick, repeat(table), [1, 2, 3]);
      same((await tasks()) - before, 4, 'the calls, and the table once');
      same(await client.gather(picked), [0.5, 1, 1.5]);
      for (const future of picked) future.release();
      await until(async () => (await tasks()) <= before, 'the table goes with its calls');
      const mixed = { table, one: ten };
      const both = (/** @type {any} */ x, /** @type {number} */ y) => x.one + y + x.table.length;
      same(
        await client.gather(client.map(both, repeat(/** @type {any} */ (mixed)), [1])),
        [20_011],
        'with a future inside',
      );
      throws(() => client.map(scale, repeat(1), repeat(2)), TypeError, /^map would not end/);
    });
  },

  async of_a_long_map_workers_begin_with_a_part_unless_it_may_yet_throw() {
    await withClient(async (client) => {
      /** What is collected would be forgotten. @type {import('webfutures').Future<unknown>[][]} */
      const held = [client.map(inc, [-1, -2])];
      await client.gather(held[0]);
      const numbers = Array.from({ length: 10_000 }, (_, i) => i);
      const begun = (/** @type {import('webfutures').Future<unknown>[]} */ futures) => {
        held.push(futures);
        return futures.some(({ running }) => running);
      };
      const impure = client.with({ pure: false });
      const futures = impure.map(inc, numbers);
      same(begun(futures), true, 'before the turn ends');
      const [constant, typed] = [
        impure.map((x, y) => x + y, numbers, repeat(1)),
        impure.map(inc, Float64Array.from(numbers)),
      ];
      const results = numbers.map((x) => x + 1);
      held.push(constant, typed);
      for (const all of [futures, constant, typed]) same(await client.gather(all), results);

      same(begun(impure.map(inc, numbers.slice(0, 4096))), false, 'of few it is known how they belong together');
      const objects = numbers.map((x) => ({ x }));
      same(begun(impure.map(({ x }) => x, objects)), false, 'one of them may be refused');
      same(begun(impure.with({ key: numbers.map((x) => `own ${x}`) }).map(inc, numbers)), false, 'a key may be taken');
      const { tasks } = await client.stats();
      throws(() => impure.map(inc, any([...numbers, () => 1])), Error, /./);
      same((await client.stats()).tasks, tasks, 'of what throws nothing is submitted');
      for (const future of held.flat()) future.release();
    });
  },

  async map_may_go_out_in_batches() {
    await withClient(async (client) => {
      const batches = client.with({ batchSize: 3 });
      const numbers = Array.from({ length: 10 }, (_, i) => i);
      const futures = batches.map(inc, numbers);
      same(
        await client.gather(futures),
        numbers.map((x) => x + 1),
      );
      same(
        batches.map(inc, numbers).map(({ key }) => key),
        client.map(inc, numbers).map(({ key }) => key),
      );
      const keys = numbers.map((x) => `own ${x}`);
      same(
        batches
          .with({ key: keys })
          .map(inc, numbers)
          .map(({ key }) => key),
        keys,
      );
      same(batches.map(inc, []), []);
      const { tasks } = await client.stats();
      function* failing() {
        yield* [100, 101, 102, 103, 104];
        throw new RangeError('no more');
      }
      throws(() => batches.map(inc, failing()), RangeError, /^no more$/);
      await until(async () => (await client.stats()).tasks <= tasks, 'what had been submitted is given up');
      throws(() => client.with({ batchSize: 0 }), RangeError, /^batchSize is a whole number from 1/);
    });
  },

  async more_than_ten_megabytes_in_a_call_are_named_once() {
    const { warn } = console;
    /** @type {string[]} */
    const warnings = [];
    console.warn = (text) => warnings.push(text);
    try {
      await withClient(async (client) => {
        const lengthOf = (/** @type {number} */ n, /** @type {{ rows: Float64Array }} */ { rows }) => n + rows.length;
        const rows = new Float64Array(1_300_000);
        same(await client.submit(lengthOf, 1, { rows }), 1_300_001, 'it still works');
        same(await client.with({ pure: false }).submit(lengthOf, 2, { rows }), 1_300_002);
        same(warnings.length, 1);
        holds(
          warnings[0].startsWith(
            'webfutures: a call of "lengthOf" copies 10.4 MB to a worker, 10.4 MB of it as args[1]: scatter',
          ),
          warnings[0],
        );
        const [shared] = client.scatter([rows]);
        const length = (/** @type {Float64Array} */ rows) => rows.length;
        same(await client.submit(length, shared), 1_300_000);
        const short = (/** @type {Float64Array} */ rows) => rows.length - 1;
        same(await client.submit(short, rows.slice(0, 1_000_000)), 999_999, 'below 10 MB');
        same(warnings.length, 1);
      });
    } finally {
      console.warn = warn;
    }
  },

  async ten_thousand_calls_at_once() {
    await withClient(async (client) => {
      const values = await client.gather(client.map(inc, Array(10_000).keys()));
      same([values.length, values.reduce(add)], [10_000, 50_005_000]);
    });
  },

  async gather_keeps_the_nesting() {
    await withClient(async (client) => {
      const [a, b] = [client.submit(inc, 0), client.submit(inc, 1)];
      same(await client.gather(a), 1);
      same(await client.gather(5), 5, 'a value');
      same(await client.gather([]), []);
      const shape = { list: [a, [b, 'x']], map: new Map([['a', a]]), set: new Set([b, a]), none: null };
      same(await client.gather(shape), {
        list: [1, [2, 'x']],
        map: new Map([['a', 1]]),
        set: new Set([2, 1]),
        none: null,
      });
      holds(shape.list[0] === a, 'what was given is left as it was');
    });
  },

  async gather_throws_the_first_error_or_skips() {
    await withClient(async (client) => {
      const good = client.submit(inc, 0);
      const bad = client.submit(() => {
        throw new RangeError('bad');
      });
      await rejects(client.gather([good, bad]), RangeError, /^bad$/);
      await rejects(client.gather({ deep: [good, { bad }] }), RangeError, /^bad$/);
      same(await client.gather([bad, good, bad, good], { errors: 'skip' }), [1, 1]);
      same(await client.gather({ bad, list: [bad, good] }, { errors: 'skip' }), { bad: null, list: [null, 1] });
      same(await client.gather(bad, { errors: 'skip' }), null);
      throws(() => client.gather(good, any({ errors: 'ignore' })), TypeError, /errors is 'throw' or 'skip'/);
    });
  },

  async gather_rejects_as_soon_as_one_fails() {
    await withClient(
      async (client) => {
        const tasks = client.module(tasksUrl);
        const waiting = client.compute(delayed(tasks.gate)());
        const bad = client.submit(tasks.fail, 'early');
        await rejects(client.gather([waiting, bad]), RangeError, /^early$/);
        same(waiting.status, 'pending');
      },
      { workers: 1 },
    );
  },

  async scattered_data_is_used_by_many_calls() {
    await withClient(async (client) => {
      const data = new Float64Array([1, 2, 3]);
      const [x, y] = client.scatter([data, 'text']);
      data[0] = 9;
      same(await client.gather([x, y]), [new Float64Array([1, 2, 3]), 'text']);
      const fields = client.scatter({ a: 1, b: [2] });
      same(Object.keys(fields), ['a', 'b']);
      same(await client.gather(fields), { a: 1, b: [2] });
      const map = client.scatter(new Map([['k', 1]]));
      same(await map, new Map([['k', 1]]));
      same(await client.scatter(7), 7);
      same(client.scatter([]), []);
      const sums = client.map(
        (/** @type {any} */ data, factor) => (data[0] + data[1] + data[2]) * factor,
        Array(20).fill(x),
        Array(20).keys(),
      );
      same(
        await client.gather(sums),
        Array.from({ length: 20 }, (_, i) => 6 * i),
      );
      throws(() => client.scatter(any(x)), TypeError, /scatter takes data/);
    });
  },

  async scattered_data_is_finished_at_once() {
    await withClient(async (client) => {
      await client.ready;
      const future = client.scatter(new Float32Array(5));
      same([future.status, future.type], ['finished', 'Float32Array']);
    });
  },

  async shared_memory_is_shared_with_tasks() {
    // WebKitGTK says that it is isolated, and has none.
    if (!globalThis.crossOriginIsolated || typeof SharedArrayBuffer === 'undefined') return;
    await withClient(async (client) => {
      const shared = new Int32Array(new SharedArrayBuffer(8));
      await client.gather(
        client.map((memory, n) => Atomics.add(memory, 0, n) * 0, Array(10).fill(shared), Array(10).keys()),
      );
      same(Atomics.load(shared, 0), 45);
    });
  },

  async lazy_calls_run_when_they_are_computed() {
    await withClient(async (client) => {
      const [lazyInc, lazyAdd] = [delayed(inc), delayed(add)];
      const total = lazyAdd(lazyInc(1), lazyAdd(lazyInc(2), 10));
      same(String(total), '<Delayed: add>');
      same(await client.compute(total), 15);
      same(await client.submit(inc, total), 16, 'a lazy call as an argument');
      same(await client.gather(client.compute([total, lazyInc(5), 7])), [15, 6, 7]);
      same(await client.compute({ total, deep: [lazyInc(1)], same: 1 }), { total: 15, deep: [2], same: 1 });
      same(client.compute('text'), 'text', 'what is not lazy');
      same(await client.compute(delayed(inc, { name: 'plus' })(client.submit(inc, 1))), 3, 'a future in a lazy call');
      holds(client.compute(delayed(inc, { name: 'plus' })(1)).key.startsWith('plus-'), 'the name begins the key');
    });
  },

  async a_lazy_call_is_one_task_however_often_it_is_used() {
    await withClient(
      async (client) => {
        const count = delayed(client.module(tasksUrl).counted);
        const once = count();
        same(await client.compute(delayed((a, b) => [a, b])(once, [once])), [1, [1]]);
        const future = client.compute(once);
        same(client.compute(once).key, future.key, 'the key of the same lazy call');
        const [a, b] = client.compute([count(), count()]);
        holds(a.key !== b.key, 'two lazy calls are two tasks');
        const pure = delayed(client.module(tasksUrl).counted, { pure: true });
        same(client.compute(pure()).key, client.compute(pure()).key, 'the key of equal pure lazy calls');
      },
      { workers: 1 },
    );
  },

  async lazy_graphs_may_be_deep() {
    await withClient(async (client) => {
      const lazyInc = delayed(inc);
      let last = lazyInc(0);
      for (let i = 1; i < 5000; i++) last = lazyInc(last);
      same(await client.compute(last), 5000);
    });
  },

  async a_task_that_awaits_gives_way() {
    await withClient(
      async (client) => {
        const tasks = client.module(tasksUrl);
        const waiting = client.submit(tasks.gate);
        same(await client.submit(tasks.inc, 1), 2, 'a call behind it');
        await until(async () => (await client.compute(delayed(tasks.open)())) > 0, 'the gate was waited at');
        same(await waiting, 'passed');
      },
      { workers: 1 },
    );
  },

  async concurrency_bounds_what_is_under_way() {
    for (const concurrency of [1, 3]) {
      await withClient(
        async (client) => {
          const overlap = delayed(client.module(tasksUrl).overlap);
          const peaks = await client.gather(client.compute(Array.from({ length: 12 }, () => overlap(concurrency))));
          same(Math.max(...peaks), concurrency, 'calls under way at once');
        },
        { workers: 1, concurrency },
      );
    }
  },

  async waiting_for_a_result_may_end_early() {
    await withClient(async (client) => {
      const never = client.submit(() => new Promise(() => {}));
      const late = await rejects(never.result({ timeout: 1 }), TimeoutError, /is not done after 1 ms$/);
      holds(late.message.includes(never.key), 'the message names the task');
      const reason = new Error('no more');
      await rejects(never.result({ signal: AbortSignal.abort(reason) }), Error, /^no more$/);
      const controller = new AbortController();
      const result = never.result({ signal: controller.signal });
      controller.abort(reason);
      await rejects(result, Error, /^no more$/);
      same(never.status, 'pending');
      for (const timeout of [60_000, 1e12, Number.POSITIVE_INFINITY]) {
        same(await client.submit(inc, timeout).result({ timeout }), timeout + 1);
      }
      throws(() => never.result({ timeout: -1 }), RangeError, /timeout/);
    });
  },

  async clients_are_apart() {
    await withClient(async (one) => {
      await withClient(async (other) => {
        const future = one.submit(inc, 1);
        throws(() => other.submit(inc, future), TypeError, /belongs to a client of other workers/);
        same(await other.gather([future, other.submit(inc, 2)]), [2, 3], 'gathered together');
      });
      same(await one.submit(inc, 5), 6, 'after the other was closed');
    });
    const closed = new Client({ workers: 1 });
    closed.close();
    throws(() => closed.submit(inc, 1), ClosedClientError, /^submit: the client is closed$/);
  },
};
