// threads.js 1.7: its pool, one task at a time in each worker.

import { Pool, spawn, Transfer, Worker } from 'threads';

import { movable } from '../tasks.js';

/** @param {number} workers */
export async function open(workers) {
  // A URL object: an address as text would be wrapped in a classic script, which a module worker refuses.
  const start = () => spawn(new Worker(new URL('./threads-worker.js', import.meta.url), { type: 'module' }));
  const pool = Pool(start, { size: workers, concurrency: 1 });
  return {
    /** @type {import('../by-hand.js').Call} */
    call: (name, args) => {
      const given = args.map((arg) => (movable([arg]).length ? Transfer(arg, movable([arg])) : arg));
      return pool.queue((/** @type {any} */ worker) => worker[name](...given));
    },
    close: () => pool.terminate(true),
  };
}
