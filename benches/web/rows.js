// What is measured: one row of the report each, and how it becomes a figure.

import { longestBlock, turn } from './heartbeat.js';
import { bytesOfPage } from './memory.js';
import { metered } from './meter.js';

/**
 * What a subject can be told to do with its open pool. It lacks what it cannot do.
 * @typedef {object} Operations
 * @property {(workers: number) => Promise<void>} [warm] outside of the time, once after it was opened
 * @property {(count: number) => Promise<void>} [map] that many no-op tasks at once, all their results
 * @property {(count: number) => void} [submit] hands over that many no-op tasks, one call each, without their results
 * @property {() => Promise<void>} [settle] outside of the time: what the others left is done and released
 * @property {(count: number) => Promise<void>} [hold] that many small results more are there, and kept until `settle`
 * @property {(count: number, flying: number) => Promise<void>} [follow] that many no-op tasks: so many at first, then one more
 *   for each result
 * @property {() => Promise<unknown>} [one] one no-op task and its result
 * @property {(durations: number[]) => Promise<void>} [spin] a task for each that computes for so many milliseconds
 * @property {(leaves: number, fanIn: number) => Promise<number>} [tree] the sum of `i + 1` over the leaves, level by level
 * @property {(length: number) => Promise<number>} [chain] that many increments of 0, each of the result before
 * @property {(leaves: number) => Promise<number>} [arrays] arrays of 256 KiB full of 0, 1, 2, … added pairwise: the sum of all
 * @property {(buffer: ArrayBuffer) => PromiseLike<ArrayBuffer>} [thereAndBack] to a worker, and as its result back
 * @property {(bytes: number) => Promise<{ received: number, took: number }>} [across] a result that one worker holds goes to
 *   another as an argument: how much arrived, and the milliseconds until the page knows
 * @property {() => Promise<() => void>} [endless] a task that computes for a minute is running; the function cancels it
 * @property {(milliseconds: number) => Promise<unknown>} [limited] a task that computes for a minute and may take so long: until it is
 *   known that it was stopped
 * @property {() => unknown} close
 */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} unit
 * @property {'more' | 'less'} better
 * @property {keyof Operations} needs
 * @property {number} [workers] 2 by default
 * @property {boolean} [long] left out of a quick run
 * @property {boolean} [fine] needs the clock of an isolated page: elsewhere it has steps of 0.1 ms
 * @property {boolean} [ends] ends workers that compute
 * @property {boolean} [weighs] needs a page that can tell its memory
 * @property {(pool: Required<Operations>) => Promise<number>} measure
 */

/** Of tasks that follow from results, in all and in flight. */
const FOLLOWING = 2000;
const FLYING = 50;
const LEAVES = 4096;
const FAN_IN = 8;
const ARRAYS = 64;
const MEGABYTES_8 = 8 * 1024 * 1024;
const MILLISECOND_TASKS = Array.from({ length: 1000 }, () => 1);
/** The long one comes when a queue before it has been dealt out, and one behind it. */
const SKEWED = Array.from({ length: 401 }, (_, i) => (i === 200 ? 200 : 1));
const FLOOD = 100_000;
const SLICE = 200;
/** Milliseconds: longer than a worker takes to start. */
const WHILE = 300;
const TIMEOUT = 100;
const HELD = 100_000;
/** As many at once as each peer has room for. */
const HELD_SLICE = 1000;

/** @type {Row[]} */
export const ROWS = [
  mapRow('10 k', 10_000),
  { ...mapRow('100 k', 100_000), long: true },
  {
    name: 'submit loop, 10 k',
    unit: 'tasks/s',
    better: 'more',
    needs: 'submit',
    async measure(pool) {
      const took = await timed(async () => pool.submit(10_000));
      await pool.settle();
      return 10_000 / (took / 1000);
    },
  },
  {
    name: 'as completed, one more for each, 50 in flight',
    unit: 'tasks/s',
    better: 'more',
    needs: 'follow',
    measure: async (pool) => FOLLOWING / ((await timed(() => pool.follow(FOLLOWING, FLYING))) / 1000),
  },
  latencyRow('p50', (times) => times[Math.floor(0.5 * (times.length - 1))], true),
  latencyRow('p99', (times) => times[Math.floor(0.99 * (times.length - 1))], true),
  latencyRow('mean', (times) => times.reduce((a, b) => a + b, 0) / times.length, false),
  {
    name: '1,000 tasks of 1 ms, 2 workers',
    unit: 'ms',
    better: 'less',
    needs: 'spin',
    measure: (pool) => settled(pool, () => pool.spin(MILLISECOND_TASKS)),
  },
  {
    name: '200 ms among 400 × 1 ms',
    unit: 'ms',
    better: 'less',
    needs: 'spin',
    measure: (pool) => settled(pool, () => pool.spin(SKEWED)),
  },
  {
    name: '8 MB to a worker and back',
    unit: 'ms',
    better: 'less',
    needs: 'thereAndBack',
    async measure(pool) {
      let buffer = new ArrayBuffer(MEGABYTES_8);
      const took = await timed(async () => {
        for (let i = 0; i < 10; i++) buffer = await pool.thereAndBack(buffer);
      });
      expect(buffer.byteLength, MEGABYTES_8);
      return took / 10;
    },
  },
  {
    name: '8 MB from worker to worker',
    unit: 'ms',
    better: 'less',
    needs: 'across',
    async measure(pool) {
      let sum = 0;
      for (let i = 0; i < 10; i++) {
        const { received, took } = await pool.across(MEGABYTES_8);
        expect(received, MEGABYTES_8);
        sum += took;
      }
      return sum / 10;
    },
  },
  {
    name: 'tree of 4,096 leaves',
    unit: 'ms',
    better: 'less',
    needs: 'tree',
    measure: (pool) => settled(pool, async () => expect(await pool.tree(LEAVES, FAN_IN), (LEAVES * (LEAVES + 1)) / 2)),
  },
  {
    name: 'chain of 1,000',
    unit: 'ms',
    better: 'less',
    needs: 'chain',
    measure: (pool) => settled(pool, async () => expect(await pool.chain(1000), 1000)),
  },
  {
    name: '64 × 256 KiB added pairwise',
    unit: 'ms',
    better: 'less',
    needs: 'arrays',
    measure: (pool) => settled(pool, () => addArrays(pool)),
  },
  {
    name: '… of it through the page',
    unit: 'MiB',
    better: 'less',
    needs: 'arrays',
    async measure(pool) {
      const bytes = await metered(() => addArrays(pool));
      await pool.settle();
      return bytes / 1024 / 1024;
    },
  },
  {
    name: 'longest block of the page, 100 k in flight',
    unit: 'ms',
    better: 'less',
    needs: 'spin',
    long: true,
    measure: flood,
  },
  {
    name: 'JavaScript of the page, 100 k results held',
    unit: 'bytes/result',
    better: 'less',
    needs: 'hold',
    long: true,
    weighs: true,
    measure: weigh,
  },
  {
    name: 'running loop cancelled, pool whole again',
    unit: 'ms',
    better: 'less',
    needs: 'endless',
    ends: true,
    measure: whole,
  },
  {
    name: 'running loop stopped by a timeout, beyond it',
    unit: 'ms',
    better: 'less',
    needs: 'limited',
    ends: true,
    async measure(pool) {
      const took = await settled(pool, () => pool.limited(TIMEOUT));
      // The next measurement finds both workers up.
      await pool.spin([WHILE, WHILE]);
      await pool.settle();
      return took - TIMEOUT;
    },
  },
  {
    name: '1,000 tasks of 1 ms, 1 worker',
    unit: 'ms',
    better: 'less',
    needs: 'spin',
    workers: 1,
    measure: (pool) => settled(pool, () => pool.spin(MILLISECOND_TASKS)),
  },
];

/**
 * @param {string} size
 * @param {number} count
 * @returns {Row}
 */
function mapRow(size, count) {
  return {
    name: `no-op map, ${size}`,
    unit: 'tasks/s',
    better: 'more',
    needs: 'map',
    measure: async (pool) => count / ((await settled(pool, () => pool.map(count))) / 1000),
  };
}

/**
 * One after the other, each awaited.
 * @param {string} name
 * @param {(sorted: Float64Array) => number} of
 * @param {boolean} fine
 * @returns {Row}
 */
function latencyRow(name, of, fine) {
  return {
    name: `submit → result, ${name}`,
    unit: 'µs',
    better: 'less',
    needs: 'one',
    fine,
    async measure(pool) {
      const times = new Float64Array(1000);
      for (let i = 0; i < times.length; i++) times[i] = await timed(pool.one);
      return of(times.sort()) * 1000;
    },
  };
}

/** All tasks wait behind two long ones when the last is handed over, slice by slice. @param {Required<Operations>} pool */
async function flood(pool) {
  const block = await longestBlock(async () => {
    const all = [pool.spin([300, 300])];
    for (let i = 0; i < FLOOD; i += SLICE) {
      all.push(pool.map(SLICE));
      await turn();
    }
    await Promise.all(all);
  });
  await pool.settle();
  return block;
}

/** Until both workers have begun something, seen by two tasks that end together only then. @param {Required<Operations>} pool */
async function whole(pool) {
  const cancel = await pool.endless();
  const took = await timed(async () => {
    cancel();
    await pool.spin([WHILE, WHILE]);
  });
  await pool.settle();
  return took - WHILE;
}

/** What the page has more of when it holds results than before. @param {Required<Operations>} pool */
async function weigh(pool) {
  const before = await bytesOfPage();
  for (let i = 0; i < HELD; i += HELD_SLICE) await pool.hold(HELD_SLICE);
  const bytes = (await bytesOfPage()) - before;
  await pool.settle();
  return bytes / HELD;
}

/** @param {Operations} pool */
async function addArrays(pool) {
  const sum = (32_768 * ARRAYS * (ARRAYS - 1)) / 2;
  expect(await pool.arrays?.(ARRAYS), sum);
}

/**
 * Milliseconds of `run`; what it left is settled afterwards.
 * @param {Operations} pool
 * @param {() => Promise<unknown>} run
 */
async function settled(pool, run) {
  const took = await timed(run);
  await pool.settle?.();
  return took;
}

/** @param {() => Promise<unknown>} run */
async function timed(run) {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

/**
 * @param {unknown} value
 * @param {number} expected
 */
function expect(value, expected) {
  if (value !== expected) throw new Error(`the result is ${value} and should be ${expected}`);
}
