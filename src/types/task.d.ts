// What tasks can use.
import type { Client } from './client.js';
import type { delayed, fireAndForget } from './future.js';
import type { asCompleted, wait } from './waiting.js';

/**
 * A client for the task that asks: it submits to the scheduler that runs the task. A promise, since a worker loads what a client is
 * made of when a task first asks for one. A module imports it from `webfutures/task`, or from the package; an inline task, which can import nothing, has the
 * global `webfutures` with `getClient`, and with `wait`, `asCompleted`, `delayed` and `fireAndForget` once the promise has resolved.
 *
 * - Ask before the first `await` of the task: the client is then the task's own. Later nobody can tell which of the tasks that are under way
 *   in the worker asks, and the client is for all of them, until the last of them ends.
 * - While a task with a client awaits, the worker runs others, however many await there: tasks may submit tasks to any depth.
 * - What a task submits goes before everything that the task itself goes before, the deepest first. `priority` counts from that of the
 *   task. Equal pure calls are one task, whoever submits them.
 * - When the task has ended, or is cancelled, or its worker dies, its client is closed: what nobody else wants is given up.
 * - Results come from the worker that has them, and from the page only if they are numbers and the like, or below 1 KiB.
 * - A future returned alone is awaited. Inside a result it is refused with a {@link DataCloneError}: gather it first.
 * - Locks, semaphores, events, variables, queues and datasets are those of all tasks and the page, see {@link Client.lock}. A task that waits for
 *   one gives way to others as one that awaits a future does. Its leases return when its client closes; what it has put, set or
 *   published stays, and so do the futures in it.
 * - {@link Client.processing}, {@link Client.scale} and the like throw in tasks, and {@link Future.running} is false, because only the page
 *   knows.
 *
 * @throws {Error} where no task is under way, as on the page
 * @example
 * // fibonacci.js
 * import { getClient } from 'webfutures/task';
 * export async function fib(n) {
 *   if (n < 2) return n;
 *   const client = await getClient();
 *   const { fib } = client.module(import.meta.url);
 *   const [a, b] = await client.gather(client.map(fib, [n - 1, n - 2]));
 *   return a + b;
 * }
 * @example
 * export async function count() {
 *   const client = await getClient();
 *   const total = client.variable('total');
 *   await client.lock('total').with(async () => total.set((await total.get()) + 1));
 * }
 */
export function getClient(): Promise<Client>;

declare global {
  /** What inline tasks can use; `webfutures/task` adds what it exports. */
  interface WebfuturesInTasks {
    /** See {@link getClient}. */
    getClient(): Promise<Client>;
    /** Once a client has been given out, as all that follow. */
    readonly wait: typeof wait;
    readonly asCompleted: typeof asCompleted;
    readonly delayed: typeof delayed;
    readonly fireAndForget: typeof fireAndForget;
  }
  /** In workers only. */
  var webfutures: WebfuturesInTasks;
}

// Only what says `export` is exported.
export {};
