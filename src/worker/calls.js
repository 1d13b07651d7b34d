// Calls past the scheduler, as `client.run` makes them: each answers for itself.

import { uncloneable } from '../cloning.js';
import { encodeError } from '../errors-wire.js';
import { CALLED } from '../wire.js';
import { MARK } from '../words.js';

/** Where the runs begin that are calls: the scheduler's own never get so far. */
export const CALLS = 2 ** 52;

/**
 * @param {number} call
 * @param {number} id of the function
 * @param {unknown[]} args
 * @param {import('./resolve.js').Functions} functions
 * @param {(message: unknown[], transfer: Transferable[]) => void} post
 */
export async function call(call, id, args, functions, post) {
  const answer = (/** @type {number} */ thrown, /** @type {unknown} */ value) =>
    post([MARK, [CALLED, call, thrown], [value]], []);
  try {
    if (!functions.get(id)) await new Promise((known) => functions.whenKnown(id, () => known(undefined)));
    const fn = functions.get(id);
    if (typeof fn !== 'function') throw fn?.error;
    const value = await fn(args, CALLS + call);
    const refused = uncloneable(value, 'the result');
    if (refused) throw refused;
    answer(0, value);
  } catch (error) {
    answer(1, encodeError(error));
  }
}
