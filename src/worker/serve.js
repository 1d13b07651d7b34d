// Makes this thread a worker of a pool: says hello, then takes orders.

// First: the lock is asked for while the other modules are evaluated.
import { locked } from './lock.js';
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
  let posted = 0;
  // Nobody can tell what was in it: the page takes it for the end of this worker, and begins anew what it had.
  const unreadable = () => globalThis.postMessage('webfutures:unreadable');
  // A listener of our own, for a task module may set `onmessage`; and messages may come that are not ours.
  globalThis.addEventListener('message', ({ data }) => {
    if (executor) {
      if (isMessage(data)) executor.obey(data[1], data[2], data[3]);
      else if (data === 'webfutures:count') globalThis.postMessage(['webfutures:counted', posted]);
      // So Chromium gives what it has no memory for.
      else if (data === null) unreadable();
    } else if (typeof data?.origin === 'number' && typeof data.glue === 'string') {
      sayWhenClosing(overhear((message) => globalThis.postMessage(message)));
      const own = new Executor(data, (message, transfer) => {
        globalThis.postMessage(message, transfer);
        posted++;
      });
      executor = own;
      // A file only under the lock: by that others know that somebody needs it.
      if (data.memoryLimit) {
        locked.then(async (lock) => {
          if (!lock) return;
          const { openSpill } = await import('./spill.js');
          const disk = await openSpill(data.folder, data.worker);
          if (disk) own.useDisk(disk);
        });
      }
    }
  });
  globalThis.addEventListener('messageerror', unreadable);
  // Not earlier: from now on the page counts on being told when this worker ends.
  locked.then((lock) => globalThis.postMessage(['webfutures:hello', lock]));
}

/** Has `close` tell the page, which need not wait for the lock then. @param {() => void} tell Says before what is left to say. */
function sayWhenClosing(tell) {
  const scope = /** @type {any} */ (globalThis);
  const { close } = scope;
  scope.close = () => {
    tell();
    scope.postMessage('webfutures:closing');
    close.call(scope);
  };
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
