// The library from plain files, without a bundler, under the headers that sites have.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPage } from './harness.js';

for (const server of /** @type {const} */ (['isolated', 'plain'])) {
  test(`tasks of all kinds run on a page, ${server}`, async (t) => {
    const page = await openPage(t, '/app/', { server });
    const results = await page.evaluate(async () => {
      const {
        default: init,
        Client,
        sumOfSquares,
      } = await import(/** @type {any} */ ('/app/pkg/webfutures_page_tests.js'));
      await init();
      const client = new Client({ workers: 2 });
      const { inc, add } = client.module(new URL('/app/tasks.js', location.href));
      const three = client.submit(add, client.submit(inc, 0), client.submit(inc, 1));
      const inline = client.submit((/** @type {number} */ x) => x * 10, three);
      const results = { module: await three, inline: await inline, rust: await sumOfSquares(client, 4) };
      client.close();
      return results;
    });
    assert.deepEqual(results, { module: 3, inline: 30, rust: 14 });
  });
}

test('under a strict content security policy modules run, and an inline task says what to do', async (t) => {
  const page = await openPage(t, '/app/', { server: 'strict', expected: [/Content Security Policy/] });
  const { value, said } = await page.evaluate(async () => {
    const { default: init, Client } = await import(/** @type {any} */ ('/app/pkg/webfutures_page_tests.js'));
    await init();
    const client = new Client({ workers: 1 });
    const { inc } = client.module(new URL('/app/tasks.js', location.href));
    const value = await client.submit(inc, 41);
    const error = await client.submit((/** @type {number} */ x) => x, 1).exception();
    client.close();
    return { value, said: String(error) };
  });
  assert.equal(value, 42);
  assert.match(said, /content.security.policy/i);
  assert.match(said, /module/);
});

test('a module that is not there, or lacks the export, is named in the error', async (t) => {
  const page = await openPage(t, '/app/', { expected: [/404/] });
  const [missing, lacking] = await page.evaluate(async () => {
    const { default: init, Client } = await import(/** @type {any} */ ('/app/pkg/webfutures_page_tests.js'));
    await init();
    const client = new Client({ workers: 1 });
    const missing = client.submit(client.module('/app/nowhere.js').inc, 1);
    const lacking = client.submit(client.module('/app/tasks.js').dec, 1);
    const said = [String(await missing.exception()), String(await lacking.exception())];
    client.close();
    return said;
  });
  assert.match(missing, /nowhere\.js/);
  assert.match(lacking, /dec/);
});
