// Makes workers, and keeps a spare that is up already: it takes the place of one that has died or was ended.

import { helloOf, whenEnded } from './hello.js';

/** @import { Hello } from './hello.js' */

/**
 * @typedef {object} SpawnOptions
 * @property {() => Worker} [createWorker]
 * @property {URL | string} [workerUrl]
 * @property {boolean} spare Whether to keep one.
 */

/**
 * @typedef {object} Spare
 * @property {Worker} worker
 * @property {Hello} [hello] What it has said, if it has.
 * @property {AbortController} watch Ends the wait for its death.
 */

/** Spares that die, one after the other, until none is kept any more. */
const MOST_DEATHS = 20;
/** What a pool needs of a worker. */
const METHODS = ['postMessage', 'terminate', 'addEventListener'];

export class Spawner {
  #options;
  /** The one that waits. @type {Spare | undefined} */
  #spare;
  /** Of spares since a worker was needed. */
  #deaths = 0;
  /** @type {WeakSet<Worker>} */
  #made = new WeakSet();

  /** @param {SpawnOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * A worker without listeners: the spare if there is one, which may have said hello already.
   * @param {string} name
   * @returns {{ worker: Worker, hello?: Hello }}
   */
  spawn(name) {
    const spare = this.#spare;
    this.#deaths = 0;
    if (!spare) return { worker: this.#create(name) };
    this.#spare = undefined;
    spare.watch.abort();
    spare.worker.onmessage = spare.worker.onerror = null;
    this.keepSpare();
    return spare;
  }

  /** From now on there is a spare. */
  keepSpare() {
    if (!this.#options.spare || this.#spare || this.#deaths === MOST_DEATHS) return;
    /** @type {Spare} */
    const spare = { worker: this.#create('spare'), watch: new AbortController() };
    this.#spare = spare;
    spare.worker.onmessage = ({ data }) => {
      const hello = helloOf(data);
      if (!hello || spare.hello) return;
      spare.hello = hello;
      if (hello.lock) whenEnded(hello.lock, spare.watch.signal, () => this.#died(spare));
    };
    spare.worker.onerror = (event) => {
      // Whoever needs one will find out why it does not start.
      event.preventDefault?.();
      this.close();
    };
  }

  /** What a worker is started from, in words. */
  get where() {
    const { createWorker, workerUrl } = this.#options;
    return String(workerUrl ?? (createWorker ? 'of createWorker' : new URL('../worker/entry.js', import.meta.url)));
  }

  close() {
    this.#spare?.watch.abort();
    this.#spare?.worker.terminate();
    this.#spare = undefined;
  }

  /** @param {Spare} spare */
  #died(spare) {
    if (this.#spare !== spare) return;
    this.close();
    this.#deaths++;
    this.keepSpare();
  }

  /**
   * @param {string} name
   * @returns {Worker}
   */
  #create(name) {
    const { createWorker, workerUrl } = this.#options;
    if (createWorker) {
      const worker = createWorker();
      const isWorker = METHODS.every((method) => typeof (/** @type {any} */ (worker)?.[method]) === 'function');
      if (!isWorker) {
        throw new TypeError(`createWorker must return a Worker, got ${worker === null ? 'null' : typeof worker}`);
      }
      if (this.#made.has(worker)) throw new TypeError('createWorker must return a new Worker each time');
      this.#made.add(worker);
      return worker;
    }
    if (workerUrl) return new Worker(workerUrl, { type: 'module', name });
    // One literal expression: bundlers find the worker by it.
    return new Worker(new URL('../worker/entry.js', import.meta.url), { type: 'module' });
  }
}
