// The numbers under which a worker's clients name functions and sets of options to the page.

import { FunctionIds } from '../client/function-ids.js';

/** @import { Settings } from '../client/settings.js' */

export class GuestIds extends FunctionIds {
  /** By what they say. @type {Map<string, number>} */
  #optionIds = new Map();
  #request;

  /** @param {(request: unknown[]) => void} request Sends one before whatever names what it defines. */
  constructor(request) {
    super((fn, id) => request(['function', id, fn.name, fn.definition]));
    this.#request = request;
  }

  /** @param {Settings} settings */
  ofOptions(settings) {
    // What is the client's own business stays here.
    const { id: _, key: _key, pure: _pure, signal: _signal, ...options } = settings;
    const said = JSON.stringify(options, (_, value) => (value === Infinity ? 'never' : value));
    let id = this.#optionIds.get(said);
    if (id === undefined) {
      id = this.#optionIds.size + 1;
      this.#optionIds.set(said, id);
      this.#request(['options', id, options]);
    }
    return id;
  }
}
