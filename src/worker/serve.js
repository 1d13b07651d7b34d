// Makes this thread a worker of a pool: says hello, then takes orders.

import { overhear } from './console.js';
import { Executor } from './executor.js';
import { offer } from './resolve.js';
import { isMessage } from '../words.js';
import { useGlue } from './rust.js';

/**
 * Serves a client from a worker file of your own, as bundlers need it. See index.d.ts.
 * @param {any} [glue] The generated module, `import * as glue from './pkg/app.js'`, if there are Rust tasks.
 */
export function serve(glue) {
  if (glue) useGlue(glue);
  /** @type {Executor | undefined} */
  let executor;
  // A listener of our own, for a task module may set `onmessage`; and messages may come that are not ours.
  globalThis.addEventListener('message', ({ data }) => {
    if (executor) {
      if (isMessage(data)) executor.obey(data[1], data[2], data[3]);
    } else if (typeof data?.origin === 'number' && typeof data.glue === 'string') {
      const tell = overhear((message) => globalThis.postMessage(message));
      const own = new Executor(data, (message, transfer) => globalThis.postMessage(message, { transfer }));
      executor = own;
      const missed = beMissed(data.lock, tell);
      // A file only under the lock: by that others know that somebody needs it.
      if (data.memoryLimit) {
        missed.then(async () => {
          const { openSpill } = await import('./spill.js');
          const disk = await openSpill(data.folder, data.worker);
          if (disk) own.useDisk(disk);
        });
      }
    }
  });
  // Nobody can tell what was in it: the page takes it for the end of this worker, and begins anew what it had.
  globalThis.addEventListener('messageerror', () => globalThis.postMessage('webfutures:unreadable'));
  globalThis.postMessage('webfutures:hello');
}

/**
 * Lets the page know when this thread ends: it waits for a lock that only the end sets free, and `close` says so itself.
 * @param {string} lock
 * @param {() => void} tell Says before what is left to say.
 * @returns {Promise<void>} Resolves when it has the lock, if it ever has.
 */
function beMissed(lock, tell) {
  const scope = /** @type {any} */ (globalThis);
  const { close } = scope;
  scope.close = () => {
    tell();
    scope.postMessage('webfutures:closing');
    close.call(scope);
  };
  return new Promise((resolve) => {
    const hold = () => {
      scope.postMessage('webfutures:locked');
      resolve();
      return new Promise(() => {});
    };
    // Refused where storage is, and missing on pages that are not secure: then it is missed when it does not answer.
    const unlocked = () => scope.postMessage('webfutures:unlocked');
    const { locks } = scope.navigator ?? {};
    if (locks) locks.request(lock, hold).catch(unlocked);
    else unlocked();
  });
}

/**
 * Offers functions as tasks, for `client.exposed()`, and serves. See index.d.ts.
 * @param {Record<string, Function>} functions
 * @param {any} [glue]
 */
export function expose(functions, glue) {
  offer(functions);
  serve(glue);
}
