// How many workers a client has.
import type { Task } from './values.js';

/** How long to wait. */
export interface Patience {
  /** Milliseconds after which waiting ends with a {@link TimeoutError}. @default without end */
  timeout?: number;
  /** Ends waiting with the signal's reason when it aborts. */
  signal?: AbortSignal;
}

/** How the number of workers follows the work, see {@link WorkerPool.adapt}. */
export interface AdaptOptions {
  /** Fewest workers: a whole number from 0. @default 0 */
  minimum?: number;
  /** Most workers: a whole number up to 256. @default navigator.hardwareConcurrency */
  maximum?: number;
  /** Milliseconds from one look at the work to the next. @default 250 */
  interval?: number;
  /** For how many looks in a row a worker has to be one too many until it is retired. @default 4 */
  waitCount?: number;
  /** Milliseconds in which all the work there is should be done. @default 1000 */
  targetDuration?: number;
}

/** The part of a {@link Client} that is about its workers. */
export interface WorkerPool {
  /**
   * Resolves when at least `count` workers are up. Nothing needs to wait for that: tasks without any worker stay pending, and
   * {@link Future.waitingFor} says so.
   *
   * @throws {TypeError | RangeError} at the call, when `count` is no whole number from 1 to 256
   * @throws {TimeoutError} when time runs out; it says how many have arrived
   * @throws {ClosedClientError} after `close()`
   * @example
   * client.scale(4);
   * await client.waitForWorkers(4, { timeout: 10_000 });
   */
  waitForWorkers(count: number, options?: Patience): Promise<void>;

  /**
   * Brings the number of workers to `workers`, 0 to 256. Surplus workers, the latest first, are retired, see
   * {@link WorkerPool.retire}. With none at all tasks wait. It ends `adapt`.
   *
   * @throws {TypeError | RangeError} when it is no such number
   * @throws {ClosedClientError} after `close()`
   */
  scale(workers: number): void;

  /**
   * Has the number of workers follow the work: so many that all that is known of would be done in `targetDuration`, but no
   * more than there are tasks; twice as many as there are when their memory is filled by more than three fifths. A worker that
   * has been one too many for `waitCount` looks in a row is retired, never one that has something under way. `false` ends it;
   * the workers stay.
   *
   * @throws {TypeError | RangeError} when an option is unknown or not what it should be
   * @throws {ClosedClientError} after `close()`
   * @example
   * client.adapt({ minimum: 1, maximum: 8 });
   */
  adapt(options?: AdaptOptions | false): void;

  /**
   * Has workers end when they are done: they get nothing new, what they have begun goes on, what only they hold moves to others.
   * Nothing is made again, and no task is blamed. Resolves when they have ended; while no other worker is there to take what
   * they hold, they stay.
   *
   * @param workers names, or positions in the order in which the workers were asked for
   * @throws {TypeError | RangeError} at the call, when no worker is called so
   * @throws {TimeoutError} when time runs out; they go on to end
   * @throws {ClosedClientError} after `close()`
   * @example
   * await client.retire('client-1-0');
   */
  retire(workers: string | number | (string | number)[], options?: Patience): Promise<void>;

  /**
   * Calls a function once in every worker there is, past the scheduler, also where a task runs that awaits; in the middle of a
   * synchronous one a worker answers afterwards. Promises are awaited. The values come by name of worker.
   * `client.with({ workers })` narrows it, `client.with({ errors: 'return' })` has an error stand for a value.
   *
   * @throws {InvalidTaskError | TypeError | DataCloneError} at the call, as for {@link Client.submit}; futures are no arguments here
   * @throws {Error} what the first function threw, or that its worker ended
   * @throws {ClosedClientError} after `close()`
   * @example
   * const memory = await client.run(() => performance.memory?.usedJSHeapSize); // { 'client-1-0': …, 'client-1-1': … }
   */
  run<A extends unknown[], R>(fn: Task<A, R>, ...args: A): Promise<Record<string, Awaited<R>>>;

  /**
   * Begins anew: every task, of all clients of the pool, is given up, every future is cancelled, and every worker is replaced, even one in the
   * middle of an endless loop. The client is usable at once; futures from before have nothing to do with what is submitted
   * afterwards. Resolves when the new workers are up.
   *
   * @throws {TimeoutError} when time runs out; it says how many have arrived
   * @throws {ClosedClientError} after `close()`
   */
  restart(options?: Patience): Promise<void>;
}

/** Why a task has not settled, see {@link Future.waitingFor}. */
export interface Waiting {
  /**
   * `'inputs'`: `count` of its inputs are not there yet; `'queue'`: `count` tasks are before it; `'places'`: no worker is where
   * it may run; `'resources'`: no worker has as much as it takes; `'workers'`: there is no worker; `'worker'`: `worker` has it.
   */
  reason: 'inputs' | 'queue' | 'places' | 'resources' | 'workers' | 'worker';
  count?: number;
  /** Name of the worker. */
  worker?: string;
  /** The same in words. */
  message: string;
}

// Only what says `export` is exported.
export {};
