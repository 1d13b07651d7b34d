// Live futures: which of them must not be collected, and which release their task when they are.

import { Future } from './future.js';
import { FINISHED } from './row.js';

/** @import { Row } from './row.js' */

/** Futures registered at once: to register one costs about as much as to submit it. */
const AT_ONCE = 4096;

export class Handles {
  /** Releases handles that were collected without being released: late, and never before the task has settled. */
  #registry;
  /** Of settled tasks, to be registered later: most are released before. @type {[Row, Future<any>][]} */
  #settled = [];

  /** @param {(row: Row) => void} collected */
  constructor(collected) {
    this.#registry = new FinalizationRegistry(collected);
  }

  /**
   * A future of a pending task must not be collected: its task is wanted until it has run.
   * @param {Row} row
   * @param {Future<any>} future
   */
  keep(row, future) {
    if (row.status >= FINISHED) this.#settled.push([row, future]);
    else if (row.kept instanceof Set) row.kept.add(future);
    else row.kept = row.kept ? new Set([row.kept, future]) : future;
  }

  /** The task has settled. @param {Row} row */
  unkeep(row) {
    const { kept } = row;
    row.kept = null;
    if (kept instanceof Set) for (const future of kept) this.#settled.push([row, future]);
    else if (kept) this.#settled.push([row, kept]);
  }

  /**
   * @param {Row} row
   * @param {Future<any>} future
   */
  release(row, future) {
    if (row.kept instanceof Set) row.kept.delete(future);
    else if (row.kept) row.kept = null;
    else this.#registry.unregister(future);
  }

  /** Whether some wait to be registered. */
  get waiting() {
    return this.#settled.length > 0;
  }

  /** Registers some of those that wait and have not been released. */
  register() {
    for (const [row, future] of this.#settled.splice(0, AT_ONCE)) {
      if (!Future.isReleased(future)) this.#registry.register(future, row, future);
    }
  }
}
