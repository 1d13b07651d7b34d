// How clients and futures begin and end: options, release, close, and what is left in the stores.

import { CancelledError, Client, ClosedClientError, delayed } from '../../src/index.js';
import { any, holds, inc, rejects, same, throws, until, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);

/** Waits until neither the page nor a worker holds anything. @param {Client} client */
async function isEmpty(client) {
  let held = '';
  await until(async () => {
    const stats = await client.stats();
    held = JSON.stringify(stats);
    return stats.tasks === 0 && stats.workers.every(({ results, bytes }) => results === 0 && bytes === 0);
  }, 'both stores are empty').catch((error) => {
    throw new Error(`${error.message}; left: ${held}`);
  });
}

export const tests = {
  async options_out_of_range_are_refused() {
    for (const workers of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e9]) {
      throws(() => new Client({ workers }), RangeError, /^workers is a whole number from 0 to 256, got /);
    }
    for (const workers of ['2', null, {}, 2n]) {
      throws(() => new Client({ workers: any(workers) }), TypeError, /^workers is a whole number from 0 to 256, got /);
    }
    throws(() => new Client({ concurrency: 0 }), RangeError, /^concurrency is a whole number from 1 to 65536, got 0/);
    throws(() => new Client({ createWorker: any('worker.js') }), TypeError, /^createWorker is a function/);
    await withClient(
      async (client) => {
        throws(() => client.scale(-1), RangeError, /^workers is a whole number/);
        throws(() => client.scale(any('3')), TypeError, /^workers is a whole number/);
        same(await client.submit(inc, 1), 2, 'a result after all that');
      },
      { workers: 1 },
    );
  },

  async a_client_has_as_many_workers_as_the_machine_unless_told() {
    await withClient(async (client) => {
      await client.ready;
      same((await client.stats()).workers.length, navigator.hardwareConcurrency || 4);
    }, {});
    await withClient(
      async (client) => {
        same([client.name, String(client)], ['lab', '<Client: lab, workers: 3>']);
        await client.ready;
        same(Object.keys(client.processing()), ['lab-0', 'lab-1', 'lab-2'], 'the names of the workers');
      },
      { name: 'lab', workers: 3 },
    );
  },

  async released_results_leave_the_page_and_the_workers() {
    await withClient(async (client) => {
      // What is pure is sent a second time if its worker is silent for long, as on a busy machine.
      const futures = client.with({ pure: false }).map((x) => x, Array(100_000).keys());
      const sum = (await client.gather(futures)).reduce((a, b) => a + b);
      same(sum, 4_999_950_000);
      const before = await client.stats();
      same(before.tasks, 100_000, 'tasks on the page');
      same(
        before.workers.reduce((held, { results }) => held + results, 0),
        100_000,
        'results in the workers',
      );
      for (const future of futures) future.release();
      await isEmpty(client);
    });
  },

  async what_is_released_before_it_ran_leaves_nothing_either() {
    await withClient(async (client) => {
      for (const future of client.map((x) => [x], Array(1000).keys())) future.release();
      const used = client.submit(inc, 1);
      const last = client.submit(inc, used);
      used.release();
      same(await last, 3, 'the result of a call whose input was released');
      last.release();
      client
        .submit(() => {
          throw new Error('nobody asks');
        })
        .release();
      client.scatter(new Float64Array(1000)).release();
      await isEmpty(client);
    });
  },

  async copies_in_other_workers_are_released_too() {
    await withClient(async (client) => {
      const data = client.submit(() => new Float64Array(50_000));
      const sums = client.map((data, i) => data.length + i, Array(50).fill(data), Array(50).keys());
      await client.gather(sums);
      for (const future of [data, ...sums]) future.release();
      await isEmpty(client);
    });
  },

  async a_released_future_is_cancelled() {
    await withClient(async (client) => {
      const future = client.submit(inc, 1);
      const { key } = future;
      await future;
      future.release();
      future.release();
      same([future.key, future.status, future.done(), future.cancelled()], [key, 'cancelled', true, true]);
      const error = await rejects(future, CancelledError, /was cancelled: the future was released$/);
      same([error.key, error.reason], [key, 'the future was released']);
      same(await future.exception(), null);
      await rejects(client.gather([future]), CancelledError, /released/);
      throws(() => client.submit(inc, future), CancelledError, /released/);
      same(await client.submit(inc, 1), 2, 'the same call again');
    });
  },

  async one_of_two_futures_of_a_task_may_be_released() {
    await withClient(async (client) => {
      const [a, b] = [client.submit(inc, 1), client.submit(inc, 1)];
      a.release();
      same(await b, 2);
      same(b.status, 'finished');
    });
  },

  async using_releases_and_closes() {
    const client = new Client({ workers: 1 });
    const future = client.submit(inc, 1);
    await future;
    any(future)[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
    same(future.status, 'cancelled');
    await any(client)[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]();
    throws(() => client.submit(inc, 1), ClosedClientError, /^submit: the client is closed$/);
  },

  async closing_cancels_what_has_not_finished() {
    const client = new Client({ workers: 2 });
    const done = client.submit(inc, 1);
    const large = client.submit(() => new Float64Array(100_000));
    await done;
    await large.exception();
    const never = client.submit(() => new Promise(() => {}));
    const result = never.result();
    const behind = client.submit(inc, never);
    client.close();
    client.close();
    await rejects(result, CancelledError, /the client was closed$/);
    await rejects(never, CancelledError, /the client was closed$/);
    await rejects(behind, CancelledError, /the client was closed$/);
    await rejects(large, CancelledError, /the client was closed$/);
    same([never.status, behind.status], ['cancelled', 'cancelled']);
    holds(never.done() && never.cancelled(), 'it is done and cancelled');
    never.release();
  },

  async a_closed_client_refuses_every_use() {
    const client = new Client({ workers: 1 });
    client.close();
    const lazy = delayed(inc)(1);
    for (const [name, use] of /** @type {[string, () => unknown][]} */ ([
      ['submit', () => client.submit(inc, 1)],
      ['map', () => client.map(inc, [1])],
      ['scatter', () => client.scatter(1)],
      ['compute', () => client.compute(lazy)],
      ['scale', () => client.scale(1)],
    ])) {
      throws(use, ClosedClientError, new RegExp(`^${name}: the client is closed$`));
    }
    await client.ready;
  },

  async the_number_of_workers_can_change() {
    await withClient(
      async (client) => {
        const kept = client.map((x) => new Float64Array(1000).fill(x), [1, 2, 3, 4]);
        await client.gather(kept);
        client.scale(3);
        await client.ready;
        same((await client.stats()).workers.length, 3);
        await client.gather(client.map(inc, Array(100).keys()));
        client.scale(1);
        same((await client.stats()).workers.length, 1);
        same(await client.gather(client.map((data) => data[999], kept)), [1, 2, 3, 4], 'results made before');
        same((await client.gather(client.map(inc, Array(100).keys()))).length, 100);
      },
      { workers: 1 },
    );
  },

  async what_happens_can_be_looked_at() {
    await withClient(
      async (client) => {
        const tasks = client.module(tasksUrl);
        const waiting = client.submit(tasks.gate);
        const behind = client.submit((x) => x, waiting);
        await until(() => client.processing()['watched-0'].includes(waiting.key), 'the task is with the worker');
        holds(!client.processing()['watched-0'].includes(behind.key), 'what waits for it is not');
        await until(async () => (await client.compute(delayed(tasks.open)())) > 0, 'the gate was waited at');
        await behind;
        const story = client.story(behind);
        same(client.story(behind.key), story, 'the story by key');
        same([story[0].from, story.at(-1)?.to], ['released', 'memory']);
        for (let i = 1; i < story.length; i++) {
          same(story[i].from, story[i - 1].to, 'each step goes on from the one before');
          holds(story[i].time >= story[i - 1].time, 'time goes forward');
        }
        holds(
          story.some(({ to }) => to === 'processing'),
          'it was given to a worker',
        );
        same(client.story('no-such-key'), []);
        const { records, next } = client.taskStream();
        const record = /** @type {import('../../src/index.js').TaskRecord} */ (
          records.find(({ name }) => name === 'gate')
        );
        same([record.worker, record.erred, record.duration >= 0], ['watched-0', false, true]);
        await rejects(client.submit(tasks.fail, 'on purpose'), RangeError, /^on purpose$/);
        same(
          client.taskStream({ since: next }).records.map(({ name, erred }) => [name, erred]),
          [['fail', true]],
        );
      },
      { name: 'watched', workers: 1 },
    );
  },
};
