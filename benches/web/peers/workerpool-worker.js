import workerpool from 'workerpool';

import { add, echo, leaf, tasks } from '../tasks.js';

workerpool.worker({
  ...tasks,
  echo: (/** @type {ArrayBuffer} */ buffer) => new workerpool.Transfer(echo(buffer), [buffer]),
  leaf: (/** @type {number} */ value) => move(leaf(value)),
  add: (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) => move(add(a, b)),
});

/** @param {Float64Array} array */
function move(array) {
  return new workerpool.Transfer(array, [array.buffer]);
}
