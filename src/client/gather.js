// Bringing the values of futures to the page, in the shape in which the futures stand.

import { eachFuture } from './collect.js';
import { Future } from './future.js';

/**
 * @param {unknown} x
 * @param {boolean} skip Whether failures are left out rather than thrown.
 * @returns {Promise<any>}
 */
export function gather(x, skip) {
  return new Promise((resolve, reject) => {
    const gathering = new Gathering(resolve, reject, skip);
    if (Array.isArray(x)) {
      const result = (gathering.result = new Array(x.length));
      for (let i = 0; i < x.length; i++) {
        if (x[i] instanceof Future) gathering.expect(x[i], (value) => (result[i] = value), skip ? i : -1);
        else
          eachFuture(
            x[i],
            (future, put) => gathering.expect(future, put, -1),
            (value) => (result[i] = value),
          );
      }
    } else {
      eachFuture(
        x,
        (future, put) => gathering.expect(future, put, -1),
        (value) => (gathering.result = value),
      );
    }
    gathering.arrived();
  });
}

class Gathering {
  /** @type {any} */
  result = undefined;
  // One more than the futures, so that nothing is complete before all have been asked.
  #missing = 1;
  /** Places of the top-level array that are left out. @type {Set<number>} */
  #left = new Set();
  #resolve;
  #reject;
  #skip;

  /**
   * @param {(value: any) => void} resolve
   * @param {(error: any) => void} reject
   * @param {boolean} skip
   */
  constructor(resolve, reject, skip) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#skip = skip;
  }

  /**
   * @param {Future<any>} future
   * @param {(value: any) => void} put
   * @param {number} place Which place is left out on failure; -1 to put null instead.
   */
  expect(future, put, place) {
    this.#missing++;
    const fail = (/** @type {any} */ error) => {
      if (!this.#skip) return this.#reject(error);
      if (place >= 0) this.#left.add(place);
      else put(null);
      this.arrived();
    };
    const take = (/** @type {any} */ value) => {
      put(value);
      this.arrived();
    };
    Future.give(future, { take, fail, future });
  }

  arrived() {
    if (--this.#missing > 0) return;
    this.#resolve(
      this.#left.size
        ? this.result.filter((/** @type {any} */ _, /** @type {number} */ i) => !this.#left.has(i))
        : this.result,
    );
  }
}
