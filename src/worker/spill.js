// Results on disk: one file for each worker, in the private file system of the page's origin, read and written synchronously.

import { pack, unpack } from './packing.js';

/**
 * @typedef {object} Extent A part of the file.
 * @property {number} at
 * @property {number} length
 */
/**
 * @typedef {object} Kept What is in memory of a value on disk.
 * @property {Extent} extent
 * @property {(bytes: Uint8Array<ArrayBuffer>) => any} restore
 */
/**
 * @typedef {object} AccessHandle What `createSyncAccessHandle` gives.
 * @property {(bytes: Uint8Array, options: { at: number }) => number} read
 * @property {(bytes: Uint8Array, options: { at: number }) => number} write
 * @property {(size: number) => void} truncate
 */

/**
 * Opens a worker's file, empty.
 * @param {string} folder
 * @param {number} worker
 * @returns {Promise<Spill | undefined>} Nothing where there is no such file system: then everything stays in memory.
 */
export async function openSpill(folder, worker) {
  try {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle(folder, { create: true });
    const file = /** @type {any} */ (await directory.getFileHandle(String(worker), { create: true }));
    const handle = /** @type {AccessHandle} */ (await file.createSyncAccessHandle());
    return new Spill(handle);
  } catch {
    return undefined;
  }
}

export class Spill {
  #handle;
  /** What is free below `#end`, by place. @type {Extent[]} */
  #free = [];
  #end = 0;

  /** @param {AccessHandle} handle */
  constructor(handle) {
    this.#handle = handle;
  }

  /**
   * Writes a value.
   * @param {any} value
   * @returns {Kept | undefined} Nothing if it is of a kind that cannot be written, or if the disk takes no more.
   */
  write(value) {
    const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
    const whole = buffer instanceof ArrayBuffer && buffer.byteLength === value.byteLength && isBuiltIn(value);
    const bytes = whole ? new Uint8Array(buffer) : pack(value);
    if (!bytes) return undefined;
    const extent = this.#reserve(bytes.length);
    try {
      if (this.#handle.write(bytes, extent) !== bytes.length) throw new Error('the disk is full');
    } catch {
      this.free(extent);
      return undefined;
    }
    const View = ArrayBuffer.isView(value) ? /** @type {any} */ (value).constructor : undefined;
    if (!whole) return { extent, restore: unpack };
    return { extent, restore: ({ buffer }) => (View ? new View(buffer) : buffer) };
  }

  /**
   * Reads a value back. It stays on disk until it is freed.
   * @param {Kept} kept
   * @returns {any}
   */
  read({ extent, restore }) {
    const bytes = new Uint8Array(extent.length);
    if (this.#handle.read(bytes, extent) !== extent.length) throw new Error('a result on disk could not be read back');
    return restore(bytes);
  }

  /** @param {Extent} extent */
  free(extent) {
    if (!extent.length) return;
    const place = this.#free.findIndex((other) => other.at > extent.at);
    const index = place < 0 ? this.#free.length : place;
    this.#free.splice(index, 0, { ...extent });
    this.#join(index);
    this.#join(index - 1);
    const last = this.#free.at(-1);
    if (last && last.at + last.length === this.#end) {
      this.#free.pop();
      this.#end = last.at;
      this.#handle.truncate(this.#end);
    }
  }

  /** The first place that is large enough. @param {number} length @returns {Extent} */
  #reserve(length) {
    const index = this.#free.findIndex((extent) => extent.length >= length);
    if (index < 0) {
      this.#end += length;
      return { at: this.#end - length, length };
    }
    const extent = this.#free[index];
    const { at } = extent;
    extent.at += length;
    extent.length -= length;
    if (!extent.length) this.#free.splice(index, 1);
    return { at, length };
  }

  /** Makes one of two free places that touch. @param {number} index of the first */
  #join(index) {
    const [first, second] = [this.#free[index], this.#free[index + 1]];
    if (!first || !second || first.at + first.length !== second.at) return;
    first.length += second.length;
    this.#free.splice(index + 1, 1);
  }
}

/** Whether a buffer or a view is of no class of the user's, and cannot change its size. @param {any} value */
function isBuiltIn(value) {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  const type = /** @type {any} */ (globalThis)[name];
  return (
    type?.prototype === Object.getPrototypeOf(value) &&
    value.constructor === type &&
    !(/** @type {any} */ (buffer).resizable)
  );
}
