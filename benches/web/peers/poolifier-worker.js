import './poolifier-window.js';

import { ThreadWorker } from 'poolifier-web-worker';

import { tasks } from '../tasks.js';

const taking = Object.entries(tasks).map(([name, task]) => [
  name,
  // A task takes one value: the array of arguments.
  (/** @type {any[]} */ args) => /** @type {(...args: any[]) => unknown} */ (task)(...args),
]);

export default new ThreadWorker(Object.fromEntries(taking));
