// Comlink 4 has no pool: here is the usual one, which calls the worker with the fewest calls under way.

import { createEndpoint, transfer, wrap } from 'comlink';

import { movable } from '../tasks.js';

/** @param {number} workers */
export async function open(workers) {
  const pool = Array.from({ length: workers }, () => {
    const worker = new Worker(new URL('./comlink-worker.js', import.meta.url), { type: 'module' });
    return { worker, remote: wrap(worker), load: 0 };
  });
  /** @type {import('../by-hand.js').Call} */
  const call = async (name, args) => {
    const least = pool.reduce((a, b) => (b.load < a.load ? b : a));
    least.load++;
    try {
      return await least.remote[name](...args.map(moved));
    } finally {
      least.load--;
    }
  };
  let connected = false;
  return {
    call,
    /** From the first worker to the second, over a port between the two. @param {number} bytes */
    async across(bytes) {
      const [from, to] = pool.map((member) => member.remote);
      if (!connected) {
        const port = await to[createEndpoint]();
        await from.connect(transfer(port, [port]));
        connected = true;
      }
      await from.produce(bytes);
      const began = performance.now();
      const received = await from.send();
      return { received, took: performance.now() - began };
    },
    close: () => pool.forEach(({ worker }) => worker.terminate()),
  };
}

/** @param {any} arg */
function moved(arg) {
  const buffers = movable([arg]);
  return buffers.length ? transfer(arg, buffers) : arg;
}
