// `client.run`: calls that go to every worker past the scheduler.

import { DataCloneError, InvalidTaskError } from '../../src/index.js';
import { any, holds, rejects, same, throws, until, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);

export const tests = {
  async run_calls_every_worker_once() {
    await withClient(
      async (client) => {
        same(await client.run((x, y) => x + y.length, 1, 'abc'), { a: 4, b: 4 }, 'before the workers are up');
        const count = () => {
          const scope = /** @type {any} */ (globalThis);
          scope.count = (scope.count ?? 0) + 1;
          return scope.count;
        };
        same(
          [await client.run(count), await client.run(count)],
          [
            { a: 1, b: 1 },
            { a: 2, b: 2 },
          ],
          'each time anew',
        );
        same(await client.with({ workers: 'b' }).run(count), { b: 3 });
        const { later, inc } = client.module(tasksUrl);
        same(
          [await client.run(later, 1), await client.run(inc, 2)],
          [
            { a: 2, b: 2 },
            { a: 3, b: 3 },
          ],
        );
        same(await client.run(() => undefined), { a: undefined, b: undefined });
        same((await client.stats()).tasks, 0, 'the scheduler knows nothing of it');
      },
      { workers: [{ name: 'a' }, { name: 'b' }] },
    );
  },

  async run_is_answered_while_a_task_awaits() {
    await withClient(
      async (client) => {
        const { gate, open } = client.module(tasksUrl);
        const closed = client.submit(gate);
        await until(() => closed.running, 'the task is under way');
        await until(async () => (await client.run(open))['lab-0'] === 1, 'the gate has opened');
        same(await closed, 'passed');
      },
      { name: 'lab', workers: 1, concurrency: 1 },
    );
  },

  async errors_of_run_are_thrown_or_returned() {
    await withClient(
      async (client) => {
        const { fail } = client.module(tasksUrl);
        const error = await rejects(client.run(fail, 'on purpose'), RangeError, /^on purpose$/);
        same(error.key, 'fail at lab-0');
        const returned = await client.with({ errors: 'return' }).run(fail, 'again');
        holds(returned['lab-0'] instanceof RangeError, 'the error stands for the value');
        await rejects(
          client.run(any(client.module(tasksUrl).missing)),
          ReferenceError,
          /exports no function "missing"/,
        );
        await rejects(
          client.run(() => () => {}),
          DataCloneError,
          /^the result is a function/,
        );
        await rejects(
          client.run(() => {
            globalThis.close();
            return new Promise(() => {});
          }),
          Error,
          /the worker lab-0 ended before it answered$/,
        );
        throws(() => client.run(any(5)), InvalidTaskError, /got 5$/);
        throws(() => client.run((x) => x, any(client.submit(() => 1))), TypeError, /^run takes values, and <Future: /);
        throws(
          () =>
            client.run(
              any((/** @type {any} */ x) => x),
              () => {},
            ),
          DataCloneError,
          /^args\[0\] is a function/,
        );
        throws(() => client.with(any({ errors: 'skip' })), TypeError, /^errors is 'throw' or 'return'/);
        client.scale(0);
        same(await client.run(() => 1), {});
      },
      { name: 'lab', workers: 1 },
    );
  },
};
