// Answers `[id, name, args]` with `[id, result]`.

import { movable, tasks } from './tasks.js';

/** To the other worker. @type {MessagePort | undefined} */
let port;
/** What it is to get. */
let held = new Float64Array();
/** Who waits for what comes from there. @type {number} */
let waiting;

/** @type {Record<string, (...args: any[]) => any>} */
const orders = {
  connect(/** @type {MessagePort} */ given) {
    port = given;
    port.onmessage = ({ data }) => postMessage([waiting, data.byteLength]);
  },
  produce(/** @type {number} */ bytes) {
    held = new Float64Array(bytes / 8);
  },
};

self.onmessage = ({ data: [id, name, args] }) => {
  if (name === 'arrive') waiting = id;
  else if (name === 'send') port?.postMessage(held, args[0] ? [held.buffer] : []);
  else {
    const result = (orders[name] ?? tasks[/** @type {keyof typeof tasks} */ (name)])(...args);
    postMessage([id, result], movable([result]));
  }
};
