// Results from other workers, over a port to each: one message asks, one answers, whatever the number of tasks that wait.

/**
 * @typedef {object} Waiting
 * @property {(value: unknown) => void} take
 * @property {(error: unknown) => void} fail Gets an encoded error.
 */

export class Peers {
  /** @type {Map<number, MessagePort>} */
  #ports = new Map();
  /** @type {Map<number, Waiting[]>} */
  #waiting = new Map();
  #answer;

  /** @param {(run: number) => { value: unknown } | { error: unknown }} answer What this worker can give to another. */
  constructor(answer) {
    this.#answer = answer;
  }

  /**
   * @param {number} worker
   * @param {MessagePort} port
   */
  connect(worker, port) {
    this.#ports.set(worker, port);
    port.onmessage = ({ data: [run, reply] }) => {
      if (reply === undefined) this.#reply(port, run);
      else this.#settle(run, reply);
    };
  }

  /**
   * Fetches a result once, however many wait for it.
   * @param {number} worker
   * @param {number} run
   * @param {Waiting} waiting
   */
  fetch(worker, run, waiting) {
    const others = this.#waiting.get(run);
    if (others) {
      others.push(waiting);
      return;
    }
    this.#waiting.set(run, [waiting]);
    /** @type {MessagePort} */ (this.#ports.get(worker)).postMessage([run]);
  }

  /**
   * @param {MessagePort} port
   * @param {number} run
   */
  #reply(port, run) {
    const answer = this.#answer(run);
    try {
      port.postMessage([run, answer]);
    } catch (error) {
      port.postMessage([run, { error: { name: 'DataCloneError', message: String(error), isError: true } }]);
    }
  }

  /**
   * @param {number} run
   * @param {{ value: unknown } | { error: unknown }} reply
   */
  #settle(run, reply) {
    const waiting = this.#waiting.get(run) ?? [];
    this.#waiting.delete(run);
    for (const one of waiting) {
      if ('error' in reply) one.fail(reply.error);
      else one.take(reply.value);
    }
  }
}
