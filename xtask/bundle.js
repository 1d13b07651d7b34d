// Makes of what wasm-bindgen wrote the package that is released: a file for the page, one for workers, what both need in files
// between them, and parts of their own for what is loaded when it is first used. Started by `cargo xtask package` with the
// folder to read and the one to write.

import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

const [from, to] = process.argv.slice(2);
const files = await readdir(from, { recursive: true });
const worker = files.find((file) => file.endsWith('worker/entry.js'));
const serve = files.find((file) => file.endsWith('worker/serve.js'));
if (!worker || !serve) throw new Error(`${from} is not what wasm-bindgen makes of the library`);

/** Where the file that starts workers looks for theirs, and where it is in the package. */
const PLACES = [`'../worker/entry.js'`, `'./worker.js'`];

/** @type {import('esbuild').Plugin} */
const places = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /spawner\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes(PLACES[0])) throw new Error(`${path} starts workers from elsewhere`);
      return { contents: text.replaceAll(PLACES[0], PLACES[1]), loader: 'js' };
    });
  },
};

await build({
  entryPoints: { webfutures: join(from, 'webfutures.js'), worker: join(from, worker), serve: join(from, serve) },
  outdir: to,
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: true,
  plugins: [places],
  logLevel: 'error',
});
for (const file of ['webfutures_bg.wasm', 'webfutures.d.ts']) await copyFile(join(from, file), join(to, file));
