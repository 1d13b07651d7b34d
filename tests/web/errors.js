// What a task throws arrives as it was thrown, and what cannot travel is named. Nothing else is disturbed.

import { decodeError } from '../../src/client/errors.js';
import { runtime } from '../../src/client/runtime.js';
import { encodeError } from '../../src/errors-wire.js';
import { Client, ClosedClientError, DataCloneError, InvalidTaskError, WorkerStartError } from '../../src/index.js';
import { holds, rejects, same, throws, withClient } from './check.js';

/** @param {unknown} thrown @returns {any} as it arrives on the page */
const arrived = (thrown) => decodeError(structuredClone(encodeError(thrown)), 'f-1');

/** @param {PromiseLike<unknown>} promise */
const thrownBy = (promise) =>
  promise.then(
    () => 'nothing',
    (error) => error,
  );

export const tests = {
  async a_custom_error_keeps_class_name_message_cause_fields_and_stack() {
    await withClient(async (client) => {
      const future = client.submit(function explode(/** @type {number} */ x) {
        class LimitError extends RangeError {
          limit = 5;
          detail = { tried: x };
          callback = () => 1;
        }
        const error = new LimitError('too far', { cause: new TypeError('why', { cause: 42 }) });
        error.name = 'LimitError';
        throw error;
      }, 7);
      const error = await rejects(future, Error, /^too far$/);
      same([error.name, error.limit, error.detail], ['LimitError', 5, { tried: 7 }]);
      same(typeof error.callback, 'string', 'a field that cannot be cloned');
      holds(
        error.cause instanceof TypeError && error.cause.message === 'why' && error.cause.cause === 42,
        'the causes',
      );
      same(error.key, future.key, 'the key of the task that threw');
      holds(/explode/.test(error.stack), `the worker's stack names the function: ${error.stack}`);
      holds(error.stack.includes(future.key), 'the stack says which task it was');
      same(future.status, 'error');
      same(await future.exception(), error);
    });
  },

  async built_in_classes_come_back_as_themselves() {
    for (const type of [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
      const error = arrived(new type('message'));
      holds(error instanceof type && error.name === type.name && error.message === 'message', type.name);
    }
    const all = arrived(new AggregateError([new TypeError('one'), 2], 'all'));
    holds(all instanceof AggregateError && all.errors[0] instanceof TypeError && all.errors[1] === 2, 'AggregateError');
    const aborted = arrived(new DOMException('stop', 'AbortError'));
    holds(
      aborted instanceof DOMException && aborted.name === 'AbortError' && aborted.message === 'stop',
      'DOMException',
    );
    const refused = arrived(new DataCloneError('the result.f', 'a function'));
    holds(refused instanceof DataCloneError && refused.path === 'the result.f', 'DataCloneError');
    const loop = new Error('loop');
    loop.cause = loop;
    same(arrived(loop).cause.cause.message, 'loop', 'a cause that leads back to itself');
  },

  async what_is_no_error_arrives_as_it_is() {
    await withClient(async (client) => {
      for (const value of [42, 'text', null, undefined, { code: 5 }, [1]]) {
        const future = client.submit((x) => {
          throw x;
        }, value);
        same(await thrownBy(future), value);
        same(future.status, 'error');
        const exception = await future.exception();
        holds(exception instanceof Error, 'exception() gives an Error');
        same(exception?.cause, value, 'its cause');
      }
      const odd = client.submit(() => {
        throw Symbol('odd');
      });
      same(await thrownBy(odd), 'Symbol(odd)');
      same(await client.submit(() => 1), 1, 'a result after all that');
    });
  },

  async a_rejected_promise_fails_the_task() {
    await withClient(async (client) => {
      await rejects(
        client.submit(async () => Promise.reject(new RangeError('later'))),
        RangeError,
        /^later$/,
      );
      await rejects(
        client.submit(() => new Promise((_, reject) => reject(new TypeError('x')))),
        TypeError,
        /^x$/,
      );
      same(await thrownBy(client.submit(async () => Promise.reject(null))), null);
    });
  },

  async dependents_fail_with_the_error_of_the_task_that_threw() {
    await withClient(async (client) => {
      const bad = client.submit(() => {
        throw new RangeError('root');
      });
      const middle = client.submit((x) => x, bad);
      const last = client.submit((x) => x, [middle]);
      const good = client.submit(() => 1);
      const error = await rejects(last, RangeError, /^root$/);
      same(error.key, bad.key, 'the key of the task that threw');
      same([bad.status, middle.status, last.status], ['error', 'error', 'error']);
      same(await good, 1);
      await rejects(
        client.submit((x) => x, last),
        RangeError,
        /^root$/,
      );
    });
  },

  async an_argument_that_cannot_be_cloned_is_named_at_the_call() {
    await withClient(async (client) => {
      const same1 = (/** @type {any} */ x) => x;
      throws(() => client.submit(same1, () => 1), DataCloneError, /^args\[0\] is a function/);
      const deep = { callbacks: { done() {} } };
      const error = throws(
        () => client.submit((a, b) => [a, b], 1, deep),
        DataCloneError,
        /^args\[1\]\.callbacks\.done is a function/,
      );
      same(error.path, 'args[1].callbacks.done');
      throws(() => client.map(same1, [1, Symbol('s')]), DataCloneError, /a symbol/);
      throws(() => client.scatter([1, { f() {} }]), DataCloneError, /^data\[1\]\.f is a function/);
      throws(() => client.scatter({ bad: new WeakMap() }), DataCloneError, /^data\.bad is a WeakMap/);
      throws(() => client.submit(same1, new Map([[client.submit(same1, 1), 1]])), DataCloneError, /key of a Map/);
      same(await client.submit(same1, 5), 5, 'a result after all that');
    });
  },

  async a_result_that_cannot_be_cloned_fails_its_task_and_is_named() {
    await withClient(async (client) => {
      const future = client.submit(() => ({ list: [1, { done: () => 1 }] }));
      const error = await rejects(future, DataCloneError, /list\[1\]\.done is a function/);
      holds(error.path.endsWith('.list[1].done'), `${error.path} is the place`);
      same(future.status, 'error');
      await rejects(
        client.submit(() => () => 1),
        DataCloneError,
        /is a function/,
      );
      await rejects(
        client.submit(() => Symbol('s')),
        DataCloneError,
        /is a symbol/,
      );
      await rejects(
        client.submit((x) => x, future),
        DataCloneError,
        /list\[1\]\.done/,
      );
      same(await client.submit(() => 1), 1, 'a result after all that');
    });
  },

  async a_result_that_turns_out_to_be_uncloneable_late_is_told() {
    await withClient(async (client) => {
      // Beyond what is looked at when the task ends: found when the page asks.
      const future = client.submit(() => [...Array(5000).fill(0), () => 1]);
      const error = await rejects(future, Error, /./);
      same(error.name, 'DataCloneError');
      same(await client.submit(() => 1), 1, 'a result after that');
    });
  },

  async a_source_that_is_no_function_in_the_worker_is_an_invalid_task() {
    await withClient(async (client) => {
      const object = Object.setPrototypeOf(
        {
          method() {
            return super.toString();
          },
        },
        null,
      );
      await rejects(client.submit(object.method), InvalidTaskError, /^inline task "method" could not be loaded/);
    });
  },

  async a_worker_script_that_does_not_load_fails_everything_soon() {
    const workerUrl = new URL('./fixtures/missing-worker.js', import.meta.url);
    await withClient(
      async (client) => {
        const future = client.submit(() => 1);
        const error = await rejects(future, WorkerStartError, /missing-worker\.js does not start/);
        same(error.url, String(workerUrl));
        await rejects(client.ready, WorkerStartError, /missing-worker\.js/);
      },
      { workers: 2, workerUrl },
    );
    const broken = new URL('./fixtures/broken.js', import.meta.url);
    await withClient(
      async (client) =>
        rejects(
          client.submit(() => 1),
          WorkerStartError,
          /broken\.js|evaluated in vain/,
        ),
      { workers: 1, createWorker: () => new Worker(broken, { type: 'module' }) },
    );
  },

  async an_error_in_a_timer_of_a_task_disturbs_nothing() {
    // The browser reports it to the page, as it should.
    const expected = (/** @type {ErrorEvent} */ event) => /in a timer/.test(event.message) && event.preventDefault();
    addEventListener('error', expected);
    await withClient(
      async (client) => {
        const pending = client.submit(
          () =>
            new Promise((resolve) => {
              setTimeout(() => {
                setTimeout(resolve, 0, 'survived');
                throw new Error('in a timer');
              });
            }),
        );
        same(await pending, 'survived');
        same(await client.submit(() => 1), 1);
      },
      { workers: 1 },
    ).finally(() => removeEventListener('error', expected));
  },

  async a_scheduler_that_fails_ends_every_task_with_the_reason() {
    const registered = runtime();
    const { createEngine } = registered;
    registered.createEngine = () => Object.assign(createEngine(), { report: () => fail('as if it had trapped') });
    // The browser reports it to the page, as it should.
    const expected = (/** @type {ErrorEvent} */ event) =>
      /as if it had trapped/.test(event.message) && event.preventDefault();
    addEventListener('error', expected);
    try {
      const client = new Client({ workers: 1 });
      const error = await rejects(
        client.submit(() => 1),
        Error,
        /scheduler failed.*as if it had trapped/,
      );
      holds(error.cause instanceof Error, 'the cause is told');
      throws(() => client.submit(() => 2), ClosedClientError, /submit/);
    } finally {
      registered.createEngine = createEngine;
      removeEventListener('error', expected);
    }
  },
};

/** @param {string} message */
function fail(message) {
  throw new Error(message);
}
