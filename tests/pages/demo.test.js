// The demo page: the search, its controls, the notebook's cells, and how it all looks.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPage, screenshot } from './harness.js';

/** @import { Page } from 'playwright-core' */

test('without delay the search makes 848 evaluations, ends below 1e-5, and is drawn while it runs', async (t) => {
  const page = await openDemo(t, 'delay=0');
  const pictures = await page.evaluate(picturesOfASearch);
  const search = await read(page);
  assert.equal(search.state, 'finished');
  assert.equal(search.evaluations, 848);
  assert.equal(search.inFlight, 0);
  assert.ok(search.best < 1e-5, `best score ${search.best}`);
  assert.ok(search.rate > 0);
  assert.ok(pictures >= 2, `${pictures} pictures`);
  assert.equal(await page.locator('#evaluations').textContent(), '848');
  assert.match((await page.locator('#score').textContent()) ?? '', /^\d\.\d{3} × 10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+$/);
  assert.match((await page.locator('#announcement').textContent()) ?? '', /finished after 848 evaluations/);
});

test('a search that takes its time is drawn many times', async (t) => {
  const page = await openDemo(t, 'delay=4');
  const pictures = await page.evaluate(picturesOfASearch);
  assert.equal((await read(page)).evaluations, 848);
  assert.ok(pictures >= 8, `${pictures} pictures`);
});

test('the delay keeps the workers busy, and can be taken away while the search runs', async (t) => {
  const page = await openDemo(t, 'delay=60&autostart');
  await reach(page, 20);
  const { rate, elapsed, evaluations } = await read(page);
  assert.ok(rate > 0);
  // Four workers cannot make more than one evaluation in 60 ms each.
  assert.ok(evaluations <= 4 * (elapsed / 60 + 1), `${evaluations} in ${elapsed} ms`);
  await set(page, '#delay', 0);
  assert.equal(await page.locator('#delay-value').textContent(), '0 ms');
  await arrive(page, 'finished');
  assert.equal((await read(page)).evaluations, 848);
});

test('a search can be paused, resumed, stopped and restarted', async (t) => {
  const page = await openDemo(t, 'delay=100');
  const button = (/** @type {string} */ name) => page.getByRole('button', { name, exact: true });
  assert.ok((await button('Stop').isDisabled()) && (await button('Restart').isDisabled()));
  await button('Start').click();
  await reach(page, 30);

  await button('Pause').click();
  assert.equal((await read(page)).state, 'paused');
  const paused = await read(page);
  // Nothing is submitted and nothing taken in: the workers run dry, and the count stays.
  await idle(page);
  assert.equal((await read(page)).evaluations, paused.evaluations);
  assert.equal((await read(page)).inFlight, 10);

  await button('Resume').click();
  assert.equal((await read(page)).state, 'running');
  await reach(page, paused.evaluations + 20);

  await button('Stop').click();
  const stopped = await read(page);
  assert.equal(stopped.state, 'stopped');
  assert.ok(stopped.evaluations < 848);
  await idle(page);
  assert.equal((await read(page)).evaluations, stopped.evaluations);

  await set(page, '#delay', 0);
  await button('Restart').click();
  await arrive(page, 'finished');
  assert.equal((await read(page)).evaluations, 848);

  // Restarting in the middle begins anew, and the old search's results are not taken for the new one's.
  await set(page, '#delay', 10);
  await button('Start').click();
  await reach(page, 30);
  await set(page, '#delay', 500);
  await button('Restart').click();
  assert.ok((await read(page)).evaluations < 30);
  await set(page, '#delay', 0);
  await arrive(page, 'finished');
  assert.equal((await read(page)).evaluations, 848);
});

test('workers come and go while the search runs', async (t) => {
  const page = await openDemo(t, 'delay=40&autostart');
  const lanes = page.locator('#lanes li');
  for (const workers of [1, 16, 3]) {
    await set(page, '#workers', workers);
    await page.waitForFunction((count) => document.querySelectorAll('#lanes li').length === count, workers);
    assert.equal(await page.locator('#workers-value').textContent(), String(workers));
    // A machine that lets this test wait has come to the end of the search by then.
    await reach(page, Math.min((await read(page)).evaluations + 30, 848));
  }
  assert.equal(await lanes.count(), 3);
  await set(page, '#delay', 0);
  await arrive(page, 'finished');
  const { evaluations, best } = await read(page);
  assert.equal(evaluations, 848);
  assert.ok(best < 1e-5);
});

test('one worker and one seed give one path', async (t) => {
  const page = await openDemo(t, 'workers=1&delay=0&seed=7');
  /** @param {number} seed */
  const run = async (seed) => {
    await set(page, '#seed', seed);
    await page.locator('#start').click();
    await arrive(page, 'finished');
    const { best, point } = await read(page);
    return { best, point };
  };
  const first = await run(7);
  assert.deepEqual(await run(7), first);
  assert.notDeepEqual(await run(8), first);
  assert.deepEqual(await run(7), first);
});

test('a search begins with a seed that is a whole number, and with nothing else', async (t) => {
  const page = await openDemo(t, 'workers=2&delay=100&seed=-7.5&autostart');
  const [seed, message] = [page.locator('#seed'), page.locator('#seed-problem')];
  const refused = async () => {
    assert.equal(await message.isVisible(), true);
    assert.match((await message.textContent()) ?? '', /whole number from 0 to 4,294,967,295/);
    assert.equal(await seed.getAttribute('aria-invalid'), 'true');
  };
  // From the address, and by the button.
  await refused();
  await page.locator('#start').click();
  assert.equal((await read(page)).state, 'ready');
  assert.equal(await seed.evaluate((input) => input === document.activeElement), true);
  await screenshot(page, 'demo-seed-refused');

  for (const wrong of ['', '0.5', '-1', '4294967296']) {
    await set(page, '#seed', wrong);
    await refused();
    await page.locator('#start').click();
    assert.equal((await read(page)).state, 'ready', `with the seed '${wrong}'`);
  }
  for (const right of ['0', '4294967295', '1e3']) {
    await set(page, '#seed', right);
    assert.equal(await message.isVisible(), false, `with the seed ${right}`);
    assert.equal(await seed.getAttribute('aria-invalid'), 'false');
  }

  // A search that is under way goes on: what is refused disturbs nothing.
  await page.locator('#start').click();
  await reach(page, 20);
  await set(page, '#seed', '1.5');
  await page.locator('#restart').click();
  await refused();
  const { state, evaluations } = await read(page);
  assert.equal(state, 'running');
  assert.ok(evaluations >= 20, `${evaluations} evaluations`);
  await page.locator('#start').click();
  assert.equal((await read(page)).state, 'paused');
});

test('the address sets the controls and starts the search', async (t) => {
  const page = await openDemo(t, 'workers=2&delay=0&seed=5&factor=0.5&autostart');
  await arrive(page, 'finished');
  const values = await page.evaluate(() =>
    ['workers', 'delay', 'seed', 'factor'].map(
      (id) => /** @type {HTMLInputElement} */ (document.getElementById(id)).value,
    ),
  );
  assert.deepEqual(values, ['2', '0', '5', '0.5']);
  assert.equal(await page.locator('#lanes li').count(), 2);
});

test('the page works without cross-origin isolation', async (t) => {
  const page = await openPage(t, '/demo/?delay=2&autostart&factor=0.02', { server: 'plain' });
  await reach(page, 100);
  await set(page, '#delay', 0);
  await arrive(page, 'finished');
  assert.equal((await read(page)).evaluations, 848);
  await runCell(page, 'graph');
});

test('each cell runs the code it shows, and its futures go from pending to finished', async (t) => {
  const page = await openDemo(t, 'factor=0.04');
  const expected = {
    submit: '',
    status: '→ 11',
    gather: '→ [11,21,31,41]',
    progress: '→ 24',
    graph: '→ 3',
    delayed: '→ 3',
    reduce: '→ 1496',
    again: '',
  };
  const names = await page.locator('.cell').evaluateAll((cells) => cells.map((cell) => cell.dataset.cell));
  assert.deepEqual(names, Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) {
    const first = await runCell(page, name);
    assert.equal(first, 'pending', `the first future of ${name}`);
    const cell = page.locator(`[data-cell=${name}]`);
    assert.equal(await cell.locator('.value').textContent(), value, name);
    const statuses = await cell.locator('.future').evaluateAll((all) => all.map((future) => future.dataset.status));
    assert.ok(statuses.length > 0);
    assert.deepEqual([...new Set(statuses)], ['finished'], name);
  }
  const lines = await page.locator('[data-cell=status] .line').allTextContents();
  assert.equal(lines[0], 'pending');
  assert.equal(lines.at(-1), 'finished');
  assert.equal(await page.locator('[data-cell=reduce] .future').count(), 31);
});

test('a cell that runs again does its work again; the same call within it does not', async (t) => {
  const page = await openDemo(t, 'factor=0.02');
  const runs = () =>
    page.evaluate(() => {
      const { client } = /** @type {any} */ (globalThis).demo;
      return client.taskStream().records.filter((/** @type {{ name: string }} */ { name }) => name === 'inc').length;
    });
  const before = await runs();
  await runCell(page, 'again');
  const keys = await page
    .locator('[data-cell=again] .future')
    .evaluateAll((all) => all.map((future) => future.getAttribute('title')));
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  assert.equal((await runs()) - before, 1);
  await runCell(page, 'again');
  assert.equal((await runs()) - before, 2);
});

test('the code that runs is shown', async (t) => {
  const page = await openDemo(t, '');
  for (const summary of await page.locator('summary').all()) await summary.click();
  assert.match((await page.locator('#listing').textContent()) ?? '', /fn rosenbrock[\s\S]*as_completed/);
  assert.match((await page.locator('[data-file="tasks.js"]').textContent()) ?? '', /export function inc/);
  assert.match((await page.locator('[data-file="setup.js"]').textContent()) ?? '', /new Client\(/);
});

test('what a changed cell throws is shown in it, and the others go on', async (t) => {
  const page = await openDemo(t, 'factor=0.02');
  await page.locator('[data-cell=submit] pre code').evaluate((code) => {
    code.textContent = 'display(client.submit(inc, 1)); throw new RangeError("too far");';
  });
  await page.locator('[data-cell=submit] .run').click();
  await page.locator('[data-cell=submit][data-state=error]').waitFor();
  assert.equal(await page.locator('[data-cell=submit] .value').textContent(), 'RangeError: too far');
  assert.equal(await runCell(page, 'graph'), 'pending');
});

test('all cells run one after the other while the search runs', async (t) => {
  const page = await openDemo(t, 'factor=0.02&delay=5&autostart');
  await page.getByRole('button', { name: 'Run all cells' }).click();
  for (const cell of await page.locator('.cell').all()) {
    await page.waitForFunction((node) => node?.getAttribute('data-state') === 'finished', await cell.elementHandle());
  }
  await set(page, '#delay', 0);
  await arrive(page, 'finished');
});

test('the page is used from the keyboard', async (t) => {
  const page = await openDemo(t, 'delay=100');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.className), 'skip');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'start');
  const outline = await page.locator('#start').evaluate((start) => getComputedStyle(start).outlineStyle);
  assert.equal(outline, 'solid');
  await page.keyboard.press('Enter');
  await reach(page, 10);
  await page.keyboard.press('Space');
  assert.equal((await read(page)).state, 'paused');
  await page.locator('#workers').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.locator('#workers-value').textContent(), '5');
});

test('who asks for less motion gets still pictures, half a second apart', async (t) => {
  const page = await openDemo(t, 'delay=4');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const pictures = await page.evaluate(picturesOfASearch);
  const { elapsed, evaluations } = await read(page);
  assert.equal(evaluations, 848);
  assert.ok(pictures <= elapsed / 500 + 3, `${pictures} pictures in ${elapsed} ms`);
});

test('what goes wrong is said on the page', async (t) => {
  const page = await openPage(t, '/demo/', { expected: [/./] });
  await page.route('**/*.wasm', (route) => route.abort());
  await page.reload();
  await page.locator('#problem:visible').waitFor();
  assert.match((await page.locator('#problem').textContent()) ?? '', /^Something went wrong\. \w+/);
  await arrive(page, 'failed');
});

test('nothing sticks out at the side, from the smallest phone to a wide screen', async (t) => {
  const page = await openDemo(t, 'delay=0&autostart&factor=0');
  await page.getByRole('button', { name: 'Run all cells' }).click();
  await page.locator('[data-cell=again][data-state=finished]').waitFor();
  for (const width of [320, 360, 480, 600, 768, 961, 1024, 1152, 1249, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
  }
});

for (const [size, viewport] of /** @type {const} */ ([
  ['desktop', { width: 1280, height: 800 }],
  ['phone', { width: 390, height: 844 }],
])) {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    test(`it fits a ${size} and can be read in the ${colorScheme}`, async (t) => {
      const page = await openDemo(t, 'delay=15&autostart&factor=0.02', { viewport, colorScheme });
      await reach(page, 150);
      await screenshot(page, `demo-${size}-${colorScheme}-running`);
      const summaries = await page.locator('summary').all();
      for (const summary of summaries) await summary.click();
      await page.getByRole('button', { name: 'Run all cells' }).click();
      await page.locator('[data-cell=again][data-state=finished]').waitFor();
      await set(page, '#delay', 0);
      await arrive(page, 'finished');
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
      assert.deepEqual(await page.evaluate(faintTexts), []);
      for (const summary of summaries) await summary.click();
      await page.evaluate(() => scrollTo(0, 0));
      await screenshot(page, `demo-${size}-${colorScheme}-finished`);
      await page.locator('#notebook').scrollIntoViewIfNeeded();
      await page.locator('[data-cell=graph]').scrollIntoViewIfNeeded();
      await screenshot(page, `demo-${size}-${colorScheme}-notebook`);
    });
  }
}

/**
 * @param {import('node:test').TestContext} t
 * @param {string} parameters
 * @param {import('./harness.js').PageOptions} [options]
 */
async function openDemo(t, parameters, options) {
  const page = await openPage(t, `/demo/?${parameters}`, options);
  await page.locator('#run-all:enabled').waitFor();
  return page;
}

/** How the search is, as the page says. @param {Page} page */
async function read(page) {
  const data = await page.locator('#search').evaluate((section) => ({ ...section.dataset }));
  return {
    state: data.state,
    point: data.point,
    best: Number(data.best),
    evaluations: Number(data.evaluations),
    inFlight: Number(data.inFlight),
    elapsed: Number(data.elapsed),
    rate: Number(data.rate),
  };
}

/** Waits until so many evaluations have been made. @param {Page} page @param {number} evaluations */
async function reach(page, evaluations) {
  await page.waitForFunction(
    (wanted) => Number(document.getElementById('search')?.dataset.evaluations) >= wanted,
    evaluations,
  );
}

/** Waits until the search is in this state. @param {Page} page @param {string} state */
async function arrive(page, state) {
  await page.locator(`#search[data-state=${state}]`).waitFor();
}

/** Waits until no worker has anything to do. @param {Page} page */
async function idle(page) {
  await page.waitForFunction(() => {
    const { client } = /** @type {any} */ (globalThis).demo;
    return Object.values(client.processing()).every((/** @type {any} */ keys) => keys.length === 0);
  });
}

/** Moves a slider, or fills a field, as a person does. @param {Page} page @param {string} input @param {number | string} value */
async function set(page, input, value) {
  await page.locator(input).fill(String(value));
}

/**
 * Runs a cell to its end; returns what its first future was when it was first shown.
 * @param {Page} page
 * @param {string} name
 */
async function runCell(page, name) {
  const first = await page.locator(`[data-cell=${name}]`).evaluate((cell) => {
    const outputs = /** @type {HTMLElement} */ (cell.querySelector('.outputs'));
    return new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        const future = /** @type {HTMLElement | null} */ (outputs.querySelector('.future'));
        if (future) resolve(future.dataset.status);
      });
      observer.observe(outputs, { childList: true, subtree: true });
      /** @type {HTMLButtonElement} */ (cell.querySelector('.run')).click();
    });
  });
  await page.locator(`[data-cell=${name}][data-state=finished]`).waitFor();
  return first;
}

/** On the page: starts a search and counts its different pictures until it ends. @returns {Promise<number>} */
function picturesOfASearch() {
  const pictures = new Set();
  const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById('overlay'));
  /** @type {HTMLButtonElement} */ (document.getElementById('start')).click();
  return new Promise((resolve) => {
    const look = () => {
      const { state } = /** @type {HTMLElement} */ (document.getElementById('search')).dataset;
      if (state !== 'running') return resolve(pictures.size);
      pictures.add(canvas.toDataURL());
      requestAnimationFrame(look);
    };
    look();
  });
}

/** On the page: the texts whose contrast to what is behind them is below 4.5. */
function faintTexts() {
  /** @param {string} color @returns {number[]} */
  const channels = (color) => {
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(1, 1).getContext('2d'));
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  /** @param {number[]} color */
  const luminance = (color) => {
    const [r, g, b] = color.map((byte) => {
      const part = byte / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  /** @param {Element | null} element @returns {number[]} */
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const color = channels(getComputedStyle(element).backgroundColor);
    return color[3] === 255 ? color : behind(element.parentElement);
  };
  const faint = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    if (!own || !element.checkVisibility() || element.closest('template, noscript, script, :disabled')) continue;
    const [a, b] = [channels(getComputedStyle(element).color), behind(element)].map(luminance).sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) faint.push(`${contrast.toFixed(2)}: ${element.textContent?.slice(0, 40)}`);
  }
  return faint;
}
