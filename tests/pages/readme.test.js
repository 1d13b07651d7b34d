// The README's JavaScript program, run as it stands there.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { openPage } from './harness.js';

test("the README's first program in JavaScript prints what it says", async (t) => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, program] = /<script type="module">\n([\s\S]*?)<\/script>/.exec(readme) ?? assert.fail('no program found');
  const page = await openPage(t, '/package/');
  /** @type {string[]} */
  const said = [];
  page.on('console', (message) => said.push(message.text()));
  const content = `${program}\nwindow.ended = true;`;
  await page.addScriptTag({ type: 'module', content });
  await page.waitForFunction('window.ended');
  assert.deepEqual(said, ['5', '[1, 4, 9, 16]', '31']);
});
