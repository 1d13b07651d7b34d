// Makes of the demo's pages and of what wasm-bindgen wrote for its crate the site that is served: a few files, where page and
// workers would load eighty each, one after the other. Started by `cargo xtask` with the folder to read and the one to write.

import { copyFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { build } from 'esbuild';

const [from, to] = process.argv.slice(2);

/** What stays as it is: what is no code, and what the notebook shows, of which workers load the tasks. */
const isKept = (/** @type {string} */ file) =>
  ['.html', '.css', '.wasm'].includes(extname(file)) || ['setup.js', 'tasks.js'].includes(file);

await build({
  entryPoints: ['main.js', 'worker.js'].map((file) => join(from, file)),
  outdir: to,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: true,
  logLevel: 'error',
});
for (const folder of [from, join(from, 'pkg')]) {
  const files = (await readdir(folder)).filter(isKept);
  await Promise.all(files.map((file) => copyFile(join(folder, file), join(to, file))));
}
