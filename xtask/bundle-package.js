// Makes of what wasm-bindgen wrote the package that is released: a file for the page; one for the client that tasks have, which
// takes what both need from the page's, for there they must meet; one for workers and one for worker files of the user's own, which
// have in them all that a worker needs; and one for what a worker loads when it first puts a result on disk. What a file imports
// costs a way to the server and back.
// Started by `cargo xtask package` with the folder to read and the one to write.

import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

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

/** What a worker loads when one of its tasks asks for a client. */
const guest = found('guest/open.js');

/**
 * What the client of tasks imports from the page's side: names by file, as its files write them.
 * @returns {Promise<Map<string, string[]>>}
 */
async function shared() {
  /** @type {Map<string, string[]>} */
  const names = new Map();
  for (const file of await readdir(dirname(guest))) {
    const text = await readFile(join(dirname(guest), file), 'utf8');
    for (const [, list, path] of text.matchAll(/^import \{ ([^}]+) \} from '(\.\.\/[^']+)';$/gm)) {
      names.set(path, [...new Set([...(names.get(path) ?? []), ...list.split(', ')])]);
    }
  }
  return names;
}

/**
 * What a page imports: all that the glue exports but what is for workers only, and what the client of tasks takes from it.
 * @param {Map<string, string[]>} shared
 */
async function writePage(shared) {
  const glue = join(from, 'webfutures.js');
  const { metafile } = await build({ ...OPTIONS, entryPoints: [glue], write: false, metafile: true });
  const names = Object.values(metafile.outputs).flatMap(({ exports }) => exports);
  const missing = WORKERS_OWN.filter((name) => !names.includes(name));
  if (missing.length) throw new Error(`${glue} does not export ${missing.join(', ')}`);
  const page = join(from, 'page.js');
  const own = names.filter((name) => !WORKERS_OWN.includes(name));
  const lines = [`export { ${own.join(', ')} } from './webfutures.js';`];
  for (const [path, names] of shared) {
    const list = names.map((name) => `${name} as ${inside(name)}`);
    lines.push(`export { ${list.join(', ')} } from '${join(dirname(guest), path)}';`);
  }
  await writeFile(page, lines.join('\n'));
  return page;
}

/** What the page's file calls something that is no part of its API. @param {string} name */
function inside(name) {
  return `__webfutures_${name}`;
}

/**
 * Has the client of tasks import what it shares with the page from the page's file.
 * @param {Map<string, string[]>} shared
 * @returns {import('esbuild').Plugin}
 */
function fromPage(shared) {
  return {
    name: 'from page',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^\.\.\// }, ({ path }) => ({ path, namespace: 'page' }));
      onLoad({ filter: /./, namespace: 'page' }, ({ path }) => {
        const list = (shared.get(path) ?? []).map((name) => `${inside(name)} as ${name}`);
        return { contents: `export { ${list.join(', ')} } from './webfutures.js';` };
      });
      onResolve({ filter: /./, namespace: 'page' }, ({ path }) => ({ path, external: true }));
    },
  };
}

const names = await shared();
for (const [name, file] of [
  ['webfutures', await writePage(names)],
  ['worker', found('worker/entry.js')],
  ['serve', found('worker/serve.js')],
  ['spill', found('worker/spill.js')],
]) {
  await build({ ...OPTIONS, entryPoints: { [name]: file } });
}
await build({ ...OPTIONS, entryPoints: { guest }, plugins: [fromPage(names)] });
await copyFile(join(from, 'webfutures_bg.wasm'), join(to, 'webfutures_bg.wasm'));
