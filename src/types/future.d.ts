// Futures and lazy calls.
import type { Waiting } from './sizing.js';
import type { Inputs, Task } from './values.js';

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

  /**
   * Estimated bytes of the result once finished. Buffers and Blobs are exact; views count their whole buffer, once for all of
   * them, as it travels with them. A string counts 2 bytes a character, another primitive 8, a container 16, what it holds, and 16
   * for each key; a SharedArrayBuffer, which is nobody's own, 64. Up to 1,000 elements are looked at, which stand for the others:
   * evenly spaced ones of arrays and objects, the first ones of Maps and Sets. That is right as far as elements are alike.
   */
  readonly nbytes: number | undefined;

  /** Whether a worker has been given the task and has not reported it: as a rule it runs, or is about to. Looks it up each time. */
  readonly running: boolean;

  /** Why it has not settled: for what it waits now, or `null`. Looks it up each time. */
  waitingFor(): Waiting | null;

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

  /**
   * Waits for the result, brings it here, and gives the future up: from the call on it counts as released. If the task was submitted
   * with `client.with({ transfer: true })`, and nothing else needs its result, neither another future of it nor a call under way, a
   * result that is a buffer, or a view of all of one, is moved to the page instead of being copied. Otherwise it is the same as to
   * await the future and to release it.
   *
   * @throws what awaiting it throws
   * @example
   * const image = client.with({ transfer: true }).submit((n) => new Float32Array(n), 1 << 20);
   * const pixels = await image.take(); // 4 MB, not copied
   */
  take(): Promise<T>;

  /** The same as {@link Client.cancel} of this one. Doing it again does nothing. */
  cancel(options?: { reason?: unknown; force?: boolean; running?: boolean }): void;

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

/**
 * Lets tasks run to their end though nobody keeps their futures; their results are dropped then. One that fails is reported on the
 * console. Only `client.cancel(futures, { force: true })` still stops them, and the end of the last client. Without it a task
 * whose last future is released before it has begun never runs, which the console says once.
 *
 * @throws {TypeError} when it is given something that is no future
 * @throws {CancelledError} when one was released or cancelled already
 * @example
 * fireAndForget(client.submit(saveDraft, text));
 */
export function fireAndForget(futures: Future<any> | Iterable<Future<any>>): void;

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

// Only what says `export` is exported.
export {};
