// What a worker is given to run, as an order says it, and its inputs in their places.

import { assign } from '../cloning.js';
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
 * @property {number} missing Inputs still on their way; one more until all have been asked for.
 * @property {unknown[]} inputs
 * @property {number[]} positions For each input its place among the arguments, or -1: then `paths` has the next place.
 * @property {(number | string)[][]} paths
 */

/** @type {never[]} */
const NONE = [];

/**
 * @param {import('../words.js').Message} words
 * @param {number} at Where the order begins.
 * @param {unknown[]} args
 * @returns {Job}
 */
export function jobOf(words, at, args) {
  const flags = words[at + 4];
  const deps = words[at + 6];
  return {
    task: words[at + 1],
    run: words[at + 2],
    fn: words[at + 3],
    args,
    travels: flags & wire.WANTED ? WANTED_TRAVELS : flags & wire.FUTURE ? TINY_TRAVELS : 0,
    missing: 1,
    inputs: deps ? new Array(deps) : NONE,
    positions: deps ? new Array(deps) : NONE,
    paths: NONE,
  };
}

/** Puts its inputs into their places, once all are there. @param {Job} job */
export function fill({ args, inputs, positions, paths }) {
  // The last first: putting a value into a Set may take away a member, and so move those behind it.
  for (let i = inputs.length - 1, path = paths.length; i >= 0; i--) {
    if (positions[i] >= 0) args[positions[i]] = inputs[i];
    else assign(args, paths[--path], inputs[i]);
  }
}
