export * from './errors.js';
/// <reference lib="esnext.disposable" />
// The generated package has the error classes in the same file, and what follows.

// The JavaScript API. The generated package adds the default export, `init`: await it once before the first Client. It
// loads the wasm from beside the glue, or from what it is given: `init({ module_or_path: url })`.

/** A function that can be a task: self-contained, for it travels as its source. It may be async. */
type AnyFunction = (...args: any[]) => any;

/** What structured clone carries as a whole: nothing is looked for inside. */
type Leaf =
  | ArrayBuffer
  | SharedArrayBuffer
  | ArrayBufferView
  | Blob
  | Date
  | Error
  | ImageBitmap
  | ImageData
  | RegExp
  | AnyFunction;

/**
 * What a parameter of type `T` can be given: a value, a future or a lazy call of one, or containers (arrays, plain objects,
 * values of Maps, members of Sets) in which futures and lazy calls stand for values at any depth.
 */
export type Input<T> = T | Future<T> | Delayed<T> | InputContainer<T>;
type InputContainer<T> = T extends Leaf
  ? never
  : T extends readonly unknown[]
    ? { [K in keyof T]: Input<T[K]> }
    : T extends Map<infer K, infer V>
      ? Map<K, Input<V>>
      : T extends Set<infer V>
        ? Set<Input<V>>
        : T extends object
          ? { [K in keyof T]: Input<T[K]> }
          : never;
/** `Input` of each of a function's parameters. */
export type Inputs<A extends readonly unknown[]> = { [K in keyof A]: Input<A[K]> };

/** The same nesting with values for futures (and, if `Lazy` is true, lazy calls); `Miss` stands where one may be missing. */
type Resolved<T, Miss = never, Lazy = false> =
  T extends Future<infer R>
    ? R | Miss
    : T extends Delayed<infer R>
      ? Lazy extends true
        ? R
        : T
      : T extends Leaf
        ? T
        : T extends readonly unknown[]
          ? { -readonly [K in keyof T]: Resolved<T[K], Miss, Lazy> }
          : T extends Map<infer K, infer V>
            ? Map<K, Resolved<V, Miss, Lazy>>
            : T extends Set<infer V>
              ? Set<Resolved<V, Miss, Lazy>>
              : T extends object
                ? Same<T, { -readonly [K in keyof T]: Resolved<T[K], Miss, Lazy> }>
                : T;
/** `T` where nothing has changed, so that classes stay what they are. */
type Same<T, New> = T extends New ? T : New;

/** What `gather` brings. */
export type Gathered<T> = Resolved<T>;
/** What `gather` with `errors: 'skip'` brings: an array may be shorter, `null` stands for failures further inside. */
export type GatheredOrSkipped<T> = T extends readonly (infer E)[]
  ? (E extends Future<infer R> ? R : Resolved<E, null>)[]
  : Resolved<T, null>;
/** What `scatter` gives. */
export type Scattered<T> = [T] extends [readonly unknown[]]
  ? { -readonly [K in keyof T]: Future<T[K]> }
  : [T] extends [Leaf | Map<any, any> | Set<any>]
    ? Future<T>
    : [T] extends [object]
      ? { -readonly [K in keyof T]: Future<T[K]> }
      : Future<T>;
/** What `compute` gives. */
export type Computed<T> =
  T extends Delayed<infer R>
    ? Future<R>
    : T extends readonly unknown[]
      ? { -readonly [K in keyof T]: Computed<T[K]> }
      : T extends Resolved<T, never, true>
        ? T
        : Future<Resolved<T, never, true>>;

/** A function by reference: an export of a module, or what a worker exposes. It cannot be called here, only submitted. */
export interface TaskReference<A extends readonly unknown[] = any[], R = any> {
  readonly kind: 'module' | 'exposed';
  readonly name: string;
  /** Exists for the type checker only. */
  readonly signature?: (...args: A) => R;
}
/** References to the functions among a module's exports. */
export type TaskReferences<M> = {
  readonly [K in keyof M as M[K] extends AnyFunction ? K : never]: M[K] extends (...args: infer A) => infer R
    ? TaskReference<A, R>
    : never;
};
/**
 * What can be submitted. An inline function is sent as its source, once to each worker, so it may use only its arguments,
 * what it declares and what every worker has; anything else it uses makes `submit` throw an `InvalidTaskError` that names it.
 */
export type Task<A extends readonly unknown[], R> = ((...args: A) => R) | TaskReference<A, R>;

/** What is to be said of one worker. */
export interface WorkerOptions {
  /** Names it in {@link TaskOptions.workers}, and where workers are shown. @default the client's name and its position: `name-0` */
  name?: string;
  /** How much it has of what tasks may take, see {@link TaskOptions.resources}: whole numbers from 1. @default {} */
  resources?: Record<string, number>;
}

/** How calls are to be run, see {@link Client.with}. */
export interface TaskOptions {
  /**
   * The key of the task: 1 to 1000 characters. For `map` it begins the keys, for `map` and `compute` of an array it may be a list
   * with one for each call. A key that is held, by futures or by calls that need the result, names one call: the same call
   * shares the task, another one throws a {@link KeyConflictError}. `scatter` makes its own keys.
   * @default the function's name and a hash
   */
  key?: string | string[];
  /**
   * Whether equal calls are one task. For a lazy function its own `pure` goes first.
   * @default true for `submit` and `map`, false for lazy calls
   */
  pure?: boolean;
  /** Higher ones begin first among all that are ready: a whole number from -32767 to 32767. @default 0 */
  priority?: number;
  /** How often a task that threw or ran for too long is tried again: a whole number up to 65535. @default 0 */
  retries?: number;
  /**
   * The workers that may run it: names, or positions in the order in which the workers were asked for. Until one of them is
   * there it waits. It does not move scattered data.
   * @default any
   */
  workers?: string | number | (string | number)[];
  /** Others may run it, too, as long as none of `workers` is there. @default false */
  allowOtherWorkers?: boolean;
  /** What it takes of its worker while it is under way, see {@link WorkerOptions.resources}: whole numbers from 1. @default {} */
  resources?: Record<string, number>;
  /** Whether a result that is a buffer, or a view of all of one, is moved to the worker that needs it: it must not be kept. @default false */
  transfer?: boolean;
}

/** Options of a {@link Client}. */
export interface ClientOptions {
  /** How many workers, 1 to 256, or a list of what is to be said of each. @default navigator.hardwareConcurrency */
  workers?: number | WorkerOptions[];
  /**
   * How many tasks one worker may have under way at once, those that await something included: 1 to 65536. Only one of them
   * computes at a time. @default 64
   */
  concurrency?: number;
  /**
   * How many deaths of workers a task may be to blame for, 0 to 10; with one more it fails with a {@link KilledWorkerError}. A worker
   * that closes itself or is killed is replaced, and its results that are needed are made again. A kill is noticed by a Web
   * Lock: not on pages without `navigator.locks`. After 20 deaths in a row without any report a worker is given up. @default 3
   */
  allowedFailures?: number;
  /** What the client is called, and its workers after it: `name-0`, `name-1`, … @default 'client-1', 'client-2', … */
  name?: string;
  /** A script to start workers from, instead of the library's own: a module that calls {@link serve} or {@link expose}. */
  workerUrl?: URL | string;
  /**
   * Makes each worker, for instance from a file that a bundler finds by this very expression:
   * `() => new Worker(new URL('./my-worker.js', import.meta.url), { type: 'module' })`. Its script calls {@link serve} or
   * {@link expose}.
   */
  createWorker?: () => Worker;
}

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
   * of it. Arguments above 64 KiB are not compared. For a call that is not pure use `delayed(fn)(…)`.
   *
   * @throws {InvalidTaskError} when `fn` is nothing that a worker can run; the message says what to do
   * @throws {DataCloneError} when an argument cannot be copied; the message names its place
   * @throws {CancelledError} when an argument is a released future
   * @throws {TypeError} when an argument is a future of another client
   * @throws {ClosedClientError} after `close()`
   * @example
   * const a = client.submit(x => x + 1, 1);
   * const b = client.submit((x, y) => x * y, a, 10);
   * console.log(await b); // 20
   */
  submit<A extends unknown[], R>(fn: Task<A, R>, ...args: Inputs<A>): Future<Awaited<R>>;

  /**
   * Submits one call for each element, all at once, up to the end of the shortest iterable; the futures are in its order.
   * Errors as for {@link Client.submit}.
   *
   * @example
   * const sums = client.map((x, y) => x + y, [1, 2, 3], [10, 20, 30]);
   * console.log(await client.gather(sums)); // [11, 22, 33]
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
   * a plain object an object of futures, anything else one future. They are finished at once.
   *
   * @throws {DataCloneError} when something cannot be copied; the message names its place
   * @throws {ClosedClientError} after `close()`
   * @example
   * const [table] = client.scatter([new Float64Array(1e6)]);
   * const hits = client.map((table, x) => table.filter(y => y > x).length, [table, table], [0.5, 0.9]);
   */
  scatter<T>(data: T): Scattered<T>;

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
   * {@link CancelledError}. What has not begun never runs. An async task goes on to its end, but nobody waits for it. A worker
   * in the middle of a synchronous one is ended and replaced if it does not come to its end within 20 ms; results that only
   * that worker had are made again.
   *
   * @param options `reason`: what the errors say, a text or an error (default: `'cancel was called'`)
   * @throws {TypeError} when it is given something that is no future of this client
   * @example
   * const endless = client.submit(() => { for (;;); });
   * client.cancel(endless, { reason: 'the user left' });
   */
  cancel(futures: Future<any> | Iterable<Future<any>>, options?: { reason?: unknown }): void;

  /**
   * Tries failed tasks again, from the one that threw down to these and all others that failed with it; finished ones are
   * made again. They are pending at once. What was cancelled stays so: submit it again.
   *
   * @throws {TypeError} when it is given something that is no future of this client
   * @throws {ClosedClientError} after `close()`
   */
  retry(futures: Future<any> | Iterable<Future<any>>): void;

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

  /**
   * Brings the number of workers to `workers`, 1 to 256. Surplus workers get nothing new, and end when they run nothing and
   * hold no result that is needed.
   *
   * @throws {TypeError | RangeError} when it is no such number
   * @throws {ClosedClientError} after `close()`
   */
  scale(workers: number): void;

  /** What each worker has been given and not yet reported: keys of tasks by name of worker, the one that runs first. */
  processing(): Record<string, string[]>;

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

  /** Ends the workers. What has not finished, and every later use of the client's futures, fails with a {@link CancelledError}. */
  close(): void;
  /** `await using client = new Client()` closes it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void>;

  /** `<Client: name, workers: n>` */
  toString(): string;
}

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
 * A handle of one task and its result, which stays in the workers until somebody asks for it. Awaiting a future is awaiting
 * its result. A result is kept as long as a future of it exists, or a call that needs it: dropped futures release it when
 * they are collected, `release()` does so now.
 */
export class Future<T> implements PromiseLike<T> {
  private constructor();

  /** Names the task: {@link TaskOptions.key}, or the function's name and a hash. Equal pure calls have the same. */
  readonly key: string;

  /**
   * A task that runs is still `pending`. A released future is `cancelled`. The result of a `lost` one went with its worker, and
   * is being made again.
   */
  readonly status: 'pending' | 'finished' | 'error' | 'cancelled' | 'lost';

  /** Type of the result once finished, such as `number`, `Array`, `Float64Array`; `Object` for all other objects. */
  readonly type: string | undefined;

  /** Whether a worker has been given the task and has not reported it: as a rule it runs, or is about to. Looks it up each time. */
  readonly running: boolean;

  /** Whether it is finished, erred or cancelled. */
  done(): boolean;

  /** Whether it was cancelled or released, or its client closed. */
  cancelled(): boolean;

  /**
   * The result; the page gets a copy. A task that threw rejects with what it threw: an error keeps its name, message,
   * `cause`, own fields and the stack of the worker, and gets the `key` of the task that threw it.
   *
   * @param options `timeout`: milliseconds to wait, then it rejects with a {@link TimeoutError} and the task goes on (default:
   *   for ever); `signal`: rejects with its reason, and the task goes on
   * @throws {CancelledError} (rejects) when the future was released, or the client closed
   * @throws {DataCloneError} (rejects) when the result cannot be copied; `path` names the place
   * @throws {PanicError} (rejects) when it is a Rust task that panicked
   */
  result(options?: { timeout?: number; signal?: AbortSignal }): Promise<T>;

  /** Waits, then tells the error of the task, or `null` if it has none. What is thrown and no Error is the `cause` of one. */
  exception(): Promise<Error | null>;

  then<A = T, B = never>(
    done?: ((value: T) => A | PromiseLike<A>) | null,
    failed?: ((error: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B>;

  /** The same as {@link Client.cancel} of this one. Doing it again does nothing. */
  cancel(options?: { reason?: unknown }): void;

  /** The same as {@link Client.retry} of this one. @throws {CancelledError} when the future was released */
  retry(): void;

  /**
   * Calls back once, in a microtask, when it is done, also when it is so already. @throws {TypeError} when given no function
   */
  addDoneCallback(callback: (future: Future<T>) => void): void;

  /** Gives the result up now. Calls that were submitted with it still get it. Doing it again does nothing. */
  release(): void;
  /** `using future = client.submit(…)` releases it at the end of the block. */
  [Symbol.dispose](): void;

  /** `<Future: finished, type: number, key: inc-…>` */
  toString(): string;
}

/** A call that has not been submitted: an argument of others, or of `client.compute`. */
export class Delayed<T> {
  private constructor();
  private readonly result: T;
  /** `<Delayed: inc>` */
  toString(): string;
}

/**
 * Makes a function lazy: calling it builds a graph, and nothing runs until `client.compute`, or until a call that it is an
 * argument of is submitted.
 *
 * @param options `pure` (default: what {@link Client.with} says, else false): whether equal calls may be one task; `name`: begins the keys (default: the
 *   function's name)
 * @throws {InvalidTaskError} when `fn` is nothing that a worker can run
 * @throws {DataCloneError} (the lazy call) when an argument cannot be copied
 * @example
 * const add = delayed((a, b) => a + b);
 * console.log(await client.compute(add(add(1, 2), 3))); // 6
 */
export function delayed<A extends unknown[], R>(
  fn: Task<A, R>,
  options?: { pure?: boolean; name?: string },
): (...args: Inputs<A>) => Delayed<Awaited<R>>;

/**
 * Waits until futures have settled: finished, erred or cancelled.
 *
 * @param options `returnWhen`: `'ALL_COMPLETED'` (default), `'FIRST_COMPLETED'`, or `'FIRST_EXCEPTION'`: the first that fails,
 *   otherwise all; `timeout`: milliseconds after which the answer says what is done by then (default: none); `signal`: rejects
 *   with its reason
 * @throws {TypeError} (rejects) when the first argument is no iterable of futures
 * @example
 * const { done, notDone } = await wait(futures, { timeout: 1000 });
 */
export function wait<F extends Future<any>>(
  futures: Iterable<F>,
  options?: {
    timeout?: number;
    signal?: AbortSignal;
    returnWhen?: 'ALL_COMPLETED' | 'FIRST_COMPLETED' | 'FIRST_EXCEPTION';
  },
): Promise<{ done: Set<F>; notDone: Set<F> }>;

/** Yields futures in the order in which they settle; one that was added n times is yielded n times. */
export interface AsCompleted<T, Item = Future<T>> extends AsyncIterableIterator<Item, undefined> {
  /** Adds a future, also while the iteration runs. An iteration that has ended can be taken up again after it. */
  add(future: Future<T>): void;
  /** Adds futures. */
  update(futures: Iterable<Future<T>>): void;
  /** All that are ready, at least one; empty when there is nothing to wait for, or with `block: false` when none is ready. */
  nextBatch(options?: { block?: boolean }): Promise<Item[]>;
  /** Iterates over what is ready, batch by batch. */
  batches(): AsyncIterableIterator<Item[]>;
  /** How many have not been yielded. */
  count(): number;
  /** Whether there is nothing left to yield. */
  isEmpty(): boolean;
  /** Whether the next one is there. */
  hasReady(): boolean;
  /** Forgets all that has not been yielded. */
  clear(): void;
  [Symbol.asyncIterator](): AsCompleted<T, Item>;
}

/** Options of {@link asCompleted}. */
export interface AsCompletedOptions {
  /** Yield pairs of future and result. @default false */
  withResults?: boolean;
  /** Throw the error of a task that failed; otherwise it is the second item of the pair. @default true */
  raiseErrors?: boolean;
  /** Milliseconds for the whole iteration, after which it throws a {@link TimeoutError}. @default none */
  timeout?: number;
}

/**
 * Iterates over futures as they settle; work may be added meanwhile.
 *
 * @throws {TypeError} when it is given something that is no future
 * @example
 * const completed = asCompleted(client.map(x => x * x, [1, 2, 3]));
 * for await (const future of completed) {
 *   const value = await future;
 *   if (value < 100) completed.add(client.submit(x => x * 10, value));
 * }
 */
export function asCompleted<T>(
  futures: Iterable<Future<T>> | undefined,
  options: AsCompletedOptions & { withResults: true; raiseErrors: false },
): AsCompleted<T, [future: Future<T>, resultOrError: T | Error]>;
export function asCompleted<T>(
  futures: Iterable<Future<T>> | undefined,
  options: AsCompletedOptions & { withResults: true; raiseErrors?: true },
): AsCompleted<T, [future: Future<T>, result: T]>;
export function asCompleted<T>(
  futures?: Iterable<Future<T>>,
  options?: AsCompletedOptions & { withResults?: false },
): AsCompleted<T>;

/**
 * A live element that shows how futures stand, a bar for each function; it does not wait. Its event `complete` says that all
 * have settled. Colours: the custom properties `--webfutures-bar` and `--webfutures-error`.
 *
 * @throws {TypeError} when it is given something that is no iterable of futures
 * @example
 * document.body.append(progress(futures));
 */
export function progress(futures: Iterable<Future<any>>): ProgressElement;

/** The element `<webfutures-progress>`. */
export interface ProgressElement extends HTMLElement {
  /** How many futures there are, and how many of them stand how. */
  readonly counts: { total: number; pending: number; finished: number; erred: number; cancelled: number };
}

/**
 * Makes a worker of the thread it is called in: for a worker file of your own, see {@link ClientOptions.createWorker}.
 *
 * @param glue the generated module, if there are Rust tasks
 * @example
 * import * as glue from './pkg/app.js';
 * glue.serve(glue);
 */
export function serve(glue?: object): void;

/**
 * Offers functions as tasks, under their names, and serves. Unlike inline functions they may use anything of their module.
 *
 * @param glue the generated module, if there are Rust tasks, too
 * @example
 * import { expose } from './pkg/webfutures.js';
 * import * as tasks from './tasks.js';
 * expose(tasks); // on the page: client.submit(client.exposed().inc, 1)
 */
export function expose(functions: object, glue?: object): void;

// Only what says `export` is exported.
export {};
