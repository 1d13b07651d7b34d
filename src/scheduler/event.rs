//! What happened: everything the scheduler is ever told.

use super::task::{FunctionId, RunId, TaskId, WorkerId};

/// One thing that happened. Times are milliseconds on one clock that never goes back; `handle` gets the present.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A function got the next free [`FunctionId`]; its name is the prefix of its tasks' keys.
    FunctionDefined {
        /// What people call it.
        name: &'a str,
    },
    /// A worker said hello and can be given work. Ids of workers are never used again.
    WorkerJoined {
        /// Its id.
        worker: WorkerId,
        /// How many tasks it may have under way at once, those that only await included.
        concurrency: u32,
    },
    /// A worker shall end: it gets nothing new, and is terminated once it runs nothing and holds nothing.
    WorkerRetired {
        /// Its id.
        worker: WorkerId,
    },
    /// Calls were submitted, all at once: answered by one `Accepted` each, in order.
    TasksSubmitted {
        /// The calls.
        tasks: &'a [Submission],
        /// Their dependencies, one after the other.
        dependencies: &'a [Dependency],
    },
    /// Data came from the page: answered by an `Accepted` and a `Put` each, in order.
    DataScattered {
        /// The function whose name names the data (`data`, as a rule).
        function: FunctionId,
        /// Estimated bytes and the type of each piece.
        data: &'a [(u64, u8)],
    },
    /// A task returned.
    TaskFinished {
        /// The worker that ran it, and now holds the result.
        worker: WorkerId,
        /// The task.
        task: TaskId,
        /// The assignment that ended.
        run: RunId,
        /// When it began.
        start: f64,
        /// How long it computed, in milliseconds.
        duration: f64,
        /// Estimated size of the result.
        bytes: u64,
        /// The result's type: an index of the wire's table, carried for the client.
        kind: u8,
    },
    /// A task threw.
    TaskErred {
        /// The worker that ran it.
        worker: WorkerId,
        /// The task.
        task: TaskId,
        /// The assignment that ended.
        run: RunId,
        /// When it began.
        start: f64,
        /// How long it computed, in milliseconds.
        duration: f64,
    },
    /// A task awaits something and has given its slot back; it is still under way.
    TaskYielded {
        /// The worker that runs it.
        worker: WorkerId,
        /// The task.
        task: TaskId,
        /// The assignment.
        run: RunId,
    },
    /// A worker got a copy of a result from another.
    DataFetched {
        /// The worker that now holds it too.
        worker: WorkerId,
        /// The task whose result it is.
        task: TaskId,
        /// The run that made it.
        run: RunId,
    },
    /// The page wants these results; those in memory are sent, the others ask again when they settle.
    ValuesWanted {
        /// The tasks.
        tasks: &'a [TaskId],
    },
    /// The page holds no future of these tasks any more.
    HandlesDropped {
        /// The tasks.
        tasks: &'a [TaskId],
    },
}

/// One submitted call.
#[derive(Debug, Clone, Copy)]
pub struct Submission {
    /// What is called.
    pub function: FunctionId,
    /// The hash of function and arguments when the call is pure: equal calls are one task.
    pub token: Option<u128>,
    /// Whether a future of it exists on the page; otherwise only its dependents keep it.
    pub held: bool,
    /// How many entries of `dependencies` are its own.
    pub dependencies: u32,
}

/// One input of a submitted call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependency {
    /// A task the scheduler knows.
    Known(TaskId),
    /// An earlier call of the same batch, by its position.
    Earlier(u32),
}
