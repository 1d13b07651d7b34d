// What is shared by name, on the side of the page: requests go to the scheduler, values stay here until nobody has them.

import * as wire from '../wire.js';
import { CancelledError, ClosedClientError, CoordinationError } from './errors.js';
import { CANCELLED, Row } from './row.js';

/** @import { Driver } from './driver.js' */

/**
 * A value with futures in it, as `collect` takes it apart. The rows are those of one client.
 * @typedef {object} Item
 * @property {unknown[]} args The value, alone, with placeholders where futures belong.
 * @property {Row[]} rows
 * @property {readonly number[]} positions
 * @property {(number | string)[][] | null} paths
 */
/**
 * @typedef {object} Request
 * @property {Driver} driver
 * @property {number} question
 * @property {string} name
 * @property {(item: Item) => any} receive Makes of an item what is answered, at once: its futures begin to be held there.
 * @property {any[] | undefined} many What has come of several items.
 * @property {(answer: any) => void} resolve
 * @property {(error: any) => void} reject
 */

/** Whose rows those of items are: the scheduler knows by itself what is in items. */
const KEEPER = 62;
/** @type {never[]} */
const NONE = [];

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

export class Coordinator {
  #hub;
  #port;
  #latest = 0;
  /** @type {Map<number, Request>} */
  #open = new Map();
  /** By the request that brought it. @type {Map<number, Item>} */
  #items = new Map();
  /** @type {any} */
  #keeper;

  /**
   * @param {import('./hub.js').Hub} hub
   * @param {import('./port.js').Port} port
   */
  constructor(hub, port) {
    this.#hub = hub;
    this.#port = port;
    this.#keeper = { hub, ids: hub.ids, id: KEEPER, unkeep() {} };
  }

  /**
   * Asks something of the thing of that name; the answer may come within the call.
   * @param {Driver} driver Who gets the futures in the answer.
   * @param {number} holder Who loses what it has when it is gone: a client's number, or `-1 - worker`.
   * @param {number} question
   * @param {string} name
   * @param {{ number?: number, item?: Item, receive?: (item: Item) => any }} [details]
   * @returns {{ request: number, answer: Promise<any> }}
   */
  ask(driver, holder, question, name, { number = 0, item, receive = (item) => item } = {}) {
    const request = ++this.#latest;
    const many = question === wire.GET_ITEMS ? [] : undefined;
    const answer = new Promise((resolve, reject) => {
      this.#open.set(request, { driver, question, name, receive, many, resolve, reject });
    });
    const rows = item?.rows ?? NONE;
    this.#port.put(rows.map((row) => row.task));
    if (item) this.#items.set(request, { ...item, rows: rows.map((row) => this.#hub.table.adopt(this.#keeper, row)) });
    this.#hub.as(driver);
    const { engine } = this.#port;
    this.#hub.step(() => engine.ask(performance.now(), request, holder, question, name, number, rows.length));
    return { request, answer };
  }

  /**
   * Nobody waits for the answer any more; false if it has been given.
   * @param {number} request
   */
  withdraw(request) {
    if (!this.#open.delete(request)) return false;
    this.#hub.step(() => this.#port.engine.withdraw(performance.now(), request));
    return true;
  }

  /** Names of the published datasets. @returns {string[]} */
  datasets() {
    return this.#port.engine.datasets();
  }

  /**
   * @param {number} request
   * @param {number} code
   * @param {number} detail
   */
  answered(request, code, detail) {
    const asked = this.#open.get(request);
    if (!asked) return;
    const value = code === wire.ITEM ? asked.receive(this.#give(detail, asked.driver)) : detail;
    if (code === wire.ITEM && asked.many) {
      asked.many.push(value);
      return;
    }
    this.#open.delete(request);
    if (code === wire.DONE) asked.resolve(asked.many);
    else if (code === wire.ITEM || code === wire.NUMBER) asked.resolve(value);
    else asked.reject(new CoordinationError(`${QUESTIONS[asked.question](asked.name)}: ${REFUSALS[code](detail)}`));
  }

  /** @param {number} item */
  discard(item) {
    this.#items.delete(item);
  }

  /**
   * A client is closed: what it has returns, and it waits for nothing.
   * @param {Driver} driver
   * @param {number} holder
   */
  left(driver, holder) {
    this.#refuse((asked) => asked.driver === driver);
    this.#hub.step(() => this.#port.engine.holder_left(performance.now(), holder));
  }

  /** Nobody answers any more. */
  end() {
    this.#refuse(() => true);
    this.#items.clear();
  }

  /** @param {(asked: Request) => boolean} which */
  #refuse(which) {
    for (const [request, asked] of this.#open) {
      if (!which(asked)) continue;
      this.#open.delete(request);
      asked.reject(new ClosedClientError(QUESTIONS[asked.question]?.(asked.name) ?? asked.name));
    }
  }

  /**
   * What an item is to a client.
   * @param {number} number
   * @param {Driver} driver
   * @returns {Item}
   */
  #give(number, driver) {
    const item = /** @type {Item} */ (this.#items.get(number));
    const rows = item.rows.map((row) => {
      if (row.task >= 0 && row.status !== CANCELLED) return this.#hub.table.adopt(driver, row);
      const gone = new Row(driver, row.fn, NONE);
      gone.name = row.key;
      gone.cancel(row.error instanceof CancelledError ? row.error.reason : 'it is gone');
      return gone;
    });
    return { ...item, rows };
  }
}
