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
        if (x[i] instanceof Future) gathering.expect(x[i], null, i);
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
   * @param {((value: any) => void) | null} put Null for a place of the top-level array.
   * @param {number} place Which: on failure it is left out, while what is put elsewhere is null.
   */
  expect(future, put, place) {
    this.#missing++;
    Future.give(future, new Expected(this, future, put, place));
  }

  /**
   * @param {any} value
   * @param {((value: any) => void) | null} put
   * @param {number} place
   */
  take(value, put, place) {
    if (put) put(value);
    else this.result[place] = value;
    this.arrived();
  }

  /**
   * @param {any} error
   * @param {((value: any) => void) | null} put
   * @param {number} place
   */
  fail(error, put, place) {
    if (!this.#skip) return this.#reject(error);
    if (put) put(null);
    else this.#left.add(place);
    this.arrived();
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

/** Takes one value: an object rather than closures, since there are as many as futures. */
class Expected {
  /**
   * @param {Gathering} gathering
   * @param {Future<any>} future
   * @param {((value: any) => void) | null} put
   * @param {number} place
   */
  constructor(gathering, future, put, place) {
    this.gathering = gathering;
    this.future = future;
    this.put = put;
    this.place = place;
  }

  /** @param {any} value */
  take(value) {
    this.gathering.take(value, this.put, this.place);
  }

  /** @param {any} error */
  fail(error) {
    this.gathering.fail(error, this.put, this.place);
  }
}
