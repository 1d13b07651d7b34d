// The client: options, and every call a user makes on the pool as a whole.

import { HELD } from '../wire.js';
import { Batch } from './batch.js';
import { runEverywhere } from './calls.js';
import { collect } from './collect.js';
import { Dataset, Lock, Queue, Semaphore, SharedEvent, Variable } from './coordination.js';
import { Delayed } from './delayed.js';
import { Driver } from './driver.js';
import { actorOf, exposedTasks, moduleTasks, taskOf } from './functions.js';
import { CANCELLED_BY_PROGRAM, Future } from './future.js';
import { gather } from './gather.js';
import { map } from './map.js';
import { scatter } from './scatter.js';
import { DEFAULTS, flag, keyAt, milliseconds, whole } from './settings.js';
import { MOST_WORKERS } from './sizing.js';
import { list, wait } from './waiting.js';

let clients = 0;

/**
 * Starts workers for a client of its own. Not imported from here, for workers load this file, too, and start none.
 * @type {(options: import('../index.js').ClientOptions, name: string) => import('./hub.js').Hub}
 */
let opened = () => {
  throw new Error('a worker starts no workers of its own: a task gets its client by `await getClient()`');
};

/** @param {typeof opened} open */
export function openClientsBy(open) {
  opened = open;
}

/** What a client is made of that is another with other defaults. */
class View {
  /**
   * @param {Driver} driver
   * @param {string} name
   * @param {import('./settings.js').Settings} settings
   */
  constructor(driver, name, settings) {
    this.driver = driver;
    this.name = name;
    this.settings = settings;
  }
}

/** What submits tasks to a scheduler with its pool of workers. See types/client.d.ts. */
export class Client {
  #driver;
  #name;
  #settings = DEFAULTS;

  /** @param {import('../index.js').ClientOptions} [options] */
  constructor(options = {}) {
    if (options instanceof View) {
      this.#driver = options.driver;
      this.#name = options.name;
      this.#settings = options.settings;
      return;
    }
    this.#name = options.name ?? `client-${++clients}`;
    const { taskTimeout: timeout, ...others } = options;
    if (timeout !== undefined) milliseconds('taskTimeout', timeout);
    this.#driver = new Driver(options.connect === undefined ? opened(others, this.#name) : Client.#shared(others));
    if (timeout !== undefined) this.#settings = DEFAULTS.with({ timeout }, this.#driver);
  }

  /** What the client shares that is to be connected to another. @param {Record<string, any>} options */
  static #shared({ connect, name: _, ...others }) {
    if (!(connect instanceof Client)) {
      throw new TypeError(
        `connect is the client whose workers to use, got ${connect === null ? 'null' : typeof connect}`,
      );
    }
    const [odd] = Object.keys(others).filter((option) => others[option] !== undefined);
    if (odd)
      throw new TypeError(
        `${odd} is for a client with workers of its own: connect goes together with name and taskTimeout alone`,
      );
    connect.#driver.assertOpen('connect');
    return connect.#driver.hub;
  }

  /**
   * The client of a driver.
   * @param {Driver} driver
   * @param {string} name
   */
  static over(driver, name, settings = DEFAULTS) {
    return new Client(/** @type {any} */ (new View(driver, name, settings)));
  }

  /** @param {Record<string, unknown>} options */
  with(options) {
    return Client.over(this.#driver, this.#name, this.#settings.with(options, this.#driver));
  }

  get name() {
    return this.#name;
  }

  /** @returns {Promise<Client>} */
  get ready() {
    return this.#driver.pool.ready.then(() => this);
  }

  /**
   * @param {unknown} fn
   * @param {...unknown} args
   */
  submit(fn, ...args) {
    const batch = new Batch(this.#driver, 'submit', this.#settings);
    const place = batch.add(taskOf(fn), args, this.#key('submit'));
    return this.#future(batch.submit()[place]);
  }

  /**
   * @param {unknown} fn
   * @param {...Iterable<unknown>} iterables
   */
  map(fn, ...iterables) {
    return map(this.#driver, this.#settings, fn, iterables);
  }

  /**
   * @param {unknown} x
   * @param {{ errors?: 'throw' | 'skip' }} [options]
   * @returns {Promise<any>}
   */
  gather(x, { errors = 'throw' } = {}) {
    if (errors !== 'throw' && errors !== 'skip') throw new TypeError(`errors is 'throw' or 'skip', got ${errors}`);
    return gather(x, errors === 'skip');
  }

  /**
   * @param {unknown} x
   * @param {{ broadcast?: boolean | number, hash?: boolean, transfer?: Transferable[] }} [options]
   * @returns {any}
   */
  scatter(x, options = {}) {
    return scatter(this.#driver, this.#settings, x, options);
  }

  /**
   * @param {unknown} x
   * @returns {any}
   */
  compute(x) {
    const { key } = this.#settings;
    if (Array.isArray(x)) {
      if (typeof key === 'string') throw new TypeError('compute: one key for an array: give an array of keys');
      return x.map((item, i) => (key ? this.with({ key: keyAt(key, i) }) : this).compute(item));
    }
    if (x instanceof Delayed) {
      const batch = new Batch(this.#driver, 'compute', this.#settings);
      const place = batch.addDelayed(x, HELD, this.#key('compute'));
      return this.#future(batch.submit()[place]);
    }
    // Any other container of lazy calls is one future of a container of the same shape.
    return collect([x]).inputs.length ? this.submit(GATHERED, x) : x;
  }

  /**
   * @param {Future<any> | Iterable<Future<any>>} futures
   * @param {{ reason?: unknown, force?: boolean, running?: boolean }} [options]
   */
  cancel(futures, { reason = CANCELLED_BY_PROGRAM, force = false, running = true } = {}) {
    flag('force', force);
    flag('running', running);
    this.#driver.cancel(this.#rows(futures, 'cancel'), reason, { force, running });
  }

  /** @param {Future<any> | Iterable<Future<any>>} futures */
  retry(futures) {
    this.#driver.retry(this.#rows(futures, 'retry'));
  }

  /**
   * @param {Future<any> | Iterable<Future<any>>} futures
   * @param {number} [copies]
   */
  async replicate(futures, copies = MOST_WORKERS) {
    this.#driver.assertOpen('replicate');
    whole('copies', copies, 1, MOST_WORKERS);
    const rows = this.#rows(futures, 'replicate');
    await this.#finished(futures);
    await this.#driver.replication.replicate(rows, copies);
  }

  /** @param {Future<any> | Iterable<Future<any>>} [futures] */
  async rebalance(futures) {
    this.#driver.assertOpen('rebalance');
    const rows = futures && this.#rows(futures, 'rebalance');
    if (futures) await this.#finished(futures);
    await this.#driver.replication.rebalance(rows);
  }

  /** Resolves when all have finished, rejects with the first error. @param {Future<any> | Iterable<Future<any>>} futures */
  async #finished(futures) {
    const list = futures instanceof Future ? [futures] : [...futures];
    const { done } = await wait(list, { returnWhen: 'FIRST_EXCEPTION' });
    for (const future of done) {
      if (future.cancelled()) await future;
      const error = await future.exception();
      if (error) throw error;
    }
  }

  /**
   * @param {Future<any> | Iterable<Future<any>>} futures
   * @param {string} operation
   */
  #rows(futures, operation) {
    const live = list(futures instanceof Future ? [futures] : futures, operation).filter(
      (one) => !Future.isReleased(one),
    );
    return live.map((future) => {
      const row = Future.row(future);
      if (row.driver !== this.#driver) throw new TypeError(`${operation}: ${future} belongs to another client`);
      return row;
    });
  }

  /** @param {import('./row.js').Row} row */
  #future(row) {
    const future = new Future(row);
    if (this.#settings.signal) this.#driver.signals.bind(this.#settings.signal, [future]);
    return future;
  }

  /**
   * @param {unknown} cls
   * @param {...unknown} args
   */
  actor(cls, ...args) {
    const settings = this.#settings.ofActor(true, this.#driver);
    const batch = new Batch(this.#driver, 'actor', settings);
    const place = batch.add(actorOf(cls), args, this.#key('actor'));
    const row = /** @type {import('./actors.js').ActorRow} */ (batch.submit()[place]);
    row.callMember = (task, inputs) => this.#future(this.#driver.callMember(task, inputs, this.#settings));
    return this.#future(row);
  }

  /** @param {URL | string} url */
  module(url) {
    return moduleTasks(url);
  }

  exposed() {
    return exposedTasks();
  }

  /**
   * @param {number} count
   * @param {{ timeout?: number, signal?: AbortSignal }} [options]
   */
  waitForWorkers(count, options = {}) {
    this.#driver.assertOpen('waitForWorkers');
    return this.#driver.hub.sizing.waitForWorkers(whole('count', count, 1, MOST_WORKERS), options);
  }

  /** @param {number} workers */
  scale(workers) {
    this.#driver.assertOpen('scale');
    this.#driver.hub.sizing.scale(whole('workers', workers, 0, MOST_WORKERS));
  }

  /** @param {false | { minimum?: number, maximum?: number, interval?: number, waitCount?: number, targetDuration?: number }} [options] */
  adapt(options = {}) {
    this.#driver.assertOpen('adapt');
    if (options === false) return this.#driver.hub.sizing.stop();
    if (typeof options !== 'object' || options === null)
      throw new TypeError(`adapt takes options or false, got ${options}`);
    this.#driver.hub.sizing.adapt(options);
  }

  /**
   * @param {string | number | (string | number)[]} workers
   * @param {{ timeout?: number, signal?: AbortSignal }} [options]
   */
  retire(workers, options = {}) {
    this.#driver.assertOpen('retire');
    const list = Array.isArray(workers) ? workers : [workers];
    return this.#driver.hub.sizing.retire(
      list.map((worker) => this.#driver.pool.placeOf(worker)),
      options,
    );
  }

  /** @param {{ timeout?: number, signal?: AbortSignal }} [options] */
  restart(options = {}) {
    this.#driver.assertOpen('restart');
    return this.#driver.hub.sizing.restart(options);
  }

  /**
   * @param {unknown} fn
   * @param {...unknown} args
   */
  run(fn, ...args) {
    return this.#run(fn, args, this.#settings.errors);
  }

  /**
   * The same, with what became of each call as `Promise.allSettled` tells it: the Rust client asks so, because anything can be thrown.
   * @param {unknown} fn
   * @param {...unknown} args
   */
  runSettled(fn, ...args) {
    return this.#run(fn, args, 'settle');
  }

  /** @param {string} name */
  lock(name) {
    return new Lock(this.#driver, name);
  }

  /**
   * @param {string} name
   * @param {{ leases: number }} options
   */
  semaphore(name, options) {
    return new Semaphore(this.#driver, 'semaphore', name, options?.leases);
  }

  /** @param {string} name */
  event(name) {
    return new SharedEvent(this.#driver, 'event', name);
  }

  /** @param {string} name */
  variable(name) {
    return new Variable(this.#driver, 'variable', name);
  }

  /**
   * @param {string} name
   * @param {{ maxSize?: number }} [options]
   */
  queue(name, options = {}) {
    return new Queue(this.#driver, name, options);
  }

  /**
   * @param {string} name
   * @param {unknown} x
   * @param {{ replace?: boolean }} [options]
   */
  publish(name, x, { replace = false } = {}) {
    return new Dataset(this.#driver, 'dataset', name).publish(x, replace);
  }

  /** @param {string} name */
  dataset(name) {
    return new Dataset(this.#driver, 'dataset', name).get();
  }

  /** @param {string} name */
  unpublish(name) {
    return new Dataset(this.#driver, 'dataset', name).unpublish();
  }

  async datasets() {
    this.#driver.assertOpen('datasets');
    return this.#driver.hub.coordinator.datasets(this.#driver);
  }

  processing() {
    return this.#driver.inspection.processing();
  }

  /** @param {Future<any> | Iterable<Future<any>>} [futures] */
  whoHas(futures) {
    return this.#driver.inspection.whoHas(futures && this.#rows(futures, 'whoHas'));
  }

  hasWhat() {
    return this.#driver.inspection.hasWhat();
  }

  /** @param {Future<any> | Iterable<Future<any>>} [futures] */
  nbytes(futures) {
    return this.#driver.inspection.nbytes(futures && this.#rows(futures, 'nbytes'));
  }

  nthreads() {
    return this.#driver.inspection.nthreads();
  }

  schedulerInfo() {
    return { name: this.#name, ...this.#driver.inspection.schedulerInfo() };
  }

  /** @param {string | Future<any>} keyOrFuture */
  story(keyOrFuture) {
    return this.#driver.inspection.story(keyOrFuture);
  }

  /** @param {{ since?: number }} [options] */
  taskStream({ since = 0 } = {}) {
    return this.#driver.inspection.taskStream(since);
  }

  async stats() {
    return this.#driver.inspection.stats();
  }

  /**
   * @param {unknown} fn
   * @param {unknown[]} args
   * @param {'throw' | 'return' | 'settle'} errors
   */
  #run(fn, args, errors) {
    this.#driver.assertOpen('run');
    return runEverywhere(this.#driver.hub, taskOf(fn), args, this.#settings.workers, errors);
  }

  /** The key of a single call. @param {string} operation */
  #key(operation) {
    const { key } = this.#settings;
    if (Array.isArray(key)) throw new TypeError(`${operation}: an array of keys is for several calls: give one key`);
    return key;
  }

  close() {
    this.#driver.close('the client was closed');
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    this.close();
  }

  toString() {
    return `<Client: ${this.#name}, workers: ${this.#driver.pool.workers.length}>`;
  }
}

/** What `compute` runs on a container: its futures have been resolved by then. */
const GATHERED = taskOf((/** @type {unknown} */ container) => container).renamed('gathered');
