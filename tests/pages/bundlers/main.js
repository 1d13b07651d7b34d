// An application as its bundler sees it: the generated package, and a worker file of its own.

import init, { Client, sumOfSquares } from 'app';

/** @typedef {typeof import('./tasks.js')} Tasks */

await init();
const client = new Client({
  workers: 2,
  createWorker: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
});
const { inc, add } = client.exposed();
const three = client.submit(add, client.submit(inc, 0), client.submit(inc, 1));
const inline = client.submit((/** @type {number} */ x) => x * 10, three);
const nested = client.submit(async (/** @type {number} */ x) => {
  const client = await webfutures.getClient();
  return client.submit((/** @type {number} */ x) => x + 1, x);
}, 5);
const result = {
  exposed: await three,
  inline: await inline,
  nested: await nested,
  rust: await sumOfSquares(client, 4),
};
client.close();
/** @type {HTMLOutputElement} */ (document.querySelector('output')).textContent = JSON.stringify(result);
