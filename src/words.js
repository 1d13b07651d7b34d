// A growing row of numbers: what messages and calls of the engine are written into.

export class Words {
  constructor(capacity = 256) {
    this.at = new Float64Array(capacity);
    this.length = 0;
  }

  /**
   * Makes room for `count` more words and returns where they begin.
   * @param {number} count
   * @returns {number}
   */
  extend(count) {
    const start = this.length;
    this.length += count;
    if (this.length > this.at.length) {
      const grown = new Float64Array(Math.max(this.length, 2 * this.at.length));
      grown.set(this.at.subarray(0, start));
      this.at = grown;
    }
    return start;
  }

  /** @param {number} word */
  push(word) {
    // The row may move while it grows, so it is looked up afterwards.
    const start = this.extend(1);
    this.at[start] = word;
  }

  /** A copy of what was written, for one message; the row is empty afterwards. */
  take() {
    const words = this.at.slice(0, this.length);
    this.length = 0;
    return words;
  }
}

/** Below this many words a copy costs less than a transfer. */
const COPIED = 512;

/**
 * What to transfer with a message of these words.
 * @param {Float64Array} words
 * @returns {Transferable[]}
 */
export function passing(words) {
  return words.length < COPIED ? [] : [words.buffer];
}
