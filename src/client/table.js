// Which row each task is, by the scheduler's ids: a row of its own, or a place among the rows of a map.

import { CANCELLED, FINISHED, Row } from './row.js';
import { Rows } from './rows.js';

export class Table {
  /** @type {(Row | Rows | undefined)[]} */
  rows = [];
  /** Of tasks among the rows of a map. */
  places = new Int32Array(256);
  /** How many tasks there are. */
  size = 0;

  /**
   * @param {number} task
   * @param {Row} row
   */
  add(task, row) {
    this.rows[task] = row;
    this.size++;
  }

  /**
   * @param {number} task
   * @param {Rows} rows
   * @param {number} place
   */
  addPlace(task, rows, place) {
    if (task >= this.places.length) {
      const grown = new Int32Array(2 * task + 2);
      grown.set(this.places);
      this.places = grown;
    }
    this.rows[task] = rows;
    this.places[task] = place;
    this.size++;
  }

  /**
   * What was a place has a row of its own, if the task is still that.
   * @param {number} task
   * @param {Rows} rows
   * @param {number} place
   * @param {Row} row
   */
  replace(task, rows, place, row) {
    if (this.isPlace(task, rows, place)) this.rows[task] = row;
  }

  /**
   * @param {number} task
   * @param {Rows} rows
   * @param {number} place
   */
  isPlace(task, rows, place) {
    return this.rows[task] === rows && this.places[task] === place;
  }

  /** The task's own row, made if need be. @param {number} task */
  at(task) {
    const row = this.rows[task];
    return row instanceof Rows ? row.apart(this.places[task]) : row;
  }

  /**
   * Reads from the engine's answer which task each call is, and puts known rows into the places of those that are equal.
   * @param {Float64Array} view
   * @param {number} answer
   * @param {Row[]} rows
   */
  accept(view, answer, rows) {
    let serial = view[answer];
    for (let i = 0; i < rows.length; i++) {
      // Twice the task, which leaves room in 32 bits.
      const word = view[answer + 1 + i] >>> 0;
      const task = word >>> 1;
      if (word & 1) {
        rows[i] = this.known(task, rows[i]);
      } else {
        this.add(task, rows[i]);
        rows[i].task = task;
        rows[i].serial = ++serial;
      }
    }
  }

  /**
   * The same of the calls of a map.
   * @param {Float64Array} view
   * @param {number} answer
   * @param {Rows} columns
   */
  acceptMap(view, answer, columns) {
    let serial = view[answer];
    for (let place = 0; place < columns.values.length; place++) {
      const word = view[answer + 1 + place] >>> 0;
      const task = word >>> 1;
      if (word & 1) {
        columns.stand(place, this.known(task, columns.apart(place)));
      } else {
        this.addPlace(task, columns, place);
        columns.accept(place, task, ++serial);
      }
    }
  }

  /**
   * The row of a task that is known: the client's own, or this one beside those of other clients.
   * @param {number} task
   * @param {Row} row
   */
  known(task, row) {
    const first = /** @type {Row} */ (this.at(task));
    /** @type {Row | undefined} */
    let settled;
    for (let one = first; ; one = one.next) {
      // One that was given up stays so, though others want its task.
      if (one.status !== CANCELLED) {
        if (one.driver === row.driver) return one;
        if (!settled || one.handles) settled = one;
      }
      if (!one.next) {
        one.next = row;
        break;
      }
    }
    row.join(first, settled);
    return row;
  }

  /**
   * A task has finished.
   * @param {number} task
   * @param {number} type
   * @param {number} bytes
   * @param {any} value `ABSENT` if it has not come along.
   */
  finish(task, type, bytes, value) {
    const first = /** @type {Row | Rows} */ (this.rows[task]);
    if (first instanceof Rows) return first.finish(this.places[task], type, bytes, value);
    for (let row = /** @type {Row | null} */ (first); row; row = row.next) {
      if (row.status < FINISHED) row.finish(type, bytes, value);
    }
  }

  /**
   * A row of a known task for another client, or its own if it has one.
   * @param {import('./chain.js').Wisher} client
   * @param {Row} row
   * @param {string} [actor] What it is, if the task makes one.
   */
  adopt(client, row, actor) {
    const own = client.row(row.fn, [], actor);
    own.tokens = row.tokens;
    own.place = row.place;
    own.name = row.name;
    return this.known(row.task, own);
  }

  /** The rows of all tasks and clients. */
  *all() {
    for (let task = 0; task < this.rows.length; task++) {
      for (let row = this.at(task); row; row = row.next ?? undefined) yield row;
    }
  }

  /** The scheduler uses the id for another task from now on. @param {number} task */
  remove(task) {
    this.rows[task] = undefined;
    this.size--;
  }

  clear() {
    this.rows = [];
    this.size = 0;
  }
}
