// The results this worker holds, by the run that made them: in memory, or on disk when memory runs short.

import { contains, wholeBuffer } from '../cloning.js';
import { NUMBER_BYTES } from '../wire.js';
import { RustActor } from './rust-actors.js';
import { dropActor } from './rust.js';

/** @import { Kept, Spill } from './spill.js' */

/** Parts of the limit: results go to disk when more than the first is in memory, until it is less than the second. */
const BEGIN = 0.7;
const END = 0.6;
/** Smaller results are not worth a write. */
const LEAST = 16384;

/**
 * @typedef {object} Held
 * @property {unknown} value
 * @property {number} bytes
 * @property {Kept | null} kept What is known of it if it is on disk: then there is no value.
 * @property {boolean} stays Whether it cannot be put on disk.
 */

export class Store {
  /** Those that are numbers and the like: they never leave the memory. @type {Map<number, unknown>} */
  #numbers = new Map();
  /** All others, those used longest ago first, if there is a limit. @type {Map<number, Held>} */
  #results = new Map();
  /** Results that were taken away by another worker, by run: who has them now. @type {Map<number, number>} */
  #taken = new Map();
  #bytes = 0;
  #limit;
  /** @type {Spill | null} */
  #disk = null;
  /** What is on disk: results and their bytes. */
  spilled = { results: 0, bytes: 0 };

  /** @param {number} limit Bytes that should be in memory; 0 if there is none. */
  constructor(limit) {
    this.#limit = limit;
  }

  get size() {
    return this.#results.size + this.#numbers.size;
  }

  get bytes() {
    return this.#bytes;
  }

  /** From now on results may go to disk. @param {Spill} disk */
  useDisk(disk) {
    this.#disk = disk;
    this.#relieve();
  }

  /** @param {number} run */
  has(run) {
    return this.#results.has(run) || this.#numbers.has(run);
  }

  /**
   * @param {number} run
   * @returns {unknown} What is not here is undefined.
   */
  get(run) {
    const held = this.#results.get(run);
    if (!held) return this.#numbers.get(run);
    if (!this.#disk) return held.value;
    // The one used last is the last to go.
    this.#results.delete(run);
    this.#results.set(run, held);
    if (!held.kept) return held.value;
    held.value = this.#disk.read(held.kept);
    this.#leaveDisk(held);
    // In the hand of who asked, it may go back there at once.
    const { value } = held;
    this.#relieve();
    return value;
  }

  /**
   * @param {number} run
   * @param {unknown} value
   * @param {number} bytes
   */
  put(run, value, bytes) {
    this.drop(run);
    this.#results.set(run, { value, bytes, kept: null, stays: bytes < LEAST });
    this.#bytes += bytes;
    if (this.#disk) this.#relieve();
  }

  /**
   * @param {number} run
   * @param {unknown} value As good as a number.
   */
  putNumber(run, value) {
    this.drop(run);
    this.#numbers.set(run, value);
    this.#bytes += NUMBER_BYTES;
    if (this.#disk) this.#relieve();
  }

  /**
   * Gives a result away.
   * @param {number} run
   * @param {number} worker Who takes it.
   */
  give(run, worker) {
    this.drop(run);
    this.#taken.set(run, worker);
  }

  /** The worker that has taken a result, if one has. @param {number} run */
  taker(run) {
    return this.#taken.get(run);
  }

  /**
   * The buffer that can be moved to another worker instead of a copy: of data that is a buffer, or all of one, and of which
   * nothing else that lies here is a part.
   * @param {number} run
   * @param {unknown} value Its result.
   * @returns {ArrayBuffer | undefined}
   */
  movable(run, value) {
    const buffer = wholeBuffer(value);
    return buffer && !this.#isShared(run, buffer) ? buffer : undefined;
  }

  /** @param {number} run */
  drop(run) {
    if (this.#taken.size) this.#taken.delete(run);
    const held = this.#results.get(run);
    if (!held) {
      if (this.#numbers.delete(run)) this.#bytes -= NUMBER_BYTES;
      return;
    }
    this.#bytes -= held.bytes;
    this.#results.delete(run);
    if (held.kept) this.#leaveDisk(held);
    if (held.value instanceof RustActor && !held.value.isLost) dropActor(held.value.number);
  }

  /** Drops the actors whose states are lost; returns their tasks, and the runs that made them. @returns {[number, number][]} */
  dropLostActors() {
    /** @type {[number, number][]} */
    const lost = [];
    for (const [run, { value }] of this.#results) {
      if (value instanceof RustActor && value.isLost) lost.push([value.task, run]);
    }
    for (const [, run] of lost) this.drop(run);
    return lost;
  }

  /** Puts the results that were used longest ago on disk, if too much is in memory. */
  #relieve() {
    const { spilled } = this;
    if (!this.#limit || this.#bytes - spilled.bytes <= BEGIN * this.#limit) return;
    for (const [run, held] of this.#results) {
      if (this.#bytes - spilled.bytes <= END * this.#limit) return;
      if (held.stays || held.kept) continue;
      const { value } = held;
      const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
      // What another result needs as well would stay in memory all the same, and part from it.
      const shared = buffer instanceof ArrayBuffer && this.#isShared(run, buffer);
      const kept = shared ? undefined : this.#disk?.write(value);
      if (!kept) {
        held.stays = true;
        continue;
      }
      held.kept = kept;
      held.value = undefined;
      spilled.results++;
      spilled.bytes += held.bytes;
    }
  }

  /** @param {Held} held */
  #leaveDisk(held) {
    this.#disk?.free(/** @type {Kept} */ (held.kept).extent);
    held.kept = null;
    this.spilled.results--;
    this.spilled.bytes -= held.bytes;
  }

  /**
   * Whether a buffer is, or may be, a part of another result.
   * @param {number} run
   * @param {ArrayBuffer} buffer
   */
  #isShared(run, buffer) {
    try {
      for (const [other, { value }] of this.#results) if (other !== run && contains(value, buffer)) return true;
    } catch {
      // Some object would not be looked at.
      return true;
    }
    return false;
  }
}
