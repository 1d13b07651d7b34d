// Calls that go to every worker past the scheduler: each answers for itself.

import { encodeError } from '../errors-wire.js';
import { collect } from './collect.js';
import { decodeError } from './errors.js';

/**
 * @typedef {object} Call
 * @property {number} worker
 * @property {string} name of the worker
 * @property {string} fn
 * @property {(value: any) => void} resolve
 * @property {(error: any) => void} reject
 */

/** Calls that workers have not answered. */
export class Calls {
  #latest = 0;
  /** By number. @type {Map<number, Call>} */
  #open = new Map();
  /** Calls for workers that are not up yet, by worker. @type {Map<number, (() => void)[]>} */
  #early = new Map();

  /**
   * @param {{ id: number, up: boolean, place: { name: string } }} member
   * @param {string} fn What the function is called.
   * @param {(call: number) => void} send
   * @returns {Promise<any>}
   */
  call({ id: worker, up, place: { name } }, fn, send) {
    const call = ++this.#latest;
    const go = () => {
      try {
        send(call);
      } catch (error) {
        this.answered(call, 1, encodeError(error));
      }
    };
    return new Promise((resolve, reject) => {
      this.#open.set(call, { worker, name, fn, resolve, reject });
      if (up) return go();
      this.#early.set(worker, [...(this.#early.get(worker) ?? []), go]);
    });
  }

  /** A worker is up. @param {number} worker */
  welcome(worker) {
    for (const go of this.#early.get(worker) ?? []) go();
    this.#early.delete(worker);
  }

  /**
   * @param {number} number
   * @param {number} thrown 1 if the value is an encoded error
   * @param {any} value
   */
  answered(number, thrown, value) {
    const call = this.#open.get(number);
    if (!call) return;
    this.#open.delete(number);
    if (thrown) call.reject(decodeError(value, `${call.fn} at ${call.name}`));
    else call.resolve(value);
  }

  /** A worker has ended: it answers no more. @param {number} worker */
  ended(worker) {
    this.#early.delete(worker);
    for (const [number, call] of this.#open) {
      if (call.worker !== worker) continue;
      this.#open.delete(number);
      call.reject(new Error(`${call.fn}: the worker ${call.name} ended before it answered`));
    }
  }
}

/** What stands for each answer. @type {Record<'throw' | 'return' | 'settle', (answer: Promise<any>) => Promise<any>>} */
const OUTCOMES = {
  throw: (answer) => answer,
  return: (answer) => answer.catch((error) => error),
  settle: async (answer) => (await Promise.allSettled([answer]))[0],
};

/**
 * Calls a function in all workers there are, or in those that the settings name.
 * @param {import('./hub.js').Hub} hub
 * @param {import('./functions.js').TaskFunction} task
 * @param {unknown[]} values
 * @param {string[]} places Of workers; all if there are none.
 * @param {'throw' | 'return' | 'settle'} errors
 * @returns {Promise<Record<string, any>>}
 */
export function runEverywhere({ pool, ids }, task, values, places, errors) {
  const { args, inputs } = collect(values);
  if (inputs.length) throw new TypeError(`run takes values, and ${inputs[0]} is none: gather it first, or use submit`);
  const fn = ids.ofFunction(task);
  const workers = pool.workers.filter((id) => !places.length || places.includes(pool.nameOf(id)));
  const answers = workers.map(async (id) => [pool.nameOf(id), await OUTCOMES[errors](pool.call(id, fn, task, args))]);
  return Promise.all(answers).then(Object.fromEntries);
}
