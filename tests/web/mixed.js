// A page in JavaScript that shares its client with Rust code.

/**
 * @param {import('../../src/client/client.js').Client} client
 * @param {unknown} fn
 * @param {unknown[]} args
 */
function submit(client, fn, args) {
  return client.submit(fn, ...args);
}

/** @param {import('../../src/client/client.js').Client} client */
export function numbers(client) {
  return submit(client, () => Float64Array.of(1, 2, 3), []);
}

/** @param {import('../../src/client/client.js').Client} client */
export function rectangle(client) {
  return submit(client, () => ({ name: 'r', width: 3, height: 4 }), []);
}

/**
 * @param {import('../../src/client/client.js').Client} client
 * @param {import('../../src/client/future.js').Future<number[]>} future
 */
export function total(client, future) {
  return submit(client, (/** @type {number[]} */ numbers) => numbers.reduce((sum, number) => sum + number, 0), [
    future,
  ]);
}

/** @param {import('../../src/client/client.js').Client} client */
export function refusal(client) {
  return submit(client, () => {
    throw new RangeError('no way');
  }, []);
}

/** Starts workers as a page does that makes them itself, and counts them in `made`. */
export function countedWorkers() {
  const create = () => {
    create.made++;
    return new Worker(new URL('../../src/worker/entry.js', import.meta.url), { type: 'module' });
  };
  create.made = 0;
  return create;
}

/** The address of a module of tasks, and a worker that exposes them. */
export const tasksUrl = () => new URL('./fixtures/tasks.js', import.meta.url).href;
export const exposingWorker = () => new Worker(new URL('./fixtures/worker.js', import.meta.url), { type: 'module' });
/** A function that closes over something. */
export const closure = () => {
  const hidden = 1;
  return (/** @type {number} */ x) => x + hidden;
};
