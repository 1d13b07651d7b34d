// Large data in a message: a copy goes along that is moved, for posting alone copies it twice, on either side.

import { viewOf, wholeBuffer } from './cloning.js';

/** Bytes from which on it pays. */
const LARGE = 65536;
/** Members of a list or an object that are looked at. */
const FEW = 32;

/**
 * Puts copies into the places of large data among the values of a message, each of one buffer once.
 * @param {unknown[]} values What is no buffer, nor a view of all of one, nor has one among a few members, stays.
 * @param {Transferable[]} transfer Gets the copies. What is there already is moved itself.
 */
export function carry(values, transfer) {
  /** @type {Copies | undefined} */
  let copies;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'object' || value === null) continue;
    try {
      if (largeBuffer(value) || isFlat(value)) values[i] = (copies ??= new Copies(transfer)).of(value);
    } catch {
      // It cannot be looked at, or there is no memory for it: posting it says so.
    }
  }
}

/** What goes along with one message instead of large data. */
class Copies {
  /** Of buffers, and of what they are in. @type {Map<object, any>} */
  #known = new Map();
  #transfer;

  /** @param {Transferable[]} transfer */
  constructor(transfer) {
    this.#transfer = transfer;
  }

  /** @param {any} value @returns {any} */
  of(value) {
    const buffer = largeBuffer(value);
    if (!buffer) return this.#known.get(value) ?? (isFlat(value) ? this.#flat(value) : value);
    if (this.#transfer.includes(buffer)) return value;
    const copy = this.#known.get(buffer) ?? this.#move(buffer);
    return value === buffer ? copy : viewOf(value, copy, 0);
  }

  /** @param {ArrayBuffer} buffer */
  #move(buffer) {
    const copy = buffer.slice(0);
    this.#known.set(buffer, copy);
    this.#transfer.push(copy);
    return copy;
  }

  /** @param {any} value */
  #flat(value) {
    const copy = Array.isArray(value) ? value.slice() : { ...value };
    for (const name of Object.keys(copy)) copy[name] = this.of(copy[name]);
    this.#known.set(value, copy);
    return copy;
  }
}

/**
 * The buffer that a value is or sees all of, if it is large and a copy of it is the same.
 * @param {any} value
 * @returns {ArrayBuffer | undefined}
 */
function largeBuffer(value) {
  const buffer = wholeBuffer(value);
  if (!buffer || buffer.byteLength < LARGE) return undefined;
  const plain = Object.getPrototypeOf(buffer) === ArrayBuffer.prototype && !(/** @type {any} */ (buffer).resizable);
  return plain ? buffer : undefined;
}

/**
 * Whether it is a list or a plain object with large data among few members, the others of which are primitive: nothing in it is
 * elsewhere, too.
 * @param {any} value
 */
function isFlat(value) {
  const prototype = Object.getPrototypeOf(value);
  let [members, large] = [0, 0];
  if (prototype === Array.prototype) {
    members = value.length;
    for (let i = 0; i < members && members <= FEW && large >= 0; i++) large += weigh(value[i]);
    // Neither holes nor names: a copy would lack them. Last, since it takes longest.
    return large > 0 && members <= FEW && Object.keys(value).length === members;
  }
  if (prototype !== Object.prototype) return false;
  for (const name in value) {
    large += weigh(value[name]);
    if (large < 0 || ++members > FEW) return false;
  }
  return large > 0;
}

/**
 * 1 for large data, 0 for what is primitive, and far below that for all else.
 * @param {any} member
 */
function weigh(member) {
  if (typeof member === 'function' || typeof member === 'symbol') return Number.NEGATIVE_INFINITY;
  if (typeof member !== 'object' || member === null) return 0;
  return largeBuffer(member) ? 1 : Number.NEGATIVE_INFINITY;
}
