// The engine and its memory: words go in by the inbox and come out by addresses.

import { runtime } from './runtime.js';

/** @import { Words } from '../words.js' */

/** Words that an inbox takes at least, once there is one. */
const LEAST_ROOM = 256;

/** Up to this many words are copied one by one: a view of them would cost more. */
const FEW = 32;

export class Port {
  #runtime = runtime();
  engine = this.#runtime.createEngine();
  #view = new Float64Array(this.#runtime.memory.buffer);
  #inbox = 0;
  /** Words that the inbox takes as it is. */
  #room = 0;

  get runtime() {
    return this.#runtime;
  }

  /** The memory as it is now: it moves when it grows, which any call of the engine may bring about. */
  get view() {
    const { buffer } = this.#runtime.memory;
    if (this.#view.buffer !== buffer) this.#view = new Float64Array(buffer);
    return this.#view;
  }

  /**
   * Copies words into the inbox.
   * @param {ArrayLike<number>} words
   */
  put(words) {
    this.#reserve(words.length);
    this.view.set(words, this.#inbox);
  }

  /**
   * Copies tokens into the inbox, two words each.
   * @param {Uint32Array} lanes
   */
  putTokens(lanes) {
    this.#reserve(lanes.length / 2);
    new Uint32Array(this.view.buffer, 8 * this.#inbox, lanes.length).set(lanes);
  }

  /**
   * Moves words into the inbox: they are gone from where they were written.
   * @param {Words} words
   */
  pour(words) {
    const count = words.length;
    if (count <= FEW) {
      this.#reserve(count);
      const { view } = this;
      for (let i = 0; i < count; i++) view[this.#inbox + i] = words.at[i];
    } else {
      this.put(words.at.subarray(0, count));
    }
    words.length = 0;
  }

  /**
   * An answer that begins with the number of its words.
   * @param {number} address
   */
  answer(address) {
    const start = address / 8;
    const { view } = this;
    return view.slice(start + 1, start + 1 + view[start]);
  }

  /** Makes room in the inbox. @param {number} words */
  #reserve(words) {
    if (words <= this.#room) return;
    this.#room = Math.max(LEAST_ROOM, 2 * words);
    this.#inbox = this.engine.inbox(this.#room) / 8;
  }
}
