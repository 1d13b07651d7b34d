// Measures in one browser and writes what it found; started by `cargo xtask bench` with the engine and the file to write.
//
// Subjects take turns within each round (A B A B …), so what else the machine does hits them alike; a figure is the median
// of the rounds with the least and the greatest. In its turn a subject is measured again and again for a moment, and the median
// counts: what takes a few milliseconds would otherwise be told before the engine has compiled what it finds worth it.

import { writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

import { ENGINES, setting } from './engines.js';

const [engine, report] = process.argv.slice(2);
const quick = process.argv.includes('--quick');
const only = new RegExp(process.env.WEBFUTURES_BENCH_ROWS ?? '');

/** A row's rounds end after so many, or when it has taken so long and has the fewest: at least 5 for a figure to be told. */
const ROUNDS = quick ? { fewest: 1, most: 5, seconds: 1.5 } : { fewest: 5, most: 11, seconds: 6 };
/** Milliseconds: a subject that takes longer for one measurement is left out, for five of them would take minutes. */
const PATIENCE = 10_000;
/** A subject's turn ends after so many measurements, or milliseconds. */
const TURN = { most: 15, milliseconds: 100 };
/** And the first one, which only warms up: engines compile what has run for long. */
const WARMING = quick ? TURN : { most: 30, milliseconds: 400 };

/** Rows that a quick run leaves to the engine that is measured first. */
const QUICK_ONCE = engine === 'chromium' ? /^$/ : /scheduler|1 ms|submit loop|tree|Rosenbrock/;

/** Milliseconds for which a worker that computes may go on when it has been ended: Chromium waits for two seconds. */
const ENDING = engine === 'chromium' ? 2500 : 0;

/** Milliseconds for which the browser goes on with pages that have just been opened: compiles, starts what they may need. */
const OPENING = 1000;

/** Of the graphs that the scheduler alone is given. @type {Record<string, number>} */
const SIZES = { '1 k': 1_000, '10 k': 10_000, '100 k': 100_000, '1 M': 1_000_000 };

/** @typedef {{ row: string, subject: string, engine: string, reason: string }} Missing */

/** @type {ReturnType<typeof line>[]} */
const entries = [];
/** @type {Missing[]} */
const without = [];

const browser = await ENGINES[engine]();
try {
  await measureScheduler();
  await measureLibraries();
  await measureStart();
  await measureDemo();
  await writeFile(report, `${JSON.stringify({ entries, without, version: [browser.version] }, null, 2)}\n`);
} finally {
  await browser.close();
}

/** The scheduler alone in wasm: shapes by sizes, time and memory a task. On the isolated page, whose clock is the finer. */
async function measureScheduler() {
  const kind = 'scheduler in wasm';
  const page = await loaded(`${setting('WEBFUTURES_SITE')}/bench/`);
  for (const shape of await page.run(() => globalThis.bench.scheduler.shapes())) {
    for (const [size, tasks] of Object.entries(SIZES)) {
      const row = { name: `${kind}, ${shape}, ${size}`, unit: 'ns/task', better: 'less' };
      if (!wanted(row.name) || (quick && tasks > 100_000)) continue;
      let bytes = 0;
      await measureRow(row, ['webfutures'], async () => {
        const ran = await page.run((shape, tasks) => globalThis.bench.scheduler.run(shape, tasks), shape, tasks);
        bytes = ran.bytes / tasks;
        return (ran.milliseconds * 1e6) / tasks;
      });
      if (bytes) entries.push(line(`${row.name}, memory`, 'webfutures', 'bytes/task', [bytes]));
    }
  }
  await page.close();
}

/** The rows of `benches/web/rows.js`. */
async function measureLibraries() {
  const places = await openPages();
  const [first] = places.values();
  const rows = (await first.page.run(() => globalThis.bench.rows())).filter(
    (row) => wanted(row.name) && !(quick && row.long),
  );
  const names = new Set(rows.map((row) => row.name));
  /** Who can do which row. @type {Map<string, string[]>} */
  const able = new Map();
  for (const [subject, { page, slow }] of places) {
    const prepared = await page.run((subject) => globalThis.bench.prepare(subject), subject).catch(String);
    if (typeof prepared === 'string') {
      miss('all', subject, prepared);
      continue;
    }
    for (const [row, reason] of Object.entries(prepared.without)) if (names.has(row)) miss(row, subject, reason);
    able.set(
      subject,
      prepared.rows.filter((row) => !quick || !slow.includes(row)),
    );
  }
  for (const row of rows) {
    const subjects = [...able.keys()].filter((subject) => able.get(subject)?.includes(row.name));
    const failed = await measureRow(row, subjects, async (subject) => {
      const { page } = placeOf(places, subject);
      const value = await page.run((row, subject) => globalThis.bench.measure(row, subject), row.name, subject);
      // Or the next one would have one processor less.
      if (row.ends) await setTimeout(ENDING);
      return value;
    });
    for (const subject of failed) await revive(subject, placeOf(places, subject));
  }
  for (const { page } of places.values()) await page.close();
}

/** From a page that has loaded nothing yet to the first result: a fresh page for each. */
async function measureStart() {
  const row = { name: 'start until the first result', unit: 'ms', better: 'less' };
  if (!wanted(row.name)) return;
  const places = await openPages();
  await setTimeout(OPENING);
  const subjects = [...places.keys()].filter((name) => !['raw-copied', 'raw-batched', 'raw-arrays'].includes(name));
  await measureRow(row, subjects, async (subject) => {
    const { page, url } = placeOf(places, subject);
    await page.load(url);
    return page.run((subject) => globalThis.bench.start(subject), subject);
  });
  for (const { page } of places.values()) await page.close();
}

/** The Rosenbrock search of the demo page, without delay, drawing all the while. */
async function measureDemo() {
  const row = { name: 'Rosenbrock search with drawing', unit: 'evaluations/s', better: 'more' };
  if (!wanted(row.name)) return;
  /** @type {Map<string, { page: import('./engines.js').Page, button: string }>} */
  const places = new Map();
  for (const [subject, site] of [
    ['webfutures', 'WEBFUTURES_SITE_PLAIN'],
    ['webfutures-isolated', 'WEBFUTURES_SITE'],
  ]) {
    const page = await loaded(`${setting(site)}/demo/?delay=0&workers=2`);
    await page.run(enabled, 'start');
    places.set(subject, { page, button: 'start' });
  }
  await setTimeout(OPENING);
  await measureRow(row, [...places.keys()], async (subject) => {
    const place = /** @type {{ page: import('./engines.js').Page, button: string }} */ (places.get(subject));
    // A page goes on drawing for some seconds, which takes time from the other.
    for (const { page } of places.values()) if (page !== place.page) await page.run(show, false);
    await place.page.run(show, true);
    await place.page.run(enabled, place.button);
    const value = place.page.run(searchOnce, place.button);
    place.button = 'restart';
    return value;
  });
  for (const { page } of places.values()) await page.close();
}

/**
 * @typedef {object} Place
 * @property {import('./engines.js').Page} page
 * @property {string} url
 * @property {string[]} slow Rows that a quick run leaves out.
 */

/**
 * A bench page for each subject, so that nobody is held up by the garbage that another one leaves.
 * @returns {Promise<Map<string, Place>>}
 */
async function openPages() {
  const places = new Map();
  for (const site of ['WEBFUTURES_SITE_PLAIN', 'WEBFUTURES_SITE']) {
    const url = `${setting(site)}/bench/`;
    const scout = await loaded(url);
    const subjects = await scout.run(() => globalThis.bench.subjects());
    await scout.close();
    for (const { name, slow } of subjects) places.set(name, { page: await loaded(url), url, slow });
  }
  return places;
}

/**
 * A page that has crashed in one row is opened anew for the others.
 * @param {string} subject
 * @param {Place} place
 */
async function revive(subject, place) {
  const alive = await place.page.run(() => true).catch(() => false);
  if (alive) return;
  await place.page.close();
  place.page = await loaded(place.url);
  await place.page.run((subject) => globalThis.bench.prepare(subject), subject);
}

/** A new page. @param {string} url */
async function loaded(url) {
  const page = await browser.open();
  await page.load(url);
  return page;
}

/**
 * @param {Map<string, Place>} places
 * @param {string} subject
 */
function placeOf(places, subject) {
  return /** @type {Place} */ (places.get(subject));
}

/**
 * Round by round, all subjects in each; who fails is left out from then on, and returned.
 * @param {{ name: string, unit: string, better: string }} row
 * @param {string[]} subjects
 * @param {(subject: string) => Promise<number | null>} measure
 */
async function measureRow({ name, unit, better }, subjects, measure) {
  /** @type {Map<string, number[]>} */
  const values = new Map(subjects.map((subject) => [subject, []]));
  const began = performance.now();
  // The first round warms up and is not counted, unless a quick run has no time for another.
  for (let round = 0; round <= ROUNDS.most; round++) {
    const late = performance.now() - began > ROUNDS.seconds * 1000;
    if (late && round > (quick ? 0 : ROUNDS.fewest)) break;
    if (round === 1) for (const list of values.values()) list.length = 0;
    for (const subject of [...values.keys()]) {
      const asked = performance.now();
      try {
        const value = await repeat(() => measure(subject), round ? TURN : WARMING);
        if (value !== null) values.get(subject)?.push(value);
        const took = performance.now() - asked;
        if (took < PATIENCE) continue;
        values.delete(subject);
        miss(name, subject, `one measurement takes ${(took / 1000).toFixed(0)} s`);
      } catch (error) {
        values.delete(subject);
        miss(name, subject, error instanceof Error ? error.message.split('\n')[0] : String(error));
      }
    }
  }
  console.log(`\n${name} (${unit}, ${better} is better)`);
  const lines = [...values].map(([subject, values]) => line(name, subject, unit, values));
  for (const entry of lines) print(entry, lines[0]);
  entries.push(...lines);
  return subjects.filter((subject) => !values.has(subject));
}

/**
 * The median of one turn's measurements.
 * @param {() => Promise<number | null>} measure
 * @param {{ most: number, milliseconds: number }} turn
 */
async function repeat(measure, turn) {
  const values = [];
  const began = performance.now();
  do {
    const value = await measure();
    if (value === null) return null;
    values.push(value);
  } while (values.length < turn.most && performance.now() - began < turn.milliseconds);
  return median(values);
}

/**
 * In the page of the demo: shows all of it or nothing, and then it draws nothing.
 * @param {boolean} shown
 * @returns {Promise<void>}
 */
function show(shown) {
  document.documentElement.style.display = shown ? '' : 'none';
  // Shown, it lays itself out, and draws in the next frame what does not change.
  return new Promise((resolve) => {
    if (shown) requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    else resolve();
  });
}

/**
 * In the page of the demo: until that button can be pressed.
 * @param {string} button
 * @returns {Promise<void>}
 */
function enabled(button) {
  const is = () => document.querySelector(`#${button}:enabled`);
  return new Promise((resolve) => {
    if (is()) return resolve();
    const waiting = new MutationObserver(() => {
      if (!is()) return;
      waiting.disconnect();
      resolve();
    });
    waiting.observe(document, { subtree: true, childList: true, attributeFilter: ['disabled'] });
  });
}

/**
 * In the page of the demo: one whole search; evaluations a second from the click to the end.
 * @param {string} button
 * @returns {Promise<number>}
 */
function searchOnce(button) {
  const section = /** @type {HTMLElement} */ (document.getElementById('search'));
  return new Promise((resolve) => {
    const began = performance.now();
    const observer = new MutationObserver(() => {
      if (section.dataset.state !== 'finished') return;
      observer.disconnect();
      resolve(Number(section.dataset.evaluations) / ((performance.now() - began) / 1000));
    });
    document.getElementById(button)?.click();
    observer.observe(section, { attributeFilter: ['data-state'] });
  });
}

/** @param {string} row */
function wanted(row) {
  return only.test(row) && !(quick && QUICK_ONCE.test(row));
}

/**
 * @param {string} row
 * @param {string} subject
 * @param {string} reason
 */
function miss(row, subject, reason) {
  console.log(`\n${subject} is left out of ${row}: ${reason}`);
  without.push({ row, subject, engine, reason });
}

/**
 * @param {string} row
 * @param {string} subject
 * @param {string} unit
 * @param {number[]} values
 */
function line(row, subject, unit, values) {
  return {
    row,
    subject,
    engine,
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    unit,
    rounds: values.length,
  };
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/**
 * @param {ReturnType<typeof line>} entry
 * @param {ReturnType<typeof line>} first
 */
function print(entry, first) {
  const ratio =
    entry === first || entry.median === 0 ? '' : `  ${first.subject} ÷ it: ${(first.median / entry.median).toFixed(2)}`;
  const spread = `${figure(entry.min)} … ${figure(entry.max)}`;
  console.log(`  ${entry.subject.padEnd(22)} ${figure(entry.median).padStart(11)}   ${spread.padEnd(24)}${ratio}`);
}

/** @param {number} value */
function figure(value) {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 });
}
