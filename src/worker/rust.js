// Rust tasks: the module's own instance in this worker, called by table index, and what happens when it panics.

import { hasMissed, instanceLost, RustActor } from './rust-actors.js';

/** @type {any} The generated module: given by `serve`, or imported from the URL that the page told. */
let glue;
/** @type {Promise<void> | undefined} */
let loading;
/** The text of the panic that the hook has just reported. @type {string | undefined} */
let panic;
/** Thrown by a task that takes an actor whose state was lost with its instance. */
export const LOST_ACTOR = Symbol('the actor is lost');
/** What stands for the result of a task that still awaits something. */
const PENDING = Symbol('pending');
/**
 * An async task under way in the present instance: it is lost with it.
 * @typedef {object} Awaiting
 * @property {number} index
 * @property {unknown[]} args
 * @property {(value: unknown) => void} resolve
 * @property {(error: unknown) => void} reject
 */
/** By run. @type {Map<number, Awaiting>} */
let awaiting = new Map();
/** The run whose function is being called; 0 if none is. */
let called = 0;

/** @param {any} module */
export function useGlue(module) {
  glue = module;
}

/**
 * Called by the panic hook, just before the instance traps.
 * @param {number} run Below 0 if it was no task's code, such as a callback that one left behind.
 * @param {string} text
 */
export function panicked(run, text) {
  panic = text;
  if (run >= 0) return;
  instanceLost();
  // Nobody catches this one, nor knows whose callback it was.
  const lost = awaiting;
  awaiting = new Map();
  queueMicrotask(() => {
    for (const { reject } of lost.values()) reject(panicError(text));
  });
}

/**
 * Called when an async task can go on.
 * @param {number} run
 */
export function wake(run) {
  queueMicrotask(() => poll(run));
}

export function pending() {
  return PENDING;
}

/**
 * An error that says that its task asks to be placed anew.
 * @param {unknown} error
 */
export function asReschedule(error) {
  // Not on the error itself, which may be another task's that was passed on.
  return Object.create(Object(error), { [Symbol.for('webfutures.reschedule')]: { value: true } });
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
 * Calls a Rust task; an async one may answer with a promise.
 * @param {number} index
 * @param {number} run
 * @param {unknown[]} args
 * @returns {unknown}
 */
export function call(index, run, args) {
  if (args[0] instanceof RustActor && args[0].isLost) throw LOST_ACTOR;
  panic = undefined;
  called = run;
  let result;
  try {
    result = glue.__webfutures_call(index, run, args);
  } catch (error) {
    // Its arguments could not be read, so nothing of it has run.
    throw hasMissed() ? LOST_ACTOR : explain(error);
  } finally {
    called = 0;
  }
  if (result !== PENDING) return result;
  return new Promise((resolve, reject) => awaiting.set(run, { index, args, resolve, reject }));
}

/** The Rust task whose code is being run; 0 if none is. */
export function running() {
  return called || (awaiting.size ? Math.max(0, glue.__webfutures_running()) : 0);
}

/**
 * Drops an async task where it awaits: nobody wants its result any more. False if it is none of these.
 * @param {number} run
 */
export function abandon(run) {
  if (!awaiting.has(run)) return false;
  panic = undefined;
  try {
    glue.__webfutures_drop(run);
    awaiting.delete(run);
  } catch (error) {
    awaiting.delete(run);
    console.error(`a task failed when it was dropped: ${explain(error)}`);
  }
  return true;
}

/** Lets go of the state of an actor. @param {number} number */
export function dropActor(number) {
  panic = undefined;
  try {
    glue.__webfutures_drop_actor(number);
  } catch (error) {
    console.error(`an actor failed when it was dropped: ${explain(error)}`);
  }
}

/** @param {number} run */
function poll(run) {
  const task = awaiting.get(run);
  // Woken in an instance that is gone.
  if (!task) return;
  panic = undefined;
  try {
    const result = glue.__webfutures_poll(run);
    if (result === PENDING) return;
    awaiting.delete(run);
    task.resolve(result);
  } catch (error) {
    awaiting.delete(run);
    task.reject(explain(error));
  }
}

/**
 * What was thrown out of Rust code: the error of a task that returned, or what has ended one midway: a panic, a trap without one,
 * such as stack overflow, or an exception of JavaScript code that it called. Then nothing in the instance can be relied on.
 * @param {any} error
 */
function explain(error) {
  if (panic === undefined) {
    if (glue.__webfutures_running() < 0) return error;
    glue.__webfutures_reset();
  }
  instanceLost();
  const lost = awaiting;
  awaiting = new Map();
  queueMicrotask(() => beginAgain(lost));
  if (panic !== undefined) return panicError(panic, error.stack);
  // Firefox throws an InternalError when the stack overflows.
  const trapped =
    error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error?.name === 'InternalError';
  return trapped ? panicError(`the task trapped: ${error.message}`, error.stack) : error;
}

/**
 * The other async tasks that the lost instance had under way begin again in the new one.
 * @param {Map<number, Awaiting>} lost
 */
function beginAgain(lost) {
  for (const [run, { index, args, resolve, reject }] of lost) {
    try {
      resolve(call(index, run, args));
    } catch (error) {
      reject(error);
    }
  }
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
