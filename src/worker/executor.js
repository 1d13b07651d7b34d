// Runs tasks: orders in, one task after the other, reports out. Tasks that await give way to the next.

import { sizeOf, typeIndex, uncloneable } from '../cloning.js';
import { encodeError, resultOverLimit } from '../errors-wire.js';
import * as wire from '../wire.js';
import { MARK } from '../words.js';
import { call } from './calls.js';
import { asksToBeRescheduled, Context } from './context.js';
import { Exchange } from './exchange.js';
import { fill, jobOf, NEVER, Runs } from './jobs.js';
import { Outbox } from './outbox.js';
import { Ready } from './ready.js';
import { Functions } from './resolve.js';
import { RustActor, whenInstanceLost } from './rust-actors.js';
import { abandon, LOST_ACTOR } from './rust.js';
import { Store } from './store.js';
import { Vigil } from './vigil.js';

/** To look the global up takes longer than to read it. */
const clock = performance;
/** Milliseconds after which a worker in full flow reports what it has done. */
const REPORT_EVERY = 1;
/** Milliseconds after which it lets messages in, even with work left: other workers may be waiting for a result. */
const SLICE = 4;

/** @import { Job } from './jobs.js' */

export class Executor {
  #store;
  #limit;
  /** Bytes on disk that the page has been told of. */
  #spilled = 0;
  #exchange;
  #functions;
  #context;
  #origin;
  #post;
  #outbox;
  #ready = new Ready();
  /** Jobs that are neither ready nor begun: an input or the function is on its way. @type {Set<Job>} */
  #incomplete = new Set();
  /** Async tasks under way, by run. @type {Map<number, Job>} */
  #awaiting = new Map();
  /** Async runs that were stopped, and have not ended for all that. @type {Set<number>} */
  #lingering = new Set();
  /** Runs not yet begun whose time is limited. @type {Set<number>} */
  #timed = new Set();
  /** Async tasks that the page has not been told about. @type {Set<Job>} */
  #unannounced = new Set();
  #working = false;
  /** Whether more is being heard, and whether there is work for afterwards. */
  #hearing = false;
  #heard = false;
  #vigil = new Vigil(() => this.#reported);
  #reported = 0;
  #again = new MessageChannel();

  /**
   * @param {{ origin: number, module: WebAssembly.Module, glue: string, memoryLimit?: number, worker: number, name: string,
   *   resources: Record<string, number>, pool: string, places: string[], base: string }} boot
   * @param {(message: unknown[], transfer: Transferable[]) => void} post
   */
  constructor(boot, post) {
    this.#functions = new Functions(boot);
    this.#limit = boot.memoryLimit ?? 0;
    this.#store = new Store(this.#limit);
    this.#context = new Context(boot, () => this.#awaiting.keys(), {
      post: (requests) => this.#post([MARK, [], [], requests], []),
      obtain: (task, run, holder, waiting) => this.#exchange.obtain(task, run, holder, waiting),
    });
    this.#context.offer();
    // What to add to this thread's clock to get the page's.
    this.#origin = performance.timeOrigin - boot.origin;
    this.#post = post;
    this.#outbox = new Outbox(post);
    this.#exchange = new Exchange(boot.worker, this.#store, this.#outbox, {
      arrived: (job) => this.#arrived(job),
      missing: (job) => {
        // Handed back, to be run when the input has been made again.
        if (this.#forsake(job)) this.#outbox.write(wire.INPUTS_MISSING, job.task, job.run);
        this.#work();
      },
      failed: (job, error) => {
        if (this.#forsake(job)) this.#erred(job, clock.now(), 0, error);
        this.#work();
      },
      jobs: () => [...this.#incomplete, ...this.#ready.jobs(), ...this.#awaiting.values()],
      work: () => this.#work(),
      together: (hear) => this.#together(hear),
    });
    this.#again.port1.onmessage = () => this.#work();
    whenInstanceLost(() => {
      for (const [task, run] of this.#store.dropLostActors()) this.#outbox.write(wire.MISSING, task, run);
      // Not amid the panic of a task.
      queueMicrotask(() => this.#work());
    });
  }

  /**
   * @param {import('../words.js').Message} words
   * @param {any[]} values
   * @param {{ functions: [number, unknown][], ports: [number, MessagePort][], news?: any[][] }} [setup]
   */
  obey(words, values, setup) {
    if (setup) {
      for (const [id, definition] of setup.functions) this.#functions.define(id, definition);
      for (const [worker, port] of setup.ports) this.#exchange.peers.connect(worker, port);
      if (setup.news) this.#context.nesting.receive(setup.news);
    }
    this.#vigil.called();
    let value = 0;
    for (let at = 0; at < words.length; ) {
      switch (words[at]) {
        case wire.RUN: {
          const args = words[at + 5];
          const flags = words[at + 4];
          this.#vigil.lone = (flags & wire.LONE) !== 0;
          const deps = words[at + 6];
          const job = jobOf(words, at, values.slice(value, value + args));
          this.#exchange.expect(job.run);
          value += args;
          at += wire.RUN_HEAD;
          if (flags & wire.NESTED) job.paths = values[value++];
          if (flags & wire.TIMED) this.#timed.add(job.run);
          if (deps) this.#exchange.supply(job, words, at, (flags & wire.ASKED) !== 0);
          if (job.missing > 1) this.#incomplete.add(job);
          at += deps * wire.DEP_WORDS;
          this.#arrived(job);
          break;
        }
        case wire.RUNS: {
          const runs = new Runs(words, at, values, value);
          this.#vigil.lone = false;
          this.#exchange.expect(runs.latest);
          value += runs.values;
          at = runs.end;
          this.#ready.push(runs);
          break;
        }
        case wire.DROP:
          this.#store.drop(words[at + 1]);
          at += 2;
          break;
        case wire.PUT:
          this.#exchange.put(words[at + 2], values[value++]);
          at += 3;
          break;
        case wire.SEND:
          this.#exchange.send(words[at + 1], words[at + 2], words[at + 3] === 1);
          at += 4;
          break;
        case wire.STOP:
          this.#stop(words[at + 1], words[at + 2] === 1);
          at += 3;
          break;
        case wire.GONE:
          this.#exchange.peers.gone(words[at + 1]);
          at += 2;
          break;
        case wire.ASK:
          this.#exchange.peers.asked(words[at + 3], words[at + 1], words[at + 2], words[at + 4] === 1);
          at += 5;
          break;
        case wire.FETCH:
          this.#exchange.copy(words[at + 1], words[at + 2], words[at + 3]);
          at += 4;
          break;
        case wire.CALL: {
          const args = words[at + 3];
          call(words[at + 1], words[at + 2], values.slice(value, value + args), this.#functions, this.#post);
          value += args;
          at += 4;
          break;
        }
        default: // INSPECT
          this.#post([MARK, [wire.INSPECTED, this.#store.size, this.#store.bytes], []], []);
          at += 1;
      }
    }
    // Before this worker is busy: others may wait.
    this.#exchange.peers.flush();
    this.#work();
  }

  /** From now on results may go to disk. @param {import('./spill.js').Spill} disk */
  useDisk(disk) {
    this.#store.useDisk(disk);
    this.#work();
  }

  /** @param {Job} job */
  #arrived(job) {
    if (--job.missing !== 0) return;
    if (job.inputs.length) this.#incomplete.delete(job);
    fill(job);
    this.#ready.push(job);
  }

  /** An input of a job will not come: whether it had not been given up. @param {Job} job */
  #forsake(job) {
    job.missing = NEVER;
    return this.#incomplete.delete(job);
  }

  // --- Stopping ---

  /**
   * Sees to it that a run does not begin, or that nobody waits for it: an async one is told by its signal, and may go on, but
   * what it says counts no more.
   * @param {number} run
   * @param {boolean} firm
   */
  #stop(run, firm) {
    let job = this.#ready.take(run);
    if (job) {
      // It is out of the queue.
    } else if ((job = [...this.#incomplete].find((job) => job.run === run))) {
      this.#incomplete.delete(job);
      job.missing = NEVER;
    } else if ((job = this.#awaiting.get(run))) {
      this.#awaiting.delete(run);
      this.#unannounced.delete(job);
      // Futures of Rust can be dropped; who has asked for a signal wants to be told instead.
      const dropped = !this.#context.listens(run) && abandon(run);
      this.#context.abort(run);
      if (firm && !dropped) {
        this.#lingering.add(run);
        this.#outbox.write(wire.LINGERS, job.task, run);
      }
    }
    this.#timed.delete(run);
    // What it does not have has been reported.
    if (job) this.#outbox.write(wire.STOPPED, job.task, run);
  }

  // --- Work ---

  /** Hears several things, and then works on them: they are reported together. @param {() => void} hear */
  #together(hear) {
    this.#hearing = true;
    try {
      hear();
    } finally {
      this.#hearing = false;
    }
    if (!this.#heard) return;
    this.#heard = false;
    this.#work();
  }

  #work() {
    if (this.#hearing) this.#heard = true;
    if (this.#hearing || this.#working) return;
    this.#working = true;
    const begun = clock.now();
    let now = begun;
    for (let job = this.#ready.next(); job; job = this.#ready.next()) {
      now = this.#run(job, now);
      if (now - this.#reported > REPORT_EVERY) this.#report(now);
      if (now - begun > SLICE && !this.#ready.isEmpty) {
        this.#again.port2.postMessage(0);
        break;
      }
    }
    this.#working = false;
    if (this.#unannounced.size) this.#announce();
    else this.#report(now);
    if (this.#ready.isEmpty) this.#vigil.keep();
  }

  /**
   * Runs one job, or parks it until its function is loaded; returns the time afterwards.
   * @param {Job} job
   * @param {number} start
   */
  #run(job, start) {
    const fn = this.#functions.get(job.fn);
    if (typeof fn !== 'function') {
      if (fn) this.#erred(job, start, 0, encodeError(fn.error));
      else {
        this.#incomplete.add(job);
        this.#functions.whenKnown(job.fn, () => {
          if (!this.#incomplete.delete(job)) return;
          this.#ready.push(job);
          this.#work();
        });
      }
      return start;
    }
    if (this.#timed.size || this.#lingering.size) this.#began(job, start);
    let result;
    let thrown = false;
    let awaits = false;
    this.#context.current = job.run;
    try {
      result = fn(job.args, job.run);
      // Looking for `then` may throw as well.
      awaits =
        typeof result === 'object' && result !== null && typeof (/** @type {any} */ (result).then) === 'function';
      if (awaits) this.#await(job, result, start);
    } catch (error) {
      thrown = true;
      result = error;
    }
    this.#context.current = 0;
    if (!awaits) this.#context.ended(job.run);
    const end = clock.now();
    if (thrown) this.#threw(job, start, end - start, result);
    else if (!awaits) this.#finished(job, start, end - start, result);
    return end;
  }

  /**
   * Tells the page that a run is about to begin, if its time is limited, or others have been left behind here: as long as it
   * computes nothing can be told.
   * @param {Job} job
   * @param {number} start
   */
  #began(job, start) {
    if (!this.#timed.delete(job.run) && !this.#lingering.size) return;
    this.#outbox.write(wire.BEGAN, job.task, job.run, start + this.#origin);
    this.#report(start);
  }

  /**
   * @param {Job} job
   * @param {unknown} thenable
   * @param {number} start
   */
  #await(job, thenable, start) {
    const settled = (/** @type {(duration: number) => void} */ tell) => {
      // What was stopped has been reported.
      if (!this.#awaiting.delete(job.run)) return this.#left(job);
      this.#context.ended(job.run);
      // Settled before the page heard that it awaits: it never needs to.
      this.#unannounced.delete(job);
      tell(clock.now() - start);
      this.#work();
    };
    // A thenable of somebody's own may throw, or settle twice; a promise does neither.
    const promise = thenable instanceof Promise ? thenable : new Promise((resolve) => resolve(thenable));
    Promise.prototype.then.call(
      promise,
      (value) => settled((duration) => this.#finished(job, start, duration, value)),
      (error) => settled((duration) => this.#threw(job, start, duration, error)),
    );
    this.#awaiting.set(job.run, job);
    this.#unannounced.add(job);
  }

  /** A run that was stopped has ended. @param {Job} job */
  #left({ task, run }) {
    if (!this.#lingering.delete(run)) return;
    this.#outbox.write(wire.LEFT, task, run);
    this.#work();
  }

  /** Tells the page of the tasks that still await once those that need only a moment have had it. */
  async #announce() {
    for (let i = 0; i < 3; i++) await null;
    for (const job of this.#unannounced) this.#outbox.write(wire.YIELDED, job.task, job.run);
    this.#unannounced.clear();
    this.#report(clock.now());
  }

  // --- Reports ---

  /**
   * @param {Job} job
   * @param {number} start
   * @param {number} duration
   * @param {unknown} value
   */
  #finished(job, start, duration, value) {
    let type = 0;
    let bytes = 0;
    try {
      type = typeIndex(value);
      if (type <= wire.TYPE_NUMBER) {
        this.#store.putNumber(job.run, value);
        return this.#outbox.number(job, start + this.#origin, duration, type, value);
      }
      if (this.#functions.actors.has(job.fn)) {
        // It stays here, and nobody is sent it.
        job.travels = 0;
        bytes = wire.NUMBER_BYTES;
        if (value instanceof RustActor) value.task = job.task;
      } else {
        const refused = typeof value === 'string' ? undefined : uncloneable(value, 'the result');
        if (refused) throw refused;
        bytes = sizeOf(value);
        if (this.#limit && bytes > this.#limit) throw resultOverLimit(bytes, this.#limit);
      }
    } catch (error) {
      // Getters and proxies run code of the task's: they may throw anything.
      return this.#erred(job, start, duration, encodeError(error));
    }
    // First: what it gives back of them could not leave while they lie here.
    if (job.usedUp) for (const run of job.usedUp) this.#store.drop(run);
    const moved = this.#exchange.movable(job.run, value, job.taken);
    if (!moved) this.#store.put(job.run, value, bytes);
    const travels = bytes <= job.travels || moved !== undefined;
    const at = this.#outbox.write(
      wire.FINISHED,
      job.task,
      job.run,
      start + this.#origin,
      duration,
      bytes,
      type,
      Number(travels),
    );
    if (travels) this.#outbox.add(value, at + 7, moved);
  }

  /**
   * @param {Job} job
   * @param {number} start
   * @param {number} duration
   * @param {unknown} thrown
   */
  #threw(job, start, duration, thrown) {
    if (asksToBeRescheduled(thrown)) this.#outbox.write(wire.RESCHEDULED, job.task, job.run);
    else if (thrown === LOST_ACTOR) this.#outbox.write(wire.INPUTS_MISSING, job.task, job.run);
    else this.#erred(job, start, duration, encodeError(thrown));
  }

  /**
   * @param {Job} job
   * @param {number} start
   * @param {number} duration
   * @param {unknown} error Encoded.
   */
  #erred(job, start, duration, error) {
    this.#outbox.write(wire.ERRED, job.task, job.run, start + this.#origin, duration);
    this.#outbox.add(error);
  }

  /** @param {number} now */
  #report(now) {
    this.#reported = now;
    const { results, bytes } = this.#store.spilled;
    if (bytes !== this.#spilled) this.#outbox.write(wire.SPILLED, (this.#spilled = bytes), results);
    this.#outbox.send();
  }
}
