// What the tests of this folder say when something is not as it must be, and what they try it on.

import { Client } from '../../src/index.js';

/** Anything at all, where types would refuse it. @param {unknown} value @returns {any} */
export const any = (value) => value;

/** A task that is done at once. @param {number} x */
export const inc = (x) => x + 1;

/** A task that is never done, nor lets anything else be. */
export const endless = () => {
  for (;;);
};

/**
 * @param {unknown} actual
 * @param {unknown} expected equal in type, structure and content
 * @param {string} [what]
 */
export function same(actual, expected, what = 'value') {
  const [a, b] = [show(actual), show(expected)];
  if (a !== b) throw new Error(`${what} is ${a}, not ${b}`);
}

/**
 * @param {unknown} condition
 * @param {string} what must hold
 */
export function holds(condition, what) {
  if (!condition) throw new Error(`it does not hold: ${what}`);
}

/**
 * @param {() => unknown} call
 * @param {abstract new (...args: any[]) => Error} type
 * @param {RegExp} message
 * @returns {any} the error
 */
export function throws(call, type, message) {
  try {
    call();
  } catch (error) {
    return isError(error, type, message);
  }
  throw new Error(`nothing was thrown where ${message} was expected`);
}

/**
 * @param {PromiseLike<unknown>} promise
 * @param {abstract new (...args: any[]) => Error} type
 * @param {RegExp} message
 * @returns {Promise<any>} the error
 */
export async function rejects(promise, type, message) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return isError(error, type, message);
  }
  throw new Error(`it resolved with ${show(value)} where ${message} was expected`);
}

/**
 * Runs a test with a client of its own.
 * @param {(client: Client) => unknown} test
 * @param {import('../../src/index.js').ClientOptions} [options]
 * @param {number} [patience] Milliseconds that the test does not take.
 */
export async function withClient(test, options = { workers: 2 }, patience = 60_000) {
  const client = new Client(options);
  try {
    await Promise.race([test(client), hanging(patience)]);
  } finally {
    client.close();
  }
}

/** Rejects after a time that no test takes: one that hangs would keep all others from running. @param {number} patience */
function hanging(patience) {
  return new Promise((_, reject) => setTimeout(() => reject(new Error('the test hangs')), patience));
}

/** Milliseconds between two looks. In WebKit a page that looks in each turn keeps messages from the workers that it waits for. */
const LOOK = 4;

/** Some tests take the page's timers away. */
const later = globalThis.setTimeout;

/**
 * Lets messages through until something holds.
 * @param {() => unknown} condition
 * @param {string} what must come to hold
 */
export async function until(condition, what) {
  // Turns are no measure: a worker may take thousands of them to start on a busy machine.
  const patience = performance.now() + 20_000;
  while (performance.now() < patience) {
    if (await condition()) return;
    await new Promise((resolve) => later(resolve, LOOK));
  }
  throw new Error(`it has not come to hold in 20 s: ${what}`);
}

/** Whether a worker says with this message that it is there. @param {unknown} data */
export const isHello = (data) => Array.isArray(data) && data[0] === 'webfutures:hello';

/** One turn of the event loop. */
export function nextTurn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(0);
  });
}

/**
 * @param {unknown} error
 * @param {abstract new (...args: any[]) => Error} type
 * @param {RegExp} message
 */
function isError(error, type, message) {
  if (!(error instanceof type)) throw new Error(`${show(error)} is no ${type.name}: ${error}`);
  if (!message.test(error.message)) throw new Error(`"${error.message}" does not match ${message}`);
  return error;
}

/** A text that differs where values differ. @param {any} value @returns {string} */
function show(value) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return `${value.name}(${JSON.stringify(value.message)})`;
  const type = Object.prototype.toString.call(value).slice(8, -1);
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${new Uint8Array(value)})`;
  if (ArrayBuffer.isView(value)) return `${type}(${value})`;
  if (value instanceof Map) return `Map{${[...value].map(([key, item]) => `${show(key)} => ${show(item)}`)}}`;
  if (value instanceof Set) return `Set{${[...value].map(show)}}`;
  // Not `map`, which would skip holes.
  if (Array.isArray(value)) return `[${Array.from(value, (item, i) => (i in value ? show(item) : 'hole'))}]`;
  return `${type === 'Object' ? '' : type}{${Object.keys(value).map((key) => `${key}: ${show(value[key])}`)}}`;
}

/**
 * Listens to the console until told to end.
 * @param {'warn' | 'error'} method
 */
export function hearing(method) {
  const own = /** @type {any} */ (globalThis).console;
  const said = own[method];
  const told = /** @type {string[] & { end: () => void }} */ (Object.assign([], { end: () => (own[method] = said) }));
  own[method] = (/** @type {any[]} */ ...args) => told.push(args.map(String).join(' '));
  return told;
}
