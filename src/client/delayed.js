// Lazy calls: graphs that are built first and computed later.

import { collect } from './collect.js';
import { taskOf } from './functions.js';

/**
 * A call that has not been submitted. See index.d.ts.
 * @template T
 */
export class Delayed {
  #task;
  #call;
  #pure;
  #name = new Uint32Array(4);

  /**
   * @param {import('./functions.js').TaskFunction} task
   * @param {unknown[]} values Nobody else's.
   * @param {boolean | undefined} pure
   */
  constructor(task, values, pure) {
    this.#task = task;
    this.#call = collect(values);
    this.#pure = pure;
    // Every lazy call has a name of its own, so that computing it twice is one task.
    crypto.getRandomValues(this.#name);
  }

  /** @param {Delayed<any>} delayed */
  static parts(delayed) {
    return { task: delayed.#task, call: delayed.#call, pure: delayed.#pure, name: delayed.#name };
  }

  toString() {
    return `<Delayed: ${this.#task.name}>`;
  }
}

/**
 * Makes a function lazy: calling the result builds a `Delayed` instead of running anything. See index.d.ts.
 * @param {unknown} fn
 * @param {{ pure?: boolean, name?: string }} [options]
 * @returns {(...args: any[]) => Delayed<any>}
 */
export function delayed(fn, { pure, name } = {}) {
  const task = taskOf(fn);
  const named = name === undefined ? task : task.renamed(name);
  return (...args) => new Delayed(named, args, pure);
}
