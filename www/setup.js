import init, { asCompleted, Client, delayed, progress, wait } from './pkg/webfutures_www.js';

await init();
const asked = Number.parseInt(new URLSearchParams(location.search).get('workers') ?? '', 10);
const client = new Client({
  workers: Math.min(Math.max(asked || 4, 1), 16),
  createWorker: () => new Worker(new URL('worker.js', import.meta.url), { type: 'module' }),
});
const { inc, dec, add, square } = client.module(new URL('tasks.js', import.meta.url));

export { add, asCompleted, client, dec, delayed, inc, progress, square, wait };
