// What clients share by name: locks, semaphores, events, variables, queues and published datasets.

import { assign, snapshot } from '../cloning.js';
import * as wire from '../wire.js';
import { collect } from './collect.js';
import { ClosedClientError, CoordinationError, TimeoutError } from './errors.js';
import { Future } from './future.js';
import { whole } from './settings.js';
import { INSIDE, putAt } from '../positions.js';

/** @import { Driver } from './driver.js' */
/** @import { Item } from './coordinator.js' */
/** @typedef {{ timeout?: number, signal?: AbortSignal }} Patience */

const MOST = 1_000_000;
/** Milliseconds beyond which browsers would fire a timer at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** What is answered when the client is closed. The scheduler answers so to nobody. */
export const CLOSED = 0;

/** What is asked, in words. @type {Record<number, (name: string) => string>} */
const QUESTIONS = {
  [wire.ACQUIRE]: (name) => `acquire of "${name}"`,
  [wire.RELEASE]: (name) => `release of "${name}"`,
  [wire.AWAIT_EVENT]: (name) => `event "${name}"`,
  [wire.READ]: (name) => `variable "${name}"`,
  [wire.PUT_ITEM]: (name) => `put into the queue "${name}"`,
  [wire.GET_ITEM]: (name) => `get of the queue "${name}"`,
  [wire.GET_ITEMS]: (name) => `getBatch of the queue "${name}"`,
  [wire.PUBLISH]: (name) => `publish of "${name}"`,
  [wire.DATASET]: (name) => `dataset "${name}"`,
  [wire.UNPUBLISH]: (name) => `unpublish of "${name}"`,
};

/** Why something cannot be, in words. @type {Record<number, (limit: number) => string>} */
const REFUSALS = {
  [wire.NOT_HELD]: () => 'it is not held: released already, or never acquired',
  [wire.OTHER_LIMIT]: (limit) => `it is in use with the limit ${limit}: all have to give the same`,
  [wire.QUEUE_CLOSED]: () => 'it was closed',
  [wire.EXISTS]: () => 'there is one already: unpublish it, or publish with { replace: true }',
  [wire.UNKNOWN]: () => 'there is none',
};

/** A thing of that name, as one client sees it. */
class Named {
  #driver;

  /**
   * @param {Driver} driver
   * @param {string} kind what it is
   * @param {unknown} name
   */
  constructor(driver, kind, name) {
    driver.assertOpen(kind);
    if (typeof name !== 'string' || !name) {
      throw new TypeError(
        `the name of a ${kind} is a text that is not empty, got ${name === null ? 'null' : typeof name}`,
      );
    }
    this.#driver = driver;
    this.kind = kind;
    this.name = name;
  }

  /**
   * @param {number} question
   * @param {{ number?: number, value?: unknown[] }} [details] `value` has the value that comes along, if one does.
   * @param {Patience} [patience]
   * @returns {Promise<any>}
   */
  ask(question, { number, value } = {}, patience = {}) {
    const driver = this.#driver;
    driver.assertOpen(`${this.kind} "${this.name}"`);
    const { timeout, signal } = patience;
    if (timeout !== undefined && !(timeout >= 0)) {
      throw new RangeError(`timeout is a number of milliseconds, got ${timeout}`);
    }
    if (signal?.aborted) return Promise.reject(signal.reason);
    const details = { number, item: value && packed(driver, value[0], this.kind), receive: unpacked };
    const { coordinator } = driver.hub;
    let request = 0;
    const answer = new Promise((resolve, reject) => {
      request = coordinator.ask(driver, question, this.name, details, (code, detail) => {
        if (code === wire.DONE || code === wire.ITEM || code === wire.NUMBER) resolve(detail);
        else reject(refusal(question, this.name, code, detail));
      });
    });
    if (timeout === undefined && !signal) return answer;
    return patient(coordinator, request, answer, `${this.kind} "${this.name}"`, timeout, signal);
  }

  toString() {
    return `<${this.constructor.name}: ${this.name}>`;
  }
}

/** One lease, until it is released. */
export class Lease {
  #release;
  #held = true;

  /** @param {() => Promise<void>} release */
  constructor(release) {
    this.#release = release;
  }

  get held() {
    return this.#held;
  }

  async release() {
    this.#held = false;
    await this.#release();
  }
}

// Looked up guardedly: not every engine has the symbol yet. What was released already stays so.
Object.defineProperty(Lease.prototype, Symbol.dispose ?? Symbol.for('Symbol.dispose'), {
  value: /** @this {Lease} */ function () {
    if (this.held) this.release();
  },
});

/** See types/coordination.d.ts, as for all that follow. */
export class Semaphore extends Named {
  #limit;
  /** Got by this object and not given back by it. @type {Lease[]} */
  #leases = [];

  /**
   * @param {Driver} driver
   * @param {string} kind
   * @param {unknown} name
   * @param {unknown} leases
   */
  constructor(driver, kind, name, leases) {
    super(driver, kind, name);
    this.#limit = whole('leases', leases, 1, MOST);
  }

  /** @param {Patience} [patience] */
  async acquire(patience) {
    const number = await this.ask(wire.ACQUIRE, { number: this.#limit }, patience);
    const lease = new Lease(async () => {
      this.#leases = this.#leases.filter((other) => other !== lease);
      await this.ask(wire.RELEASE, { number });
    });
    this.#leases.push(lease);
    return lease;
  }

  async release() {
    const lease = this.#leases.at(-1);
    if (!lease) throw new CoordinationError(`release of "${this.name}": this ${this.kind} object has acquired nothing`);
    await lease.release();
  }

  /**
   * @template T
   * @param {() => T | PromiseLike<T>} fn
   * @param {Patience} [patience]
   */
  async with(fn, patience) {
    const lease = await this.acquire(patience);
    try {
      return await fn();
    } finally {
      if (lease.held) await lease.release();
    }
  }

  /** @returns {Promise<number>} */
  taken() {
    return this.ask(wire.TAKEN);
  }
}

export class Lock extends Semaphore {
  /**
   * @param {Driver} driver
   * @param {unknown} name
   */
  constructor(driver, name) {
    super(driver, 'lock', name, 1);
  }

  async locked() {
    return (await this.taken()) > 0;
  }
}

export class SharedEvent extends Named {
  /** @returns {Promise<void>} */
  set() {
    return this.ask(wire.SET_EVENT);
  }

  /** @returns {Promise<void>} */
  clear() {
    return this.ask(wire.CLEAR_EVENT);
  }

  /** @param {Patience} [patience] @returns {Promise<void>} */
  wait(patience) {
    return this.ask(wire.AWAIT_EVENT, {}, patience);
  }

  async isSet() {
    return (await this.ask(wire.IS_SET)) === 1;
  }
}

export class Variable extends Named {
  /** @param {unknown} value @returns {Promise<void>} */
  set(value) {
    return this.ask(wire.ASSIGN, { value: [value] });
  }

  /** @param {Patience} [patience] @returns {Promise<any>} */
  get(patience) {
    return this.ask(wire.READ, {}, patience).then(value);
  }

  /** @returns {Promise<void>} */
  delete() {
    return this.ask(wire.DELETE);
  }
}

export class Queue extends Named {
  #most;

  /**
   * @param {Driver} driver
   * @param {unknown} name
   * @param {{ maxSize?: number }} options
   */
  constructor(driver, name, { maxSize }) {
    super(driver, 'queue', name);
    this.#most = maxSize === undefined ? 0 : whole('maxSize', maxSize, 1, MOST);
  }

  /**
   * @param {unknown} value
   * @param {Patience} [patience]
   * @returns {Promise<void>}
   */
  put(value, patience) {
    return this.ask(wire.PUT_ITEM, { number: this.#most, value: [value] }, patience);
  }

  /** @param {Patience} [patience] @returns {Promise<any>} */
  get(patience) {
    return this.ask(wire.GET_ITEM, { number: this.#most }, patience).then(value);
  }

  /**
   * @param {number} [count] all that there are, if it is left out
   * @param {Patience} [patience]
   * @returns {Promise<any[]>}
   */
  getBatch(count, patience) {
    const number = count === undefined ? 0 : whole('count', count, 1, MOST);
    return this.ask(wire.GET_ITEMS, { number }, patience).then((items) => items.map(content));
  }

  /** @returns {Promise<number>} */
  size() {
    return this.ask(wire.SIZE);
  }

  /** @returns {Promise<void>} */
  close() {
    return this.ask(wire.CLOSE_QUEUE);
  }
}

export class Dataset extends Named {
  /**
   * @param {unknown} value
   * @param {boolean} replace
   * @returns {Promise<void>}
   */
  publish(value, replace) {
    return this.ask(wire.PUBLISH, { number: replace ? 1 : 0, value: [value] });
  }

  /** @returns {Promise<any>} */
  get() {
    return this.ask(wire.DATASET).then(value);
  }

  /** @returns {Promise<void>} */
  unpublish() {
    return this.ask(wire.UNPUBLISH);
  }
}

/**
 * @param {number} question
 * @param {string} name
 * @param {number} code
 * @param {number} detail
 */
function refusal(question, name, code, detail) {
  const asked = QUESTIONS[question]?.(name) ?? name;
  return code === CLOSED ? new ClosedClientError(asked) : new CoordinationError(`${asked}: ${REFUSALS[code](detail)}`);
}

/**
 * A value that comes along: copied, its futures taken out.
 * @param {Driver} driver
 * @param {unknown} value
 * @param {string} kind
 * @returns {Item}
 */
function packed(driver, value, kind) {
  const { args, inputs, positions, paths } = collect([value]);
  const rows = inputs.map((input) => {
    if (!(input instanceof Future))
      throw new TypeError(`a ${kind} takes futures and values, got ${input}: compute it first`);
    const row = Future.live(input);
    if (row.driver.hub !== driver.hub) throw new TypeError(`${input} belongs to a client of other workers`);
    return row;
  });
  return { args, rows, positions, paths };
}

/**
 * The value of an item, in a box: a future among promises would be awaited.
 * @param {Item} item
 * @returns {[unknown]}
 */
function unpacked({ args, rows, positions, paths }) {
  const copy = snapshot(args, 'value');
  const futures = rows.map((row) => new Future(row));
  for (let i = futures.length - 1, path = paths?.length ?? 0; i >= 0; i--) {
    if (positions[i] !== INSIDE) putAt(copy, positions[i], futures[i]);
    else assign(copy, /** @type {(number | string)[][]} */ (paths)[--path], futures[i]);
  }
  return copy;
}

/**
 * What a promise gives: a future that stands alone is awaited by it, so nobody else can let go of it.
 * @param {[unknown]} box
 */
function value([content]) {
  return content instanceof Future ? content.result().finally(() => content.release()) : content;
}

/** @param {[unknown]} box */
function content([content]) {
  return content;
}

/**
 * The answer, unless time or a signal ends waiting before it is given.
 * @param {import('./coordinator.js').Coordinator} coordinator
 * @param {number} request
 * @param {Promise<any>} answer
 * @param {string} what
 * @param {number} [timeout]
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
function patient(coordinator, request, answer, what, timeout, signal) {
  return new Promise((resolve, reject) => {
    // Once the answer is given, it counts: a lease, or an item of a queue, must not be lost.
    const giveUp = (/** @type {unknown} */ error) => coordinator.withdraw(request, () => end(() => reject(error)));
    const abort = () => giveUp(signal?.reason);
    const expire = () => giveUp(new TimeoutError(what, Number(timeout)));
    const timer = timeout === undefined || timeout > LONGEST_TIMER ? undefined : setTimeout(expire, timeout);
    const end = (/** @type {() => void} */ settle) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      settle();
    };
    signal?.addEventListener('abort', abort);
    answer.then(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(error)),
    );
  });
}
