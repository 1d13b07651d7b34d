// What a task can use: `webfutures/task`. It may be loaded more than once in a worker, so what it needs lies in a global.

/** The worker that runs the task. See types/task.d.ts. */
export function getWorker() {
  return inside('getWorker').getWorker();
}

/** Aborts when nobody wants the task's result any more. See types/task.d.ts. @returns {AbortSignal} */
export function getSignal() {
  return inside('getSignal').getSignal();
}

/**
 * A client for the task that asks. See types/task.d.ts.
 * @returns {Promise<import('./client/client.js').Client>}
 */
export function getClient() {
  return inside('getClient').getClient();
}

/** Thrown by a task that wants to be run elsewhere, or later. See types/task.d.ts. */
export class Reschedule extends Error {}

// Known by a symbol: there are other copies of this class.
Object.defineProperties(Reschedule.prototype, {
  name: { value: 'Reschedule' },
  [Symbol.for('webfutures.reschedule')]: { value: true },
});

/** @param {string} what */
function inside(what) {
  const found = /** @type {any} */ (globalThis)[Symbol.for('webfutures.task')];
  if (!found) throw new Error(`${what} is for tasks: this thread is no worker of a client`);
  return found;
}
