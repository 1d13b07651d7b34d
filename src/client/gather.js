// Bringing the values of futures to the page, in the shape in which the futures stand.

import { eachFuture } from './collect.js';
import { Future } from './future.js';
import { keepShapes } from '../shapes.js';

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
        if (x[i] instanceof Future) gathering.expect(x[i], i);
        else
          eachFuture(
            x[i],
            (future, put) => gathering.expectInside(future, put),
            (value) => (result[i] = value),
          );
      }
    } else {
      eachFuture(
        x,
        (future, put) => gathering.expectInside(future, put),
        (value) => (gathering.result = value),
      );
    }
    gathering.arrived();
  });
}

/** Takes all the values: one object rather than one for each, for there are as many as futures. */
class Gathering {
  /** @type {any} */
  result = undefined;
  // One more than the futures, so that nothing is complete before all have been asked.
  #missing = 1;
  /** Where values go that have no place in the top-level array: the first is tag -1. @type {((value: any) => void)[]} */
  #puts = [];
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
   * @param {number} place Of the top-level array: on failure it is left out.
   */
  expect(future, place) {
    this.#missing++;
    Future.give(future, this, place);
  }

  /**
   * @param {Future<any>} future
   * @param {(value: any) => void} put Is given null on failure.
   */
  expectInside(future, put) {
    this.expect(future, -this.#puts.push(put));
  }

  /**
   * @param {any} value
   * @param {number} tag
   */
  take(value, tag) {
    if (tag < 0) this.#puts[-1 - tag](value);
    else this.result[tag] = value;
    this.arrived();
  }

  /**
   * @param {any} error
   * @param {number} tag
   */
  fail(error, tag) {
    if (!this.#skip) return this.#reject(error);
    if (tag < 0) this.#puts[-1 - tag](null);
    else this.#left.add(tag);
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

keepShapes(new Gathering(Object, Object, false));
