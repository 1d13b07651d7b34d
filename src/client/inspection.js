// Looking in: what the scheduler, the workers and the page know, in the words of users.

import { Future } from './future.js';

/** The scheduler's states, in its order. */
const STATES = ['released', 'waiting', 'queued', 'no-worker', 'processing', 'memory', 'erred', 'forgotten'];

export class Inspection {
  #hub;
  #port;

  /**
   * @param {import('./hub.js').Hub} hub
   * @param {import('./port.js').Port} port
   */
  constructor(hub, port) {
    this.#hub = hub;
    this.#port = port;
  }

  processing() {
    const { pool } = this.#hub;
    const words = this.#port.answer(this.#port.engine.processing());
    /** @type {Record<string, string[]>} */
    const processing = Object.fromEntries(pool.workers.map((worker) => [pool.nameOf(worker), []]));
    for (let i = 0; i < words.length; i += 2) {
      const row = this.#hub.rowOf(words[i + 1]);
      if (row) (processing[pool.nameOf(words[i])] ??= []).push(row.key);
    }
    return processing;
  }

  /** @param {string | Future<any>} keyOrFuture */
  story(keyOrFuture) {
    if (typeof keyOrFuture !== 'string' && !(keyOrFuture instanceof Future)) {
      throw new TypeError(`story takes a key or a future, got ${keyOrFuture === null ? 'null' : typeof keyOrFuture}`);
    }
    const task = keyOrFuture instanceof Future ? Future.row(keyOrFuture).task : this.#find(keyOrFuture);
    if (task === undefined || task < 0) return [];
    const words = this.#port.answer(this.#port.engine.story(task));
    const story = [];
    for (let i = 0; i < words.length; i += 3) {
      story.push({ time: words[i], from: STATES[words[i + 1]], to: STATES[words[i + 2]] });
    }
    return story;
  }

  /** @param {number} since */
  taskStream(since) {
    const { ids, pool } = this.#hub;
    const words = this.#port.answer(this.#port.engine.stream(since));
    const records = [];
    for (let i = 1; i < words.length; i += 5) {
      records.push({
        name: ids.functions[words[i]].name,
        worker: pool.nameOf(words[i + 1]),
        start: words[i + 2],
        duration: words[i + 3],
        erred: words[i + 4] === 1,
      });
    }
    return { records, next: words[0] };
  }

  async stats() {
    const { pool, size } = this.#hub;
    this.#hub.tidy();
    const held = await Promise.all(pool.workers.map((worker) => pool.inspect(worker)));
    return { tasks: size, workers: held };
  }

  /** @param {string} key */
  #find(key) {
    return this.#hub.names.find(key)?.task ?? this.#port.engine.find(key);
  }
}
