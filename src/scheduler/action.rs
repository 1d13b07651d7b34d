//! What the driver must do: everything the scheduler ever orders.

use super::coordination::{Answer, RequestId};
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
    /// Have a worker not begin a run, or give it up; answered by `RunStopped`, unless the run is reported as usual. Its
    /// slot is taken until one of the two is said.
    Stop {
        /// The worker.
        worker: WorkerId,
        /// The run.
        run: RunId,
        /// Whether to insist: the page says `StopOverdue` if the worker does not answer in time.
        firm: bool,
    },
    /// Have a worker fetch a copy of a result from another; answered by `DataFetched` or `DataUnfetched`.
    Fetch {
        /// The worker.
        worker: WorkerId,
        /// The task.
        task: TaskId,
        /// The run that made the result.
        run: RunId,
        /// A worker that holds it.
        holder: WorkerId,
    },
    /// Tell the page that the copies it asked for are there, as far as they can be.
    Copied {
        /// The task.
        task: TaskId,
    },
    /// Tell a worker that another is gone: whatever it waits for from there does not come.
    Gone {
        /// The worker to tell.
        worker: WorkerId,
        /// The one that is gone.
        gone: WorkerId,
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
    /// Tell the client that the result of a task it holds is lost; it is being made again, and then `Settle` comes again.
    Lost {
        /// The task.
        task: TaskId,
    },
    /// Tell the client that a task that had settled is pending again.
    Unsettle {
        /// The task.
        task: TaskId,
    },
    /// Say `WorkerSilent` of a worker whenever it does not answer, until told that this is no longer needed.
    Watch {
        /// The worker.
        worker: WorkerId,
        /// Whether to begin or to end.
        on: bool,
    },
    /// Say `Reminded` at that time. Before it was said an earlier time may be ordered: then that one alone counts.
    Remind {
        /// When, in milliseconds on the clock of `handle`.
        at: f64,
    },
    /// The task is gone; its id may come back for another. The client lets go of its arguments.
    Forget {
        /// The task.
        task: TaskId,
    },
    /// Answer a request. What is an item's is there until it is discarded.
    Answer {
        /// What was asked.
        request: RequestId,
        /// What is answered.
        answer: Answer,
    },
    /// Let go of a value that came with a request.
    Discard {
        /// That request.
        item: RequestId,
    },
    /// End a worker: it has retired, or does not stop what it should. The scheduler knows it no more.
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
    /// A client gave it up.
    Cancelled {
        /// The task that was cancelled: the task itself, or one it depends on.
        blame: TaskId,
    },
    /// Everything began anew.
    Restarted,
    /// It killed the workers that ran it.
    Killed {
        /// How many.
        deaths: u32,
    },
    /// It ran for longer than it may.
    TimedOut {
        /// Milliseconds that it may run.
        timeout: f64,
    },
    /// It had not ended in time.
    Expired {
        /// Milliseconds that it had from when it was submitted.
        deadline: f64,
    },
    /// Its inputs are larger than what any worker that may run it can store.
    TooLarge {
        /// Their bytes.
        bytes: u64,
    },
    /// It is scattered data whose last copy is lost.
    LostData,
    /// It is an actor whose worker is gone.
    LostActor,
    /// It takes actors that are in different workers.
    ActorsApart,
}
