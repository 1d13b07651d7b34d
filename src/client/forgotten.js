// Work that goes on without futures: wanted by a client of its own until it has ended.

import { Future } from './future.js';
import { ERRED, FINISHED, Row } from './row.js';
import { list } from './waiting.js';

/** What the engine calls the client that wants it. */
const ID = 63;

/**
 * Lets tasks run though nobody keeps their futures. See types/future.d.ts.
 * @param {Future<any> | Iterable<Future<any>>} futures
 */
export function fireAndForget(futures) {
  const rows = list(futures instanceof Future ? [futures] : futures, 'fireAndForget').map(Future.live);
  for (const row of rows) row.driver.hub.forgotten.add(row);
}

export class Forgotten {
  /** What a row asks of the client that it belongs to. */
  #client;
  #hub;
  /** Tasks that have ended, for the end of the turn. @type {Set<Row>} */
  #over = new Set();

  /** @param {import('./hub.js').Hub} hub */
  constructor(hub) {
    this.#hub = hub;
    this.#client = /** @type {any} */ ({ id: ID, worker: 0, run: 0, hub, ids: hub.ids, unkeep() {}, ask() {} });
  }

  /** @param {Row} row Of a client that has a future of it. */
  add(row) {
    if (row.status >= FINISHED) return;
    const own = new Row(this.#client, row.fn, []);
    own.name = row.key;
    own.handles = 1;
    // A row is there already if it was said before.
    if (row.task < 0 || this.#hub.table.known(row.task, own) !== own) return;
    own.watch({ settled: () => this.#ended(own) });
    this.#hub.wish(this.#client, [own.task], true);
  }

  /** @param {Row} row */
  #ended(row) {
    // Nobody else will say so.
    if (row.status === ERRED)
      console.error(`webfutures: ${row.key}, which was fired and forgotten, failed:`, row.error);
    if (!this.#over.size) queueMicrotask(() => this.#sweep());
    this.#over.add(row);
  }

  #sweep() {
    const tasks = [];
    for (const row of this.#over) {
      row.handles = 0;
      if (row.task >= 0) tasks.push(row.task);
    }
    this.#over.clear();
    if (tasks.length) this.#hub.wish(this.#client, tasks, false);
  }
}
