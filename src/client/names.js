// Keys that users chose: whose they are, as long as the scheduler knows the task.

import { KeyConflictError } from './errors.js';

/** @import { Row } from './row.js' */

export class Names {
  /** @type {Map<string, Row>} */
  #rows = new Map();

  /** @param {string} key */
  find(key) {
    return this.#rows.get(key);
  }

  /**
   * Throws if the key is another call's.
   * @param {string} key
   * @param {Uint32Array | null} call Names the call; null if nothing can, then it equals no other.
   */
  check(key, call) {
    const row = this.#rows.get(key);
    if (row) compare(key, row.call, call, row.driver.ids.functions[row.fn].name);
  }

  /**
   * @param {string} key
   * @param {Row} row
   * @param {Uint32Array | null} call
   */
  give(key, row, call) {
    row.name = key;
    row.call = call;
    this.#rows.set(key, row);
  }

  /** The task is forgotten, or given up: its key is free. @param {Row} row */
  free(row) {
    if (row.name !== undefined && this.#rows.get(row.name) === row) this.#rows.delete(row.name);
  }
}

/**
 * @param {string} key
 * @param {Uint32Array | null} held
 * @param {Uint32Array | null} call
 * @param {string} name of the function that has it
 */
export function compare(key, held, call, name) {
  if (!held || !call || held.some((lane, i) => lane !== call[i])) throw new KeyConflictError(key, name);
}
