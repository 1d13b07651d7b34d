// Names pure calls: murmur3 (x86, 128 bits) over a function and its arguments, a 32-bit word at a time.
// Austin Appleby's public-domain algorithm: https://github.com/aappleby/smhasher/wiki/MurmurHash3

/** Above this many bytes arguments are not hashed, and the call is impure. */
const HASH_LIMIT = 65536;

/** That of the present hash. */
let limit = HASH_LIMIT;

/** The hash of the last call: four unsigned lanes. */
export const lanes = new Uint32Array(4);

/** The tag of numbers. */
const NUMBER = 1;

const number = new Float64Array(1);
const numberWords = new Int32Array(number.buffer);
/** The lanes so far: in an array of their own, for a variable of the module takes a new object for every number that is not small. */
const h = new Int32Array(4);
let words = 0;

/**
 * Hashes a call into `lanes`.
 * @param {Uint32Array} fn Names the function.
 * @param {import('./collect.js').Collected} call Its arguments.
 * @param {readonly number[]} names Numbers that name the futures and lazy calls among them.
 * @param {number} [most] Bytes of arguments.
 * @returns {boolean} Whether the arguments can name the call; if not, the call is impure.
 */
export function hashCall(fn, call, names, most = HASH_LIMIT) {
  limit = most;
  for (let lane = 0; lane < 4; lane++) h[lane] = fn[lane];
  words = 0;
  for (let i = 0; i < call.args.length; i++) if (!add(call.args[i], 0)) return false;
  for (let i = 0; i < names.length; i++) word(names[i]);
  for (let i = 0; i < call.positions.length; i++) word(call.positions[i]);
  if (call.paths && !add(call.paths, 0)) return false;
  finish();
  return true;
}

/**
 * The same of a call that takes one number and nothing else: so are most of many.
 * @param {Uint32Array} fn
 * @param {number} value
 * @param {Uint32Array} into Gets the four lanes
 * @param {number} at here.
 */
export function hashNumber(fn, value, into, at) {
  number[0] = value;
  const a = first(fn[0], fn[1], NUMBER);
  const b = second(fn[1], fn[2], numberWords[0]);
  const c = third(fn[2], fn[3], numberWords[1]);
  end(a ^ 3, b ^ 3, c ^ 3, fn[3] ^ 3, into, at);
}

/**
 * Names a text, such as what a function is.
 * @param {string} value
 */
export function hashText(value) {
  // Different seeds, so that the lanes of a short text differ too.
  [h[0], h[1], h[2], h[3]] = [0, 0x9e3779b9, 0x3c6ef372, 0xdaa66d2b];
  words = 0;
  for (let i = 0; i < value.length; i++) word(value.charCodeAt(i));
  finish();
  return lanes.slice();
}

/**
 * Names a call that was given a key.
 * @param {string} key
 * @param {Uint32Array} call Names the call without it.
 * @returns {Uint32Array} `lanes`
 */
export function hashKey(key, call) {
  h.set(call);
  words = 0;
  text(16, key);
  finish();
  return lanes;
}

/**
 * @param {unknown} value
 * @param {number} depth
 * @returns {boolean} Whether it can be hashed.
 */
function add(value, depth) {
  if (words > limit / 4 || depth > 64) return false;
  switch (typeof value) {
    case 'number':
      number[0] = value;
      return tag(NUMBER) && word(numberWords[0]) && word(numberWords[1]);
    case 'string':
      return text(2, value);
    case 'boolean':
      return tag(value ? 3 : 4);
    case 'undefined':
      return tag(5);
    case 'bigint':
      return text(6, String(value));
    case 'object':
      return value === null ? tag(7) : object(value, depth + 1);
    default:
      return false;
  }
}

/**
 * @param {object} value
 * @param {number} depth
 * @returns {boolean}
 */
function object(value, depth) {
  if (Array.isArray(value)) return tag(8) && each(value, depth);
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    if (buffer instanceof sharedBuffer) return false;
    return text(9, value.constructor.name) && bytes(buffer, byteOffset, byteLength);
  }
  if (value instanceof ArrayBuffer) return tag(10) && bytes(value, 0, value.byteLength);
  if (value instanceof Date) return tag(11) && add(value.getTime(), depth);
  if (value instanceof Map) return tag(12) && each([...value], depth);
  if (value instanceof Set) return tag(13) && each([...value], depth);
  if (value instanceof RegExp) return text(14, String(value));
  const prototype = Object.getPrototypeOf(value);
  return (prototype === null || prototype === Object.prototype) && tag(15) && each(Object.entries(value), depth);
}

/**
 * @param {readonly unknown[]} items
 * @param {number} depth
 */
function each(items, depth) {
  word(items.length);
  for (let i = 0; i < items.length; i++) if (!add(items[i], depth)) return false;
  return true;
}

/**
 * @param {number} kind
 * @param {string} value
 */
function text(kind, value) {
  if (value.length * 2 > limit) return false;
  tag(kind);
  word(value.length);
  let i = 0;
  for (; i + 1 < value.length; i += 2) word(value.charCodeAt(i) | (value.charCodeAt(i + 1) << 16));
  return i === value.length || word(value.charCodeAt(i));
}

/**
 * @param {ArrayBufferLike} buffer
 * @param {number} offset
 * @param {number} length
 */
function bytes(buffer, offset, length) {
  if (length > limit) return false;
  const view = new DataView(buffer, offset, length);
  word(length);
  let i = 0;
  for (; i + 4 <= length; i += 4) word(view.getUint32(i, true));
  for (; i < length; i++) word(view.getUint8(i));
  return true;
}

const sharedBuffer = typeof SharedArrayBuffer === 'function' ? SharedArrayBuffer : class {};

/** @param {number} kind What follows, so that values of different types differ. */
function tag(kind) {
  return word(kind);
}

/** @param {number} k */
function word(k) {
  switch (words++ & 3) {
    case 0:
      h[0] = first(h[0], h[1], k);
      break;
    case 1:
      h[1] = second(h[1], h[2], k);
      break;
    case 2:
      h[2] = third(h[2], h[3], k);
      break;
    default:
      h[3] = fourth(h[3], h[0], k);
  }
  return true;
}

// What a word makes of its lane and of the lane after it.

/** @param {number} lane @param {number} after @param {number} k */
function first(lane, after, k) {
  const mixed = lane ^ Math.imul(rotate(Math.imul(k, 0x239b961b), 15), 0xab0e9789);
  return (Math.imul(rotate(mixed, 19) + after, 5) + 0x561ccd1b) | 0;
}

/** @param {number} lane @param {number} after @param {number} k */
function second(lane, after, k) {
  const mixed = lane ^ Math.imul(rotate(Math.imul(k, 0xab0e9789), 16), 0x38b34ae5);
  return (Math.imul(rotate(mixed, 17) + after, 5) + 0x0bcaa747) | 0;
}

/** @param {number} lane @param {number} after @param {number} k */
function third(lane, after, k) {
  const mixed = lane ^ Math.imul(rotate(Math.imul(k, 0x38b34ae5), 17), 0xa1e38b93);
  return (Math.imul(rotate(mixed, 15) + after, 5) + 0x96cd1c35) | 0;
}

/** @param {number} lane @param {number} after @param {number} k */
function fourth(lane, after, k) {
  const mixed = lane ^ Math.imul(rotate(Math.imul(k, 0xa1e38b93), 18), 0x239b961b);
  return (Math.imul(rotate(mixed, 13) + after, 5) + 0x32ac3b17) | 0;
}

/** Ends the hash of `words` words in `h`. */
function finish() {
  end(h[0] ^ words, h[1] ^ words, h[2] ^ words, h[3] ^ words, lanes, 0);
}

/**
 * @param {number} a
 * @param {number} b
 * @param {number} c
 * @param {number} d
 * @param {Uint32Array} into
 * @param {number} at
 */
function end(a, b, c, d, into, at) {
  a = (a + b + c + d) | 0;
  b = avalanche((b + a) | 0);
  c = avalanche((c + a) | 0);
  d = avalanche((d + a) | 0);
  a = avalanche(a);
  a = (a + b + c + d) | 0;
  into[at] = a;
  into[at + 1] = b + a;
  into[at + 2] = c + a;
  into[at + 3] = d + a;
}

/**
 * @param {number} x
 * @param {number} by
 */
function rotate(x, by) {
  return (x << by) | (x >>> (32 - by));
}

/** @param {number} h */
function avalanche(h) {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
