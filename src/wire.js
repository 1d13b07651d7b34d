// The numbers on the wire. Generated from wire.rs: change that file, then run `cargo xtask wire`.

/** Order: `[RUN, task, run, function, flags, args, deps, deps × [task, run, worker, position]]`, takes `args` values, and one more, the paths of nested dependencies, if `flags` has `NESTED`. */
export const RUN = 1;
/** Order: `[DROP, run]`: forget the result of that run. */
export const DROP = 2;
/** Order: `[SEND, task, run]`: the page wants that result; answered by `VALUE` or `UNSENT`. */
export const SEND = 3;
/** Order: `[PUT, task, run]`, takes one value: keep it as the result of that run (scattered data). */
export const PUT = 4;
/** Order: `[INSPECT]`: say what the store holds; answered by `INSPECTED`. */
export const INSPECT = 5;
/** Words of a `RUN` record before its dependencies. */
export const RUN_HEAD = 7;
/** Words of one dependency in a `RUN` record: task, run, worker that holds it, position among the arguments. */
export const DEP_WORDS = 4;
/** Flag of `RUN`: the page waits for the value, so a small one travels with the report. */
export const WANTED = 1;
/** Flag of `RUN`: a future of the task exists on the page, so a tiny value travels with the report unasked. */
export const FUTURE = 4;
/** Flag of `RUN`: some dependencies sit inside arguments; their position is -1 and a further value gives their paths. */
export const NESTED = 2;
/** Flag of `RUN`: nothing else is under way in the pool, so the worker stays awake for a moment afterwards. */
export const LONE = 8;
/** Report: `[FINISHED, task, run, start, duration, bytes, type, value]`: start in ms on the page's clock, duration in ms, estimated bytes of the result, its type (an index of `TYPES`), and 1 if the value travels along. */
export const FINISHED = 1;
/** Report: `[ERRED, task, run, start, duration]`, takes one value: the encoded error. */
export const ERRED = 2;
/** Report: `[YIELDED, task, run]`: the task awaits something; its slot is free. */
export const YIELDED = 3;
/** Report: `[VALUE, task, run]`, takes one value: the result that `SEND` asked for. */
export const VALUE = 4;
/** Report: `[UNSENT, task, run]`, takes one value: the encoded error of a result that cannot be sent. */
export const UNSENT = 5;
/** Report: `[FETCHED, task, run]`: this worker now holds a copy of that result too. */
export const FETCHED = 6;
/** Report: `[INSPECTED, results, bytes]`: how many results the store holds, and their estimated bytes. */
export const INSPECTED = 7;
/** To the page: `[SETTLE_FINISHED, task, type, bytes, value]`: value is 1 + its index in the report's values, or 0. */
export const SETTLE_FINISHED = 1;
/** To the page: `[SETTLE_ERRED, task, blame, value]`: the task whose error it is, and 1 + its index in the values, or 0 when the page already has the error of `blame`. */
export const SETTLE_ERRED = 2;
/** To the page: `[DELIVER, task, value]`: the value that was asked for, as 1 + its index. */
export const DELIVER = 3;
/** To the page: `[UNDELIVERED, task, value]`: why the value that was asked for cannot be had, as 1 + its index. */
export const UNDELIVERED = 4;
/** To the page: `[FORGET, task]`: nobody needs the task any more, its row may be reused. */
export const FORGET = 5;
/** To the page: `[TERMINATE, worker]`: that worker has retired. */
export const TERMINATE = 6;
/** Submission: `[function, flags, hash × 4, deps, deps × task]`; a dependency below 0 is the task `-1 - d` of the same batch. */
export const SUBMIT_HEAD = 7;
/** Flag of a submission: the call is pure, and `hash` names its arguments. */
export const PURE = 1;
/** Flag of a submission: a future of this task exists on the page. */
export const HELD = 2;

/** Names of result types, by the index that `FINISHED` carries. */
export const TYPES = [
  'undefined',
  'null',
  'boolean',
  'number',
  'string',
  'bigint',
  'Array',
  'Map',
  'Set',
  'Date',
  'RegExp',
  'Error',
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Blob',
  'File',
  'ImageBitmap',
  'ImageData',
  'Object',
];
