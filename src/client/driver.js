// Between the client and its engine: calls go in, orders go out to the workers, reports come back and settle rows.

import * as wire from '../wire.js';
import { message, Words } from '../words.js';
import { ClosedClientError, decodeError, KilledWorkerError, LostDataError } from './errors.js';
import { ABSENT, CANCELLED, ERRED, FINISHED, Row } from './row.js';
import { RELEASED } from './future.js';
import { Handles } from './handles.js';
import { Ids } from './ids.js';
import { Inspection } from './inspection.js';
import { Names } from './names.js';
import { Pool } from './pool.js';
import { Port } from './port.js';

/** @type {never[]} */
const NOTHING = [];

/** Milliseconds after which is done what can wait: most of it goes along with something else, or turns out to be needless. */
const LATER = 5;

export class Driver {
  #port = new Port();
  #engine = this.#port.engine;
  ids = new Ids(this.#port);
  inspection = new Inspection(this, this.#port);
  /** @type {(Row | undefined)[]} */
  #rows = [];
  #rowCount = 0;
  /**
   * Rows whose last handle went, each once though it may have gone twice, and rows whose value is wanted: told to the
   * engine once a turn.
   * @type {Set<Row>}
   */
  #dropped = new Set();
  /** @type {Row[]} */
  #asked = [];
  #scratch = new Words();
  #scheduled = false;
  /** @type {string | undefined} Why the client takes nothing more. */
  #closed;
  #lastDeath = { name: '', how: '' };
  /** Keys that users chose. */
  names = new Names();
  #handles = new Handles((row) => this.unhandle(row));
  /** Whether `#tidy` will be called. */
  #untidy = false;
  /** @type {Pool} */
  pool;

  /** @param {import('./pool.js').PoolOptions & { allowedFailures: number }} options */
  constructor(options) {
    this.flush = () => this.#guarded(() => this.#flush());
    /** Does at once what was left for later, such as telling workers what they may drop. */
    this.tidy = () => this.#guarded(() => this.#tidy());
    this.#engine.limit(options.allowedFailures);
    this.pool = new Pool(options, this.#port.runtime, {
      hello: (worker, concurrency, name, resources) => {
        const amounts = this.ids.amounts(resources);
        this.#port.put(amounts);
        const place = this.ids.ofPlace(name);
        this.#engine.join_at(performance.now(), worker, concurrency, place, 0, amounts.length / 2);
        this.#take(NOTHING);
      },
      report: (worker, words, values) => this.#guarded(() => this.#report(worker, words, values)),
      died: (worker, name, how) =>
        this.#guarded(() => {
          if (this.#closed !== undefined) return;
          this.#lastDeath = { name, how };
          this.#engine.died(performance.now(), worker, 0, true);
          this.#take(NOTHING);
        }),
      overdue: (worker, run) =>
        this.#guarded(() => {
          if (this.#closed !== undefined) return;
          this.#engine.stop_overdue(performance.now(), worker, run);
          this.#take(NOTHING);
        }),
      failed: (error) => this.#end('no worker could be started', error),
    });
  }

  // --- Calls in ---

  /**
   * Throws if the key is another call's.
   * @param {string} key
   * @param {Uint32Array | null} call
   */
  checkKey(key, call) {
    // What was released in this very turn has not been told to the engine yet.
    if (this.names.find(key)?.handles === 0) this.flush();
    this.names.check(key, call);
  }

  /**
   * Submits calls, written as the wire's submissions; puts known rows into the places of those whose calls are equal.
   * @param {Words} words
   * @param {Row[]} rows
   */
  submit(words, rows) {
    this.#port.pour(words);
    this.#accept(this.#engine.submit(performance.now(), rows.length) / 8, rows);
    this.#schedule();
  }

  /**
   * Takes in data as finished tasks.
   * @param {number} fn The function whose name names the data.
   * @param {unknown[]} data Copies that nobody else has.
   * @param {{ bytes: number, type: number }[]} described
   * @returns {Row[]}
   */
  scatter(fn, data, described) {
    for (const { bytes, type } of described) {
      this.#scratch.push(bytes);
      this.#scratch.push(type);
    }
    this.#port.pour(this.#scratch);
    const rows = data.map((piece) => new Row(this, fn, [piece]));
    this.#accept(this.#engine.scatter(performance.now(), fn, data.length) / 8, rows);
    this.flush();
    return rows;
  }

  /**
   * Throws if nothing can be submitted any more.
   * @param {string} operation What was called.
   */
  assertOpen(operation) {
    if (this.#closed !== undefined) throw new ClosedClientError(operation);
  }

  // --- Rows and their handles ---

  /**
   * There is one more future of this task.
   * @param {Row} row
   * @param {import('./future.js').Future<any>} future
   */
  keep(row, future) {
    this.#handles.keep(row, future);
    if (this.#handles.waiting) this.#tidyLater();
  }

  /** @param {Row} row */
  unkeep(row) {
    this.#handles.unkeep(row);
    this.#tidyLater();
  }

  /**
   * A handle of this task is gone.
   * @param {Row} row
   * @param {import('./future.js').Future<any>} [future] The handle, if it was released rather than collected.
   */
  unhandle(row, future) {
    if (future) this.#handles.release(row, future);
    if (--row.handles > 0 || this.#closed !== undefined) return;
    this.#dropped.add(row);
    this.#schedule();
  }

  /**
   * Gives tasks up, and what depends on them.
   * @param {Row[]} rows
   * @param {unknown} reason
   */
  cancel(rows, reason) {
    this.#guarded(() => {
      if (this.#closed !== undefined) return;
      for (const row of rows) row.givenUp ??= { reason };
      const count = this.#tasks(new Set(rows), (row) => row.status !== CANCELLED);
      if (!count) return;
      this.#engine.cancel(performance.now(), count, false);
      this.#take(NOTHING);
    });
  }

  /** @param {Row[]} rows Those that have settled are made again. */
  retry(rows) {
    this.assertOpen('retry');
    this.#guarded(() => {
      const count = this.#tasks(new Set(rows), (row) => row.status !== CANCELLED);
      if (!count) return;
      this.#engine.retry(performance.now(), count);
      this.#take(NOTHING);
    });
  }

  /** Whether a worker has been given the task. @param {Row} row */
  isRunning(row) {
    if (row.status >= FINISHED || this.#closed !== undefined || this.#rows[row.task] !== row) return false;
    const at = this.#engine.waiting_reason(row.task) / 8;
    return this.#port.view[at] === wire.REASON_PROCESSING;
  }

  /** @param {Row} row */
  ask(row) {
    if (row.asked) return;
    row.asked = true;
    this.#asked.push(row);
    this.#schedule();
  }

  // --- Turns ---

  // Two microtasks later: `await client.submit(…)` has said by then that it wants the value, so that it travels with the report.
  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => queueMicrotask(this.flush));
  }

  #flush() {
    this.#scheduled = false;
    if (this.#closed !== undefined) return;
    for (const row of this.#dropped) if (row.handles === 0) row.abandon(RELEASED);
    const dropped = this.#tasks(this.#dropped, (row) => row.handles === 0);
    this.#dropped.clear();
    if (dropped) this.#engine.release(performance.now(), dropped);
    const asked = this.#tasks(this.#asked, (row) => row.asked);
    this.#asked = [];
    if (asked) this.#engine.want(performance.now(), asked);
    this.#take(NOTHING);
  }

  #tidyLater() {
    if (this.#untidy) return;
    this.#untidy = true;
    setTimeout(this.tidy, LATER);
  }

  #tidy() {
    this.#untidy = false;
    if (this.#closed !== undefined) return;
    this.#handles.register();
    if (this.#handles.waiting) this.#tidyLater();
    this.#engine.hurry();
    this.#take(NOTHING);
  }

  #remind = () =>
    this.#guarded(() => {
      if (this.#closed !== undefined) return;
      this.#engine.reminded(performance.now());
      this.#take(NOTHING);
    });

  /**
   * If the engine traps, that is a bug of ours, and nothing it knows can be relied on: everything ends, and says why.
   * @param {() => void} step
   */
  #guarded(step) {
    try {
      step();
    } catch (cause) {
      const message = `the scheduler failed, which is a bug of webfutures: ${/** @type {Error} */ (cause).message}`;
      this.#end('the scheduler failed', new Error(message, { cause }));
      throw cause;
    }
  }

  /**
   * Writes the tasks of those rows that are still theirs into the inbox; returns how many.
   * @param {Iterable<Row>} rows
   * @param {(row: Row) => boolean} which
   */
  #tasks(rows, which) {
    for (const row of rows) {
      if (this.#rows[row.task] === row && which(row)) this.#scratch.push(row.task);
    }
    const count = this.#scratch.length;
    if (count) this.#port.pour(this.#scratch);
    return count;
  }

  /**
   * @param {number} worker
   * @param {import('../words.js').Message} words
   * @param {any[]} values
   */
  #report(worker, words, values) {
    if (this.#closed !== undefined) return;
    this.#port.put(words);
    this.#engine.report(performance.now(), worker, words.length);
    this.#take(values);
  }

  /**
   * Performs what the engine has decided.
   * @param {any[]} values The values of the report that led to it.
   */
  #take(values) {
    const start = this.#engine.take() / 8 + 1;
    const { view } = this.#port;
    if (view[start - 1]) this.#tidyLater();
    const end = start + 1 + view[start];
    // Orders go first: a call that was given up before it left is run and forgotten in one turn, and needs its row to leave.
    let at = end;
    // A copy: to perform it calls the engine, whose memory may move when it grows.
    const page = message(view, start + 1, end);
    const workers = view[at++];
    for (let i = 0; i < workers; i++) {
      const words = view[at + 1];
      this.pool.send(view[at], message(view, at + 2, at + 2 + words), this.#rows, this.ids.functions);
      at += 2 + words;
    }
    this.#perform(page, values);
  }

  /**
   * @param {import('../words.js').Message} words
   * @param {any[]} values
   */
  #perform(words, values) {
    const rows = this.#rows;
    for (let at = 0; at < words.length; ) {
      const task = words[at + 1];
      const row = /** @type {Row} */ (rows[task]);
      switch (words[at]) {
        case wire.SETTLE_FINISHED: {
          const value = words[at + 4];
          if (row.status < FINISHED) row.finish(words[at + 2], words[at + 3], value ? values[value - 1] : ABSENT);
          at += 5;
          break;
        }
        case wire.SETTLE_ERRED: {
          const value = words[at + 3];
          const blamed = /** @type {Row} */ (rows[words[at + 2]]);
          if (row.status !== ERRED) row.fail(value ? decodeError(values[value - 1], row.key) : blamed.error);
          at += 4;
          break;
        }
        case wire.DELIVER:
          row.deliver(values[words[at + 2] - 1]);
          at += 3;
          break;
        case wire.UNDELIVERED:
          row.undelivered(decodeError(values[words[at + 2] - 1], row.key));
          at += 3;
          break;
        case wire.FORGET:
          rows[task] = undefined;
          this.names.free(row);
          this.#rowCount--;
          at += 2;
          break;
        case wire.SETTLE_FAILED: {
          this.#settleFailed(row, words[at + 2], words[at + 3]);
          at += 4;
          break;
        }
        case wire.REMIND:
          setTimeout(this.#remind, Math.max(0, words[at + 1] - performance.now()));
          at += 2;
          break;
        case wire.LOST:
          if (row.status === FINISHED) row.lose();
          at += 2;
          break;
        case wire.UNSETTLE:
          row.unsettle();
          at += 2;
          break;
        default: // TERMINATE
          this.pool.replace(task);
          at += 2;
      }
    }
  }

  /**
   * @param {Row} row
   * @param {number} reason
   * @param {number} detail
   */
  #settleFailed(row, reason, detail) {
    if (reason === wire.CANCELLED) {
      const blame = /** @type {Row} */ (this.#rows[detail]);
      this.names.free(row);
      row.cancel(blame.givenUp?.reason, blame);
    } else if (row.status < ERRED) {
      const { name, how } = this.#lastDeath;
      if (reason === wire.KILLED) row.fail(new KilledWorkerError(row.key, detail, name, how));
      else if (reason === wire.LOST_DATA) row.fail(new LostDataError(row.key));
      else row.fail(new Error(`the inputs of ${row.key}, ${detail} bytes, fit into no worker that may run it`));
    }
  }

  /**
   * Reads which task each row is.
   * @param {number} answer
   * @param {Row[]} rows
   */
  #accept(answer, rows) {
    const { view } = this.#port;
    let serial = view[answer];
    for (let i = 0; i < rows.length; i++) {
      const word = view[answer + 1 + i];
      const task = Math.floor(word / 2);
      if (word % 2 === 0) {
        this.#rows[task] = rows[i];
        rows[i].task = task;
        rows[i].serial = ++serial;
        this.#rowCount++;
      } else {
        rows[i] = /** @type {Row} */ (this.#rows[task]);
      }
    }
  }

  // --- Looking in ---

  /** How many tasks the page knows. */
  get size() {
    return this.#rowCount;
  }

  /** The row of a task, if the page knows it. @param {number} task */
  rowOf(task) {
    return this.#rows[task];
  }

  // --- The end ---

  /** @param {number} worker */
  retire(worker) {
    this.#engine.retire(performance.now(), worker);
    this.#take(NOTHING);
  }

  /** @param {string} reason */
  close(reason) {
    this.#end(reason);
  }

  /**
   * Ends every task that has not settled.
   * @param {string} reason
   * @param {Error} [error]
   */
  #end(reason, error) {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.pool.close(error);
    for (const row of this.#rows) {
      if (!row) continue;
      if (!error) row.cancel(reason);
      else if (row.status < FINISHED) row.fail(error);
    }
    this.#rows = [];
    this.#rowCount = 0;
  }
}
