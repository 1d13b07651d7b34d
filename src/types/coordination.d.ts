// What clients of the same workers share by name.
import type { Patience } from './sizing.js';

/**
 * What comes out of a queue, a variable or a dataset. Awaiting gives the result of a future that stands alone; futures inside of
 * arrays, objects, Maps and Sets stay futures: `queue.put([future])`.
 */
type Shareable<T> = Awaited<T>;

/**
 * The part of a {@link Client} that is shared by name among all clients of the same workers, those of tasks included (and all views of
 * one client, see {@link Client.with}). Values are copied. Futures in them are kept alive, whoever put them there, and what comes out has
 * futures of one's own. Whoever asked first is served first. When a client closes, as that of a task does when the task or its
 * worker ends, it waits for nothing any more and its leases return; what it has put or published stays. All of it ends with the workers.
 */
export interface Shared {
  /** A lock that one at a time has. @throws {TypeError | ClosedClientError} when the name is no text; after `close()`; so for all that follow */
  lock(name: string): Lock;
  /** A semaphore with so many leases, 1 to 1,000,000: all who use it at a time have to give the same number. */
  semaphore(name: string, options: { leases: number }): Semaphore;
  /** Something that is set or not, and that can be waited for. */
  event(name: string): SharedEvent;
  /** A place for one value. */
  variable<T = any>(name: string): Variable<T>;
  /**
   * Values in the order in which they were put. With `maxSize`, 1 to 1,000,000, `put` waits while it is full; all who give one
   * have to give the same.
   */
  queue<T = any>(name: string, options?: { maxSize?: number }): Queue<T>;

  /**
   * Gives data or futures a name for other clients.
   * @param options `replace`: whether it may take the place of another of that name (default: false)
   * @throws {CoordinationError} (rejects) when there is a dataset of that name already
   * @example
   * await client.publish('squares', client.map((x) => x * x, [1, 2, 3]));
   * const [one] = await other.dataset('squares'); // a future
   */
  publish(name: string, x: unknown, options?: { replace?: boolean }): Promise<void>;
  /** A published dataset, with futures of one's own. @throws {CoordinationError} (rejects) when there is none of that name */
  dataset<T = any>(name: string): Promise<Shareable<T>>;
  /** Takes it back: its futures are kept no more. @throws {CoordinationError} (rejects) when there is none of that name */
  unpublish(name: string): Promise<void>;
  /** Names of the published datasets, sorted. */
  datasets(): Promise<string[]>;
}

/**
 * One of the leases of a semaphore. `using lease = await lock.acquire()` releases it at the end of the block.
 */
export interface Lease {
  /** Whether it has not been released. */
  readonly held: boolean;
  /** Gives it back. @throws {CoordinationError} (rejects) when that was done already */
  release(): Promise<void>;
  [Symbol.dispose](): void;
}

/** See {@link Shared.semaphore}. */
export interface Semaphore {
  readonly name: string;
  /**
   * Waits for a lease.
   * @throws {TimeoutError} (rejects) when time runs out; then it has none
   * @throws {CoordinationError} (rejects) when it is in use with another number of leases
   */
  acquire(options?: Patience): Promise<Lease>;
  /** Gives back the latest lease that this object has acquired. @throws {CoordinationError} (rejects) when it has none */
  release(): Promise<void>;
  /**
   * Calls a function while it has a lease, and releases it whatever happens.
   * @example
   * const total = await client.lock('file').with(() => update());
   */
  with<R>(fn: () => R | PromiseLike<R>, options?: Patience): Promise<R>;
  /** How many leases are taken. */
  taken(): Promise<number>;
}

/** See {@link Shared.lock}: a semaphore with one lease. */
export interface Lock extends Semaphore {
  /** Whether somebody has it. */
  locked(): Promise<boolean>;
}

/** See {@link Shared.event}. */
export interface SharedEvent {
  readonly name: string;
  /** Lets all pass that wait, and that come until it is cleared. */
  set(): Promise<void>;
  clear(): Promise<void>;
  /** Waits until it is set. @throws {TimeoutError} (rejects) when time runs out */
  wait(options?: Patience): Promise<void>;
  isSet(): Promise<boolean>;
}

/** See {@link Shared.variable}. */
export interface Variable<T = any> {
  readonly name: string;
  /** Gives it a value, in place of the one it has. */
  set(value: T): Promise<void>;
  /** The value, when it has one. @throws {TimeoutError} (rejects) when time runs out */
  get(options?: Patience): Promise<Shareable<T>>;
  /** Takes the value away: whoever asks for it waits for the next one. */
  delete(): Promise<void>;
}

/** See {@link Shared.queue}. */
export interface Queue<T = any> {
  readonly name: string;
  /** Adds a value, when there is room. @throws {TimeoutError} (rejects) when time runs out; then it is not added */
  put(value: T, options?: Patience): Promise<void>;
  /** Takes the first one out, when there is one. @throws {TimeoutError} (rejects) when time runs out; then it has taken none */
  get(options?: Patience): Promise<Shareable<T>>;
  /** Takes `count` out when there are so many, or all that there are, perhaps none, if it is left out. Errors as for `get`. */
  getBatch(count?: number, options?: Patience): Promise<Shareable<T>[]>;
  /** How many are in it. */
  size(): Promise<number>;
  /** Empties and ends it: whoever waits there gets a {@link CoordinationError}. What is put afterwards begins a new one. */
  close(): Promise<void>;
}

// Only what says `export` is exported.
export {};
