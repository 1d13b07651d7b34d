// The notebook's cells: each runs the code it shows, and displays futures as they are, until they are settled.

import { highlight } from './highlight.js';
import { element, FutureView } from './future-view.js';

/** @typedef {Record<string, unknown>} Names what the code of a cell may use, by name */

/** @type {new (...parameters: string[]) => (...values: unknown[]) => Promise<unknown>} */
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

/**
 * Makes the cells run.
 * @param {Names} names
 * @param {() => void} onRun told whenever a cell begins to run
 */
export function mountNotebook(names, onRun) {
  const factor = mountFactor();
  const cells = [...document.querySelectorAll('.cell')].map(
    (node) => new Cell(/** @type {HTMLElement} */ (node), names, factor, onRun),
  );
  const runAll = element('run-all', HTMLButtonElement);
  runAll.disabled = false;
  runAll.addEventListener('click', async () => {
    if (runAll.ariaDisabled) return;
    // Not `disabled`, which would take the keyboard's focus away.
    runAll.ariaDisabled = 'true';
    for (const cell of cells) await cell.run();
    runAll.ariaDisabled = null;
  });
  for (const code of document.querySelectorAll('code[data-file]')) showFile(/** @type {HTMLElement} */ (code));
}

/** The slider by which all sleeping is multiplied. Returns a function that reads it. */
function mountFactor() {
  const slider = element('factor', HTMLInputElement);
  const value = element('factor-value', HTMLOutputElement);
  const asked = new URLSearchParams(location.search).get('factor');
  if (asked !== null) slider.value = asked;
  const show = () => {
    value.value = slider.value;
  };
  slider.addEventListener('input', show);
  show();
  return () => slider.valueAsNumber;
}

/**
 * Fills a code element with the text of the file it names.
 * @param {HTMLElement} code
 */
async function showFile(code) {
  const response = await fetch(code.dataset.file ?? '');
  code.textContent = (await response.text()).trimEnd();
  highlight(code);
}

/** One cell: its code, its button, and what the code displays. */
class Cell {
  #node;
  #code;
  #names;
  #factor;
  #onRun;
  #button;
  #elapsed;
  #outputs;
  #value;
  /** @type {FutureView[]} */
  #views = [];
  /** Whether futures are shown as signs: once there are many of them. */
  #small = false;

  /**
   * @param {HTMLElement} node
   * @param {Names} names
   * @param {() => number} factor
   * @param {() => void} onRun
   */
  constructor(node, names, factor, onRun) {
    this.#node = node;
    this.#names = names;
    this.#factor = factor;
    this.#onRun = onRun;
    this.#code = /** @type {HTMLElement} */ (node.querySelector('pre code'));
    highlight(this.#code);
    this.#code.tabIndex = 0;

    const side = document.createElement('div');
    side.className = 'cell-side';
    side.append(element('cell-parts', HTMLTemplateElement).content.cloneNode(true));
    this.#button = /** @type {HTMLButtonElement} */ (side.querySelector('.run'));
    this.#elapsed = /** @type {HTMLElement} */ (side.querySelector('.elapsed'));
    this.#outputs = /** @type {HTMLElement} */ (side.querySelector('.outputs'));
    this.#value = /** @type {HTMLElement} */ (side.querySelector('.value'));
    node.append(side);

    this.#button.setAttribute('aria-label', `Run: ${node.querySelector('h3')?.textContent}`);
    this.#button.disabled = false;
    this.#button.addEventListener('click', () => this.run());
    node.dataset.state = 'ready';
  }

  /** Runs the cell's code; what it displayed before is released first, so that the work is done anew. */
  async run() {
    if (this.#node.dataset.state === 'running') return;
    for (const view of this.#views.splice(0)) view.release();
    this.#small = false;
    this.#outputs.replaceChildren();
    this.#outputs.hidden = false;
    this.#value.className = 'value';
    this.#value.textContent = '';
    this.#elapsed.textContent = 'running …';
    this.#button.ariaDisabled = 'true';
    this.#node.dataset.state = 'running';
    this.#onRun();
    // What was released goes at the end of this turn: an equal call in the same turn would still find it.
    await new Promise((later) => setTimeout(later));

    const start = performance.now();
    let state = 'finished';
    try {
      const value = await this.#execute();
      if (value !== undefined) this.#value.textContent = `→ ${JSON.stringify(value)}`;
      await Promise.all(this.#views.map((view) => view.settled));
    } catch (error) {
      state = 'error';
      this.#value.classList.add('error');
      this.#value.textContent = String(error);
    }
    this.#elapsed.textContent = `${((performance.now() - start) / 1000).toFixed(2)} s`;
    this.#button.ariaDisabled = null;
    this.#node.dataset.state = state;
  }

  /** The text of the cell as the body of an async function, with the names that it may use. */
  #execute() {
    /** @type {Names} */
    const names = {
      ...this.#names,
      factor: this.#factor(),
      display: (/** @type {unknown[]} */ ...things) => this.#display(things),
      print: (/** @type {unknown[]} */ ...things) => this.#print(things.join(' ')),
      since: (/** @type {number} */ start) => `${(performance.now() - start).toFixed(2)} ms`,
    };
    const source = this.#code.textContent ?? '';
    return new AsyncFunction(...Object.keys(names), source)(...Object.values(names));
  }

  /** @param {unknown[]} things futures, arrays of them, or elements */
  #display(things) {
    const group = document.createElement('div');
    group.className = 'group';
    this.#small ||= things.flat().length > 4;
    for (const thing of things.flat()) {
      if (thing instanceof HTMLElement) {
        group.append(thing);
        continue;
      }
      const view = new FutureView(/** @type {import('./future-view.js').Future} */ (thing), this.#small);
      this.#views.push(view);
      group.append(view.node);
    }
    this.#outputs.append(group);
  }

  /** @param {string} text */
  #print(text) {
    const line = document.createElement('p');
    line.className = 'line';
    line.textContent = text;
    this.#outputs.append(line);
  }
}
