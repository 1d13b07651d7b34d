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
  // An async task's poll is called by nobody who could catch the trap.
  queueMicrotask(() => lose(run, text));
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

/**
 * The instance is gone: the task that panicked fails, the others that it had under way begin again in a new one.
 * @param {number} run
 * @param {string} text
 */
function lose(run, text) {
  const lost = [...awaiting];
  awaiting.clear();
  for (const [other, { reject, restart }] of lost) {
    if (other === run) reject(panicError(text));
    else restart();
  }
}

/**
 * What a trap means; a task's own error stays as it is.
 * @param {unknown} error
 */
function explain(error) {
  if (panic) return panicError(panic.text, /** @type {Error} */ (error).stack);
  // Out of memory and stack overflow trap without a panic: the instance is as lost.
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    glue.__webfutures_reset();
    const text = `the task trapped: ${error.message}`;
    lose(-1, text);
    return panicError(text, error.stack);
  }
  return error;
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
