// What structured clone would carry between the page and its workers: copies, places inside a value, refusals, sizes.

import { TYPE_NUMBER, TYPES } from './wire.js';

/**
 * Steps from a value to a place inside it: index of an Array, key of an object, n-th entry of a Map (its value; below 0,
 * the key of entry `-1 - step`), n-th member of a Set.
 * @typedef {(string | number)[]} Path
 */

/** An argument or a result holds something that cannot be copied to another thread; `path` says where. */
export class DataCloneError extends Error {
  /**
   * @param {string} path the place, such as `args[1].callbacks.done`
   * @param {string} what what is there, such as `a function`
   */
  constructor(path, what) {
    super(`${path} is ${what}, which cannot be copied to another thread`);
    this.path = path;
  }
}
DataCloneError.prototype.name = 'DataCloneError';

/**
 * Copies a value at once, as structured clone would carry it: later changes of the original do not show in the copy.
 *
 * - Arrays, Maps, Sets and objects are copied with their cycles and shared references. An object of a class, or a Proxy,
 *   becomes a plain object of its enumerable properties; named properties of an array are left out.
 * - Typed arrays and DataViews take along the part of their buffer that they see; what shared a buffer still does.
 * - SharedArrayBuffers and views on them stay what they are. Everything else is left to structuredClone.
 *
 * @param {unknown} value
 * @param {string} name what the value is called in errors, such as `args`
 * @param {(object: object, path: Path) => unknown} [visitor] sees every object first: `undefined` goes on, anything else
 *   is put in its place as it is. `path` is used again: slice it to keep it. In a Set an empty object stands for `null`,
 *   since members must differ. Keys of Maps cannot be replaced.
 * @returns {any} the copy; to put values at the paths that were seen, `assign` them the last first
 * @throws {DataCloneError} for functions, symbols, promises, weak collections, DOM nodes, detached buffers
 */
export function snapshot(value, name, visitor) {
  if (isPrimitive(value)) return value;
  const copying = new Copying(value, name, visitor);
  return copying.placeViews(copying.copy(value));
}

/**
 * Puts a value at a place inside `root`, which is changed.
 *
 * @param {any} root
 * @param {Path} path
 * @param {unknown} value
 * @returns {any} the root: `value` itself when the path is empty
 */
export function assign(root, path, value) {
  if (!path.length) return value;
  let place = root;
  for (const step of path.slice(0, -1)) place = child(place, step);
  const step = /** @type {any} */ (path.at(-1));
  if (place instanceof Map) {
    place.set([...place.keys()][step], value);
  } else if (place instanceof Set) {
    const members = [...place];
    members[step] = value;
    place.clear();
    for (const member of members) place.add(member);
  } else {
    put(place, step, value);
  }
  return root;
}

/**
 * Finds the first thing in a value that structured clone refuses, without copying.
 *
 * @param {unknown} value
 * @param {string} name what the value is called in the error, such as `the result`
 * @param {number} [budget] how many elements to look at; what lies beyond is taken for good
 * @returns {DataCloneError | undefined}
 */
export function uncloneable(value, name, budget = 1000) {
  if (isPrimitive(value)) return undefined;
  const seen = new Set();
  /** @param {any} value @returns {Path | undefined} the way to the culprit */
  const search = (value) => {
    if (isPrimitive(value) || seen.has(value)) return undefined;
    const members = contents(value);
    if (!members) return isLeaf(value) ? undefined : [];
    seen.add(value);
    for (let i = 0; i < members.length && budget-- > 0; i++) {
      const path = search(members[i]);
      if (path) return [stepTo(value, i), ...path];
    }
    return undefined;
  };
  const path = search(value);
  return path && refusal(value, name, path);
}

/**
 * Whether a buffer is, or may be, a part of a value: what lies beyond a thousand elements is not looked at.
 *
 * @param {unknown} value
 * @param {ArrayBuffer} buffer
 * @returns {boolean}
 */
export function contains(value, buffer) {
  let budget = 1000;
  const seen = new Set();
  /** @param {any} value @returns {boolean} */
  const search = (value) => {
    if (isPrimitive(value) || seen.has(value)) return false;
    if (value === buffer || value.buffer === buffer) return true;
    const members = contents(value);
    if (!members) return false;
    seen.add(value);
    budget -= members.length;
    return budget < 0 || members.some(search);
  };
  return search(value);
}

/**
 * The type of a value as an index of `TYPES`; the last one for every object that has no name there.
 *
 * @param {unknown} value
 * @returns {number}
 */
export function typeIndex(value) {
  const type = value === null ? 'null' : typeof value;
  return TYPE_INDEX.get(type === 'object' ? tagOf(value) : type) ?? TYPES.length - 1;
}

/**
 * A value whose type is at most `TYPE_NUMBER`, as a number.
 *
 * @param {any} value
 * @returns {number}
 */
export function toWord(value) {
  return Number(value ?? 0);
}

/**
 * The value again.
 *
 * @param {number} type
 * @param {number} word
 */
export function ofWord(type, word) {
  if (type === TYPE_NUMBER) return word;
  return type === BOOLEAN ? word === 1 : type === NULL ? null : undefined;
}

/**
 * Estimates how many bytes a value takes, here and on its way to another thread. Buffers are exact, and count once and whole for
 * all views of them, as they travel; so are Blobs. A string counts 2 bytes a character, any other primitive 8, a container 16,
 * its contents and 16 for each key, a SharedArrayBuffer 64, since it is nobody's own. Up to 1,000 elements are looked at: bigger
 * containers are extrapolated, arrays and objects from evenly spaced elements, Maps and Sets from the first ones; right as far
 * as elements are alike.
 *
 * @param {unknown} value
 * @returns {number}
 */
export function sizeOf(value) {
  let budget = 1000;
  const seen = new Set();
  /** @param {any} value @returns {number} */
  const measure = (value) => {
    if (typeof value === 'string') return 2 * value.length;
    if (isPrimitive(value) || seen.has(value)) return 8;
    const members = sample(value, Math.max(budget, 0));
    if (!members) return leafSize(value, seen);
    seen.add(value);
    const count = value instanceof Map ? 2 * value.size : value instanceof Set ? value.size : members.length;
    const stride = Math.max(1, Math.ceil(members.length / Math.max(budget, 1)));
    let bytes = 0;
    let measured = 0;
    for (let i = 0; i < members.length && budget-- > 0; i += stride, measured++) bytes += measure(members[i]);
    const keys = isRecord(value) ? 16 * count : 0;
    return 16 + keys + Math.round(measured ? (bytes / measured) * count : 8 * count);
  };
  return measure(value);
}

/** Levels of nesting: some engines run out of stack not far beyond, in the middle of a message. */
const DEEPEST = 1000;

const BOOLEAN = TYPES.indexOf('boolean');
const NULL = TYPES.indexOf('null');
const TYPE_INDEX = new Map(TYPES.map((name, index) => [name, index]));

/** One run of `snapshot`. */
class Copying {
  /** @type {Path} */
  path = [];
  /** @type {Map<object, any>} */
  seen = new Map();
  /** Views of a part of a buffer wait: only at the end it is known what else sees it. @type {[ArrayBufferView, Path][]} */
  views = [];

  /**
   * @param {unknown} root
   * @param {string} name
   * @param {((object: object, path: Path) => unknown) | undefined} visitor
   */
  constructor(root, name, visitor) {
    this.root = root;
    this.name = name;
    this.visitor = visitor;
  }

  /** @param {any} value @returns {any} */
  copy(value) {
    if (isPrimitive(value)) return value;
    if (typeof value !== 'object') throw this.refusal();
    const replacement = this.visitor?.(value, this.path);
    if (replacement !== undefined) {
      if (this.insideKey()) throw this.refusal('a future in the key of a Map');
      return replacement;
    }
    const copied = this.seen.get(value);
    if (copied) return copied;
    if (Array.isArray(value)) {
      const copy = this.remember(value, /** @type {unknown[]} */ ([]));
      for (let i = 0; i < value.length; i++) {
        if (i in value) copy[i] = this.inside(i, value[i]);
        else copy.length = i + 1;
      }
      return copy;
    }
    if (isRecord(value)) {
      const copy = this.remember(value, {});
      for (const key of Object.keys(value)) put(copy, key, this.inside(key, value[key]));
      return copy;
    }
    let i = 0;
    if (value instanceof Map) {
      const copy = this.remember(value, new Map());
      for (const [key, item] of value) copy.set(this.inside(-1 - i, key), this.inside(i++, item));
      return copy;
    }
    if (value instanceof Set) {
      const copy = this.remember(value, new Set());
      for (const member of value) copy.add(this.inside(i++, member) ?? (isPrimitive(member) ? member : {}));
      return copy;
    }
    return this.copyLeaf(value);
  }

  /** @param {string | number} step @param {unknown} value */
  inside(step, value) {
    if (isPrimitive(value)) return value;
    if (this.path.push(step) > DEEPEST) {
      throw new DataCloneError(this.name, `nested more than ${DEEPEST} levels deep`);
    }
    const copy = this.copy(value);
    this.path.pop();
    return copy;
  }

  /** @param {any} value */
  copyLeaf(value) {
    const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
    const tag = tagOf(buffer);
    if (tag === 'SharedArrayBuffer') {
      if (!mayShare()) throw this.refusal('a SharedArrayBuffer on a page that is not cross-origin isolated');
      return value;
    }
    if (tag === 'ArrayBuffer') {
      if (buffer.byteLength === value.byteLength) {
        const copy = this.seen.get(buffer) ?? this.remember(buffer, this.slice(buffer, 0, buffer.byteLength));
        return buffer === value ? copy : this.remember(value, viewOf(value, copy, 0));
      }
      const { byteOffset, byteLength } = value;
      if (this.insideKey()) return viewOf(value, this.slice(buffer, byteOffset, byteOffset + byteLength), 0);
      this.views.push([value, this.path.slice()]);
      return {};
    }
    let copy;
    try {
      copy = structuredClone(value);
    } catch {
      throw this.refusal();
    }
    // So Chromium answers when it has no memory left.
    if (copy === null) throw this.refusal('too large for the memory that is left');
    return this.remember(value, copy);
  }

  /** Puts the waiting views in place, each buffer copied once and only as far as it is seen. @param {any} copy */
  placeViews(copy) {
    /** @type {Map<ArrayBufferLike, [start: number, end: number]>} */
    const reach = new Map();
    for (const [{ buffer, byteOffset, byteLength }] of this.views) {
      const [start, end] = this.seen.has(buffer) ? [0, 0] : (reach.get(buffer) ?? [byteOffset, 0]);
      // The start stays aligned for the widest elements.
      reach.set(buffer, [Math.min(start, byteOffset - (byteOffset % 8)), Math.max(end, byteOffset + byteLength)]);
    }
    for (const [buffer, [start, end]] of reach) {
      if (!this.seen.has(buffer)) this.seen.set(buffer, this.slice(buffer, start, end));
    }
    for (const [view, path] of this.views) {
      const { buffer, byteOffset } = view;
      const [start] = /** @type {[number, number]} */ (reach.get(buffer));
      const part = this.seen.get(view) ?? this.remember(view, viewOf(view, this.seen.get(buffer), byteOffset - start));
      copy = assign(copy, path, part);
    }
    return copy;
  }

  /** @param {any} buffer @param {number} start @param {number} end */
  slice(buffer, start, end) {
    try {
      return buffer.slice(start, end);
    } catch {
      throw this.refusal('a detached ArrayBuffer');
    }
  }

  /** @template {object} T @param {object} value @param {T} copy @returns {T} */
  remember(value, copy) {
    this.seen.set(value, copy);
    return copy;
  }

  insideKey() {
    return this.path.some((step) => typeof step === 'number' && step < 0);
  }

  /** @param {string} [what] */
  refusal(what) {
    return refusal(this.root, this.name, this.path, what);
  }
}

/** @param {unknown} value @returns {boolean} */
function isPrimitive(value) {
  const type = typeof value;
  return type === 'object' ? value === null : type !== 'function' && type !== 'symbol';
}

/** An object that travels as a plain one. @param {any} value @returns {boolean} */
function isRecord(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || tagOf(value) === 'Object';
}

/** Whether SharedArrayBuffers may be sent to other threads: a wasm memory has one on every page. */
function mayShare() {
  return globalThis.crossOriginIsolated !== false;
}

/** A value without contents of its own that structured clone carries. @param {any} value */
function isLeaf(value) {
  if (typeof value !== 'object') return false;
  if (tagOf(ArrayBuffer.isView(value) ? value.buffer : value) === 'SharedArrayBuffer') return mayShare();
  if (TYPE_INDEX.has(tagOf(value))) return true;
  // A future would arrive as an empty object.
  if (typeof value.then === 'function') return false;
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {any} value without contents
 * @param {Set<object>} seen
 * @returns {number}
 */
function leafSize(value, seen) {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (buffer.byteLength === undefined) return value.data?.byteLength ?? value.size ?? 64;
  if (seen.has(buffer)) return 8;
  seen.add(buffer);
  return tagOf(buffer) === 'SharedArrayBuffer' ? 64 : buffer.byteLength;
}

/**
 * The members of a container; of Maps and Sets, whose members can only be had one after the other, at most so many.
 * @param {any} value
 * @param {number} most
 */
function sample(value, most) {
  if (value instanceof Set) return first(value, most);
  // A key, its value, the next key: the parts of a sum must not be looked at one after the other.
  if (value instanceof Map) return first(value, Math.ceil(most / 2)).flat();
  return contents(value);
}

/**
 * @template T
 * @param {Iterable<T>} members
 * @param {number} count
 */
function first(members, count) {
  /** @type {T[]} */
  const taken = [];
  for (const member of members) {
    if (taken.length >= count) break;
    taken.push(member);
  }
  return taken;
}

/** The members of a container, those that `stepTo` names. @param {any} value @returns {unknown[] | undefined} */
function contents(value) {
  if (typeof value !== 'object') return undefined;
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return [...value];
  return isRecord(value) ? Object.values(value) : undefined;
}

/** @param {any} value @param {number} i index in its `contents` @returns {string | number} */
function stepTo(value, i) {
  if (value instanceof Map) return i < value.size ? -1 - i : i - value.size;
  return Array.isArray(value) || value instanceof Set ? i : Object.keys(value)[i];
}

/** @param {any} place @param {any} step */
function child(place, step) {
  if (place instanceof Map) return step < 0 ? [...place.keys()][-1 - step] : [...place.values()][step];
  return place instanceof Set ? [...place][step] : place[step];
}

/** @param {any} place @param {string | number} key @param {unknown} value */
function put(place, key, value) {
  if (key !== '__proto__') place[key] = value;
  else Object.defineProperty(place, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * The buffer that a value is, or sees all of.
 * @param {any} value
 * @returns {ArrayBuffer | undefined}
 */
export function wholeBuffer(value) {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  return buffer instanceof ArrayBuffer && buffer.byteLength === value.byteLength ? buffer : undefined;
}

/** A view like that one, of another buffer. @param {any} view @param {ArrayBuffer} buffer @param {number} offset */
export function viewOf(view, buffer, offset) {
  // The tag names the built-in type, for subclasses too.
  const type = /** @type {any} */ (globalThis)[view[Symbol.toStringTag]];
  return new type(buffer, offset, view.length ?? view.byteLength);
}

/** @param {unknown} value */
function tagOf(value) {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** @param {any} root @param {string} name @param {Path} path @param {string} [what] */
function refusal(root, name, path, what) {
  let value = root;
  for (const step of path) {
    if (typeof step === 'string')
      name += /^[\p{L}$_][\p{L}\p{N}$_]*$/u.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    else if (step < 0) name += `.keys()[${-1 - step}]`;
    else name += `${value instanceof Map || value instanceof Set ? '.values()' : ''}[${step}]`;
    value = child(value, step);
  }
  const tag = typeof value === 'object' ? tagOf(value) : typeof value;
  const remedy = typeof value?.then === 'function' ? ' (await it first)' : '';
  return new DataCloneError(name, what ?? `${/^[AEIOUH]/.test(tag) ? 'an' : 'a'} ${tag}${remedy}`);
}
