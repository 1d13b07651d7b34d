// Live futures: which of them must not be collected, and which release their task when they are.

import { Future } from './future.js';
import { FINISHED } from './row.js';
import { keepShapes } from '../shapes.js';

/** @import { Row } from './row.js' */
/** @import { Rows } from './rows.js' */

/** Futures registered at once: to register one costs about as much as to submit it. */
const AT_ONCE = 4096;

export class Handles {
  /** Releases handles that were collected without being released: late, and never before the task has settled. */
  #registry;
  /** Of settled tasks, to be registered later: most are released before. @type {Future<any>[]} */
  #settled = [];
  /** Maps of which some have settled. @type {Rows[]} */
  #maps = [];

  /** @param {(row: Row) => void} collected */
  constructor(collected) {
    this.#registry = new FinalizationRegistry((/** @type {Row | Place} */ held) => {
      if (held instanceof Place) held.rows.collected(held.place);
      else collected(held);
    });
  }

  /**
   * A future of a pending task must not be collected: its task is wanted until it has run.
   * @param {Row} row
   * @param {Future<any>} future
   */
  keep(row, future) {
    if (row.status >= FINISHED) this.#settled.push(future);
    else if (row.kept instanceof Set) row.kept.add(future);
    else row.kept = row.kept ? new Set([row.kept, future]) : future;
  }

  /** The task has settled. @param {Row} row */
  unkeep(row) {
    const { kept } = row;
    row.kept = null;
    if (kept instanceof Set) for (const future of kept) this.#settled.push(future);
    else if (kept) this.#settled.push(kept);
  }

  /** The first of a map has settled since they were registered last. @param {Rows} rows */
  settled(rows) {
    this.#maps.push(rows);
  }

  /**
   * @param {Row} row
   * @param {Future<any>} future
   */
  release(row, future) {
    if (row.kept instanceof Set) row.kept.delete(future);
    else if (row.kept) row.kept = null;
    else this.unregister(future);
  }

  /** @param {Future<any>} future */
  unregister(future) {
    this.#registry.unregister(future);
  }

  /** Whether some wait to be registered. */
  get waiting() {
    return this.#settled.length > 0 || this.#maps.length > 0;
  }

  /** Registers some of those that wait and have not been released. */
  register() {
    let left = AT_ONCE;
    for (const future of this.#settled.splice(0, left)) {
      if (Future.isReleased(future)) continue;
      this.#registry.register(future, Future.row(future), future);
      left--;
    }
    while (left > 0 && this.#maps.length) {
      const rows = this.#maps[0];
      for (let place; left > 0 && (place = rows.settled.pop()) !== undefined; ) {
        const future = rows.takeFuture(place);
        if (!future) continue;
        this.#registry.register(future, new Place(rows, place), future);
        left--;
      }
      if (!rows.settled.length) this.#maps.shift();
    }
  }
}

/** What a future of a map that is collected leaves behind. */
class Place {
  /**
   * @param {Rows} rows
   * @param {number} place
   */
  constructor(rows, place) {
    this.rows = rows;
    this.place = place;
  }
}

keepShapes(new Place(/** @type {any} */ ({}), 0));
