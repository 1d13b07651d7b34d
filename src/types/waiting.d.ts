// Waiting for futures, and showing how they stand.
import type { Future } from './future.js';

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

// Only what says `export` is exported.
export {};
