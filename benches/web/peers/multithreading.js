// multithreading 0.3: functions by their source, arguments moved. It has one pool for the page.

import { initRuntime, move, shutdown, spawn } from 'multithreading';

import { tasks } from '../tasks.js';

/** @param {number} workers */
export async function open(workers) {
  initRuntime({ maxWorkers: workers });
  return {
    /** @type {import('../by-hand.js').Call} */
    async call(name, args) {
      const result = await spawn(move(...args), tasks[name]).join();
      if (!result.ok) throw result.error;
      return result.value;
    },
    close: () => shutdown(),
  };
}
