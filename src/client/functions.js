// What a task function is: an inline function, an export of a module, a function a worker exposes, or a Rust one.

import { outsideVariable } from '../errors-wire.js';
import { InvalidTaskError } from './errors.js';
import { hashText } from './hash.js';
import { freeVariables, tokenize } from './free-variables.js';

/** @import { Token } from './free-variables.js' */

/**
 * What a worker is sent once, to make the function of it.
 * @typedef {({ kind: 'inline', name: string, source: string } | { kind: 'module', name: string, url: string }
 *   | { kind: 'exposed', name: string } | { kind: 'rust', name: string, index: number } | { kind: 'member', name: string })
 *   & { actor?: boolean }} Definition `actor`: it makes an actor of what it names
 */

/** A function that workers can run. Equal functions are one object, so that calls of it can be equal, too. */
export class TaskFunction {
  /** @type {Map<string, TaskFunction>} */
  #renamed = new Map();
  /** @type {Uint32Array | undefined} */
  #hash;

  /**
   * @param {string} name begins the keys of its tasks
   * @param {Definition} definition structured clone carries it; `source` is an expression
   */
  constructor(name, definition) {
    this.name = name;
    this.definition = definition;
  }

  /** Names it: what it is has the same name on the page and in workers. */
  get hash() {
    return (this.#hash ??= hashText(JSON.stringify([this.name, this.definition])));
  }

  get kind() {
    return this.definition.kind;
  }

  /** The same function under another name. @param {string} name */
  renamed(name) {
    return name === this.name ? this : cached(this.#renamed, name, () => new TaskFunction(name, this.definition));
  }
}

/**
 * The task function for what a user submits.
 *
 * @param {unknown} fn a function, or a reference such as `client.module(url).name`
 * @returns {TaskFunction}
 * @throws {InvalidTaskError} when a worker cannot run it; the message says why and what to do
 */
export function taskOf(fn) {
  if (fn instanceof TaskFunction) return fn;
  if (typeof fn !== 'function') {
    throw new InvalidTaskError(`a task is a function, or a reference such as client.module(url).name; got ${show(fn)}`);
  }
  const known = byFunction.get(fn);
  if (known) return known;
  const source = Function.prototype.toString.call(fn);
  const name = String(fn.name || 'anonymous');
  const task = cached(bySource, `${name}\n${source}`, () => {
    return new TaskFunction(name, { kind: 'inline', name, source: expression(source, name) });
  });
  byFunction.set(fn, task);
  return task;
}

/**
 * The task function that makes an actor.
 *
 * @param {unknown} cls a class, or a reference such as `client.module(url).Counter`
 * @returns {TaskFunction}
 * @throws {InvalidTaskError} when a worker cannot make it; the message says why and what to do
 */
export function actorOf(cls) {
  if (cls instanceof TaskFunction) {
    return cached(actors, cls, () => new TaskFunction(cls.name, { ...cls.definition, actor: true }));
  }
  const source = typeof cls === 'function' ? Function.prototype.toString.call(cls) : '';
  if (typeof cls !== 'function' || !/^class\b/.test(source)) {
    throw new InvalidTaskError(
      `an actor is made of a class, or of a reference such as client.module(url).Name; got ${typeof cls === 'function' ? `the function "${cls.name}"` : show(cls)}`,
    );
  }
  const name = String(cls.name || 'anonymous');
  return cached(bySource, `${name}\n${source}`, () => {
    selfContained(source, tokenize(source), name);
    return new TaskFunction(name, { kind: 'inline', name, source: `(${source})`, actor: true });
  });
}

/**
 * References to the exports of a module, any name: the worker finds out whether it exists.
 *
 * @param {URL | string} url relative to the page
 * @returns {Record<string, TaskFunction>}
 */
export function moduleTasks(url) {
  const { href } = new URL(url, baseUrl());
  return cached(byModule, href, () => references((name) => ({ kind: 'module', name, url: href })));
}

/** What the URLs of modules are relative to. */
export function baseUrl() {
  return base ?? globalThis.document?.baseURI ?? globalThis.location?.href;
}

/** In a worker they are relative to the page. @param {string} url */
export function useBase(url) {
  base = url;
}

/**
 * The task function that a worker has made.
 *
 * @param {string} name
 * @param {Definition} definition
 */
export function taskOfDefinition(name, definition) {
  return cached(byDefinition, JSON.stringify([name, definition]), () => new TaskFunction(name, definition));
}

/**
 * References to the functions that the user's own worker file exposes.
 *
 * @returns {Record<string, TaskFunction>}
 */
export function exposedTasks() {
  return exposed;
}

/**
 * A Rust function.
 *
 * @param {number} index of its trampoline in the module's table
 * @param {string} name
 * @returns {TaskFunction}
 */
export function rustTask(index, name) {
  // The compiler may have merged two functions that do the same; their names differ all the same.
  return cached(byIndex, `${index} ${name}`, () => new TaskFunction(name, { kind: 'rust', name, index }));
}

/** @type {WeakMap<Function, TaskFunction>} */
const byFunction = new WeakMap();
/** Closures made anew for each call are one function. @type {Map<string, TaskFunction>} */
const bySource = new Map();
/** @type {Map<TaskFunction, TaskFunction>} */
const actors = new Map();
/** @type {Map<string, Record<string, TaskFunction>>} */
const byModule = new Map();
/** @type {Map<string, TaskFunction>} */
const byIndex = new Map();
/** @type {Map<string, TaskFunction>} */
const byDefinition = new Map();
/** @type {string | undefined} */
let base;
const exposed = references((name) => ({ kind: 'exposed', name }));

/** What workers have and pages have not; `webfutures` is ours, for tasks. */
const WORKER_GLOBALS = new Set(
  'webfutures importScripts FileReaderSync WorkerGlobalScope DedicatedWorkerGlobalScope WorkerLocation WorkerNavigator'.split(
    ' ',
  ),
);

/** @param {(name: string) => Definition} define @returns {Record<string, TaskFunction>} */
function references(define) {
  return new Proxy(Object.create(null), {
    get(tasks, name) {
      // A symbol or `then` is a question of the language, such as `await` asks it.
      if (typeof name === 'symbol' || name === 'then') return undefined;
      return (tasks[name] ??= new TaskFunction(name, define(name)));
    },
  });
}

/**
 * An expression that makes the function again in a worker.
 *
 * @param {string} source
 * @param {string} name
 * @returns {string}
 */
function expression(source, name) {
  /** @param {string} why @returns {never} */
  const refuse = (why) => {
    throw new InvalidTaskError(`"${name}" is ${why}`);
  };
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) {
    if (name.startsWith('bound '))
      refuse('a bound function, whose target is hidden: submit the target with its arguments');
    refuse('built in, and has no source to send: wrap it, as in (a, b) => Math.max(a, b)');
  }
  const tokens = tokenize(source);
  // What cannot be read here is left to the worker.
  if (!tokens) return `(${source})`;
  const shape = shapeOf(tokens);
  if (shape.kind === 'class')
    refuse('a class: submit a function that makes and uses an instance, or make an actor of it by client.actor');
  if (shape.kind === 'accessor') refuse('a getter or setter: submit a function');
  if (shape.kind === 'generator') refuse('a generator function: submit one that returns an array of what it yields');
  selfContained(source, tokens, name);
  if (shape.kind === 'method') return `(${shape.async ? 'async ' : ''}function ${source.slice(shape.parameters)})`;
  return `(${source})`;
}

/**
 * Throws if a source uses what it does not declare.
 *
 * @param {string} source
 * @param {Token[] | undefined | null} tokens What cannot be read here is left to the worker.
 * @param {string} name
 */
function selfContained(source, tokens, name) {
  const outside =
    tokens &&
    freeVariables(source, tokens).find((variable) => !(variable in globalThis || WORKER_GLOBALS.has(variable)));
  if (outside) throw new InvalidTaskError(outsideVariable(name, outside));
}

/**
 * How a function was written down.
 *
 * @param {Token[]} tokens
 * @returns {{ kind: 'function' | 'class' | 'accessor' | 'generator' } | { kind: 'method', async: boolean, parameters: number }}
 */
function shapeOf(tokens) {
  const text = (/** @type {number} */ i) => tokens[i]?.text;
  let i = 0;
  // A method may be called `async`, `get`, `class`, …: then its parameters follow at once.
  const word = (/** @type {string} */ expected) => text(i) === expected && text(i + 1) !== '(';
  if (word('class')) return { kind: 'class' };
  if (word('get') || word('set')) return { kind: 'accessor' };
  const async = word('async') || (text(0) === 'async' && text(tokens[1].match + 1) === '=>');
  if (async) i++;
  if (text(i) === 'function') return { kind: text(i + 1) === '*' ? 'generator' : 'function' };
  if (text(i) === '*') return { kind: 'generator' };
  if (text(i) === '(' || text(i + 1) === '=>') return { kind: 'function' };
  const parameters = text(i) === '[' ? tokens[i].match + 1 : i + 1;
  return { kind: 'method', async, parameters: tokens[parameters]?.start };
}

/**
 * @template K, V
 * @param {Map<K, V>} cache
 * @param {K} key
 * @param {() => V} make
 * @returns {V}
 */
function cached(cache, key, make) {
  let value = cache.get(key);
  if (value === undefined) cache.set(key, (value = make()));
  return value;
}

/** @param {unknown} value */
function show(value) {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return typeof value === 'object' && value
    ? `an object (${value.constructor?.name ?? 'without class'})`
    : String(value);
}
