// The numbers of functions, for whoever is told what each means before it is first named.

/** @import { TaskFunction } from './functions.js' */

export class FunctionIds {
  /** By id. @type {TaskFunction[]} */
  functions = [];
  /** @type {Map<TaskFunction, number>} */
  #ids = new Map();
  #define;

  /** @param {(fn: TaskFunction, id: number) => void} define Tells what a new id stands for. */
  constructor(define) {
    this.#define = define;
  }

  /** @param {TaskFunction} fn */
  ofFunction(fn) {
    let id = this.#ids.get(fn);
    if (id === undefined) {
      id = this.functions.push(fn) - 1;
      this.#ids.set(fn, id);
      this.#define(fn, id);
    }
    return id;
  }
}
