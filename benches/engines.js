// Two browsers behind one face: Chromium driven by Playwright, Firefox by its WebDriver (Playwright wants a Firefox of its own).

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { chromium } from 'playwright-core';

/**
 * @typedef {object} Page
 * @property {(url: string) => Promise<void>} load
 * @property {<A extends unknown[], R>(fn: (...args: A) => R | Promise<R>, ...args: A) => Promise<R>} run in the page, in front
 * @property {() => Promise<void>} close
 */
/**
 * @typedef {object} Browser
 * @property {string} version
 * @property {() => Promise<Page>} open an empty page
 * @property {() => Promise<void>} close
 */

/** How each engine is started. @type {Record<string, () => Promise<Browser>>} */
export const ENGINES = { chromium: openChromium, firefox: openFirefox };

/** @returns {Promise<Browser>} */
async function openChromium() {
  const browser = await chromium.launch({
    executablePath: setting('WEBFUTURES_CHROMIUM'),
    // A page that asks for its memory is answered at once, not when garbage happens to be collected.
    args: [...setting('WEBFUTURES_CHROMIUM_FLAGS').split(' '), '--enable-blink-features=ForceEagerMeasureMemory'],
  });
  return {
    version: `Chromium ${browser.version()}`,
    async open() {
      const page = await browser.newPage();
      page.on('pageerror', (error) => console.error(`the page says: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error') console.error(`the page says: ${message.text()}`);
      });
      return {
        async load(url) {
          await page.goto(url, { waitUntil: 'load' });
        },
        async run(fn, ...args) {
          await page.bringToFront();
          return page.evaluate(`(${fn})(...${JSON.stringify(args)})`);
        },
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}

/** @returns {Promise<Browser>} */
async function openFirefox() {
  const driver = spawn(setting('WEBFUTURES_GECKODRIVER'), ['--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((resolve, reject) => {
    driver.on('error', reject).on('exit', () => reject(new Error('the driver of Firefox ended')));
    createInterface(driver.stdout).on('line', (line) => {
      const listening = /Listening on \S+:(\d+)/.exec(line);
      if (listening) resolve(listening[1]);
    });
  });
  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  const command = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { value } = /** @type {any} */ (await response.json());
    if (!response.ok) throw new Error(value.message);
    return value;
  };
  const options = { binary: setting('WEBFUTURES_FIREFOX'), args: ['-headless'] };
  const { sessionId, capabilities } = await command('POST', '/session', {
    capabilities: { alwaysMatch: { 'moz:firefoxOptions': options, timeouts: { script: 600_000 } } },
  });
  const session = `/session/${sessionId}`;
  return {
    version: `Firefox ${capabilities.browserVersion}`,
    async open() {
      const { handle } = await command('POST', `${session}/window/new`, { type: 'tab' });
      const select = () => command('POST', `${session}/window`, { handle });
      return {
        async load(url) {
          await select();
          await command('POST', `${session}/url`, { url });
        },
        async run(fn, ...args) {
          await select();
          return command('POST', `${session}/execute/sync`, { script: `return (${fn})(...arguments)`, args });
        },
        async close() {
          await select();
          await command('DELETE', `${session}/window`);
          const [first] = await command('GET', `${session}/window/handles`);
          await command('POST', `${session}/window`, { handle: first });
        },
      };
    },
    async close() {
      await command('DELETE', session);
      driver.kill();
    },
  };
}

/**
 * What `cargo xtask bench` says by the environment.
 * @param {string} name
 */
export function setting(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run \`cargo xtask bench\``);
  return value;
}
