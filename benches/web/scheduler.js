// The scheduler alone, compiled to wasm: the same driver as the native bench's, in `benches/scheduler`.

/** @type {Promise<{ shapes(): string[], run(shape: string, tasks: number): Float64Array }> | undefined} */
let loading;

async function load() {
  const module = await import('./scheduler/webfutures_bench.js');
  await module.default();
  return module;
}

export const scheduler = {
  /** The shapes of graphs, by name. */
  async shapes() {
    return (await (loading ??= load())).shapes();
  },

  /**
   * Submits, runs and releases a graph: milliseconds, and the bytes of the scheduler at its fullest.
   * @param {string} shape
   * @param {number} tasks
   */
  async run(shape, tasks) {
    const [milliseconds, bytes] = (await (loading ??= load())).run(shape, tasks);
    return { milliseconds, bytes };
  },
};
