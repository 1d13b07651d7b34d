// What the workers run: an ordinary module. The seconds of sleep stand for a long computation.

/** @param {number} x @param {number} [seconds] */
export function inc(x, seconds = 0) {
  sleep(seconds);
  return x + 1;
}

/** @param {number} x @param {number} [seconds] */
export function dec(x, seconds = 0) {
  sleep(seconds);
  return x - 1;
}

/** @param {number} x @param {number} y @param {number} [seconds] */
export function add(x, y, seconds = 0) {
  sleep(seconds);
  return x + y;
}

/** @param {number} x @param {number} [seconds] */
export function square(x, seconds = 0) {
  sleep(seconds);
  return x * x;
}

/** Blocks the worker, on shared memory that nobody writes to. @param {number} seconds */
function sleep(seconds) {
  if (seconds > 0) Atomics.wait(new Int32Array(memory.buffer), 0, 0, seconds * 1000);
}

// Also to be had on pages that are not cross-origin isolated, where SharedArrayBuffer is not.
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
