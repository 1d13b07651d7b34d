// Actors in Rust: their states lie in the instance, and go with it when something panics there. What stands for one is stored as
// other results are.

/** Changes when an instance is lost. */
let instance = 0;
/** @type {() => void} */
let tell = () => {};

/** What stands for the state of an actor. */
export class RustActor {
  /** The task that has made it. */
  task = 0;
  #instance = instance;

  /** @param {number} number of its state */
  constructor(number) {
    this.number = number;
  }

  /** Whether its state was lost with its instance. */
  get isLost() {
    return this.#instance !== instance;
  }
}

/** @param {number} number */
export function actorOf(number) {
  return new RustActor(number);
}

/** @param {unknown} value */
export function numberOf(value) {
  return value instanceof RustActor ? value.number : undefined;
}

/** Calls back each time that an instance is lost. @param {() => void} callback */
export function whenInstanceLost(callback) {
  tell = callback;
}

/** The instance is lost. */
export function instanceLost() {
  instance++;
  tell();
}
