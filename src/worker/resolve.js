// From a function's definition to something that can be called: a module's export, a source text, a Rust table index.

import { explainReferenceError, invalidTask } from '../errors-wire.js';
import * as rust from './rust.js';

/**
 * @typedef {(args: unknown[], run: number) => unknown} Callable
 */
/** @type {Record<string, Function>} */
let offered = {};

/**
 * The functions that `client.exposed()` names.
 * @param {Record<string, Function>} functions
 */
export function offer(functions) {
  offered = functions;
}

/** How each kind of function is found. @type {Record<string, (definition: any, boot: any) => Callable | Promise<Callable>>} */
const KINDS = {
  async rust({ index }, boot) {
    await rust.load(boot);
    return (args, run) => rust.call(index, run, args);
  },

  exposed({ name, actor }) {
    const fn = offered[name];
    if (typeof fn !== 'function') throw new ReferenceError(`the worker exposes no function "${name}"${among(offered)}`);
    return caller(fn, actor);
  },

  async module({ url, name, actor }) {
    let module;
    try {
      module = await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
    } catch (error) {
      throw new Error(`the task module ${url} could not be loaded: ${/** @type {Error} */ (error).message}`, {
        cause: error,
      });
    }
    const fn = module[name];
    if (typeof fn !== 'function')
      throw new ReferenceError(`the task module ${url} exports no function "${name}"${among(module)}`);
    return caller(fn, actor);
  },

  async inline({ source, name, actor }) {
    const explained = (/** @type {unknown} */ error) => {
      throw explainReferenceError(error, name);
    };
    const url = URL.createObjectURL(new Blob([`export default ${source}`], { type: 'text/javascript' }));
    try {
      const { default: fn } = await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
      const call = caller(fn, actor);
      return (args) => {
        try {
          const result = call(args);
          return result instanceof Promise ? result.catch(explained) : result;
        } catch (error) {
          return explained(error);
        }
      };
    } catch (error) {
      throw invalidTask(
        `inline task "${name}" could not be loaded: its source is no expression by itself, or the page's ` +
          `Content-Security-Policy forbids blob: scripts (then put the task in a module): ${/** @type {Error} */ (error).message}`,
        error,
      );
    } finally {
      URL.revokeObjectURL(url);
    }
  },

  // The actor comes first among the arguments: it lies here.
  member({ name }) {
    return (/** @type {any[]} */ [actor, ...args]) => {
      const member = actor[name];
      if (typeof member === 'function') return member.apply(actor, args);
      if (name in actor && !args.length) return member;
      throw new TypeError(
        `the actor, a ${actor.constructor?.name}, has no ${name in actor ? 'method' : 'member'} "${name}"`,
      );
    };
  },
};

/**
 * @param {any} fn
 * @param {boolean | undefined} actor Whether it is a class, of which an instance is made.
 * @returns {(args: unknown[]) => unknown}
 */
function caller(fn, actor) {
  if (actor) return (args) => new fn(...args);
  // Most take one: engines are faster without the spread.
  return (args) => (args.length === 1 ? fn(args[0]) : fn(...args));
}

/** The functions a worker knows, by id. */
export class Functions {
  /** @type {(Callable | { error: unknown } | undefined)[]} */
  #known = [];
  /** @type {Map<number, (() => void)[]>} */
  #waiting = new Map();
  #boot;
  /** Those whose results are actors. @type {Set<number>} */
  actors = new Set();

  /** @param {any} boot */
  constructor(boot) {
    this.#boot = boot;
  }

  /**
   * @param {number} id
   * @param {any} definition
   */
  define(id, definition) {
    this.#waiting.set(id, []);
    if (definition.actor) this.actors.add(id);
    const settle = (/** @type {Callable | { error: unknown }} */ known) => {
      this.#known[id] = known;
      const waiting = this.#waiting.get(id) ?? [];
      this.#waiting.delete(id);
      for (const ready of waiting) ready();
    };
    // In a promise even when it could be told at once: a throw must fail the tasks, not the message.
    new Promise((resolve) => resolve(KINDS[definition.kind](definition, this.#boot))).then(settle, (error) =>
      settle({ error }),
    );
  }

  /**
   * The function, or the error that stands for it, or undefined while it is being loaded.
   * @param {number} id
   */
  get(id) {
    return this.#known[id];
  }

  /**
   * Calls back when a function that is being loaded is there.
   * @param {number} id
   * @param {() => void} ready
   */
  whenKnown(id, ready) {
    /** @type {(() => void)[]} */ (this.#waiting.get(id)).push(ready);
  }
}

/** @param {Record<string, unknown>} functions */
function among(functions) {
  const names = Object.keys(functions).filter((name) => typeof functions[name] === 'function');
  return names.length ? `; it has ${names.join(', ')}` : '';
}
