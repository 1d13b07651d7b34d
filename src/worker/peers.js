// Results from other workers, over a port to each: one message asks, one answers, whatever the number of tasks that wait.

import { encodeError } from '../errors-wire.js';

/**
 * @typedef {object} Waiting
 * @property {(value: unknown) => void} take
 * @property {(error: unknown) => void} fail Gets an encoded error.
 */

/**
 * @typedef {object} Peer
 * @property {MessagePort} port
 * @property {Map<number, Waiting[]>} waiting By the run whose result was asked for there.
 */

export class Peers {
  /** @type {Map<number, Peer>} */
  #peers = new Map();
  /** Workers that asked for a result before its data came here. @type {Map<number, MessagePort[]>} */
  #early = new Map();
  #answer;

  /**
   * @param {(run: number) => { value: unknown } | { error: unknown } | undefined} answer What this worker can give to
   *   another; undefined if it is still to come.
   */
  constructor(answer) {
    this.#answer = answer;
  }

  /**
   * @param {number} worker
   * @param {MessagePort} port
   */
  connect(worker, port) {
    /** @type {Peer} */
    const peer = { port, waiting: new Map() };
    this.#peers.set(worker, peer);
    port.onmessage = ({ data }) => {
      // What is nested too deep for the stack here: Chromium delivers null.
      if (!data) return unreadable(peer);
      const [run, reply] = data;
      if (reply === undefined) this.#reply(port, run);
      else settle(peer, run, reply);
    };
    port.onmessageerror = () => unreadable(peer);
  }

  /**
   * Fetches a result once, however many wait for it.
   * @param {number} worker
   * @param {number} run
   * @param {Waiting} waiting
   */
  fetch(worker, run, waiting) {
    const peer = /** @type {Peer} */ (this.#peers.get(worker));
    const others = peer.waiting.get(run);
    if (others) {
      others.push(waiting);
    } else {
      peer.waiting.set(run, [waiting]);
      peer.port.postMessage([run]);
    }
  }

  /**
   * A result is here now: answers those who asked too early.
   * @param {number} run
   */
  arrived(run) {
    const ports = this.#early.get(run);
    if (!ports) return;
    this.#early.delete(run);
    for (const port of ports) this.#reply(port, run);
  }

  /**
   * @param {MessagePort} port
   * @param {number} run
   */
  #reply(port, run) {
    const answer = this.#answer(run);
    if (!answer) {
      this.#early.set(run, [...(this.#early.get(run) ?? []), port]);
      return;
    }
    try {
      port.postMessage([run, answer]);
    } catch (error) {
      port.postMessage([run, { error: encodeError(error) }]);
    }
  }
}

/**
 * @param {Peer} peer
 * @param {number} run
 * @param {{ value: unknown } | { error: unknown }} reply
 */
function settle(peer, run, reply) {
  const waiting = peer.waiting.get(run) ?? [];
  peer.waiting.delete(run);
  for (const one of waiting) {
    if ('error' in reply) one.fail(reply.error);
    else one.take(reply.value);
  }
}

/**
 * A reply came that cannot be read, and does not say which: whoever waits for one from there is told.
 * @param {Peer} peer
 */
function unreadable(peer) {
  const error = encodeError(
    new Error('a result of another worker could not be read: it is nested too deep, or too large'),
  );
  for (const run of [...peer.waiting.keys()]) settle(peer, run, { error });
}
