// Bundles the peers beside the bench pages, and writes how much a page downloads for each subject: JavaScript minified and
// compressed, its worker's part included, and wasm compressed. Started by `cargo xtask bench` with the folder of the pages and
// the file to write.

import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const [site, report] = process.argv.slice(2);
const benches = fileURLToPath(new URL('.', import.meta.url));

/** Files of each peer: the page's part and the worker's. @type {Record<string, string[]>} */
const PEERS = {
  workerpool: ['web/peers/workerpool.js', 'web/peers/workerpool-worker.js'],
  comlink: ['web/peers/comlink.js', 'web/peers/comlink-worker.js'],
  threads: ['web/peers/threads.js', 'web/peers/threads-worker.js'],
  // The package starts `./worker.js`, which it does not export, beside the page's part.
  multithreading: ['web/peers/multithreading.js', 'node_modules/multithreading/src/browser/worker.js'],
  poolifier: ['web/peers/poolifier.js', 'web/peers/poolifier-worker.js'],
};

const entries = [];
for (const [peer, files] of Object.entries(PEERS)) {
  const paths = files.map((file) => join(benches, file));
  await bundle(paths, { outdir: join(site, 'peers') });
  entries.push(size(peer, 'JavaScript', await download(paths)));
}

const pkg = join(site, 'pkg');
entries.push(size('webfutures', 'JavaScript', await loaded(['webfutures.js', 'worker.js'])));
entries.push(size('webfutures', 'wasm', gzip(await readFile(join(pkg, 'webfutures_bg.wasm')))));
await writeFile(report, `${JSON.stringify({ entries, without: [], version: await version() }, null, 2)}\n`);

/**
 * @param {string[]} paths
 * @param {object} options
 */
function bundle(paths, options) {
  return build({
    entryPoints: paths.map((path) => ({ in: path, out: basename(path, extname(path)) })),
    bundle: true,
    format: 'esm',
    // What some packages load under Node only.
    external: ['worker_threads', 'os', 'child_process', 'process'],
    logLevel: 'error',
    ...options,
  });
}

/**
 * Bytes of the bundles, minified and compressed.
 * @param {string[]} paths
 */
async function download(paths) {
  /** @type {{ outputFiles: { contents: Uint8Array }[] }} */
  const { outputFiles } = await bundle(paths, { minify: true, write: false, outdir: 'none' });
  return outputFiles.reduce((sum, file) => sum + gzip(file.contents), 0);
}

/**
 * Bytes of files of the package and of all that they import at once, compressed; it is minified as it is.
 * @param {string[]} files
 */
async function loaded(files) {
  const all = new Set(files);
  let sum = 0;
  for (const file of all) {
    const text = await readFile(join(pkg, file));
    sum += gzip(text);
    for (const [, imported] of text.toString().matchAll(/(?:from|import)"\.\/([^"]+)"/g)) all.add(imported);
  }
  return sum;
}

/** @param {Uint8Array} bytes */
function gzip(bytes) {
  return gzipSync(bytes, { level: 9 }).length;
}

/**
 * @param {string} subject
 * @param {string} what
 * @param {number} bytes
 */
function size(subject, what, bytes) {
  const [median, min, max] = [bytes, bytes, bytes];
  return { row: `download, ${what}, gzip`, subject, engine: 'files', median, min, max, unit: 'bytes', rounds: 1 };
}

async function version() {
  const { dependencies } = JSON.parse(await readFile(join(benches, 'package.json'), 'utf8'));
  return Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
}
