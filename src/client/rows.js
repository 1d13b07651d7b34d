// The tasks of one map, in columns: a task gets a row of its own when something happens to it that has no column.

import { NUMBER_BYTES } from '../wire.js';
import { Arguments } from './arguments.js';
import { ABSENT, FINISHED, PENDING, Row, SMALL, token, tokenInto } from './row.js';

/** @import { Future } from './future.js' */
/** @import { Taker } from './row.js' */

/** Status of a task that has a row of its own: it stands in the place of the value. */
const APART = 255;

/** @type {never[]} */
const NONE = [];
const NO_TAGS = new Int32Array();

export class Rows {
  /** Copies that nobody else has. */
  args;
  /** The value, or `ABSENT`, or the row of a task that has one of its own. @type {any[]} */
  values = [];
  // As in a row; all have their length from `seal` on.
  /** @type {Uint32Array} */
  tokens = new Uint32Array();
  #serials = new Float64Array();
  #tasks = new Int32Array();
  #status = new Uint8Array();
  #types = new Uint8Array();
  /** Null as long as all results are numbers and the like. @type {Float64Array | null} */
  #bytes = null;
  /** Whether a future of it is alive. */
  #held = new Uint8Array();
  /** Futures that are not registered for collection: pending ones, which must not be collected, and some that wait for it. @type {(Future<any> | undefined)[]} */
  #futures = NONE;
  /** @type {(Taker | undefined)[]} */
  #takers = NONE;
  #tags = NO_TAGS;
  /** Settled, and perhaps to be registered. @type {number[]} */
  settled = [];
  /** Places whose futures were released in this turn. @type {number[]} */
  dropped = [];

  /**
   * @param {import('./driver.js').Driver} driver
   * @param {number} fn
   * @param {number} width How many arguments each call has.
   * @param {number} calls For how many there is room at first.
   */
  constructor(driver, fn, width, calls) {
    this.driver = driver;
    this.fn = fn;
    this.args = new Arguments(width, calls);
  }

  /**
   * All calls are there.
   * @param {Uint32Array} tokens
   * @param {number} count
   */
  seal(tokens, count) {
    this.args.seal();
    this.values = new Array(count).fill(ABSENT);
    this.tokens = tokens;
    this.#tasks = new Int32Array(count).fill(-1);
    this.#serials = new Float64Array(count);
    this.#status = new Uint8Array(count);
    this.#types = new Uint8Array(count);
    this.#held = new Uint8Array(count);
    this.#futures = new Array(count);
  }

  /**
   * The scheduler has made a task of a call.
   * @param {number} place
   * @param {number} task
   * @param {number} serial
   */
  accept(place, task, serial) {
    this.#tasks[place] = task;
    this.#serials[place] = serial;
  }

  /**
   * A call is another's, which has that row.
   * @param {number} place
   * @param {Row} row
   */
  stand(place, row) {
    this.#status[place] = APART;
    this.values[place] = row;
  }

  /** @param {number} place */
  isApart(place) {
    return this.#status[place] === APART;
  }

  /** A row of its own for what stands in that place. @param {number} place @returns {Row} */
  apart(place) {
    if (this.#status[place] === APART) return this.values[place];
    const row = new Row(this.driver, this.fn, this.args.of(place));
    row.task = this.#tasks[place];
    row.serial = this.#serials[place];
    row.tokens = this.tokens;
    row.place = place;
    row.status = this.#status[place];
    row.type = this.#types[place];
    row.bytes = this.#bytes ? this.#bytes[place] : NUMBER_BYTES;
    row.value = this.values[place];
    row.handles = this.#held[place];
    this.stand(place, row);
    this.driver.hub.table.replace(row.task, this, place, row);
    const taker = this.#takers[place];
    const future = this.#futures[place];
    if (taker) row.claim(taker, this.#tags[place], future);
    if (future) this.driver.keep(row, future);
    this.#clear(place);
    return row;
  }

  /** Below 0 when the scheduler has forgotten it. @param {number} place */
  taskOf(place) {
    return this.#tasks[place];
  }

  /** @param {number} place */
  keyOf(place) {
    const name = this.driver.ids.functions[this.fn].name;
    return `${name}-${token(this.tokens, place) ?? this.#serials[place]}`;
  }

  /**
   * As a `Row` does.
   * @param {number} place
   * @param {number[]} names
   */
  nameInto(place, names) {
    if (!tokenInto(this.tokens, place, names)) names.push(this.#serials[place]);
  }

  /** @param {number} place */
  statusOf(place) {
    const status = this.#status[place];
    return status === APART ? /** @type {Row} */ (this.values[place]).status : status;
  }

  /** @param {number} place */
  isHeld(place) {
    return this.#held[place] === 1;
  }

  /** Whether somebody waits for its value. @param {number} place */
  isWanted(place) {
    return this.#takers[place] !== undefined;
  }

  /**
   * It has its first future.
   * @param {number} place
   * @param {Future<any>} future
   */
  hold(place, future) {
    this.#held[place] = 1;
    this.#futures[place] = future;
  }

  /**
   * Its only future was released.
   * @param {number} place
   * @param {Future<any>} future
   */
  release(place, future) {
    if (this.#status[place] === APART) return this.driver.unhandle(this.values[place], future);
    if (this.#futures[place]) this.#futures[place] = undefined;
    else this.driver.unregister(future);
    this.#held[place] = 0;
    this.driver.drop(this, place);
  }

  /** Its future was collected. @param {number} place */
  collected(place) {
    if (this.#status[place] === APART) return this.driver.unhandle(this.values[place]);
    this.#held[place] = 0;
    this.driver.drop(this, place);
  }

  /**
   * Takes out a future that is to be registered, if it is still there.
   * @param {number} place
   */
  takeFuture(place) {
    const future = this.#futures[place];
    this.#futures[place] = undefined;
    return future;
  }

  /**
   * As a `Row` does.
   * @param {number} place
   * @param {Taker} taker
   * @param {number} tag
   * @param {Future<any>} future
   */
  give(place, taker, tag, future) {
    const status = this.#status[place];
    if (status === FINISHED && this.values[place] !== ABSENT) return taker.take(this.values[place], tag);
    if (status !== PENDING || this.#takers[place]) return this.apart(place).give(taker, tag, future);
    if (this.#takers === NONE) {
      this.#takers = new Array(this.values.length);
      this.#tags = new Int32Array(this.values.length);
    }
    this.#takers[place] = taker;
    this.#tags[place] = tag;
  }

  /**
   * @param {number} place
   * @param {number} type
   * @param {number} bytes
   * @param {any} value
   */
  finish(place, type, bytes, value) {
    if (this.#status[place] !== PENDING || value === ABSENT || bytes > SMALL) {
      const row = this.apart(place);
      if (row.status < FINISHED) row.finish(type, bytes, value);
      return;
    }
    this.#status[place] = FINISHED;
    this.#types[place] = type;
    this.values[place] = value;
    if (bytes !== NUMBER_BYTES) {
      this.#bytes ??= new Float64Array(this.values.length).fill(NUMBER_BYTES);
      this.#bytes[place] = bytes;
    }
    const taker = this.#takers[place];
    if (taker) {
      this.#takers[place] = undefined;
      taker.take(value, this.#tags[place]);
    }
    if (this.#futures[place] && this.settled.push(place) === 1) this.driver.settled(this);
  }

  /**
   * Which of some places no worker has been given: to be asked before the scheduler is told that they are dropped.
   * @param {number[]} places
   * @param {(task: number) => boolean} isProcessing
   * @returns {number[]}
   */
  unstarted(places, isProcessing) {
    /** @type {number[]} */
    let waiting = NONE;
    for (const place of places) {
      if (this.#status[place] !== PENDING || isProcessing(this.#tasks[place])) continue;
      if (waiting === NONE) waiting = [];
      waiting.push(place);
    }
    return waiting;
  }

  /**
   * The key of the first of some places that the scheduler has forgotten before it had settled.
   * @param {number[]} places
   */
  forgottenKey(places) {
    const dropped = places.find((place) => this.#status[place] === PENDING && this.#tasks[place] < 0);
    return dropped === undefined ? undefined : this.keyOf(dropped);
  }

  /** @param {number} place */
  typeOf(place) {
    return this.#types[place];
  }

  /** The scheduler has forgotten the task: only its key may still be asked for. @param {number} place */
  forget(place) {
    this.#tasks[place] = -1;
    this.values[place] = undefined;
    this.#clear(place);
  }

  /** @param {number} place */
  #clear(place) {
    this.#futures[place] = undefined;
    if (this.#takers !== NONE) this.#takers[place] = undefined;
    this.args.clear(place);
  }
}
