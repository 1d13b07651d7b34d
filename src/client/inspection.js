// Looking in: what the scheduler, the workers and the page know, in the words of users.

import * as wire from '../wire.js';
import { Future } from './future.js';
import { FINISHED } from './row.js';

/** @import { Row } from './row.js' */

/** The scheduler's states, in its order. */
const STATES = ['released', 'waiting', 'queued', 'no-worker', 'processing', 'memory', 'erred', 'forgotten'];

/** By the wire's numbers. @type {Record<number, (detail: number, nameOf: (id: number) => string) => object>} */
const REASONS = {
  [wire.REASON_INPUTS]: (count) => ({
    reason: 'inputs',
    count,
    message: `${count} of its inputs ${count > 1 ? 'are' : 'is'} not there yet`,
  }),
  [wire.REASON_QUEUED]: (count) => ({
    reason: 'queue',
    count,
    message: count ? `${count} before it ${count > 1 ? 'are' : 'is'} to be taken first` : 'it is the next to be taken',
  }),
  [wire.REASON_NO_PLACE]: () => ({ reason: 'places', message: 'no worker is where it may run' }),
  [wire.REASON_NO_RESOURCES]: () => ({ reason: 'resources', message: 'no worker has as much as it takes' }),
  [wire.REASON_NO_WORKER]: () => ({ reason: 'workers', message: 'there is no worker' }),
  [wire.REASON_PROCESSING]: (worker, nameOf) => ({
    reason: 'worker',
    worker: nameOf(worker),
    message: `the worker ${nameOf(worker)} has it`,
  }),
};
/** How the memory of a worker is, by level: above 80 % of its limit it is paused, above 95 % full. */
const LEVELS = /** @type {const} */ (['running', 'paused', 'full']);

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

  /** Which run made the result of a task, and the workers it lies in. @param {number} task */
  whereabouts(task) {
    const { engine } = this.#port;
    const run = engine.made_by(task);
    return { run, holders: [...this.#port.answer(engine.who_has(task))] };
  }

  processing() {
    const { pool } = this.#hub;
    const words = this.#port.answer(this.#port.engine.processing());
    /** @type {Record<string, string[]>} */
    const processing = Object.fromEntries(pool.workers.map((worker) => [pool.nameOf(worker), []]));
    for (let i = 0; i < words.length; i += 2) {
      const row = this.#hub.table.at(words[i + 1]);
      if (row) (processing[pool.nameOf(words[i])] ??= []).push(row.key);
    }
    return processing;
  }

  /** Why a task has not settled. @param {import('./row.js').Row} row */
  waitingFor(row) {
    if (row.status >= FINISHED || row.task < 0) return null;
    const at = this.#port.engine.waiting_reason(row.task) / 8;
    const [reason, detail] = this.#port.view.slice(at, at + 2);
    return reason ? REASONS[reason](detail, (id) => this.#hub.pool.nameOf(id)) : null;
  }

  /**
   * Says which tasks may wait for ever, after something in their worker has failed that nobody looks at.
   * @param {number} worker
   * @param {string} error
   */
  uncaught(worker, error) {
    const name = this.#hub.pool.nameOf(worker);
    const keys = this.processing()[name] ?? [];
    if (!keys.length) return;
    const named = keys.slice(0, 3).join(', ') + (keys.length > 3 ? ` and ${keys.length - 3} more` : '');
    console.warn(
      `webfutures: nothing caught an error in the worker ${name}, where ${named} ${keys.length > 1 ? 'are' : 'is'} under way: ` +
        `${error}. A task that waits for what has failed waits for ever, unless it has a timeout.`,
    );
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

  /** @param {Row[]} [rows] */
  whoHas(rows = this.#stored()) {
    const { pool } = this.#hub;
    /** @type {Record<string, string[]>} */
    const holders = {};
    for (const row of rows) {
      const workers = this.#known(row) ? this.#port.answer(this.#port.engine.who_has(row.task)) : [];
      holders[row.key] = Array.from(workers, (worker) => pool.nameOf(worker));
    }
    return holders;
  }

  hasWhat() {
    /** @type {Record<string, string[]>} */
    const held = {};
    for (const { id, place } of this.#hub.pool.members) {
      const keys = this.#rows(this.#port.engine.has_what(id)).map((row) => row.key);
      held[place.name] = [...(held[place.name] ?? []), ...keys];
    }
    return held;
  }

  /** @param {Row[]} [rows] */
  nbytes(rows = this.#stored()) {
    const sizes = rows.filter((row) => this.#known(row) && row.status === FINISHED);
    return Object.fromEntries(sizes.map((row) => [row.key, this.#port.engine.nbytes(row.task)]));
  }

  nthreads() {
    return Object.fromEntries(this.#hub.pool.members.map(({ place }) => [place.name, 1]));
  }

  schedulerInfo() {
    const { members } = this.#hub.pool;
    const workers = Object.fromEntries(members.map((member) => [member.place.name, this.#workerInfo(member)]));
    const counts = this.#port.answer(this.#port.engine.counts());
    const tasks = Object.fromEntries(Array.from(counts, (count, state) => [STATES[state], count]));
    return { workers, tasks };
  }

  /** @param {import('./pool.js').Member} member */
  #workerInfo({ id, place, up, retiring }) {
    const [level, bytes, spilled, results, processing, queued, occupancy] = this.#port.answer(
      this.#port.engine.worker_info(id),
    );
    return {
      status: up ? (retiring ? 'retiring' : LEVELS[level]) : 'starting',
      resources: { ...place.resources },
      memoryLimit: place.memoryLimit || undefined,
      results,
      bytes,
      spilled,
      processing,
      queued,
      occupancy,
    };
  }

  /** Every task whose result lies in some worker. */
  #stored() {
    const rows = this.#hub.pool.members.flatMap(({ id }) => this.#rows(this.#port.engine.has_what(id)));
    return [...new Set(rows)];
  }

  /** The rows of the tasks of an answer. @param {number} answer */
  #rows(answer) {
    return Array.from(this.#port.answer(answer), (task) => this.#hub.table.at(task)).filter((row) => row !== undefined);
  }

  /** @param {Row} row */
  #known(row) {
    return row.task >= 0;
  }

  async stats() {
    const { pool, table } = this.#hub;
    const { size } = table;
    this.#hub.tidy();
    const held = await Promise.all(pool.workers.map((worker) => pool.inspect(worker)));
    return { tasks: size, workers: held };
  }

  /** @param {string} key */
  #find(key) {
    return this.#hub.names.find(key)?.task ?? this.#port.engine.find(key);
  }
}
