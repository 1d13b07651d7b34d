// What can be a task, and what is refused at the call, with a message that says what to do.

import { Client, delayed, InvalidTaskError } from '../../src/index.js';
import { any, rejects, same, throws, withClient } from './check.js';

const scale = 2;
const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);

export const tests = {
  async what_is_no_function_is_refused_at_the_call() {
    const cases = /** @type {[unknown, RegExp][]} */ ([
      [42, /got 42$/],
      ['inc', /got "inc"$/],
      [null, /got null$/],
      [undefined, /got undefined$/],
      [[], /got an object \(Array\)$/],
      [Promise.resolve(), /got an object \(Promise\)$/],
      [Symbol('s'), /got Symbol\(s\)$/],
    ]);
    await withClient(
      async (client) => {
        for (const [value, message] of cases) {
          throws(() => delayed(any(value)), InvalidTaskError, message);
          throws(() => client.submit(any(value), 1), InvalidTaskError, message);
          throws(() => client.map(any(value), [1]), InvalidTaskError, message);
        }
        same(await client.submit((x) => x + 1, 1), 2, 'a result after all that');
      },
      { workers: 1 },
    );
  },

  async functions_without_a_usable_source_are_refused_at_the_call() {
    throws(() => delayed(Math.max), InvalidTaskError, /^"max" is built in.*wrap it, as in \(a, b\) => Math\.max/);
    throws(() => delayed(structuredClone), InvalidTaskError, /^"structuredClone" is built in/);
    const bound = function add(/** @type {number} */ a, /** @type {number} */ b) {
      return a + b;
    }.bind(null, 1);
    throws(
      () => delayed(bound),
      InvalidTaskError,
      /^"bound add" is a bound function.*submit the target with its arguments/,
    );
    throws(() => delayed(any(class Shape {})), InvalidTaskError, /^"Shape" is a class/);
    function* generate() {
      yield 1;
    }
    throws(() => delayed(generate), InvalidTaskError, /^"generate" is a generator function/);
    throws(() => delayed(async function* generate() {}), InvalidTaskError, /^"generate" is a generator function/);
    const getter = Object.getOwnPropertyDescriptor(
      {
        get size() {
          return 1;
        },
      },
      'size',
    )?.get;
    throws(() => delayed(any(getter)), InvalidTaskError, /^"get size" is a getter or setter/);
  },

  async a_function_that_closes_over_a_variable_is_refused_by_name() {
    const message =
      /^inline task "times" uses "scale", which is not defined inside it: pass it as an argument, or put the task in a module$/;
    const times = (/** @type {number} */ x) => x * scale;
    throws(() => delayed(times), InvalidTaskError, message);
    await withClient(
      async (client) => {
        throws(() => client.submit(times, 1), InvalidTaskError, message);
        throws(() => client.map((/** @type {number} */ x) => ({ x, scale }), [1]), InvalidTaskError, /uses "scale"/);
      },
      { workers: 1 },
    );
    /** @type {(n: number) => number} */
    const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));
    throws(() => delayed(factorial), InvalidTaskError, /uses "factorial".*write it as "function factorial\(…\)/);
  },

  async a_variable_that_only_the_page_has_fails_the_task_by_name() {
    any(globalThis).onlyOnThisPage = 5;
    try {
      await withClient(
        async (client) => {
          const uses = 'inline task "peek" uses "onlyOnThisPage", which is not defined inside it';
          // @ts-expect-error only this page has it
          const peek = () => onlyOnThisPage;
          const error = await rejects(client.submit(peek), InvalidTaskError, new RegExp(`^${uses}`));
          same(error.cause instanceof ReferenceError, true, 'the cause is the ReferenceError');
          const later = async () => {
            await undefined;
            // @ts-expect-error only this page has it
            return onlyOnThisPage;
          };
          await rejects(client.submit(later), InvalidTaskError, /^inline task "later" uses "onlyOnThisPage"/);
        },
        { workers: 1 },
      );
    } finally {
      delete any(globalThis).onlyOnThisPage;
    }
  },

  async functions_of_every_shape_run() {
    const methods = {
      shorthand(/** @type {number} */ x) {
        return x + 1;
      },
      async later(/** @type {number} */ x) {
        await undefined;
        return x + 1;
      },
      'odd name'(/** @type {number} */ x) {
        return x + 1;
      },
      [`computed ${1}`](/** @type {number} */ x) {
        return x + 1;
      },
      async: (/** @type {number} */ x) => x + 1,
    };
    const functions = [
      (/** @type {number} */ x) => x + 1,
      async (/** @type {number} */ x) => x + 1,
      (/** @type {number} */ x) => {
        return x + 1;
      },
      (/** @type {number} */ x) => x + 1,
      async function named(/** @type {number} */ x) {
        return (await new Promise((resolve) => resolve(x))) + 1;
      },
      /** @type {(...args: number[]) => number} */ ((x, y = 1, ...rest) => x + y + rest.length),
      new Function('x', 'return x + 1'),
      ...Object.values(methods),
    ];
    await withClient(async (client) => {
      const results = functions.map((fn) => client.submit(any(fn), 1));
      same(await client.gather(results), Array(functions.length).fill(2));
      function factorial(/** @type {number} */ n) {
        /** @type {number} */
        const result = n < 2 ? 1 : n * factorial(n - 1);
        return result;
      }
      same(await client.submit(factorial, 5), 120);
      same(await client.submit((x) => ({ x }), 1), { x: 1 }, 'an object literal');
    });
  },

  async closures_made_anew_are_one_function() {
    await withClient(
      async (client) => {
        const make = () => (/** @type {number} */ x) => x + 1;
        same(client.submit(make(), 1).key, client.submit(make(), 1).key, 'the key of the equal call');
      },
      { workers: 1 },
    );
  },

  async exports_of_a_module_are_tasks() {
    await withClient(async (client) => {
      const tasks = /** @type {import('../../src/index.js').TaskReferences<typeof import('./fixtures/tasks.js')>} */ (
        client.module(tasksUrl)
      );
      const one = client.submit(tasks.inc, 1);
      const two = client.submit(tasks.later, one);
      same(await client.gather([one, two]), [2, 3]);
      same(one.key.startsWith('inc-'), true, `${one.key} begins with the export's name`);
      same(await client.compute(delayed(tasks.inc)(delayed(tasks.inc)(1))), 3);
      same(await client.gather(client.map(tasks.inc, [1, 2, 3])), [2, 3, 4]);
      same(client.module(String(tasksUrl)).inc, tasks.inc, 'the reference of the same module');
      const error = await rejects(client.submit(tasks.fail, 'far'), RangeError, /^far$/);
      same(error.cause, { offset: 1 }, 'the cause');
      same(await client.submit(tasks.inc, 5), 6, 'a result after the failure');
    });
  },

  async a_worker_imports_a_module_once() {
    await withClient(
      async (client) => {
        const { counted } = client.module(tasksUrl);
        const calls = [1, 2, 3].map(() => client.compute(delayed(counted)()));
        same(await client.gather(calls), [1, 2, 3]);
      },
      { workers: 1 },
    );
  },

  async a_module_that_does_not_load_fails_its_tasks_alone() {
    await withClient(async (client) => {
      const missing = client.module(new URL('./fixtures/missing.js', import.meta.url));
      await rejects(client.submit(missing.inc, 1), Error, /missing\.js could not be loaded/);
      const broken = client.module(new URL('./fixtures/broken.js', import.meta.url));
      await rejects(client.submit(broken.inc, 1), Error, /broken\.js could not be loaded: evaluated in vain/);
      same(await client.submit(client.module(tasksUrl).inc, 1), 2, 'a result of another module');
      throws(() => client.module('http://'), TypeError, /URL/);
    });
  },

  async a_missing_export_is_named_with_those_that_exist() {
    await withClient(async (client) => {
      const tasks = client.module(tasksUrl);
      await rejects(client.submit(tasks.decrement, 1), Error, /tasks\.js exports no function "decrement".*inc/);
      await rejects(client.submit(tasks.version), Error, /tasks\.js exports no function "version"/);
    });
  },

  async a_worker_of_ones_own_exposes_functions() {
    const createWorker = () => new Worker(new URL('./fixtures/worker.js', import.meta.url), { type: 'module' });
    await withClient(
      async (client) => {
        const exposed = client.exposed();
        const values = [client.submit(exposed.times, 2), client.submit(exposed.inc, 1), client.submit((x) => x, 3)];
        same(await client.gather(values), [20, 2, 3]);
        await rejects(client.submit(exposed.missing), Error, /the worker exposes no function "missing".*times/);
      },
      { workers: 2, createWorker },
    );
    await withClient(
      async (client) => rejects(client.submit(client.exposed().inc, 1), Error, /the worker exposes no function "inc"/),
      { workers: 1 },
    );
  },

  async a_reference_is_neither_a_promise_nor_a_function() {
    const client = new Client({ workers: 1 });
    const tasks = client.module(tasksUrl);
    same((await any(tasks)) === tasks, true, 'awaiting the module gives the module');
    throws(() => client.submit(any(tasks), 1), InvalidTaskError, /got an object/);
    client.close();
  },
};
