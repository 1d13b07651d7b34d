// What the wasm instance of this thread registered when it started: how to make an engine, and what workers need of it.

/**
 * @typedef {object} Engine The scheduler, as `engine.rs` exports it: words in by `inbox`, words out by addresses.
 * @property {(words: number) => number} inbox
 * @property {(name: string) => void} define
 * @property {(now: number, count: number) => number} submit
 * @property {(now: number, fn: number, options: number, count: number) => number} submit_map
 * @property {(now: number, fn: number, options: number, copies: number, count: number) => number} scatter
 * @property {(now: number, count: number) => number} rebalance
 * @property {(now: number, count: number) => void} want
 * @property {(now: number, count: number) => void} hold
 * @property {(now: number, count: number) => void} release
 * @property {(now: number, count: number, force: boolean) => void} cancel
 * @property {(now: number, count: number) => void} retry
 * @property {(now: number, count: number, copies: number) => void} replicate
 * @property {(now: number, worker: number, concurrency: number, place: number, memoryLimit: number, resources: number) => void} join_at
 * @property {(client: number) => void} act_for
 * @property {(worker: number, run: number) => void} act_within
 * @property {(now: number, worker: number, run: number) => void} nests
 * @property {(task: number) => number} made_by
 * @property {() => number} options
 * @property {(allowedFailures: number) => void} limit
 * @property {(now: number, worker: number, running: number, blame: boolean) => void} died
 * @property {(now: number, worker: number, run: number) => void} stop_overdue
 * @property {(now: number, worker: number, silence: number) => void} silent
 * @property {(now: number, task: number, run: number) => void} data_gone
 * @property {(now: number) => void} reminded
 * @property {(now: number, worker: number) => void} retire
 * @property {(now: number, request: number, holder: number, question: number, name: string, number: number, count: number) => void} ask
 * @property {(now: number, request: number) => void} withdraw
 * @property {(now: number, holder: number) => void} holder_left
 * @property {(task: number) => boolean} is_actor
 * @property {() => string[]} datasets
 * @property {(now: number) => void} restart
 * @property {(minimum: number, maximum: number, target: number, patience: number) => void} adapt
 * @property {(now: number, present: number) => number} look
 * @property {(now: number, worker: number, length: number) => boolean} report
 * @property {(held: boolean) => number} take
 * @property {() => number} take_page
 * @property {() => void} hurry
 * @property {(key: string) => number | undefined} find
 * @property {() => number} processing
 * @property {(task: number) => number} who_has
 * @property {(worker: number) => number} has_what
 * @property {(worker: number) => number} worker_info
 * @property {() => number} counts
 * @property {(task: number) => number} nbytes
 * @property {(task: number) => boolean} is_processing
 * @property {(task: number) => number} waiting_reason
 * @property {(task: number) => number} story
 * @property {(since: number) => number} stream
 */

/**
 * @typedef {object} Runtime
 * @property {() => Engine} createEngine
 * @property {WebAssembly.Module} module
 * @property {WebAssembly.Memory} memory
 * @property {string} glue URL of the glue, from which a worker can import it; empty when a bundler has merged it with the page.
 */

/** @type {Runtime | undefined} */
let registered;

/**
 * Called by the wasm instance's start function.
 * @param {() => Engine} createEngine
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Memory} memory
 * @param {string} glue
 */
export function register(createEngine, module, memory, glue) {
  // A bundler puts the glue and this file into one chunk: importing that in a worker would run the page there.
  registered = { createEngine, module, memory, glue: glue === import.meta.url ? '' : glue };
}

/** @returns {Runtime} */
export function runtime() {
  if (!registered) throw new Error('webfutures is not initialised: `await init()` before the first `new Client()`');
  return registered;
}
