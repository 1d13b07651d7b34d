// What the clients of one pool share: the engine, its workers, the tasks by id, and the turns in which words go out.

import { Words } from '../words.js';
import { Clock, endTurn, Later, Turn } from './clock.js';
import { Coordinator } from './coordinator.js';
import { Decisions } from './decisions.js';
import { isWished } from './chain.js';
import { unsent } from './failure.js';
import { Guests } from './guests.js';
import { CANCELLED, FINISHED } from './row.js';
import { Copies } from './copies.js';
import { Forgotten } from './forgotten.js';
import { Table } from './table.js';
import { Ids } from './ids.js';
import { Inspection } from './inspection.js';
import { Names } from './names.js';
import { Pool } from './pool.js';
import { Port } from './port.js';
import { Replication } from './replication.js';
import { Watch } from './watch.js';
import { Sizing } from './sizing.js';

/** @import { Wisher } from './chain.js' */
/** @import { Driver } from './driver.js' */
/** @import { Row } from './row.js' */
/** @import { Rows } from './rows.js' */

/** To look the global up takes longer than to read it. */
const clock = performance;

/** @type {never[]} */
const NOTHING = [];

/** Milliseconds after which is done what can wait: most of it goes along with something else, or turns out to be needless. */
const LATER = 5;

/** How often it is put off at most while reports come in: somebody waits for these. */
const MOST_PUT_OFF = 20;

/** Futures whose tasks are forgotten in one turn: more would block the page's thread for long. */
const RELEASED_AT_ONCE = 4096;

/** Ids that clients have in the engine. Those beyond share them. */
const CLIENT_IDS = 60;

export class Hub {
  #port = new Port();
  #engine = this.#port.engine;
  ids = new Ids(this.#port);
  inspection = new Inspection(this, this.#port);
  sizing = new Sizing(this, this.#port);
  coordinator = new Coordinator(this, this.#port);
  replication = new Replication(this, this.#port);
  /** Keys that users chose. */
  names = new Names();
  copies = new Copies();
  forgotten = new Forgotten(this);
  /** @type {Set<Driver>} */
  #drivers = new Set();
  /** Clients by their id in the engine. */
  #members = new Uint32Array(CLIENT_IDS);
  /** Whom the engine acts for. @type {Wisher | undefined} */
  #acting;
  #guests = new Guests(this);
  /** Drivers with something to tell at the end of the turn. @type {Set<Driver>} */
  #dropping = new Set();
  /** By task, the row that brought it, with the arguments; `next` leads to those of other clients. */
  table = new Table();
  /** Rows whose value is wanted: told to the engine once a turn. @type {Row[]} */
  #asked = [];
  #scratch = new Words();
  #scheduled = false;
  #endTurn;
  #clock = new Clock(() => this.step(() => this.#engine.reminded(clock.now())));
  #watch = new Watch(
    (worker) => this.pool.inspect(worker),
    (worker, silence) => this.step(() => this.#engine.silent(clock.now(), worker, silence)),
  );
  #decisions = new Decisions(this, this.#clock, this.#watch);
  /** Workers that are busy get more when the reports that have come are read: it goes in one message. */
  #soon = new Turn(() => this.#guarded(() => this.#ended || this.#take(NOTHING, true)));
  #tidyLater = new Later(() => this.#tidyWhenCalm(), LATER);
  /** When the latest report came, and how often it was put off since it was last done. */
  #reported = 0;
  #putOff = 0;
  /** For what was left of the drops of a turn. */
  #nextTurn = new Later(() => this.#endTurn(), 0);
  #ended = false;
  /** @type {Pool} */
  pool;

  /** @param {import('./pool.js').PoolOptions & { allowedFailures: number }} options */
  constructor(options) {
    this.flush = () => this.#guarded(() => this.#flush(Number.POSITIVE_INFINITY));
    this.#endTurn = () => this.#guarded(() => this.#flush(RELEASED_AT_ONCE));
    /** Does at once what was left for later, such as telling workers what they may drop. */
    this.tidy = () => this.#guarded(() => this.#tidy());
    this.#engine.limit(options.allowedFailures);
    this.pool = new Pool(options, this.#port.runtime, {
      hello: (worker, concurrency, { name, resources, memoryLimit }) => {
        const amounts = this.ids.amounts(resources);
        this.#port.put(amounts);
        const place = this.ids.ofPlace(name);
        this.#engine.join_at(clock.now(), worker, concurrency, place, memoryLimit, amounts.length / 2);
        this.#take(NOTHING);
      },
      report: (worker, words, values) => this.#guarded(() => this.#report(worker, words, values)),
      unread: (worker, sent) => this.#guarded(() => this.#report(worker, ...unsent(sent, this.table))),
      asked: (worker, requests) => this.step(() => this.#guests.receive(worker, requests)),
      gone: (worker) => this.#guests.gone(worker),
      died: (worker, name, how, lines) =>
        this.step(() => {
          this.#watch.forget(worker);
          this.#decisions.lastDeath = { name, how, lines };
          this.#engine.died(clock.now(), worker, 0, true);
        }),
      unlocked: (worker) => this.#watch.begin(worker, true),
      uncaught: (...said) => this.inspection.uncaught(...said),
      overdue: (worker, run) => this.step(() => this.#engine.stop_overdue(clock.now(), worker, run)),
      failed: (error) => this.#end('no worker could be started', error),
    });
  }

  // --- Clients ---

  /**
   * One more client; returns its id in the engine, the one that fewest have.
   * @param {Driver} driver
   */
  join(driver) {
    this.#drivers.add(driver);
    return this.admit();
  }

  /** An id in the engine for one more client, of the page or of a worker. */
  admit() {
    const id = this.#members.indexOf(Math.min(...this.#members));
    this.#members[id]++;
    return id;
  }

  /**
   * A client is closed: its futures are cancelled and its wishes are gone. The workers end with the last one.
   * @param {Driver} driver
   * @param {string} reason
   */
  leave(driver, reason) {
    if (this.#drivers.size === 1) return this.#end(reason);
    this.coordinator.left(driver);
    const rows = [...this.table.all()].filter((row) => row.driver === driver);
    this.#drivers.delete(driver);
    this.dismiss(driver, rows, reason);
  }

  /**
   * A client wants nothing any more.
   * @param {Wisher} wisher
   * @param {Row[]} rows What it wanted.
   * @param {string} reason
   */
  dismiss(wisher, rows, reason) {
    this.step(() => {
      const wished = this.#tasks(rows, (row) => row.status !== CANCELLED && !this.#shares(row));
      this.as(wisher);
      if (wished) this.#engine.release(clock.now(), wished);
      this.#members[wisher.id]--;
      if (this.#acting === wisher) this.#acting = undefined;
      for (const row of rows) {
        row.handles = 0;
        row.cancel(reason);
      }
    });
  }

  /** A run may await what it submits. @param {number} worker @param {number} run */
  nests(worker, run) {
    this.#engine.nests(clock.now(), worker, run);
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
   * @param {Wisher} driver
   * @param {Words} words
   * @param {Row[]} rows
   */
  submit(driver, words, rows) {
    this.as(driver);
    this.#port.pour(words);
    const answer = this.#engine.submit(clock.now(), rows.length) / 8;
    this.table.accept(this.#port.view, answer, rows);
    this.schedule();
  }

  /**
   * Submits calls of a map that take no inputs.
   * @param {Wisher} driver
   * @param {number} options
   * @param {Rows} columns
   */
  submitMap(driver, options, columns) {
    this.as(driver);
    this.#port.putTokens(columns.tokens);
    const answer = this.#engine.submit_map(clock.now(), columns.fn, options, columns.values.length) / 8;
    this.table.acceptMap(this.#port.view, answer, columns);
    this.schedule();
  }

  /**
   * Takes in data as finished tasks: see the driver.
   * @param {Wisher} driver
   * @param {number} fn
   * @param {number} options
   * @param {number} copies
   * @param {Words} words
   * @param {Row[]} rows
   */
  scatter(driver, fn, options, copies, words, rows) {
    // What has been released in this turn is gone first: data that equals it is not the same task.
    if (this.#dropping.size) this.flush();
    const fresh = rows.slice();
    this.as(driver);
    this.#port.pour(words);
    const answer = this.#engine.scatter(clock.now(), fn, options, copies, rows.length) / 8;
    this.table.accept(this.#port.view, answer, rows);
    for (const row of fresh) {
      if (this.table.rows[row.task] !== row) this.copies.free(row);
      // A row without a name is forgotten without a look at what is kept of it.
      else row.name = row.key;
    }
    // It leaves with what the turn orders besides; its futures have finished before.
    const start = this.#engine.take_page() / 8;
    this.#decisions.perform(this.#port.view, start, NOTHING);
    this.schedule();
  }

  /**
   * A client gives tasks up, and what depends on them. What others want goes on for them.
   * @param {Wisher} driver
   * @param {Row[]} all
   * @param {unknown} reason
   * @param {boolean} force Whether it does not go on for others.
   * @param {boolean} running Whether to give up what runs, too.
   */
  cancel(driver, all, reason, force, running) {
    const rows = running ? all : all.filter((row) => !this.isRunning(row));
    this.step(() => {
      for (const row of rows) row.givenUp ??= { reason };
      const count = this.#tasks(new Set(rows), (row) => row.status !== CANCELLED && (force || !this.#shares(row)));
      this.as(driver);
      if (count) this.#engine.cancel(clock.now(), count, force);
    });
    // Those that go on, for others.
    for (const row of rows) row.cancel(reason);
  }

  /** @param {Row[]} rows Those that have settled are made again. */
  retry(rows) {
    this.step(() => {
      const count = this.#tasks(new Set(rows), (row) => row.status !== CANCELLED);
      if (count) this.#engine.retry(clock.now(), count);
    });
  }

  /** Whether a worker has been given the task. @param {Row} row */
  isRunning(row) {
    return row.status < FINISHED && this.isProcessing(row.task);
  }

  /** The same of any task. @param {number} task Below 0 if it is forgotten. */
  isProcessing(task) {
    return task >= 0 && this.#engine.is_processing(task);
  }

  /** @param {Row} row */
  ask(row) {
    if (row.asked) return;
    row.asked = true;
    this.#asked.push(row);
    this.schedule();
  }

  /**
   * Of the tasks of these rows their client holds no future any more.
   * @param {Wisher} driver
   * @param {Iterable<Row>} rows
   */
  release(driver, rows) {
    const count = this.#tasks(rows, (row) => row.handles === 0 && row.status !== CANCELLED && !this.#shares(row));
    if (!count) return;
    this.as(driver);
    this.#engine.release(clock.now(), count);
  }

  /**
   * Of places of a map that were dropped their client holds no future any more. Those that are rows by now are returned instead.
   * @param {Driver} driver
   * @param {Rows} rows
   * @param {number[]} places
   */
  releasePlaces(driver, rows, places) {
    const apart = [];
    for (const place of places) {
      // Whoever waits for it is told by its row.
      if (rows.isApart(place) || rows.isWanted(place)) apart.push(rows.apart(place));
      else if (rows.taskOf(place) >= 0) this.#scratch.push(rows.taskOf(place));
    }
    const count = this.#scratch.length;
    if (count) {
      this.as(driver);
      this.#port.pour(this.#scratch);
      this.#engine.release(clock.now(), count);
    }
    return apart;
  }

  /** A client that is no driver wants tasks, or no more. @param {Wisher} wisher @param {number[]} tasks @param {boolean} wants */
  wish(wisher, tasks, wants) {
    this.step(() => {
      for (const task of tasks) this.#scratch.push(task);
      this.#port.pour(this.#scratch);
      this.as(wisher);
      if (wants) this.#engine.hold(clock.now(), tasks.length);
      else this.#engine.release(clock.now(), tasks.length);
    });
  }

  // --- Turns ---

  schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    endTurn(this.#endTurn);
  }

  /** At the end of the turn the driver says what it has dropped. @param {Driver} driver */
  sweepLater(driver) {
    this.#dropping.add(driver);
    this.schedule();
  }

  tidyLater() {
    this.#tidyLater.want();
  }

  /** @param {number} most Released futures of each client whose tasks are forgotten now. */
  #flush(most) {
    this.#scheduled = false;
    if (this.#ended) return;
    for (const driver of this.#dropping) if (!driver.sweep(most)) this.#dropping.delete(driver);
    if (this.#dropping.size) this.#nextTurn.want();
    const asked = this.#tasks(this.#asked, (row) => row.asked);
    this.#asked = [];
    if (asked) this.#engine.want(clock.now(), asked);
    this.#take(NOTHING);
  }

  #tidyWhenCalm() {
    if (clock.now() - this.#reported < LATER && this.#putOff++ < MOST_PUT_OFF) this.#tidyLater.want();
    else this.tidy();
  }

  #tidy() {
    this.#putOff = 0;
    if (this.#ended) return;
    for (const driver of this.#drivers) if (driver.register()) this.tidyLater();
    this.#engine.hurry();
    this.#take(NOTHING);
  }

  /** Tells the engine something and performs what follows. @param {() => void} tell */
  step(tell) {
    this.#guarded(() => {
      if (this.#ended) return;
      tell();
      this.#take(NOTHING);
    });
  }

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

  /** From now on the engine acts for this client. @param {Wisher} wisher */
  as(wisher) {
    if (this.#acting === wisher) return;
    this.#acting = wisher;
    this.#engine.act_for(wisher.id);
    this.#engine.act_within(wisher.worker, wisher.run);
  }

  /**
   * Writes the tasks of those rows that are still theirs into the inbox; returns how many.
   * @param {Iterable<Row>} rows
   * @param {(row: Row) => boolean} which
   */
  #tasks(rows, which) {
    for (const row of rows) if (row.task >= 0 && which(row)) this.#scratch.push(row.task);
    const count = this.#scratch.length;
    if (count) this.#port.pour(this.#scratch);
    return count;
  }

  /** Whether another row says to the engine, under the same id, that the task is wanted. @param {Row} row */
  #shares(row) {
    return isWished(this.table.at(row.task), row);
  }

  /**
   * @param {number} worker
   * @param {import('../words.js').Message} words
   * @param {any[]} values
   */
  #report(worker, words, values) {
    if (this.#ended) return;
    this.#port.put(words);
    this.#reported = clock.now();
    const readable = this.#engine.report(this.#reported, worker, words.length);
    this.#take(values);
    if (!readable) this.pool.garbled(worker);
  }

  /**
   * Performs what the engine has decided.
   * @param {any[]} values The values of the report that led to it.
   * @param {boolean} [held] Whether workers get what was held back, too.
   */
  #take(values, held = false) {
    const start = this.#engine.take(held) / 8 + 2;
    const { view } = this.#port;
    if (view[start - 2]) this.tidyLater();
    if (view[start - 1]) this.#soon.want();
    // Orders go first: a call that was given up before it left is run and forgotten in one turn, and needs its row to leave.
    let at = start + 1 + view[start];
    const workers = view[at++];
    for (let i = 0; i < workers; i++) {
      const first = at + 2;
      at = first + view[at + 1];
      this.pool.send(view[first - 2], view, first, at, this.table, this.ids.functions);
    }
    this.#decisions.perform(view, start, values);
  }

  // --- The end ---

  /**
   * Ends every task that has not settled, and every client.
   * @param {string} reason
   * @param {Error} [error]
   */
  #end(reason, error) {
    if (this.#ended) return;
    this.#ended = true;
    this.#clock.stop();
    this.#watch.stop();
    for (const driver of this.#drivers) driver.end(reason);
    this.#drivers.clear();
    this.sizing.stop();
    this.coordinator.end();
    this.pool.close(error);
    this.replication.end();
    for (const row of this.table.all()) {
      if (!error) row.cancel(reason);
      else if (row.status < FINISHED) row.fail(error);
    }
    this.table.clear();
  }
}
