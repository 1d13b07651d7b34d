//! The numbers on the wire between the page and its workers.
//!
//! A message is `['webfutures', words, values]`: `words` are records, in a `Float64Array` or, if they are few, in an array,
//! which is cheaper to send; `values` is an array of structured-cloned values that the records take in order. A record
//! begins with its kind; every number is a plain `f64`, so ids, milliseconds and bytes need no splitting (integers are
//! exact up to 2^53). To a worker another element may follow, what it needs to know first:
//! `{ functions: [[id, definition]], ports: [[worker, MessagePort]] }`.
//! `wire.js` beside this file is generated from this one.

macro_rules! wire {
    ($($(#[doc = $doc:literal])+ $name:ident = $value:literal;)+) => {
        $($(#[doc = $doc])+ pub const $name: f64 = $value as f64;)+
        /// Every constant with its value and its documentation: what `wire.js` is generated from.
        pub const ALL: &[(&str, f64, &str)] = &[$((stringify!($name), $name, concat!($($doc),+))),+];
    };
}

wire! {
    /// Order: `[RUN, task, run, function, flags, args, deps, deps × [task, run, worker, position]]`, takes `args` values,
    /// and one more, the paths of nested dependencies, if `flags` has `NESTED`.
    RUN = 1;
    /// Order: `[RUNS, function, flags, args, count, count × [task, run]]`: that many runs without dependencies, each of which takes
    /// `args` values; if `flags` has `NUMBERS` it takes none, and `args` numbers follow each of them. To the page it comes with `args` 0,
    /// and no flag but `TAKES`.
    RUNS = 10;
    /// Order: `[DROP, run]`: forget the result of that run.
    DROP = 2;
    /// Order: `[SEND, task, run, takes]`: the page wants that result, and takes it away if `takes` is 1; answered by `VALUE` or
    /// `UNSENT`. To the page `takes` says whether it may.
    SEND = 3;
    /// Order: `[PUT, task, run]`, takes one value: keep it as the result of that run (scattered data).
    PUT = 4;
    /// Order: `[INSPECT]`: say what the store holds; answered by `INSPECTED`.
    INSPECT = 5;

    /// Order: `[STOP, run, firm]`: do not begin that run, or give it up; answered by `STOPPED` if it never began or was
    /// aborted, else reported as usual. If `firm` is 1 the page waits for the answer, and ends the worker if none comes.
    STOP = 6;
    /// Order: `[GONE, worker]`: that worker is dead; fetches from it fail at once.
    GONE = 7;
    /// Order: `[FETCH, task, run, worker]`: get a copy of that result from that worker; answered by `FETCHED` or `UNFETCHED`, or not
    /// at all if that worker is gone or has it no more: the page knows.
    FETCH = 8;

    /// Order: `[ASK, task, run, worker, takes]`: that worker needs that result, and takes it away if `takes` is 1: answer it as if it
    /// had asked.
    ASK = 9;

    /// Order: `[CALL, call, function, args]`, takes `args` values: call it at once, past the scheduler; answered by `CALLED`.
    CALL = 20;

    /// Words of a `RUN` record before its dependencies.
    RUN_HEAD = 7;
    /// Words of a `RUNS` record before its runs.
    RUNS_HEAD = 5;
    /// Words of one dependency in a `RUN` record: task, run, worker that holds it (`-1 - worker` if the result shall be taken
    /// away from there, or, where the task runs, nothing else takes it), position in the call as `positions.js` says it.
    DEP_WORDS = 4;
    /// Flag of `RUN`: the page waits for the value, so a small one travels with the report.
    WANTED = 1;
    /// Flag of `RUN`: a future of the task exists on the page, so a tiny value travels with the report unasked.
    FUTURE = 4;
    /// Flag of `RUN`: some dependencies are deep inside arguments; their position is -1 and a further value gives their paths.
    NESTED = 2;
    /// Flag of `RUN`: nothing else is under way in the pool, so the worker stays awake for a moment afterwards.
    LONE = 8;
    /// Flag of `RUN`: its time is limited, so the worker says `BEGAN` before it calls the function.
    TIMED = 16;
    /// Flag of `RUN`: the workers that hold its dependencies have been told by `ASK`.
    ASKED = 32;

    /// Flag of `RUN`: the page takes the result away, so one that can be moved travels with the report. To the page it says that it may.
    TAKES = 128;

    /// Flag of `RUNS`: the arguments are numbers, and come as words.
    NUMBERS = 64;

    /// Report: `[FINISHED, task, run, start, duration, bytes, type, travels]`: start in ms on the page's clock, duration in ms,
    /// estimated bytes of the result, its type (an index of `TYPES`), and 1 if the value travels along.
    FINISHED = 1;
    /// Report: `[FINISHED_NUMBERS, type, count, count × [task, run, start, duration, value]]`: the same of so many results of that type,
    /// at most `TYPE_NUMBER`; `value` is the value itself, as a number.
    FINISHED_NUMBERS = 17;
    /// Words of each result in a `FINISHED_NUMBERS` record.
    NUMBER_WORDS = 5;
    /// Report: `[ERRED, task, run, start, duration]`, takes one value: the encoded error.
    ERRED = 2;
    /// Report: `[YIELDED, task, run]`: the task awaits something; its slot is free.
    YIELDED = 3;
    /// Report: `[VALUE, task, run]`, takes one value: the result that `SEND` asked for.
    VALUE = 4;
    /// Report: `[UNSENT, task, run]`, takes one value: the encoded error of a result that cannot be sent.
    UNSENT = 5;
    /// Report: `[FETCHED, task, run]`: this worker now holds a copy of that result too.
    FETCHED = 6;
    /// Report: `[INSPECTED, results, bytes]`: how many results the store holds, and their estimated bytes.
    INSPECTED = 7;

    /// Report: `[RESCHEDULED, task, run]`: the task asked to be placed anew.
    RESCHEDULED = 8;
    /// Report: `[INPUTS_MISSING, task, run]`: the run could not begin because an input could not be fetched.
    INPUTS_MISSING = 9;
    /// Report: `[STOPPED, task, run]`: a run that `STOP` named never began, or was aborted; `task` may be 0.
    STOPPED = 10;
    /// Report: `[BEGAN, task, run, start]`: a run that `TIMED` marked, or any while runs linger there, is about to begin, at that
    /// ms on the page's clock.
    BEGAN = 12;
    /// Report: `[LINGERS, task, run]`: an async run was stopped firmly, and its code may still go on.
    LINGERS = 15;
    /// Report: `[LEFT, task, run]`: a run that lingered has ended.
    LEFT = 16;
    /// Report: `[MISSING, task, run]`: this worker was asked for that result and has not got it.
    MISSING = 11;

    /// Report: `[CALLED, call, thrown]`, takes one value: what was returned, or, if `thrown` is 1, the encoded error.
    CALLED = 20;
    /// Report: `[UNFETCHED, task, run]`: the copy that `FETCH` ordered cannot be had.
    UNFETCHED = 13;
    /// Report: `[SPILLED, bytes, results]`: so many bytes of what this worker holds, of so many results, lie on disk now, and not in
    /// memory.
    SPILLED = 14;

    /// To the page: `[SETTLE_FINISHED, task, type, bytes, value]`: value is 1 + its index in the report's values, or 0.
    SETTLE_FINISHED = 1;
    /// To the page: `[SETTLE_NUMBERS, type, count, count × [task, value]]`: so many tasks with results of that type, at most `TYPE_NUMBER`;
    /// `value` is the value itself, as a number.
    SETTLE_NUMBERS = 13;
    /// Index of `number` in `TYPES`: what has this type, or one before it, is as good as a number.
    TYPE_NUMBER = 3;
    /// Bytes that a number, and what is as good as one, counts for.
    NUMBER_BYTES = 8;
    /// To the page: `[SETTLE_ERRED, task, blame, value]`: the task whose error it is, and 1 + its index in the values, or 0
    /// when the page already has the error of `blame`.
    SETTLE_ERRED = 2;
    /// To the page: `[DELIVER, task, value]`: the value that was asked for, as 1 + its index.
    DELIVER = 3;
    /// To the page: `[UNDELIVERED, task, value]`: why the value that was asked for cannot be had, as 1 + its index.
    UNDELIVERED = 4;
    /// To the page: `[FORGET, task]`: nobody needs the task any more, its row may be reused.
    FORGET = 5;
    /// To the page: `[TERMINATE, worker]`: that worker has retired.
    TERMINATE = 6;

    /// To the page: `[SETTLE_FAILED, task, reason, detail]`: the task ended without a result and without having thrown.
    SETTLE_FAILED = 7;
    /// To the page: `[LOST, task]`: the result of a task that a future names is lost, and is being made again.
    LOST = 8;
    /// To the page: `[UNSETTLE, task]`: a task that had settled is pending again.
    UNSETTLE = 9;
    /// To the page: `[WATCH, worker, on]`: say `Engine.silent` of that worker as long as it does not answer, until `on` is 0.
    WATCH = 12;
    /// To the page: `[REMIND, at]`: call `Engine.reminded` at that time, in ms on the page's clock.
    REMIND = 10;

    /// To the page: `[COPIED, task]`: the copies of the result that were asked for are there, as far as they can be.
    COPIED = 11;
    /// To the page: `[ANSWER, request, answer, detail]`: what is answered to something that was asked by name.
    ANSWER = 20;
    /// To the page: `[DISCARD, item]`: the value that came with that request is needed no more.
    DISCARD = 21;

    /// Answer: it is done.
    DONE = 1;
    /// Answer: the value that came with the request `detail`.
    ITEM = 2;
    /// Answer: the number `detail`.
    NUMBER = 3;
    /// Answer: that lease was given back already.
    NOT_HELD = 4;
    /// Answer: the thing has `detail` leases, or room for so many.
    OTHER_LIMIT = 5;
    /// Answer: the queue was closed.
    QUEUE_CLOSED = 6;
    /// Answer: there is such a dataset already.
    EXISTS = 7;
    /// Answer: there is no such thing.
    UNKNOWN = 8;

    /// Question: one of `number` leases of a semaphore.
    ACQUIRE = 1;
    /// Question: give the lease of the request `number` back.
    RELEASE = 2;
    /// Question: how many leases are taken.
    TAKEN = 3;
    /// Question: set an event.
    SET_EVENT = 4;
    /// Question: unset it.
    CLEAR_EVENT = 5;
    /// Question: wait until it is set.
    AWAIT_EVENT = 6;
    /// Question: whether it is.
    IS_SET = 7;
    /// Question: give a variable the value that comes along.
    ASSIGN = 8;
    /// Question: the value of a variable.
    READ = 9;
    /// Question: take it away.
    DELETE = 10;
    /// Question: add the value that comes along to a queue, which has room for `number` if that is not 0.
    PUT_ITEM = 11;
    /// Question: the first in a queue, which has room for `number` if that is not 0.
    GET_ITEM = 12;
    /// Question: `number` items of a queue, all there are if that is 0.
    GET_ITEMS = 13;
    /// Question: how many are in a queue.
    SIZE = 14;
    /// Question: end a queue.
    CLOSE_QUEUE = 15;
    /// Question: publish the value that comes along, in place of another if `number` is 1.
    PUBLISH = 16;
    /// Question: a published dataset.
    DATASET = 17;
    /// Question: take it back.
    UNPUBLISH = 18;

    /// Reason of `SETTLE_FAILED`: a client gave up the task `detail`, which is this one or one it depends on.
    CANCELLED = 1;
    /// Reason of `SETTLE_FAILED`: it killed `detail` workers.
    KILLED = 2;
    /// Reason of `SETTLE_FAILED`: it ran for longer than the `detail` ms that it may.
    TIMED_OUT = 3;
    /// Reason of `SETTLE_FAILED`: its inputs, `detail` bytes, fit into no worker that may run it.
    TOO_LARGE = 4;
    /// Reason of `SETTLE_FAILED`: it is scattered data whose last copy is lost.
    LOST_DATA = 5;
    /// Reason of `SETTLE_FAILED`: it is an actor whose worker is gone.
    LOST_ACTOR = 10;
    /// Reason of `SETTLE_FAILED`: it takes actors that are in different workers.
    ACTORS_APART = 11;
    /// Reason of `SETTLE_FAILED`: everything began anew.
    RESTARTED = 6;
    /// Reason of `SETTLE_FAILED`: it had not finished `detail` ms after it was submitted.
    EXPIRED = 7;

    /// Submission: `[function, flags, hash × 4, deps, options, deps × task]`; a dependency below 0 is the task `-1 - d` of the
    /// same batch; `options` is an id that `Engine.options` gave, or 0.
    SUBMIT_HEAD = 8;
    /// Flag of a submission: the call is pure, and `hash` names its arguments.
    PURE = 1;
    /// Flag of a submission: a future of this task exists on the page.
    HELD = 2;
    /// Words of a piece of scattered data: `[bytes, type, hash × 4]`.
    PIECE_WORDS = 6;
    /// Added to the type of a piece of scattered data: the page keeps a copy of it.
    KEPT = 256;
    /// Added to the type of a piece of scattered data: equal data is one task, by `hash`.
    HASHED = 512;

    /// Options: `[priority, retries, flags, timeout, deadline, places, resources, places × place, resources × [resource, amount]]`.
    OPTIONS_HEAD = 7;
    /// Flag of options: nothing is prefetched behind the task, nor it behind others.
    ALONE = 1;
    /// Flag of options: workers elsewhere will do as long as none is in any of the places.
    ALLOW_OTHERS = 2;
    /// Flag of options: the result is an actor.
    ACTOR = 16;
    /// Flag of options: the result is moved, not copied, to the worker that needs it, if nothing else under way does.
    MOVES = 4;

    /// Why a task has not ended: for `detail` inputs.
    REASON_INPUTS = 1;
    /// Why a task has not ended: `detail` tasks are before it in its queue.
    REASON_QUEUED = 2;
    /// Why a task has not ended: no worker is in the places that it may run in.
    REASON_NO_PLACE = 3;
    /// Why a task has not ended: no worker has what it takes of some resource.
    REASON_NO_RESOURCES = 4;
    /// Why a task has not ended: there is no worker at all.
    REASON_NO_WORKER = 5;
    /// Why a task has not ended: worker `detail` has it.
    REASON_PROCESSING = 6;

    /// Advice: start workers until there are so many.
    GROW = 1;
    /// Advice: retire these workers.
    SHRINK = 2;
}

/// Names of result types, by the index that `FINISHED` carries; the last one stands for every other object.
pub const TYPES: &[&str] = &[
    "undefined",
    "null",
    "boolean",
    "number",
    "string",
    "bigint",
    "Array",
    "Map",
    "Set",
    "Date",
    "RegExp",
    "Error",
    "ArrayBuffer",
    "SharedArrayBuffer",
    "DataView",
    "Int8Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "Int16Array",
    "Uint16Array",
    "Int32Array",
    "Uint32Array",
    "Float32Array",
    "Float64Array",
    "BigInt64Array",
    "BigUint64Array",
    "Blob",
    "File",
    "ImageBitmap",
    "ImageData",
    "Object",
];

/// The text of `wire.js`.
pub fn javascript() -> String {
    let mut text = String::from(
        "// The numbers on the wire. Generated from wire.rs: change that file, then run `cargo xtask wire`.\n\n",
    );
    for (name, value, doc) in ALL {
        text.push_str(&format!("/**{doc} */\nexport const {name} = {value};\n"));
    }
    text.push_str("\n/** Names of result types, by the index that `FINISHED` carries. */\nexport const TYPES = [\n");
    for name in TYPES {
        text.push_str(&format!("  '{name}',\n"));
    }
    text.push_str("];\n");
    text
}
