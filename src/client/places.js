// What places of workers are called.

/**
 * The name of the place that a user means.
 * @param {unknown} worker Its name, or its position in the order in which the workers were asked for.
 * @param {string[]} names Of the places there are.
 * @param {string} pool What the pool is called.
 * @returns {string}
 */
export function placeNamed(worker, names, pool) {
  if (typeof worker === 'number') {
    if (Number.isInteger(worker) && worker >= 0) return names[worker] ?? usualName(pool, worker);
    throw new RangeError(`workers: a position is a whole number from 0, got ${worker}`);
  }
  if (typeof worker !== 'string') {
    throw new TypeError(
      `workers takes names and positions of workers, got ${worker === null ? 'null' : typeof worker}`,
    );
  }
  // One that `scale` will start has not come yet.
  if (names.includes(worker) || usualName(pool, Number(worker.slice(pool.length + 1))) === worker) return worker;
  throw new RangeError(`no worker is called "${worker}": there are ${names.join(', ')}`);
}

/**
 * @param {string} pool
 * @param {number} position
 */
export function usualName(pool, position) {
  return `${pool}-${position}`;
}
