// What the pages of the benches offer to `benches/run.js`, which calls `measure` round by round, one subject after the other.

import { tellsMemory } from './memory.js';
import { ROWS } from './rows.js';
import { scheduler } from './scheduler.js';
import { SUBJECTS } from './subjects.js';

/** The open pool of each subject, and its number of workers. @type {Map<string, { pool: any, workers: number }>} */
const pools = new Map();

/** Milliseconds after which a measurement is given up. */
const PATIENCE = 60_000;

/** The rows, as plain data. */
function rows() {
  return ROWS.map(({ name, unit, better, long = false, ends = false }) => ({ name, unit, better, long, ends }));
}

/** Who is measured on this page. */
function subjects() {
  return here().map(({ name, slow = [] }) => ({ name, slow }));
}

/**
 * Opens a subject; which rows it can do, and why not some others.
 * @param {string} name
 */
async function prepare(name) {
  const subject = find(here(), name);
  const pool = await opened(subject, 2);
  const without = { ...subject.without };
  for (const row of ROWS) if (row.weighs && pool[row.needs] && !tellsMemory) without[row.name] ??= noMemory();
  const can = ROWS.filter((row) => pool[row.needs] && !(row.name in without) && (!row.fine || crossOriginIsolated));
  return { rows: can.map((row) => row.name), without };
}

function noMemory() {
  return crossOriginIsolated
    ? 'this engine does not tell what a page stores'
    : 'only a page that is cross-origin isolated is told what it stores';
}

/**
 * @param {string} row
 * @param {string} name
 * @returns {Promise<number>}
 */
async function measure(row, name) {
  const { workers = 2, measure } = find(ROWS, row);
  const pool = await opened(find(here(), name), workers);
  try {
    return await patient(measure(pool));
  } catch (error) {
    // What it left undone would run on beside the others.
    pools.delete(name);
    await pool.close();
    throw error;
  }
}

/**
 * On a page that has loaded nothing of it: milliseconds from the import to the first result.
 * @param {string} name
 */
async function start(name) {
  const subject = find(here(), name);
  const began = performance.now();
  const pool = await subject.open(2);
  if (!pool.one) return null;
  await pool.one();
  const took = performance.now() - began;
  await pool.close();
  return took;
}

/**
 * The subject's pool with that many workers, warm; it has only one at a time.
 * @param {import('./subjects.js').Subject} subject
 * @param {number} workers
 */
async function opened(subject, workers) {
  const open = pools.get(subject.name);
  if (open?.workers === workers) return open.pool;
  pools.delete(subject.name);
  await open?.pool.close();
  const pool = await subject.open(workers);
  await patient(pool.warm?.(workers) ?? Promise.resolve());
  pools.set(subject.name, { pool, workers });
  return pool;
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function patient(promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done after ${PATIENCE / 1000} s`)), PATIENCE);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function here() {
  return SUBJECTS.filter((subject) => subject.isolated === crossOriginIsolated);
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

Object.assign(globalThis, { bench: { rows, subjects, prepare, measure, start, scheduler } });
