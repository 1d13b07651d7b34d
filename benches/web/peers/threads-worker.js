import { expose, Transfer } from 'threads/worker';

import { add, echo, leaf, tasks } from '../tasks.js';

expose({
  ...tasks,
  echo: (/** @type {ArrayBuffer} */ buffer) => Transfer(echo(buffer), [buffer]),
  leaf: (/** @type {number} */ value) => move(leaf(value)),
  add: (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) => move(add(a, b)),
});

/** @param {Float64Array} array */
function move(array) {
  return Transfer(array, [array.buffer]);
}
