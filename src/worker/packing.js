// Values as bytes, and back exactly as structured clone would have carried them: what a worker writes to disk.

/** Levels of nesting. */
const DEEPEST = 500;

const text = new TextEncoder();
const plain = new TextDecoder();

/** What follows in the bytes. */
const TAG = /** @type {const} */ ({
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  number: 4,
  bigint: 5,
  narrow: 6,
  wide: 7,
  array: 8,
  object: 9,
  map: 10,
  set: 11,
  date: 12,
  buffer: 13,
  view: 14,
  again: 15,
});

/** Types of views, by the number that stands for them. */
const VIEWS = [
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

/**
 * @param {unknown} value Primitives, arrays without holes, plain objects, Maps, Sets, dates, buffers and views on them, with
 *   shared references and cycles.
 * @returns {Uint8Array | undefined} Nothing if something else is in it.
 */
export function pack(value) {
  const packer = new Packer();
  return packer.add(value, 0) ? packer.bytes.slice(0, packer.length) : undefined;
}

/**
 * @param {Uint8Array} bytes
 * @returns {any}
 */
export function unpack(bytes) {
  return new Unpacker(bytes).next();
}

class Packer {
  bytes = new Uint8Array(1024);
  length = 0;
  #view = new DataView(this.bytes.buffer);
  /** Objects written so far, by their number. @type {Map<object, number>} */
  #seen = new Map();

  /**
   * @param {any} value
   * @param {number} depth
   * @returns {boolean} Whether it can be written.
   */
  add(value, depth) {
    switch (typeof value) {
      case 'number':
        this.#tag(TAG.number);
        this.#number(value);
        return true;
      case 'string':
        return this.#string(value);
      case 'boolean':
        this.#tag(value ? TAG.true : TAG.false);
        return true;
      case 'undefined':
        this.#tag(TAG.undefined);
        return true;
      case 'bigint':
        this.#tag(TAG.bigint);
        this.#raw(text.encode(String(value)));
        return true;
      case 'object':
        if (value === null) this.#tag(TAG.null);
        return value === null || this.#object(value, depth);
      default:
        return false;
    }
  }

  /**
   * @param {any} value
   * @param {number} depth
   * @returns {boolean}
   */
  #object(value, depth) {
    const number = this.#seen.get(value);
    if (number !== undefined) {
      this.#tag(TAG.again);
      this.#size(number);
      return true;
    }
    if (depth > DEEPEST || Object.getOwnPropertySymbols(value).length) return false;
    this.#seen.set(value, this.#seen.size);
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) return this.#array(value, depth);
    if (prototype === Object.prototype) {
      const keys = Object.getOwnPropertyNames(value);
      this.#tag(TAG.object);
      this.#size(keys.length);
      return keys.every((key) => {
        const field = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(value, key));
        return field.enumerable && 'value' in field && this.#string(key) && this.add(field.value, depth + 1);
      });
    }
    if (prototype === ArrayBuffer.prototype) {
      if (value.resizable || value.detached) return false;
      this.#tag(TAG.buffer);
      this.#raw(new Uint8Array(value));
      return true;
    }
    const type = VIEWS.findIndex((View) => View.prototype === prototype);
    if (type >= 0) {
      this.#tag(TAG.view);
      this.#size(type);
      this.#size(value.byteOffset);
      this.#size(value.length ?? value.byteLength);
      return this.add(value.buffer, depth + 1);
    }
    if (Object.getOwnPropertyNames(value).length) return false;
    if (prototype === Date.prototype) {
      this.#tag(TAG.date);
      this.#number(value.getTime());
      return true;
    }
    if (prototype === Map.prototype) return this.#all(TAG.map, value.size, [...value].flat(), depth);
    return prototype === Set.prototype && this.#all(TAG.set, value.size, [...value], depth);
  }

  /**
   * @param {unknown[]} value
   * @param {number} depth
   */
  #array(value, depth) {
    // Its indices and its length: neither holes nor other properties.
    if (Object.getOwnPropertyNames(value).length !== value.length + 1) return false;
    this.#tag(TAG.array);
    this.#size(value.length);
    for (let i = 0; i < value.length; i++) if (!(i in value && this.add(value[i], depth + 1))) return false;
    return true;
  }

  /**
   * @param {number} tag
   * @param {number} size
   * @param {unknown[]} members
   * @param {number} depth
   */
  #all(tag, size, members, depth) {
    this.#tag(tag);
    this.#size(size);
    return members.every((member) => this.add(member, depth + 1));
  }

  /** One byte a character if that is enough, else two: half a pair of surrogates is a character too. @param {string} value */
  #string(value) {
    let widest = 0;
    for (let i = 0; i < value.length; i++) widest |= value.charCodeAt(i);
    const wide = widest > 255;
    this.#tag(wide ? TAG.wide : TAG.narrow);
    this.#size(value.length);
    const step = wide ? 2 : 1;
    const at = this.#extend(step * value.length);
    for (let i = 0; i < value.length; i++) {
      if (wide) this.#view.setUint16(at + 2 * i, value.charCodeAt(i), true);
      else this.bytes[at + i] = value.charCodeAt(i);
    }
    return true;
  }

  /** @param {number} tag */
  #tag(tag) {
    const at = this.#extend(1);
    this.bytes[at] = tag;
  }

  /** @param {number} value */
  #number(value) {
    const at = this.#extend(8);
    this.#view.setFloat64(at, value, true);
  }

  /** @param {number} size */
  #size(size) {
    const at = this.#extend(6);
    this.#view.setUint32(at, size, true);
    this.#view.setUint16(at + 4, size / 2 ** 32, true);
  }

  /** @param {Uint8Array} bytes */
  #raw(bytes) {
    this.#size(bytes.length);
    const at = this.#extend(bytes.length);
    this.bytes.set(bytes, at);
  }

  /**
   * @param {number} count
   * @returns {number} Where they begin. The bytes may have moved.
   */
  #extend(count) {
    const at = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, 2 * this.bytes.length));
      grown.set(this.bytes);
      this.bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

class Unpacker {
  #bytes;
  #view;
  #at = 0;
  /** @type {any[]} */
  #seen = [];

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @returns {any} */
  next() {
    const tag = this.#bytes[this.#at++];
    switch (tag) {
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.false:
      case TAG.true:
        return tag === TAG.true;
      case TAG.number:
        return this.#number();
      case TAG.bigint:
        return BigInt(plain.decode(this.#raw()));
      case TAG.narrow:
      case TAG.wide:
        return this.#string(tag);
      case TAG.again:
        return this.#seen[this.#size()];
      case TAG.date:
        return this.#remember(new Date(this.#number()));
      case TAG.buffer: {
        const { buffer } = this.#raw();
        return this.#remember(buffer);
      }
      case TAG.view:
        return this.#viewOn();
      default:
        return this.#container(tag);
    }
  }

  /** @param {number} tag */
  #container(tag) {
    const size = this.#size();
    if (tag === TAG.array) {
      const array = this.#remember(new Array(size));
      for (let i = 0; i < size; i++) array[i] = this.next();
      return array;
    }
    if (tag === TAG.map) {
      const map = this.#remember(new Map());
      for (let i = 0; i < size; i++) map.set(this.next(), this.next());
      return map;
    }
    if (tag === TAG.set) {
      const set = this.#remember(new Set());
      for (let i = 0; i < size; i++) set.add(this.next());
      return set;
    }
    const object = this.#remember(/** @type {Record<string, unknown>} */ ({}));
    for (let i = 0; i < size; i++) {
      const key = this.next();
      // Not an assignment: `__proto__` may be a field like others.
      Object.defineProperty(object, key, { value: this.next(), writable: true, enumerable: true, configurable: true });
    }
    return object;
  }

  #viewOn() {
    // Its number comes before that of its buffer.
    const place = this.#seen.push(undefined) - 1;
    const View = /** @type {any} */ (VIEWS[this.#size()]);
    const offset = this.#size();
    const length = this.#size();
    return (this.#seen[place] = new View(this.next(), offset, length));
  }

  #number() {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  #size() {
    const size = this.#view.getUint32(this.#at, true) + this.#view.getUint16(this.#at + 4, true) * 2 ** 32;
    this.#at += 6;
    return size;
  }

  /** A copy. */
  #raw() {
    const length = this.#size();
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  /** @param {number} tag */
  #string(tag) {
    const length = this.#size();
    const parts = [];
    // No more arguments than any engine takes.
    for (let from = 0; from < length; from += 8192) {
      const codes = [];
      for (let i = from; i < Math.min(length, from + 8192); i++) {
        codes.push(tag === TAG.wide ? this.#view.getUint16(this.#at + 2 * i, true) : this.#bytes[this.#at + i]);
      }
      parts.push(String.fromCharCode(...codes));
    }
    this.#at += length * (tag === TAG.wide ? 2 : 1);
    return parts.join('');
  }

  /** @template {object} T @param {T} object @returns {T} */
  #remember(object) {
    this.#seen.push(object);
    return object;
  }
}
