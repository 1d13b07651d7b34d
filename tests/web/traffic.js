// What ten thousand calls cost in messages, words and calls of the engine: counts, since times depend on the machine.

import { runtime } from '../../src/client/runtime.js';
import { asCompleted, Client } from '../../src/index.js';
import { isMessage } from '../../src/words.js';
import { holds, withClient } from './check.js';

/** @import { Future } from '../../src/index.js' */

const COUNT = 10_000;
const NOTHING = { messages: 0, words: 0, crossings: 0 };
/** Most rounds for a count that depends on how fast page and workers are at the time. */
const ROUNDS = 10;
const noop = (/** @type {number} */ x) => x;

export const tests = {
  async ten_thousand_calls_take_few_messages_words_and_crossings() {
    await counting(async (client, counted) => {
      await client.ready;
      // What is pure is sent a second time if its worker is silent for long, as on a busy machine.
      const impure = client.with({ pure: false });
      /** @type {Future<unknown>[][]} */
      const held = [];
      // Task, run and argument out; task, run, start, duration and value back; what they have in common once a message.
      await least(8.1 * COUNT, 'words for ten thousand calls', async (round) => {
        Object.assign(counted, NOTHING);
        const futures = impure.map(noop, numbers(round * COUNT));
        held.push(futures);
        await client.gather(futures);
        holds(counted.words >= 8 * COUNT, `8 words a task: ${JSON.stringify(counted)}`);
        return counted.words;
      });
      const { messages, crossings } = counted;
      // A busy worker reports once a millisecond.
      holds(messages <= COUNT / 4, `at most a message for four tasks: ${messages}`);
      holds(crossings <= COUNT / 2, `at most a call of the engine for two tasks: ${crossings}`);
      areHeld(held, COUNT);
    });
  },

  async a_tree_needs_few_of_its_leaves_in_another_worker() {
    await counting(async (client, counted) => {
      await client.ready;
      const sum = (/** @type {number[]} */ values) => values.reduce((a, b) => a + b);
      /** @type {Future<unknown>[][]} */
      const held = [];
      // A worker says of each result that it has fetched it.
      await least(4096 / 4, 'messages for a tree of 4,096 leaves', async (round) => {
        Object.assign(counted, NOTHING);
        const from = round * COUNT;
        let level = client.map(noop, numbers(from).slice(0, 4096));
        held.push(level);
        while (level.length > 1) {
          level = client.map(sum, groups(level, 8));
          held.push(level);
        }
        holds((await level[0]) === 4096 * from + (4096 * 4095) / 2, 'the sum');
        return counted.messages;
      });
      areHeld(held, 4681);
    });
  },

  async what_is_added_pairwise_is_hardly_copied_between_workers() {
    await withClient(async (client) => {
      await client.ready;
      const leaf = (/** @type {number} */ x) => new Float64Array(1_000).fill(x);
      const add = (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) => a.map((x, i) => x + b[i]);
      // A third of 126 as long as their durations are unknown; 1 where both workers are equally fast.
      await least(20, 'of 126 inputs copied', async (round) => {
        let level = numbers(100 * round)
          .slice(0, 64)
          .map((x) => client.submit(leaf, x));
        const all = [...level];
        while (level.length > 1) {
          level = groups(level, 2).map(([a, b]) => client.submit(add, a, b));
          all.push(...level);
        }
        holds((await level[0])[0] === 64 * 100 * round + (64 * 63) / 2, 'the sum');
        return Object.values(client.whoHas(all)).filter((holders) => holders.length > 1).length;
      });
    });
  },

  async calls_that_follow_one_by_one_from_results_share_messages() {
    await counting(async (client, counted) => {
      const impure = client.with({ pure: false });
      const calls = COUNT / 4;
      let kept = 0;
      // One by one they would be two for each.
      await least(calls / 2, `messages for ${calls} calls`, async () => {
        Object.assign(counted, NOTHING);
        const completed = asCompleted(
          numbers(0)
            .slice(0, 200)
            .map((x) => impure.submit(noop, x)),
        );
        let left = calls - completed.count();
        for await (const future of completed) {
          future.release();
          // Longer than a worker needs for a call: so what they report has to wait.
          for (let i = 0; i < 30_000; i++) kept += Math.sqrt(i);
          if (left-- > 0) completed.add(impure.submit(noop, left));
        }
        return counted.messages;
      });
      holds(kept > 0, 'the page computed');
    });
  },

  async a_lone_call_takes_two_messages_and_its_release_none() {
    await counting(async (client, counted) => {
      // What may be dropped goes along with the next order; now and then a timer finds some that has had none.
      await least(2500, 'messages for a thousand calls', async (round) => {
        await client.submit(noop, -1 - round);
        Object.assign(counted, NOTHING);
        for (let i = 0; i < 1000; i++) {
          const future = client.submit(noop, i);
          await future;
          future.release();
        }
        holds(counted.messages >= 2000, `an order and a report for each: ${counted.messages}`);
        return counted.messages;
      });
      holds(counted.crossings <= 7000, `seven calls of the engine for each: ${counted.crossings}`);
    });
  },

  async an_array_that_comes_back_goes_with_the_report() {
    await counting(async (client, counted) => {
      const moving = client.with({ transfer: true });
      const same = (/** @type {Float64Array} */ array) => array;
      const thereAndBack = (/** @type {Float64Array} */ array) => {
        const data = client.scatter(array, { hash: false, transfer: [array.buffer] });
        const future = moving.submit(same, data);
        data.release();
        return future.take();
      };
      await thereAndBack(new Float64Array(10_000));
      await client.submit(noop, -1);
      Object.assign(counted, NOTHING);
      const array = await thereAndBack(new Float64Array(10_000).fill(1));
      holds(array.length === 10_000 && array[9_999] === 1, 'the array is whole');
      holds(counted.messages === 2, `an order with the data and a report: ${JSON.stringify(counted)}`);
    });
  },

  async only_a_task_with_a_timeout_says_that_it_begins() {
    await counting(async (client, counted) => {
      const timed = client.with({ timeout: 10_000 });
      await timed.submit(noop, -1);
      const words = async (/** @type {Client} */ client, /** @type {number} */ x) => {
        Object.assign(counted, NOTHING);
        const future = client.submit(noop, x);
        await future;
        return counted.messages;
      };
      holds((await words(client, -2)) === 2, 'an order and a report');
      holds((await words(timed, -3)) === 3, 'and one more, that it begins');
    });
  },
};

/**
 * Counts in rounds until one stays within a limit. Functions and their durations become known in the first, and something else that
 * keeps the machine busy adds to the count of others.
 * @param {number} limit
 * @param {string} what is counted
 * @param {(round: number) => Promise<number>} count
 */
async function least(limit, what, count) {
  const counts = [];
  for (let round = 0; round < ROUNDS; round++) {
    counts.push(await count(round));
    if (counts[round] <= limit) return;
  }
  throw new Error(`more than ${limit} ${what} in each round: ${counts}`);
}

/**
 * Used until here: a collected future is released, and that takes messages too.
 * @param {Future<unknown>[][]} futures
 * @param {number} each How many a round made.
 */
function areHeld(futures, each) {
  const held = futures.flat();
  holds(held.length > 0 && held.length % each === 0, `whole rounds of ${each} futures: ${held.length}`);
  holds(
    held.every((future) => future.done()),
    'all futures are still held',
  );
}

/** @param {number} from */
function numbers(from) {
  return Array.from({ length: COUNT }, (_, i) => from + i);
}

/**
 * @template T
 * @param {T[]} items
 * @param {number} size
 */
function groups(items, size) {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/**
 * Runs a test with a client of its own that counts.
 * @param {(client: Client, counted: typeof NOTHING) => Promise<void>} test
 */
async function counting(test) {
  const counted = { ...NOTHING };
  const client = countingClient(counted);
  try {
    await test(client, counted);
  } finally {
    client.close();
  }
}

/**
 * A client whose messages, words in them, and calls of the engine are counted.
 * @param {typeof NOTHING} counted
 */
function countingClient(counted) {
  const count = (/** @type {unknown} */ message) => {
    if (!isMessage(message)) return;
    counted.messages++;
    counted.words += message[1].length;
  };
  const createWorker = () => {
    const worker = new Worker(new URL('../../src/worker/entry.js', import.meta.url), { type: 'module' });
    const post = worker.postMessage;
    worker.postMessage = (/** @type {unknown} */ message, /** @type {any} */ transfer) => {
      count(message);
      post.call(worker, message, transfer);
    };
    worker.addEventListener('message', ({ data }) => count(data));
    return worker;
  };
  const registered = runtime();
  const { createEngine } = registered;
  registered.createEngine = () =>
    new Proxy(createEngine(), {
      get(engine, name) {
        const value = /** @type {any} */ (engine)[name];
        if (typeof value !== 'function') return value;
        return (/** @type {unknown[]} */ ...args) => {
          counted.crossings++;
          return value.apply(engine, args);
        };
      },
    });
  try {
    return new Client({ workers: 2, createWorker });
  } finally {
    registered.createEngine = createEngine;
  }
}
