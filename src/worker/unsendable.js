// Values in a report that turn out not to be cloneable when it is posted.

import { encodeError } from '../errors-wire.js';
import * as wire from '../wire.js';

/**
 * Takes the values that cannot be cloned after all out of a report: a result stays here, the answer to `SEND` says why.
 * @param {import('../words.js').Message} words
 * @param {unknown[]} values
 * @param {number[]} flags
 */
export function withoutUnsendable(words, values, flags) {
  return values.flatMap((value, i) => {
    try {
      structuredClone(value);
      return [value];
    } catch (error) {
      const flag = flags[i];
      if (words[flag] !== wire.VALUE) {
        words[flag] = 0;
        return [];
      }
      words[flag] = wire.UNSENT;
      return [encodeError(error)];
    }
  });
}
