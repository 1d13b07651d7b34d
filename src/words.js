// A growing row of numbers: what messages and calls of the engine are written into.

export class Words {
  constructor() {
    // So few that the engine keeps them among its objects, without a buffer of their own: enough for one call.
    this.at = new Float64Array(8);
    this.length = 0;
  }

  /** The last record that others may join: where it begins and ends. */
  #shared = 0;
  #end = -1;

  /**
   * Makes room for one more item of the record `[kind, of, items, …items]` that was written last, or of a new one.
   * @param {number} kind
   * @param {number} of
   * @param {number} words Of each item.
   * @returns {number} Where the item goes.
   */
  join(kind, of, words) {
    if (this.#end !== this.length || this.at[this.#shared] !== kind || this.at[this.#shared + 1] !== of) {
      this.#shared = this.extend(3);
      this.at[this.#shared] = kind;
      this.at[this.#shared + 1] = of;
      this.at[this.#shared + 2] = 0;
    }
    const place = this.extend(words);
    this.at[this.#shared + 2]++;
    this.#end = this.length;
    return place;
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
      const grown = new Float64Array(Math.max(this.length, 2 * this.at.length, LEAST_GROWN));
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

  /** What was written, for one message; the row is empty afterwards. */
  take() {
    const words = message(this.at, 0, this.length);
    this.length = 0;
    this.#end = -1;
    return words;
  }
}

const LEAST_GROWN = 64;
/** Up to this many words an array is cheaper to send and to receive than a typed one with its buffer. */
const PLAIN = 48;
/** Below this many words a copy costs less than a transfer. */
const COPIED = 512;

/**
 * The words of a message: an array of numbers if they are few.
 * @typedef {Float64Array | number[]} Message
 */

/**
 * A copy of some words, to be sent.
 * @param {Float64Array} words
 * @param {number} start
 * @param {number} end
 * @returns {Message}
 */
export function message(words, start, end) {
  if (end - start > PLAIN) return words.slice(start, end);
  const few = [];
  for (let i = start; i < end; i++) few.push(words[i]);
  return few;
}

/** Tells our messages from those that a task or a user's worker file posts. */
export const MARK = 'webfutures';

/**
 * Whether something that was received is a message of ours: the mark, words, values, and what else it brings.
 * @param {unknown} data
 * @returns {data is [string, Message, any[], any?]}
 */
export function isMessage(data) {
  return Array.isArray(data) && data[0] === MARK;
}

/**
 * What to transfer with a message of these words.
 * @param {Message} words
 * @returns {Transferable[]}
 */
export function passing(words) {
  return words instanceof Float64Array && words.length >= COPIED ? [words.buffer] : [];
}
