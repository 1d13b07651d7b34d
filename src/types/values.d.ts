// What can be submitted, and what values become on their way.
import type { ClassReference } from './actors.js';
import type { Delayed, Future } from './future.js';

/** A function that can be a task: self-contained, for it travels as its source. It may be async. */
export type AnyFunction = (...args: any[]) => any;

/** What structured clone carries as a whole: nothing is looked for inside. */
type Leaf =
  | ArrayBuffer
  | SharedArrayBuffer
  | ArrayBufferView
  | Blob
  | Date
  | Error
  | ImageBitmap
  | ImageData
  | RegExp
  | AnyFunction;

/**
 * What a parameter of type `T` can be given: a value, a future or a lazy call of one, or containers (arrays, plain objects,
 * values of Maps, members of Sets) in which futures and lazy calls stand for values at any depth.
 */
export type Input<T> = T | Future<T> | Delayed<T> | InputContainer<T>;
type InputContainer<T> = T extends Leaf
  ? never
  : T extends readonly unknown[]
    ? { [K in keyof T]: Input<T[K]> }
    : T extends Map<infer K, infer V>
      ? Map<K, Input<V>>
      : T extends Set<infer V>
        ? Set<Input<V>>
        : T extends object
          ? { [K in keyof T]: Input<T[K]> }
          : never;
/** `Input` of each of a function's parameters. */
export type Inputs<A extends readonly unknown[]> = { [K in keyof A]: Input<A[K]> };

/** The same nesting with values for futures (and, if `Lazy` is true, lazy calls); `Miss` stands where one may be missing. */
type Resolved<T, Miss = never, Lazy = false> =
  T extends Future<infer R>
    ? R | Miss
    : T extends Delayed<infer R>
      ? Lazy extends true
        ? R
        : T
      : T extends Leaf
        ? T
        : T extends readonly unknown[]
          ? { -readonly [K in keyof T]: Resolved<T[K], Miss, Lazy> }
          : T extends Map<infer K, infer V>
            ? Map<K, Resolved<V, Miss, Lazy>>
            : T extends Set<infer V>
              ? Set<Resolved<V, Miss, Lazy>>
              : T extends object
                ? Same<T, { -readonly [K in keyof T]: Resolved<T[K], Miss, Lazy> }>
                : T;
/** `T` where nothing has changed, so that classes stay what they are. */
type Same<T, New> = T extends New ? T : New;

/** What `gather` brings. */
export type Gathered<T> = Resolved<T>;
/** What `gather` with `errors: 'skip'` brings: an array may be shorter, `null` stands for failures further inside. */
export type GatheredOrSkipped<T> = T extends readonly (infer E)[]
  ? (E extends Future<infer R> ? R : Resolved<E, null>)[]
  : Resolved<T, null>;
/** What `scatter` gives. */
export type Scattered<T> = [T] extends [readonly unknown[]]
  ? { -readonly [K in keyof T]: Future<T[K]> }
  : [T] extends [Leaf | Map<any, any> | Set<any>]
    ? Future<T>
    : [T] extends [object]
      ? { -readonly [K in keyof T]: Future<T[K]> }
      : Future<T>;
/** What `compute` gives. */
export type Computed<T> =
  T extends Delayed<infer R>
    ? Future<R>
    : T extends readonly unknown[]
      ? { -readonly [K in keyof T]: Computed<T[K]> }
      : T extends Resolved<T, never, true>
        ? T
        : Future<Resolved<T, never, true>>;

/** A function by reference: an export of a module, or what a worker exposes. It cannot be called here, only submitted. */
export interface TaskReference<A extends readonly unknown[] = any[], R = any> {
  readonly kind: 'module' | 'exposed';
  readonly name: string;
  /** Exists for the type checker only. */
  readonly signature?: (...args: A) => R;
}
/** References to the functions and classes among a module's exports. */
export type TaskReferences<M> = {
  readonly [K in keyof M as M[K] extends AnyFunction | (new (...args: any[]) => any) ? K : never]: M[K] extends new (
    ...args: infer A
  ) => infer T
    ? ClassReference<A, T>
    : M[K] extends (...args: infer A) => infer R
      ? TaskReference<A, R>
      : never;
};
/**
 * What can be submitted. An inline function is sent as its source, once to each worker, so it may use only its arguments,
 * what it declares and what every worker has; anything else it uses makes `submit` throw an `InvalidTaskError` that names it.
 */
export type Task<A extends readonly unknown[], R> = ((...args: A) => R) | TaskReference<A, R>;

// Only what says `export` is exported.
export {};
