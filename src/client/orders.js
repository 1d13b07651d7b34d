// A turn's orders for one worker, made into a message: with arguments, functions and ports, which only the page has.

import { ASK, DEP_WORDS, DROP, FETCH, FUTURE, GONE, NESTED, PUT, RUN, RUN_HEAD, SEND, STOP, WANTED } from '../wire.js';
import { message, passing } from '../words.js';
import { travelling } from './chain.js';
import { Rows } from './rows.js';

/** @import { Row } from './row.js' */

/**
 * @typedef {object} Letter
 * @property {import('../words.js').Message} words
 * @property {unknown[]} values
 * @property {Transferable[]} transfer
 * @property {{ functions: [number, unknown][], ports: [number, MessagePort][] }} [setup] What the worker needs to know first.
 * @property {number[]} stops Runs that it has to stop.
 */

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
  const words = message(view, start, end);
  /** @type {unknown[]} */
  const values = [];
  /** @type {Letter} */
  const letter = { words, values, transfer: passing(words), stops: [] };
  const setup = () => (letter.setup ??= { functions: [], ports: [] });
  const meet = (/** @type {number} */ other) => {
    if (other === member.id || member.ports.has(other)) return;
    const port = connect(other);
    setup().ports.push([other, port]);
    letter.transfer.push(port);
  };
  for (let at = 0; at < words.length; ) {
    switch (words[at]) {
      case RUN: {
        const row = /** @type {Row | Rows} */ (table.rows[words[at + 1]]);
        /** @type {readonly number[] | null} */
        let positions = null;
        if (row instanceof Rows) {
          const place = table.places[words[at + 1]];
          words[at + 4] += (row.isWanted(place) ? WANTED : 0) + (row.isHeld(place) ? FUTURE : 0);
          words[at + 5] = row.width;
          const first = place * row.width;
          for (let i = first; i < first + row.width; i++) values.push(row.args[i]);
        } else {
          const { args, paths } = row;
          positions = row.positions;
          words[at + 4] += travelling(row) + (paths ? NESTED : 0);
          words[at + 5] = args.length;
          for (let i = 0; i < args.length; i++) values.push(args[i]);
          if (paths) values.push(paths);
        }
        if (!member.functions.has(row.fn)) {
          member.functions.add(row.fn);
          setup().functions.push([row.fn, functions[row.fn].definition]);
        }
        const deps = words[at + 6];
        at += RUN_HEAD;
        for (let i = 0; i < deps; i++, at += DEP_WORDS) {
          words[at + 3] = /** @type {readonly number[]} */ (positions)[i];
          const from = words[at + 2];
          meet(from < 0 ? -1 - from : from);
        }
        break;
      }
      case PUT: {
        const row = /** @type {Row} */ (table.at(words[at + 1]));
        const [value, moved] = row.args;
        values.push(value);
        // What is kept to be sent again is copied.
        if (moved) {
          row.args = [];
          letter.transfer.push(.../** @type {Transferable[]} */ (moved));
        }
        at += 3;
        break;
      }
      case SEND:
        member.sent.set(words[at + 1], words[at + 2]);
        at += 3;
        break;
      case DROP:
      case GONE:
        at += 2;
        break;
      case STOP:
        if (words[at + 2] === 1) letter.stops.push(words[at + 1]);
        at += 3;
        break;
      case FETCH:
      case ASK:
        meet(words[at + 3]);
        at += words[at] === ASK ? 5 : 4;
        break;
      default:
        at += 1;
    }
  }
  return letter;
}
