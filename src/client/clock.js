// Timers as far away as one likes, those that one wants again and again, and the driver's alarm clock.

/** Milliseconds beyond which browsers would fire a timer at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Calls back at a time.
 * @param {number} at in milliseconds, as `performance.now()` tells it; Infinity is never
 * @param {() => void} call
 * @returns {() => void} calls it off
 */
export function callAt(at, call) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const wait = () => {
    const left = at - performance.now();
    if (left > LONGEST_TIMER) timer = setTimeout(wait, LONGEST_TIMER);
    else timer = setTimeout(call, Math.max(0, left));
  };
  if (at < Number.POSITIVE_INFINITY) wait();
  return () => clearTimeout(timer);
}

/** Rings at one time, the one that was set last. */
export class Clock {
  #ring;
  #callOff = () => {};
  /** Counts what was set: what rings late for an earlier time is not heard. */
  #set = 0;
  /** @type {MessageChannel | undefined} */
  #turn;

  /** @param {() => void} ring */
  constructor(ring) {
    this.#ring = ring;
  }

  /** @param {number} at in milliseconds, as `performance.now()` tells it */
  set(at) {
    this.stop();
    const set = this.#set;
    this.#callOff = callAt(at, () => {
      // By a message to itself: messages that have come before it, such as reports of what is done, are read first.
      this.#turn ??= this.#listen();
      this.#turn.port2.postMessage(set);
    });
  }

  stop() {
    this.#callOff();
    this.#set++;
  }

  #listen() {
    const turn = new MessageChannel();
    turn.port1.onmessage = ({ data }) => {
      if (data === this.#set) this.#ring();
    };
    return turn;
  }
}

/** Calls back a while later, once for all that have wanted it until then. */
export class Later {
  #delay;
  #wanted = false;
  /** Made once: it is wanted with every task. */
  #ring;

  /**
   * @param {() => void} call
   * @param {number} delay in milliseconds
   */
  constructor(call, delay) {
    this.#delay = delay;
    this.#ring = () => {
      this.#wanted = false;
      call();
    };
  }

  want() {
    if (this.#wanted) return;
    this.#wanted = true;
    setTimeout(this.#ring, this.#delay);
  }
}
