// What only an ill-meant or an unlucky program does: everything it waits for settles, and nothing else is disturbed.

import { encodeError } from '../../src/errors-wire.js';
import { decodeError } from '../../src/client/errors.js';
import { snapshot } from '../../src/cloning.js';
import {
  asCompleted,
  CancelledError,
  Client,
  ClosedClientError,
  DataCloneError,
  delayed,
  KilledWorkerError,
  wait,
} from '../../src/index.js';
import { WorkerStartError } from '../../src/index.js';
import { any, holds, inc, nextTurn, rejects, same, throws, withClient } from './check.js';

const tasksUrl = new URL('./fixtures/tasks.js', import.meta.url);

export const tests = {
  async a_result_that_throws_when_it_is_read_fails_its_task() {
    await withClient(
      async (client) => {
        const results = [
          () => ({
            get then() {
              throw new Error('read');
            },
          }),
          () => ({
            then() {
              throw new Error('read');
            },
          }),
          () => ({
            get field() {
              throw new Error('read');
            },
          }),
          async () => ({
            get field() {
              throw new Error('read');
            },
          }),
          () => ({
            get [Symbol.toStringTag]() {
              throw new Error('read');
            },
          }),
        ];
        for (const result of results) {
          await rejects(client.submit(any(result)), Error, /^read$/);
          same(await client.submit(inc, 1), 2, 'a result after that');
        }
        const twice = client.submit(() => ({
          then(/** @type {(value: number) => void} */ resolve) {
            resolve(1);
            resolve(2);
          },
        }));
        same(await twice, 1, 'a thenable that settles twice');
      },
      { workers: 1 },
    );
  },

  async an_error_that_throws_when_it_is_read_arrives_all_the_same() {
    await withClient(
      async (client) => {
        const field = client.submit(() => {
          throw Object.defineProperty(new RangeError('told'), 'more', {
            enumerable: true,
            get() {
              throw new Error('read');
            },
          });
        });
        same((await rejects(field, RangeError, /^told$/)).more, 'Error: read');
        const message = client.submit(() => {
          throw Object.defineProperty(new RangeError(), 'message', {
            get() {
              throw new Error('read');
            },
          });
        });
        await rejects(message, RangeError, /^$/);
        const proxy = client.submit(() => {
          const refuse = () => {
            throw new Error('read');
          };
          throw new Proxy(new Error(), { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse });
        });
        await rejects(proxy, Error, /read$/);
        same(await client.submit(inc, 1), 2, 'a result after that');
      },
      { workers: 1 },
    );
    const error = Object.assign(new Error('plain'), { toString: () => 'mine', code: 7 });
    const arrived = any(decodeError(structuredClone(encodeError(error)), 'f-1'));
    same([String(arrived), arrived.code], ['Error: plain', 7], 'an error with a method of its own');
  },

  async a_future_released_while_somebody_waits_ends_the_wait() {
    await withClient(
      async (client) => {
        const waiting = client.submit(client.module(tasksUrl).gate);
        const behind = client.submit((x) => x, waiting);
        const result = behind.result();
        const gathered = client.gather([behind]);
        const waited = wait([behind]);
        const completed = asCompleted([behind]);
        const exception = behind.exception();
        behind.release();
        await rejects(result, CancelledError, /was cancelled: the future was released$/);
        await rejects(gathered, CancelledError, /released$/);
        holds((await waited).done.has(behind), 'it is done');
        same((await completed.next()).value === any(behind), true, 'it is yielded');
        same(await exception, null);
        const large = client.submit(() => new Float64Array(100_000));
        await wait([large]);
        const onItsWay = large.result();
        large.release();
        await rejects(onItsWay, CancelledError, /released$/);
      },
      { workers: 2 },
    );
  },

  async a_future_released_before_its_dependents_are_done_ends_the_wait() {
    await withClient(async (client) => {
      const slow = async (/** @type {number} */ x) => {
        for (let i = 0; i < 100; i++) await null;
        return x;
      };
      const input = client.submit(slow, 5);
      const output = client.submit(inc, input);
      const waited = wait([input]);
      input.release();
      await waited;
      same(await output, 6);
      same(await client.submit(slow, 5), 5, 'the same call again');
    });
  },

  async one_call_submitted_often_is_released_as_often() {
    await withClient(async (client) => {
      const futures = client.map(inc, Array(20_000).fill(1));
      for (const future of futures.slice(1)) future.release();
      same(await futures[0], 2);
    });
  },

  async calls_with_inputs_too_large_to_compare_are_not_equal() {
    await withClient(async (client) => {
      const first = delayed((/** @type {Float64Array} */ data) => data[0], { pure: true });
      const [ones, twos] = [1, 2].map((x) => first(new Float64Array(20_000).fill(x)));
      same(await client.gather([client.submit(inc, ones), client.submit(inc, twos)]), [2, 3]);
    });
  },

  async a_lazy_call_may_have_very_many_inputs() {
    await withClient(async (client) => {
      const one = delayed(() => 1);
      const all = Array(150_000).fill(one());
      same(await client.compute(delayed((/** @type {number[]} */ ones) => ones.length)(all)), 150_000);
    });
  },

  async what_is_nested_too_deep_is_refused_or_fails_its_task() {
    await withClient(async (client) => {
      for (const wrap of [(/** @type {any} */ x) => [x], (/** @type {any} */ x) => ({ x })]) {
        /** @type {any} */
        let value = 0;
        for (let depth = 0; depth < 1300; depth++) value = wrap(value);
        throws(() => client.submit(inc, value), DataCloneError, /^args\[0\] is nested more than 1000 levels deep, /);
      }
      const chain = (/** @type {number} */ depth) => {
        /** @type {any} */
        let value = 0;
        for (let i = 0; i < depth; i++) value = { value };
        return value;
      };
      // Engines differ in what they can carry, not in that they tell.
      for (const depth of [1300, 1600, 3000]) {
        const chains = client.map(chain, Array(4).fill(depth));
        const [first, second] = chains.map((_, i) =>
          client.submit((a, b) => typeof a + typeof b, chains[i], chains[0]),
        );
        await Promise.allSettled([first, second, chains[0]]);
      }
      same(await client.submit(inc, 1), 2, 'a result after that');
    });
  },

  async a_client_closed_while_its_arguments_are_read_refuses_them() {
    const closing = (/** @type {Client} */ client) => ({
      get x() {
        client.close();
        return 1;
      },
    });
    const a = new Client({ workers: 1 });
    throws(() => a.submit((x) => x, closing(a)), ClosedClientError, /^submit: /);
    const b = new Client({ workers: 1 });
    throws(() => b.scatter([closing(b)]), ClosedClientError, /^scatter: /);
  },

  async map_ends_the_iterators_that_it_leaves() {
    await withClient(async (client) => {
      let ended = 0;
      function* numbers() {
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          ended++;
        }
      }
      function* broken() {
        yield 1;
        throw new RangeError('midway');
      }
      const add = (/** @type {number} */ a, /** @type {number} */ b) => a + b;
      throws(() => client.map(add, numbers(), broken()), RangeError, /^midway$/);
      same(ended, 1);
      same(await client.gather(client.map(add, [1, 2], numbers())), [1, 3]);
      same(ended, 2);
    });
  },

  async several_readers_of_as_completed_get_all() {
    await withClient(async (client) => {
      const completed = asCompleted(client.map(inc, [1, 2, 3, 4]));
      const batches = asCompleted([client.submit(client.module(tasksUrl).gate)]);
      const both = [batches.nextBatch(), batches.nextBatch()];
      const read = await Promise.all(Array.from({ length: 5 }, () => completed.next()));
      same(
        read.map(({ done }) => done),
        [false, false, false, false, true],
      );
      batches.clear();
      same((await Promise.all(both)).flat(), []);
    });
  },

  async an_error_does_not_take_along_what_was_ready_before_it() {
    await withClient(async (client) => {
      const bad = client.submit(() => {
        throw new Error('bad');
      });
      const futures = [client.submit(inc, 1), bad, client.submit(inc, 2)];
      await client.gather(futures, { errors: 'skip' });
      const completed = asCompleted(futures, { withResults: true });
      same(
        (await completed.nextBatch()).map(([, value]) => value),
        [2],
      );
      await rejects(completed.nextBatch(), Error, /^bad$/);
      same(
        (await completed.nextBatch()).map(([, value]) => value),
        [3],
      );
    });
  },

  async what_create_worker_returns_is_looked_at() {
    throws(
      () => new Client({ workers: 2, createWorker: any(() => 5) }),
      TypeError,
      /^createWorker must return a Worker/,
    );
    throws(
      () => new Client({ workers: 1, createWorker: () => any({ postMessage() {}, terminate() {} }) }),
      TypeError,
      /^createWorker must return a Worker, got object$/,
    );
    /** @type {(() => void)[]} */
    const ended = [];
    const worker = any({ postMessage() {}, addEventListener() {}, terminate: () => ended.push(() => {}) });
    throws(() => new Client({ workers: 2, createWorker: () => worker }), TypeError, /a new Worker each time$/);
    same(ended.length, 1, 'workers ended');
  },

  async ready_waits_for_the_workers_of_a_larger_scale() {
    let made = 0;
    const urls = [new URL('./fixtures/worker.js', import.meta.url), new URL('./fixtures/missing.js', import.meta.url)];
    await withClient(
      async (client) => {
        await client.ready;
        client.scale(2);
        await rejects(client.ready, WorkerStartError, /does not start/);
        same(await client.submit(inc, 1), 2, 'a result of the worker that is there');
      },
      { workers: 1, createWorker: () => new Worker(urls[made++], { type: 'module' }) },
    );
  },

  async messages_that_are_not_ours_are_let_pass() {
    await withClient(
      async (client) => {
        await client.submit(() => {
          /** @type {any} */ for (const message of [['webfutures:hello'], null, 5, [1], [[1], [2]], { data: [[7]] }])
            globalThis.postMessage(message);
          globalThis.onmessage = null;
        });
        await nextTurn();
        same(await client.gather(client.map(inc, [1, 2, 3])), [2, 3, 4]);
      },
      {
        workers: 1,
        createWorker: () => {
          const worker = new Worker(new URL('./fixtures/worker.js', import.meta.url), { type: 'module' });
          for (const message of ['configure', null, { glue: 1 }]) worker.postMessage(message);
          return worker;
        },
      },
    );
  },

  async a_worker_that_says_what_no_worker_says_is_ended() {
    await withClient(
      async (client) => {
        const forged = client.submit(() => {
          globalThis.postMessage(['webfutures', [99], []]);
          return new Promise(() => {});
        });
        await rejects(forged, KilledWorkerError, /: a report of it could not be read$/);
        same(await client.submit(inc, 1), 2, 'a result of the worker in its place');
      },
      { workers: 1, allowedFailures: 0 },
    );
  },

  async shared_memory_is_refused_by_name_where_it_cannot_be_shared() {
    const { buffer } = new WebAssembly.Memory(any({ initial: 1, maximum: 1, shared: true }));
    const before = Object.getOwnPropertyDescriptor(globalThis, 'crossOriginIsolated');
    Object.defineProperty(globalThis, 'crossOriginIsolated', { value: false, configurable: true });
    try {
      const refused = /^x\.(?:view|memory) is a SharedArrayBuffer on a page that is not cross-origin isolated, /;
      throws(() => snapshot({ memory: buffer }, 'x'), DataCloneError, refused);
      throws(() => snapshot({ view: new Uint8Array(buffer) }, 'x'), DataCloneError, refused);
    } finally {
      if (before) Object.defineProperty(globalThis, 'crossOriginIsolated', before);
      else delete any(globalThis).crossOriginIsolated;
    }
  },

  async a_story_of_nothing_is_refused() {
    await withClient((client) => {
      for (const nothing of [1, undefined, null, {}]) {
        throws(() => client.story(any(nothing)), TypeError, /^story takes a key or a future, got /);
      }
    });
  },
};
