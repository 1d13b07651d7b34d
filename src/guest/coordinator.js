// What is shared by name, for clients in a worker: asked over the line, answered from the page.

import { CLOSED } from '../client/coordination.js';
import { ClosedClientError } from '../client/errors.js';
import { DONE, ITEM } from '../wire.js';

/** @import { Details, Item, Parcel } from '../client/coordinator.js' */
/** @import { Driver } from '../client/driver.js' */
/** @import { Row } from '../client/row.js' */

/**
 * @typedef {object} Request
 * @property {Driver} driver
 * @property {(what: any) => any} receive Makes of what comes what is answered.
 * @property {(code: number, detail: any) => void} answer
 * @property {(() => void) | undefined} withdrawn Is to be called if the page has not answered yet.
 */

/** For a client in a worker it is what the page's `Coordinator` is for one there. */
export class Coordinator {
  #send;
  #rowOf;
  #latest = 0;
  /** @type {Map<number, Request>} */
  #open = new Map();

  /**
   * @param {(request: unknown[]) => void} send Over the line, in order with all else.
   * @param {(own: number) => Row} rowOf
   */
  constructor(send, rowOf) {
    this.#send = send;
    this.#rowOf = rowOf;
  }

  /**
   * Asks something of the thing of that name, as the page's does.
   * @param {Driver} driver
   * @param {number} question
   * @param {string} name
   * @param {Details} details
   * @param {(code: number, detail: any) => void} answer
   * @returns {number} The request.
   */
  ask(driver, question, name, { number = 0, item, receive = (item) => item }, answer) {
    const request = this.#begin(driver, (parcel) => receive(this.#unpacked(parcel)), answer);
    const parcel = item && { ...item, rows: item.rows.map((row) => row.task) };
    this.#send(['ask', driver.id, request, question, name, number, parcel]);
    return request;
  }

  /**
   * Nobody waits for the answer any more.
   * @param {number} request
   * @param {() => void} withdrawn Is called unless the answer is there, or on its way.
   */
  withdraw(request, withdrawn) {
    const asked = this.#open.get(request);
    if (!asked || asked.withdrawn) return;
    asked.withdrawn = withdrawn;
    this.#send(['withdraw', request]);
  }

  /**
   * Names of the published datasets.
   * @param {Driver} driver
   * @returns {Promise<string[]>}
   */
  datasets(driver) {
    return new Promise((resolve, reject) => {
      const request = this.#begin(
        driver,
        (name) => name,
        (code, names) => (code === CLOSED ? reject(new ClosedClientError('datasets')) : resolve(names)),
      );
      this.#send(['datasets', driver.id, request]);
    });
  }

  /** A client is closed: the page gives back what it has. @param {Driver} driver */
  left(driver) {
    for (const [request, asked] of this.#open) {
      if (asked.driver !== driver) continue;
      this.#open.delete(request);
      asked.answer(CLOSED, 0);
    }
  }

  /**
   * The page has answered; nobody hears it if the client is closed by now.
   * @param {number} request
   * @param {number} code
   * @param {any} detail
   */
  answered(request, code, detail) {
    const asked = this.#open.get(request);
    if (!asked) return;
    this.#open.delete(request);
    if (code === ITEM) asked.answer(code, asked.receive(detail));
    else if (code === DONE && Array.isArray(detail)) asked.answer(code, detail.map(asked.receive));
    else asked.answer(code, detail);
  }

  /** The page has not answered, and never will. @param {number} request */
  withdrawn(request) {
    const asked = this.#open.get(request);
    this.#open.delete(request);
    asked?.withdrawn?.();
  }

  /**
   * @param {Driver} driver
   * @param {(what: any) => any} receive
   * @param {(code: number, detail: any) => void} answer
   */
  #begin(driver, receive, answer) {
    const request = ++this.#latest;
    this.#open.set(request, { driver, receive, answer, withdrawn: undefined });
    return request;
  }

  /** @param {Parcel} parcel @returns {Item} */
  #unpacked(parcel) {
    return { ...parcel, rows: parcel.rows.map(this.#rowOf) };
  }
}
