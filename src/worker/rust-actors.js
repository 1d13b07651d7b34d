// Actors in Rust: their states lie in the instance, and go with it when something panics there. What stands for one is stored as
// other results are.

/** Changes when an instance is lost. */
let instance = 0;
/** @type {() => void} */
let tell = () => {};

/** Whether a lost actor was asked for its number. */
let missed = false;

/** What stands for the state of an actor. */
export class RustActor {
  /** The task that has made it. */
  task = 0;
  #instance = instance;
  #number;

  /** @param {number} number of its state */
  constructor(number) {
    this.#number = number;
  }

  /** Whether its state was lost with its instance. */
  get isLost() {
    return this.#instance !== instance;
  }

  /** Of its state: where an argument is read, at any depth, it is found out by this that the actor is lost. */
  get number() {
    missed ||= this.isLost;
    return this.isLost ? -1 : this.#number;
  }
}

/** @param {number} number */
export function actorOf(number) {
  return new RustActor(number);
}

/** @param {unknown} value */
export function numberOf(value) {
  const number = value instanceof RustActor ? value.number : -1;
  return number < 0 ? undefined : number;
}

/** Whether a lost actor was asked for its number since this was asked. */
export function hasMissed() {
  const was = missed;
  missed = false;
  return was;
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
