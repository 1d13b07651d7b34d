//! What the driver must do: everything the scheduler ever orders.

use super::task::{RunId, TaskId, WorkerId};

/// One order. The driver performs them in the order given and decides nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// A submitted call, or scattered data, is this task.
    Accepted {
        /// Its id.
        task: TaskId,
        /// Whether the task existed before: an equal pure call, whose result is shared.
        known: bool,
    },
    /// Send a task to a worker. Its function, inputs and where they lie are read off the scheduler when this is performed.
    Run {
        /// The worker.
        worker: WorkerId,
        /// The task.
        task: TaskId,
        /// The name of this assignment, and of the result it will make.
        run: RunId,
    },
    /// Tell a worker to forget a result.
    Drop {
        /// The worker.
        worker: WorkerId,
        /// The run that made it.
        run: RunId,
    },
    /// Send scattered data to a worker.
    Put {
        /// The worker.
        worker: WorkerId,
        /// The task that stands for the data.
        task: TaskId,
        /// The name under which the worker keeps it.
        run: RunId,
    },
    /// Have a worker send a result to the page.
    Send {
        /// A worker that holds it.
        worker: WorkerId,
        /// The task.
        task: TaskId,
        /// The run that made it.
        run: RunId,
    },
    /// Tell the client how a task ended: finished for tasks it holds a future of, erred for every task.
    Settle {
        /// The task.
        task: TaskId,
        /// How.
        outcome: Outcome,
    },
    /// The task is gone; its id may come back for another. The client lets go of its arguments.
    Forget {
        /// The task.
        task: TaskId,
    },
    /// End a worker that has retired.
    Terminate {
        /// The worker.
        worker: WorkerId,
    },
}

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// Its result is in memory.
    Finished {
        /// Estimated size.
        bytes: u64,
        /// Type of the result, as reported.
        kind: u8,
    },
    /// It has no result because `blame` threw: the task itself, or one it depends on.
    Erred {
        /// The task that threw.
        blame: TaskId,
    },
}
