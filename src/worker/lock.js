// A lock that only the end of this thread sets free: the page waits for it.

/** Its name. Locks are refused where storage is, and missing on pages that are not secure: then a worker is missed when it does not answer. */
export const locked = take();

/** @returns {Promise<string | undefined>} Resolves when it is held, or never will be. */
function take() {
  const { navigator, WorkerGlobalScope } = /** @type {any} */ (globalThis);
  // Pages load this file, too, and to hold a lock would keep them out of the cache of pages to go back to.
  if (!WorkerGlobalScope || !navigator?.locks) return Promise.resolve(undefined);
  // All pages of an origin share the names.
  const lock = `webfutures ${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
  return new Promise((resolve) => {
    const hold = () => {
      resolve(lock);
      return new Promise(() => {});
    };
    navigator.locks.request(lock, hold).catch(() => resolve(undefined));
  });
}
