// A future as it is now: its text, which the page looks up in every frame until it is settled.

/** @typedef {import('webfutures').Future<unknown>} Future */

/** Shows one future. */
export class FutureView {
  /** What to put on the page. */
  node = document.createElement('span');
  /**
   * Resolves when the future is settled and shown so, whether it went well or not.
   * @type {Promise<void>}
   */
  settled;
  #future;
  #small;
  #released = false;

  /**
   * @param {Future} future
   * @param {boolean} small shows a sign only, and the text on hovering
   */
  constructor(future, small) {
    this.#future = future;
    this.#small = small;
    this.node.className = small ? 'future small' : 'future';
    this.#look();
    this.settled = future.exception().then(
      () => this.#show(),
      () => this.#show(),
    );
  }

  /** Lets go of the future; the view stays as it is. */
  release() {
    if (this.#released) return;
    this.#released = true;
    this.#future.release();
  }

  #look() {
    if (this.#released) return;
    this.#show();
    if (!this.#future.done()) requestAnimationFrame(() => this.#look());
  }

  #show() {
    if (this.#released) return;
    const text = String(this.#future);
    if (text === this.node.title) return;
    this.node.title = text;
    this.node.dataset.status = this.#future.status;
    this.node.textContent = this.#small ? '' : text.replace(/(-[0-9a-f]{8})[0-9a-f]+(?=>$)/, '$1…');
    if (this.#small) this.node.setAttribute('aria-label', text);
  }
}

/**
 * The element with this id, which must be of this class.
 * @template {Element} E
 * @param {string} id
 * @param {new () => E} type
 * @returns {E}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`The page has no ${type.name} #${id}`);
  return found;
}
