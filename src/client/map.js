// One call for each element: the arguments side by side, constants among them, and the batches in which the calls go out.

import { sizeOf } from '../cloning.js';
import { isImmutable } from './collect.js';
import { Columns } from './columns.js';
import { Delayed } from './delayed.js';
import { taskOf } from './functions.js';
import { Future } from './future.js';
import { MapCalls } from './map-calls.js';
import { scatter } from './scatter.js';
import { keyAt, Settings } from './settings.js';

/** @import { Driver } from './driver.js' */

/** A constant of more bytes is sent to a worker once, not with each call. */
const SHARED = 65536;

/** From so many calls on workers begin with a part of them while the page makes the others. */
const MANY = 8192;
/** As many as keep them busy for as long as that takes. */
const PART = 4096;

/** The same value again and again. */
class Repeated {
  /** @param {unknown} value */
  constructor(value) {
    this.value = value;
  }

  *[Symbol.iterator]() {
    for (;;) yield this.value;
  }
}

/**
 * An iterable that yields the same value without end: a constant argument for `map`. See index.d.ts.
 * @template T
 * @param {T} value
 * @returns {Iterable<T>}
 */
export function repeat(value) {
  return /** @type {any} */ (new Repeated(value));
}

/**
 * @param {Driver} driver
 * @param {Settings} settings
 * @param {unknown} fn
 * @param {Iterable<unknown>[]} iterables
 * @returns {Future<any>[]}
 */
export function map(driver, settings, fn, iterables) {
  const { key, batchSize = Number.POSITIVE_INFINITY } = settings;
  const task = typeof key === 'string' ? taskOf(fn).renamed(key) : taskOf(fn);
  if (!iterables.length) throw new TypeError('map needs something to iterate over: map(fn, values)');
  if (iterables.every((iterable) => iterable instanceof Repeated)) {
    throw new TypeError('map would not end: one of what it iterates over must not be `repeat(value)`');
  }
  const [made] = iterables;
  // Read when the client is known to be open.
  if (made instanceof Columns) {
    driver.assertOpen('map');
    iterables = made.iterables(batchSize);
  }
  /** @type {Future<any>[]} */
  const shared = [];
  /** @type {Future<any>[]} */
  let futures = [];
  const all = Math.min(...iterables.map(lengthOf));
  /** How many calls go out next. */
  let due = all >= MANY && !Array.isArray(key) && iterables.every(isHarmless) ? Math.min(PART, batchSize) : batchSize;
  const begin = () => {
    const expected = Math.min(due, all - futures.length);
    return new MapCalls(driver, settings, task, iterables.length, Number.isFinite(expected) ? expected : 0);
  };
  let calls = begin();
  const submit = () => {
    const more = calls.submit();
    if (!futures.length) futures = more;
    else for (const future of more) futures.push(future);
  };
  try {
    const sources = iterables.map((iterable) => constant(driver, settings, iterable, shared));
    zip(sources, (args) => {
      const own = Array.isArray(key) ? keyAt(key, futures.length + calls.count) : undefined;
      calls.add(args, own);
      if (calls.count === due) {
        submit();
        // Workers can begin with these while the others are made.
        driver.hub.flush();
        due = batchSize;
        calls = begin();
      }
    });
    submit();
  } catch (error) {
    for (const future of futures) future.release();
    throw error;
  } finally {
    // The calls keep it.
    for (const future of shared) future.release();
  }
  if (settings.signal) driver.signals.bind(settings.signal, futures);
  return futures;
}

/**
 * How many values there are at most, if that can be known: Infinity if not.
 * @param {any} iterable
 * @returns {number}
 */
function lengthOf(iterable) {
  return Array.isArray(iterable) || ArrayBuffer.isView(iterable)
    ? /** @type {any} */ (iterable).length
    : Number.POSITIVE_INFINITY;
}

/**
 * Whether it has nothing that could be refused: when a map throws, none of its calls is to have begun.
 * @param {any} iterable
 */
function isHarmless(iterable) {
  if (iterable instanceof Repeated) return isImmutable(iterable.value);
  return ArrayBuffer.isView(iterable) || (Array.isArray(iterable) && iterable.every(isImmutable));
}

/**
 * What to iterate over: a large constant is scattered, and its future is repeated.
 * @param {Driver} driver
 * @param {Settings} settings
 * @param {Iterable<unknown>} iterable
 * @param {Future<any>[]} shared Gets the future.
 * @returns {Iterable<unknown>}
 */
function constant(driver, { workers, allowOtherWorkers }, iterable, shared) {
  if (!(iterable instanceof Repeated)) return iterable;
  const { value } = iterable;
  if (value instanceof Future || value instanceof Delayed || sizeOf(value) <= SHARED || holdsFutures(value))
    return iterable;
  const settings = Object.assign(new Settings(), { workers, allowOtherWorkers });
  const [future] = scatter(driver, settings, [value], {});
  shared.push(future);
  return /** @type {any} */ (new Repeated(future));
}

/**
 * Whether a future or a lazy call is somewhere in a value: then it is no data.
 * @param {unknown} value
 */
function holdsFutures(value) {
  const seen = new Set();
  const open = [value];
  while (open.length) {
    const one = /** @type {any} */ (open.pop());
    if (typeof one !== 'object' || one === null || ArrayBuffer.isView(one) || seen.has(one)) continue;
    if (one instanceof Future || one instanceof Delayed) return true;
    seen.add(one);
    const members = one instanceof Map ? one.values() : one instanceof Set ? one : Object.values(one);
    for (const member of members) open.push(member);
  }
  return false;
}

/**
 * Calls back with the arguments of each call, up to the end of the shortest.
 * @param {Iterable<unknown>[]} iterables
 * @param {(args: unknown[]) => void} each The array is used again.
 */
function zip(iterables, each) {
  iterables.forEach((iterable, i) => {
    if (typeof iterable?.[Symbol.iterator] === 'function') return;
    throw new TypeError(`map needs iterables; argument ${i + 1} is ${iterable === null ? 'null' : typeof iterable}`);
  });
  if (iterables.length === 1) {
    const args = [undefined];
    // Engines are better at this than at a loop of our own.
    for (args[0] of /** @type {Iterable<any>} */ (iterables[0])) each(args);
    return;
  }
  const iterators = iterables.map((iterable) => iterable[Symbol.iterator]());
  // The one that is being asked: when it ends or throws, the others are told, as `for … of` tells the one it leaves.
  let asked = -1;
  const args = new Array(iterators.length);
  try {
    for (;;) {
      for (asked = 0; asked < iterators.length; asked++) {
        const { done, value } = iterators[asked].next();
        if (done) return;
        args[asked] = value;
      }
      each(args);
    }
  } finally {
    iterators.forEach((iterator, i) => {
      if (i !== asked) iterator.return?.();
    });
  }
}
