// The arguments of a call: copied, with the futures and lazy calls in them, at any depth, taken out and their places noted.

import { futureOfProxy } from './actors.js';
import { assign, snapshot } from '../cloning.js';
import { Delayed } from './delayed.js';
import { Future } from './future.js';
import { canSay, INSIDE, ofArgument, ofElement } from '../positions.js';

/**
 * @typedef {object} Collected
 * @property {unknown[]} args Copies of the arguments; where an input belongs there is a placeholder.
 * @property {(Future<any> | Delayed<any>)[]} inputs The futures and lazy calls that were found.
 * @property {number[]} positions Of each input: see `positions.js`.
 * @property {(number | string)[][] | null} paths Of the inputs that are `INSIDE`, in order: the argument's place, then the way inside it.
 */

/** @type {never[]} */
const NONE = [];

/**
 * @param {unknown[]} args Nobody else's: the copies take the place of what was given.
 * @returns {Collected}
 */
export function collect(args) {
  /** @type {Collected} */
  const call = { args, inputs: NONE, positions: NONE, paths: null };
  for (let i = 0; i < args.length; i++) {
    const given = args[i];
    // What stands for an actor is a function.
    const value = typeof given === 'function' ? (futureOfProxy(given) ?? given) : given;
    if (isImmutable(value)) {
      // As it is.
    } else if (value instanceof Future || value instanceof Delayed) {
      const position = ofArgument(i);
      input(call, value, position);
      if (position === INSIDE) path(call, [i]);
      args[i] = undefined;
    } else {
      args[i] = (Array.isArray(value) && list(call, value, i)) || copied(call, value, i);
    }
  }
  return call;
}

/**
 * A copy of one argument. By itself, or every call would make room for what the function in it sees.
 * @param {Collected} call
 * @param {unknown} value
 * @param {number} place
 */
function copied(call, value, place) {
  return snapshot(value, `args[${place}]`, (found, way) => {
    if (!(found instanceof Future || found instanceof Delayed)) return undefined;
    input(call, found, INSIDE);
    path(call, [place, ...way]);
    return null;
  });
}

/**
 * A copy of a list of futures and of what cannot be changed: most arguments with futures in them are one, and need no paths.
 * @param {Collected} call
 * @param {unknown[]} value
 * @param {number} place
 * @returns {unknown[] | undefined} Nothing if there is something else in it.
 */
function list(call, value, place) {
  if (value.constructor !== Array || !canSay(place, value.length)) return undefined;
  const before = call.inputs.length;
  const copy = value.slice();
  for (let i = 0; i < copy.length; i++) {
    const item = copy[i];
    if (item instanceof Future || item instanceof Delayed) {
      input(call, item, ofElement(place, i));
      copy[i] = null;
    } else if (!isImmutable(item) || (item === undefined && !(i in copy))) {
      if (before < call.inputs.length) call.inputs.length = call.positions.length = before;
      return undefined;
    }
  }
  return copy;
}

/**
 * @param {Collected} call
 * @param {(number | string)[]} way
 */
function path(call, way) {
  (call.paths ??= []).push(way);
}

/** Whether a value cannot be changed later, and holds no future: then there is nothing to copy, and nothing to look for. @param {unknown} value */
export function isImmutable(value) {
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');
}

/**
 * @param {Collected} call
 * @param {Future<any> | Delayed<any>} found
 * @param {number} position
 */
function input(call, found, position) {
  if (call.inputs === NONE) {
    call.inputs = [];
    call.positions = [];
  }
  call.inputs.push(found);
  call.positions.push(position);
}

/**
 * Calls `each` for every future in a value, at any depth of arrays, plain objects, Maps and Sets; returns a copy of the
 * containers in which `put` later replaces what it found.
 * @param {unknown} value
 * @param {(future: Future<any>, put: (value: unknown) => void) => void} each
 * @param {(value: unknown) => void} put
 * @returns {void}
 */
export function eachFuture(value, each, put) {
  if (value instanceof Future) {
    each(value, put);
  } else if (Array.isArray(value)) {
    const copy = new Array(value.length);
    put(copy);
    for (let i = 0; i < value.length; i++) eachFuture(value[i], each, (result) => (copy[i] = result));
  } else if (value instanceof Map) {
    const copy = new Map(value);
    put(copy);
    for (const [key, item] of value) eachFuture(item, each, (result) => copy.set(key, result));
  } else if (value instanceof Set) {
    // A set keeps the order in which members arrive, so it is filled once all of them are here.
    const members = [...value];
    const copy = new Set();
    let missing = members.length;
    put(copy);
    members.forEach((item, i) => {
      eachFuture(item, each, (result) => {
        members[i] = result;
        if (--missing === 0) for (const member of members) copy.add(member);
      });
    });
  } else if (isPlain(value)) {
    const copy = {};
    put(copy);
    for (const [key, item] of Object.entries(value)) eachFuture(item, each, (result) => assign(copy, [key], result));
  } else {
    put(value);
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isPlain(value) {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
