// Copies of scattered data that the page keeps, so that it can be sent again when the last worker that had it is gone.

/** @import { Row } from './row.js' */

/** Bytes of all copies together: what would go beyond is not kept. */
const MOST = 64 * 1024 * 1024;

export class Copies {
  /** @type {Map<Row, number>} */
  #kept = new Map();
  #bytes = 0;

  /**
   * Keeps the data of a row if there is room for it.
   * @param {Row} row
   * @param {number} bytes
   * @returns {boolean} Whether it is kept.
   */
  keep(row, bytes) {
    if (this.#bytes + bytes > MOST) return false;
    this.#kept.set(row, bytes);
    this.#bytes += bytes;
    return true;
  }

  /** The task is forgotten. @param {Row} row */
  free(row) {
    this.#bytes -= this.#kept.get(row) ?? 0;
    this.#kept.delete(row);
  }
}
