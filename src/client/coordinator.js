// What is shared by name, on the side of the page: requests go to the scheduler, values stay here until nobody has them.

import * as wire from '../wire.js';
import { CLOSED } from './coordination.js';
import { CancelledError } from './errors.js';
import { CANCELLED, ERRED, Row } from './row.js';

/** @import { Wisher } from './chain.js' */

/**
 * A value with futures in it, as `collect` takes it apart. The rows are those of one client.
 * @typedef {object} Item
 * @property {unknown[]} args The value, alone, with placeholders where futures belong.
 * @property {Row[]} rows
 * @property {readonly number[]} positions
 * @property {(number | string)[][] | null} paths
 */
/**
 * One on its way to or from a worker, by what that calls its rows.
 * @typedef {Omit<Item, 'rows'> & { rows: number[] }} Parcel
 */
/**
 * @typedef {object} Details
 * @property {number} [number]
 * @property {Item} [item] The value that comes along, if one does.
 * @property {(item: Item) => any} [receive] Makes of an item what is answered, at once: its futures begin to be held there.
 */
/**
 * @typedef {object} Request
 * @property {Wisher} asker
 * @property {(item: Item) => any} receive
 * @property {any} result What comes with `DONE`: a lease, or several items.
 * @property {(code: number, detail: any) => void} answer
 */

/** Whose rows those of items are: the scheduler knows by itself what is in items. */
const KEEPER = 62;
/** @type {never[]} */
const NONE = [];

export class Coordinator {
  #hub;
  #port;
  #latest = 0;
  /** What those are called who have asked anything: never used again. @type {Map<Wisher, number>} */
  #holders = new Map();
  #latestHolder = 0;
  /** @type {Map<number, Request>} */
  #open = new Map();
  /** By the request that brought it. @type {Map<number, Item>} */
  #items = new Map();
  /** @type {Wisher} */
  #keeper;

  /**
   * @param {import('./hub.js').Hub} hub
   * @param {import('./port.js').Port} port
   */
  constructor(hub, port) {
    this.#hub = hub;
    this.#port = port;
    const keeper = /** @type {any} */ ({ hub, ids: hub.ids, id: KEEPER, worker: 0, run: 0, unkeep() {} });
    keeper.row = (/** @type {number} */ fn, /** @type {unknown[]} */ args) => new Row(keeper, fn, args);
    this.#keeper = keeper;
  }

  /**
   * Asks something of the thing of that name; the answer may come within the call.
   * @param {Wisher} asker Who gets the futures in the answer, and loses what it has when it is gone.
   * @param {number} question
   * @param {string} name
   * @param {Details} details
   * @param {(code: number, detail: any) => void} answer Is called once, unless the request is withdrawn.
   * @returns {number} The request.
   */
  ask(asker, question, name, { number = 0, item, receive = (item) => item }, answer) {
    const request = ++this.#latest;
    const result = question === wire.GET_ITEMS ? [] : question === wire.ACQUIRE ? request : undefined;
    this.#open.set(request, { asker, receive, result, answer });
    const live = item?.rows.filter(isLive) ?? NONE;
    this.#port.put(live.map((row) => row.task));
    if (item) this.#items.set(request, { ...item, rows: item.rows.map((row) => this.#rowFor(this.#keeper, row)) });
    this.#hub.as(asker);
    const holder = this.#holderOf(asker);
    this.#hub.step(() =>
      this.#port.engine.ask(performance.now(), request, holder, question, name, number, live.length),
    );
    return request;
  }

  /**
   * Nobody waits for the answer any more.
   * @param {number} request
   * @param {() => void} withdrawn Is called unless it has been given.
   */
  withdraw(request, withdrawn) {
    if (!this.#open.delete(request)) return;
    this.#hub.step(() => this.#port.engine.withdraw(performance.now(), request));
    withdrawn();
  }

  /** Names of the published datasets. @param {Wisher} [_asker] Does not matter here. @returns {string[]} */
  datasets(_asker) {
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
    const { receive, result, answer } = asked;
    const value = code === wire.ITEM ? receive(this.#give(detail, asked.asker)) : code === wire.DONE ? result : detail;
    if (code === wire.ITEM && Array.isArray(result)) {
      result.push(value);
      return;
    }
    this.#open.delete(request);
    answer(code, value);
  }

  /** @param {number} item */
  discard(item) {
    this.#items.delete(item);
  }

  /**
   * A client is closed: what it has returns, and it waits for nothing.
   * @param {Wisher} asker
   */
  left(asker) {
    const holder = this.#holders.get(asker);
    if (holder === undefined) return;
    this.#holders.delete(asker);
    this.#refuse((asked) => asked.asker === asker);
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
      asked.answer(CLOSED, 0);
    }
  }

  /** @param {Wisher} asker */
  #holderOf(asker) {
    let holder = this.#holders.get(asker);
    if (holder === undefined) this.#holders.set(asker, (holder = ++this.#latestHolder));
    return holder;
  }

  /**
   * What an item is to a client.
   * @param {number} number
   * @param {Wisher} asker
   * @returns {Item}
   */
  #give(number, asker) {
    const item = /** @type {Item} */ (this.#items.get(number));
    return { ...item, rows: item.rows.map((row) => this.#rowFor(asker, row)) };
  }

  /** What is made, by name, if the task makes an actor. @param {Row} row @returns {string | undefined} */
  actorOf(row) {
    return isLive(row) && this.#port.engine.is_actor(row.task) ? this.#hub.ids.functions[row.fn].name : undefined;
  }

  /**
   * A client's own row of a task; one that has settled if the task is gone.
   * @param {Wisher} client
   * @param {Row} row
   */
  #rowFor(client, row) {
    if (isLive(row)) return this.#hub.table.adopt(client, row, this.actorOf(row));
    const gone = client.row(row.fn, NONE);
    gone.name = row.key;
    if (row.status === ERRED) gone.fail(row.error);
    else gone.cancel(row.error instanceof CancelledError ? row.error.reason : 'it is gone');
    return gone;
  }
}

/** Whether the scheduler knows the task, and its client has not given it up. @param {Row} row */
function isLive(row) {
  return row.task >= 0 && row.status !== CANCELLED;
}
