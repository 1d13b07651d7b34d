// Drives the bench pages in Chromium, prints a table and writes the report; started by `cargo xtask bench`.
//
// Subjects take turns within each round (A B A B …), so what else the machine does hits them alike; a figure is the median
// of the rounds with the least and the greatest.

import { readFile, writeFile } from 'node:fs/promises';

import { chromium } from 'playwright-core';

const site = setting('WEBFUTURES_SITE');
const quick = process.argv.includes('--quick');
const rounds = quick ? 5 : 11;
const engine = 'chromium';

const browser = await chromium.launch({
  executablePath: setting('WEBFUTURES_CHROMIUM'),
  args: setting('WEBFUTURES_CHROMIUM_FLAGS').split(' '),
});
try {
  const report = [...(await scheduler()), ...(await library()), ...(await demo())];
  await writeFile(setting('WEBFUTURES_REPORT'), `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await browser.close();
}

/** What `benches/scheduler.rs` printed, as rows. */
async function scheduler() {
  const printed = await readFile(setting('WEBFUTURES_SCHEDULER'), 'utf8');
  const rounds = Number(/median of (\d+)/.exec(printed)?.[1]);
  const lines = printed.matchAll(/^(.+?) +[\d.]+ s = +(\d+) ns a task \((\d+) … (\d+);.* (\d+) bytes a task/gm);
  const report = [...lines].flatMap(([, row, ...figures]) => {
    const [median, min, max, bytes] = figures.map(Number);
    const common = { row: `scheduler alone: ${row}`, subject: 'webfutures', engine: 'native', rounds };
    return [
      { ...common, median, min, max, unit: 'ns/task' },
      { ...common, median: bytes, min: bytes, max: bytes, unit: 'bytes/task' },
    ];
  });
  if (report.length === 0) throw new Error(`no figures of the scheduler in:\n${printed}`);
  return report;
}

/** The rows of `benches/web/bench.js`. */
async function library() {
  const page = await open('/bench/');
  const rows = await page.evaluate(() => globalThis.bench.list());
  const report = [];
  for (const { name, unit, better, subjects } of rows) {
    /** @type {Map<string, number[]>} */
    const values = new Map(subjects.map((subject) => [subject, []]));
    // The first round warms up and is not counted.
    for (let round = 0; round <= rounds; round++) {
      for (const subject of subjects) {
        const value = await page.evaluate(([row, subject]) => globalThis.bench.measure(row, subject), [name, subject]);
        if (round > 0) values.get(subject)?.push(value);
      }
    }
    console.log(`\n${name} (${unit}, ${better} is better)`);
    const lines = subjects.map((subject) => line(name, subject, unit, values.get(subject) ?? []));
    for (const entry of lines) print(entry, lines[0]);
    report.push(...lines);
  }
  await page.close();
  return report;
}

/** The Rosenbrock search of the demo page, without delay, drawing all the while. */
async function demo() {
  const name = 'Rosenbrock search with drawing';
  const unit = 'evaluations/s';
  const page = await open('/demo/?delay=0&workers=2');
  await page.locator('#start:enabled').waitFor();
  const values = [];
  for (let round = 0; round <= rounds; round++) {
    const value = await page.evaluate(search, round === 0 ? 'start' : 'restart');
    if (round > 0) values.push(value);
  }
  await page.close();
  console.log(`\n${name} (${unit}, more is better)`);
  const entry = line(name, 'webfutures', unit, values);
  print(entry, entry);
  return [entry];
}

/**
 * On the page: one whole search; evaluations a second from the click to the end.
 * @param {string} button
 * @returns {Promise<number>}
 */
function search(button) {
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

/** @param {string} path */
async function open(path) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`the page says: ${message.text()}`);
  });
  await page.goto(site + path, { waitUntil: 'load' });
  return page;
}

/**
 * @param {string} row
 * @param {string} subject
 * @param {string} unit
 * @param {number[]} values
 */
function line(row, subject, unit, values) {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted[sorted.length - 1]];
  const middle = sorted.length / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - (sorted.length % 2)]) / 2;
  return { row, subject, engine, median, min, max, unit, rounds: sorted.length };
}

/**
 * @param {ReturnType<typeof line>} entry
 * @param {ReturnType<typeof line>} first
 */
function print(entry, first) {
  const ratio = entry === first ? '' : `  ${first.subject} ÷ it: ${(first.median / entry.median).toFixed(2)}`;
  const spread = `${figure(entry.min)} … ${figure(entry.max)}`;
  console.log(`  ${entry.subject.padEnd(36)} ${figure(entry.median).padStart(11)}   ${spread.padEnd(24)}${ratio}`);
}

/** @param {number} value */
function figure(value) {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 });
}

/** @param {string} name */
function setting(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run \`cargo xtask bench\``);
  return value;
}
