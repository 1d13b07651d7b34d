// The numbers under which the engine knows functions, sets of options, places and resources.

import * as wire from '../wire.js';
import { FunctionIds } from './function-ids.js';

export class Ids extends FunctionIds {
  #port;
  /** By what they say. @type {Map<string, number>} */
  #optionIds = new Map();
  /** @type {Map<string, number>} */
  #placeIds = new Map();
  /** @type {Map<string, number>} */
  #resourceIds = new Map();

  /** @param {import('./port.js').Port} port */
  constructor(port) {
    super((fn) => port.engine.define(fn.name));
    this.#port = port;
  }

  /** @param {import('./settings.js').Settings} settings */
  ofOptions({ priority, retries, workers, allowOtherWorkers, resources, transfer, actor, timeout, deadline }) {
    const places = workers.map((name) => this.ofPlace(name));
    const amounts = this.amounts(resources);
    const flags = (allowOtherWorkers ? wire.ALLOW_OTHERS : 0) + (transfer ? wire.MOVES : 0) + (actor ? wire.ACTOR : 0);
    const times = [timeout, deadline].map((limit) => (limit === Number.POSITIVE_INFINITY ? 0 : limit));
    const head = [priority, retries, flags, ...times, places.length, amounts.length / 2];
    const words = [...head, ...places, ...amounts];
    if (words.every((word) => word === 0)) return 0;
    const known = String(words);
    let id = this.#optionIds.get(known);
    if (id === undefined) {
      this.#port.put(words);
      this.#optionIds.set(known, (id = this.#port.engine.options()));
    }
    return id;
  }

  /** @param {string} name */
  ofPlace(name) {
    return idOf(this.#placeIds, name);
  }

  /** @param {Record<string, number>} resources @returns {number[]} Pairs of id and amount. */
  amounts(resources) {
    return Object.entries(resources).flatMap(([name, amount]) => [idOf(this.#resourceIds, name), amount]);
  }
}

/**
 * The number of a name: the next one if it is new.
 * @param {Map<string, number>} ids
 * @param {string} name
 */
function idOf(ids, name) {
  let id = ids.get(name);
  if (id === undefined) ids.set(name, (id = ids.size));
  return id;
}
