// Rust tasks: the module's own instance in this worker, called by table index, and what happens when it panics.

/** @type {any} The generated module: given by `serve`, or imported from the URL that the page told. */
let glue;
/** @type {Promise<void> | undefined} */
let loading;
/** The panic that the hook has just reported: which run, and its text. @type {{ run: number, text: string } | undefined} */
let panic;
/** Async tasks under way in the present instance: they are lost with it. @type {Map<number, { reject: (error: unknown) => void, restart: () => void }>} */
const awaiting = new Map();

/** @param {any} module */
export function useGlue(module) {
  glue = module;
}

/**
 * Called by the panic hook, just before the instance traps.
 * @param {number} run
 * @param {string} text
 */
export function panicked(run, text) {
  panic = { run, text };
  const lost = takeAwaiting();
  // An async task's poll is called by nobody who could catch the trap.
  queueMicrotask(() => settle(lost, run, panicError(text)));
}

/**
 * Makes the instance ready; the promise is needed only the first time.
 * @param {{ module: WebAssembly.Module, glue: string }} boot
 * @returns {Promise<void>}
 */
export function load(boot) {
  loading ??= (async () => {
    if (!glue) {
      if (!boot.glue) {
        throw new Error(
          'Rust tasks need the generated module in the worker, and a bundler has merged it with the page: ' +
            'give the Client a createWorker whose file calls serve(glue), as the README shows',
        );
      }
      glue = await import(/* @vite-ignore */ /* webpackIgnore: true */ boot.glue);
    }
    glue.initSync({ module: boot.module });
    globalThis.addEventListener('error', leftInPoll);
  })();
  return loading;
}

/**
 * Calls a Rust task.
 * @param {number} index
 * @param {number} run
 * @param {unknown[]} args
 * @returns {unknown}
 */
export function call(index, run, args) {
  panic = undefined;
  let result;
  try {
    result = glue.__webfutures_call(index, run, args);
  } catch (error) {
    throw explain(error);
  }
  return result instanceof Promise ? outlive(result, index, run, args) : result;
}

/**
 * The promise of an async task, which its instance may not live to keep.
 * @param {Promise<unknown>} promise
 * @param {number} index
 * @param {number} run
 * @param {unknown[]} args
 */
function outlive(promise, index, run, args) {
  return new Promise((resolve, reject) => {
    const end = (/** @type {(value: unknown) => void} */ settle) => (/** @type {unknown} */ value) => {
      if (awaiting.get(run) === entry) awaiting.delete(run);
      settle(value);
    };
    const restart = () => {
      try {
        Promise.resolve(call(index, run, args)).then(resolve, reject);
      } catch (error) {
        reject(error);
      }
    };
    const entry = { reject, restart };
    awaiting.set(run, entry);
    promise.then(end(resolve), end(reject));
  });
}

/** The async tasks of an instance that is gone. */
function takeAwaiting() {
  const lost = [...awaiting];
  awaiting.clear();
  return lost;
}

/**
 * The instance is gone: the task that ended it fails, the others that it had under way begin again in a new one.
 * @param {ReturnType<typeof takeAwaiting>} lost
 * @param {number} run
 * @param {unknown} error
 */
function settle(lost, run, error) {
  for (const [other, { reject, restart }] of lost) {
    if (other === run) reject(error);
    else restart();
  }
}

/**
 * What was thrown out of a call: the error of a task that returned, or the end of one that was left midway.
 * @param {unknown} error
 */
function explain(error) {
  if (panic) return panicError(panic.text, /** @type {Error} */ (error).stack);
  const run = glue.__webfutures_running();
  return run < 0 ? error : left(run, error);
}

/**
 * An async task's poll was left midway, which only this event tells; a panic has been dealt with, and a new instance runs none.
 * @param {ErrorEvent} event
 */
function leftInPoll(event) {
  const run = glue.__webfutures_running();
  if (run >= 0) left(run, event.error);
}

/**
 * A trap without a panic, such as stack overflow, or an exception of JavaScript code that a task called has ended it midway:
 * nothing in the instance can be relied on any more. Returns what the task fails with.
 * @param {number} run
 * @param {any} error
 */
function left(run, error) {
  glue.__webfutures_reset();
  // Firefox throws an InternalError when the stack overflows.
  const trapped =
    error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error?.name === 'InternalError';
  const failure = trapped ? panicError(`the task trapped: ${error.message}`, error.stack) : error;
  settle(takeAwaiting(), run, failure);
  return failure;
}

/**
 * An error that arrives on the page as a `PanicError`.
 * @param {string} text
 * @param {string} [stack]
 */
function panicError(text, stack) {
  const error = new Error(text);
  error.name = 'PanicError';
  if (stack) error.stack = `PanicError: ${text}\n${stack}`;
  return error;
}
