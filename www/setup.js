import init, { asCompleted, Client, delayed, progress, wait } from './pkg/webfutures_www.js';

await init();
const workers = Number(new URLSearchParams(location.search).get('workers') ?? 4);
const client = new Client({ workers });
const { inc, dec, add, square } = client.module(new URL('tasks.js', import.meta.url));

export { add, asCompleted, client, dec, delayed, inc, progress, square, wait };
