// What can run, in the order in which it became ready.

import { Runs } from './jobs.js';

/** @import { Job } from './jobs.js' */

export class Ready {
  /** From `#head` on. @type {(Job | Runs | undefined)[]} */
  #entries = [];
  #head = 0;

  get isEmpty() {
    return this.#head === this.#entries.length;
  }

  /** @param {Job | Runs} entry */
  push(entry) {
    this.#entries.push(entry);
  }

  /** The next job, out of the queue. @returns {Job | undefined} */
  next() {
    while (!this.isEmpty) {
      const entry = this.#entries[this.#head];
      if (!(entry instanceof Runs)) {
        this.#leave();
        return entry;
      }
      const job = entry.next();
      if (entry.isEmpty) this.#leave();
      if (job) return job;
    }
    return undefined;
  }

  /** Those that may take inputs. @returns {Job[]} */
  jobs() {
    return /** @type {Job[]} */ (this.#entries.filter((entry) => entry && !(entry instanceof Runs)));
  }

  /** Takes a run out. @param {number} run @returns {Job | undefined} */
  take(run) {
    for (let place = this.#head; place < this.#entries.length; place++) {
      const entry = this.#entries[place];
      if (entry instanceof Runs) {
        const job = entry.take(run);
        if (job) return job;
      } else if (entry?.run === run) {
        this.#entries.splice(place, 1);
        return entry;
      }
    }
    return undefined;
  }

  /** The first entry is done. */
  #leave() {
    this.#entries[this.#head++] = undefined;
    if (!this.isEmpty) return;
    this.#entries.length = 0;
    this.#head = 0;
  }
}
