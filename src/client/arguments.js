// The arguments of many calls, one after the other: words as long as all of them are numbers.

/** Words for which there is room once more is needed than was expected. */
const LEAST = 16;

/** @type {never[]} */
const NONE = [];

export class Arguments {
  /** How many each call has. */
  width;
  /** Null once one is no number. @type {Float64Array | null} */
  #numbers;
  #length = 0;
  /** All, once one is no number. @type {unknown[]} */
  #values = NONE;

  /**
   * @param {number} width
   * @param {number} calls For how many there is room at first.
   */
  constructor(width, calls) {
    this.width = width;
    this.#numbers = new Float64Array(width * calls);
  }

  get areNumbers() {
    return this.#numbers !== null;
  }

  /** One more call. @param {unknown[]} args Nobody changes what is in it. */
  add(args) {
    for (let i = 0; i < this.width; i++) {
      const arg = args[i];
      if (this.#numbers && typeof arg === 'number') {
        if (this.#length === this.#numbers.length) this.#resize(2 * this.#length + LEAST);
        this.#numbers[this.#length++] = arg;
      } else {
        this.#values = this.#numbers ? Array.from(this.#numbers.subarray(0, this.#length)) : this.#values;
        this.#numbers = null;
        this.#values.push(arg);
      }
    }
  }

  /** All calls are there. */
  seal() {
    this.#resize(this.#length);
  }

  /** The arguments of a call. @param {number} place */
  of(place) {
    /** @type {unknown[]} */
    const args = [];
    this.into(place, args);
    return args;
  }

  /**
   * Adds the arguments of a call to others.
   * @param {number} place
   * @param {unknown[]} values
   */
  into(place, values) {
    const from = this.#numbers ?? this.#values;
    for (let i = this.width * place; i < this.width * (place + 1); i++) values.push(from[i]);
  }

  /**
   * The same if they are numbers.
   * @param {number} place
   * @param {import('../words.js').Words} words
   */
  wordsInto(place, words) {
    const at = words.extend(this.width);
    const from = /** @type {Float64Array} */ (this.#numbers);
    for (let i = 0; i < this.width; i++) words.at[at + i] = from[this.width * place + i];
  }

  /** Those of a call are needed no more. @param {number} place */
  clear(place) {
    if (!this.#numbers) this.#values.fill(undefined, this.width * place, this.width * (place + 1));
  }

  /** @param {number} room */
  #resize(room) {
    if (!this.#numbers || this.#numbers.length === room) return;
    const resized = new Float64Array(room);
    resized.set(this.#numbers.subarray(0, this.#length));
    this.#numbers = resized;
  }
}
