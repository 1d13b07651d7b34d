// The results this worker holds, by the run that made them.

export class Store {
  /** @type {Map<number, { value: unknown, bytes: number }>} */
  #results = new Map();
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

  /** @param {number} run */
  drop(run) {
    const held = this.#results.get(run);
    if (!held) return;
    this.#bytes -= held.bytes;
    this.#results.delete(run);
  }
}
