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
    const page = await openPage(t, '/app/', { server, expected: [/Content Security Policy|unsafe-eval/] });
    return page.evaluate(() => {
      const evaluates = () => {
        try {
          return new Function('return true')();
        } catch {
          return false;
        }
      };
      return { isolated: crossOriginIsolated, evaluates: evaluates(), title: document.title };
    });
  };
  const title = 'webfutures: page tests';
  assert.deepEqual(await about('isolated'), { isolated: true, evaluates: true, title });
  assert.deepEqual(await about('plain'), { isolated: false, evaluates: true, title });
  assert.deepEqual(await about('strict'), { isolated: true, evaluates: false, title });
});
