// Opens pages of the built site in Chromium; a page that reports an error fails its test.
//
// `cargo xtask test --only pages` builds the site, serves it and says by the environment where it is.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';

import { chromium } from 'playwright-core';

/** The folder that is served: one folder per site below it. */
export const siteFolder = setting('WEBFUTURES_SITE_FOLDER');

/** The servers of that folder, by the headers they send. */
const servers = {
  /** Cross-origin isolated. */
  isolated: setting('WEBFUTURES_SITE'),
  /** No special headers. */
  plain: setting('WEBFUTURES_SITE_PLAIN'),
  /** Isolated, and a content security policy that allows neither `eval` nor blob workers. */
  strict: setting('WEBFUTURES_SITE_STRICT'),
};

/** @type {Promise<import('playwright-core').Browser> | undefined} */
let browser;

after(async () => {
  await (await browser)?.close();
});

/**
 * @typedef {object} PageOptions
 * @property {keyof typeof servers} [server] which headers the page comes with, `isolated` by default
 * @property {{ width: number, height: number }} [viewport]
 * @property {'light' | 'dark'} [colorScheme]
 * @property {RegExp[]} [expected] errors that the test provokes: reports that match one are no failure
 */

/**
 * A page at that path, closed with the test.
 * @param {import('node:test').TestContext} t
 * @param {string} path
 * @param {PageOptions} [options]
 */
export async function openPage(t, path, { server = 'isolated', expected = [], ...look } = {}) {
  browser ??= chromium.launch({
    executablePath: setting('WEBFUTURES_CHROMIUM'),
    args: setting('WEBFUTURES_CHROMIUM_FLAGS').split(' '),
  });
  const context = await (await browser).newContext(look);
  const page = await context.newPage();
  const problems = watch(page);
  t.after(async () => {
    await context.close();
    const unexpected = problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)));
    assert.deepEqual(unexpected, [], `${path} reported errors`);
  });
  await page.goto(new URL(path, servers[server]).href);
  return page;
}

/**
 * Collects what a page complains of: console errors, uncaught errors, requests that fail or are refused.
 * @param {import('playwright-core').Page} page
 */
export function watch(page) {
  /** @type {string[]} */
  const problems = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  return problems;
}

/**
 * Saves what the page looks like as `<name>.png` in the target folder.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export async function screenshot(page, name) {
  const folder = join(siteFolder, '../screenshots');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** @param {string} name */
function setting(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run \`cargo xtask test --only pages\``);
  return value;
}
