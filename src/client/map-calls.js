// The calls of a map on their way to the engine: in columns, or as calls of their own when one of them takes a future or has a key.

import { Batch } from './batch.js';
import { collect, isImmutable } from './collect.js';
import { Future } from './future.js';
import { hashCall, hashNumber, lanes } from './hash.js';
import { warnIfLarge } from './large-arguments.js';
import { Rows } from './rows.js';
import { keepShapes } from '../shapes.js';

/** @import { Collected } from './collect.js' */
/** @import { Driver } from './driver.js' */
/** @import { TaskFunction } from './functions.js' */
/** @import { Settings } from './settings.js' */

/** @type {never[]} */
const NONE = [];

/** Calls for whose tokens there is room once there are more than were expected. */
const LEAST = 16;

export class MapCalls {
  #driver;
  #task;
  #settings;
  #columns;
  /** Four lanes each, 0 of a call that is impure. */
  #tokens;
  #count = 0;
  /** A call whose arguments are as they were given. @type {Collected} */
  #plain = { args: NONE, inputs: NONE, positions: NONE, paths: null };
  /** Takes all calls once one does not fit into columns. @type {Batch | null} */
  #batch = null;
  /** Where in the batch. @type {number[]} */
  #places = [];

  /**
   * @param {Driver} driver
   * @param {Settings} settings
   * @param {TaskFunction} task
   * @param {number} width How many arguments each call has.
   * @param {number} calls How many are expected.
   */
  constructor(driver, settings, task, width, calls) {
    driver.assertOpen('map');
    this.#driver = driver;
    this.#settings = settings;
    this.#task = task;
    this.#tokens = new Uint32Array(4 * calls);
    this.#columns = new Rows(driver, driver.ids.ofFunction(task), width, calls);
  }

  get count() {
    return this.#count;
  }

  /**
   * @param {unknown[]} args May be used again by the caller.
   * @param {string} [key]
   */
  add(args, key) {
    if (this.#batch || key !== undefined || !this.#addToColumns(args)) this.#addToBatch(args.slice(), key);
    this.#count++;
  }

  /** Submits all; returns their futures. @returns {Future<any>[]} */
  submit() {
    if (this.#batch) {
      const rows = this.#batch.submit();
      return this.#places.map((place) => new Future(rows[place]));
    }
    // Again: iterating and reading the arguments has run code of the user's.
    this.#driver.assertOpen('map');
    const [columns, count] = [this.#columns, this.#count];
    const futures = new Array(count);
    if (!count) return futures;
    columns.seal(4 * count === this.#tokens.length ? this.#tokens : this.#tokens.slice(0, 4 * count), count);
    const { signal } = this.#settings;
    if (signal?.aborted) for (let place = 0; place < count; place++) columns.apart(place).cancel(signal.reason);
    else this.#driver.hub.submitMap(this.#driver, this.#settings.id, columns);
    for (let place = 0; place < count; place++) {
      futures[place] = columns.isApart(place) ? new Future(columns.apart(place)) : new Future(columns, place);
    }
    return futures;
  }

  /**
   * @param {unknown[]} args
   * @returns {boolean} Whether it fits there: it takes no future.
   */
  #addToColumns(args) {
    const { pure = true } = this.#settings;
    const [arg] = args;
    let call = this.#plain;
    if (args.length === 1 && typeof arg === 'number' && pure) {
      hashNumber(this.#task.hash, arg, this.#tokens, this.#place());
      this.#columns.args.add(args);
      return true;
    }
    if (args.every(isImmutable)) call.args = args;
    else if ((call = collect(args.slice())).inputs.length) return false;
    const at = this.#place();
    if (pure && hashCall(this.#task.hash, call, NONE)) {
      for (let lane = 0; lane < 4; lane++) this.#tokens[at + lane] = lanes[lane];
    } else {
      // What can be hashed is small.
      warnIfLarge(this.#task, call.args);
    }
    this.#columns.args.add(call.args);
    return true;
  }

  /** Where the token of the next call goes. */
  #place() {
    const at = 4 * this.#count;
    if (at < this.#tokens.length) return at;
    const grown = new Uint32Array(2 * at + 4 * LEAST);
    grown.set(this.#tokens);
    this.#tokens = grown;
    return at;
  }

  /**
   * @param {unknown[]} args Nobody else's.
   * @param {string} [key]
   */
  #addToBatch(args, key) {
    if (!this.#batch) {
      this.#batch = new Batch(this.#driver, 'map', this.#settings);
      for (let place = 0; place < this.#count; place++) {
        this.#places.push(this.#batch.add(this.#task, this.#columns.args.of(place)));
      }
    }
    this.#places.push(this.#batch.add(this.#task, args, key));
  }
}

/** As much of a driver as it takes to make what a map makes. */
const nobody = /** @type {any} */ ({ assertOpen() {}, ids: { ofFunction: () => 0 } });
const kept = new Rows(nobody, 0, 0, 0);
kept.seal(new Uint32Array(4), 1);
keepShapes(kept, new Future(kept, 0), new MapCalls(nobody, nobody, nobody, 0, 0));
