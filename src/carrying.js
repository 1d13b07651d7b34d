// Large data in a message: a copy goes along that is moved, for posting alone copies it twice, on either side.

import { viewOf } from './cloning.js';

/** Bytes from which on it pays. */
const LARGE = 65536;

/**
 * Puts copies into the places of large data among the values of a message, each of one buffer once.
 * @param {unknown[]} values What is no buffer, nor a view of all of one, stays.
 * @param {Transferable[]} transfer Gets the copies. What is there already is moved itself.
 */
export function carry(values, transfer) {
  /** @type {Map<ArrayBuffer, ArrayBuffer> | undefined} */
  let copies;
  for (let i = 0; i < values.length; i++) {
    const buffer = bufferOf(values[i]);
    if (!buffer || transfer.includes(buffer)) continue;
    let copy = copies?.get(buffer);
    if (!copy) {
      try {
        copy = buffer.slice(0);
      } catch {
        // There is no memory for it: posting it says so.
        continue;
      }
      copies ??= new Map();
      copies.set(buffer, copy);
      transfer.push(copy);
    }
    values[i] = values[i] === buffer ? copy : viewOf(values[i], copy, 0);
  }
}

/**
 * The buffer that a value is or sees all of, if it is large and a copy of it is the same.
 * @param {unknown} value
 * @returns {ArrayBuffer | undefined}
 */
function bufferOf(value) {
  if (typeof value !== 'object' || value === null) return undefined;
  const buffer = /** @type {any} */ (ArrayBuffer.isView(value) ? value.buffer : value);
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < LARGE) return undefined;
  const whole = buffer.byteLength === /** @type {any} */ (value).byteLength;
  const plain = Object.getPrototypeOf(buffer) === ArrayBuffer.prototype && !(/** @type {any} */ (buffer).resizable);
  return whole && plain ? buffer : undefined;
}
