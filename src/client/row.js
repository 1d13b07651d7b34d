// One task as the page knows it: its call, how it stands, its value or error, and who waits for them.

import { CancelledError } from './errors.js';
import { hashText } from './hash.js';

export const PENDING = 0;
/** Its result is being made again. From the next one on it has settled. */
export const LOST = 1;
export const FINISHED = 2;
export const ERRED = 3;
export const CANCELLED = 4;

/** The names of the states, as `future.status` says them. */
export const STATUS = /** @type {const} */ (['pending', 'lost', 'finished', 'error', 'cancelled']);

/** Values up to this many bytes stay on the page once they are here; larger ones only as long as somebody else keeps them. */
export const SMALL = 65536;

/** Stands for "no value": `undefined` is a value too. */
export const ABSENT = Symbol('absent');

/**
 * @typedef {object} Watcher Is told once when a task settles.
 * @property {(row: Row) => void} settled
 */
/**
 * @typedef {object} Taker Is given the value of a task, or its error.
 * @property {(value: any, tag: number) => void} take `tag` is what it gave when it asked.
 * @property {(error: any, tag: number) => void} fail
 */

/**
 * @typedef {object} Claim A taker that waits.
 * @property {Taker} taker
 * @property {number} tag
 * @property {import('./future.js').Future<any> | undefined} future The handle it asked by: collected before, it would take the task along.
 * @property {Claim | null} next
 */

/** @type {never[]} */
const NONE = [];

export class Row {
  /**
   * @param {import('./driver.js').Driver} driver
   * @param {number} fn
   * @param {unknown[]} args
   */
  constructor(driver, fn, args) {
    this.driver = driver;
    /** Given by the scheduler, until it forgets the task. */
    this.task = -1;
    /** The same task, as another client knows it. @type {Row | null} */
    this.next = null;
    /** Counts tasks, and is never used again. */
    this.serial = 0;
    /** The tokens of the calls that were submitted with it, and its place among them. @type {Uint32Array | null} */
    this.tokens = null;
    this.place = 0;
    this.fn = fn;
    this.args = args;
    /** @type {readonly number[] | null} */
    this.positions = null;
    /** @type {(number | string)[][] | null} */
    this.paths = null;
    this.status = PENDING;
    this.type = 0;
    this.bytes = 0;
    /** @type {any} */
    this.value = ABSENT;
    /** @type {any} */
    this.error = undefined;
    /** Live futures of this task. */
    this.handles = 0;
    /**
     * Futures that must not be collected before the task has settled: seldom more than one.
     * @type {import('./future.js').Future<any> | Set<import('./future.js').Future<any>> | null}
     */
    this.kept = null;
    /** @type {Watcher[] | null} */
    this.watchers = null;
    /** Who waits for the value, the first first. @type {Claim | null} */
    this.takers = null;
    /** Whether the value was asked for and is on its way. */
    this.asked = false;
    /** Futures by which the value was taken: they are of no other use. */
    this.takes = 0;
    /** @type {string | undefined} */
    this.name = undefined;
    /** Why it was given up, if it was on this page. @type {{ reason: unknown } | null} */
    this.givenUp = null;
    /** Names the call of a task whose key was chosen. @type {Uint32Array | null} */
    this.call = null;
  }

  /** @returns {string} */
  get key() {
    return (this.name ??= `${this.driver.ids.functions[this.fn].name}-${token(this.tokens, this.place) ?? this.serial}`);
  }

  /**
   * Its task is known from other clients, to whom the arguments belong.
   * @param {Row} first
   * @param {Row} [other] One of those that have not given it up: it stands as that one does.
   */
  join({ task, serial }, other) {
    this.task = task;
    this.serial = serial;
    this.args = NONE;
    if (!other) return;
    this.status = other.status;
    this.type = other.type;
    this.bytes = other.bytes;
    this.value = other.value;
    this.error = other.error;
  }

  /**
   * Adds numbers that name the task, the same ones on the page and in workers.
   * @param {number[]} names
   */
  nameInto(names) {
    if (tokenInto(this.tokens, this.place, names)) return;
    if (this.name === undefined || this.serial > 0) names.push(this.serial);
    else names.push(...hashText(this.name));
  }

  /** @param {Watcher} watcher */
  watch(watcher) {
    if (this.status >= FINISHED) watcher.settled(this);
    else if (this.watchers) this.watchers.push(watcher);
    else this.watchers = [watcher];
  }

  /** @param {Watcher} watcher */
  unwatch(watcher) {
    const watchers = this.watchers?.filter((other) => other !== watcher);
    this.watchers = watchers?.length ? watchers : null;
  }

  /**
   * Gives the value, or the error, to somebody: at once if it is here.
   * @param {Taker} taker
   * @param {number} tag
   * @param {import('./future.js').Future<any>} future
   */
  give(taker, tag, future) {
    if (this.status >= ERRED) return taker.fail(this.error, tag);
    const value = this.present();
    if (value !== ABSENT) return taker.take(value, tag);
    this.claim(taker, tag, future);
    if (this.status === FINISHED) this.driver.ask(this);
  }

  /**
   * @param {Taker} taker
   * @param {number} tag
   * @param {import('./future.js').Future<any>} [future]
   */
  claim(taker, tag, future) {
    const claim = { taker, tag, future, next: null };
    let last = this.takers;
    while (last?.next) last = last.next;
    if (last) last.next = claim;
    else this.takers = claim;
  }

  /** @param {Taker} taker */
  ungive(taker) {
    this.#part((claim) => claim.taker === taker);
  }

  /**
   * Tells those who asked by one future that it gives them nothing.
   * @param {import('./future.js').Future<any>} future
   * @param {Error} error
   */
  withdraw(future, error) {
    for (const { taker, tag } of this.#part((claim) => claim.future === future)) taker.fail(error, tag);
  }

  /**
   * Its last future was released: whoever still waits for it is told, for the task may never run.
   * @param {string} reason
   */
  abandon(reason) {
    if (!this.takers && !this.watchers) return;
    this.undelivered(new CancelledError(this.key, reason));
    this.#tell();
  }

  /** The value if it is on the page, else `ABSENT`. */
  present() {
    return this.value instanceof Weak ? (this.value.ref.deref() ?? ABSENT) : this.value;
  }

  /**
   * @param {number} type
   * @param {number} bytes
   * @param {any} value
   */
  finish(type, bytes, value) {
    this.status = FINISHED;
    this.type = type;
    this.bytes = bytes;
    if (value !== ABSENT) this.deliver(value);
    else if (this.takers) this.driver.ask(this);
    this.#settled();
  }

  /** Those who waited, who wait no more: the first of them. */
  unclaim() {
    const claims = this.takers;
    this.takers = null;
    return claims;
  }

  /** Whether no future of it will be left once the value is here, so that it need not stay in its worker. */
  get isTaken() {
    return this.takes > 0 && this.takes === this.handles && !this.next;
  }

  /** @param {any} value */
  deliver(value) {
    this.asked = false;
    if (this.isTaken) this.value = ABSENT;
    else this.value = this.bytes > SMALL && typeof value === 'object' && value !== null ? new Weak(value) : value;
    for (let claim = this.unclaim(); claim; claim = claim.next) claim.taker.take(value, claim.tag);
  }

  /**
   * The value cannot be had, though the task finished.
   * @param {any} error
   */
  undelivered(error) {
    this.asked = false;
    for (let claim = this.unclaim(); claim; claim = claim.next) claim.taker.fail(error, claim.tag);
  }

  /** @param {any} error */
  fail(error) {
    this.status = ERRED;
    this.#end(error);
  }

  /**
   * @param {unknown} reason
   * @param {Row} [blame] The task that was given up, and took this one along.
   */
  cancel(reason, blame = this) {
    if (this.status === CANCELLED) return;
    this.status = CANCELLED;
    this.value = ABSENT;
    const error = new CancelledError(this.key, reason, blame === this ? undefined : blame.key);
    this.#end(error);
  }

  /** Its result is lost, and is being made again. */
  lose() {
    this.status = LOST;
    this.asked = false;
  }

  /** It is made again. */
  unsettle() {
    this.status = PENDING;
    this.asked = false;
    this.value = ABSENT;
    this.error = undefined;
  }

  /** @param {any} error */
  #end(error) {
    this.error = error;
    this.undelivered(error);
    this.#settled();
  }

  /** Takes out some of those who wait. @param {(claim: Claim) => boolean} which */
  #part(which) {
    const out = [];
    const claims = this.takers;
    this.takers = null;
    for (let claim = claims; claim; claim = claim.next) {
      if (which(claim)) out.push(claim);
      else this.claim(claim.taker, claim.tag, claim.future);
    }
    return out;
  }

  #tell() {
    const watchers = this.watchers;
    this.watchers = null;
    if (watchers) for (const watcher of watchers) watcher.settled(this);
  }

  #settled() {
    this.#tell();
    if (this.kept) this.driver.unkeep(this);
  }
}

/**
 * The token of a pure call in hexadecimal digits, as the scheduler writes it: most of the time nobody asks.
 * @param {Uint32Array | null} tokens
 * @param {number} place
 */
export function token(tokens, place) {
  const lanes = tokens?.subarray(4 * place, 4 * place + 4);
  if (!lanes?.some((lane) => lane !== 0)) return undefined;
  return Array.from(lanes, (lane) => lane.toString(16).padStart(8, '0'))
    .reverse()
    .join('');
}

/**
 * Adds the lanes that name a pure call, if it is one.
 * @param {Uint32Array | null} tokens
 * @param {number} place
 * @param {number[]} names
 */
export function tokenInto(tokens, place, names) {
  const at = 4 * place;
  if (!tokens || (tokens[at] | tokens[at + 1] | tokens[at + 2] | tokens[at + 3]) === 0) return false;
  names.push(tokens[at], tokens[at + 1], tokens[at + 2], tokens[at + 3]);
  return true;
}

/** A value that the page keeps only as long as somebody else does. A class of our own: results may be WeakRefs for all we know. */
class Weak {
  /** @param {object} value */
  constructor(value) {
    this.ref = new WeakRef(value);
  }
}
