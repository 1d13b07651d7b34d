// Starts the page: the client, the search, the notebook. What goes wrong on the way is shown on the page, so this file
// imports nothing before it runs.

//
// For tests and benches: the address takes `?workers=4&delay=100&seed=1&factor=1&autostart`, and `#search` says how the
// search is in its data attributes: state (loading, ready, running, paused, stopped, finished, failed), evaluations,
// best (score), point, inFlight, elapsed (milliseconds of running) and rate (evaluations a second: of the last second,
// or of the whole run once it has ended). A cell says its state (ready, running, finished, error) in the same way.
// `demo.client` is the client of the page.

/// <reference path="./glue.d.ts" />

const problem = /** @type {HTMLElement} */ (document.getElementById('problem'));

addEventListener('error', (event) => show(event.error ?? event.message));
addEventListener('unhandledrejection', (event) => show(event.reason));

try {
  if (typeof WebAssembly !== 'object' || typeof Worker !== 'function') {
    throw new Error('This browser has no WebAssembly or no Web Workers, and this page is made of both.');
  }
  const setup = await import('./setup.js');
  await setup.client.ready;
  const { listing, mountSearch } = await import('./pkg/webfutures_www.js');
  const { mountNotebook } = await import('./notebook.js');
  const { highlight } = await import('./highlight.js');
  mountNotebook(setup, await mountSearch(setup.client));
  Object.assign(globalThis, { demo: { client: setup.client } });
  facts();
  const code = /** @type {HTMLElement} */ (document.getElementById('listing'));
  code.textContent = listing();
  highlight(code);
} catch (error) {
  show(error);
  const search = /** @type {HTMLElement} */ (document.getElementById('search'));
  search.dataset.state = 'failed';
  /** @type {HTMLElement} */ (document.getElementById('state')).textContent = 'failed';
}

/**
 * Shows what went wrong, the first thing only: the rest usually follows from it.
 * @param {unknown} error
 */
function show(error) {
  if (!problem.hidden) return;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  problem.textContent = `Something went wrong. ${text}`;
  problem.hidden = false;
}

/**
 * Says what this page has to compute with.
 */
function facts() {
  const isolated = crossOriginIsolated ? 'is' : 'is not';
  const node = /** @type {HTMLElement} */ (document.getElementById('facts'));
  node.textContent = `This browser reports ${navigator.hardwareConcurrency} processor threads; the page ${isolated} cross-origin isolated.`;
}

export {};
