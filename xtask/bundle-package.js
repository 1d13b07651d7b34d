// Makes of what wasm-bindgen wrote the package that is released: a file for the page, one for the client that tasks have and one
// of what both need; one for workers and one for worker files of the user's own, which have in them all that a worker needs, since
// what a file imports costs a way to the server and back; and one for what a worker loads when it first puts a result on disk.
// Started by `cargo xtask package` with the folder to read and the one to write.

import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { build } from 'esbuild';

const [from, to] = process.argv.slice(2);
const files = await readdir(from, { recursive: true });

/** What the file for worker files of the user's own has, and the page's has not: with it a page would load all of a worker. */
const WORKERS_OWN = ['expose', 'serve'];

/**
 * Where those that load others when they are needed look for them, and where those are in the package.
 * @type {Record<string, [from: string, to: string]>}
 */
const PLACES = {
  'spawner.js': [`'../worker/entry.js'`, `'./worker.js'`],
  'nesting.js': [`'../guest/open.js'`, `'./guest.js'`],
};

/** @type {import('esbuild').Plugin} */
const places = {
  name: 'places',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: new RegExp(`/(${Object.keys(PLACES).join('|')})$`) }, async ({ path }) => {
      const [before, after] = PLACES[basename(path)];
      const text = await readFile(path, 'utf8');
      if (!text.includes(before)) throw new Error(`${path} does not load ${before}`);
      return { contents: text.replaceAll(before, after), loader: 'js' };
    });
    onResolve({ filter: /^\.\// }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
    // It does nothing for those who take nothing of it.
    onResolve({ filter: /\/worker\/serve\.js$/ }, ({ kind, path, resolveDir }) =>
      kind === 'import-statement' ? { path: join(resolveDir, path), sideEffects: false } : undefined,
    );
  },
};

/** @type {import('esbuild').BuildOptions} */
const OPTIONS = {
  outdir: to,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: true,
  plugins: [places],
  logLevel: 'error',
};

/** The path of a file of the library. @param {string} end */
function found(end) {
  const file = files.find((file) => file.endsWith(end));
  if (!file) throw new Error(`${from} is not what wasm-bindgen makes of the library: no ${end}`);
  return join(from, file);
}

/** What a page imports: all that the glue exports but what is for workers only. */
async function writePage() {
  const glue = join(from, 'webfutures.js');
  const { metafile } = await build({ ...OPTIONS, entryPoints: [glue], write: false, metafile: true });
  const names = Object.values(metafile.outputs).flatMap(({ exports }) => exports);
  const missing = WORKERS_OWN.filter((name) => !names.includes(name));
  if (missing.length) throw new Error(`${glue} does not export ${missing.join(', ')}`);
  const page = join(from, 'page.js');
  const own = names.filter((name) => !WORKERS_OWN.includes(name));
  await writeFile(page, `export { ${own.join(', ')} } from './webfutures.js';\n`);
  return page;
}

await build({
  ...OPTIONS,
  entryPoints: { webfutures: await writePage(), guest: found('guest/open.js') },
  splitting: true,
  chunkNames: 'client',
});
for (const [name, end] of [
  ['worker', 'worker/entry.js'],
  ['serve', 'worker/serve.js'],
  ['spill', 'worker/spill.js'],
]) {
  await build({ ...OPTIONS, entryPoints: { [name]: found(end) } });
}
await copyFile(join(from, 'webfutures_bg.wasm'), join(to, 'webfutures_bg.wasm'));
