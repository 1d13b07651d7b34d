// One client: which tasks it has futures of, what it gives up, and whether it is open. What clients share is the hub's.

import { ActorRow } from './actors.js';
import { Batch } from './batch.js';
import { ClosedClientError } from './errors.js';
import { RELEASED } from './future.js';
import { Handles } from './handles.js';
import { FINISHED, Row } from './row.js';
import { Signals } from './signals.js';
import { Tokens } from './tokens.js';

/** @import { Hub } from './hub.js' */
/** @import { Rows } from './rows.js' */

/** @type {never[]} */
const NONE = [];

export class Driver {
  /** Rows whose last handle went, each once though it may have gone twice: told to the hub once a turn. @type {Set<Row>} */
  #dropped = new Set();
  /** Maps of which places were released. @type {Rows[]} */
  #droppedFrom = [];
  #handles = new Handles((row) => this.unhandle(row));
  signals = new Signals(this);
  /** Of its calls. */
  tokens = new Tokens();
  /** Whether work that was dropped has been told of. */
  #warned = false;
  /** Why the client takes nothing more. @type {string | undefined} */
  #closed;

  /** @param {Hub} hub */
  constructor(hub) {
    this.hub = hub;
    this.ids = hub.ids;
    this.names = hub.names;
    /** What the engine calls this client. Others may be called the same. */
    this.id = hub.join(this);
    /** It belongs to no run of a worker. */
    this.worker = 0;
    this.run = 0;
  }

  /**
   * @param {number} fn
   * @param {unknown[]} args
   * @param {string} [actor] What it is, if the task makes one.
   */
  row(fn, args, actor) {
    return actor === undefined ? new Row(this, fn, args) : new ActorRow(this, fn, args, actor);
  }

  /**
   * Submits a call of a member of an actor.
   * @param {import('./functions.js').TaskFunction} task Takes the actor first.
   * @param {unknown[]} args
   * @param {import('./settings.js').Settings} settings
   */
  callMember(task, args, settings) {
    const calls = new Batch(this, 'call', settings.ofActor(false, this));
    const place = calls.add(task, args);
    return calls.submit()[place];
  }

  get pool() {
    return this.hub.pool;
  }

  get copies() {
    return this.hub.copies;
  }

  get replication() {
    return this.hub.replication;
  }

  get inspection() {
    return this.hub.inspection;
  }

  /**
   * Throws if nothing can be submitted any more.
   * @param {string} operation What was called.
   */
  assertOpen(operation) {
    if (this.#closed !== undefined) throw new ClosedClientError(operation);
  }

  // --- Calls in ---

  /**
   * Throws if the key is another call's.
   * @param {string} key
   * @param {Uint32Array | null} call
   */
  checkKey(key, call) {
    this.hub.checkKey(key, call);
  }

  /**
   * Takes in data as finished tasks, written as the wire's pieces; puts known rows into the places of those that are equal.
   * @param {number} fn The function whose name names the data.
   * @param {number} options Where it may lie.
   * @param {number} copies In how many workers.
   * @param {import('../words.js').Words} words
   * @param {Row[]} rows
   */
  scatter(fn, options, copies, words, rows) {
    this.hub.scatter(this, fn, options, copies, words, rows);
  }

  /**
   * Gives tasks up, and what depends on them.
   * @param {Row[]} rows
   * @param {unknown} reason
   * @param {{ force?: boolean, running?: boolean }} [options]
   */
  cancel(rows, reason, { force = false, running = true } = {}) {
    if (this.#closed === undefined) this.hub.cancel(this, rows, reason, force, running);
  }

  /** @param {Row[]} rows Those that have settled are made again. */
  retry(rows) {
    this.assertOpen('retry');
    this.hub.retry(rows);
  }

  /** Whether a worker has been given the task. @param {Row} row */
  isRunning(row) {
    return this.#closed === undefined && this.hub.isRunning(row);
  }

  /** @param {Row} row */
  ask(row) {
    this.hub.ask(row);
  }

  // --- Rows and their handles ---

  /**
   * There is one more future of this task.
   * @param {Row} row
   * @param {import('./future.js').Future<any>} future
   */
  keep(row, future) {
    this.#handles.keep(row, future);
    if (this.#handles.waiting) this.hub.tidyLater();
  }

  /** @param {Row} row */
  unkeep(row) {
    this.#handles.unkeep(row);
    this.hub.tidyLater();
  }

  /**
   * A handle of this task is gone.
   * @param {Row} row
   * @param {import('./future.js').Future<any>} [future] The handle, if it was released rather than collected.
   */
  unhandle(row, future) {
    if (future) this.#handles.release(row, future);
    if (--row.handles > 0 || this.#closed !== undefined) return;
    if (this.#dropped.add(row).size === 1) this.hub.sweepLater(this);
  }

  /**
   * A place of a map is released.
   * @param {Rows} rows
   * @param {number} place
   */
  drop(rows, place) {
    if (this.#closed !== undefined) return;
    if (rows.dropped.push(place) === 1 && this.#droppedFrom.push(rows) === 1) this.hub.sweepLater(this);
  }

  /** The first of a map has settled. @param {Rows} rows */
  settled(rows) {
    this.#handles.settled(rows);
    this.hub.tidyLater();
  }

  /** @param {import('./future.js').Future<any>} future It may be registered for collection. */
  unregister(future) {
    this.#handles.unregister(future);
  }

  /**
   * Tells the hub which tasks have no future any more, and those who wait for them.
   * @param {number} [most] How many at once.
   * @returns {boolean} Whether there are more.
   */
  sweep(most = Number.POSITIVE_INFINITY) {
    let left = most;
    /** @type {(() => string | undefined)[]} */
    const unstarted = [];
    while (left > 0 && this.#droppedFrom.length) {
      const [rows] = this.#droppedFrom;
      const places = rows.dropped.splice(-left);
      left -= places.length;
      const waiting = this.#warned ? NONE : rows.unstarted(places, (task) => this.hub.isProcessing(task));
      if (waiting.length) unstarted.push(() => rows.forgottenKey(waiting));
      for (const row of this.hub.releasePlaces(this, rows, places)) this.#dropped.add(row);
      if (!rows.dropped.length) this.#droppedFrom.shift();
    }
    this.#releaseRows(left, unstarted);
    // Once the scheduler has said which of them nobody else needs.
    if (unstarted.length) queueMicrotask(() => this.#warn(unstarted));
    return this.#droppedFrom.length > 0 || this.#dropped.size > 0;
  }

  /**
   * @param {number} most
   * @param {(() => string | undefined)[]} unstarted Gets those that have not begun.
   */
  #releaseRows(most, unstarted) {
    const dropped = [];
    for (const row of this.#dropped) {
      if (dropped.length === most) break;
      dropped.push(row);
    }
    if (!dropped.length) return;
    for (const row of dropped) {
      this.#dropped.delete(row);
      if (row.handles !== 0) continue;
      if (!this.#warned && row.status < FINISHED && !this.isRunning(row)) {
        unstarted.push(() => (row.task < 0 && row.status < FINISHED ? row.key : undefined));
      }
      row.abandon(RELEASED);
    }
    this.hub.release(this, dropped);
  }

  /**
   * Once in a client's life.
   * @param {(() => string | undefined)[]} unstarted Of what was released before it had begun: its key if nobody else needs it.
   */
  #warn(unstarted) {
    if (this.#warned) return;
    let key;
    for (let i = 0; i < unstarted.length && key === undefined; i++) key = unstarted[i]();
    if (key === undefined) return;
    this.#warned = true;
    console.warn(
      `webfutures: ${key} never runs, because its last future was released before it had begun. ` +
        'Keep the future, or hand it to fireAndForget(future). (This is said once.)',
    );
  }

  /** Registers futures for collection; returns whether there are more. */
  register() {
    this.#handles.register();
    return this.#handles.waiting;
  }

  // --- The end ---

  /** @param {string} reason */
  close(reason) {
    if (this.#closed !== undefined) return;
    this.end(reason);
    this.hub.leave(this, reason);
  }

  /** Takes nothing more. @param {string} reason */
  end(reason) {
    this.#closed ??= reason;
  }
}
