// Data on its way into the workers: divided into pieces, copied or taken over, named, and described for the engine.

import { sizeOf, snapshot, typeIndex, uncloneable } from '../cloning.js';
import * as wire from '../wire.js';
import { Words } from '../words.js';
import { Delayed } from './delayed.js';
import { MemoryLimitError } from './errors.js';
import { taskOf } from './functions.js';
import { Future } from './future.js';
import { hashCall, hashKey, lanes } from './hash.js';
import { compare } from './names.js';
import { flag, keyAt, Settings, whole } from './settings.js';

/** @import { Driver } from './driver.js' */

/** Up to this many bytes equal data is one task unless `hash` says otherwise: to hash as much takes some milliseconds. */
const HASHED = 1024 * 1024;
/** Copies: one in every worker. */
const EVERYWHERE = 0xffffffff;
const MOST_COPIES = 256;

/** Names scattered data; never called. */
const DATA = taskOf((/** @type {unknown} */ data) => data).renamed('data');

/** Data that is one piece, whatever it is: the Rust client says which vectors are lists of pieces. */
export class Whole {
  /** @param {unknown} data */
  constructor(data) {
    this.data = data;
  }
}

/**
 * @typedef {object} Division What was scattered, piece by piece.
 * @property {unknown[]} pieces
 * @property {string[]} names What each piece is called in errors.
 * @property {boolean} single Whether it is one piece as it is.
 * @property {(futures: Future<any>[]) => any} shape The same shape with futures in the place of pieces.
 */

/**
 * @param {Driver} driver
 * @param {Settings} settings
 * @param {unknown} x
 * @param {{ broadcast?: boolean | number, hash?: boolean, transfer?: Transferable[] }} options
 * @returns {any} A future, or an array or an object of futures.
 */
export function scatter(driver, settings, x, options) {
  driver.assertOpen('scatter');
  settings.signal?.throwIfAborted();
  const { copies, hash, transfer } = checked(options);
  const { pieces: given, names, single, shape } = divide(x);
  const limit = driver.pool.largestLimit(settings.workers, settings.allowOtherWorkers);
  if (limit < Number.POSITIVE_INFINITY) {
    given.forEach((piece, i) => {
      const bytes = sizeOf(piece);
      if (bytes > limit) throw new MemoryLimitError(names[i], bytes, limit);
    });
  }
  const passed = transfer.length ? taken(given, names, transfer) : null;
  const pieces = passed ? passed.pieces : given.map((piece, i) => snapshot(piece, names[i]));
  // Again: reading the data has run getters of the user's.
  driver.assertOpen('scatter');
  const { key } = settings;
  if (single && Array.isArray(key))
    throw new TypeError('scatter: an array of keys is for several pieces: give one key');
  const keys = Array.isArray(key) ? key : single && key !== undefined ? [key] : null;
  const fn = driver.ids.ofFunction(typeof key === 'string' ? DATA.renamed(key) : DATA);
  const most = hash === undefined ? HASHED : hash ? Number.POSITIVE_INFINITY : 0;
  const words = new Words();
  const tokens = new Uint32Array(4 * pieces.length);
  /** @type {Map<string, { call: Uint32Array | null, i: number }>} */
  const claimed = new Map();
  const rows = pieces.map((piece, i) => {
    const bytes = sizeOf(piece);
    const call = { args: [piece], inputs: [], positions: [], paths: null };
    /** @type {Uint32Array | undefined} */
    let named = bytes <= most && hashCall(DATA.hash, call, [], most) ? lanes : undefined;
    if (keys) {
      const own = keyAt(keys, i);
      const equal = named ? named.slice() : null;
      const twin = claimed.get(own);
      if (twin) compare(own, twin.call, equal, DATA.name);
      else driver.checkKey(own, equal);
      claimed.set(own, { call: equal, i });
      named = hashKey(own, equal ?? crypto.getRandomValues(new Uint32Array(4)));
    }
    // What the page gave away is not copied to be kept.
    const moved = passed ? passed.moved[i] : [];
    const row = driver.row(fn, [piece]);
    const kept = !moved.length && driver.copies.keep(row, isShared(piece) ? 0 : bytes);
    if (!kept) row.args.push(moved.length ? moved : bufferOf(piece));
    const at = words.extend(wire.PIECE_WORDS);
    words.at[at] = bytes;
    words.at[at + 1] = typeIndex(piece) + (kept ? wire.KEPT : 0) + (named ? wire.HASHED : 0);
    for (let lane = 0; lane < 4; lane++) words.at[at + 2 + lane] = named ? named[lane] : 0;
    if (named) tokens.set(named, 4 * i);
    row.tokens = tokens;
    row.place = i;
    return row;
  });
  if (rows.length) driver.scatter(fn, places(driver, settings), copies, words, rows);
  for (const [own, { call, i }] of claimed) driver.names.give(own, rows[i], call);
  return shape(rows.map((row) => new Future(row)));
}

/**
 * @param {unknown} options
 * @returns {{ copies: number, hash: boolean | undefined, transfer: Transferable[] }}
 */
function checked(options) {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`scatter takes data and options such as { broadcast: true }, got ${options}`);
  }
  const { broadcast = false, hash, transfer = [], ...unknown } = /** @type {any} */ (options);
  const [other] = Object.keys(unknown);
  if (other) throw new TypeError(`scatter has no option "${other}", only broadcast, hash, transfer`);
  if (hash !== undefined) flag('hash', hash);
  if (!Array.isArray(transfer))
    throw new TypeError('transfer is an array of what is to be moved, such as [array.buffer]');
  const copies =
    broadcast === true ? EVERYWHERE : broadcast === false ? 1 : whole('broadcast', broadcast, 1, MOST_COPIES);
  return { copies, hash, transfer };
}

/**
 * @param {unknown} x
 * @returns {Division}
 */
function divide(x) {
  if (x instanceof Whole) return undivided(x.data);
  if (x instanceof Future || x instanceof Delayed) throw new TypeError(`scatter takes data, got ${x}`);
  if (isIterator(x)) throw new TypeError('scatter takes data, got an iterator: make an array of what it yields');
  if (isArray(x))
    return { pieces: x, names: x.map((_, i) => `data[${i}]`), single: false, shape: (futures) => futures };
  if (isRecord(x)) {
    const keys = Object.keys(x);
    const shape = (/** @type {Future<any>[]} */ futures) => Object.fromEntries(keys.map((key, i) => [key, futures[i]]));
    return { pieces: Object.values(x), names: keys.map((key) => `data.${key}`), single: false, shape };
  }
  return undivided(x);
}

/**
 * @param {unknown} x
 * @returns {Division}
 */
function undivided(x) {
  return { pieces: [x], names: ['data'], single: true, shape: ([future]) => future };
}

/**
 * Takes over what the page gives away, and copies the rest.
 * @param {unknown[]} given
 * @param {string[]} names
 * @param {Transferable[]} transfer
 * @returns {{ pieces: unknown[], moved: Transferable[][] }} For each piece what must be moved with it.
 */
function taken(given, names, transfer) {
  // Which piece each is a part of: a part of several could go to one worker only.
  const owners = transfer.map((one, i) => {
    const owners = given.flatMap((piece, place) => (holds(piece, one) ? [place] : []));
    if (owners.length > 1) {
      throw new TypeError(
        `transfer[${i}] is a part of ${names[owners[0]]} and of ${names[owners[1]]}, which are sent apart`,
      );
    }
    return owners[0];
  });
  try {
    const [pieces, moving] = /** @type {[unknown[], Transferable[]]} */ (
      structuredClone([given, transfer], { transfer })
    );
    const moved = given.map((_, place) => moving.filter((_, i) => owners[i] === place));
    return { pieces, moved };
  } catch (error) {
    for (let i = 0; i < given.length; i++) {
      const refused = uncloneable(given[i], names[i]);
      if (refused) throw refused;
    }
    throw new TypeError(`transfer: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
}

/**
 * Whether something is a part of a value, at any depth.
 * @param {unknown} value
 * @param {object} part
 */
function holds(value, part) {
  const seen = new Set();
  const open = [value];
  while (open.length) {
    const one = /** @type {any} */ (open.pop());
    if (typeof one !== 'object' || one === null || seen.has(one)) continue;
    if (one === part || (ArrayBuffer.isView(one) && one.buffer === part)) return true;
    seen.add(one);
    if (one instanceof Map) for (const entry of one) open.push(...entry);
    else if (one instanceof Set) for (const member of one) open.push(member);
    else if (!ArrayBuffer.isView(one)) for (const member of Object.values(one)) open.push(member);
  }
  return false;
}

/**
 * The id of the options that say where the data may lie.
 * @param {Driver} driver
 * @param {Settings} settings
 */
function places(driver, { workers, allowOtherWorkers, transfer }) {
  return driver.ids.ofOptions(Object.assign(new Settings(), { workers, allowOtherWorkers, transfer }));
}

/** What can be moved of a piece that nobody else has. @param {any} piece @returns {Transferable[]} */
function bufferOf(piece) {
  const buffer = ArrayBuffer.isView(piece) ? piece.buffer : piece;
  return buffer instanceof ArrayBuffer ? [buffer] : [];
}

/** @param {any} piece */
function isShared(piece) {
  const buffer = ArrayBuffer.isView(piece) ? piece.buffer : piece;
  return Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';
}

/** An array that is of no class of the user's. @param {unknown} x @returns {x is unknown[]} */
function isArray(x) {
  return Array.isArray(x) && Array.isArray(Object.getPrototypeOf(x));
}

/** @param {any} x */
function isIterator(x) {
  return typeof x?.next === 'function' && (Symbol.iterator in x || Symbol.asyncIterator in x);
}

/** @param {unknown} x @returns {x is Record<string, unknown>} */
function isRecord(x) {
  const prototype = typeof x === 'object' && x !== null ? Object.getPrototypeOf(x) : undefined;
  return prototype === null || prototype === Object.prototype;
}
