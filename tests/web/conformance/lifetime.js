// What a Dask user expects of references and of cancelling, under the names of Dask's own tests (docs/conformance.md).

import { CancelledError, wait } from '../../../src/index.js';
import { any, endless, holds, inc, rejects, same, throws, until, withClient } from '../check.js';

const tasksUrl = new URL('../fixtures/tasks.js', import.meta.url);

/** Until neither the page nor a worker knows of anything. @param {import('../../../src/index.js').Client} client */
const empty = (client) =>
  until(async () => {
    const { tasks, workers } = await client.stats();
    return tasks === 0 && workers.every(({ results }) => results === 0);
  }, 'nothing is left');

export const tests = {
  async test_gc() {
    await withClient(async (client) => {
      const [one, other] = [client.submit(inc, 1), client.submit(inc, 1)];
      await one;
      one.release();
      same([other.status, await other, (await client.stats()).tasks], ['finished', 2, 1]);
      other.release();
      await empty(client);
    });
  },

  async test_recompute_released_key() {
    await withClient(
      async (client) => {
        const { counted } = client.module(tasksUrl);
        const [first, second] = [client.submit(counted), client.submit(counted)];
        same([await first, await second], [1, 1], 'held: one task');
        first.release();
        second.release();
        await until(async () => (await client.stats()).tasks === 0, 'the task is forgotten');
        same(await client.submit(counted), 2, 'after a full release the call runs again');
      },
      { workers: 1 },
    );
  },

  async test_cancel() {
    await withClient(
      async (client) => {
        const x = client.submit(endless);
        const y = client.submit(inc, any(x));
        await until(() => x.running, 'the first runs');
        client.cancel(x);
        same([x.status, y.status, x.cancelled(), y.done()], ['cancelled', 'cancelled', true, true]);
        await rejects(y, CancelledError, /it depends on endless-/);
        await empty(client);
        same(await client.submit(inc, 1), 2);
      },
      { workers: 1 },
    );
  },

  async test_cancel_before_known_to_scheduler() {
    await withClient(async (client) => {
      const x = client.submit(inc, 1);
      const y = client.submit(inc, x);
      x.cancel();
      await rejects(x, CancelledError, /was cancelled/);
      await rejects(y, CancelledError, /it depends on/);
      await empty(client);
    });
  },

  async test_futures_of_cancelled_raises() {
    await withClient(async (client) => {
      const x = client.submit(client.module(tasksUrl).gate);
      client.cancel(x, { reason: 'not needed' });
      await rejects(x, CancelledError, /not needed$/);
      await rejects(client.gather([x]), CancelledError, /not needed$/);
      same((await wait([x])).done.size, 1, 'it counts as done');
    });
  },

  async test_submit_on_cancelled_future() {
    await withClient(async (client) => {
      const x = client.submit(inc, 1);
      await x;
      x.cancel();
      throws(() => client.submit(inc, x), CancelledError, /was cancelled/);
      throws(() => client.map(inc, [x]), CancelledError, /was cancelled/);
      same(await client.submit(inc, 1), 2, 'the same call is another task');
    });
  },

  async test_abort_execution_add_as_dependency() {
    await withClient(
      async (client) => {
        const slow = () => {
          const until = performance.now() + 50;
          while (performance.now() < until);
          return 1;
        };
        const first = client.submit(slow);
        await until(() => first.running, 'it runs');
        first.release();
        const again = client.submit(slow);
        holds((await client.submit(inc, again)) === 2 && (await again) === 1, 'both complete');
      },
      { workers: 1 },
    );
  },
};
