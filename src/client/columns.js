// What the Rust client maps over: it makes the arguments, column by column, for as many calls as go out at once.

/** The arguments of a map, a column for each parameter. */
export class Columns {
  #width;
  #more;
  /** Those that were made last. @type {unknown[][]} */
  #made = [];

  /**
   * @param {number} width How many columns there are.
   * @param {(rows: number) => unknown[][]} more Makes the next columns, as long as it is told, or shorter if that is all.
   */
  constructor(width, more) {
    this.#width = width;
    this.#more = more;
  }

  /**
   * An iterable for each column; they are read row by row.
   * @param {number} rows How many are made at once, perhaps without end.
   * @returns {Iterable<unknown>[]}
   */
  iterables(rows) {
    if (rows === Number.POSITIVE_INFINITY) return this.#more(rows);
    return Array.from({ length: this.#width }, (_, place) => this.#column(place, rows));
  }

  /**
   * @param {number} place
   * @param {number} rows
   */
  *#column(place, rows) {
    for (;;) {
      // The first column comes first in each row; the others still read what was made before.
      if (place === 0) this.#made = this.#more(rows);
      const column = this.#made[place];
      yield* column;
      if (column.length < rows) return;
    }
  }
}

/**
 * Maps over what the Rust client makes, which it does until this returns.
 * @param {import('./client.js').Client} client
 * @param {unknown} task
 * @param {number} width
 * @param {(rows: number) => unknown[][]} more See `Columns`.
 */
export function mapColumns(client, task, width, more) {
  return client.map(task, /** @type {any} */ (new Columns(width, more)));
}
