// The results this worker holds, by the run that made them.

import { contains } from '../cloning.js';

export class Store {
  /** @type {Map<number, { value: unknown, bytes: number }>} */
  #results = new Map();
  /** Results that were taken away by another worker, by run: who has them now. @type {Map<number, number>} */
  #taken = new Map();
  #bytes = 0;

  get size() {
    return this.#results.size;
  }

  get bytes() {
    return this.#bytes;
  }

  /** @param {number} run */
  has(run) {
    return this.#results.has(run);
  }

  /** @param {number} run */
  get(run) {
    return this.#results.get(run)?.value;
  }

  /**
   * @param {number} run
   * @param {unknown} value
   * @param {number} bytes
   */
  put(run, value, bytes) {
    this.drop(run);
    this.#results.set(run, { value, bytes });
    this.#bytes += bytes;
  }

  /**
   * Gives a result away.
   * @param {number} run
   * @param {number} worker Who takes it.
   */
  give(run, worker) {
    this.drop(run);
    this.#taken.set(run, worker);
  }

  /** The worker that has taken a result, if one has. @param {number} run */
  taker(run) {
    return this.#taken.get(run);
  }

  /**
   * The buffer that can be moved to another worker instead of a copy: of data that is a buffer, or all of one, and of which
   * nothing else that lies here is a part.
   * @param {number} run
   * @returns {ArrayBuffer | undefined}
   */
  movable(run) {
    const value = /** @type {any} */ (this.get(run));
    const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
    if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== value.byteLength) return undefined;
    try {
      for (const [other, { value }] of this.#results) {
        if (other !== run && contains(value, buffer)) return undefined;
      }
    } catch {
      // Some object would not be looked at.
      return undefined;
    }
    return buffer;
  }

  /** @param {number} run */
  drop(run) {
    this.#taken.delete(run);
    const held = this.#results.get(run);
    if (!held) return;
    this.#bytes -= held.bytes;
    this.#results.delete(run);
  }
}
