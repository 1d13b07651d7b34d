// AbortSignals of `client.with`: what was submitted under one is given up when it aborts, and only as long as it is pending.

import { Future } from './future.js';

/** @import { Row } from './row.js' */

/**
 * @typedef {object} Bound
 * @property {Set<Future<any>>} futures Those that have not settled.
 * @property {() => void} abort
 */

export class Signals {
  #driver;
  /** @type {Map<AbortSignal, Bound>} */
  #bound = new Map();

  /** @param {import('./driver.js').Driver} driver */
  constructor(driver) {
    this.#driver = driver;
  }

  /**
   * @param {AbortSignal} signal
   * @param {Future<any>[]} futures
   */
  bind(signal, futures) {
    for (const future of futures) {
      if (future.done()) continue;
      this.#of(signal).futures.add(future);
      Future.watch(future, { settled: () => this.#unbind(signal, future) });
    }
  }

  /** How many signals are listened to. */
  get size() {
    return this.#bound.size;
  }

  /** @param {AbortSignal} signal */
  #of(signal) {
    let bound = this.#bound.get(signal);
    if (!bound) {
      bound = { futures: new Set(), abort: () => this.#abort(signal) };
      this.#bound.set(signal, bound);
      signal.addEventListener('abort', bound.abort);
    }
    return bound;
  }

  /**
   * @param {AbortSignal} signal
   * @param {Future<any>} future
   */
  #unbind(signal, future) {
    const bound = this.#bound.get(signal);
    if (!bound) return;
    bound.futures.delete(future);
    if (bound.futures.size === 0) this.#leave(signal, bound);
  }

  /**
   * @param {AbortSignal} signal
   * @param {Bound} bound
   */
  #leave(signal, bound) {
    this.#bound.delete(signal);
    signal.removeEventListener('abort', bound.abort);
  }

  /** @param {AbortSignal} signal */
  #abort(signal) {
    const bound = /** @type {Bound} */ (this.#bound.get(signal));
    this.#leave(signal, bound);
    /** @type {Map<Row, Future<any>[]>} */
    const byRow = new Map();
    for (const future of bound.futures) {
      if (Future.isReleased(future)) continue;
      const row = Future.row(future);
      byRow.set(row, [...(byRow.get(row) ?? []), future]);
    }
    /** @type {Row[]} */
    const given = [];
    for (const [row, futures] of byRow) {
      // A call that others have submitted too goes on for them.
      if (futures.length === row.handles) given.push(row);
      else for (const future of futures) Future.withdraw(future, signal.reason);
    }
    if (given.length) this.#driver.cancel(given, signal.reason);
  }
}
