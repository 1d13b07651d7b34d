// Where the tokens of submitted calls lie: in arrays of which each has room for many, for an array is dear for four numbers.

/** Tokens of an array. It lives as long as one of their tasks does, so they are not too many. */
const MANY = 64;

export class Tokens {
  /** Four lanes each. */
  array = new Uint32Array();
  #next = 0;

  /**
   * Takes in one more.
   * @param {Uint32Array} lanes
   * @returns {number} Its place in `array`, which may be another one afterwards.
   */
  add(lanes) {
    if (4 * this.#next === this.array.length) {
      this.array = new Uint32Array(4 * MANY);
      this.#next = 0;
    }
    const place = this.#next++;
    for (let lane = 0; lane < 4; lane++) this.array[4 * place + lane] = lanes[lane];
    return place;
  }
}
