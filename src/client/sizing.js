// How many workers there are: waiting for them, more and fewer, by hand or following the work, and beginning anew.

import { GROW } from '../wire.js';
import { limited } from './future.js';
import { whole } from './settings.js';

export const MOST_WORKERS = 256;
/** What `adapt` does unless told otherwise. To start a worker takes some tens of milliseconds. */
const ADAPTING = { minimum: 0, interval: 250, waitCount: 4, targetDuration: 1000 };

/** @typedef {{ timeout?: number, signal?: AbortSignal }} Patience */

export class Sizing {
  #hub;
  #port;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {import('./hub.js').Hub} hub
   * @param {import('./port.js').Port} port
   */
  constructor(hub, port) {
    this.#hub = hub;
    this.#port = port;
  }

  /**
   * @param {number} count
   * @param {Patience} options
   */
  waitForWorkers(count, options) {
    return this.#arrived('waitForWorkers', count, options);
  }

  /** @param {number} count */
  scale(count) {
    this.stop();
    const { pool } = this.#hub;
    pool.grow(count);
    this.#retire(pool.workers.slice(count));
  }

  /**
   * @param {string[]} names of places
   * @param {Patience} options
   */
  async retire(names, options) {
    const { pool } = this.#hub;
    const workers = names.flatMap((name) => pool.at(name));
    this.#retire(workers);
    const left = () => workers.filter((id) => pool.has(id));
    await this.#until(
      () => left().length === 0,
      options,
      () => `retire (${left().map((id) => pool.nameOf(id))} still runs something, or holds what nobody else can take)`,
    );
  }

  /** @param {Patience} options */
  async restart(options) {
    const { pool } = this.#hub;
    this.#hub.flush();
    this.#hub.step(() => this.#port.engine.restart(performance.now()));
    await this.#arrived('restart', pool.workers.length, options);
  }

  /** @param {Record<string, any>} options */
  adapt(options) {
    for (const name of Object.keys(options)) {
      if (name !== 'maximum' && !Object.hasOwn(ADAPTING, name)) {
        throw new TypeError(`adapt has no option "${name}", only maximum, ${Object.keys(ADAPTING).join(', ')}`);
      }
    }
    const { minimum, interval, waitCount, targetDuration } = { ...ADAPTING, ...options };
    whole('minimum', minimum, 0, MOST_WORKERS);
    const { maximum = Math.max(minimum, globalThis.navigator?.hardwareConcurrency || 4) } = options;
    whole('maximum', maximum, Math.max(1, minimum), MOST_WORKERS);
    whole('waitCount', waitCount, 1, 1_000_000);
    milliseconds('interval', interval);
    milliseconds('targetDuration', targetDuration);
    this.stop();
    this.#port.engine.adapt(minimum, maximum, targetDuration, waitCount);
    this.#timer = setInterval(() => this.#look(), interval);
    this.#look();
  }

  /** Adapts no more. */
  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look() {
    const { pool } = this.#hub;
    const [advice, ...rest] = this.#port.answer(this.#port.engine.look(performance.now(), pool.workers.length));
    if (advice === GROW) pool.grow(rest[0]);
    else this.#retire(rest);
  }

  /** @param {number[]} workers */
  #retire(workers) {
    for (const worker of this.#hub.pool.retire(workers)) {
      this.#hub.step(() => this.#port.engine.retire(performance.now(), worker));
    }
  }

  /**
   * @param {string} operation
   * @param {number} count
   * @param {Patience} options
   */
  #arrived(operation, count, options) {
    const { pool } = this.#hub;
    return this.#until(
      () => pool.present.length >= count,
      options,
      () => `${operation} (only ${pool.present.length} of ${count} workers arrived)`,
    );
  }

  /**
   * @param {() => boolean} condition may come to hold whenever a worker comes or goes
   * @param {Patience} options
   * @param {() => string} how it stands when time is up
   */
  async #until(condition, options, how) {
    const { watchers } = this.#hub.pool;
    let watcher = () => {};
    const held = new Promise((resolve) => {
      watcher = () => condition() && resolve(undefined);
      watchers.add(watcher);
      watcher();
    });
    try {
      await limited(held, options, how);
    } finally {
      watchers.delete(watcher);
    }
  }
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function milliseconds(name, value) {
  if (typeof value !== 'number' || !(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${name} is a number of milliseconds above 0, got ${value}`);
  }
}
