// The folder on disk in which the workers of one pool put results: what dead workers and crashed pages left there is removed.

/** Names of folders: of no others the library knows anything. */
const PREFIX = 'webfutures-';
/** Times to try, and milliseconds between: an engine may let go of a file some time after its worker has ended. */
const TRIES = 20;
const PAUSE = 50;

export class SpillFolder {
  /** In the names of folder and lock, which all pages of an origin share. */
  #unique = crypto.getRandomValues(new Uint32Array(4)).join('-');
  /** Ends the lock that says that this pool lives. @type {() => void} */
  #leave = () => {};
  /** Whether a worker may have put something there. */
  #used = false;

  get name() {
    return PREFIX + this.#unique;
  }

  /** From now on workers may put something there. */
  use() {
    if (this.#used) return;
    this.#used = true;
    const hold = () => new Promise((leave) => (this.#leave = () => leave(undefined)));
    globalThis.navigator?.locks?.request(lockOf(this.#unique), hold).catch(() => {});
    sweep().catch(() => {});
  }

  /**
   * Removes what a worker that ends has put there.
   * @param {number} worker
   * @param {string} [lock] Free when its thread has ended. One that holds none has put nothing there.
   */
  forget(worker, lock) {
    if (!this.#used || !lock) return;
    const remove = async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle(this.name);
      await again(() => folder.removeEntry(String(worker)));
    };
    // Where there are no such files there is nothing to remove.
    navigator.locks.request(lock, remove).catch(() => {});
  }

  /**
   * Removes everything, once the workers have ended.
   * @param {(string | undefined)[]} locks Of the workers.
   */
  async remove(locks) {
    if (!this.#used) return;
    try {
      for (const lock of locks) if (lock) await navigator.locks.request(lock, () => {});
      await removeFolder(this.name);
    } catch {
      // The next page of this origin will.
    }
    this.#leave();
  }
}

/** Removes the folders of pools that have ended without a word: those of which nobody holds a lock. */
async function sweep() {
  const root = /** @type {any} */ (await navigator.storage.getDirectory());
  /** @type {string[]} */
  const folders = [];
  for await (const name of root.keys()) if (name.startsWith(PREFIX)) folders.push(name);
  // Asked afterwards: whoever had made a folder by then had its lock before.
  const { held = [], pending = [] } = await navigator.locks.query();
  const alive = new Set([...held, ...pending].map(({ name }) => name));
  for (const folder of folders) {
    if (!alive.has(lockOf(folder.slice(PREFIX.length)))) await removeFolder(folder).catch(() => {});
  }
}

/** @param {string} name */
async function removeFolder(name) {
  const root = await navigator.storage.getDirectory();
  await again(() => root.removeEntry(name, { recursive: true }));
}

/** @param {() => Promise<void>} remove */
async function again(remove) {
  for (let tries = 1; ; tries++) {
    try {
      return await remove();
    } catch (error) {
      const { name } = /** @type {Error} */ (error);
      if (name === 'NotFoundError') return;
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/** @param {string} unique */
function lockOf(unique) {
  return `webfutures ${unique} page`;
}
