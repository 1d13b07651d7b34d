// What a task can see of itself: its worker, its signal, and how it gives itself back.

import { getSignal, getWorker, Reschedule } from '../../src/task.js';
import { holds, inc, rejects, same, throws, until, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/inside.js', import.meta.url);

/** @typedef {typeof import('./fixtures/inside.js')} Inside */

export const tests = {
  async a_task_knows_its_worker() {
    await withClient(
      async (client) => {
        const { whereabouts } = /** @type {import('../../src/index.js').TaskReferences<Inside>} */ (
          client.module(tasksUrl)
        );
        const impure = client.with({ pure: false });
        for (const name of ['a', 'b']) {
          const there = impure.with({ workers: name });
          const first = await there.submit(whereabouts);
          same([first.name, first.resources, first.calls], [name, name === 'a' ? { gpu: 2 } : {}, 1]);
          const inline = await there.submit(() => {
            const { id, name, state } = webfutures.getWorker();
            state.calls++;
            return { id, name };
          });
          same(inline, { id: first.id, name });
          same((await there.submit(whereabouts)).calls, 3, 'the state that both share');
        }
      },
      { workers: [{ name: 'a', resources: { gpu: 2 } }, { name: 'b' }] },
    );
  },

  async outside_a_task_there_is_none() {
    throws(() => getWorker(), Error, /^getWorker is for tasks: this thread is no worker of a client$/);
    throws(() => getSignal(), Error, /^getSignal is for tasks: this thread is no worker of a client$/);
    await withClient(
      async (client) => {
        const { signalLater, signalOfTwo } = client.module(tasksUrl);
        const alone = await client.submit(signalLater);
        same(alone, 'false', 'after an await, alone in the worker');
        const both = client.with({ pure: false }).map(signalOfTwo, Array(2));
        const said = await client.gather(both);
        // Whoever asks first: the other may be alone by then.
        holds(
          said.some((text) => /^getSignal: 2 tasks are under way .* before its first await/.test(text)),
          `${said}`,
        );
        const stray = await client.submit(() => new Promise((resolve) => setTimeout(() => resolve(1), 1)));
        same(stray, 1);
      },
      { workers: 1 },
    );
  },

  async a_cancelled_async_task_is_told_by_its_signal() {
    await withClient(
      async (client) => {
        const { untilAborted, aborted } = client.module(tasksUrl);
        const impure = client.with({ pure: false });
        const cancelled = impure.submit(untilAborted, 'cancelled');
        const late = client.with({ pure: false, timeout: 30 }).submit(untilAborted, 'late');
        const released = impure.submit(untilAborted, 'released');
        await until(() => cancelled.running && released.running, 'they run');
        await late.exception();
        await client.submit(inc, 1);
        cancelled.cancel();
        released.release();
        const all = async () => (await impure.submit(aborted)).length === 3;
        await until(all, 'all have been told');
        same((await impure.submit(aborted)).sort(), ['cancelled AbortError', 'late AbortError', 'released AbortError']);
      },
      { workers: 1 },
    );
  },

  async a_task_may_ask_to_be_placed_anew() {
    await withClient(
      async (client) => {
        const { elsewhere, elsewhereLater } = client.module(tasksUrl);
        const worker = (/** @type {any} */ task) => /** @type {any} */ (client.with({ pure: false })).submit(task, 'b');
        same([await worker(elsewhere), await worker(elsewhereLater)], ['b', 'b']);
        const inline = (/** @type {unknown} */ _) => {
          const { name } = webfutures.getWorker();
          if (name === 'b') throw new webfutures.Reschedule('not here');
          return name;
        };
        const futures = client.with({ pure: false, retries: 0 }).map(inline, Array(4));
        same(await client.gather(futures), ['a', 'a', 'a', 'a']);
        same(new Reschedule('x') instanceof Error, true);
      },
      { workers: [{ name: 'a' }, { name: 'b' }] },
    );
  },

  async a_cancelled_task_that_falls_into_a_loop_is_ended() {
    await withClient(
      async (client) => {
        const kept = client.submit((x) => new Float64Array(x), 10);
        await kept.exception();
        const { loopLater, openLoop } = client.module(tasksUrl);
        const loop = client.submit(loopLater);
        await until(() => loop.running, 'it runs');
        await client.submit(inc, 1);
        loop.cancel();
        // What comes after shares the worker with what was left behind.
        same(await client.submit(inc, 2), 3);
        await client.submit(openLoop);
        same(await client.submit(inc, 3), 4, 'a result of the worker in its place');
        same((await kept).length, 10);
      },
      { workers: 1 },
    );
  },

  async an_async_task_that_computes_without_end_is_stopped() {
    await withClient(
      async (client) => {
        const { loopLater, openLoop } = client.module(tasksUrl);
        const loop = client.with({ timeout: 100 }).submit(loopLater);
        await until(() => loop.running, 'it runs');
        await client.submit(openLoop);
        await rejects(loop, Error, /ran for longer than its timeout, 100 ms$/);
        same(await client.submit(inc, 3), 4);
      },
      { workers: 1 },
    );
  },
};
