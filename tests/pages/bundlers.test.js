// The library in bundles: what Vite and webpack make of an application with a worker file of its own.

import assert from 'node:assert/strict';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build as buildByVite, createServer } from 'vite';
import webpack from 'webpack';

import { openPage, siteFolder } from './harness.js';

const source = fileURLToPath(new URL('./bundlers/', import.meta.url));
const app = join(siteFolder, 'app/pkg/webfutures_page_tests.js');
const expected = { exposed: 3, inline: 30, nested: 6, rust: 14 };

for (const server of /** @type {const} */ (['isolated', 'plain'])) {
  test(`a page that Vite built, ${server}`, async (t) => {
    await bundleByVite();
    await runs(await openPage(t, '/vite/', { server }));
  });

  test(`a page that webpack built, ${server}`, async (t) => {
    await bundleByWebpack();
    await runs(await openPage(t, '/webpack/', { server }));
  });
}

test("a page of Vite's development server", async (t) => {
  const server = await createServer({
    ...viteOptions(),
    server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
  });
  t.after(() => server.close());
  await server.listen();
  const [address] = server.resolvedUrls?.local ?? [];
  await runs(await openPage(t, address));
});

/** @param {import('playwright-core').Page} page */
async function runs(page) {
  const output = page.locator('output');
  await output.filter({ hasText: '{' }).waitFor();
  assert.deepEqual(JSON.parse((await output.textContent()) ?? ''), expected);
}

/** @type {Promise<unknown> | undefined} */
let vite;

function bundleByVite() {
  vite ??= buildByVite({
    ...viteOptions(),
    build: { outDir: join(siteFolder, 'vite'), emptyOutDir: true, target: 'esnext' },
  });
  return vite;
}

/** @returns {import('vite').InlineConfig} */
function viteOptions() {
  return {
    root: source,
    base: './',
    configFile: false,
    logLevel: 'warn',
    cacheDir: join(siteFolder, '../vite-cache'),
    resolve: { alias: { app } },
    worker: { format: 'es' },
  };
}

/** @type {Promise<void> | undefined} */
let packed;

function bundleByWebpack() {
  packed ??= pack();
  return packed;
}

async function pack() {
  const folder = join(siteFolder, 'webpack');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const compiler = webpack({
    mode: 'production',
    context: source,
    entry: './main.js',
    experiments: { outputModule: true },
    output: { path: folder, filename: 'main.js', module: true, publicPath: 'auto' },
    resolve: { alias: { app } },
    performance: { hints: false },
  });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, stats) => (error ? reject(error) : resolve(stats)));
  });
  await new Promise((resolve) => compiler.close(resolve));
  assert.ok(!stats.hasErrors() && !stats.hasWarnings(), stats.toString('errors-warnings'));
  await copyFile(join(source, 'index.html'), join(folder, 'index.html'));
}
