// Waiting for futures: wait for all or the first, and asCompleted, which yields them as they settle.

import { TimeoutError } from './errors.js';
import { Future, limited } from './future.js';
import { ERRED } from './row.js';

const MODES = ['ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION'];

/**
 * Waits until futures have settled. See index.d.ts.
 * @param {Iterable<Future<any>>} futures
 * @param {{ timeout?: number, signal?: AbortSignal, returnWhen?: string }} [options]
 * @returns {Promise<{ done: Set<Future<any>>, notDone: Set<Future<any>> }>}
 */
export async function wait(futures, { timeout, signal, returnWhen = MODES[0] } = {}) {
  const all = list(futures, 'wait');
  if (!MODES.includes(returnWhen)) throw new TypeError(`returnWhen is one of ${MODES.join(', ')}, got ${returnWhen}`);
  /** @type {any} */
  const watcher = {};
  const enough = new Promise((resolve) => {
    let missing = all.length;
    watcher.settled = (/** @type {import('./row.js').Row} */ row) => {
      const first = returnWhen === 'FIRST_COMPLETED' || (returnWhen === 'FIRST_EXCEPTION' && row.status >= ERRED);
      if (--missing === 0 || first) resolve(undefined);
    };
    if (missing === 0) resolve(undefined);
    for (const future of all) Future.watch(future, watcher);
  });
  try {
    await limited(enough, { timeout, signal }, () => 'wait');
  } catch (error) {
    // When time runs out the answer says what is done by now.
    if (!(error instanceof TimeoutError)) throw error;
  } finally {
    // Waiting again and again for the same futures must not pile up.
    for (const future of all) Future.row(future).unwatch(watcher);
  }
  const done = new Set(all.filter((future) => future.done()));
  return { done, notDone: new Set(all.filter((future) => !done.has(future))) };
}

/**
 * Yields futures as they settle; more may be added meanwhile. See index.d.ts.
 * @param {Iterable<Future<any>>} [futures]
 * @param {{ withResults?: boolean, raiseErrors?: boolean, timeout?: number }} [options]
 */
export function asCompleted(futures = [], options) {
  return new AsCompleted(list(futures, 'asCompleted'), options);
}

/**
 * The same for the Rust client, which must tell an error from a result that is one.
 * @param {{ withResults?: boolean, timeout?: number }} options
 */
export function completions(options) {
  return new AsCompleted([], { ...options, raiseErrors: false }, (...item) => item);
}

export class AsCompleted {
  /** Settled, not yet yielded: read from `#head` on. @type {[Future<any>, any, any][]} */
  #ready = [];
  #head = 0;
  #waiting = 0;
  /** What `clear` has disowned: additions of an earlier epoch are not yielded. */
  #epoch = 0;
  #withResults;
  #raiseErrors;
  #deadline;
  #item;
  /** Readers that found nothing ready. @type {(() => void)[]} */
  #readers = [];

  /**
   * @param {Future<any>[]} futures
   * @param {{ withResults?: boolean, raiseErrors?: boolean, timeout?: number }} [options]
   * @param {(...item: [future: Future<any>, value: any, failed: boolean]) => any} [item] What is yielded with results.
   */
  constructor(futures, { withResults = false, raiseErrors = true, timeout } = {}, item = pair) {
    this.#item = item;
    this.#withResults = withResults;
    this.#raiseErrors = raiseErrors;
    this.#deadline = timeout === undefined ? undefined : performance.now() + timeout;
    this.update(futures);
  }

  /** @param {Future<any>} future */
  add(future) {
    const [checked] = list([future], 'add');
    const epoch = this.#epoch;
    this.#waiting++;
    const arrived = (/** @type {any} */ value, /** @type {any} */ error) => {
      if (epoch !== this.#epoch) return;
      this.#waiting--;
      this.#ready.push([checked, value, error]);
      this.#wake();
    };
    if (this.#withResults) {
      Future.give(checked, {
        take: (value) => arrived(value, undefined),
        fail: (error) => arrived(undefined, [error]),
      });
    } else {
      Future.watch(checked, { settled: () => arrived(undefined, undefined) });
    }
  }

  /** @param {Iterable<Future<any>>} futures */
  update(futures) {
    for (const future of list(futures, 'update')) this.add(future);
  }

  count() {
    return this.#waiting + this.#ready.length - this.#head;
  }

  isEmpty() {
    return this.count() === 0;
  }

  hasReady() {
    return this.#ready.length > this.#head;
  }

  clear() {
    this.#epoch++;
    this.#waiting = 0;
    this.#ready = [];
    this.#head = 0;
    this.#wake();
  }

  /** @returns {Promise<IteratorResult<any, undefined>>} */
  async next() {
    do await this.#some();
    while (this.#mustWait());
    return this.hasReady() ? { done: false, value: this.#shift() } : { done: true, value: undefined };
  }

  /** @returns {Promise<IteratorResult<any, undefined>>} */
  async return() {
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /**
   * Everything that is ready; waits for the first unless told not to.
   * @param {{ block?: boolean }} [options]
   */
  async nextBatch({ block = true } = {}) {
    if (block) {
      do await this.#some();
      while (this.#mustWait());
    }
    const batch = [];
    // An error waits for the next call: thrown now, it would take along what is ready before it.
    while (this.hasReady() && !(batch.length && this.#throwsNext())) batch.push(this.#shift());
    return batch;
  }

  async *batches() {
    for (let batch; (batch = await this.nextBatch()).length; ) yield batch;
  }

  toString() {
    return `<asCompleted: waiting=${this.#waiting} done=${this.#ready.length - this.#head}>`;
  }

  #mustWait() {
    return !this.hasReady() && this.#waiting > 0;
  }

  /** Waits until something is ready, or nothing will be. Then another reader may still take it first. */
  async #some() {
    while (this.#mustWait()) {
      const woken = new Promise((resolve) => this.#readers.push(/** @type {() => void} */ (resolve)));
      if (this.#deadline === undefined) await woken;
      else {
        const left = Math.max(0, this.#deadline - performance.now());
        await limited(woken, { timeout: left }, () => 'asCompleted');
      }
    }
  }

  #throwsNext() {
    return this.#raiseErrors && this.#ready[this.#head][2] !== undefined;
  }

  #shift() {
    const [future, value, error] = this.#ready[this.#head];
    // Let go of it at once: a long queue must not keep what was yielded.
    /** @type {any[]} */ (this.#ready)[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#ready.length) {
      this.#ready = this.#ready.slice(this.#head);
      this.#head = 0;
    }
    if (!this.#withResults) return future;
    if (error && this.#raiseErrors) throw error[0];
    return this.#item(future, error ? error[0] : value, error !== undefined);
  }

  #wake() {
    const readers = this.#readers;
    this.#readers = [];
    for (const reader of readers) reader();
  }
}

/**
 * @param {Future<any>} future
 * @param {any} value
 */
function pair(future, value) {
  return [future, value];
}

/**
 * Counts of futures by how they stand.
 * @param {Iterable<Future<any>>} futures
 */
export function progressOf(futures) {
  const counts = { total: 0, pending: 0, finished: 0, erred: 0, cancelled: 0 };
  for (const future of list(futures, 'progress')) {
    counts.total++;
    const { status } = future;
    counts[status === 'error' ? 'erred' : status === 'lost' ? 'pending' : status]++;
  }
  return counts;
}

/**
 * @param {Iterable<any>} futures
 * @param {string} who
 * @returns {Future<any>[]}
 */
export function list(futures, who) {
  if (futures instanceof Future || typeof futures?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`${who} takes futures in an array or another iterable: ${who}([a, b])`);
  }
  const all = [...futures];
  const odd = all.findIndex((future) => !(future instanceof Future));
  if (odd >= 0)
    throw new TypeError(`${who} takes futures; item ${odd} is ${all[odd] === null ? 'null' : typeof all[odd]}`);
  return all;
}
