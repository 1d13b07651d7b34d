// What a worker is given to run, as an order says it, and its inputs in their places.

import { assign } from '../cloning.js';
import { INSIDE, putAt } from '../positions.js';
import { keepShapes } from '../shapes.js';
import * as wire from '../wire.js';

/** Results up to this many bytes travel with the report if the page waits for them. */
const WANTED_TRAVELS = 65536;
/** And up to this many if it only has a future: asking later would wait for whatever runs here then. */
const TINY_TRAVELS = 1024;

/**
 * @typedef {object} Job
 * @property {number} task
 * @property {number} run
 * @property {number} fn
 * @property {unknown[]} args
 * @property {number} travels Up to how many bytes the value travels with the report.
 * @property {boolean} taken Whether one that can be moved travels, however many bytes it has.
 * @property {number} missing Inputs still on their way; one more until all have been asked for; negative if it will not run.
 * @property {unknown[]} inputs
 * @property {number[] | null} usedUp Runs whose results lie here only for this job.
 * @property {number[]} positions Of each input: see `positions.js`. If it is `INSIDE`, `paths` has the next place.
 * @property {(number | string)[][]} paths
 */

/** What is missing for a job that will not run: it never comes to 0. Whole, as a fraction or NaN would make an object of each count. */
export const NEVER = -1;

/** Stands for a run that was taken out. */
const TAKEN = 0;

/** @type {never[]} */
const NONE = [];

/**
 * @param {import('../words.js').Message} words
 * @param {number} at Where the order begins.
 * @param {unknown[]} args
 * @returns {Job}
 */
export function jobOf(words, at, args) {
  return job(words[at + 1], words[at + 2], words[at + 3], words[at + 4], args, words[at + 6]);
}

/** The runs of a `RUNS` order that have not begun: each becomes a job when its turn comes. */
export class Runs {
  #words;
  /** Where the next one is. */
  #at;
  #end;
  #values;
  /** The first value that the next one takes. */
  #value;
  #fn;
  #flags;
  #width;

  /**
   * @param {import('../words.js').Message} words
   * @param {number} at Where the order begins.
   * @param {unknown[]} values
   * @param {number} value The first that they take.
   */
  constructor(words, at, values, value) {
    this.#words = words;
    this.#values = values;
    this.#value = value;
    this.#fn = small(words[at + 1]);
    this.#flags = small(words[at + 2]);
    this.#width = small(words[at + 3]);
    this.#at = at + wire.RUNS_HEAD;
    this.#end = this.#at + small(words[at + 4]) * this.#step;
  }

  /** Where the order ends. */
  get end() {
    return this.#end;
  }

  get isEmpty() {
    return this.#at === this.#end;
  }

  /** How many values they take. */
  get values() {
    return this.#flags & wire.NUMBERS ? 0 : ((this.#end - this.#at) / 2) * this.#width;
  }

  /** The latest of them. */
  get latest() {
    return this.#words[this.#end - this.#step + 1];
  }

  /** The next one; undefined if there is none. */
  next() {
    let job;
    while (!job && this.#at < this.#end) {
      job = this.#job(this.#at, this.#value);
      this.#at += this.#step;
      this.#value += this.#width;
    }
    return job;
  }

  /** One of them, which is not among the next ones any more. @param {number} run */
  take(run) {
    for (let at = this.#at, value = this.#value; at < this.#end; at += this.#step, value += this.#width) {
      if (this.#words[at + 1] !== run) continue;
      const job = this.#job(at, value);
      this.#words[at + 1] = TAKEN;
      return job;
    }
    return undefined;
  }

  /** Words of each. */
  get #step() {
    return this.#flags & wire.NUMBERS ? 2 + this.#width : 2;
  }

  /**
   * @param {number} at
   * @param {number} value
   */
  #job(at, value) {
    const words = this.#words;
    const run = words[at + 1];
    if (run === TAKEN) return undefined;
    // One that grows would take room for more.
    const args = new Array(this.#width);
    if (this.#flags & wire.NUMBERS) for (let i = 0; i < this.#width; i++) args[i] = words[at + 2 + i];
    else for (let i = 0; i < this.#width; i++) args[i] = this.#values[value + i];
    return job(words[at], run, this.#fn, this.#flags, args, 0);
  }
}

/**
 * @param {number} task
 * @param {number} run
 * @param {number} fn
 * @param {number} flags
 * @param {unknown[]} args
 * @param {number} deps
 * @returns {Job}
 */
function job(task, run, fn, flags, args, deps) {
  return {
    task: small(task),
    run: small(run),
    fn: small(fn),
    args,
    travels: flags & wire.WANTED ? WANTED_TRAVELS : flags & wire.FUTURE ? TINY_TRAVELS : 0,
    taken: (flags & wire.TAKES) !== 0,
    missing: 1,
    inputs: deps ? new Array(deps) : NONE,
    usedUp: null,
    positions: deps ? new Array(deps) : NONE,
    paths: NONE,
  };
}

/** The same number: one that was read from words would be an object of its own in every job. @param {number} whole */
function small(whole) {
  const bits = whole | 0;
  return bits === whole ? bits : whole;
}

/** Puts its inputs into their places, once all are there. @param {Pick<Job, 'args' | 'inputs' | 'positions' | 'paths'>} job */
export function fill({ args, inputs, positions, paths }) {
  // The last first: putting a value into a Set may take away a member, and so move those behind it.
  for (let i = inputs.length - 1, path = paths.length; i >= 0; i--) {
    if (positions[i] !== INSIDE) putAt(args, positions[i], inputs[i]);
    else assign(args, paths[--path], inputs[i]);
  }
}

keepShapes(job(1, 1, 1, 0, [], 0), new Runs([wire.RUNS, 1, 0, 0, 0], 0, [], 0));
