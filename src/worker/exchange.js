// Results on their way: those that jobs and clients here need of other workers, and those that other workers and the page ask for.

import { sizeOf } from '../cloning.js';
import * as wire from '../wire.js';
import { Peers } from './peers.js';

/** @import { Job } from './jobs.js' */
/** @import { Outbox } from './outbox.js' */
/** @import { Waiting } from './peers.js' */
/** @import { Store } from './store.js' */

/**
 * Who runs the jobs.
 * @typedef {object} Listener
 * @property {(job: Job) => void} arrived One more of a job's inputs is here, or all have been asked for.
 * @property {(job: Job) => void} missing An input is nowhere: the job is to be run when that has been made again.
 * @property {(job: Job, error: unknown) => void} failed An input cannot be sent, or not be read.
 * @property {() => Job[]} jobs Those that have not ended, and may have inputs.
 * @property {() => void} work There may be something to run, or to report.
 * @property {(hear: () => void) => void} together Hears several things before any work.
 */

export class Exchange {
  /** By a port to each of the other workers. */
  peers;
  #worker;
  #store;
  #outbox;
  #listener;
  /** The greatest run that was ordered here. */
  #latest = 0;

  /**
   * @param {number} worker This one.
   * @param {Store} store
   * @param {Outbox} outbox
   * @param {Listener} listener
   */
  constructor(worker, store, outbox, listener) {
    this.#worker = worker;
    this.#store = store;
    this.#outbox = outbox;
    this.#listener = listener;
    this.peers = new Peers(
      (task, run, takes) => this.#answer(task, run, takes),
      (run, worker) => store.give(run, worker),
      (task, run) => this.#tell(wire.MISSING, task, run),
      listener.together,
    );
  }

  /** A run is to be made here. @param {number} run */
  expect(run) {
    this.#latest = Math.max(this.#latest, run);
  }

  /** Data comes from the page. @param {number} run @param {unknown} data */
  put(run, data) {
    this.expect(run);
    this.#store.put(run, data, sizeOf(data));
    this.peers.arrived(run);
  }

  /**
   * Finds the inputs of a job: those held here at once, the others from the workers that hold them.
   * @param {Job} job
   * @param {import('../words.js').Message} words
   * @param {number} at Where its dependencies begin.
   * @param {boolean} asked Whether those have been asked.
   */
  supply(job, words, at, asked) {
    for (let i = 0; i < job.inputs.length; i++, at += wire.DEP_WORDS) {
      const task = words[at];
      const run = words[at + 1];
      job.positions[i] = words[at + 3];
      const takes = words[at + 2] < 0;
      const from = takes ? -1 - words[at + 2] : words[at + 2];
      if (asked) this.peers.expect(from, run);
      if (this.#store.has(run)) {
        job.inputs[i] = this.#store.get(run);
        if (takes && from === this.#worker) (job.usedUp ??= []).push(run);
        continue;
      }
      job.missing++;
      const taker = this.#store.taker(run);
      this.peers.fetch(taker ?? from, task, run, takes, {
        take: (value) => {
          this.#keep(task, run, value);
          job.inputs[i] = this.#store.get(run);
          this.#listener.arrived(job);
          this.#listener.work();
        },
        missing: () => {
          // What the page takes for lying here: it may have come to the page itself.
          if (taker !== undefined || from === this.#worker) this.#outbox.write(wire.MISSING, task, run);
          this.#listener.missing(job);
        },
        fail: (error) => this.#listener.failed(job, error),
      });
    }
  }

  /**
   * Gets a copy that no job here has asked for.
   * @param {number} task
   * @param {number} run
   * @param {number} holder
   */
  copy(task, run, holder) {
    if (this.#store.has(run)) return;
    this.peers.fetch(holder, task, run, false, {
      take: (value) => {
        this.#keep(task, run, value);
        this.#listener.work();
      },
      // The page is told by the holder, or by its death.
      missing: () => {},
      fail: () => this.#tell(wire.UNFETCHED, task, run),
    });
  }

  /**
   * Gets a result for a client here.
   * @param {number} task
   * @param {number} run
   * @param {number} holder
   * @param {Waiting} waiting
   */
  obtain(task, run, holder, waiting) {
    if (this.#store.has(run)) return waiting.take(this.#store.get(run));
    const from = this.#store.taker(run) ?? holder;
    if (from !== this.#worker) {
      this.peers.fetch(from, task, run, false, waiting);
      return this.peers.flush();
    }
    this.#tell(wire.MISSING, task, run);
    waiting.missing();
  }

  /**
   * Sends the page a result, which another worker may have taken away.
   * @param {number} task
   * @param {number} run
   * @param {boolean} takes Whether it need not stay here.
   */
  send(task, run, takes) {
    const add = (
      /** @type {number} */ kind,
      /** @type {unknown} */ value,
      /** @type {ArrayBuffer | undefined} */ moved = undefined,
    ) => {
      const at = this.#outbox.write(kind, task, run);
      this.#outbox.add(value, at, moved);
    };
    const taker = this.#store.taker(run);
    if (this.#store.has(run)) {
      const value = this.#store.get(run);
      const moved = this.movable(run, value, takes);
      add(wire.VALUE, value, moved);
      if (moved) this.#store.drop(run);
    } else if (taker !== undefined) {
      this.peers.fetch(taker, task, run, false, {
        take: (value) => {
          add(wire.VALUE, value);
          this.#listener.work();
        },
        missing: () => this.#tell(wire.MISSING, task, run),
        fail: (error) => {
          add(wire.UNSENT, error);
          this.#listener.work();
        },
      });
    } else {
      this.#outbox.write(wire.MISSING, task, run);
    }
  }

  /**
   * The buffer that is moved instead of a copy, if there is one: who is to take a result away may ask late, for a run that was given up,
   * when a job here has it.
   * @param {number} run
   * @param {unknown} value
   * @param {boolean} takes
   */
  movable(run, value, takes) {
    if (!takes || this.#listener.jobs().some(({ inputs }) => inputs.includes(value))) return undefined;
    return this.#store.movable(run, value);
  }

  /**
   * @param {number} task
   * @param {number} run
   * @param {boolean} takes
   * @returns {import('./peers.js').Answer}
   */
  #answer(task, run, takes) {
    if (this.#store.has(run)) {
      const value = this.#store.get(run);
      return { value, moved: this.movable(run, value, takes) };
    }
    const taker = this.#store.taker(run);
    if (taker !== undefined) return { taker };
    // Runs count up: what was never ordered here is data whose `PUT` another worker's question has overtaken.
    if (run > this.#latest) return undefined;
    this.#tell(wire.MISSING, task, run);
    return { missing: true };
  }

  /**
   * Keeps what another worker has sent.
   * @param {number} task
   * @param {number} run
   * @param {unknown} value
   */
  #keep(task, run, value) {
    if (this.#store.has(run)) return;
    this.#store.put(run, value, sizeOf(value));
    this.#outbox.write(wire.FETCHED, task, run);
  }

  /**
   * Tells the page of a result.
   * @param {number} kind
   * @param {number} task
   * @param {number} run
   */
  #tell(kind, task, run) {
    this.#outbox.write(kind, task, run);
    this.#listener.work();
  }
}
