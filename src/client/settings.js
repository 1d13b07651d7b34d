// How calls are to be run: what `client.with` was given, checked, put together with what it was given before.

/** Characters of a key: names are read by people, and are hashed whole. */
const LONGEST_KEY = 1000;
/** Beyond them the scheduler makes no difference. */
const HIGHEST_PRIORITY = 32_767;
const MOST_RETRIES = 65_535;

/** The names of the options, each with what checks it and makes of it what is kept. @type {Record<string, (value: any, driver: any) => unknown>} */
const CHECKS = {
  key: (key) => (Array.isArray(key) ? key.map((one, i) => keyText(`key[${i}]`, one)) : keyText('key', key)),
  pure: (value) => flag('pure', value),
  priority: (value) => whole('priority', value, -HIGHEST_PRIORITY, HIGHEST_PRIORITY),
  retries: (value) => whole('retries', value, 0, MOST_RETRIES),
  workers: (value, driver) => {
    const list = Array.isArray(value) ? value : [value];
    if (!list.length) throw new RangeError('workers is an empty list: name at least one');
    return list.map((one) => driver.pool.placeOf(one));
  },
  allowOtherWorkers: (value) => flag('allowOtherWorkers', value),
  resources: (value) => amounts('resources', value),
  transfer: (value) => flag('transfer', value),
  timeout: (value) => milliseconds('timeout', value),
  deadline: (value) => milliseconds('deadline', value),
  signal: (value) => abortSignal(value),
  errors: (value) => {
    if (value !== 'throw' && value !== 'return')
      throw new TypeError(`errors is 'throw' or 'return', got ${show(value)}`);
    return value;
  },
  batchSize: (value) => whole('batchSize', value, 1, 2 ** 31),
};

/** Nothing was said. */
export class Settings {
  /** @type {string | string[] | undefined} */
  key = undefined;
  /** @type {boolean | undefined} */
  pure = undefined;
  priority = 0;
  retries = 0;
  /** Names of places. @type {string[]} */
  workers = [];
  allowOtherWorkers = false;
  /** @type {Record<string, number>} */
  resources = {};
  /** Whether results may be moved. */
  transfer = false;
  /** Milliseconds that a run may last. */
  timeout = Number.POSITIVE_INFINITY;
  /** Milliseconds that a task has from when it is submitted. */
  deadline = Number.POSITIVE_INFINITY;
  /** Gives up what was submitted. @type {AbortSignal | undefined} */
  signal = undefined;
  /** What `run` does with them. @type {'throw' | 'return'} */
  errors = 'throw';
  /** How many calls of a `map` go out at once. @type {number | undefined} */
  batchSize = undefined;
  /** Whether the result lives: it stays where it was made. `client.actor` says so, nobody else. */
  actor = false;
  /** The id under which the engine knows what it needs to know of them. */
  id = 0;

  /**
   * What the calls of an actor's making, or of its methods, have: nothing that names or repeats them.
   * @param {boolean} actor
   * @param {import('./driver.js').Driver} driver
   */
  ofActor(actor, driver) {
    const settings = Object.assign(new Settings(), this, { pure: false, retries: 0, transfer: false, actor });
    if (!actor) Object.assign(settings, { key: undefined, workers: [], allowOtherWorkers: false, resources: {} });
    settings.id = driver.ids.ofOptions(settings);
    return settings;
  }

  /**
   * These with some replaced.
   * @param {Record<string, unknown>} options
   * @param {import('./driver.js').Driver} driver
   */
  with(options, driver) {
    if (typeof options !== 'object' || options === null)
      throw new TypeError(`with takes options, got ${show(options)}`);
    const settings = Object.assign(new Settings(), this);
    for (const [name, value] of Object.entries(options)) {
      if (!Object.hasOwn(CHECKS, name)) {
        throw new TypeError(`with has no option "${name}", only ${Object.keys(CHECKS).join(', ')}`);
      }
      if (value !== undefined) /** @type {any} */ (settings)[name] = CHECKS[name](value, driver);
    }
    if (settings.allowOtherWorkers && !settings.workers.length) {
      throw new TypeError('allowOtherWorkers says what holds when none of `workers` is there: give workers, too');
    }
    // Some of what is submitted may have to be ended with its worker.
    if (
      settings.timeout < Number.POSITIVE_INFINITY ||
      settings.deadline < Number.POSITIVE_INFINITY ||
      settings.signal
    ) {
      driver.pool.prepare?.();
    }
    settings.id = driver.ids.ofOptions(settings);
    return settings;
  }
}

/** What a client has that was told nothing. */
export const DEFAULTS = Object.freeze(new Settings());

/**
 * Amounts of what is limited, by name: whole numbers from 1.
 * @param {string} name
 * @param {unknown} value
 * @returns {Record<string, number>}
 */
export function amounts(name, value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} is an object of amounts by name, such as { gpu: 1 }, got ${show(value)}`);
  }
  const entries = Object.entries(value);
  for (const [resource, amount] of entries) whole(`${name}.${resource}`, amount, 1, Number.MAX_SAFE_INTEGER);
  return Object.fromEntries(entries);
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 * @returns {number}
 */
export function whole(name, value, least, most) {
  if (typeof value !== 'number')
    throw new TypeError(`${name} is a whole number from ${least} to ${most}, got ${typeof value}`);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} is a whole number from ${least} to ${most}, got ${value}`);
  }
  return value;
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {number}
 */
export function milliseconds(name, value) {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} is a number of milliseconds above 0, or Infinity, got ${show(value)}`);
  }
  if (!(value > 0)) throw new RangeError(`${name} is a number of milliseconds above 0, or Infinity, got ${value}`);
  return value;
}

/** @param {any} value */
function abortSignal(value) {
  if (typeof value?.aborted !== 'boolean' || typeof value.addEventListener !== 'function') {
    throw new TypeError(`signal is an AbortSignal, as AbortController has one, got ${show(value)}`);
  }
  return value;
}

/**
 * @param {string} name
 * @param {unknown} key
 */
function keyText(name, key) {
  if (typeof key !== 'string') throw new TypeError(`${name} is a string, got ${show(key)}`);
  if (!key || key.length > LONGEST_KEY) {
    throw new RangeError(`${name} has 1 to ${LONGEST_KEY} characters, got ${key.length}`);
  }
  return key;
}

/**
 * The key of one of several calls.
 * @param {string[]} keys
 * @param {number} place
 */
export function keyAt(keys, place) {
  if (place >= keys.length)
    throw new RangeError(`key has ${keys.length} entries, which is too few: each call takes one`);
  return keys[place];
}

/**
 * @param {string} name
 * @param {unknown} value
 */
export function flag(name, value) {
  if (typeof value !== 'boolean') throw new TypeError(`${name} is true or false, got ${show(value)}`);
  return value;
}

/** @param {unknown} value */
function show(value) {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
}
