// What one worker says to another in one turn, as one message: a message for each of many small results would cost more than these.

/** Characters of a text that is small. */
const SHORT = 1000;

export class Parcel {
  /** @type {unknown[][]} */
  #items = [];
  #port;

  /** @param {MessagePort} port */
  constructor(port) {
    this.#port = port;
  }

  /**
   * @param {unknown[]} item Can be copied, and is small.
   * @returns {boolean} Whether it is the first.
   */
  add(item) {
    return this.#items.push(item) === 1;
  }

  send() {
    const items = this.#items;
    if (!items.length) return;
    this.#items = [];
    this.#port.postMessage(items.length === 1 ? items[0] : items);
  }
}

/**
 * The items of a message: it is one, or several.
 * @param {any[]} message
 * @returns {any[][] | undefined} Undefined if it is one.
 */
export function several(message) {
  return Array.isArray(message[0]) ? message : undefined;
}

/** Whether a value can be copied for certain, and is small. @param {unknown} value */
export function isSmall(value) {
  switch (typeof value) {
    case 'string':
      return value.length <= SHORT;
    case 'object':
      return value === null;
    default:
      return typeof value === 'number' || typeof value === 'boolean' || value === undefined;
  }
}
