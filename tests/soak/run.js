// Drives the soak: opens its page in Chromium, has it go round until time is up, and compares what memory the first and the
// last minute took. `cargo xtask soak` builds and serves the page and says by the environment where it is.

import { writeFile } from 'node:fs/promises';

import { chromium } from 'playwright-core';

/** Seconds between measurements: each collects garbage in the page and in all workers. */
const EVERY = 10;
/** How much more than at the beginning there may be at the end. */
const MORE = 1.1;
/** Tasks of a run of ten minutes or more, at least. */
const MANY = 1_000_000;

/** @typedef {{ at: number, tasks: number, page: number, workers: number, wasm: number }} Sample */

const seconds = 60 * Number(setting('WEBFUTURES_SOAK_MINUTES'));
const browser = await chromium.launch({
  executablePath: setting('WEBFUTURES_CHROMIUM'),
  // Otherwise a measurement waits for the next collection, which may be half a minute away.
  args: [...setting('WEBFUTURES_CHROMIUM_FLAGS').split(' '), '--enable-blink-features=ForceEagerMeasureMemory'],
});
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(`uncaught: ${error.stack ?? error.message}`));
  page.on('crash', () => fail(['the page crashed']));
  await page.goto(new URL('/soak/', setting('WEBFUTURES_SITE')).href);
  await page.evaluate(async () => {
    Object.assign(globalThis, { soak: await import(/** @type {any} */ ('./load.js')) });
  });
  const samples = await soak(page);
  await writeFile(setting('WEBFUTURES_SOAK_REPORT'), JSON.stringify(samples, null, 1));
  fail(faults(samples));
} finally {
  await browser.close();
}

/** @param {import('playwright-core').Page} page */
async function soak(page) {
  /** @type {Sample[]} */
  const samples = [];
  const begun = performance.now();
  let slowest = 0;
  const passed = () => (performance.now() - begun) / 1000;
  say('   time      rounds       tasks  failed  cancelled  deaths    page  workers    wasm (MB)');
  while (passed() < seconds) {
    const began = passed();
    const counts = await page.evaluate(() => /** @type {any} */ (globalThis).soak.round());
    slowest = Math.max(slowest, passed() - began);
    if (passed() < (samples.at(-1)?.at ?? 0) + EVERY) continue;
    const bytes = await page.evaluate(() => /** @type {any} */ (globalThis).soak.measure());
    samples.push({ at: passed(), tasks: counts.tasks, ...bytes });
    const columns = [
      `${passed().toFixed(0)} s`.padStart(7),
      String(counts.rounds).padStart(12),
      String(counts.tasks).padStart(12),
      String(counts.failures).padStart(8),
      String(counts.cancels).padStart(11),
      String(counts.deaths).padStart(8),
      ...[bytes.page, bytes.workers, bytes.wasm].map((value) => (value / 1e6).toFixed(2).padStart(8)),
    ];
    say(columns.join(''));
  }
  say(`the slowest round took ${slowest.toFixed(1)} s`);
  return samples;
}

/**
 * What the samples complain of. The first fifth is not looked at, up to two minutes: caches fill, code is compiled.
 * @param {Sample[]} samples
 */
function faults(samples) {
  const warm = Math.min(120, seconds / 5);
  const minute = Math.min(60, seconds / 4);
  const first = samples.filter(({ at }) => at >= warm && at < warm + minute);
  const last = samples.filter(({ at }) => at >= seconds - minute);
  if (!first.length || !last.length) return [`${samples.length} measurements are too few: let it run for longer`];
  const complaints = [];
  for (const what of /** @type {const} */ (['page', 'workers', 'wasm'])) {
    const [before, after] = [mean(first, what), mean(last, what)];
    const change = `${what}: ${(before / 1e6).toFixed(2)} MB in the first minute, ${(after / 1e6).toFixed(2)} MB in the last`;
    say(change);
    if (after > MORE * before) complaints.push(`${change}: more than 10 % more`);
  }
  const tasks = samples[samples.length - 1].tasks;
  if (seconds >= 600 && tasks < MANY) complaints.push(`${tasks} tasks are fewer than a million`);
  return complaints;
}

/** @param {Sample[]} samples @param {'page' | 'workers' | 'wasm'} what */
function mean(samples, what) {
  return samples.reduce((sum, sample) => sum + sample[what], 0) / samples.length;
}

/** @param {string[]} complaints */
function fail(complaints) {
  for (const complaint of complaints) console.error(`soak: ${complaint}`);
  if (complaints.length) process.exitCode = 1;
}

/** @param {string} name */
function setting(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run \`cargo xtask soak\``);
  return value;
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
