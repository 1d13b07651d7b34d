// The library itself, through its public API.

import init, { Client } from './pkg/webfutures.js';

/** @type {import('webfutures').Client} */
let client;
/** @type {import('webfutures').Future<unknown>[]} */
let held = [];
// Every call has an argument of its own, or a pure call would be answered from memory.
let next = 0;

const noop = (/** @type {number} */ _number) => 0;

/** @param {number} count */
const numbers = (count) => Array.from({ length: count }, () => next++);

export const subject = {
  name: 'webfutures',

  /** @param {number} workers */
  async open(workers) {
    await init();
    client = new Client({ workers });
    await client.ready;
    await client.gather(client.map(noop, numbers(1000)));
  },

  /** @param {number} count */
  async bulk(count) {
    held = client.map(noop, numbers(count));
    await client.gather(held);
  },

  /** @param {number} count */
  async submit(count) {
    for (let i = 0; i < count; i++) held.push(client.submit(noop, next++));
  },

  async settle() {
    await client.gather(held);
    for (const future of held) future.release();
    held = [];
  },

  async one() {
    const future = client.submit(noop, next++);
    await future;
    future.release();
  },
};
