// Keeps a worker awake for a moment after it ran dry: an engine that has gone to sleep takes longer to wake than a short task takes.
// If it shares a processor with the page, that keeps the page from giving it more: what was in vain is done less and less often.

/** Milliseconds after its last report for which a worker stays awake, if orders have been coming so soon. The clock of a page that is
 * not isolated ticks every 0.1 ms: by then that report may be as old as that. */
const AWAKE = globalThis.crossOriginIsolated ? 0.2 : 0.3;
/** How often it goes to sleep at once after it was awake in vain; each time twice as often as the last time, as far as `MOST`. */
const FEW = 4;
const MOST = 64;
/** Orders in a row that found it awake, after which the next time in vain counts as the first. */
const CALM = 8;

export class Vigil {
  /** Whether the last task was all that the pool had under way: more workers that stay awake than processors would be in the way. */
  lone = false;
  /** Whether the last message came soon after this worker had run dry: then the next one may, too. */
  #soon = false;
  /** Whether it keeps itself awake. */
  #awake = false;
  /** Whether a message has come since it ran dry. */
  #called = false;
  /** How often it went to sleep at once after it was last awake in vain, how often it still will, and what found it awake since. */
  #pause = 0;
  #left = 0;
  #met = 0;
  #reported;
  #now;
  #hop;

  /**
   * @param {() => number} reported When the worker reported last.
   * @param {() => number} [now] The clock of that.
   * @param {((again: () => void) => void) | undefined} [hop] Calls back after the messages that are there; some engines have no such thing.
   */
  constructor(reported, now = () => performance.now(), hop = afterMessages()) {
    this.#reported = reported;
    this.#now = now;
    this.#hop = hop;
  }

  /** A message has come. */
  called() {
    this.#soon = this.#isSoon();
    this.#called = true;
    if (!this.#awake || ++this.#met < CALM) return;
    this.#pause = 0;
    this.#met = 0;
  }

  /** There is nothing to do: lets messages in, again and again, for a while. */
  keep() {
    this.#called = false;
    if (!this.lone || !this.#soon || this.#awake || !this.#hop) return;
    if (this.#left > 0) {
      this.#left -= 1;
      return;
    }
    const hop = this.#hop;
    const again = () => {
      this.#awake = this.#isSoon();
      if (this.#awake) hop(again);
      else if (!this.#called) this.#wasInVain();
    };
    this.#awake = true;
    hop(again);
  }

  #isSoon() {
    return this.#now() - this.#reported() < AWAKE;
  }

  #wasInVain() {
    this.#pause = Math.min(Math.max(2 * this.#pause, FEW), MOST);
    this.#left = this.#pause;
    this.#met = 0;
  }
}

function afterMessages() {
  const { scheduler } = /** @type {any} */ (globalThis);
  return scheduler?.postTask && ((/** @type {() => void} */ again) => scheduler.postTask(again));
}
