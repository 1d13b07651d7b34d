// Copies of results, and results that are moved, on request: who waits until they are where they shall be.

/** @import { Hub } from './hub.js' */
/** @import { Port } from './port.js' */
/** @import { Row } from './row.js' */

export class Replication {
  #hub;
  #port;
  /** By task. @type {Map<number, (() => void)[]>} */
  #waiting = new Map();

  /**
   * @param {Hub} hub
   * @param {Port} port
   */
  constructor(hub, port) {
    this.#hub = hub;
    this.#port = port;
  }

  /**
   * @param {Row[]} rows Tasks that have finished.
   * @param {number} copies In how many workers each shall lie.
   */
  replicate(rows, copies) {
    const tasks = this.#tasks(rows);
    if (!tasks.length) return Promise.resolve();
    const copied = tasks.map((task) => this.#wait(task));
    this.#port.put(tasks);
    this.#port.engine.replicate(performance.now(), tasks.length, copies);
    this.#hub.flush();
    return Promise.all(copied).then(() => {});
  }

  /** @param {Row[] | undefined} rows Those that may be moved; all if nothing is said. */
  rebalance(rows) {
    const tasks = rows ? this.#tasks(rows) : [];
    if (rows && !tasks.length) return Promise.resolve();
    this.#port.put(tasks);
    const moved = this.#port.answer(this.#port.engine.rebalance(performance.now(), tasks.length));
    const arrived = Array.from(moved, (task) => this.#wait(task));
    this.#hub.flush();
    return Promise.all(arrived).then(() => {});
  }

  /** The copies of a task's result are there, or will never be. @param {number} task */
  copied(task) {
    const waiting = this.#waiting.get(task) ?? [];
    this.#waiting.delete(task);
    for (const done of waiting) done();
  }

  /** The client has closed. */
  end() {
    for (const task of [...this.#waiting.keys()]) this.copied(task);
  }

  /** @param {number} task @returns {Promise<void>} */
  #wait(task) {
    return new Promise((done) => {
      const waiting = this.#waiting.get(task);
      if (waiting) waiting.push(done);
      else this.#waiting.set(task, [done]);
    });
  }

  /** @param {Row[]} rows */
  #tasks(rows) {
    return [...new Set(rows.filter((row) => row.task >= 0).map((row) => row.task))];
  }
}
