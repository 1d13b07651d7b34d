// The yardstick: `postMessage` by hand, a message per task to the worker with the fewest under way, and nothing else that a
// library is for.

import { movable } from './tasks.js';

/** @param {number} workers */
export const open = (workers) => openWith(workers, true);

/** Of one row another limit: the worker that sends keeps its copy. @param {number} workers */
export async function openCopying(workers) {
  const { across, close } = await openWith(workers, false);
  return { across, close };
}

/**
 * @param {number} count
 * @param {boolean} moving whether what goes from worker to worker is moved or copied
 */
async function openWith(count, moving) {
  /** @type {Map<number, (value: any) => void>} */
  const pending = new Map();
  let id = 0;
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(new URL('./raw-worker.js', import.meta.url), { type: 'module' });
    const member = { worker, load: 0 };
    worker.onmessage = ({ data: [id, value] }) => {
      member.load--;
      pending.get(id)?.(value);
      pending.delete(id);
    };
    return member;
  });
  /** @param {(typeof workers)[0]} member @param {string} name @param {any[]} args @param {Transferable[]} moved */
  const post = (member, name, args, moved) =>
    new Promise((resolve) => {
      member.load++;
      pending.set(++id, resolve);
      member.worker.postMessage([id, name, args], moved);
    });
  let connected = false;
  return {
    /** @type {import('./by-hand.js').Call} */
    call: (name, args) => {
      let least = workers[0];
      for (const member of workers) if (member.load < least.load) least = member;
      return post(least, name, args, movable(args));
    },
    /** @param {number} bytes */
    async across(bytes) {
      const [from, to] = workers;
      if (!connected) {
        const { port1, port2 } = new MessageChannel();
        await Promise.all([post(from, 'connect', [port1], [port1]), post(to, 'connect', [port2], [port2])]);
        connected = true;
      }
      await post(from, 'produce', [bytes], []);
      const arrived = post(to, 'arrive', [], []);
      const began = performance.now();
      from.worker.postMessage([0, 'send', [moving]]);
      const received = /** @type {number} */ (await arrived);
      return { received, took: performance.now() - began };
    },
    close: () => workers.forEach(({ worker }) => worker.terminate()),
  };
}
