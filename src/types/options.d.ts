// What clients and calls can be told.
import type { Client } from './client.js';

/** What is to be said of one worker. */
export interface WorkerOptions {
  /** Names it in {@link TaskOptions.workers}, and where workers are shown. @default the client's name and its position: `name-0` */
  name?: string;
  /** How much it has of what tasks may take, see {@link TaskOptions.resources}: whole numbers from 1. @default {} */
  resources?: Record<string, number>;
  /** See {@link ClientOptions.memoryLimit}, for this worker. @default that of the client */
  memoryLimit?: number;
}

/** How calls are to be run, see {@link Client.with}. */
export interface TaskOptions {
  /**
   * The key of the task: 1 to 1000 characters. For `map` it begins the keys, for `map` and `compute` of an array it may be a list
   * with one for each call. A key that is held, by futures or by calls that need the result, names one call: the same call
   * shares the task, another one throws a {@link KeyConflictError}. `scatter` takes it as `map` does;
   * for data that is not divided it is the key.
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
   * there it waits. Data that is scattered goes there, and stays there.
   * @default any
   */
  workers?: string | number | (string | number)[];
  /** Others may run it, too, as long as none of `workers` is there. @default false */
  allowOtherWorkers?: boolean;
  /**
   * What it takes of its worker from its begin to its end, while it awaits too, see {@link WorkerOptions.resources}: whole numbers from 1. A
   * task that awaits one of its own that needs the last of the same resource waits for ever: give it to the subtasks alone. @default {}
   */
  resources?: Record<string, number>;
  /**
   * Milliseconds that one run of a task may last, above 0: from when its function is called in the worker until it returns or its
   * promise settles. Time in queues does not count. A run that lasts longer is stopped, like one that is cancelled (see
   * {@link Client.cancel}), within some 30 ms; it is tried again as often as `retries` says, and then fails with a {@link TimeoutError}.
   * @default ClientOptions.taskTimeout
   */
  timeout?: number;
  /**
   * Milliseconds that a task has from when it is submitted, or retried, above 0. If it has not finished by then it fails with a
   * {@link TimeoutError}, wherever it stands and however many retries are left, and what depends on it fails with the same error.
   * @default Infinity
   */
  deadline?: number;
  /**
   * When it aborts, what was submitted under it and has not settled is cancelled, with the signal's reason as that of the
   * {@link CancelledError}. A call that was also submitted without it goes on for those futures. Under a signal that has
   * aborted nothing is submitted: the futures are cancelled from the start, and `scatter` throws the reason.
   * @default none
   * @example
   * const form = new AbortController();
   * const future = client.with({ signal: form.signal }).submit(search, text);
   * form.abort(new Error('the form was closed'));
   */
  signal?: AbortSignal;
  /**
   * How many calls of a `map` go out at once, a whole number from 1: workers begin with the first ones while the page makes the others.
   * It changes neither results, nor their order, nor keys. @default all, but of 8,192 calls or more that take only numbers, texts
   * and the like, with which nothing can be wrong, 4,096 first
   */
  batchSize?: number;
  /**
   * Whether a result that is a buffer, or a view of all of one, is moved to the worker that needs it, and to the page that takes it
   * ({@link Future.take}): the task must not keep it. @default false
   */
  transfer?: boolean;
  /** What {@link Client.run} does with an error: reject with the first, or have it stand for the worker's value. @default 'throw' */
  errors?: 'throw' | 'return';
}

/** What is to be said of data, see {@link Client.scatter}. */
export interface ScatterOptions {
  /**
   * `true`: every worker gets a copy, those that come later too; a number from 1 to 256: that many workers do, as far as there
   * are so many. One gets it from the page, the others from each other. @default false
   */
  broadcast?: boolean | number;
  /**
   * Whether equal data is one task: `false` makes each piece a task of its own; `true` compares data of any size, which takes the
   * page some milliseconds for each MiB. What holds something else than arrays, plain objects, Maps, Sets, typed arrays, buffers,
   * dates, regular expressions and primitives equals nothing. @default true up to 1 MiB a piece
   */
  hash?: boolean;
  /**
   * What is moved rather than copied, as `postMessage` takes it: buffers, ports, bitmaps, streams. They are gone from the page
   * when the call returns. Each may be a part of one piece only. @default []
   */
  transfer?: Transferable[];
}

/** Options of a {@link Client}. */
export interface ClientOptions {
  /** How many workers, 0 to 256, or a list of what is to be said of each. @default navigator.hardwareConcurrency */
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
  /** What {@link TaskOptions.timeout} is unless said otherwise: milliseconds that one run of a task may last. @default Infinity */
  taskTimeout?: number;
  /**
   * Bytes of results that each worker may store, a whole number from 1, by the estimate of {@link Future.nbytes}. Not a limit of what
   * tasks use while they run, and no engine tells that.
   *
   * - From 70 % on, the results of at least 16 KiB that were used longest ago are put on disk, until 60 % are in memory, in the
   *   origin's private file system; they are read back when somebody needs them. That can be done with buffers and views of
   *   whole ones, and with anything made of strings and other primitives, arrays, plain objects, Maps, Sets, dates, buffers and
   *   views; what shares a buffer with another result and objects of classes stay in memory. Files are removed when the client
   *   closes or its worker ends; those of crashed pages when the next client with a limit starts. Where there is no such file
   *   system, or the disk is full, all stays in memory.
   * - Above 80 % a worker gets only calls whose inputs it has, above 95 % none, as long as another worker has more room.
   * - Data, a result, or all inputs of a call together that are larger than the limit fail with a {@link MemoryLimitError}.
   *
   * @default none
   */
  memoryLimit?: number;
  /**
   * Whether to keep a worker ready, which gets no work, to take the place of one that dies or is ended: from the first time that
   * something has to be stopped or may have to be (a timeout, a deadline, a signal). @default true
   */
  spare?: boolean;
  /**
   * Milliseconds that a worker's script has to load and to call {@link serve} or {@link expose}; else `ready` rejects with a
   * {@link WorkerStartError}. @default 60_000
   */
  startTimeout?: number;
  /** What the client is called, and its workers after it: `name-0`, `name-1`, … @default 'client-1', 'client-2', … */
  name?: string;
  /**
   * Another client, whose workers this one uses too; then the only other options are `name` and `taskTimeout`. Equal pure calls
   * of both are one task, and either takes futures of the other as arguments. Each gives up and releases only what it wants itself: what the other
   * wants goes on. The workers end when the last of the clients is closed.
   * @default workers of its own
   */
  connect?: Client;
  /** A script to start workers from, instead of the library's own: a module that calls {@link serve} or {@link expose}. */
  workerUrl?: URL | string;
  /**
   * Makes each worker, for instance from a file that a bundler finds by this very expression:
   * `() => new Worker(new URL('./my-worker.js', import.meta.url), { type: 'module' })`. Its script calls {@link serve} or
   * {@link expose}.
   */
  createWorker?: () => Worker;
}

// Only what says `export` is exported.
export {};
