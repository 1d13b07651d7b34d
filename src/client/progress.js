// <webfutures-progress>: a live bar for a set of futures, a row for each name of function.

import { Future } from './future.js';
import { progressOf } from './waiting.js';

const STYLE = `
  :host { display: block; font: 14px/1.4 system-ui, sans-serif; }
  div { display: grid; grid-template-columns: 10em 1fr 8em; gap: .75em; align-items: center; }
  progress { width: 100%; accent-color: var(--webfutures-bar, #3b7dd8); }
  .erred progress { accent-color: var(--webfutures-error, #c62828); }
  output { font-variant-numeric: tabular-nums; }`;

/**
 * A live element that shows how futures stand. See index.d.ts.
 * @param {Iterable<Future<any>>} futures
 * @returns {HTMLElement}
 */
export function progress(futures) {
  const all = [...futures];
  progressOf(all);
  const element = /** @type {any} */ (document.createElement(define()));
  element.futures = all;
  return element;
}

/** Defines the element on first use, for there is no HTMLElement in a worker; returns its name. */
function define() {
  const name = 'webfutures-progress';
  if (customElements.get(name)) return name;
  customElements.define(
    name,
    class extends HTMLElement {
      /** @type {Map<string, { futures: Future<any>[], bar: HTMLProgressElement, text: HTMLOutputElement, row: HTMLElement }>} */
      #groups = new Map();
      /** @type {Future<any>[]} */
      #futures = [];
      #frame = 0;

      /** @param {Future<any>[]} futures */
      set futures(futures) {
        this.#futures = futures;
        const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(STYLE);
        root.adoptedStyleSheets = [sheet];
        root.replaceChildren();
        this.#groups.clear();
        for (const future of futures) {
          const prefix = future.key.replace(/-[^-]*$/, '');
          let group = this.#groups.get(prefix);
          if (!group) this.#groups.set(prefix, (group = { futures: [], ...line(root, prefix) }));
          group.futures.push(future);
        }
        // Redrawn at most once a frame, however many settle in it.
        for (const future of futures) Future.watch(future, { settled: () => this.#later() });
        this.#draw();
      }

      get counts() {
        return progressOf(this.#futures);
      }

      #later() {
        this.#frame ||= requestAnimationFrame(() => this.#draw());
      }

      #draw() {
        this.#frame = 0;
        for (const { futures, bar, text, row } of this.#groups.values()) {
          const { total, pending, erred } = progressOf(futures);
          bar.max = total;
          bar.value = total - pending;
          row.className = erred ? 'erred' : '';
          text.value = `${total - pending} / ${total}${erred ? `, ${erred} failed` : ''}`;
        }
        if (this.#futures.every((future) => future.done())) this.dispatchEvent(new Event('complete'));
      }
    },
  );
  return name;
}

/**
 * @param {ShadowRoot} root
 * @param {string} prefix
 */
function line(root, prefix) {
  const row = document.createElement('div');
  const label = document.createElement('span');
  const bar = document.createElement('progress');
  const text = document.createElement('output');
  label.textContent = prefix;
  bar.setAttribute('aria-label', prefix);
  row.append(label, bar, text);
  root.append(row);
  return { row, bar, text };
}
