// The library itself, through its public API.

import init, { asCompleted, Client } from './pkg/webfutures.js';
import { turn } from './heartbeat.js';
import { add, begun, echo, inc, leaf, noop, point, spin, sum, total, warming } from './tasks.js';

/** @typedef {import('webfutures').Future<any>} Future */

// Every call has an argument of its own, or a pure call would be answered from memory.
let next = 1;

const produce = (/** @type {number} */ bytes, /** @type {number} */ _number) => new Float64Array(bytes / 8);
const consume = (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) => Math.min(a.length, b.length) * 8;
const lengthOf = (/** @type {Float64Array} */ a) => a.length;

/**
 * @param {number} workers
 * @returns {Promise<import('./rows.js').Operations>}
 */
export async function open(workers) {
  await init();
  const client = new Client({ workers });
  const moving = client.with({ transfer: true });
  /** @type {Future[][]} */
  let held = [];

  /** @template {Future} F @param {F[]} futures */
  const hold = (futures) => {
    held.push(futures);
    return futures;
  };
  /** @param {number} count */
  const numbers = (count) => {
    next += count;
    return numbersFrom(next - count, count);
  };
  const release = () => {
    for (const futures of held) for (const future of futures) future.release();
    held = [];
  };
  /** The worker that ran each of the latest tasks of that name. @param {string} name @param {number} since */
  const workersOf = (name, since) =>
    client
      .taskStream({ since })
      .records.filter((record) => record.name === name)
      .map((record) => record.worker);

  return {
    close: () => client.close(),

    async warm() {
      await client.ready;
      await client.gather(hold(client.map(noop, numbers(10_000))));
      release();
      const all = { noop, inc, sum, spin, echo, leaf, add, total, point };
      for (let round = 0; round < 5 * workers; round++) {
        for (const [name, args] of warming()) {
          await client.submit(/** @type {(...args: any[]) => any} */ (all[name]), ...args);
        }
      }
    },

    async map(count) {
      await client.gather(hold(client.map(noop, numbers(count))));
    },

    submit(count) {
      /** @type {Future[]} */
      const futures = hold([]);
      for (let i = 0; i < count; i++) futures.push(client.submit(noop, next++));
    },

    async settle() {
      await Promise.all(held.map((futures) => client.gather(futures)));
      release();
      // Thousands are forgotten over some turns.
      while (client.schedulerInfo().tasks.memory) await turn();
    },

    async hold(count) {
      await client.gather(hold(client.map(point, numbers(count))));
    },

    async follow(count, flying) {
      const completed = asCompleted(numbers(flying).map((number) => client.submit(noop, number)));
      let left = count - flying;
      for await (const future of completed) {
        future.release();
        if (left-- > 0) completed.add(client.submit(noop, next++));
      }
    },

    async one() {
      const future = client.submit(noop, next++);
      await future;
      future.release();
    },

    async spin(durations) {
      await client.gather(hold(client.map(spin, durations, numbers(durations.length))));
    },

    async tree(leaves, fanIn) {
      const first = next;
      next += leaves;
      /** @type {Future[]} */
      let level = hold(client.map(inc, numbersFrom(first, leaves)));
      while (level.length > 1) level = hold(client.map(sum, groups(level, fanIn)));
      // The leaves began at another number, so that no leaf is known already.
      return (await level[0]) - first * leaves;
    },

    async chain(length) {
      const first = next++;
      let future = client.submit(inc, first);
      const futures = hold([future]);
      for (let i = 1; i < length; i++) futures.push((future = client.submit(inc, future)));
      return (await future) - first;
    },

    async arrays(leaves) {
      /** @type {Future[]} */
      let level = hold(client.map(leaf, numbersFrom(0, leaves), numbers(leaves)));
      while (level.length > 1) {
        const [even, odd] = [level.filter((_, i) => i % 2 === 0), level.filter((_, i) => i % 2 === 1)];
        level = hold(client.map(add, even, odd));
      }
      const [all] = hold([client.submit(total, level[0])]);
      return all;
    },

    async thereAndBack(buffer) {
      // Moved both ways: the page needs it no more, nor does anybody else when it has come back.
      const data = client.scatter(buffer, { transfer: [buffer] });
      const future = moving.submit(echo, data);
      data.release();
      return future.take();
    },

    async endless() {
      const loop = client.submit(spin, 60_000, next++);
      await begun();
      return () => loop.cancel();
    },

    async limited(milliseconds) {
      const loop = client.with({ timeout: milliseconds }).submit(spin, 60_000, next++);
      const error = await loop.exception();
      if (error?.name !== 'TimeoutError') throw new Error(`it was not stopped: ${error}`);
      loop.release();
    },

    async across(bytes) {
      for (let attempt = 0; attempt < 100; attempt++) {
        const { next: since } = client.taskStream();
        // Two at once, of which the workers take one each; a task that needs both has one of them moved.
        const both = hold(moving.map(produce, [bytes, bytes], numbers(2)));
        await client.gather(hold(client.map(lengthOf, both)));
        if (new Set(workersOf('produce', since)).size < 2) {
          release();
          continue;
        }
        const began = performance.now();
        const future = client.submit(consume, both[0], both[1]);
        const received = await future;
        const took = performance.now() - began;
        hold([future]);
        release();
        return { received, took };
      }
      throw new Error('the two results were never in two workers');
    },
  };
}

/**
 * @param {number} first
 * @param {number} count
 */
function numbersFrom(first, count) {
  const numbers = new Array(count);
  for (let i = 0; i < count; i++) numbers[i] = first + i;
  return numbers;
}

/**
 * @template T
 * @param {T[]} items
 * @param {number} size
 */
function groups(items, size) {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
