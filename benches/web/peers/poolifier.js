// poolifier-web-worker 0.5: its fixed pool with the queue of tasks, one task at a time in each worker. Results are copied.

import { FixedThreadPool } from 'poolifier-web-worker';

import { movable } from '../tasks.js';

/** @param {number} workers */
export async function open(workers) {
  const pool = new FixedThreadPool(workers, new URL('./poolifier-worker.js', import.meta.url), {
    enableTasksQueue: true,
    tasksQueueOptions: { concurrency: 1 },
    restartWorkerOnError: false,
  });
  return {
    /** @type {import('../by-hand.js').Call} */
    call: (name, args) => pool.execute(args, name, undefined, movable(args)),
    close: () => pool.destroy(),
  };
}
