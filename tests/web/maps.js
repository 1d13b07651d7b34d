// Tasks of a map stand in columns until something happens to one of them alone: then it is as any other task, and the others stay.

import { CancelledError, Client, wait } from '../../src/index.js';
import { rejects, same, until, withClient } from './check.js';

const COUNT = 200;
const numbers = Array.from({ length: COUNT }, (_, i) => i);
const double = (/** @type {number} */ x) => 2 * x;
/** Throws for the third. @param {number} x */
const picky = (x) => {
  if (x === 3) throw new RangeError('not three');
  return x;
};
const spin = (/** @type {number} */ milliseconds) => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  return milliseconds;
};

export const tests = {
  async each_task_of_a_map_has_its_own_key_status_and_type() {
    await withClient(async (client) => {
      const pure = client.map(double, numbers);
      const impure = client.with({ pure: false }).map(double, numbers);
      same(new Set([...pure, ...impure].map(({ key }) => key)).size, 2 * COUNT, 'keys');
      same(pure[7].key, client.submit(double, 7).key, 'the key of an equal call');
      same(pure[9].status, 'pending');
      await client.gather([...pure, ...impure]);
      same([pure[9].status, pure[9].type, pure[9].done()], ['finished', 'number', true]);
      const [text] = client.map((x) => `number ${x}`, numbers);
      same([await text, text.type], ['number 0', 'string']);
      // The scheduler forgets the task, and the future still says which it was.
      const { key } = impure[5];
      impure[5].release();
      await client.submit(double, -1);
      same([impure[5].key, impure[5].status, impure[6].status], [key, 'cancelled', 'finished']);
    });
  },

  async each_task_of_a_map_has_a_size() {
    await withClient(async (client) => {
      const [number, text] = client.map((x) => (x ? 'some text' : 1), [0, 1]);
      same(number.nbytes, undefined, 'before it is there');
      await client.gather([number, text]);
      same([number.nbytes, text.nbytes], [8, 18]);
    });
  },

  async many_futures_released_at_once_are_let_go_in_several_turns() {
    await withClient(async (client) => {
      const many = Array.from({ length: 10_000 }, (_, i) => i);
      const mapped = client.map(double, many);
      const submitted = many.map((x) => client.submit(double, -1 - x));
      await client.gather([...mapped, ...submitted]);
      for (const future of [...mapped, ...submitted]) future.release();
      const held = () => Object.keys(client.nbytes()).length;
      await null;
      await null;
      await null;
      const first = 20_000 - held();
      if (first < 1 || first > 5000) throw new Error(`${first} are let go in the first turn`);
      await until(() => held() === 0, 'all are let go');
    });
  },

  async what_fails_fails_alone() {
    await withClient(async (client) => {
      const futures = client.map(picky, numbers);
      await rejects(client.gather(futures), RangeError, /not three/);
      await rejects(futures[3], RangeError, /not three/);
      same([futures[2].status, futures[3].status], ['finished', 'error']);
      same((await client.gather(futures, { errors: 'skip' })).length, COUNT - 1);
    });
  },

  async what_is_cancelled_or_released_leaves_the_others_and_the_stores() {
    await withClient(
      async (client) => {
        const busy = client.submit(spin, 50);
        const futures = client.map(double, numbers);
        const all = client.gather(futures, { errors: 'skip' });
        futures[10].cancel({ reason: 'not this one' });
        futures[11].release();
        await rejects(futures[10], CancelledError, /not this one/);
        await rejects(futures[11], CancelledError, /the future was released/);
        same(
          await all,
          numbers.filter((x) => x !== 10 && x !== 11).map((x) => 2 * x),
        );
        for (const future of [busy, ...futures]) future.release();
        await until(async () => {
          const { tasks, workers } = await client.stats();
          return tasks === 0 && workers[0].results === 0;
        }, 'nothing is left');
      },
      { workers: 1 },
    );
  },

  async equal_calls_are_one_task_in_a_map_between_maps_and_between_clients() {
    await withClient(async (client) => {
      const twice = client.map(double, [...numbers, ...numbers]);
      const again = client.map(double, numbers);
      const other = new Client({ connect: client });
      const theirs = other.map(double, numbers);
      same((await client.stats()).tasks, COUNT, 'tasks');
      for (const future of twice) future.release();
      same(await client.gather(again), numbers.map(double));
      for (const future of again) future.release();
      same(await other.gather(theirs), numbers.map(double));
      same((await client.stats()).tasks, COUNT, 'tasks that the other client holds');
      for (const future of theirs) future.release();
      await until(async () => (await client.stats()).tasks === 0, 'nothing is left');
    });
  },

  async those_that_are_waited_for_settle_one_by_one() {
    await withClient(async (client) => {
      const futures = client.map(double, numbers);
      let called = 0;
      futures[4].addDoneCallback(() => called++);
      const { done, notDone } = await wait(futures);
      same([done.size, notDone.size], [COUNT, 0]);
      same(await Promise.all(futures), numbers.map(double));
      same(called, 1, 'calls back');
      client.retry([futures[4]]);
      same([await futures[4], await futures[5]], [8, 10]);
    });
  },

  async arguments_are_copied_and_futures_among_them_are_resolved() {
    await withClient(async (client) => {
      const boxes = numbers.map((x) => ({ x }));
      const [one] = client.map(double, [1]);
      const sums = client.map((box, y) => box.x + y, boxes, [one, ...numbers.slice(1)]);
      for (const box of boxes) box.x = -1;
      same(await client.gather(sums), [2, ...numbers.slice(1).map((x) => 2 * x)]);
    });
  },

  async one_future_far_back_changes_nothing_for_those_before_it() {
    await withClient(async (client) => {
      const boxes = numbers.map((x) => ({ x }));
      const [ten] = client.map(double, [5]);
      const y = [...numbers.slice(1), ten];
      const sums = client.map((box, y) => box.x + y, boxes, y);
      for (const box of boxes) box.x = -1;
      same(await client.gather(sums), [...numbers.slice(1).map((y, i) => i + y), numbers.length - 1 + 10]);
      const again = client.map((box, y) => box.x + y, boxes.slice(0, 1), [7]);
      same(await client.gather(again), [6]);
    });
  },

  async what_is_no_more_than_a_number_comes_back_as_it_was() {
    await withClient(async (client) => {
      const plain = [undefined, null, false, true, 0, -0, 1, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 53, 0.1];
      const others = ['1', 1n, [undefined], { null: null }, [true]];
      const values = /** @type {any[]} */ ([...plain, ...others]);
      const echoed = client.map((value) => value, values);
      const results = await client.gather(echoed);
      same(
        results.slice(0, plain.length).map((value, i) => Object.is(value, plain[i])),
        plain.map(() => true),
      );
      same(results.slice(plain.length), others);
      same(
        echoed.map((future) => future.type),
        'undefined null boolean boolean number number number number number number number string bigint Array Object Array'.split(
          ' ',
        ),
      );
      // One at a time, and a value that comes to another future of a task that has finished.
      for (const value of plain)
        same(Object.is(await client.submit((x) => x, /** @type {any} */ (value)), value), true);
      const twin = client.submit((value) => value, 0.1);
      same(await twin, 0.1);
    });
  },

  async arguments_of_all_kinds_go_out_together_and_stay_as_they_are() {
    await withClient(async (client) => {
      const show = (/** @type {any[]} */ ...args) => args;
      const loose = client.with({ pure: false });
      const calls = [
        [],
        [1],
        ['a'],
        [2],
        [-0, 0.5],
        [Number.NaN, 3],
        [1, 'b', 2n],
        [null, undefined],
        [2 ** 53],
        [[4]],
        [5],
      ];
      // Known, it is handed out ahead.
      await client.gather(loose.map(show, numbers));
      for (const repeated of [1, 20]) {
        const all = Array.from({ length: repeated }, () => calls).flat();
        const submitted = all.map((args) => loose.submit(show, ...args));
        const columns = [...loose.map(show, numbers, numbers), ...loose.map(show, ['a', ...numbers])];
        same(await client.gather(submitted), all, 'of calls of their own');
        same(
          await client.gather(columns),
          [...numbers.map((x) => [x, x]), ['a'], ...numbers.map((x) => [x])],
          'of maps',
        );
      }
    });
  },

  async those_handed_out_ahead_can_be_cancelled_and_the_others_go_on() {
    await withClient(
      async (client) => {
        // How many are handed out ahead follows from how long earlier ones took, which a machine that is busy draws out: more
        // of them settle it.
        const values = Array.from({ length: 2000 }, (_, i) => i);
        /** @type {import('webfutures').Future<number>[][]} */
        let [futures, ahead] = [[], []];
        await until(async () => {
          await client.gather(client.map(double, numbers));
          await client.gather(futures);
          futures = client.with({ pure: false }).map(double, values);
          await until(() => futures[0].running || futures[0].done(), 'they are handed out');
          ahead = futures.filter((future) => future.running);
          return ahead.length > 10;
        }, 'more than ten are handed out ahead');
        const cancelled = new Set(ahead.filter((_, i) => i % 2));
        for (const future of cancelled) future.cancel();
        const expected = futures.flatMap((future, i) => (cancelled.has(future) ? [] : [2 * i]));
        same(await client.gather(futures, { errors: 'skip' }), expected);
        for (const future of cancelled) await rejects(future, CancelledError, /cancel was called/);
      },
      { workers: 1 },
    );
  },

  async a_large_result_is_asked_for() {
    await withClient(async (client) => {
      const futures = client.map((x) => new Float64Array(20_000).fill(x), numbers.slice(0, 4));
      await wait(futures);
      same(
        (await client.gather(futures)).map((array) => array[19_999]),
        [0, 1, 2, 3],
      );
    });
  },
};
