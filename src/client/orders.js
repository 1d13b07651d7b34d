// A turn's orders for one worker, made into a message: with arguments, functions and ports, which only the page has.

import {
  ASK,
  DEP_WORDS,
  FETCH,
  FUTURE,
  NESTED,
  NUMBERS,
  PUT,
  RUN,
  RUN_HEAD,
  RUNS,
  RUNS_HEAD,
  SEND,
  STOP,
  TAKES,
  WANTED,
} from '../wire.js';
import { carry } from '../carrying.js';
import { passing, Words } from '../words.js';
import { travelling } from './chain.js';
import { Row } from './row.js';
import { Rows } from './rows.js';

/**
 * @typedef {object} Letter
 * @property {import('../words.js').Message} words
 * @property {unknown[]} values
 * @property {Transferable[]} transfer
 * @property {{ functions: [number, unknown][], ports: [number, MessagePort][] }} [setup] What the worker needs to know first.
 * @property {number[]} stops Runs that it has to stop.
 */

/** Where messages are written. */
const out = new Words();

/**
 * @param {import('./pool.js').Member} member To whom they go: it will know the functions and have asked for the values.
 * @param {Float64Array} view Has the words of the orders,
 * @param {number} start from here
 * @param {number} end to there.
 * @param {import('./table.js').Table} table
 * @param {import('./functions.js').TaskFunction[]} functions
 * @param {(other: number) => MessagePort} connect Makes the port to another worker.
 * @returns {Letter}
 */
export function letterOf(member, view, start, end, table, functions, connect) {
  /** @type {Letter} */
  const letter = { words: [], values: [], transfer: [], stops: [] };
  const { values } = letter;
  out.length = 0;
  const setup = () => (letter.setup ??= { functions: [], ports: [] });
  const meet = (/** @type {number} */ other) => {
    if (other === member.id || member.ports.has(other)) return;
    const port = connect(other);
    setup().ports.push([other, port]);
    letter.transfer.push(port);
  };
  const introduce = (/** @type {number} */ fn) => {
    if (member.functions.has(fn)) return;
    member.functions.add(fn);
    setup().functions.push([fn, functions[fn].definition]);
  };
  for (let at = start; at < end; ) {
    const task = view[at + 1];
    let words = 0;
    switch (view[at]) {
      case RUN: {
        const row = /** @type {Row | Rows} */ (table.rows[task]);
        const place = table.places[task];
        const to = copy(view, at, RUN_HEAD + DEP_WORDS * view[at + 6]);
        out.at[to + 4] = taking(view[at + 4], row) + flagsOf(row, place);
        out.at[to + 5] = argsInto(row, place, values);
        introduce(row.fn);
        if (row instanceof Row && row.paths) {
          out.at[to + 4] += NESTED;
          values.push(row.paths);
        }
        for (let i = 0, dep = to + RUN_HEAD; dep < out.length; i++, dep += DEP_WORDS) {
          out.at[dep + 3] = /** @type {any} */ (row).positions[i];
          const from = out.at[dep + 2];
          meet(from < 0 ? -1 - from : from);
        }
        at += out.length - to;
        continue;
      }
      case RUNS:
        introduce(view[at + 1]);
        at = runs(view, at, table, values);
        continue;
      case PUT: {
        const row = /** @type {Row} */ (table.at(task));
        const [value, moved] = row.args;
        values.push(value);
        // What is kept to be sent again is copied.
        if (moved) {
          row.args = [];
          letter.transfer.push(.../** @type {Transferable[]} */ (moved));
        }
        words = 3;
        break;
      }
      case SEND: {
        member.sent.set(task, view[at + 2]);
        const to = copy(view, at, 4);
        if (!isTaken(table.rows[task])) out.at[to + 3] = 0;
        at += 4;
        continue;
      }
      case STOP:
        if (view[at + 2] === 1) letter.stops.push(view[at + 1]);
        words = 3;
        break;
      case FETCH:
        meet(view[at + 3]);
        words = 4;
        break;
      case ASK:
        meet(view[at + 3]);
        words = 5;
        break;
      default: // DROP, GONE
        words = 2;
    }
    copy(view, at, words);
    at += words;
  }
  letter.words = out.take();
  carry(values, letter.transfer);
  letter.transfer.push(...passing(letter.words));
  return letter;
}

/**
 * Writes runs without inputs: those that are alike share a head.
 * @param {Float64Array} view
 * @param {number} at Where the order begins.
 * @param {import('./table.js').Table} table
 * @param {unknown[]} values Gets their arguments, unless these are numbers.
 * @returns {number} Where it ends.
 */
function runs(view, at, table, values) {
  const [fn, may] = [view[at + 1], view[at + 2]];
  const end = at + RUNS_HEAD + 2 * view[at + 4];
  let head = -1;
  let [flags, width] = [-1, -1];
  for (at += RUNS_HEAD; at < end; at += 2) {
    const task = view[at];
    const row = /** @type {Row | Rows} */ (table.rows[task]);
    const place = table.places[task];
    const numbers = areNumbers(row);
    const own = taking(may, row) + flagsOf(row, place) + (numbers ? NUMBERS : 0);
    const args = row instanceof Rows ? row.args.width : row.args.length;
    if (own !== flags || args !== width) {
      [flags, width] = [own, args];
      head = out.extend(RUNS_HEAD);
      out.at[head] = RUNS;
      out.at[head + 1] = fn;
      out.at[head + 2] = flags;
      out.at[head + 3] = width;
      out.at[head + 4] = 0;
    }
    out.at[head + 4]++;
    copy(view, at, 2);
    if (!numbers) argsInto(row, place, values);
    else if (row instanceof Rows) row.args.wordsInto(place, out);
    else for (let i = 0; i < width; i++) out.push(/** @type {number} */ (row.args[i]));
  }
  return end;
}

/**
 * Whether all arguments of a call are numbers.
 * @param {Row | Rows} row
 */
function areNumbers(row) {
  if (row instanceof Rows) return row.args.areNumbers;
  for (let i = 0; i < row.args.length; i++) if (typeof row.args[i] !== 'number') return false;
  return true;
}

/**
 * Adds the arguments of a call; returns how many.
 * @param {Row | Rows} row
 * @param {number} place
 * @param {unknown[]} values
 */
function argsInto(row, place, values) {
  if (row instanceof Rows) {
    row.args.into(place, values);
    return row.args.width;
  }
  for (let i = 0; i < row.args.length; i++) values.push(row.args[i]);
  return row.args.length;
}

/**
 * Whether somebody waits for the value, and whether somebody has a future of the task.
 * @param {Row | Rows} row
 * @param {number} place
 */
function flagsOf(row, place) {
  if (row instanceof Row) return travelling(row);
  return (row.isWanted(place) ? WANTED : 0) + (row.isHeld(place) ? FUTURE : 0);
}

/**
 * Flags of a run that say `TAKES` if the page may take the result away: only if it does.
 * @param {number} flags
 * @param {Row | Rows} row
 */
function taking(flags, row) {
  return flags & TAKES && !isTaken(row) ? flags - TAKES : flags;
}

/** Whether the page takes the result away. @param {Row | Rows | undefined} row */
function isTaken(row) {
  return row instanceof Row && row.isTaken;
}

/**
 * Copies words; returns where they begin.
 * @param {Float64Array} view
 * @param {number} from
 * @param {number} count
 */
function copy(view, from, count) {
  const to = out.extend(count);
  const { at } = out;
  for (let i = 0; i < count; i++) at[to + i] = view[from + i];
  return to;
}
