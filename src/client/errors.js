// Every error class of the page, and how a task's own error comes back to life.

import { DataCloneError } from '../cloning.js';
import { overLimit } from '../errors-wire.js';

/** @import { EncodedError } from '../errors-wire.js' */

/*
| class             | when                                                                     | message                        | fields      |
|-------------------|--------------------------------------------------------------------------|--------------------------------|-------------|
| CancelledError    | the result of a cancelled or released future, or of a closed client, is asked for | key was cancelled: reason      | key, reason, blame |
| TimeoutError      | `result`, `wait` or `asCompleted` took longer than their `timeout`, or a task than its own | what, and how long it may take | key, timeout, limit |
| ClosedClientError | a client is used after `close()`                                         | what was called: it is closed  |             |
| InvalidTaskError  | what was submitted is no function that a worker can run                  | what it is, what to do         | key, if the worker found out |
| DataCloneError    | an argument or a result cannot be copied to another thread               | path is a …                    | path; key for results |
| WorkerStartError  | the worker script does not load or start                                 | url: reason                    | url         |
| KeyConflictError  | a key is given to a call while another call has it                       | whose it is, what to do        | key         |
| KilledWorkerError | a task has ended more workers than `allowedFailures`                     | how many, how the last died    | key, deaths, worker, how, lines |
| LostDataError     | the last worker that had scattered data is gone                          | which data, what to do         | key         |
| LostActorError    | the worker in which an actor lived is gone                               | which actor, what to do        | key         |
| CoordinationError | what is asked of a thing shared by name cannot be: released too often, published twice, unknown | which thing, why it cannot be | |
| MemoryLimitError  | data, a result, or the inputs of a call are larger than what a worker may store | what, both sizes               | bytes, limit; key of a task |
| PanicError        | a Rust task panicked; the worker goes on                                 | text of the panic              | key         |
*/

export { DataCloneError };

/** The result of a future is asked for that was cancelled or released, or whose client was closed. */
export class CancelledError extends Error {
  /**
   * @param {string} key of the future
   * @param {unknown} reason
   * @param {string} [blame] key of the task that was cancelled, if it is another that this one depends on
   */
  constructor(key, reason, blame) {
    const why = reason instanceof Error ? reason.message : String(reason);
    const said = blame === undefined ? why : `it depends on ${blame}, which was cancelled: ${why}`;
    super(`${key} was cancelled: ${said}`, reason instanceof Error ? { cause: reason } : undefined);
    this.key = key;
    this.reason = reason;
    this.blame = blame;
  }
}

/** Something took longer than it may: whoever waited waits no more, or a task has failed. */
export class TimeoutError extends Error {
  /**
   * @param {string} what was waited for, such as a key
   * @param {number} timeout in milliseconds
   * @param {'wait' | 'timeout' | 'deadline'} [limit] which one it was: of whoever waits, of a run, of a task's whole life
   */
  constructor(what, timeout, limit = 'wait') {
    super(`${what} ${LIMITS[limit]} ${timeout} ms`);
    /** @type {string | undefined} */
    this.key = limit === 'wait' ? undefined : what;
    this.timeout = timeout;
    this.limit = limit;
  }
}

/** What is said of each. */
const LIMITS = {
  wait: 'is not done after',
  timeout: 'ran for longer than its timeout,',
  deadline: 'had not finished by its deadline, after',
};

/** A client was used after `close()`. */
export class ClosedClientError extends Error {
  /** @param {string} operation what was called, such as `submit` */
  constructor(operation) {
    super(`${operation}: the client is closed`);
  }
}

/** What was submitted is no function that a worker can run; the message says what to do. */
export class InvalidTaskError extends Error {}

/** The worker script does not load or start. */
export class WorkerStartError extends Error {
  /**
   * @param {string} url of the script
   * @param {string} reason
   */
  constructor(url, reason) {
    super(`the worker ${url} does not start: ${reason}`);
    this.url = url;
  }
}

/** A call was given a key that another call has. */
export class KeyConflictError extends Error {
  /**
   * @param {string} key
   * @param {string} held name of the function that has it
   */
  constructor(key, held) {
    super(
      `the key "${key}" belongs to another call, of ${held}: choose another key, or release the futures of that one`,
    );
    this.key = key;
  }
}

/** A task has ended more workers than it may. */
export class KilledWorkerError extends Error {
  /**
   * @param {string} key
   * @param {number} deaths
   * @param {string} worker name of the last one
   * @param {string} how it died
   * @param {string[]} [lines] the last ones of its console
   */
  constructor(key, deaths, worker, how, lines = []) {
    const said = lines.length ? `. The last lines of its console:\n  ${lines.join('\n  ')}` : '';
    super(
      `${key} was running when ${deaths} ${deaths === 1 ? 'worker' : 'workers'} died, the last of them ${worker}: ${how}${said}`,
    );
    this.key = key;
    this.deaths = deaths;
    this.worker = worker;
    this.how = how;
    this.lines = lines;
  }
}

/** Scattered data was lost with the last worker that had it. */
export class LostDataError extends Error {
  /** @param {string} key */
  constructor(key) {
    super(`${key} is lost: the last worker that had this data is gone; scatter it again`);
    this.key = key;
  }
}

/** An actor went with its worker: it is not made again, for nobody knows what had become of it. */
export class LostActorError extends Error {
  /** @param {string} key */
  constructor(key) {
    super(
      `${key} is lost: the worker in which the actor lived is gone, or a panic there has cost its state, if it is one in Rust; make a new one`,
    );
    this.key = key;
  }
}

/** What was asked of a lock, queue, dataset or the like cannot be; the message says of which, and why. */
export class CoordinationError extends Error {}

/** Something is larger than what a worker may store, so it fits nowhere. */
export class MemoryLimitError extends Error {
  /**
   * @param {string} what is too large
   * @param {number} bytes
   * @param {number} limit the highest of the workers that come into question, in bytes
   */
  constructor(what, bytes, limit) {
    super(overLimit(what, bytes, limit));
    this.bytes = bytes;
    this.limit = limit;
  }
}

/** A Rust task panicked: the message is the panic's. The worker goes on with a fresh instance and its other results. */
export class PanicError extends Error {}

for (const [name, type] of Object.entries({
  CancelledError,
  TimeoutError,
  ClosedClientError,
  InvalidTaskError,
  WorkerStartError,
  KeyConflictError,
  KilledWorkerError,
  LostActorError,
  LostDataError,
  CoordinationError,
  MemoryLimitError,
  PanicError,
})) {
  type.prototype.name = name;
}

/** Classes that come back as themselves: some from the page, to a client in a worker. @type {Record<string, { prototype: Error }>} */
const CLASSES = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
  DataCloneError,
  InvalidTaskError,
  KeyConflictError,
  KilledWorkerError,
  LostActorError,
  LostDataError,
  MemoryLimitError,
  PanicError,
  TimeoutError,
  CompileError: WebAssembly.CompileError,
  LinkError: WebAssembly.LinkError,
  RuntimeError: WebAssembly.RuntimeError,
};

/**
 * The error of a task as it was in the worker: class (built in, or of the table above), name, message, `cause`, own
 * fields and stack, with the `key` of the task that threw it. What was no error is returned as it is.
 *
 * @param {EncodedError} encoded
 * @param {string} key
 * @returns {unknown}
 */
export function decodeError(encoded, key) {
  if (!encoded.isError) return encoded.value;
  const { name = 'Error', message, stack, dom, props, cause, errors } = encoded;
  const error = /** @type {any} */ (dom ? new DOMException(message, name) : new Error(message));
  const type = Object.hasOwn(CLASSES, name) && CLASSES[name];
  if (type && !dom) Object.setPrototypeOf(error, type.prototype);
  if (error.name !== name) hide(error, 'name', name);
  hide(error, 'stack', `${stack}\n    in the worker that ran ${key}`);
  if (cause) hide(error, 'cause', decodeError(cause, key));
  if (errors)
    hide(
      error,
      'errors',
      errors.map((inner) => decodeError(inner, key)),
    );
  return Object.assign(error, { key }, props);
}

/** Errors keep these fields out of enumeration. @param {object} error @param {string} field @param {unknown} value */
function hide(error, field, value) {
  Object.defineProperty(error, field, { value, writable: true, configurable: true, enumerable: false });
}
