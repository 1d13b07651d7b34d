// The numbers on the wire. Generated from wire.rs: change that file, then run `cargo xtask wire`.

/** Order: `[RUN, task, run, function, flags, args, deps, deps × [task, run, worker, position]]`, takes `args` values, and one more, the paths of nested dependencies, if `flags` has `NESTED`. */
export const RUN = 1;
/** Order: `[RUNS, function, flags, args, count, count × [task, run]]`: that many runs without dependencies, each of which takes `args` values; if `flags` has `NUMBERS` it takes none, and `args` numbers follow each of them. To the page it comes with `args` 0, and no flag but `TAKES`. */
export const RUNS = 10;
/** Order: `[DROP, run]`: forget the result of that run. */
export const DROP = 2;
/** Order: `[SEND, task, run, takes]`: the page wants that result, and takes it away if `takes` is 1; answered by `VALUE` or `UNSENT`. To the page `takes` says whether it may. */
export const SEND = 3;
/** Order: `[PUT, task, run]`, takes one value: keep it as the result of that run (scattered data). */
export const PUT = 4;
/** Order: `[INSPECT]`: say what the store holds; answered by `INSPECTED`. */
export const INSPECT = 5;
/** Order: `[STOP, run, firm]`: do not begin that run, or give it up; answered by `STOPPED` if it never began or was aborted, else reported as usual. If `firm` is 1 the page waits for the answer, and ends the worker if none comes. */
export const STOP = 6;
/** Order: `[GONE, worker]`: that worker is dead; fetches from it fail at once. */
export const GONE = 7;
/** Order: `[FETCH, task, run, worker]`: get a copy of that result from that worker; answered by `FETCHED` or `UNFETCHED`, or not at all if that worker is gone or has it no more: the page knows. */
export const FETCH = 8;
/** Order: `[ASK, task, run, worker, takes]`: that worker needs that result, and takes it away if `takes` is 1: answer it as if it had asked. */
export const ASK = 9;
/** Order: `[CALL, call, function, args]`, takes `args` values: call it at once, past the scheduler; answered by `CALLED`. */
export const CALL = 20;
/** Words of a `RUN` record before its dependencies. */
export const RUN_HEAD = 7;
/** Words of a `RUNS` record before its runs. */
export const RUNS_HEAD = 5;
/** Words of one dependency in a `RUN` record: task, run, worker that holds it (`-1 - worker` if the result shall be taken away from there, or, where the task runs, nothing else takes it), position in the call as `positions.js` says it. */
export const DEP_WORDS = 4;
/** Flag of `RUN`: the page waits for the value, so a small one travels with the report. */
export const WANTED = 1;
/** Flag of `RUN`: a future of the task exists on the page, so a tiny value travels with the report unasked. */
export const FUTURE = 4;
/** Flag of `RUN`: some dependencies are deep inside arguments; their position is -1 and a further value gives their paths. */
export const NESTED = 2;
/** Flag of `RUN`: nothing else is under way in the pool, so the worker stays awake for a moment afterwards. */
export const LONE = 8;
/** Flag of `RUN`: its time is limited, so the worker says `BEGAN` before it calls the function. */
export const TIMED = 16;
/** Flag of `RUN`: the workers that hold its dependencies have been told by `ASK`. */
export const ASKED = 32;
/** Flag of `RUN`: the page takes the result away, so one that can be moved travels with the report. To the page it says that it may. */
export const TAKES = 128;
/** Flag of `RUNS`: the arguments are numbers, and come as words. */
export const NUMBERS = 64;
/** Report: `[FINISHED, task, run, start, duration, bytes, type, travels]`: start in ms on the page's clock, duration in ms, estimated bytes of the result, its type (an index of `TYPES`), and 1 if the value travels along. */
export const FINISHED = 1;
/** Report: `[FINISHED_NUMBERS, type, count, count × [task, run, start, duration, value]]`: the same of so many results of that type, at most `TYPE_NUMBER`; `value` is the value itself, as a number. */
export const FINISHED_NUMBERS = 17;
/** Words of each result in a `FINISHED_NUMBERS` record. */
export const NUMBER_WORDS = 5;
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
/** Report: `[RESCHEDULED, task, run]`: the task asked to be placed anew. */
export const RESCHEDULED = 8;
/** Report: `[INPUTS_MISSING, task, run]`: the run could not begin because an input could not be fetched. */
export const INPUTS_MISSING = 9;
/** Report: `[STOPPED, task, run]`: a run that `STOP` named never began, or was aborted; `task` may be 0. */
export const STOPPED = 10;
/** Report: `[BEGAN, task, run, start]`: a run that `TIMED` marked, or any while runs linger there, is about to begin, at that ms on the page's clock. */
export const BEGAN = 12;
/** Report: `[LINGERS, task, run]`: an async run was stopped firmly, and its code may still go on. */
export const LINGERS = 15;
/** Report: `[LEFT, task, run]`: a run that lingered has ended. */
export const LEFT = 16;
/** Report: `[MISSING, task, run]`: this worker was asked for that result and has not got it. */
export const MISSING = 11;
/** Report: `[CALLED, call, thrown]`, takes one value: what was returned, or, if `thrown` is 1, the encoded error. */
export const CALLED = 20;
/** Report: `[UNFETCHED, task, run]`: the copy that `FETCH` ordered cannot be had. */
export const UNFETCHED = 13;
/** Report: `[SPILLED, bytes, results]`: so many bytes of what this worker holds, of so many results, lie on disk now, and not in memory. */
export const SPILLED = 14;
/** To the page: `[SETTLE_FINISHED, task, type, bytes, value]`: value is 1 + its index in the report's values, or 0. */
export const SETTLE_FINISHED = 1;
/** To the page: `[SETTLE_NUMBERS, type, count, count × [task, value]]`: so many tasks with results of that type, at most `TYPE_NUMBER`; `value` is the value itself, as a number. */
export const SETTLE_NUMBERS = 13;
/** Index of `number` in `TYPES`: what has this type, or one before it, is as good as a number. */
export const TYPE_NUMBER = 3;
/** Bytes that a number, and what is as good as one, counts for. */
export const NUMBER_BYTES = 8;
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
/** To the page: `[SETTLE_FAILED, task, reason, detail]`: the task ended without a result and without having thrown. */
export const SETTLE_FAILED = 7;
/** To the page: `[LOST, task]`: the result of a task that a future names is lost, and is being made again. */
export const LOST = 8;
/** To the page: `[UNSETTLE, task]`: a task that had settled is pending again. */
export const UNSETTLE = 9;
/** To the page: `[WATCH, worker, on]`: say `Engine.silent` of that worker as long as it does not answer, until `on` is 0. */
export const WATCH = 12;
/** To the page: `[REMIND, at]`: call `Engine.reminded` at that time, in ms on the page's clock. */
export const REMIND = 10;
/** To the page: `[COPIED, task]`: the copies of the result that were asked for are there, as far as they can be. */
export const COPIED = 11;
/** To the page: `[ANSWER, request, answer, detail]`: what is answered to something that was asked by name. */
export const ANSWER = 20;
/** To the page: `[DISCARD, item]`: the value that came with that request is needed no more. */
export const DISCARD = 21;
/** Answer: it is done. */
export const DONE = 1;
/** Answer: the value that came with the request `detail`. */
export const ITEM = 2;
/** Answer: the number `detail`. */
export const NUMBER = 3;
/** Answer: that lease was given back already. */
export const NOT_HELD = 4;
/** Answer: the thing has `detail` leases, or room for so many. */
export const OTHER_LIMIT = 5;
/** Answer: the queue was closed. */
export const QUEUE_CLOSED = 6;
/** Answer: there is such a dataset already. */
export const EXISTS = 7;
/** Answer: there is no such thing. */
export const UNKNOWN = 8;
/** Question: one of `number` leases of a semaphore. */
export const ACQUIRE = 1;
/** Question: give the lease of the request `number` back. */
export const RELEASE = 2;
/** Question: how many leases are taken. */
export const TAKEN = 3;
/** Question: set an event. */
export const SET_EVENT = 4;
/** Question: unset it. */
export const CLEAR_EVENT = 5;
/** Question: wait until it is set. */
export const AWAIT_EVENT = 6;
/** Question: whether it is. */
export const IS_SET = 7;
/** Question: give a variable the value that comes along. */
export const ASSIGN = 8;
/** Question: the value of a variable. */
export const READ = 9;
/** Question: take it away. */
export const DELETE = 10;
/** Question: add the value that comes along to a queue, which has room for `number` if that is not 0. */
export const PUT_ITEM = 11;
/** Question: the first in a queue, which has room for `number` if that is not 0. */
export const GET_ITEM = 12;
/** Question: `number` items of a queue, all there are if that is 0. */
export const GET_ITEMS = 13;
/** Question: how many are in a queue. */
export const SIZE = 14;
/** Question: end a queue. */
export const CLOSE_QUEUE = 15;
/** Question: publish the value that comes along, in place of another if `number` is 1. */
export const PUBLISH = 16;
/** Question: a published dataset. */
export const DATASET = 17;
/** Question: take it back. */
export const UNPUBLISH = 18;
/** Reason of `SETTLE_FAILED`: a client gave up the task `detail`, which is this one or one it depends on. */
export const CANCELLED = 1;
/** Reason of `SETTLE_FAILED`: it killed `detail` workers. */
export const KILLED = 2;
/** Reason of `SETTLE_FAILED`: it ran for longer than the `detail` ms that it may. */
export const TIMED_OUT = 3;
/** Reason of `SETTLE_FAILED`: its inputs, `detail` bytes, fit into no worker that may run it. */
export const TOO_LARGE = 4;
/** Reason of `SETTLE_FAILED`: it is scattered data whose last copy is lost. */
export const LOST_DATA = 5;
/** Reason of `SETTLE_FAILED`: it is an actor whose worker is gone. */
export const LOST_ACTOR = 10;
/** Reason of `SETTLE_FAILED`: it takes actors that are in different workers. */
export const ACTORS_APART = 11;
/** Reason of `SETTLE_FAILED`: everything began anew. */
export const RESTARTED = 6;
/** Reason of `SETTLE_FAILED`: it had not finished `detail` ms after it was submitted. */
export const EXPIRED = 7;
/** Submission: `[function, flags, hash × 4, deps, options, deps × task]`; a dependency below 0 is the task `-1 - d` of the same batch; `options` is an id that `Engine.options` gave, or 0. */
export const SUBMIT_HEAD = 8;
/** Flag of a submission: the call is pure, and `hash` names its arguments. */
export const PURE = 1;
/** Flag of a submission: a future of this task exists on the page. */
export const HELD = 2;
/** Words of a piece of scattered data: `[bytes, type, hash × 4]`. */
export const PIECE_WORDS = 6;
/** Added to the type of a piece of scattered data: the page keeps a copy of it. */
export const KEPT = 256;
/** Added to the type of a piece of scattered data: equal data is one task, by `hash`. */
export const HASHED = 512;
/** Options: `[priority, retries, flags, timeout, deadline, places, resources, places × place, resources × [resource, amount]]`. */
export const OPTIONS_HEAD = 7;
/** Flag of options: nothing is prefetched behind the task, nor it behind others. */
export const ALONE = 1;
/** Flag of options: workers elsewhere will do as long as none is in any of the places. */
export const ALLOW_OTHERS = 2;
/** Flag of options: the result is an actor. */
export const ACTOR = 16;
/** Flag of options: the result is moved, not copied, to the worker that needs it, if nothing else under way does. */
export const MOVES = 4;
/** Why a task has not ended: for `detail` inputs. */
export const REASON_INPUTS = 1;
/** Why a task has not ended: `detail` tasks are before it in its queue. */
export const REASON_QUEUED = 2;
/** Why a task has not ended: no worker is in the places that it may run in. */
export const REASON_NO_PLACE = 3;
/** Why a task has not ended: no worker has what it takes of some resource. */
export const REASON_NO_RESOURCES = 4;
/** Why a task has not ended: there is no worker at all. */
export const REASON_NO_WORKER = 5;
/** Why a task has not ended: worker `detail` has it. */
export const REASON_PROCESSING = 6;
/** Advice: start workers until there are so many. */
export const GROW = 1;
/** Advice: retire these workers. */
export const SHRINK = 2;

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
