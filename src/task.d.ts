// `webfutures/task`: what a task can use while it runs in a worker. `import { getWorker } from 'webfutures/task'` in a task module;
// without a bundler from './pkg/task.js'. Inline tasks import nothing: they have the same as a global, `webfutures.getWorker()`.
// Modules that use it may also be loaded on the page: only its calls need a worker.

export { getClient } from 'webfutures';

/** The worker that runs a task. */
export interface WorkerInfo {
  /** Its number: never used again, also not by the one that replaces it when it has died. */
  readonly id: number;
  /** Its name, as in {@link TaskOptions.workers}: the one that replaces it has the same. */
  readonly name: string;
  /** What it has for tasks that take some, see {@link WorkerOptions.resources}. */
  readonly resources: Readonly<Record<string, number>>;
  /**
   * For tasks to keep things in between calls, such as a table that takes long to make. It is gone with the worker, so it must be
   * possible to make it again.
   */
  readonly state: Record<string, any>;
}

/**
 * The worker that runs the task.
 *
 * @throws {Error} where no worker of a client is, such as on the page
 * @example
 * export function lookUp(word) {
 *   const { state } = getWorker();
 *   state.table ??= makeTable();
 *   return state.table.get(word);
 * }
 */
export function getWorker(): WorkerInfo;

/**
 * A signal that aborts when the result of the task is not wanted any more: it was cancelled or released, or lasted longer than its
 * timeout. An async task should pass it on and stop: nothing else stops it, unless it computes without end.
 *
 * Call it before the first `await`: afterwards nobody can tell which task is asking, and it throws unless only one is under way
 * in the worker. A synchronous task never sees it abort: it is stopped by ending its worker.
 *
 * @throws {Error} outside a task, or where the task cannot be told
 * @example
 * export async function load(url) {
 *   const response = await fetch(url, { signal: getSignal() });
 *   return response.json();
 * }
 */
export function getSignal(): AbortSignal;

/**
 * Thrown by a task that wants to run elsewhere, or later: the run counts as nothing, and the task is placed anew, in another
 * worker if there is one. That uses up no retries; a task that always throws it runs for ever.
 *
 * @example
 * export function onGpu(x) {
 *   if (!getWorker().state.gpu) throw new Reschedule();
 *   return compute(x);
 * }
 */
export class Reschedule extends Error {}

declare global {
  /** What `webfutures/task` exports, for inline tasks. */
  interface WebfuturesInTasks {
    getWorker: typeof getWorker;
    getSignal: typeof getSignal;
    Reschedule: typeof Reschedule;
  }
  /** In workers only. */
  var webfutures: WebfuturesInTasks;
}
