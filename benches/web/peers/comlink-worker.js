import { expose, transfer, wrap } from 'comlink';

import { add, echo, leaf, tasks } from '../tasks.js';

/** The other worker. @type {any} */
let other;
/** What it is to get. */
let held = new Float64Array();

expose({
  ...tasks,
  echo: (/** @type {ArrayBuffer} */ buffer) => transfer(echo(buffer), [buffer]),
  leaf: (/** @type {number} */ value) => move(leaf(value)),
  add: (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) => move(add(a, b)),
  connect(/** @type {MessagePort} */ port) {
    other = wrap(port);
  },
  produce(/** @type {number} */ bytes) {
    held = new Float64Array(bytes / 8);
  },
  send: () => other.receive(move(held)),
  receive: (/** @type {Float64Array} */ array) => array.byteLength,
});

/** @param {Float64Array} array */
function move(array) {
  return transfer(array, [array.buffer]);
}
