// The workers of one pool: started, greeted, written to (one message per worker and turn), ended. Decides nothing.

import { CALL, CALLED, INSPECT, INSPECTED } from '../wire.js';
import { isMessage, MARK } from '../words.js';
import { Calls } from './calls.js';
import { connect } from './channel.js';
import { callAt } from './clock.js';
import { baseUrl } from './functions.js';
import { helloOf, whenEnded } from './hello.js';
import { letterOf } from './orders.js';
import { placeNamed, usualName } from './places.js';
import { WorkerStartError } from './errors.js';
import { SpillFolder } from './spill-folder.js';
import { withResolvers } from './resolvers.js';
import { Spawner } from './spawner.js';

/**
 * @typedef {object} PoolOptions
 * @property {Place[]} workers
 * @property {number} concurrency
 * @property {number} memoryLimit Of places that are not listed.
 * @property {string} name
 * @property {number} startTimeout Milliseconds that a worker has to say hello.
 * @property {() => Worker} [createWorker]
 * @property {URL | string} [workerUrl]
 * @property {boolean} spare Whether to keep a worker ready to take the place of another.
 */
/**
 * @typedef {object} Place Where a worker is. The one that takes its turn when it has died is in the same place.
 * @property {string} name
 * @property {Record<string, number>} resources
 * @property {number} memoryLimit Bytes of results that it may store; 0 if there is no limit.
 * @property {number} [deaths] Of workers there in a row that have reported nothing.
 */
/**
 * @typedef {object} Listener
 * @property {(worker: number, concurrency: number, place: Place) => void} hello
 * @property {(worker: number, words: import('../words.js').Message, values: any[]) => void} report
 * @property {(worker: number, sent: Map<number, number>) => void} unread A message of it, which was to send those runs, by task.
 * @property {(worker: number, requests: any[][]) => void} asked By clients that are there.
 * @property {(worker: number) => void} gone It has ended, or is about to.
 * @property {(worker: number, name: string, how: string, lines: string[]) => void} died `lines` are the last of its console.
 * @property {(worker: number) => void} unlocked It holds no lock, so its end shows by its silence alone.
 * @property {(worker: number, error: string) => void} uncaught Nothing there has caught an error.
 * @property {(worker: number, run: number) => void} overdue It has not answered an order to stop that run.
 * @property {(error: Error) => void} failed Every worker has failed to start.
 */
/**
 * @typedef {object} Member
 * @property {number} id
 * @property {Place} place
 * @property {Worker} worker
 * @property {boolean} up Whether it has said hello.
 * @property {string} [lock] That it holds as long as it lives.
 * @property {boolean} retiring
 * @property {AbortController} watch Ends the wait for its death.
 * @property {() => void} inTime Ends the wait for its hello.
 * @property {number} heard Messages of its executor.
 * @property {Map<number, number>} sent Runs whose values it was asked for last, by task.
 * @property {string[]} lines The last of its console.
 * @property {Set<number>} functions Those it knows.
 * @property {Set<number>} ports The workers it has a port to.
 * @property {((held: { results: number, bytes: number }) => void)[]} inspectors
 */

/** Milliseconds that a worker has to stop a run before it is said to be overdue. */
const GRACE = 20;
/** Workers that die in one place without having reported anything, one after the other, until it is given up. */
const MOST_DEATHS = 20;
/** Lines of a worker's console that are kept for the case that it dies. */
const MOST_LINES = 10;

export class Pool {
  /** @type {Map<number, Member>} */
  #members = new Map();
  #nextId = 0;
  #folder = new SpillFolder();
  /** In the order in which they were made. @type {Place[]} */
  #places = [];
  /** By id of worker, also of those that are gone. @type {string[]} */
  #names = [];
  #calls = new Calls();
  #options;
  #spawner;
  #runtime;
  #listener;
  /** @type {PromiseWithResolvers<void>} */
  #ready = withResolvers();
  /** Whether `#ready` has been resolved or rejected. */
  #greeted = false;
  #closed = false;
  /** Told whenever a worker has come or gone. @type {Set<() => void>} */
  watchers = new Set();

  /**
   * @param {PoolOptions} options
   * @param {import('./runtime.js').Runtime} runtime
   * @param {Listener} listener
   */
  constructor(options, runtime, listener) {
    this.#options = options;
    this.#spawner = new Spawner(options);
    this.#runtime = runtime;
    this.#listener = listener;
    try {
      for (const place of options.workers) this.#spawn(place);
      this.#check();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Resolves when every worker has said hello. */
  get ready() {
    return this.#ready.promise;
  }

  /** Ids of the workers that are not retiring. */
  get workers() {
    return [...this.#members.values()].filter((member) => !member.retiring).map((member) => member.id);
  }

  /** Ids of those of them that have said hello. */
  get present() {
    return this.workers.filter((id) => this.#members.get(id)?.up);
  }

  /** Whether that worker has not ended. @param {number} id */
  has(id) {
    return this.#members.has(id);
  }

  /**
   * The workers in a place, one that retires included.
   * @param {string} name of the place
   */
  at(name) {
    return [...this.#members.keys()].filter((id) => this.#names[id] === name);
  }

  /** All workers there are. */
  get members() {
    return [...this.#members.values()];
  }

  /** @param {number} id */
  nameOf(id) {
    return this.#names[id];
  }

  /**
   * The name of the place that a user means.
   * @param {unknown} worker Its name, or its position in the order in which the workers were asked for.
   * @returns {string}
   */
  placeOf(worker) {
    return placeNamed(
      worker,
      this.#places.map(({ name }) => name),
      this.#options.name,
    );
  }

  /**
   * The highest limit of the workers that may have something: Infinity if one has none.
   * @param {string[]} names Of places; none stands for all.
   * @param {boolean} others Whether others may too.
   */
  largestLimit(names, others) {
    const possible = this.#places.filter(({ name }) => !names.length || others || names.includes(name));
    const limits = possible.map(({ memoryLimit }) => memoryLimit);
    if (!limits.length) limits.push(this.#options.memoryLimit);
    return Math.max(...limits.map((limit) => limit || Number.POSITIVE_INFINITY));
  }

  /**
   * Starts workers until there are `count`: in places where there were some before, then in new ones.
   * @param {number} count
   */
  grow(count) {
    const taken = new Set([...this.#members.values()].map(({ place }) => place));
    const free = this.#places.filter((place) => !taken.has(place));
    for (let missing = count - this.workers.length; missing > 0; missing--) {
      const place = free.shift() ?? {
        name: usualName(this.#options.name, this.#places.length),
        resources: {},
        memoryLimit: this.#options.memoryLimit,
      };
      place.deaths = 0;
      this.#spawn(place);
    }
  }

  /**
   * These workers get no successors; returns those that the scheduler knows, and that end when it lets them.
   * @param {number[]} workers
   * @returns {number[]}
   */
  retire(workers) {
    return workers.filter((id) => {
      const member = this.#members.get(id);
      if (!member) return false;
      member.retiring = true;
      if (!member.up) this.terminate(id);
      return member.up;
    });
  }

  /** @param {number} id */
  terminate(id) {
    const member = this.#members.get(id);
    if (!member) return;
    member.watch.abort();
    member.inTime();
    member.worker.terminate();
    this.#members.delete(id);
    this.#calls.ended(id);
    if (!this.#closed) this.#folder.forget(id, member.lock);
    this.#listener.gone(id);
    for (const inspector of member.inspectors) inspector({ results: 0, bytes: 0 });
    this.#check();
    this.#changed();
  }

  /**
   * Sends a turn's orders.
   * @param {number} id
   * @param {Float64Array} view Has their words,
   * @param {number} start from here
   * @param {number} end to there.
   * @param {import('./table.js').Table} table
   * @param {import('./functions.js').TaskFunction[]} functions
   */
  send(id, view, start, end, table, functions) {
    const member = this.#members.get(id);
    if (!member) return;
    const { words, values, transfer, setup, stops } = letterOf(member, view, start, end, table, functions, (other) =>
      connect(member, other, this.#members),
    );
    member.worker.postMessage(setup ? [MARK, words, values, setup] : [MARK, words, values], transfer);
    for (const run of stops) this.#insist(member, run);
  }

  /**
   * Tells the clients in a worker what happened.
   * @param {number} id
   * @param {any[][]} news
   * @param {Iterable<number>} holders Workers that it has to have ports to.
   */
  tell(id, news, holders) {
    const member = this.#members.get(id);
    if (!member) return;
    /** @type {[number, MessagePort][]} */
    const ports = [];
    for (const holder of holders) {
      if (holder !== id && !member.ports.has(holder)) ports.push([holder, connect(member, holder, this.#members)]);
    }
    const transfer = ports.map(([, port]) => port);
    member.worker.postMessage([MARK, [], [], { functions: [], ports, news }], transfer);
  }

  /**
   * Says that a run is overdue until the worker has read the order to stop it: one that computes reads nothing.
   * @param {Member} member
   * @param {number} run
   */
  #insist(member, run) {
    this.prepare();
    const timer = setInterval(() => this.#listener.overdue(member.id, run), GRACE);
    // Answered after the order, or when the worker is gone.
    this.inspect(member.id).then(() => clearInterval(timer));
  }

  /** Sees to it that there is a spare, once all workers are up: some may have to be ended. */
  prepare() {
    this.ready.then(
      () => {
        if (this.#members.size) this.#spawner.keepSpare();
      },
      () => {},
    );
  }

  /**
   * Ends a worker that has retired, or that would not stop: another takes its turn in the same place.
   * @param {number} id
   */
  replace(id) {
    const member = this.#members.get(id);
    this.terminate(id);
    if (member && !member.retiring) this.#spawn(member.place);
  }

  /** Ends a worker that reported what no worker reports: nothing that it says can be relied on. @param {number} id */
  garbled(id) {
    const member = this.#members.get(id);
    if (member) this.#died(member, 'a report of it could not be read');
  }

  /**
   * Asks a worker what its store holds.
   * @param {number} id
   * @returns {Promise<{ results: number, bytes: number }>}
   */
  inspect(id) {
    const member = this.#members.get(id);
    if (!member?.up) return Promise.resolve({ results: 0, bytes: 0 });
    return new Promise((resolve) => {
      member.inspectors.push(resolve);
      member.worker.postMessage([MARK, [INSPECT], []]);
    });
  }

  /**
   * Calls a function in a worker past the scheduler.
   * @param {number} id
   * @param {number} fn
   * @param {import('./functions.js').TaskFunction} task
   * @param {unknown[]} args
   */
  call(id, fn, task, args) {
    const member = /** @type {Member} */ (this.#members.get(id));
    return this.#calls.call(member, task.name, (call) => {
      const words = [CALL, call, fn, args.length];
      const known = member.functions.has(fn);
      const setup = { functions: [[fn, task.definition]], ports: [] };
      member.worker.postMessage(known ? [MARK, words, args] : [MARK, words, args, setup]);
      member.functions.add(fn);
    });
  }

  /** @param {Error} [error] Why, if it is a failure. */
  close(error) {
    this.#settle(error);
    this.#closed = true;
    const locks = this.members.map(({ lock }) => lock);
    for (const id of [...this.#members.keys()]) this.terminate(id);
    this.#folder.remove(locks);
    this.#spawner.close();
  }

  /** @param {Place} place */
  #spawn(place) {
    if (this.#greeted) {
      this.#ready = withResolvers();
      this.#greeted = false;
    }
    const id = this.#nextId++;
    if (!this.#places.includes(place)) this.#places.push(place);
    this.#names[id] = place.name;
    if (place.memoryLimit) this.#folder.use();
    const { worker, hello } = this.#spawner.spawn(place.name);
    const { startTimeout } = this.#options;
    /** @type {Member} */
    const member = {
      id,
      place,
      worker,
      up: false,
      watch: new AbortController(),
      inTime: callAt(performance.now() + startTimeout, () =>
        this.#failed(member, `it has not said hello within ${startTimeout} ms: does it call serve() or expose()?`),
      ),
      heard: 0,
      sent: new Map(),
      lines: [],
      retiring: false,
      functions: new Set(),
      ports: new Set(),
      inspectors: [],
    };
    this.#members.set(id, member);
    worker.onmessage = ({ data }) => {
      if (isMessage(data)) {
        member.heard++;
        const [, words, values, requests] = data;
        if (requests) this.#listener.asked(id, requests);
        if (words[0] === INSPECTED) member.inspectors.shift()?.({ results: words[1], bytes: words[2] });
        else if (words[0] === CALLED) this.#calls.answered(words[1], words[2], values[0]);
        else if (words.length) {
          place.deaths = 0;
          this.#listener.report(id, words, values);
        }
      } else if (Array.isArray(data) && data[0] === 'webfutures:said') {
        this.#heard(member, data[1], data[2]);
      } else if (data === 'webfutures:closing') {
        this.#died(member, 'it closed itself');
      } else if (data === 'webfutures:unreadable') {
        this.#died(member, 'a message to it could not be read');
      } else if (data === null) {
        // What Chromium gives of a message that it has no memory for, unless a task has posted just this.
        worker.postMessage('webfutures:count');
      } else if (Array.isArray(data) && data[0] === 'webfutures:counted') {
        if (data[1] !== member.heard) this.#unread(member);
      } else {
        const said = helloOf(data);
        if (said && !member.up) this.#welcome(member, said);
      }
    };
    // A listener: Chromium's workers have no `onmessageerror`.
    worker.addEventListener('messageerror', () => this.#unread(member));
    worker.onerror = (event) => {
      if (member.up) return;
      event.preventDefault?.();
      this.#failed(member, event.message);
    };
    // Not now: this may be in the middle of what the engine has decided.
    if (hello) queueMicrotask(() => this.#members.get(id) === member && this.#welcome(member, hello));
  }

  /** @param {Member} member @param {import('./hello.js').Hello} hello */
  #welcome(member, { lock }) {
    const { module, glue } = this.#runtime;
    const boot = {
      places: this.#places.map((place) => place.name),
      pool: this.#options.name,
      base: baseUrl(),
      worker: member.id,
      name: this.nameOf(member.id),
      resources: member.place.resources,
      module,
      glue,
      origin: performance.timeOrigin,
      memoryLimit: member.place.memoryLimit,
      folder: this.#folder.name,
    };
    member.worker.postMessage(boot);
    member.up = true;
    member.lock = lock;
    if (lock) whenEnded(lock, member.watch.signal, () => this.#died(member, 'its thread has ended'));
    else this.#listener.unlocked(member.id);
    this.#calls.welcome(member.id);
    member.inTime();
    this.#listener.hello(member.id, this.#options.concurrency, member.place);
    this.#check();
    this.#changed();
  }

  /**
   * Another worker takes its turn in the same place, unless those die there again and again.
   * @param {Member} member
   * @param {string} how
   */
  #died(member, how) {
    const { id, place, retiring, lines } = member;
    if (this.#members.get(id) !== member) return;
    place.deaths = (place.deaths ?? 0) + 1;
    const another = !retiring && place.deaths < MOST_DEATHS;
    this.terminate(id);
    if (another) this.#spawn(place);
    this.#listener.died(id, place.name, how, lines);
    this.prepare();
    if (this.#members.size === 0 && !another && !retiring) {
      this.#listener.failed(
        new WorkerStartError(place.name, `${MOST_DEATHS} workers have died there in a row: ${how}`),
      );
    }
  }

  /** A message of it could not be read: what was on its way would not be the next time either. @param {Member} member */
  #unread(member) {
    this.#listener.unread(member.id, member.sent);
    this.#died(member, 'a message of it could not be read');
  }

  /** Keeps the last lines of a console. @param {Member} member @param {string[]} lines @param {string} [uncaught] */
  #heard(member, lines, uncaught) {
    member.lines = [...member.lines, ...lines].slice(-MOST_LINES);
    if (uncaught !== undefined) this.#listener.uncaught(member.id, uncaught);
  }

  /** A worker has not started. @param {Member} member @param {string} [why] */
  #failed(member, why) {
    const error = new WorkerStartError(
      this.#spawner.where,
      why || 'it was not found, or is no module script, or the Content-Security-Policy forbids it',
    );
    member.inTime();
    member.worker.terminate();
    this.#members.delete(member.id);
    this.#calls.ended(member.id);
    this.#settle(error);
    if (this.#members.size === 0) this.#listener.failed(error);
  }

  #changed() {
    for (const watcher of [...this.watchers]) watcher();
  }

  #check() {
    for (const member of this.#members.values()) if (!member.up) return;
    this.#settle();
  }

  /** @param {Error} [error] */
  #settle(error) {
    this.#greeted = true;
    if (error) this.#ready.reject(error);
    else this.#ready.resolve();
  }
}
