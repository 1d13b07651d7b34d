// Data in the workers: scattered, copied, moved, sent again, and who has what.

import { DataCloneError, KeyConflictError, KilledWorkerError, LostDataError } from '../../src/index.js';
import { any, holds, rejects, same, throws, until, withClient } from './check.js';

const total = (/** @type {Float64Array} */ data) => data.reduce((sum, x) => sum + x, 0);
/** Ends its worker in the middle of itself. */
const die = () => {
  globalThis.close();
  return new Promise(() => {});
};
const TWO = { workers: [{ name: 'a' }, { name: 'b' }] };

export const tests = {
  async data_whose_worker_died_is_sent_again_from_the_page() {
    await withClient(
      async (client) => {
        const data = client.scatter(new Float64Array(1000).fill(2));
        same(await client.submit(total, data), 2000);
        await rejects(client.submit(die), KilledWorkerError, /died/);
        same(await client.submit((/** @type {Float64Array} */ x) => x.length, data), 1000, 'the length of the copy');
        same((await data)[999], 2);
        await rejects(client.with({ pure: false }).submit(die), KilledWorkerError, /died/);
        same(await client.submit((/** @type {Float64Array} */ x) => x[0], data), 2, 'and again');
      },
      { workers: 1, allowedFailures: 0 },
    );
  },

  async data_is_lost_only_if_the_page_has_no_copy() {
    await withClient(
      async (client) => {
        const given = new Float64Array(10).fill(1);
        const moved = client.scatter(given, { transfer: [given.buffer] });
        same(given.byteLength, 0, 'bytes that are left on the page');
        // 64 MiB are kept, one after the other.
        const first = client.scatter(new Uint8Array(40 * 1024 * 1024));
        const second = client.scatter(new Uint8Array(40 * 1024 * 1024));
        same(await client.submit(total, moved), 10);
        const lengths = [first, second].map((x) => client.submit((/** @type {Uint8Array} */ x) => x.length, x));
        await client.gather(lengths);
        await rejects(client.submit(die), KilledWorkerError, /died/);
        const length = (/** @type {Uint8Array} */ x) => x.length + 1;
        await rejects(client.submit(length, any(moved)), LostDataError, /^data-.* is lost: .*scatter it again$/);
        await rejects(client.submit(length, second), LostDataError, /scatter it again$/);
        const kept = client.submit(length, first);
        same(await kept, 40 * 1024 * 1024 + 1, 'what was kept');
        // What is forgotten, with all that was made of it, leaves room for others.
        const { key } = first;
        for (const future of [first, kept, ...lengths]) future.release();
        await until(() => client.story(key).length === 0, 'the first is forgotten');
        const third = client.scatter(new Uint8Array(40 * 1024 * 1024).fill(1));
        await client.submit(length, third);
        await rejects(client.with({ pure: false }).submit(die), KilledWorkerError, /died/);
        same(await client.submit((/** @type {Uint8Array} */ x) => x[7], third), 1);
      },
      { workers: 1, allowedFailures: 0 },
    );
  },

  async lost_data_that_is_scattered_again_is_data_again() {
    await withClient(
      async (client) => {
        const make = () => {
          const given = new Float64Array(10).fill(3);
          return client.scatter(given, { transfer: [given.buffer] });
        };
        const lost = make();
        same(await client.submit(total, lost), 30);
        await rejects(client.submit(die), KilledWorkerError, /died/);
        const again = make();
        same(again.key, lost.key);
        same(await client.with({ pure: false }).submit(total, again), 30);
      },
      { workers: 1, allowedFailures: 0 },
    );
  },

  async equal_data_is_one_task_unless_told_otherwise() {
    await withClient(async (client) => {
      const make = (/** @type {number} */ n) => ({
        x: new Float64Array(n).fill(0.5),
        text: 'a',
        map: new Map([[1, [2]]]),
      });
      const [a, b] = client.scatter([make(10), make(10)]);
      same([a.key === b.key, /^data-[0-9a-f]{32}$/.test(a.key)], [true, true]);
      same((await b).x, make(10).x);
      holds(client.scatter([make(11)])[0].key !== a.key, 'other data has another key');
      holds(client.scatter([make(10)], { hash: false })[0].key !== a.key, 'without hash each has its own');
      a.release();
      same((await client.gather(b)).text, 'a', 'the other future still has it');
      // Up to 1 MiB unless it is asked for.
      const big = () => new Uint8Array(1024 * 1024 + 8).fill(9);
      const [c, d] = client.scatter([big(), big()]);
      const [e, f] = client.scatter([big(), big()], { hash: true });
      same([c.key === d.key, e.key === f.key], [false, true]);
      same(await client.submit((/** @type {Uint8Array} */ x) => x.at(-1), d), 9);
    });
  },

  async data_that_was_just_released_can_be_scattered_again() {
    await withClient(async (client) => {
      for (let i = 0; i < 10; i++) {
        client.scatter({ i }).i.release();
        same(await client.scatter({ i }).i, i);
      }
    });
  },

  async data_can_have_keys_of_ones_own() {
    await withClient(async (client) => {
      const table = client.with({ key: 'table' }).scatter(new Map([['a', 1]]));
      same([table.key, client.with({ key: 'table' }).scatter(new Map([['a', 1]])).key], ['table', 'table']);
      throws(() => client.with({ key: 'table' }).scatter(new Map([['a', 2]])), KeyConflictError, /"table"/);
      same(
        client
          .with({ key: ['x', 'y'] })
          .scatter([1, 2])
          .map(({ key }) => key),
        ['x', 'y'],
      );
      holds(client.with({ key: 'rows' }).scatter([1])[0].key.startsWith('rows-'), 'a prefix for several pieces');
      throws(() => client.with({ key: ['z'] }).scatter([3, 4]), RangeError, /^key has 1 entries/);
      throws(() => client.with({ key: ['x'] }).scatter(new Map()), TypeError, /give one key$/);
      same(await table, new Map([['a', 1]]));
    });
  },

  async misuse_of_scatter_is_refused() {
    await withClient((client) => {
      throws(() => client.scatter([1][Symbol.iterator]()), TypeError, /got an iterator/);
      throws(() => client.scatter((function* () {})()), TypeError, /got an iterator/);
      throws(() => client.scatter(1, any({ broadcats: true })), TypeError, /^scatter has no option "broadcats"/);
      throws(() => client.scatter(1, any(5)), TypeError, /^scatter takes data and options/);
      throws(() => client.scatter(1, { broadcast: 0 }), RangeError, /^broadcast is a whole number from 1/);
      throws(() => client.scatter(1, any({ broadcast: 'all' })), TypeError, /^broadcast is a whole number/);
      throws(() => client.scatter(1, any({ hash: 1 })), TypeError, /^hash is true or false/);
      throws(() => client.scatter(1, any({ transfer: new ArrayBuffer(8) })), TypeError, /^transfer is an array/);
      const buffer = new ArrayBuffer(16);
      const halves = [new Uint8Array(buffer, 0, 8), new Uint8Array(buffer, 8)];
      throws(
        () => client.scatter(halves, { transfer: [buffer] }),
        TypeError,
        /^transfer\[0\] is a part of data\[0\] and of data\[1\]/,
      );
      throws(() => client.scatter(1, { transfer: [buffer, buffer] }), TypeError, /^transfer: /);
      throws(
        () => client.scatter({ f() {}, buffer }, { transfer: [buffer] }),
        DataCloneError,
        /^data\.f is a function/,
      );
      same(buffer.byteLength, 16, 'what was refused is still here');
    });
  },

  async what_is_of_a_class_is_one_piece() {
    class Rows extends Array {}
    await withClient(async (client) => {
      same(await client.scatter(Rows.from([1, 2])), any([1, 2]), 'an array of a class');
      same((await client.gather(client.scatter([1, [2]]))).length, 2);
    });
  },

  async data_is_moved_that_the_page_gives_away() {
    await withClient(async (client) => {
      const channel = new MessageChannel();
      const buffer = new Float64Array([1, 2, 3]).buffer;
      const { box, port } = client.scatter(
        { box: { inner: [buffer] }, port: { port: channel.port2 } },
        { transfer: [buffer, channel.port2] },
      );
      same(buffer.byteLength, 0);
      same(await client.submit((/** @type {any} */ x) => new Float64Array(x.inner[0]).length, any(box)), 3);
      const heard = new Promise((resolve) => (channel.port1.onmessage = ({ data }) => resolve(data)));
      const say = (/** @type {any} */ x) => x.port.postMessage('from the worker');
      await client.submit(say, any(port));
      same(await heard, 'from the worker');
      channel.port1.close();
    });
  },

  async data_is_copied_to_all_workers_or_some() {
    await withClient(
      async (client) => {
        const everywhere = client.scatter(new Float64Array(100), { broadcast: true });
        const twice = client.scatter([new Float64Array(50)], { broadcast: 2 })[0];
        const lies = (/** @type {any} */ future) => client.whoHas(future)[future.key].length;
        await until(() => lies(everywhere) === 3 && lies(twice) === 2, 'the copies are there');
        client.scale(4);
        await until(() => lies(everywhere) === 4, 'a worker that came later has one, too');
        same(lies(twice), 2);
        same(await client.with({ workers: 'lab-2' }).submit(total, everywhere), 0);
      },
      { workers: 3, name: 'lab' },
    );
  },

  async data_lies_where_it_may() {
    await withClient(async (client) => {
      const there = client.with({ workers: 'b' });
      const data = there.scatter([new Float64Array(10), new Float64Array(11)]);
      for (const future of data) same(client.whoHas(future)[future.key], client.whoHas(data)[future.key]);
      await client.ready;
      same(Object.values(client.whoHas(data)), [['b'], ['b']]);
      const copied = there.scatter(new Float64Array(12), { broadcast: true });
      await client.replicate(copied);
      same(client.whoHas(copied)[copied.key], ['b'], 'where copies may lie');
      const later = client.with({ workers: 'b', allowOtherWorkers: true }).scatter(5);
      same(client.whoHas(later)[later.key], ['b']);
    }, TWO);
  },

  async shared_memory_is_scattered_without_a_copy() {
    if (typeof SharedArrayBuffer !== 'function') return;
    await withClient(async (client) => {
      const counter = new Int32Array(new SharedArrayBuffer(4));
      const data = client.scatter(counter, { broadcast: true });
      const count = (/** @type {Int32Array} */ x) => Atomics.add(x, 0, 1);
      await client.gather(client.with({ pure: false }).map(count, [data, data, data, data]));
      same(counter[0], 4);
    });
  },

  async results_are_copied_on_request() {
    await withClient(
      async (client) => {
        const result = client.submit((/** @type {number} */ n) => new Float64Array(n), 100);
        await client.ready;
        await client.replicate(result, 2);
        same(client.whoHas(result)[result.key].length, 2);
        await client.replicate([result]);
        same(client.whoHas([result])[result.key].sort(), ['lab-0', 'lab-1', 'lab-2']);
        same(client.hasWhat(), { 'lab-0': [result.key], 'lab-1': [result.key], 'lab-2': [result.key] });
        same(client.nbytes(), { [result.key]: 800 });
        same([client.nbytes(result)[result.key], result.nbytes], [800, 800]);
        const failed = client.submit(() => {
          throw new RangeError('no');
        });
        await rejects(client.replicate(failed), RangeError, /^no$/);
        await rejects(client.replicate(result, 0), RangeError, /^copies is a whole number/);
        await rejects(client.replicate(any(5)), TypeError, /replicate/);
      },
      { workers: 3, name: 'lab' },
    );
  },

  async a_copy_survives_the_death_of_the_worker_that_made_it() {
    await withClient(
      async (client) => {
        const once = client.submit(() => {
          const scope = /** @type {any} */ (globalThis);
          scope.times = (scope.times ?? 0) + 1;
          return [scope.times, Math.random()];
        });
        await client.ready;
        await client.replicate(once);
        const [before] = await client.gather([client.with({ pure: false }).submit((x) => x, once)]);
        const [holder] = client.whoHas(once)[once.key];
        await rejects(client.with({ workers: holder }).submit(die), KilledWorkerError, /died/);
        same(await client.submit((x) => x, once), before, 'the same random number');
        await until(() => client.whoHas(once)[once.key].length === 2, 'the copy is made again');
      },
      { ...TWO, allowedFailures: 0 },
    );
  },

  async stored_bytes_are_evened_out() {
    await withClient(async (client) => {
      const make = (/** @type {number} */ i) => new Float64Array(10_000).fill(i);
      const made = client.with({ workers: 'a' }).map(make, Array(8).keys());
      await client.gather(made.map((future) => client.with({ workers: 'a' }).submit((x) => x.length, future)));
      await client.ready;
      same(client.hasWhat().b, []);
      await client.rebalance();
      const { a, b } = client.schedulerInfo().workers;
      holds(Math.abs(a.bytes - b.bytes) <= 80_000, `both store about as much: ${a.bytes}, ${b.bytes}`);
      same(
        (await client.gather(made)).map((x) => x[5]),
        [0, 1, 2, 3, 4, 5, 6, 7],
      );
      const moved = () => Object.values(client.whoHas(made)).filter(([holder]) => holder === 'b').length;
      same(moved(), 4, 'results that have moved');
      await client.rebalance(made);
      same(moved(), 4, 'there is nothing left to move');
    }, TWO);
  },

  async the_scheduler_tells_how_its_workers_stand() {
    await withClient(
      async (client) => {
        same(
          Object.values(client.schedulerInfo().workers).map(({ status }) => status),
          ['starting', 'starting'],
        );
        await client.ready;
        const data = client.with({ workers: 'strong' }).scatter('12345678');
        const info = client.schedulerInfo();
        same([info.name, Object.keys(info.workers)], ['lab', ['weak', 'strong']]);
        const { status, resources, results, bytes, processing } = info.workers.strong;
        same([status, resources, results, bytes, processing], ['running', { gpu: 2 }, 1, 16, 0]);
        same([info.tasks.memory, client.nthreads()], [1, { weak: 1, strong: 1 }]);
        same(client.nbytes(), { [data.key]: 16 });
      },
      { name: 'lab', workers: [{ name: 'weak' }, { name: 'strong', resources: { gpu: 2 } }] },
    );
  },
};
