// One object of each kind of which there are many at times, and none at others: it stays. What an engine has compiled for a kind of objects it
// throws away when the last of them has been collected, as V8 does while a page is idle.

/** @type {unknown[]} */
const kept = [];

/** @param {unknown[]} objects Made as others are, of the same kinds of values, and of no other use. */
export function keepShapes(...objects) {
  kept.push(...objects);
}
