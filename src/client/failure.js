// Why tasks end without a result and without having thrown, or their values do not come, as errors.

import * as wire from '../wire.js';
import { KilledWorkerError, LostActorError, LostDataError, MemoryLimitError, TimeoutError } from './errors.js';

/**
 * @param {number} reason of the wire's `SETTLE_FAILED`
 * @param {string} key
 * @param {number} detail
 * @param {{ name: string, how: string, lines: string[] }} death of the worker that died last
 * @param {import('./pool.js').Pool} pool
 */
export function failure(reason, key, detail, { name, how, lines }, pool) {
  if (reason === wire.KILLED) return new KilledWorkerError(key, detail, name, how, lines);
  if (reason === wire.LOST_DATA) return new LostDataError(key);
  if (reason === wire.LOST_ACTOR) return new LostActorError(key);
  if (reason === wire.ACTORS_APART) {
    return Object.assign(new TypeError(`${key} takes actors of two workers, and can run in neither`), { key });
  }
  if (reason === wire.TIMED_OUT) return new TimeoutError(key, detail, 'timeout');
  if (reason === wire.EXPIRED) return new TimeoutError(key, detail, 'deadline');
  const error = new MemoryLimitError(`the inputs of ${key}`, detail, pool.largestLimit([], true));
  return Object.assign(error, { key });
}

/**
 * What a worker would have reported of values that were on their way in a message that could not be read.
 * @param {Map<number, number>} sent The runs whose values it was to send, by task: long ago, too.
 * @param {import('./table.js').Table} table
 * @returns {[words: number[], values: unknown[]]}
 */
export function unsent(sent, table) {
  const message = 'the result could not be read by the page, which may have no memory for it';
  const error = { isError: true, name: 'DataCloneError', message, stack: `DataCloneError: ${message}` };
  const words = [];
  for (const [task, run] of sent) {
    let row = table.at(task);
    while (row && !row.asked) row = row.next ?? undefined;
    if (row) words.push(wire.UNSENT, task, run);
  }
  return [words, Array(words.length / 3).fill(error)];
}
