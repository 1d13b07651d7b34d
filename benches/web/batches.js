// The limit of throughput: `postMessage` by hand with many tasks in a message, dealt out in turn.

/** How many items ride in one message. */
const BATCH = 256;

/** A promise for each task. @param {number} workers */
export async function open(workers) {
  const pool = new Pool(workers);
  return {
    warm: () => pool.map(10_000),
    map: (/** @type {number} */ count) => pool.map(count),
    close: () => pool.close(),
  };
}

/** Only a count of what came back. @param {number} workers */
export async function openBare(workers) {
  const pool = new Pool(workers);
  return {
    warm: () => pool.bare(10_000),
    map: (/** @type {number} */ count) => pool.bare(count),
    close: () => pool.close(),
  };
}

class Pool {
  /** @type {Worker[]} */
  #workers = [];
  /** @type {Map<number, (value: unknown) => void>} */
  #pending = new Map();
  #id = 0;
  /** Called with the items of each answer. @type {(items: [number, unknown][]) => void} */
  #receive = () => {};

  /** @param {number} workers */
  constructor(workers) {
    for (let i = 0; i < workers; i++) {
      const worker = new Worker(new URL('./batches-worker.js', import.meta.url), { type: 'module' });
      worker.onmessage = ({ data }) => this.#receive(data);
      this.#workers.push(worker);
    }
  }

  /** @param {number} count */
  async map(count) {
    /** @type {Promise<unknown>[]} */
    const all = [];
    this.#receive = (items) => {
      for (const [id, value] of items) {
        this.#pending.get(id)?.(value);
        this.#pending.delete(id);
      }
    };
    this.#send(count, (batch) => {
      for (const item of batch) all.push(new Promise((resolve) => this.#pending.set(item[0], resolve)));
    });
    await Promise.all(all);
  }

  /** @param {number} count */
  async bare(count) {
    let left = count;
    await new Promise((resolve) => {
      this.#receive = (items) => {
        left -= items.length;
        if (left === 0) resolve(undefined);
      };
      this.#send(count, () => {});
    });
  }

  close() {
    for (const worker of this.#workers) worker.terminate();
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
}
