// What the engine decided, done on the page: tasks settle, are lost, made again and forgotten; questions are answered; timers set.

import { ofWord } from '../cloning.js';
import * as wire from '../wire.js';
import { decodeError } from './errors.js';
import { failure } from './failure.js';
import { RESTARTED } from './future.js';
import { ABSENT, CANCELLED, ERRED, FINISHED } from './row.js';
import { Rows } from './rows.js';

/** @import { Clock } from './clock.js' */
/** @import { Hub } from './hub.js' */
/** @import { Row } from './row.js' */
/** @import { Watch } from './watch.js' */

const NONE = new Float64Array();

export class Decisions {
  #hub;
  #table;
  #clock;
  #watch;
  /** Why tasks failed, by task: a row says that its client gave it up, if it did. @type {Map<number, any>} */
  #errors = new Map();
  /** Where words are copied to, unless some that are there are being performed. */
  #words = NONE;
  lastDeath = { name: '', how: '', lines: /** @type {string[]} */ ([]) };

  /**
   * @param {Hub} hub
   * @param {Clock} clock
   * @param {Watch} watch
   */
  constructor(hub, clock, watch) {
    this.#hub = hub;
    this.#table = hub.table;
    this.#clock = clock;
    this.#watch = watch;
  }

  /**
   * @param {Float64Array} view Has the words of what was decided.
   * @param {number} start Where their number is, and then they.
   * @param {any[]} values
   */
  perform(view, start, values) {
    // A copy: what is done may call the engine, whose memory moves when it grows, and may lead to more that is to be done.
    const count = view[start];
    const words = this.#words.length < count ? new Float64Array(2 * count) : this.#words;
    this.#words = NONE;
    for (let i = 0; i < count; i++) words[i] = view[start + 1 + i];
    this.#performAll(words, count, values);
    this.#words = words;
  }

  /**
   * @param {Float64Array} words
   * @param {number} count
   * @param {any[]} values
   */
  #performAll(words, count, values) {
    const table = this.#table;
    for (let at = 0; at < count; ) {
      const task = words[at + 1];
      switch (words[at]) {
        case wire.SETTLE_FINISHED:
          table.finish(task, words[at + 2], words[at + 3], words[at + 4] ? values[words[at + 4] - 1] : ABSENT);
          at += 5;
          continue;
        case wire.SETTLE_NUMBERS: {
          const type = words[at + 1];
          const end = at + 3 + 2 * words[at + 2];
          for (at += 3; at < end; at += 2) {
            table.finish(words[at], type, wire.NUMBER_BYTES, ofWord(type, words[at + 1]));
          }
          continue;
        }
        case wire.FORGET:
          this.#forget(task);
          at += 2;
          continue;
        case wire.REMIND:
          this.#clock.set(words[at + 1]);
          at += 2;
          continue;
        case wire.COPIED:
          this.#hub.replication.copied(task);
          at += 2;
          continue;
        case wire.ANSWER:
          this.#hub.coordinator.answered(task, words[at + 2], words[at + 3]);
          at += 4;
          continue;
        case wire.DISCARD:
          this.#hub.coordinator.discard(task);
          at += 2;
          continue;
        case wire.WATCH:
          if (words[at + 2]) this.#watch.begin(task);
          else this.#watch.end(task);
          at += 3;
          continue;
        case wire.TERMINATE:
          this.#watch.forget(task);
          this.#hub.pool.replace(task);
          at += 2;
          continue;
      }
      const first = /** @type {Row} */ (table.at(task));
      /** @type {Row | null} */
      let row = first;
      switch (words[at]) {
        case wire.SETTLE_ERRED: {
          const value = words[at + 3];
          this.#fail(task, value ? decodeError(values[value - 1], first.key) : this.#errors.get(words[at + 2]));
          at += 4;
          break;
        }
        case wire.DELIVER:
          for (; row; row = row.next) if (row.asked) row.deliver(values[words[at + 2] - 1]);
          at += 3;
          break;
        case wire.UNDELIVERED: {
          const error = decodeError(values[words[at + 2] - 1], first.key);
          for (; row; row = row.next) row.undelivered(error);
          at += 3;
          break;
        }
        case wire.SETTLE_FAILED: {
          this.#settleFailed(first, words[at + 2], words[at + 3]);
          at += 4;
          break;
        }
        case wire.LOST:
          for (; row; row = row.next) if (row.status === FINISHED) row.lose();
          at += 2;
          break;
        default: // UNSETTLE
          this.#errors.delete(task);
          for (; row; row = row.next) if (row.status !== CANCELLED) row.unsettle();
          at += 2;
      }
    }
  }

  /** @param {number} task */
  #forget(task) {
    const { rows, places } = this.#table;
    const first = /** @type {Row | Rows} */ (rows[task]);
    this.#table.remove(task);
    if (this.#errors.size) this.#errors.delete(task);
    if (first instanceof Rows) return first.forget(places[task]);
    for (let row = /** @type {Row | null} */ (first); row; row = row.next) {
      if (row.name !== undefined) {
        this.#hub.names.free(row);
        this.#hub.copies.free(row);
      }
      row.task = -1;
    }
  }

  /**
   * @param {number} task
   * @param {any} error
   */
  #fail(task, error) {
    this.#errors.set(task, error);
    for (let row = this.#table.at(task); row; row = row.next ?? undefined) if (row.status < ERRED) row.fail(error);
  }

  /**
   * @param {Row} first
   * @param {number} reason
   * @param {number} detail
   */
  #settleFailed(first, reason, detail) {
    const restarted = reason === wire.RESTARTED;
    if (!restarted && reason !== wire.CANCELLED) {
      return this.#fail(first.task, failure(reason, first.key, detail, this.lastDeath, this.#hub.pool));
    }
    const blame = restarted ? first : /** @type {Row} */ (this.#table.at(detail));
    let givenUp = /** @type {Row | null} */ (blame);
    while (givenUp && !givenUp.givenUp) givenUp = givenUp.next;
    const why = restarted ? RESTARTED : givenUp?.givenUp?.reason;
    for (let row = /** @type {Row | null} */ (first); row; row = row.next) {
      this.#hub.names.free(row);
      row.cancel(why, row.task === blame.task ? row : blame);
    }
  }
}
