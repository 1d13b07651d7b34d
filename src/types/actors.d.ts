// Actors: objects that live in a worker.
import type { Future } from './future.js';
import type { Inputs } from './values.js';

/**
 * What stands for an actor on the page: each member is a function. Calling a method's submits a call that runs in the worker
 * where the actor lives, and gives a future of what the method returns; calling that of an attribute, without arguments, gives
 * a future of its value. Calls run in the order in which they become ready, one after the other: in the order in which they
 * were made, unless one has a pending future among its arguments. While an async method awaits, others run. The actor lives as long as a future or a proxy of it, or a call.
 *
 * Given to a task as an argument, as a proxy or as the future, it is the object itself: the task runs in its worker.
 * Put into a queue, a variable or a dataset, it comes out as a proxy, or as a future of one among other values, for other clients and for
 * clients of tasks, too.
 */
export type Actor<T> = {
  readonly [K in keyof T as K extends string ? K : never]: T[K] extends (...args: infer A) => infer R
    ? (...args: Inputs<A>) => Future<Awaited<R>>
    : () => Future<T[K]>;
} & {
  /** `using counter = await client.actor(Counter)` lets it go at the end of the block. */
  [Symbol.dispose](): void;
};

/** A class by reference: an export of a module, or what a worker exposes. */
export interface ClassReference<A extends readonly unknown[] = any[], T = any> {
  readonly kind: 'module' | 'exposed';
  readonly name: string;
  /** Exists for the type checker only. */
  readonly constructs?: new (
    ...args: A
  ) => T;
}

/** What an actor can be made of. An inline class is sent as its source, so it may use only what it declares itself. */
export type ActorClass<A extends readonly unknown[], T> = (new (...args: A) => T) | ClassReference<A, T>;

// Only what says `export` is exported.
export {};
