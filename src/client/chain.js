// The rows of one task: one for each client that has asked for it, in a chain that begins with the one that brought it.

import { FUTURE, WANTED } from '../wire.js';
import { CANCELLED } from './row.js';

/** @import { Row } from './row.js' */
/**
 * @typedef {object} Wisher Whose rows they are: the driver of a client, here or in a worker.
 * @property {number} id What the engine calls it. Others may be called the same.
 * @property {number} worker Where the run is that it belongs to.
 * @property {number} run 0 if it is a client of the page.
 * @property {(fn: number, args: unknown[], actor?: string) => Row} row Makes one of its own, perhaps of an actor.
 */

/**
 * Whether another row says to the engine, under the same id, that the task is wanted.
 * @param {Row | undefined} first
 * @param {Row} row
 */
export function isWished(first, row) {
  for (let one = first; one; one = one.next ?? undefined) {
    if (one !== row && one.driver.id === row.driver.id && one.handles > 0 && one.status !== CANCELLED) return true;
  }
  return false;
}

/**
 * Flags of `RUN` that say whether some client waits for the value, and whether some has a future of the task.
 * @param {Row} first
 */
export function travelling(first) {
  let wanted = 0;
  let future = 0;
  for (let row = /** @type {Row | null} */ (first); row; row = row.next) {
    if (row.takers) wanted = WANTED;
    if (row.handles) future = FUTURE;
  }
  return wanted + future;
}
