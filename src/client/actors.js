// Actors: objects that live in a worker, and what stands for one on the page.

import { TaskFunction } from './functions.js';
import { Future } from './future.js';
import { ABSENT, FINISHED, Row } from './row.js';
import { DEFAULTS } from './settings.js';

/** The futures of proxies, for those who are given one. @type {WeakMap<object, Future<any>>} */
const futures = new WeakMap();

/** Calls of members, by the name that they have among tasks. @type {Map<string, TaskFunction>} */
const members = new Map();

/** The row of a task that makes an actor: its value is a proxy, a new one for everybody who asks. */
export class ActorRow extends Row {
  /**
   * @param {import('./driver.js').Driver} driver
   * @param {number} fn
   * @param {unknown[]} args
   * @param {string} actor What it is: the name of the class.
   */
  constructor(driver, fn, args, actor) {
    super(driver, fn, args);
    this.actor = actor;
    /** Submits a call of a member: as the client would that made it, if it is here. @type {(task: TaskFunction, args: unknown[]) => Future<any>} */
    this.callMember = (task, inputs) => new Future(driver.callMember(task, inputs, DEFAULTS));
  }

  /**
   * @override
   * @param {import('./row.js').Taker} taker
   * @param {number} tag
   * @param {Future<any>} future
   */
  give(taker, tag, future) {
    if (this.status === FINISHED) taker.take(proxyOf(this), tag);
    else super.give(taker, tag, future);
  }

  /**
   * @override
   * @param {number} type
   * @param {number} bytes
   */
  finish(type, bytes) {
    const claims = this.unclaim();
    super.finish(type, bytes, ABSENT);
    for (let claim = claims; claim; claim = claim.next) claim.taker.take(proxyOf(this), claim.tag);
  }
}

/**
 * A proxy with a handle of its own, so that the actor lives as long as somebody can call it.
 * @param {ActorRow} row
 */
function proxyOf(row) {
  const future = new Future(row);
  const name = row.actor;
  // A function, so that structured clone refuses it rather than make an empty object of it.
  const proxy = new Proxy(() => {}, {
    get(_, member) {
      if (member === (Symbol.dispose ?? Symbol.for('Symbol.dispose'))) return () => future.release();
      if (member === Symbol.toPrimitive) return () => `<Actor: ${name}, key: ${future.key}>`;
      // Questions of the language, such as `await` asks.
      if (typeof member === 'symbol' || member === 'then') return undefined;
      return (/** @type {unknown[]} */ ...args) => row.callMember(memberOf(name, member), [future, ...args]);
    },
    set(_, member) {
      throw new TypeError(`${String(member)} of an actor cannot be set from outside: give ${name} a method that does`);
    },
    apply() {
      throw new TypeError(`an actor is no function: call one of its methods`);
    },
  });
  futures.set(proxy, future);
  return proxy;
}

/**
 * Calls a function on an actor by the future of it, which may be pending.
 * @param {Future<any>} future
 * @param {TaskFunction} task takes the actor first
 * @param {unknown[]} args
 */
export function callOn(future, task, args) {
  return /** @type {ActorRow} */ (Future.row(future)).callMember(task, [future, ...args]);
}

/** The future of the actor that a proxy stands for. @param {any} value @returns {Future<any> | undefined} */
export function futureOfProxy(value) {
  return futures.get(value);
}

/**
 * @param {string} actor
 * @param {string} member
 */
function memberOf(actor, member) {
  const name = `${actor}.${member}`;
  let task = members.get(name);
  if (!task) members.set(name, (task = new TaskFunction(name, { kind: 'member', name: member })));
  return task;
}
