// The public handle of one task.

import { callAt } from './clock.js';
import { CancelledError, TimeoutError } from './errors.js';
import { CANCELLED, ERRED, FINISHED, STATUS } from './row.js';
import { Rows } from './rows.js';
import { TYPES } from '../wire.js';

export const RELEASED = 'the future was released';
export const RESTARTED = 'the client was restarted: submit it again';
export const CANCELLED_BY_PROGRAM = 'cancel was called';
/** One for all that are released. */
const LET_GO = { reason: RELEASED };

/**
 * A handle of one task and its result. See index.d.ts.
 * @template T
 */
export class Future {
  /** Its own row, or the rows of the map that it came from: then `#place` is not below 0. @type {any} */
  #row;
  #place = -1;
  /** Why it is of no use any more, once it is. @type {{ reason: unknown } | undefined} */
  #released = undefined;

  /**
   * @param {import('./row.js').Row | import('./rows.js').Rows} row
   * @param {number} [place] Among the rows of a map.
   */
  constructor(row, place = -1) {
    this.#row = row;
    this.#place = place;
    if (row instanceof Rows) {
      row.hold(place, this);
    } else {
      row.handles++;
      row.driver.keep(row, this);
    }
  }

  /**
   * Its own row, made if need be.
   * @param {Future<any>} future
   * @returns {import('./row.js').Row}
   */
  static row(future) {
    return future.#own();
  }

  /** @param {Future<any>} future */
  static isReleased(future) {
    return future.#released !== undefined;
  }

  /**
   * The row of a future that can still be used.
   * @param {Future<any>} future
   */
  static live(future) {
    if (future.#released) throw new CancelledError(future.key, future.#released.reason);
    // The scheduler may have forgotten the task.
    const row = future.#own();
    if (row.status === CANCELLED) throw row.error;
    return row;
  }

  /**
   * The task of a future that a call takes; what names it is added to the call's names.
   * @param {Future<any>} future
   * @param {import('./hub.js').Hub} hub The call's.
   * @param {number[]} names
   * @returns {number | undefined} Nothing if it is of another hub.
   */
  static input(future, hub, names) {
    const [rows, place] = [future.#row, future.#place];
    if (rows.driver.hub !== hub) return undefined;
    // A task of a map needs no row of its own for that.
    if (place >= 0 && !future.#released && !rows.isApart(place)) {
      rows.nameInto(place, names);
      return rows.taskOf(place);
    }
    const row = Future.live(future);
    row.nameInto(names);
    return row.task;
  }

  /**
   * Tells a watcher when a future has settled; a released one has.
   * @param {Future<any>} future
   * @param {import('./row.js').Watcher} watcher
   */
  static watch(future, watcher) {
    const row = future.#own();
    if (future.#released) watcher.settled(row);
    else row.watch(watcher);
  }

  /**
   * Gives a taker the value of a future, or why there is none.
   * @param {Future<any>} future
   * @param {import('./row.js').Taker} taker
   * @param {number} [tag] Comes with the value.
   */
  static give(future, taker, tag = 0) {
    if (future.#released) taker.fail(new CancelledError(future.key, future.#released.reason), tag);
    else if (future.#place < 0) future.#row.give(taker, tag, future);
    else future.#row.give(future.#place, taker, tag, future);
  }

  /**
   * Gives one future of a task up, though others want it: whoever waits by this one is told.
   * @param {Future<any>} future
   * @param {unknown} reason
   */
  static withdraw(future, reason) {
    future.#own().withdraw(future, new CancelledError(future.key, reason));
    future.#let(reason);
  }

  get key() {
    return this.#place < 0 ? this.#row.key : this.#row.keyOf(this.#place);
  }

  get status() {
    return STATUS[this.#released ? CANCELLED : this.#state];
  }

  get type() {
    return this.#state === FINISHED ? TYPES[this.#own().type] : undefined;
  }

  get nbytes() {
    return this.#state === FINISHED ? this.#own().bytes : undefined;
  }

  done() {
    return this.#released !== undefined || this.#state >= FINISHED;
  }

  cancelled() {
    return this.#released !== undefined || this.#state === CANCELLED;
  }

  /**
   * @param {{ timeout?: number, signal?: AbortSignal }} [options]
   * @returns {Promise<T>}
   */
  result(options) {
    /** @type {any} */
    let taker;
    const promise = new Promise((take, fail) => Future.give(this, (taker = { take, fail })));
    if (!options) return promise;
    return limited(
      promise,
      options,
      () => this.key,
      () => this.#own().ungive(taker),
    );
  }

  /** @returns {Promise<T>} */
  take() {
    if (this.#released) return this.result();
    const row = this.#own();
    row.takes++;
    const result = this.result();
    this.#released = LET_GO;
    const end = () => {
      row.takes--;
      row.driver.unhandle(row, this);
    };
    // Before anybody else hears of it.
    result.then(end, end);
    return result;
  }

  /** @returns {Promise<Error | null>} */
  async exception() {
    await new Promise((settled) => Future.watch(this, { settled }));
    const { status, error } = this.#own();
    if (status !== ERRED || this.#released) return null;
    if (error instanceof Error) return error;
    return Object.assign(new Error(`the task threw ${String(error)}, which is not an Error`, { cause: error }), {
      key: this.key,
    });
  }

  /**
   * @template A, B
   * @param {((value: T) => A | PromiseLike<A>) | null} [done]
   * @param {((error: any) => B | PromiseLike<B>) | null} [failed]
   */
  then(done, failed) {
    return this.result().then(done, failed);
  }

  /** @param {{ reason?: unknown, force?: boolean, running?: boolean }} [options] */
  cancel({ reason = CANCELLED_BY_PROGRAM, ...options } = {}) {
    if (!this.#released) this.#row.driver.cancel([this.#own()], reason, options);
  }

  retry() {
    this.#row.driver.retry([Future.live(this)]);
  }

  waitingFor() {
    return this.#released ? null : this.#row.driver.inspection.waitingFor(this.#own());
  }

  get running() {
    return !this.#released && this.#row.driver.isRunning(this.#own());
  }

  /** @param {(future: Future<T>) => void} callback */
  addDoneCallback(callback) {
    if (typeof callback !== 'function') {
      throw new TypeError(`addDoneCallback takes a function, got ${callback === null ? 'null' : typeof callback}`);
    }
    Future.watch(this, { settled: () => queueMicrotask(() => callback(this)) });
  }

  release() {
    this.#let(RELEASED);
  }

  /** @param {unknown} reason */
  #let(reason) {
    if (this.#released) return;
    this.#released = reason === RELEASED ? LET_GO : { reason };
    if (this.#place < 0) this.#row.driver.unhandle(this.#row, this);
    else this.#row.release(this.#place, this);
  }

  toString() {
    const type = this.type;
    return `<Future: ${this.status}, ${type ? `type: ${type}, ` : ''}key: ${this.key}>`;
  }

  get #state() {
    return this.#place < 0 ? this.#row.status : this.#row.statusOf(this.#place);
  }

  /** @returns {import('./row.js').Row} */
  #own() {
    if (this.#place >= 0) {
      this.#row = this.#row.apart(this.#place);
      this.#place = -1;
    }
    return this.#row;
  }
}

// Copied it would be an empty object: by its tag it is known as none of those that can be copied.
Object.defineProperty(Future.prototype, Symbol.toStringTag, { value: 'Future' });
// Looked up guardedly: not every engine has the symbol yet.
Object.defineProperty(Future.prototype, Symbol.dispose ?? Symbol.for('Symbol.dispose'), {
  value: Future.prototype.release,
});

/**
 * A promise that gives up waiting after a time, or when told to.
 * @template T
 * @param {Promise<T>} promise
 * @param {{ timeout?: number, signal?: AbortSignal }} options
 * @param {() => string} what
 * @param {() => void} [giveUp] called when it does
 * @returns {Promise<T>}
 */
export function limited(promise, { timeout, signal }, what, giveUp) {
  // Whoever gives up waiting is not told how it ends: that must not count as unhandled.
  if (timeout !== undefined || signal) promise.catch(() => {});
  if (timeout !== undefined && !(timeout >= 0)) {
    giveUp?.();
    throw new RangeError(`timeout is a number of milliseconds, got ${timeout}`);
  }
  if (timeout === undefined && !signal) return promise;
  if (signal?.aborted) {
    giveUp?.();
    return Promise.reject(signal.reason);
  }
  return new Promise((resolve, reject) => {
    const abort = () => {
      giveUp?.();
      end(reject, signal?.reason);
    };
    const expire = () => {
      giveUp?.();
      end(reject, new TimeoutError(what(), Number(timeout)));
    };
    const callOff = timeout === undefined ? undefined : callAt(performance.now() + timeout, expire);
    /** @type {(settle: (value: any) => void, value: any) => void} */
    const end = (settle, value) => {
      callOff?.();
      signal?.removeEventListener('abort', abort);
      settle(value);
    };
    signal?.addEventListener('abort', abort);
    promise.then(
      (value) => end(resolve, value),
      (error) => end(reject, error),
    );
  });
}
