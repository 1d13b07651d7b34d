// Results from other workers, over a port to each: one message asks, one answers, whatever the number of tasks that wait. What is
// small goes together with all else that is said in the same turn.

import { carry } from '../carrying.js';
import { encodeError } from '../errors-wire.js';
import { isSmall, Parcel, several } from './parcel.js';

/**
 * @typedef {object} Waiting
 * @property {(value: unknown) => void} take
 * @property {(error: unknown) => void} fail Gets an encoded error.
 * @property {() => void} missing The worker that was asked has not got it, or is gone.
 */

/**
 * @typedef {object} Peer
 * @property {MessagePort} port
 * @property {Parcel} parcel
 * @property {Map<number, Waiting[]>} waiting By the run whose result was asked for there.
 * @property {Set<number>} expected Runs whose results come from there without having been asked for.
 * @property {Map<number, Reply>} early Replies that came before they were expected.
 */

/** @typedef {{ value: unknown } | { error: unknown } | { missing: true }} Reply */

/**
 * What this worker can give to another: a value, with the buffer that is moved rather than copied; the worker that has taken
 * it away; or word that it is missing. Nothing if it is still to come.
 * @typedef {{ value: unknown, moved?: ArrayBuffer } | { taker: number } | { missing: true } | undefined} Answer
 */

export class Peers {
  /** @type {Map<number, Peer>} */
  #peers = new Map();
  /** Workers that asked for a result before its data came here. @type {Map<number, { worker: number, task: number, takes: boolean, ordered: boolean }[]>} */
  #early = new Map();
  /** Those with something in their parcels. @type {Peer[]} */
  #packed = [];
  #answer;
  #given;
  #lost;
  #together;

  /**
   * @param {(task: number, run: number, takes: boolean) => Answer} answer
   * @param {(run: number, worker: number) => void} given A result was moved to that worker.
   * @param {(task: number, run: number) => void} lost A result was moved to a worker that is gone.
   * @param {(hear: () => void) => void} together Hears several things before anything is done about them.
   */
  constructor(answer, given, lost, together) {
    this.#lost = lost;
    this.#together = together;
    this.#answer = answer;
    this.#given = given;
  }

  /**
   * @param {number} worker
   * @param {MessagePort} port
   */
  connect(worker, port) {
    /** @type {Peer} */
    const peer = { port, parcel: new Parcel(port), waiting: new Map(), expected: new Set(), early: new Map() };
    this.#peers.set(worker, peer);
    port.onmessage = ({ data }) => {
      // What is nested too deep for the stack here: Chromium delivers null.
      if (!data) return unreadable(peer);
      const items = several(data);
      if (!items) return this.#hear(worker, peer, data);
      this.#together(() => {
        for (const item of items) this.#hear(worker, peer, item);
        this.flush();
      });
    };
    port.onmessageerror = () => unreadable(peer);
  }

  /**
   * A question has a task and more behind it, a reply whether the page had asked.
   * @param {number} worker
   * @param {Peer} peer
   * @param {any[]} said
   */
  #hear(worker, peer, [run, reply, task, takes]) {
    if (reply === undefined) this.#reply(worker, task, run, takes, false);
    else if (task === true) receive(peer, run, reply);
    else settle(peer, run, reply);
  }

  /** Sends what is to go together. */
  flush() {
    for (const { parcel } of this.#packed) parcel.send();
    this.#packed = [];
  }

  /**
   * Says something small, at the end of this turn unless `flush` is called.
   * @param {Peer} peer
   * @param {unknown[]} item
   */
  #say(peer, item) {
    if (!peer.parcel.add(item)) return;
    if (this.#packed.push(peer) === 1) queueMicrotask(() => this.flush());
  }

  /**
   * Fetches a result once, however many wait for it.
   * @param {number} worker
   * @param {number} task
   * @param {number} run
   * @param {boolean} takes Whether that worker need not keep it.
   * @param {Waiting} waiting
   */
  fetch(worker, task, run, takes, waiting) {
    const peer = this.#peers.get(worker);
    // Not before who asks has written down that it waits.
    if (!peer) return queueMicrotask(() => waiting.missing());
    const others = peer.waiting.get(run);
    if (others) return others.push(waiting);
    peer.waiting.set(run, [waiting]);
    const reply = peer.early.get(run);
    if (reply) queueMicrotask(() => settle(peer, run, reply));
    else if (!peer.expected.has(run)) this.#say(peer, [run, undefined, task, takes]);
  }

  /**
   * The page has asked a worker on this one's behalf: its reply may be here, or will come.
   * @param {number} worker
   * @param {number} run
   */
  expect(worker, run) {
    const peer = this.#peers.get(worker);
    if (!peer) return;
    if (!peer.early.has(run)) peer.expected.add(run);
    // Kept for whoever fetches it in this turn.
    else queueMicrotask(() => peer.early.delete(run));
  }

  /**
   * A worker is dead: nobody waits for it any more.
   * @param {number} worker
   */
  gone(worker) {
    const peer = this.#peers.get(worker);
    if (!peer) return;
    this.#peers.delete(worker);
    peer.port.close();
    for (const run of [...peer.waiting.keys()]) settle(peer, run, { missing: true });
  }

  /**
   * A result is here now: answers those who asked too early.
   * @param {number} run
   */
  arrived(run) {
    const asked = this.#early.get(run);
    if (!asked) return;
    this.#early.delete(run);
    for (const { worker, task, takes, ordered } of asked) this.#reply(worker, task, run, takes, ordered);
  }

  /**
   * The page asks on another worker's behalf.
   * @param {number} worker
   * @param {number} task
   * @param {number} run
   * @param {boolean} takes
   */
  asked(worker, task, run, takes) {
    this.#reply(worker, task, run, takes, true);
  }

  /**
   * @param {number} worker
   * @param {number} task
   * @param {number} run
   * @param {boolean} takes
   * @param {boolean} ordered Whether the page asked, not the worker.
   */
  #reply(worker, task, run, takes, ordered) {
    const peer = this.#peers.get(worker);
    if (!peer) return;
    const answer = this.#answer(task, run, takes);
    if (!answer) {
      this.#early.set(run, [...(this.#early.get(run) ?? []), { worker, task, takes, ordered }]);
    } else if ('taker' in answer) {
      this.fetch(answer.taker, task, run, false, {
        take: (value) => this.#send(peer, run, { value }, ordered),
        fail: (error) => this.#send(peer, run, { error }, ordered),
        missing: () => {
          this.#lost(task, run);
          this.#send(peer, run, { missing: true }, ordered);
        },
      });
    } else if ('moved' in answer && answer.moved) {
      peer.port.postMessage([run, { value: answer.value }, ordered], [answer.moved]);
      this.#given(run, worker);
    } else {
      this.#send(peer, run, answer, ordered);
    }
  }

  /**
   * @param {Peer} peer
   * @param {number} run
   * @param {Reply} reply
   * @param {boolean} ordered
   */
  #send(peer, run, reply, ordered) {
    if ('missing' in reply || ('value' in reply && isSmall(reply.value))) {
      return this.#say(peer, [run, reply, ordered]);
    }
    /** @type {Transferable[]} */
    const transfer = [];
    if ('value' in reply) {
      const values = [reply.value];
      carry(values, transfer);
      [reply.value] = values;
    }
    try {
      peer.port.postMessage([run, reply, ordered], transfer);
    } catch (error) {
      peer.port.postMessage([run, { error: encodeError(error) }, ordered]);
    }
  }
}

/**
 * A reply has come to what the page asked, perhaps before this worker has heard of that.
 * @param {Peer} peer
 * @param {number} run
 * @param {Reply} reply
 */
function receive(peer, run, reply) {
  if (peer.expected.delete(run)) settle(peer, run, reply);
  else peer.early.set(run, reply);
}

/**
 * @param {Peer} peer
 * @param {number} run
 * @param {Reply} reply
 */
function settle(peer, run, reply) {
  const waiting = peer.waiting.get(run) ?? [];
  peer.waiting.delete(run);
  for (const one of waiting) {
    if ('missing' in reply) one.missing();
    else if ('error' in reply) one.fail(reply.error);
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
  peer.expected.clear();
  for (const run of [...peer.waiting.keys()]) settle(peer, run, { error });
}
