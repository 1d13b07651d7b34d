// Tells a program that copies much data into calls, again and again, what it could do instead: once for each function.

import { sizeOf } from '../cloning.js';

/** @import { TaskFunction } from './functions.js' */

/** Bytes that a call may take along without a word. */
const MOST = 10_000_000;

/** @type {WeakSet<TaskFunction>} */
const warned = new WeakSet();

/**
 * Warns if these arguments, copied already, are more than a call should take along.
 * @param {TaskFunction} task
 * @param {readonly unknown[]} args
 */
export function warnIfLarge(task, args) {
  if (warned.has(task)) return;
  const sizes = args.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= MOST) return;
  warned.add(task);
  const largest = sizes.indexOf(Math.max(...sizes));
  const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.warn(
    `webfutures: a call of "${task.name}" copies ${megabytes(total)} to a worker, ${megabytes(sizes[largest])} of it as ` +
      `args[${largest}]: scatter what several calls use, and pass the future: client.submit(fn, client.scatter([value])[0])`,
  );
}
