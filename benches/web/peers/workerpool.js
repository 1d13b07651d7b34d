// workerpool 10: a script of its own in each worker, so that results can be moved.

import workerpool from 'workerpool';

import { begun, movable } from '../tasks.js';

/** @param {number} workers */
export async function open(workers) {
  const pool = workerpool.pool(new URL('./workerpool-worker.js', import.meta.url).href, {
    minWorkers: workers,
    maxWorkers: workers,
    workerType: 'web',
    workerOpts: { type: 'module' },
  });
  return {
    /** @type {import('../by-hand.js').Call} */
    call: (name, args) => pool.exec(name, args, { transfer: movable(args) }),
    async endless() {
      const loop = pool.exec('spin', [60_000]);
      loop.catch(() => {});
      await begun();
      return () => loop.cancel();
    },
    /** @param {number} milliseconds */
    async limited(milliseconds) {
      const loop = pool.exec('spin', [60_000]).timeout(milliseconds);
      const error = await loop.then(
        () => undefined,
        (/** @type {unknown} */ error) => error,
      );
      if (!(error instanceof workerpool.Promise.TimeoutError)) throw new Error(`it was not stopped: ${error}`);
    },
    close: () => pool.terminate(true),
  };
}
