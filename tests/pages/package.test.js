// The package as it is released: that few and small files are loaded, and that an application may bundle it once more.

import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { build } from 'vite';

import { openPage, siteFolder } from './harness.js';

/** Files of the package that a page and two workers ask for until there is a result: wasm and what is shared included. */
const FILES = 3;
/** Bytes of those in JavaScript, compressed. */
const BYTES = 55_400;
/** Bytes of the wasm, compressed. */
const WASM_BYTES = 99_200;

const APP = {
  'index.html':
    '<!doctype html><title>app</title><link rel="icon" href="data:,"><script type="module" src="page.js"></script>',
  'page.js': `
    import init, { Client } from 'webfutures';
    await init();
    const createWorker = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    const own = new Client({ workers: 1, name: 'own', createWorker });
    const plain = new Client({ workers: 1 });
    const nested = async (x) => (await webfutures.getClient()).submit((y) => y + 1, x);
    globalThis.said = [await own.submit(own.exposed().where), await plain.submit((x) => x + 1, 1)];
    for (const client of [own, plain]) said.push(await client.submit(nested, 2));
    globalThis.done = true;
  `,
  'worker.js': `
    import { expose } from 'webfutures/worker';
    import * as tasks from './tasks.js';
    expose(tasks);
  `,
  'tasks.js': `
    import { getWorker } from 'webfutures/task';
    export const where = () => getWorker().name;
  `,
};

const program = `
  await init();
  const client = new Client({ workers: 2 });
  globalThis.said = await client.submit((x) => x + 1, 1);
  client.close();
`;

test('a page and its workers load few files until the first result', async (t) => {
  const page = await openPage(t, '/package/');
  /** @type {Set<string>} */
  const loaded = new Set();
  page.context().on('request', (request) => loaded.add(new URL(request.url()).pathname));
  await page.addScriptTag({
    type: 'module',
    content: `import init, { Client } from './pkg/webfutures.js'; ${program}`,
  });
  await page.waitForFunction('globalThis.said === 2');
  const files = [...loaded].filter((path) => path.startsWith('/package/pkg/'));
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const named = [...readme.matchAll(/<link rel="[a-z]+" href="(pkg\/[^"]+)"/g)].map(([, path]) => `/package/${path}`);
  assert.ok(named.length === 1 && named.every((path) => loaded.has(path)), `the README has ${named} loaded early`);
  assert.ok(files.some((path) => path.endsWith('/worker.js')) && files.length <= FILES, files.join(', '));
  const download = async (/** @type {string} */ type) => {
    const paths = files.filter((path) => path.endsWith(type));
    const sizes = await Promise.all(paths.map(async (path) => gzipSync(await readFile(join(siteFolder, path))).length));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  const [scripts, wasm] = [await download('.js'), await download('.wasm')];
  assert.ok(scripts > 0 && scripts <= BYTES, `${scripts} bytes of JavaScript`);
  assert.ok(wasm > 0 && wasm <= WASM_BYTES, `${wasm} bytes of wasm`);
});

test('what few tasks need is loaded when one needs it, and is the same as what they import', async (t) => {
  const page = await openPage(t, '/package/');
  /** @type {string[]} */
  const loaded = [];
  page.context().on('request', (request) => loaded.push(new URL(request.url()).pathname.replace('/package/pkg/', '')));
  const run = (/** @type {string} */ content) => page.addScriptTag({ type: 'module', content });
  await run(`
    import init, * as webfutures from './pkg/webfutures.js';
    await init();
    globalThis.names = Object.keys(webfutures);
    globalThis.client = new webfutures.Client({ workers: 1, memoryLimit: 1_000_000 });
    globalThis.lengths = await client.gather(client.map((n) => new Float64Array(100_000).fill(n), [1, 2, 3]));
    globalThis.said = lengths.map((array) => array[99_999]);
  `);
  await page.waitForFunction('globalThis.said');
  assert.deepEqual(await page.evaluate('said'), [1, 2, 3]);
  assert.ok(loaded.includes('spill.js') && !loaded.includes('guest.js'), loaded.join(', '));
  await run(`
    globalThis.same = await client.submit(async (url) => {
      const { CancelledError, wait } = await import(url);
      const own = await webfutures.getClient();
      const future = own.submit((x) => x + 1, 1);
      await wait([future]);
      const other = own.submit(() => new Promise(() => {}));
      other.cancel();
      return [await future, await other.then(undefined, (error) => error instanceof CancelledError)];
    }, new URL('./pkg/webfutures.js', location.href).href);
  `);
  await page.waitForFunction('globalThis.same');
  assert.deepEqual(await page.evaluate('same'), [2, true]);
  assert.ok(loaded.includes('guest.js'), loaded.join(', '));
  const names = /** @type {string[]} */ (await page.evaluate('names'));
  assert.ok(names.includes('Client') && !names.includes('serve') && !names.includes('expose'), names.join(', '));
});

test('an application may bundle it once more, with a worker file of its own', async (t) => {
  const root = join(siteFolder, 'package-app');
  await rm(root, { recursive: true, force: true });
  await cp(join(siteFolder, 'package/pkg'), join(root, 'node_modules/webfutures'), { recursive: true });
  for (const [name, text] of Object.entries(APP)) await writeFile(join(root, name), text);
  await build({
    root,
    base: './',
    configFile: false,
    logLevel: 'warn',
    build: { outDir: join(siteFolder, 'bundled'), emptyOutDir: true, target: 'esnext' },
    worker: { format: 'es' },
  });
  const page = await openPage(t, '/bundled/');
  await page.waitForFunction('globalThis.done');
  assert.deepEqual(await page.evaluate('globalThis.said'), ['own-0', 2, 3, 3]);
});
