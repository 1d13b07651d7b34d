// What the page is told next: records, and the values that come along.

import { carry } from '../carrying.js';
import { toWord } from '../cloning.js';
import * as wire from '../wire.js';
import { MARK, passing, Words } from '../words.js';
import { withoutUnsendable } from './unsendable.js';

export class Outbox {
  #post;
  #words = new Words();
  /** @type {unknown[]} */
  #values = [];
  /** For each value, the word that says it is there, if the report can do without it. @type {number[]} */
  #flags = [];
  /** What is moved, not copied. @type {Transferable[]} */
  #transfer = [];

  /** @param {(message: unknown[], transfer: Transferable[]) => void} post */
  constructor(post) {
    this.#post = post;
  }

  /**
   * @param {...number} record
   * @returns {number} Where it begins.
   */
  write(...record) {
    const at = this.#words.extend(record.length);
    this.#words.at.set(record, at);
    return at;
  }

  /**
   * Adds a value, which the last record takes.
   * @param {unknown} value
   * @param {number} [flag] The word that says so.
   * @param {ArrayBuffer} [moved] What of it is moved.
   */
  add(value, flag = -1, moved) {
    this.#values.push(value);
    this.#flags.push(flag);
    if (moved) this.#transfer.push(moved);
  }

  /**
   * A task has finished, and its result is as good as a number.
   * @param {import('./jobs.js').Job} job
   * @param {number} start On the page's clock.
   * @param {number} duration
   * @param {number} type
   * @param {unknown} value
   */
  number({ task, run }, start, duration, type, value) {
    const at = this.#words.join(wire.FINISHED_NUMBERS, type, wire.NUMBER_WORDS);
    const words = this.#words.at;
    words[at] = task;
    words[at + 1] = run;
    words[at + 2] = start;
    words[at + 3] = duration;
    words[at + 4] = toWord(value);
  }

  send() {
    if (this.#words.length === 0) return;
    const words = this.#words.take();
    const values = this.#values;
    const flags = this.#flags;
    const transfer = this.#transfer;
    this.#values = [];
    this.#flags = [];
    this.#transfer = [];
    transfer.push(...passing(words));
    carry(values, transfer);
    try {
      this.#post([MARK, words, values], transfer);
    } catch {
      this.#post([MARK, words, withoutUnsendable(words, values, flags)], transfer);
    }
  }
}
