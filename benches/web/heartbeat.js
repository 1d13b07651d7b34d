// How long the page's thread is kept from everything else: a message to itself, again and again.

/**
 * The longest time between two beats while `run` runs, in milliseconds.
 * @param {() => Promise<unknown>} run
 */
export async function longestBlock(run) {
  const { port1, port2 } = new MessageChannel();
  let longest = 0;
  let last = performance.now();
  const beat = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  port1.onmessage = () => {
    beat();
    port2.postMessage(0);
  };
  port2.postMessage(0);
  try {
    await run();
    beat();
  } finally {
    port1.close();
  }
  return longest;
}

/** Gives the thread to whatever waits for it. */
export function turn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(0);
  });
}
