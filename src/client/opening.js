// Opens clients of the page: checks what their workers are to be, and starts them.

import { openClientsBy } from './client.js';
import { Hub } from './hub.js';
import { amounts, flag, milliseconds, whole } from './settings.js';
import { MOST_WORKERS } from './sizing.js';

/** Async tasks that one worker may have under way, unless said otherwise. */
const CONCURRENCY = 64;
/** Milliseconds that a worker's script has to load and to call `serve`. */
const START_TIMEOUT = 60_000;
/** Deaths of workers that a task may be to blame for. */
const ALLOWED_FAILURES = 3;

/** From now on there can be clients with workers of their own. */
export function openHubs() {
  openClientsBy(hubOf);
}

/**
 * Workers of a client's own, and what they need.
 * @param {import('../index.js').ClientOptions} options
 * @param {string} name
 */
function hubOf(options, name) {
  const {
    workers = Math.min(globalThis.navigator?.hardwareConcurrency || 4, MOST_WORKERS),
    concurrency = CONCURRENCY,
    workerUrl,
    createWorker,
    allowedFailures = ALLOWED_FAILURES,
    memoryLimit,
    spare = true,
    startTimeout = START_TIMEOUT,
  } = options;
  whole('concurrency', concurrency, 1, 65536);
  whole('allowedFailures', allowedFailures, 0, 10);
  flag('spare', spare);
  milliseconds('startTimeout', startTimeout);
  const limit = limitOf('memoryLimit', memoryLimit, 0);
  if (createWorker !== undefined && typeof createWorker !== 'function') {
    throw new TypeError(`createWorker is a function that returns a Worker, got ${typeof createWorker}`);
  }
  const places = placesOf(workers, name, limit);
  return new Hub({
    workers: places,
    concurrency,
    name,
    workerUrl,
    createWorker,
    allowedFailures,
    memoryLimit: limit,
    spare,
    startTimeout,
  });
}

/**
 * Where the workers are to be.
 * @param {unknown} workers How many, or what is to be said of each.
 * @param {string} client
 * @param {number} limit Of their memory, if nothing else is said.
 * @returns {import('./pool.js').Place[]}
 */
function placesOf(workers, client, limit) {
  if (!Array.isArray(workers)) {
    const count = whole('workers', workers, 0, MOST_WORKERS);
    return Array.from({ length: count }, (_, i) => ({ name: `${client}-${i}`, resources: {}, memoryLimit: limit }));
  }
  whole('the number of workers', workers.length, 0, MOST_WORKERS);
  const places = workers.map((worker, i) => {
    if (!isRecord(worker))
      throw new TypeError(`workers[${i}] is an object such as { name: 'a', resources: { gpu: 1 } }`);
    const { name = `${client}-${i}`, resources = {}, memoryLimit } = /** @type {any} */ (worker);
    if (typeof name !== 'string' || !name) throw new TypeError(`workers[${i}].name is a text that is not empty`);
    return {
      name,
      resources: amounts(`workers[${i}].resources`, resources),
      memoryLimit: limitOf(`workers[${i}].memoryLimit`, memoryLimit, limit),
    };
  });
  const twice = places.find(({ name }, i) => places.findIndex((place) => place.name === name) !== i);
  if (twice) throw new RangeError(`two workers are called "${twice.name}"`);
  return places;
}

/**
 * @param {string} name
 * @param {unknown} bytes
 * @param {number} usual
 */
function limitOf(name, bytes, usual) {
  return bytes === undefined ? usual : whole(name, bytes, 1, Number.MAX_SAFE_INTEGER);
}

/** @param {unknown} x */
function isRecord(x) {
  const prototype = typeof x === 'object' && x !== null ? Object.getPrototypeOf(x) : undefined;
  return prototype === null || prototype === Object.prototype;
}
