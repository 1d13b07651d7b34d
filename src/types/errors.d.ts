// The error classes.

/**
 * The result of a future is asked for that was cancelled or released, or whose client was closed: `key was cancelled: reason`. If
 * another task was, which this one depends on, the message names that.
 */
export class CancelledError extends Error {
  constructor(key: string, reason: unknown, blame?: string);
  readonly key: string;
  /** What `cancel` was given, or the reason of the signal, or a text. An error is the `cause`, too. */
  readonly reason: unknown;
  /** The key of the task that was cancelled, if it is another. */
  readonly blame: string | undefined;
}

/**
 * Something took longer than it may. What `limit` says:
 * - `'wait'`: `result` or `asCompleted` took longer than its `timeout`, and the tasks go on: `what is not done after n ms`.
 * - `'timeout'`: a run of the task `key` lasted longer than {@link TaskOptions.timeout}, and so did its retries.
 * - `'deadline'`: the task `key` had not finished within {@link TaskOptions.deadline}.
 */
export class TimeoutError extends Error {
  constructor(what: string, timeout: number, limit?: 'wait' | 'timeout' | 'deadline');
  /** Of the task that has failed; undefined if only the wait is over. */
  readonly key: string | undefined;
  /** The milliseconds that it was allowed. */
  readonly timeout: number;
  readonly limit: 'wait' | 'timeout' | 'deadline';
}

/** A client is used after `close()`: `submit: the client is closed`. */
export class ClosedClientError extends Error {
  constructor(operation: string);
}

/**
 * What was submitted is no function that a worker can run: no function at all, built in, bound, a class, a generator, or one
 * that closes over a variable. The message says which, and what to do. It is thrown by the call, except for what shows only
 * in the worker: then the task fails with it.
 */
export class InvalidTaskError extends Error {}

/** An argument or a result cannot be copied to another thread: `args[1].callbacks.done is a function, which cannot be …`. */
export class DataCloneError extends Error {
  constructor(path: string, what: string);
  /** The place, such as `args[1].callbacks.done`. */
  readonly path: string;
}

/** A call is given a key while another call has it: `the key "…" belongs to another call, of …`. Thrown by the call. */
export class KeyConflictError extends Error {
  constructor(key: string, held: string);
  readonly key: string;
}

/** A task was running when more workers died than `allowedFailures`: `key was running when n workers died, the last of them …`. */
export class KilledWorkerError extends Error {
  constructor(key: string, deaths: number, worker: string, how: string, lines?: string[]);
  readonly key: string;
  readonly deaths: number;
  /** Name of the last one. */
  readonly worker: string;
  /** How it died, such as `its thread has ended`. */
  readonly how: string;
  /** What it wrote on its console last, up to ten lines, with errors that nothing caught. They are in the message, too. */
  readonly lines: string[];
}

/** An actor went with its worker, or one in Rust with a panic there, and is not made again; its calls fail with this, too: `key is lost: …`. */
export class LostActorError extends Error {
  constructor(key: string);
  readonly key: string;
}

/** Scattered data was lost with the last worker that had it, and the page has no copy, see {@link Client.scatter}: scatter it again. */
export class LostDataError extends Error {
  constructor(key: string);
  readonly key: string;
}

/**
 * Data, a result, or all inputs of a call together are larger than what a worker may store, see {@link ClientOptions.memoryLimit}:
 * `what: n bytes are more than a worker may store, …`. `scatter` throws it; calls fail with it.
 */
export class MemoryLimitError extends Error {
  constructor(what: string, bytes: number, limit: number);
  /** How large it is. */
  readonly bytes: number;
  /** The highest limit of the workers that come into question. */
  readonly limit: number;
  /** Of the task, if it is no data. */
  readonly key?: string;
}

/** A worker script does not load or start: `client.ready` rejects with it, and when no worker is left, so does every task. */
export class WorkerStartError extends Error {
  constructor(url: string, reason: string);
  /** Of the script. */
  readonly url: string;
}

/**
 * What was asked of something shared by name cannot be: a lease is released twice, a dataset is published twice or unknown, a
 * queue was closed, a limit is another. The message says of what, and why: `dataset "x": there is none`.
 */
export class CoordinationError extends Error {}

/** A Rust task panicked: the message is the panic's. The worker goes on, and keeps its results. */
export class PanicError extends Error {}
