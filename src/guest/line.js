// What the clients in one worker share: the line to the page's hub, over which calls go and news come, a message a turn.

import { encodeError } from '../errors-wire.js';
import { HELD, KEPT, PIECE_WORDS, PURE, SUBMIT_HEAD } from '../wire.js';
import { message, Words } from '../words.js';
import { endTurn } from '../client/clock.js';
import { decodeError } from '../client/errors.js';
import { Names } from '../client/names.js';
import { placeNamed } from '../client/places.js';
import { CANCELLED, ABSENT, FINISHED } from '../client/row.js';
import { Coordinator } from './coordinator.js';
import { GuestIds } from './ids.js';

/** @import { Driver } from '../client/driver.js' */
/** @import { Row } from '../client/row.js' */

/**
 * @typedef {object} Link What the worker does for its clients.
 * @property {string} name Of the worker.
 * @property {string} pool
 * @property {string[]} places Of workers.
 * @property {string} base What URLs of modules are relative to.
 * @property {(requests: unknown[][]) => void} post
 * @property {(task: number, run: number, holder: number, waiting: import('../worker/peers.js').Waiting) => void} obtain
 */

/** Milliseconds after which is done what can wait. */
const LATER = 5;

/** @type {never[]} */
const NONE = [];

/** For a `Driver` in a worker it is what the `Hub` is for one on the page. */
export class Line {
  #link;
  ids;
  /** Keys that users chose here, and those of calls that are not pure. */
  names = new Names();
  /** Only the page keeps data, to send it again. */
  table = { replace() {} };
  copies = { keep: () => false, free() {} };
  /** Goes on without its task. */
  forgotten = { add: (/** @type {Row} */ row) => this.#request(['forget', row.task]) };
  /** What clients share by name lies on the page. */
  coordinator = new Coordinator(
    (request) => this.#request(request),
    (own) => /** @type {Row} */ (this.#rows.get(own)),
  );
  #clients = 0;
  /** Those that are open, by what the page calls them. @type {Map<number, Driver>} */
  #drivers = new Map();
  #rowsEver = 0;
  /** Those of which there are futures. @type {Map<number, Row>} */
  #rows = new Map();
  /** Pure calls among them, by client and token. @type {Map<string, Row>} */
  #pure = new Map();
  /** @type {unknown[][]} */
  #requests = [];
  /** Submitted in this turn: what they are is read when it ends. @type {{ calls: unknown[], rows: Row[] }[]} */
  #submitted = [];
  /** @type {number[]} */
  #wanted = [];
  /** @type {Driver[]} */
  #dropping = [];
  /** @type {Set<Driver>} */
  #untidy = new Set();
  #scheduled = false;
  /** Whether futures will be registered for collection. */
  #untidying = false;

  /** @param {Link} link */
  constructor(link) {
    this.#link = link;
    this.ids = new GuestIds((request) => this.#request(request));
    this.pool = this.#poolOf(link);
  }

  // --- Clients ---

  /** @param {Driver} driver */
  join(driver) {
    this.#untidy.add(driver);
    this.#drivers.set(++this.#clients, driver);
    return this.#clients;
  }

  /**
   * Says for which runs a client is: the first is the one whose tasks its calls are.
   * @param {Driver} driver
   * @param {number[]} runs
   */
  enter(driver, runs) {
    this.#request(['enter', driver.id, runs]);
  }

  /**
   * @param {Driver} driver
   * @param {string} reason
   */
  leave(driver, reason) {
    this.#untidy.delete(driver);
    this.#drivers.delete(driver.id);
    this.#request(['leave', driver.id]);
    this.coordinator.left(driver);
    for (const row of [...this.#rows.values()]) {
      if (row.driver !== driver) continue;
      this.#drop(row);
      row.cancel(reason);
    }
  }

  // --- Calls ---

  /**
   * @param {string} key
   * @param {Uint32Array | null} call
   */
  checkKey(key, call) {
    if (this.names.find(key)?.handles === 0) this.flush();
    this.names.check(key, call);
  }

  /**
   * @param {Driver} driver
   * @param {Words} words
   * @param {Row[]} rows
   */
  submit(driver, words, rows) {
    const submitted = rows.slice();
    let at = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      const flags = words.at[at + 1];
      row.task = ++this.#rowsEver;
      if (!(flags & PURE)) this.names.give(unique(this.ids.functions[row.fn].name), row, null);
      if (flags & HELD) {
        const call = pureCall(row);
        const known = call === undefined ? undefined : this.#pure.get(call);
        if (known && known.status !== CANCELLED) {
          // What depends on it within these calls names its place: so it goes along, but nobody holds it.
          words.at[at + 1] = flags - HELD;
          rows[i] = known;
        } else {
          this.#rows.set(row.task, row);
          if (call !== undefined) this.#pure.set(call, row);
        }
      }
      at += SUBMIT_HEAD + words.at[at + 6];
    }
    /** @type {unknown[]} */
    const calls = [];
    this.#request(['submit', driver.id, message(words.at, 0, words.length), calls]);
    this.#submitted.push({ calls, rows: submitted });
    words.length = 0;
  }

  /**
   * Calls of a map that take no inputs.
   * @param {Driver} driver
   * @param {number} options
   * @param {import('../client/rows.js').Rows} columns
   */
  submitMap(driver, options, columns) {
    const words = new Words();
    // Each is asked for by itself here: it has a row of its own.
    const rows = columns.values.map((_, place) => columns.apart(place));
    for (let place = 0; place < rows.length; place++) {
      const lanes = columns.tokens.subarray(4 * place, 4 * place + 4);
      const at = words.extend(SUBMIT_HEAD);
      words.at.set([columns.fn, HELD | (lanes.some((lane) => lane !== 0) ? PURE : 0), ...lanes, 0, options], at);
    }
    this.submit(driver, words, rows);
    for (let place = 0; place < rows.length; place++) columns.stand(place, rows[place]);
  }

  /**
   * @param {Driver} driver
   * @param {number} fn
   * @param {number} options
   * @param {number} copies
   * @param {Words} words
   * @param {Row[]} rows
   */
  scatter(driver, fn, options, copies, words, rows) {
    const pieces = rows.map((row, i) => {
      row.task = ++this.#rowsEver;
      const named = pureCall(row) !== undefined;
      if (!named) this.names.give(unique(this.ids.functions[fn].name), row, null);
      row.finish(words.at[i * PIECE_WORDS + 1] % KEPT, words.at[i * PIECE_WORDS], ABSENT);
      this.#rows.set(row.task, row);
      const piece = row.args[0];
      row.args = NONE;
      return [row.task, piece, named ? undefined : row.name];
    });
    this.#request(['scatter', driver.id, { fn, options, copies }, message(words.at, 0, words.length), pieces]);
  }

  /**
   * @param {Driver} driver
   * @param {Row[]} rows
   * @param {unknown} reason
   * @param {boolean} force
   * @param {boolean} running
   */
  cancel(driver, rows, reason, force, running) {
    this.#request(['cancel', driver.id, rows.map((row) => row.task), encodeError(reason), force, running]);
    // The page knows which of them run, and tells of the others.
    if (!running) return;
    for (const row of rows) {
      this.names.free(row);
      row.cancel(reason);
    }
  }

  /** @param {Row[]} rows Those that have settled are pending at once. */
  retry(rows) {
    const live = rows.filter((row) => row.status !== CANCELLED);
    this.#request(['retry', live.map((row) => row.task)]);
    for (const row of live) if (row.status >= FINISHED) row.unsettle();
  }

  /** Only the page knows. */
  isRunning() {
    return false;
  }

  /** @param {Row} row */
  ask(row) {
    if (row.asked) return;
    row.asked = true;
    this.#wanted.push(row.task);
    this.schedule();
  }

  /**
   * @param {Driver} driver
   * @param {Iterable<Row>} rows
   */
  release(driver, rows) {
    const dropped = [...rows].filter((row) => row.handles === 0 && this.#rows.get(row.task) === row);
    for (const row of dropped) this.#drop(row);
    if (dropped.length) this.#request(['release', driver.id, dropped.map((row) => row.task)]);
  }

  // --- Turns ---

  schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    endTurn(() => this.flush());
  }

  /** @param {Driver} driver */
  sweepLater(driver) {
    this.#dropping.push(driver);
    this.schedule();
  }

  tidyLater() {
    if (this.#untidying) return;
    this.#untidying = true;
    setTimeout(() => {
      this.#untidying = false;
      for (const driver of this.#untidy) if (driver.register()) this.tidyLater();
    }, LATER);
  }

  flush() {
    this.#scheduled = false;
    for (const driver of this.#dropping.splice(0)) driver.sweep();
    for (const { calls, rows } of this.#submitted.splice(0)) {
      for (const row of rows) {
        const { task, args, positions, paths, name, call } = row;
        const chosen = name !== undefined && this.names.find(name) === row;
        calls.push([task, args, positions, paths, chosen ? name : undefined, chosen ? call : null]);
        // The page has them now.
        row.args = NONE;
      }
    }
    if (this.#wanted.length) this.#requests.push(['want', this.#wanted.splice(0)]);
    if (this.#requests.length) this.#link.post(this.#requests.splice(0));
  }

  /** @param {unknown[]} request */
  #request(request) {
    this.#requests.push(request);
    this.schedule();
  }

  // --- News ---

  /** @param {any[][]} news */
  receive(news) {
    for (const [kind, id, ...details] of news) {
      if (kind === 'answer') this.coordinator.answered(id, details[0], details[1]);
      else if (kind === 'withdrawn') this.coordinator.withdrawn(id);
      else if (kind === 'given') this.#take(id, details[0], details[1], details[2], details[3]);
      else {
        const row = this.#rows.get(id);
        if (row) this.#hear(row, kind, details);
      }
    }
  }

  /**
   * A future comes with what was asked for: how it stands is told next.
   * @param {number} own What the page calls it here.
   * @param {number} client
   * @param {string} key
   * @param {Uint32Array} [token] Of a pure call.
   * @param {string} [actor] What it is, if it is one.
   */
  #take(own, client, key, token, actor) {
    const driver = this.#drivers.get(client);
    // A client that is closed by now has been given nothing, as the page will read.
    if (!driver) return;
    const row = driver.row(0, NONE, actor);
    row.task = own;
    row.name = key;
    row.tokens = token ?? null;
    this.#rows.set(own, row);
  }

  /**
   * @param {Row} row
   * @param {string} kind
   * @param {any[]} details
   */
  #hear(row, kind, details) {
    switch (kind) {
      case 'finished':
        if (row.status < FINISHED) row.finish(details[0], details[1], details.length > 2 ? details[2] : ABSENT);
        break;
      case 'failed':
        if (row.status !== CANCELLED) row.fail(decodeError(details[0], row.key));
        break;
      case 'cancelled':
        this.names.free(row);
        row.cancel(
          decodeError(details[0], row.key),
          details[1] === undefined ? row : /** @type {any} */ ({ key: details[1] }),
        );
        break;
      case 'lost':
        if (row.status === FINISHED) row.lose();
        break;
      case 'unsettled':
        if (row.status !== CANCELLED) row.unsettle();
        break;
      default: // at
        this.#link.obtain(details[0], details[1], details[2], {
          take: (value) => row.deliver(value),
          fail: (error) => row.undelivered(decodeError(/** @type {any} */ (error), row.key)),
          missing: () => {
            row.asked = false;
            if (row.takers && row.status === FINISHED) this.ask(row);
          },
        });
    }
  }

  // --- The rest of a hub ---

  /** What is known of the workers. @param {Link} link */
  #poolOf({ places, pool }) {
    return {
      ready: Promise.resolve(),
      largestLimit: () => Number.POSITIVE_INFINITY,
      placeOf: (/** @type {unknown} */ worker) => placeNamed(worker, places, pool),
      get workers() {
        return places;
      },
    };
  }

  get inspection() {
    return refuse();
  }

  get sizing() {
    return refuse();
  }

  get replication() {
    return refuse();
  }

  /** @param {Row} row */
  #drop(row) {
    this.#rows.delete(row.task);
    this.names.free(row);
    const call = pureCall(row);
    if (call !== undefined && this.#pure.get(call) === row) this.#pure.delete(call);
  }
}

/** @returns {never} */
function refuse() {
  throw new Error(
    "a task's client submits, waits and gathers: only a client of the page looks into the pool or changes it",
  );
}

/**
 * What a pure call is known by.
 * @param {Row} row
 */
function pureCall({ driver, tokens, place }) {
  const lanes = tokens?.subarray(4 * place, 4 * place + 4);
  return lanes?.some((lane) => lane !== 0) ? `${driver.id} ${lanes}` : undefined;
}

/** A key that no other call has, in any worker. @param {string} name */
function unique(name) {
  return `${name}-${[...crypto.getRandomValues(new Uint32Array(2))].map((lane) => lane.toString(36)).join('')}`;
}
