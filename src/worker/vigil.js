// Keeps a worker awake for a moment after it ran dry: an engine that has gone to sleep takes longer to wake than a short task takes.

/** Milliseconds after its last report for which a worker stays awake, if orders have been coming so soon. */
const AWAKE = 0.2;

export class Vigil {
  /** Whether the last task was all that the pool had under way: more workers that stay awake than processors would be in the way. */
  lone = false;
  /** Whether the last message came soon after this worker had run dry: then the next one may, too. */
  #soon = false;
  /** Whether it keeps itself awake. */
  #awake = false;
  #reported;

  /** @param {() => number} reported When the worker reported last. */
  constructor(reported) {
    this.#reported = reported;
  }

  /** A message has come. */
  called() {
    this.#soon = performance.now() - this.#reported() < AWAKE;
  }

  /** There is nothing to do: lets messages in, again and again, for a while. */
  keep() {
    if (!this.lone || !this.#soon || this.#awake) return;
    const { scheduler } = /** @type {any} */ (globalThis);
    if (!scheduler?.postTask) return;
    this.#awake = true;
    const hop = () => {
      this.#awake = performance.now() - this.#reported() < AWAKE;
      if (this.#awake) scheduler.postTask(hop);
    };
    scheduler.postTask(hop);
  }
}
