// What a task can ask: which worker runs it, whether anybody still wants its result, and for a client of its own.

import { CALLS } from './calls.js';
import { Nesting } from './nesting.js';
import { running } from './rust.js';

const INSIDE = Symbol.for('webfutures.task');
const RESCHEDULE = Symbol.for('webfutures.reschedule');

/** See types/task.d.ts. The class of `webfutures/task` is another, with the same mark. */
class Reschedule extends Error {}

Object.defineProperties(Reschedule.prototype, { name: { value: 'Reschedule' }, [RESCHEDULE]: { value: true } });

export class Context {
  /** The run whose function is being called; 0 if none is. */
  current = 0;
  #worker;
  #awaiting;
  /** Of the runs that have asked for their signal. @type {Map<number, AbortController>} */
  #controllers = new Map();

  /**
   * @param {{ worker: number, name: string, resources: Record<string, number>, pool: string, places: string[], base: string }} boot
   * @param {() => Iterable<number>} awaiting The async runs under way.
   * @param {Pick<import('../guest/line.js').Link, 'post' | 'obtain'>} link
   */
  constructor({ worker, name, resources, pool, places, base }, awaiting, link) {
    this.nesting = new Nesting({ name, pool, places, base, ...link });
    this.#worker = Object.freeze({ id: worker, name, resources: Object.freeze({ ...resources }), state: {} });
    this.#awaiting = awaiting;
  }

  /** Offers it to tasks: as a global, for those that import nothing, and for `webfutures/task`, which may be loaded more than once. */
  offer() {
    const scope = /** @type {any} */ (globalThis);
    const offered = {
      getWorker: () => this.#worker,
      getSignal: () => this.#signal(),
      getClient: () => this.#client(),
    };
    scope[INSIDE] = { ...scope[INSIDE], ...offered };
    scope.webfutures = { ...scope.webfutures, ...offered, Reschedule };
  }

  /** Whether a run has asked for its signal. @param {number} run */
  listens(run) {
    return this.#controllers.has(run);
  }

  /** Nobody wants the result of a run any more. @param {number} run */
  abort(run) {
    const controller = this.#controllers.get(run);
    this.ended(run);
    controller?.abort(unwanted());
  }

  /** A run has ended. @param {number} run */
  ended(run) {
    if (this.#controllers.size) this.#controllers.delete(run);
    if (this.nesting.busy) this.nesting.ended(run);
  }

  /** The run that asks, as far as that can be told: after an await of JavaScript it is any of those under way. */
  #asking() {
    // Of a Rust task it is known at every step.
    const run = this.current || running();
    // A call past the scheduler is no task.
    if (run >= CALLS) return [];
    return run ? [run] : [...this.#awaiting()];
  }

  /** Whether a run that asks has been stopped: a Rust task is known even then. @param {number} run */
  #isStopped(run) {
    return run !== this.current && ![...this.#awaiting()].includes(run);
  }

  #client() {
    const runs = this.#asking();
    if (!runs.length) throw new Error('getClient is for tasks: none is under way in this worker');
    if (this.#isStopped(runs[0])) throw unwanted();
    return this.nesting.client(runs);
  }

  /** The signal of the task that asks. */
  #signal() {
    const runs = this.#asking();
    if (!runs.length) throw new Error('getSignal is for tasks: none is under way in this worker');
    if (runs.length > 1) {
      throw new Error(
        `getSignal: ${runs.length} tasks are under way in this worker, and which of them asks is known only before its first await: call it there`,
      );
    }
    if (this.#isStopped(runs[0])) return AbortSignal.abort(unwanted());
    let controller = this.#controllers.get(runs[0]);
    if (!controller) this.#controllers.set(runs[0], (controller = new AbortController()));
    return controller.signal;
  }
}

function unwanted() {
  return new DOMException('nobody wants the result of this task any more', 'AbortError');
}

/** Whether a task that threw this asks to be placed anew. @param {any} thrown */
export function asksToBeRescheduled(thrown) {
  try {
    return thrown?.[RESCHEDULE] === true;
  } catch {
    return false;
  }
}
