// The client.
import type { Actor, ActorClass } from './actors.js';
import type { Shared } from './coordination.js';
import type { Future } from './future.js';
import type { ClientOptions, ScatterOptions, TaskOptions } from './options.js';
import type { WorkerPool } from './sizing.js';
import type {
  AnyFunction,
  Computed,
  Gathered,
  GatheredOrSkipped,
  Input,
  Inputs,
  Scattered,
  Task,
  TaskReferences,
} from './values.js';

/**
 * A scheduler and its pool of workers. The constructor returns at once; calls may be submitted before the workers are up.
 *
 * @example
 * await init();
 * const client = new Client({ workers: 4 });
 * const sum = client.submit((a, b) => a + b, 1, 2);
 * console.log(await sum); // 3
 * client.close();
 */
export class Client {
  /**
   * @throws {TypeError | RangeError} when an option is not what it should be
   * @throws {ClosedClientError} when the client to connect to is closed
   * @throws {Error} when `init()` has not been awaited
   */
  constructor(options?: ClientOptions);

  /** What the client is called. */
  readonly name: string;

  /**
   * Resolves with this client when every worker is up. Nothing needs to wait for it.
   * It rejects with a {@link WorkerStartError} when a worker does not start.
   */
  readonly ready: Promise<Client>;

  /**
   * Submits one call, and returns a future of its result at once. Arguments are copied now: what is changed afterwards does
   * not show. Futures and lazy calls among them, at any depth of arrays, plain objects, Maps and Sets, are replaced by their
   * results; those travel from worker to worker, never through the page.
   *
   * A call is taken to be pure: the same function with equal arguments is the same task, as long as somebody holds a future
   * of it. Arguments above 64 KiB are not compared. For a call that is not pure use `delayed(fn)(…)`. The first call of a function that
   * copies more than 10 MB warns on the console, and names the argument: {@link Client.scatter} data that several calls use.
   *
   * @throws {InvalidTaskError} when `fn` is nothing that a worker can run; the message says what to do
   * @throws {DataCloneError} when an argument cannot be copied; the message names its place
   * @throws {CancelledError} when an argument is a released future
   * @throws {TypeError} when an argument is a future of a client with other workers
   * @throws {ClosedClientError} after `close()`
   * @example
   * const a = client.submit(x => x + 1, 1);
   * const b = client.submit((x, y) => x * y, a, 10);
   * console.log(await b); // 20
   */
  submit<A extends unknown[], R>(fn: Task<A, R>, ...args: Inputs<A>): Future<Awaited<R>>;

  /**
   * Submits one call for each element, all at once, up to the end of the shortest iterable; the futures are in its order.
   * {@link repeat} makes a constant argument; keys are given by {@link TaskOptions.key}, batches by {@link TaskOptions.batchSize}.
   * Errors as for {@link Client.submit}.
   *
   * @throws {TypeError} when what is iterated over is no iterable, or all of it is `repeat(value)`
   * @example
   * const sums = client.map((x, y) => x + y, [1, 2, 3], [10, 20, 30]);
   * console.log(await client.gather(sums)); // [11, 22, 33]
   * const scaled = client.map((x, factor) => x * factor, [1, 2, 3], repeat(10));
   */
  map<A extends unknown[], R>(
    fn: Task<A, R>,
    ...iterables: { [K in keyof A]: Iterable<Input<A[K]>> }
  ): Future<Awaited<R>>[];

  /**
   * The same client, with defaults for what is submitted through it; what was given before and is not given now stays. A call
   * that equals a known one keeps the options of that, save that the higher priority counts. Futures go between all of them, and
   * closing one closes all.
   *
   * @throws {TypeError | RangeError} when an option is unknown or not what it should be; the message names it
   * @example
   * const urgent = client.with({ priority: 10, retries: 2 });
   * urgent.submit(x => x + 1, 1);
   * urgent.with({ key: 'answer' }).submit(x => x + 1, 41).key; // 'answer'
   */
  with(options: TaskOptions): Client;

  /**
   * Brings values to the page: the same nesting of arrays, plain objects, Maps and Sets with values in place of futures.
   * Everything else passes through.
   *
   * @param options `errors: 'throw'` (default) rejects with the first error as soon as there is one; `'skip'` leaves failures
   *   out of an outer array and puts `null` in their place further inside
   * @example
   * const { a, rest } = await client.gather({ a: future, rest: [other, 5] });
   */
  gather<const T>(x: T, options?: { errors?: 'throw' }): Promise<Gathered<T>>;
  gather<const T>(x: T, options: { errors: 'skip' }): Promise<GatheredOrSkipped<T>>;

  /**
   * Copies data into the workers, to be used by many calls without being sent with each: an array gives an array of futures,
   * a plain object an object of futures, anything else, arrays of a class of your own included, one future. They are finished
   * at once. Each piece goes to the worker that stores least, among those that {@link TaskOptions.workers} names.
   *
   * - Equal data is one task with one key, as long as somebody holds a future of it: see {@link ScatterOptions.hash}.
   * - If all workers that have a piece die, it is sent again, as long as the page has a copy. It keeps copies of up to 64 MiB for
   *   all data that is held; of what goes beyond, and of what was transferred, it has none: calls that need such a piece then
   *   fail with a {@link LostDataError}.
   * - SharedArrayBuffers are shared, not copied.
   *
   * @throws {DataCloneError} when something cannot be copied; the message names its place
   * @throws {KeyConflictError} when a key of {@link Client.with} belongs to other data
   * @throws {MemoryLimitError} when a piece is larger than what a worker may store
   * @throws {TypeError} when it is given a future, a lazy call or an iterator, or an option that is not what it should be
   * @throws {ClosedClientError} after `close()`
   * @example
   * const [table] = client.scatter([new Float64Array(1e6)]);
   * const hits = client.map((table, x) => table.filter(y => y > x).length, [table, table], [0.5, 0.9]);
   */
  scatter<T>(data: T, options?: ScatterOptions): Scattered<T>;

  /**
   * Has results copied, so that several workers have them: they run what needs them at once, and a result of which there is a
   * copy need not be made again when a worker dies. Workers that come later get their copies too, as long as the results are
   * held. Resolves when the copies are there, as far as there are so many workers with room for them.
   *
   * @param copies in how many workers each shall lie, 1 to 256 (default: in all)
   * @throws (rejects) what a future failed with
   * @throws {TypeError} (rejects) when it is given something that is no future of this client
   * @example
   * await client.replicate(table, 2);
   */
  replicate(futures: Future<any> | Iterable<Future<any>>, copies?: number): Promise<void>;

  /**
   * Moves results from the workers that store most to those that store least, until no move brings them nearer to each other. Results
   * that several workers have, and those that something under way needs, stay where they are. Resolves when they have moved.
   *
   * @param futures whose results may be moved (default: all)
   * @throws (rejects) what a future failed with
   * @throws {TypeError} (rejects) when it is given something that is no future of this client
   */
  rebalance(futures?: Future<any> | Iterable<Future<any>>): Promise<void>;

  /**
   * Submits lazy calls: a `Delayed` gives a future, an array an array, and another container that holds some a future of the
   * whole. What holds none passes through. Computing the same `Delayed` again is the same task.
   * Errors as for {@link Client.submit}.
   *
   * @example
   * const inc = delayed(x => x + 1);
   * const total = delayed((a, b) => a + b)(inc(1), inc(2));
   * console.log(await client.compute(total)); // 5
   */
  compute<const T>(x: T): Computed<T>;

  /**
   * Gives tasks up, and all calls that depend on them: their futures are cancelled, and whoever waits for them gets a
   * {@link CancelledError}. What has not begun never runs. An async task is told by its signal (`getSignal` of
   * `webfutures/task`), and nobody waits for it any more; if it does not stop, and computes without end, its worker is ended and
   * replaced. So is a worker in the middle of a synchronous task that does not come to its end within 20 ms. Results that only
   * that worker had are made again. What other clients want, or was handed to {@link fireAndForget}, goes on for them.
   *
   * @param options `reason`: what the errors say, a text or an error (default: `'cancel was called'`); `force`: also what others
   *   want, for all of them (default: false); `running: false` leaves those alone that a worker has been given (default: true)
   * @throws {TypeError} when it is given something that is no future of this client
   * @example
   * const endless = client.submit(() => { for (;;); });
   * client.cancel(endless, { reason: 'the user left' });
   */
  cancel(
    futures: Future<any> | Iterable<Future<any>>,
    options?: { reason?: unknown; force?: boolean; running?: boolean },
  ): void;

  /**
   * Tries failed tasks again, from the one that threw down to these and all others that failed with it; finished ones are
   * made again. They are pending at once. What was cancelled stays so: submit it again.
   *
   * @throws {TypeError} when it is given something that is no future of this client
   * @throws {ClosedClientError} after `close()`
   */
  retry(futures: Future<any> | Iterable<Future<any>>): void;

  /**
   * Makes an object that stays in one worker and keeps its state there: a future of a proxy whose methods can be called. It goes
   * to the worker that has the fewest, within {@link TaskOptions.workers}; it is never copied, moved, stored on disk or made again.
   *
   * @param cls a class, or a reference to one: `client.module(url).Counter`
   * @throws {InvalidTaskError} when it is no class that a worker can make; the message says what to do
   * @throws {DataCloneError} when an argument cannot be copied
   * @throws {LostActorError} (rejects, also calls) when its worker is gone
   * @example
   * class Counter {
   *   n = 0;
   *   add(by) { return (this.n += by); }
   * }
   * const counter = await client.actor(Counter);
   * counter.add(1);
   * console.log(await counter.add(2)); // 3
   * console.log(await counter.n()); // 3
   */
  actor<A extends unknown[], T>(cls: ActorClass<A, T>, ...args: Inputs<A>): Future<Actor<T>>;

  /**
   * References to the functions a module exports. Each worker imports the module once, when it first needs it. A module that
   * does not load, or lacks the export, fails the task.
   *
   * @param url relative to the page: with `new URL('./tasks.js', import.meta.url)` it is relative to the file it stands in
   * @throws {TypeError} when the URL is not valid
   * @example
   * const tasks = client.module<typeof import('./tasks.js')>(new URL('./tasks.js', import.meta.url));
   * console.log(await client.submit(tasks.inc, 1)); // 2
   */
  module<M = Record<string, AnyFunction>>(url: URL | string): TaskReferences<M>;

  /**
   * References to what a worker file of your own exposes, see {@link expose}.
   *
   * @example
   * client.submit(client.exposed<typeof import('./tasks.js')>().inc, 1);
   */
  exposed<M = Record<string, AnyFunction>>(): TaskReferences<M>;

  /** What each worker has been given and not yet reported: keys of tasks by name of worker, the one that runs first. */
  processing(): Record<string, string[]>;

  /** The workers that have each result: names by key, of these futures or of all results there are. None while it is pending. */
  whoHas(futures?: Future<any> | Iterable<Future<any>>): Record<string, string[]>;

  /** The results that each worker has: keys by name of worker. */
  hasWhat(): Record<string, string[]>;

  /** The estimated bytes of each result, see {@link Future.nbytes}: by key, of these futures or of all results there are. */
  nbytes(futures?: Future<any> | Iterable<Future<any>>): Record<string, number>;

  /** How many tasks each worker computes at once: 1, by name of worker. See {@link ClientOptions.concurrency} for those that await. */
  nthreads(): Record<string, number>;

  /** How the workers and the tasks stand at this moment. */
  schedulerInfo(): SchedulerInfo;

  /** The latest transitions of one task, the oldest first; empty when the task is not known (any more). */
  story(keyOrFuture: string | Future<any>): Transition[];

  /**
   * The runs that have ended: those since a place in the log, and the place to go on from. The log keeps the latest.
   *
   * @example
   * let since = 0;
   * const { records, next } = client.taskStream({ since });
   * since = next;
   */
  taskStream(options?: { since?: number }): { records: TaskRecord[]; next: number };

  /** How many tasks the page knows, and what the store of each worker holds: results and their estimated bytes. */
  stats(): Promise<{ tasks: number; workers: { results: number; bytes: number }[] }>;

  /**
   * Ends the workers, unless another client uses them, see {@link ClientOptions.connect}. What has not finished, and every later use
   * of this client's futures, fails with a {@link CancelledError}; what other clients want goes on.
   */
  close(): void;
  /** `await using client = new Client()` closes it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void>;

  /** `<Client: name, workers: n>` */
  toString(): string;
}

export interface Client extends WorkerPool, Shared {}

/** One step of a task from state to state; the time in milliseconds, as the page's `performance.now()` tells it. */
export interface Transition {
  time: number;
  from: TaskState;
  to: TaskState;
}
/** How a task stands in the scheduler. */
export type TaskState =
  | 'released'
  | 'waiting'
  | 'queued'
  | 'no-worker'
  | 'processing'
  | 'memory'
  | 'erred'
  | 'forgotten';

/** How everything stands, see {@link Client.schedulerInfo}. */
export interface SchedulerInfo {
  /** Name of the client. */
  name: string;
  /** By name, in the order in which they were started. */
  workers: Record<string, WorkerInfo>;
  /** How many tasks are in each state. */
  tasks: Record<Exclude<TaskState, 'forgotten'>, number>;
}

/** How one worker stands. */
export interface WorkerInfo {
  /**
   * A `starting` one has not said hello; a `retiring` one gets nothing new. Results fill more than 80 % of the memory of a
   * `paused` one: it gets only work whose inputs it has; and more than 95 % of a `full` one: it gets none, as long as
   * others have more room.
   */
  status: 'starting' | 'running' | 'paused' | 'full' | 'retiring';
  /** What it was given of what tasks may take. */
  resources: Record<string, number>;
  /** Results that it has, copies included. */
  results: number;
  /** Their estimated bytes. */
  bytes: number;
  /** How many it may store; undefined if there is no limit. */
  memoryLimit: number | undefined;
  /** How many of these bytes lie on disk. */
  spilled: number;
  /** Tasks that it was given and has not reported. */
  processing: number;
  /** Tasks that wait for room there because their inputs are there. */
  queued: number;
  /** Estimated milliseconds until it will have done all these. */
  occupancy: number;
}

/** One run of a task that has ended. */
export interface TaskRecord {
  /** Name of the function. */
  name: string;
  /** Name of the worker. */
  worker: string;
  /** Milliseconds on the page's clock, as `performance.now()` tells it. */
  start: number;
  /** How long it computed, in milliseconds; what it spent awaiting included. */
  duration: number;
  /** Whether it threw. */
  erred: boolean;
}

/**
 * An iterable that yields the same value without end: a constant argument for {@link Client.map}. One of more than 64 KiB is
 * scattered, once for all calls.
 *
 * @example
 * client.map((row, table) => table.indexOf(row), rows, repeat(table));
 */
export function repeat<T>(value: T): Iterable<T>;

// Only what says `export` is exported.
export {};
