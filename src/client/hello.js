// What a worker says first, and what it holds from then on: a lock that its end alone sets free.

/** @typedef {{ lock: string | undefined }} Hello The name of the lock; none where there are no Web Locks. */

/**
 * Reads a message, if it is a worker's first.
 * @param {unknown} data
 * @returns {Hello | undefined}
 */
export function helloOf(data) {
  return Array.isArray(data) && data[0] === 'webfutures:hello' ? { lock: data[1] } : undefined;
}

/**
 * Waits for the end of a thread, which may have come before.
 * @param {string} lock That it holds.
 * @param {AbortSignal} signal Ends the wait.
 * @param {() => void} tell
 */
export function whenEnded(lock, signal, tell) {
  navigator.locks.request(lock, { signal }, tell).catch(() => {});
}
