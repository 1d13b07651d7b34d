import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPage, watch } from './harness.js';

test('a page that reports errors is caught', async (t) => {
  const page = await openPage(t, '/app/', { expected: [/provoked/, /missing\.js/, /404/] });
  const problems = watch(page);
  await page.evaluate(() => {
    console.error('provoked by the test');
    reportError(new Error('provoked too'));
  });
  await page.evaluate(() => fetch('./missing.js'));
  assert.equal(problems.filter((problem) => problem === 'console: provoked by the test').length, 1);
  assert.equal(problems.filter((problem) => problem.startsWith('uncaught: Error: provoked too')).length, 1);
  assert.equal(problems.filter((problem) => /^404: .*missing\.js$/.test(problem)).length, 1);
});

test('the servers differ in their headers alone', async (t) => {
  /** @param {'isolated' | 'plain' | 'strict'} server */
  const about = async (server) => {
    const page = await openPage(t, '/app/', { server, expected: [/Content Security Policy/] });
    const blobs = await page.evaluate(async () => {
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' })));
      const starts = await new Promise((resolve) => {
        worker.onmessage = () => resolve(true);
        worker.onerror = () => resolve(false);
      });
      worker.terminate();
      return starts;
    });
    return { blobs, isolated: await page.evaluate(() => crossOriginIsolated), title: await page.title() };
  };
  const title = 'webfutures: page tests';
  assert.deepEqual(await about('isolated'), { blobs: true, isolated: true, title });
  assert.deepEqual(await about('plain'), { blobs: true, isolated: false, title });
  assert.deepEqual(await about('strict'), { blobs: false, isolated: true, title });
});
