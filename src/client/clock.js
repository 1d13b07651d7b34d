// Timers as far away as one likes, those that one wants again and again, the end of a turn, and the driver's alarm clock.

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

const settled = Promise.resolve();

/**
 * Calls back two microtasks later: `await client.submit(…)` has said by then that it wants the value, so that it travels with the
 * report. Reactions of a promise are it because `queueMicrotask` leaves the engine for the page's bindings, which takes Chromium
 * twenty times as long.
 * @param {() => void} call
 */
export function endTurn(call) {
  settled.then(() => settled.then(call));
}

/** Rings at one time, the one that was set last. */
export class Clock {
  #callOff = () => {};
  /** Whether its time has come, and reports of what is done that have come are read before it rings. */
  #due = false;
  #turn;

  /** @param {() => void} ring */
  constructor(ring) {
    this.#turn = new Turn(() => {
      if (!this.#due) return;
      this.#due = false;
      ring();
    });
  }

  /** @param {number} at in milliseconds, as `performance.now()` tells it */
  set(at) {
    this.stop();
    this.#callOff = callAt(at, () => {
      this.#due = true;
      this.#turn.want();
    });
  }

  stop() {
    this.#callOff();
    this.#due = false;
  }
}

/** Calls back when messages that have come by now have been heard, once for all that have wanted it until then. */
export class Turn {
  #call;
  #wanted = false;
  /** @type {MessageChannel | undefined} */
  #channel;

  /** @param {() => void} call */
  constructor(call) {
    this.#call = call;
  }

  want() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#channel ??= this.#open();
    // To itself, behind the others.
    this.#channel.port2.postMessage(0);
  }

  #open() {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      this.#wanted = false;
      this.#call();
    };
    return channel;
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
