// A task's error on its way from the worker to the page: structured clone alone loses names, fields and custom classes.

/**
 * What a task threw, as it travels. An error becomes its parts; anything else stays the value that it is.
 * @typedef {object} EncodedError
 * @property {boolean} isError false: `value` was thrown, and the rest is absent
 * @property {unknown} [value]
 * @property {string} [name]
 * @property {string} [message]
 * @property {string} [stack] the worker's
 * @property {boolean} [dom] it is a DOMException
 * @property {Record<string, unknown>} [props] its own fields; what cannot be cloned as text
 * @property {EncodedError} [cause]
 * @property {EncodedError[]} [errors] of an AggregateError
 */

/** Causes are followed that deep, so one that leads back to itself ends. */
const DEPTH = 10;

/**
 * Encodes whatever a task threw, for `decodeError` on the page. Never throws.
 *
 * @param {unknown} thrown
 * @returns {EncodedError} structured clone carries it
 */
export function encodeError(thrown, depth = 0) {
  try {
    return encode(thrown, depth);
  } catch (error) {
    return { isError: true, name: 'Error', message: `what was thrown cannot be read: ${text(error)}`, stack: '' };
  }
}

/**
 * @param {unknown} thrown
 * @param {number} depth
 * @returns {EncodedError}
 */
function encode(thrown, depth) {
  if (!isError(thrown)) return { isError: false, value: cloneOrText(() => thrown) };
  const error = /** @type {any} */ (thrown);
  /** @type {EncodedError} */
  const encoded = {
    isError: true,
    name: field(error, 'name', 'Error'),
    message: field(error, 'message', ''),
    stack: field(error, 'stack', ''),
  };
  if (typeof DOMException === 'function' && error instanceof DOMException) encoded.dom = true;
  if (depth < DEPTH) {
    if ('cause' in error) encoded.cause = encodeError(error.cause, depth + 1);
    if (Array.isArray(error.errors)) {
      encoded.errors = error.errors.map((/** @type {unknown} */ inner) => encodeError(inner, depth + 1));
    }
  }
  encoded.props = {};
  for (const key of Object.keys(error)) {
    // A text in the place of `toString` would break every log of the error.
    if (!TRAVELS_APART.has(key) && !(key in Error.prototype)) encoded.props[key] = cloneOrText(() => error[key]);
  }
  return encoded;
}

/**
 * Why an inline task may not use a variable from outside, and what to do about it.
 *
 * @param {string} task the function's name
 * @param {string} variable
 * @returns {string}
 */
export function outsideVariable(task, variable) {
  const remedy =
    task === variable
      ? `write it as "function ${task}(…) { … }", so that it can call itself`
      : 'pass it as an argument, or put the task in a module';
  return `inline task "${task}" uses "${variable}", which is not defined inside it: ${remedy}`;
}

/**
 * Turns the ReferenceError of an inline task into one that says what to do; any other error is returned as it is.
 *
 * @param {unknown} error what the task threw
 * @param {string} task the function's name
 * @returns {unknown} an error named `InvalidTaskError` with the other one as its `cause`
 */
export function explainReferenceError(error, task) {
  if (!(error instanceof ReferenceError)) return error;
  // Chromium and Firefox: "x is not defined"; WebKit: "Can't find variable: x".
  const [, name, webkit] = /^(\S+) is not defined$|^Can't find variable: (\S+)$/.exec(error.message) ?? [];
  const variable = name ?? webkit;
  return variable ? invalidTask(outsideVariable(task, variable), error) : error;
}

/**
 * An error that arrives on the page as an `InvalidTaskError`: the worker cannot make a task of what it was sent.
 *
 * @param {string} message what is wrong and what to do
 * @param {unknown} [cause]
 * @returns {Error}
 */
export function invalidTask(message, cause) {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  error.name = 'InvalidTaskError';
  if (cause instanceof Error) error.stack = cause.stack;
  return error;
}

/**
 * An error that arrives on the page as a `MemoryLimitError`: the result is larger than what its worker may store.
 *
 * @param {number} bytes
 * @param {number} limit
 * @returns {Error}
 */
export function resultOverLimit(bytes, limit) {
  const error = new Error(overLimit('the result', bytes, limit));
  error.name = 'MemoryLimitError';
  return Object.assign(error, { bytes, limit });
}

/**
 * @param {string} what
 * @param {number} bytes
 * @param {number} limit
 */
export function overLimit(what, bytes, limit) {
  return `${what}: ${bytes} bytes are more than a worker may store, ${limit} bytes: make it smaller, or raise memoryLimit`;
}

const TRAVELS_APART = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/** @param {unknown} value */
function isError(value) {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** @param {() => unknown} read may throw: what it throws is then the text */
function cloneOrText(read) {
  let value;
  try {
    value = read();
    return structuredClone(value);
  } catch (error) {
    return text(value ?? error);
  }
}

/**
 * @param {any} error
 * @param {string} name
 * @param {string} missing
 */
function field(error, name, missing) {
  try {
    return text(error[name] ?? missing);
  } catch {
    return missing;
  }
}

/** @param {unknown} value */
function text(value) {
  try {
    return String(value);
  } catch {
    return `[${typeof value}]`;
  }
}
