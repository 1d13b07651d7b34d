// Workers that the engine wants to be watched: they are asked for a sign of life again and again, and it is told of their silence.

/** Milliseconds between two looks. */
const BEAT = 250;

export class Watch {
  /** Looks in a row without an answer, by worker. @type {Map<number, number>} */
  #silent = new Map();
  /** Those that are watched as long as they live. @type {Set<number>} */
  #always = new Set();
  #ask;
  #tell;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {(worker: number) => Promise<unknown>} ask Resolves when the worker answers.
   * @param {(worker: number, silence: number) => void} tell
   */
  constructor(ask, tell) {
    this.#ask = ask;
    this.#tell = tell;
  }

  /**
   * @param {number} worker
   * @param {boolean} [always] Until it is forgotten.
   */
  begin(worker, always = false) {
    if (always) this.#always.add(worker);
    if (this.#silent.has(worker)) return;
    this.#question(worker);
    this.#timer ??= setInterval(() => this.#look(), BEAT);
  }

  /** @param {number} worker */
  end(worker) {
    if (this.#always.has(worker)) return;
    this.#silent.delete(worker);
    if (this.#silent.size || this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** It is gone. @param {number} worker */
  forget(worker) {
    this.#always.delete(worker);
    this.end(worker);
  }

  stop() {
    for (const worker of [...this.#silent.keys()]) this.forget(worker);
  }

  #look() {
    for (const [worker, looks] of this.#silent) {
      if (looks < 0) {
        this.#question(worker);
        continue;
      }
      // Counted by looks: a page that was frozen has heard nobody, and looks once for all that time.
      this.#silent.set(worker, looks + 1);
      this.#tell(worker, (looks + 1) * BEAT);
    }
  }

  /** @param {number} worker */
  #question(worker) {
    this.#silent.set(worker, 0);
    this.#ask(worker).then(() => {
      // Below 0: it has answered.
      if (this.#silent.has(worker)) this.#silent.set(worker, -1);
    });
  }
}
