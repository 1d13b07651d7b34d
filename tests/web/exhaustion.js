// Tasks that use up what there is, memory or stack: they fail, and nothing else does.

import { any, inc, rejects, same, withClient } from './check.js';

/** The worker's global, as inline tasks see it. @type {any} */
let webfutures;

/** Takes more and more memory, without writing to it, until there is none. */
const hoard = () => {
  const kept = [];
  for (let bytes = 2 ** 24; ; bytes *= 64) kept.push(new ArrayBuffer(bytes));
};

/** The same of a wasm memory, which has room for 2 ** 16 pages. */
const grow = async () => {
  await null;
  const memory = new WebAssembly.Memory({ initial: 1 });
  for (;;) memory.grow(2 ** 16);
};

/** @param {number} n @returns {number} */
const deeper = function deeper(n) {
  return deeper(n + 1) + 1;
};

/**
 * Fails a task beside others, in the only worker, and looks at what is left.
 * @param {(...args: any[]) => any} task
 * @param {any[]} args
 * @param {abstract new (...args: any[]) => Error} type
 */
async function fails(task, args, type) {
  await withClient(
    async (client) => {
      const where = () => webfutures.getWorker().id;
      const kept = client.submit((/** @type {number} */ n) => new Float64Array(n), 1000);
      await kept.exception();
      const failing = client.submit(task, ...args);
      const others = client.map(inc, [1, 2, 3]);
      const error = await rejects(failing, type, /./);
      same([error.key === failing.key, failing.status], [true, 'error']);
      same(await client.gather(others), [2, 3, 4], 'what ran beside it');
      same([await client.submit(where), (await kept).length], [0, 1000], 'the worker is the same, and has what it had');
      // With room again.
      same(await client.submit((/** @type {number} */ n) => new ArrayBuffer(n).byteLength, 2 ** 20), 2 ** 20);
    },
    { workers: 1 },
  );
}

export const tests = {
  async a_task_that_runs_out_of_memory_fails_alone() {
    await fails(hoard, [], RangeError);
  },

  async a_task_whose_wasm_memory_cannot_grow_fails_alone() {
    await fails(grow, [], RangeError);
  },

  async a_task_that_runs_out_of_stack_fails_alone() {
    // Firefox throws an error of a class of its own, which arrives as an Error of that name.
    await fails(deeper, [0], any(globalThis).InternalError ? Error : RangeError);
  },
};
