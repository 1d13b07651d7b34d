// What is measured, and for whom: `benches/run.js` calls `bench.measure` round by round, one subject after the other.

import * as raw from './raw.js';
import * as webfutures from './webfutures.js';

/**
 * Whoever is measured: the library, or another way to do the same. It lacks what it cannot do.
 * @typedef {object} Subject
 * @property {string} name
 * @property {(workers: number) => Promise<void>} open starts its workers and warms them
 * @property {(count: number) => Promise<void>} [bulk] that many no-op tasks at once, all their results
 * @property {(count: number) => Promise<void>} [submit] hands over that many no-op tasks, without their results
 * @property {() => Promise<void>} [settle] outside of the time: what `bulk` and `submit` left is done and released
 * @property {() => Promise<void>} [one] one no-op task and its result
 */

/**
 * One row of the report: what is done and how it becomes a figure.
 * @typedef {object} Row
 * @property {string} name
 * @property {string} unit
 * @property {'more' | 'less'} better
 * @property {(subject: Subject) => boolean} fits whether the subject can do it
 * @property {(subject: Subject) => Promise<number>} measure
 */

const WORKERS = 2;
const BULK = 10_000;
const SINGLE = 1_000;

/** @type {Subject[]} */
const SUBJECTS = [webfutures.subject, ...raw.subjects];

/** @type {Row[]} */
const ROWS = [
  {
    name: 'no-op map, gather',
    unit: 'tasks/s',
    better: 'more',
    fits: (subject) => subject.bulk !== undefined,
    measure: (subject) => rate(subject, subject.bulk),
  },
  {
    name: 'submit loop',
    unit: 'tasks/s',
    better: 'more',
    fits: (subject) => subject.submit !== undefined,
    measure: (subject) => rate(subject, subject.submit),
  },
  latencyRow('p50', 0.5),
  latencyRow('p99', 0.99),
];

/** @type {Set<Subject>} */
const opened = new Set();

/**
 * @param {string} row
 * @param {string} name
 */
async function measure(row, name) {
  const { measure } = find(ROWS, row);
  const subject = find(SUBJECTS, name);
  if (!opened.has(subject)) {
    await subject.open(WORKERS);
    opened.add(subject);
  }
  return measure(subject);
}

/** The rows and who is measured in each, as plain data. */
function list() {
  return ROWS.map((row) => ({
    name: row.name,
    unit: row.unit,
    better: row.better,
    subjects: SUBJECTS.filter(row.fits).map((subject) => subject.name),
  }));
}

/**
 * Tasks a second, from the first call to the last result (or to the last call, for `submit`).
 * @param {Subject} subject
 * @param {((count: number) => Promise<void>) | undefined} run
 */
async function rate(subject, run) {
  const began = performance.now();
  await run?.(BULK);
  const took = performance.now() - began;
  await subject.settle?.();
  return BULK / (took / 1000);
}

/**
 * One after the other, each awaited: the quantile of the single times.
 * @param {string} name
 * @param {number} quantile
 * @returns {Row}
 */
function latencyRow(name, quantile) {
  return {
    name: `submit → result, ${name}`,
    unit: 'µs',
    better: 'less',
    fits: (subject) => subject.one !== undefined,
    async measure(subject) {
      const times = new Float64Array(SINGLE);
      for (let i = 0; i < SINGLE; i++) {
        const began = performance.now();
        await subject.one?.();
        times[i] = performance.now() - began;
      }
      await subject.settle?.();
      times.sort();
      return times[Math.floor(quantile * (SINGLE - 1))] * 1000;
    },
  };
}

/**
 * @template {{ name: string }} T
 * @param {T[]} all
 * @param {string} name
 */
function find(all, name) {
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(`there is no ${name}, only ${all.map((one) => one.name).join(', ')}`);
  return found;
}

Object.assign(globalThis, { bench: { list, measure, isolated: globalThis.crossOriginIsolated } });
