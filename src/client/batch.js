// Calls on their way to the engine: collected, named if they are pure, and written as the wire's submissions.

import { HELD, PURE, SUBMIT_HEAD } from '../wire.js';
import { Words } from '../words.js';
import { ActorRow } from './actors.js';
import { collect } from './collect.js';
import { Delayed } from './delayed.js';
import { Future } from './future.js';
import { hashCall, hashKey, lanes } from './hash.js';
import { warnIfLarge } from './large-arguments.js';
import { compare } from './names.js';
import { Row, tokenInto } from './row.js';

/** @type {never[]} */
const NONE = [];

/** Words that stay for the next batch, at most: they are dear to make for a single call. */
const SPARED = 256;
/** Of a batch that was submitted. @type {Words | undefined} */
let spare;

export class Batch {
  #driver;
  #operation;
  #settings;
  #words;
  /** By place. @type {Row[]} */
  #rows = NONE;
  /** Lazy calls already written, with their places. @type {Map<Delayed<any>, number> | null} */
  #written = null;
  /** Calls whose keys were chosen. @type {Map<string, { place: number, call: Uint32Array | null, name: string }> | null} */
  #keyed = null;

  /**
   * @param {import('./driver.js').Driver} driver
   * @param {string} operation What the user called.
   * @param {import('./settings.js').Settings} settings
   */
  constructor(driver, operation, settings) {
    driver.assertOpen(operation);
    this.#driver = driver;
    this.#operation = operation;
    this.#settings = settings;
    this.#words = spare ?? new Words();
    spare = undefined;
  }

  /**
   * Adds a call and, before it, the lazy calls among its arguments; returns its place.
   * @param {import('./functions.js').TaskFunction} task
   * @param {unknown[]} values Nobody else's.
   * @param {string} [key]
   */
  add(task, values, key) {
    const call = collect(values);
    for (const input of call.inputs) if (input instanceof Delayed) this.addDelayed(input, 0);
    return this.#write(task, call, this.#settings.pure ?? true, HELD, undefined, key);
  }

  /**
   * Adds a lazy call, after all those it depends on; returns its place.
   * @param {Delayed<any>} delayed
   * @param {number} flags
   * @param {string} [key]
   * @returns {number}
   */
  addDelayed(delayed, flags, key) {
    const written = (this.#written ??= new Map());
    // A stack of our own: graphs may be deeper than the engine's.
    const stack = [delayed];
    for (let top; (top = stack.at(-1)); ) {
      const { call, ...parts } = Delayed.parts(top);
      const missing = written.has(top)
        ? NONE
        : call.inputs.filter((input) => input instanceof Delayed && !written.has(input));
      if (missing.length) {
        // One by one: there may be more than a call takes arguments.
        for (const input of missing) stack.push(/** @type {Delayed<any>} */ (input));
        continue;
      }
      stack.pop();
      // What was written before as somebody's input is written again when it is to be held: under its name it is the same task.
      const own = top === delayed ? flags : 0;
      if (!written.has(top) || own & HELD) {
        const pure = parts.pure ?? this.#settings.pure ?? false;
        const chosen = top === delayed ? key : undefined;
        written.set(top, this.#write(parts.task, call, pure, own, parts.name, chosen));
      }
    }
    return /** @type {number} */ (written.get(delayed));
  }

  /** Submits all; returns the rows by place. @returns {Row[]} */
  submit() {
    // Again: iterating and reading the arguments has run code of the user's.
    this.#driver.assertOpen(this.#operation);
    const rows = this.#rows;
    if (!rows.length) return rows;
    const { signal } = this.#settings;
    if (signal?.aborted) return this.#giveUp(signal.reason);
    this.#driver.hub.submit(this.#driver, this.#words, rows);
    if (this.#words.at.length <= SPARED) spare = this.#words;
    if (this.#keyed) {
      for (const [key, { place, call }] of this.#keyed) this.#driver.names.give(key, rows[place], call);
    }
    return rows;
  }

  /**
   * None of it is submitted: all are cancelled from the start.
   * @param {unknown} reason
   */
  #giveUp(reason) {
    if (this.#keyed) for (const [key, { place }] of this.#keyed) this.#rows[place].name = key;
    for (const row of this.#rows) row.cancel(reason);
    return this.#rows;
  }

  /**
   * @param {import('./functions.js').TaskFunction} task
   * @param {import('./collect.js').Collected} call
   * @param {boolean} pure
   * @param {number} flags
   * @param {Uint32Array} [name] Four lanes that name the call where its arguments do not: what depends on it is named by it.
   * @param {string} [key] Chosen by the user.
   * @returns {number}
   */
  #write(task, call, pure, flags, name, key) {
    const { args, inputs, positions, paths } = call;
    const fn = this.#driver.ids.ofFunction(task);
    /** @type {number[]} */
    let dependencies = NONE;
    /** Names the inputs in the hash. @type {number[]} */
    let names = NONE;
    if (inputs.length) {
      dependencies = new Array(inputs.length);
      names = [];
      for (let i = 0; i < inputs.length; i++) {
        const input = inputs[i];
        if (input instanceof Delayed) {
          const place = /** @type {number} */ (this.#written?.get(input));
          dependencies[i] = -1 - place;
          // A lazy call always has a token.
          tokenInto(this.#rows[place].tokens, this.#rows[place].place, names);
        } else {
          const task = Future.input(input, this.#driver.hub, names);
          if (task === undefined) {
            throw new TypeError(
              `${input} belongs to a client of other workers: gather it there, or submit this call there`,
            );
          }
          dependencies[i] = task;
        }
      }
    }
    const hashed = (pure || (key !== undefined && !name)) && hashCall(task.hash, call, names);
    // What can be hashed is small.
    if (!hashed && args.length) warnIfLarge(task, args);
    let named = hashed ? lanes : name;
    if (key !== undefined) named = this.#claim(key, named, task.name);
    const at = this.#words.extend(SUBMIT_HEAD + dependencies.length);
    const words = this.#words.at;
    words[at] = fn;
    words[at + 1] = flags | (named ? PURE : 0);
    for (let lane = 0; lane < 4; lane++) words[at + 2 + lane] = named ? named[lane] : 0;
    words[at + 6] = dependencies.length;
    words[at + 7] = this.#settings.id;
    for (let i = 0; i < dependencies.length; i++) words[at + SUBMIT_HEAD + i] = dependencies[i];
    const row = this.#settings.actor
      ? new ActorRow(this.#driver, fn, args, task.name)
      : new Row(this.#driver, fn, args);
    if (named) {
      row.place = this.#driver.tokens.add(named);
      row.tokens = this.#driver.tokens.array;
    }
    if (inputs.length) {
      row.positions = positions;
      row.paths = paths;
    }
    // Most batches take one: an array that grows from none would make room for more.
    if (this.#rows.length) this.#rows.push(row);
    else this.#rows = [row];
    return this.#rows.length - 1;
  }

  /**
   * Notes that a call has a key of the user's choice, unless another call has it; returns what names it to the scheduler.
   * @param {string} key
   * @param {Uint32Array | undefined} named Names the call without the key, if something can.
   * @param {string} name of the function
   */
  #claim(key, named, name) {
    const call = named ? named.slice() : null;
    const twin = this.#keyed?.get(key);
    if (twin) compare(key, twin.call, call, twin.name);
    else this.#driver.checkKey(key, call);
    this.#keyed ??= new Map();
    this.#keyed.set(key, { place: this.#rows.length, call, name });
    return hashKey(key, call ?? crypto.getRandomValues(new Uint32Array(4)));
  }
}
