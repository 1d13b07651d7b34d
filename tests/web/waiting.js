// wait, asCompleted, progress.

import { asCompleted, CancelledError, delayed, progress, TimeoutError, wait } from '../../src/index.js';
import { any, holds, inc, rejects, same, throws, until, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);

/** Lets the task at the gate pass. @param {import('../../src/index.js').Client} client */
function open(client) {
  const lazy = delayed(client.module(tasksUrl).open);
  return until(async () => (await client.compute(lazy())) > 0, 'the gate was waited at');
}

export const tests = {
  async wait_tells_when_all_are_done() {
    await withClient(async (client) => {
      const futures = client.map(inc, [1, 2, 3]);
      const bad = client.submit(() => {
        throw new Error('bad');
      });
      const { done, notDone } = await wait([...futures, bad, futures[0]]);
      same([done.size, notDone.size], [4, 0]);
      holds(
        [...futures, bad].every((future) => done.has(future) && future.done()),
        'all are done, the failed one included',
      );
      const nothing = await wait([]);
      same([nothing.done.size, nothing.notDone.size], [0, 0]);
    });
  },

  async wait_can_end_with_the_first() {
    await withClient(
      async (client) => {
        const tasks = client.module(tasksUrl);
        const waiting = client.submit(tasks.gate);
        const quick = client.submit(inc, 1);
        const first = await wait([waiting, quick], { returnWhen: 'FIRST_COMPLETED' });
        holds(first.done.has(quick) && first.notDone.has(waiting), 'the first is done, the other is not');
        const bad = client.submit(tasks.fail, 'bad');
        const failed = await wait([waiting, quick, bad], { returnWhen: 'FIRST_EXCEPTION' });
        holds(failed.done.has(bad) && failed.notDone.has(waiting), 'the first failure ends it');
        const late = await wait([waiting, quick], { timeout: 1 });
        holds(late.done.has(quick) && late.notDone.has(waiting), 'time has run out');
        const all = wait([waiting, quick], { returnWhen: 'FIRST_EXCEPTION' });
        await open(client);
        same((await all).notDone.size, 0, 'without a failure it waits for all');
      },
      { workers: 1 },
    );
  },

  async wait_refuses_what_is_no_list_of_futures() {
    await withClient(async (client) => {
      const future = client.submit(inc, 1);
      await rejects(wait(any(future)), TypeError, /wait\(\[a, b\]\)/);
      await rejects(wait(any([future, 5])), TypeError, /item 1 is number/);
      await rejects(wait([future], { returnWhen: any('SOME') }), TypeError, /returnWhen is one of ALL_COMPLETED/);
      await rejects(
        wait([client.submit(() => new Promise(() => {}))], { signal: AbortSignal.abort(new Error('stop')) }),
        Error,
        /^stop$/,
      );
    });
  },

  async as_completed_yields_in_the_order_of_completion() {
    await withClient(
      async (client) => {
        const waiting = client.submit(client.module(tasksUrl).gate);
        const quick = client.submit(inc, 1);
        const order = [];
        for await (const future of asCompleted([waiting, quick])) {
          order.push(future);
          if (future === quick) await open(client);
        }
        holds(order.length === 2 && order[0] === quick && order[1] === waiting, 'the quick one came first');
        for await (const _ of asCompleted([])) throw new Error('nothing to yield');
      },
      { workers: 1 },
    );
  },

  async as_completed_takes_more_while_it_runs() {
    await withClient(async (client) => {
      const completed = asCompleted(client.map(inc, [1, 2, 3, 4]));
      let evaluations = 0;
      for await (const future of completed) {
        evaluations++;
        if (evaluations + completed.count() < 300)
          completed.add(client.submit(inc, (await future) * 1000 + evaluations));
        future.release();
      }
      same([evaluations, completed.count(), completed.isEmpty()], [300, 0, true]);
      completed.update(client.map(inc, [1, 2]));
      same(completed.count(), 2);
      let more = 0;
      for await (const _ of completed) more++;
      same(more, 2, 'futures yielded after it was taken up again');
    });
  },

  async as_completed_yields_a_future_as_often_as_it_was_added() {
    await withClient(async (client) => {
      const future = client.submit(inc, 1);
      const completed = asCompleted([future, future]);
      await future;
      completed.add(future);
      let times = 0;
      for await (const yielded of completed) {
        holds(yielded === future, 'the very future');
        times++;
      }
      same(times, 3);
    });
  },

  async as_completed_yields_results_and_errors() {
    await withClient(async (client) => {
      const futures = client.map(inc, [1, 2, 3]);
      const results = [];
      for await (const [future, result] of asCompleted(futures, { withResults: true })) {
        same(await future, result);
        results.push(result);
      }
      same(results.sort(), [2, 3, 4]);
      const { fail } = client.module(tasksUrl);
      const bad = client.submit(fail, 'bad');
      const raising = asCompleted([bad], { withResults: true });
      await rejects(raising.next(), RangeError, /^bad$/);
      const [[future, error]] = await asCompleted([bad], { withResults: true, raiseErrors: false }).nextBatch();
      holds(future === bad && error instanceof RangeError, 'the error is the second item');
      for await (const yielded of asCompleted([bad])) same(yielded.status, 'error');
    });
  },

  async as_completed_gives_batches_and_counts() {
    await withClient(
      async (client) => {
        const waiting = client.submit(client.module(tasksUrl).gate);
        const futures = client.map(inc, [1, 2, 3]);
        const completed = asCompleted([waiting, ...futures]);
        same([completed.count(), completed.isEmpty(), completed.hasReady()], [4, false, false]);
        same(await completed.nextBatch({ block: false }), []);
        await wait(futures);
        same(completed.hasReady(), true);
        const batch = await completed.nextBatch();
        same(batch.map((future) => future.key).sort(), futures.map((future) => future.key).sort());
        same([completed.count(), completed.hasReady()], [1, false]);
        completed.clear();
        same([completed.count(), completed.isEmpty()], [0, true]);
        same((await completed.next()).done, true, 'after clear there is nothing to yield');
        same(await completed.nextBatch(), []);
        await open(client);
        await waiting;
        same(completed.hasReady(), false, 'what was cleared does not come back');
        let yielded = 0;
        for await (const several of asCompleted(futures).batches()) yielded += several.length;
        same(yielded, 3);
      },
      { workers: 1 },
    );
  },

  async as_completed_may_run_out_of_time() {
    await withClient(async (client) => {
      const never = client.submit(() => new Promise(() => {}));
      await rejects(asCompleted([never], { timeout: 1 }).next(), TimeoutError, /is not done after/);
      throws(() => asCompleted(any(never)), TypeError, /asCompleted\(\[a, b\]\)/);
      throws(() => asCompleted(any([1])), TypeError, /item 0 is number/);
      throws(() => asCompleted().add(any('x')), TypeError, /item 0 is string/);
    });
  },

  async what_is_cancelled_is_yielded_too() {
    await withClient(async (client) => {
      const never = client.submit(() => new Promise(() => {}));
      const completed = asCompleted([never]);
      const waited = wait([never]);
      client.close();
      const { value } = await completed.next();
      holds(value === never, 'the cancelled future');
      same(never.status, 'cancelled');
      same((await waited).done.size, 1);
      await rejects(never, CancelledError, /closed/);
    });
  },

  async futures_are_promises_to_the_language() {
    await withClient(async (client) => {
      const [a, b] = client.map(inc, [1, 2]);
      same(await Promise.all([a, b]), [2, 3]);
      same(await Promise.race([a]), 2);
      same(await a.then((value) => value * 10), 20);
      const bad = client.submit(client.module(tasksUrl).fail, 'bad');
      same(await bad.then(null, (error) => error.message), 'bad');
    });
  },

  async progress_shows_how_futures_stand() {
    if (typeof document === 'undefined') return;
    await withClient(
      async (client) => {
        const tasks = client.module(tasksUrl);
        const futures = [client.submit(tasks.gate), client.submit(tasks.inc, 1), client.submit(tasks.fail, 'bad')];
        const element = progress(futures);
        same(element.localName, 'webfutures-progress');
        const complete = new Promise((resolve) => element.addEventListener('complete', resolve, { once: true }));
        document.body.append(element);
        await wait(futures.slice(1));
        same(element.counts, { total: 3, pending: 1, finished: 1, erred: 1, cancelled: 0 });
        await open(client);
        await complete;
        same(element.counts, { total: 3, pending: 0, finished: 2, erred: 1, cancelled: 0 });
        const text = element.shadowRoot?.textContent ?? '';
        for (const name of ['gate', 'inc', 'fail']) holds(text.includes(name), `${name} has a bar in "${text}"`);
        element.remove();
        throws(() => progress(any(5)), TypeError, /./);
        throws(() => progress(any([5])), TypeError, /item 0 is number/);
      },
      { workers: 1 },
    );
  },
};
