// Counts the bytes of large values that pass the page's thread, in messages from it and to it, whoever sends them.

/** Smaller buffers are no values of the rows that count, but words of control. */
const SMALLEST = 256 * 1024;

let counting = false;
let bytes = 0;

/**
 * Bytes of the large buffers in all messages between this thread and others while `run` runs.
 * @param {() => Promise<unknown>} run
 */
export async function metered(run) {
  counting = true;
  bytes = 0;
  try {
    await run();
  } finally {
    counting = false;
  }
  return bytes;
}

for (const { prototype } of [Worker, MessagePort]) {
  const post = prototype.postMessage;
  /** @this {Worker | MessagePort} @param {unknown[]} args */
  prototype.postMessage = function (...args) {
    if (counting) bytes += sizeOf(args[0]);
    // @ts-expect-error the overloads take what they were given
    return post.apply(this, args);
  };
}

globalThis.Worker = class extends Worker {
  /** @param {string | URL} url @param {WorkerOptions} [options] */
  constructor(url, options) {
    super(url, options);
    this.addEventListener('message', (event) => {
      if (counting) bytes += sizeOf(event.data);
    });
  }
};

/**
 * @param {unknown} value
 * @returns {number}
 */
function sizeOf(value) {
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
    return value.byteLength < SMALLEST ? 0 : value.byteLength;
  if (value instanceof Map || value instanceof Set)
    return [...value.values()].reduce((sum, item) => sum + sizeOf(item), 0);
  return Object.values(value).reduce((sum, item) => sum + sizeOf(item), 0);
}
