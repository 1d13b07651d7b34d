// The yardstick: `postMessage` by hand, without anything that a library is for.

/** @typedef {import('./bench.js').Subject} Subject */

/** How many items ride in one message of a batch. */
const BATCH = 256;

/** The workers and the calls under way, of one subject. */
class Pool {
  /** @type {Worker[]} */
  #workers = [];
  /** @type {Map<number, (value: unknown) => void>} */
  #pending = new Map();
  #id = 0;
  /** Called with the items of each answer. @type {(items: unknown[]) => void} */
  #onBatch = () => {};

  /** @param {number} workers */
  async open(workers) {
    for (let i = 0; i < workers; i++) {
      const worker = new Worker(new URL('./raw-worker.js', import.meta.url), { type: 'module' });
      worker.onmessage = ({ data }) => this.#receive(data);
      this.#workers.push(worker);
    }
    for (let i = 0; i < 100 * workers; i++) await this.call();
  }

  /** One message there, one back. */
  call() {
    return new Promise((resolve) => {
      const id = this.#id++;
      this.#pending.set(id, resolve);
      this.#workers[id % this.#workers.length].postMessage([id, 0]);
    });
  }

  /**
   * Items in batches, a promise for each.
   * @param {number} count
   */
  async batched(count) {
    /** @type {Promise<unknown>[]} */
    const all = [];
    this.#send(count, (batch) => {
      for (const item of batch) all.push(new Promise((resolve) => this.#pending.set(item[0], resolve)));
    });
    await Promise.all(all);
  }

  /**
   * Items in batches, and only a count of what came back.
   * @param {number} count
   */
  async bare(count) {
    let left = count;
    await new Promise((resolve) => {
      this.#onBatch = (items) => {
        left -= items.length;
        if (left === 0) resolve(undefined);
      };
      this.#send(count, () => {});
    });
    this.#onBatch = () => {};
  }

  /**
   * @param {number} count
   * @param {(batch: [number, number][]) => void} each
   */
  #send(count, each) {
    for (let from = 0, turn = 0; from < count; from += BATCH, turn++) {
      /** @type {[number, number][]} */
      const batch = [];
      for (let i = from; i < Math.min(from + BATCH, count); i++) batch.push([this.#id++, 0]);
      each(batch);
      this.#workers[turn % this.#workers.length].postMessage(batch);
    }
  }

  /** @param {[number, unknown] | [number, unknown][]} data */
  #receive(data) {
    if (!Array.isArray(data[0])) return this.#settle(/** @type {[number, unknown]} */ (data));
    const items = /** @type {[number, unknown][]} */ (data);
    this.#onBatch(items);
    for (const item of items) this.#settle(item);
  }

  /** @param {[number, unknown]} item */
  #settle([id, value]) {
    const resolve = this.#pending.get(id);
    if (!resolve) return;
    this.#pending.delete(id);
    resolve(value);
  }
}

const pool = new Pool();
let opened = false;

/** One pool serves all raw subjects: they never run at the same time. @param {number} workers */
async function open(workers) {
  if (!opened) await pool.open(workers);
  opened = true;
}

/** @type {Subject[]} */
export const subjects = [
  {
    name: 'raw, a message per task',
    open,
    async bulk(count) {
      await Promise.all(Array.from({ length: count }, () => pool.call()));
    },
    async one() {
      await pool.call();
    },
  },
  { name: 'raw, batched, a promise per task', open, bulk: (count) => pool.batched(count) },
  { name: 'raw, batched arrays', open, bulk: (count) => pool.bare(count) },
];
