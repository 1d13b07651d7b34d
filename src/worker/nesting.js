// Tasks that submit tasks: gives them clients, and takes those back when the tasks have ended. What a client is made of is
// loaded when the first is asked for.

/** @import { Client } from '../client/client.js' */

/**
 * @typedef {object} Owned A client and the runs that may use it.
 * @property {Set<number>} runs
 * @property {Promise<Client>} client
 */

export class Nesting {
  /** By run: a run may have one of its own, and be among others that share one. @type {Map<number, Set<Owned>>} */
  #owned = new Map();
  /** By the runs it is for. @type {Map<string, Owned>} */
  #known = new Map();
  #link;
  /** @type {Promise<ReturnType<typeof import('../guest/open.js').open>> | undefined} */
  #opened;
  /** @type {((news: any[][]) => void) | undefined} */
  #receive;

  /** @param {import('../guest/line.js').Link} link */
  constructor(link) {
    this.#link = link;
  }

  /** Whether some run has a client. */
  get busy() {
    return this.#owned.size > 0;
  }

  /**
   * The client of some runs: of one task, or of all that may be asking, since nobody can tell which it is.
   * @param {number[]} runs
   * @returns {Promise<Client>}
   */
  client(runs) {
    const name = String(runs);
    let owned = this.#known.get(name);
    if (!owned) {
      owned = { runs: new Set(runs), client: this.#open(runs) };
      this.#known.set(name, owned);
      for (const run of runs) {
        const all = this.#owned.get(run);
        if (all) all.add(owned);
        else this.#owned.set(run, new Set([owned]));
      }
    }
    return owned.client;
  }

  /** @param {number[]} runs */
  async #open(runs) {
    this.#opened ??= import('../guest/open.js').then(({ open, beside }) => {
      Object.assign(/** @type {any} */ (globalThis).webfutures, beside);
      const opened = open(this.#link);
      this.#receive = opened.receive;
      return opened;
    });
    return (await this.#opened).client(runs);
  }

  /** A run has ended: its futures are released, as far as no other has them. @param {number} run */
  ended(run) {
    const all = this.#owned.get(run);
    if (!all) return;
    this.#owned.delete(run);
    for (const owned of all) {
      owned.runs.delete(run);
      if (owned.runs.size) continue;
      for (const [name, other] of this.#known) if (other === owned) this.#known.delete(name);
      owned.client.then(
        (client) => client.close(),
        () => {},
      );
    }
  }

  /** @param {any[][]} news From the page. */
  receive(news) {
    this.#receive?.(news);
  }
}
