//! What happened: everything the scheduler is ever told.

use super::coordination::{Ask, Asker, Holder, RequestId};
use super::options::{Limits, Options, OptionsId, PlaceId, ResourceId};
use super::task::{ClientId, FunctionId, RunId, TaskId, WorkerId};

/// One thing that happened. Times are milliseconds on one clock that never goes back; `handle` gets the present.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A function got the next free [`FunctionId`]; its name is the prefix of its tasks' keys.
    FunctionDefined {
        /// What people call it.
        name: &'a str,
    },
    /// A set of options got the next free [`OptionsId`]; 0 is the defaults, known from the start.
    OptionsDefined {
        /// What they say.
        options: Options<'a>,
    },
    /// Bounds that hold for everything from now on.
    LimitsDefined {
        /// What they are.
        limits: Limits,
    },
    /// A worker said hello and can be given work. Ids of workers are never used again.
    WorkerJoined {
        /// Its id.
        worker: WorkerId,
        /// What users call its place. A worker that replaces another has a new id and the old place.
        place: PlaceId,
        /// How many tasks it may have under way at once, those that only await included.
        concurrency: u32,
        /// What it has of each resource, for tasks that take some.
        resources: &'a [(ResourceId, u64)],
        /// Bytes of results it may store; 0 if there is no limit.
        memory_limit: u64,
    },
    /// A worker shall end: it gets nothing new, and is terminated once it runs nothing and holds nothing.
    WorkerRetired {
        /// Its id.
        worker: WorkerId,
    },
    /// A worker is gone, with everything it had. Of one that the scheduler does not know, or ordered to be terminated,
    /// this changes nothing.
    WorkerDied {
        /// Its id.
        worker: WorkerId,
        /// The run that was being computed, if the page knows.
        running: Option<RunId>,
        /// Whether what ran there may have killed it. False if the page ended it.
        blame: bool,
    },
    /// Everything begins anew: every task is given up and forgotten, and every worker is ended.
    Restarted,
    /// A worker was told to `Stop` a run, firmly, and has said nothing about it for as long as the page is willing to
    /// wait. Said again and again as long as that is so.
    StopOverdue {
        /// The worker.
        worker: WorkerId,
        /// The run.
        run: RunId,
    },
    /// The time that `Remind` asked for last has come.
    Reminded,
    /// Calls were submitted, all at once: answered by one `Accepted` each, in order.
    TasksSubmitted {
        /// Who holds futures of those that are held.
        client: ClientId,
        /// The calls.
        tasks: &'a [Submission],
        /// Their dependencies, one after the other.
        dependencies: &'a [Dependency],
    },
    /// A task submitted calls: answered as `TasksSubmitted`. They go before everything that the task itself goes before, and
    /// their priorities count from the task's.
    SubtasksSubmitted {
        /// The worker that runs the task.
        worker: WorkerId,
        /// Its present run.
        run: RunId,
        /// Who holds futures of those that are held.
        client: ClientId,
        /// The calls.
        tasks: &'a [Submission],
        /// Their dependencies, one after the other.
        dependencies: &'a [Dependency],
    },
    /// A run may await tasks that it submits: while it awaits it does not count among those its worker may have under way.
    RunNests {
        /// The worker.
        worker: WorkerId,
        /// The run.
        run: RunId,
    },
    /// Data came from the page: answered by an `Accepted` each, in order, and a `Put` for each that is new.
    DataScattered {
        /// Who holds futures of it.
        client: ClientId,
        /// The function whose name names the data (`data`, as a rule).
        function: FunctionId,
        /// Of which the places say where it may lie.
        options: OptionsId,
        /// In how many workers each piece shall lie, as far as there are so many: see `ReplicasWanted`.
        copies: u32,
        /// The pieces.
        data: &'a [Piece],
    },
    /// The page was ordered to `Put` data again of which it has no copy any more.
    DataGone {
        /// The task that stands for the data.
        task: TaskId,
        /// The run under which it should have been put.
        run: RunId,
    },
    /// Tasks returned, one after the other.
    TasksFinished {
        /// The worker that ran them, and now holds the results.
        worker: WorkerId,
        /// What it says of each.
        results: &'a [Finished],
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
    /// A run asked to be placed anew: it counts as nothing.
    TaskRescheduled {
        /// The worker that ran it.
        worker: WorkerId,
        /// The task.
        task: TaskId,
        /// The assignment that ended.
        run: RunId,
    },
    /// A run could not begin because an input could not be fetched: it counts as nothing.
    InputsMissing {
        /// The worker that was to run it.
        worker: WorkerId,
        /// The task.
        task: TaskId,
        /// The assignment that ended.
        run: RunId,
    },
    /// A worker was asked for a result that it has not got.
    DataMissing {
        /// The worker that is listed as a holder.
        worker: WorkerId,
        /// The task whose result it is.
        task: TaskId,
        /// The run that made it.
        run: RunId,
    },
    /// A run that was to be stopped never began, or was given up: its slot is free.
    RunStopped {
        /// The worker.
        worker: WorkerId,
        /// The assignment that ended.
        run: RunId,
    },
    /// An async run was stopped, firmly. It is over for its task and its slot, but its code may go on.
    RunLingers {
        /// The worker.
        worker: WorkerId,
        /// The run.
        run: RunId,
    },
    /// A run that lingered has ended.
    RunLeft {
        /// The worker.
        worker: WorkerId,
        /// The run.
        run: RunId,
    },
    /// A worker that `Watch` named does not answer. Said again and again as long as that is so.
    WorkerSilent {
        /// The worker.
        worker: WorkerId,
        /// For how many milliseconds the page has been listening in vain.
        silence: f64,
    },
    /// A worker is about to begin a run whose time is limited, or any while runs linger there: it says so before it calls the
    /// function.
    TaskBegan {
        /// The worker.
        worker: WorkerId,
        /// The task.
        task: TaskId,
        /// The assignment that begins.
        run: RunId,
        /// When.
        start: f64,
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
    /// A worker could not fetch a copy that it was ordered to fetch.
    DataUnfetched {
        /// The worker.
        worker: WorkerId,
        /// The task whose result it is.
        task: TaskId,
        /// The run that made it.
        run: RunId,
    },
    /// What a worker has put on disk, of the results that it holds, has changed.
    WorkerSpilled {
        /// The worker.
        worker: WorkerId,
        /// Bytes that lie on disk now, and not in memory.
        bytes: u64,
    },
    /// The page wants these results; those in memory are sent, the others ask again when they settle.
    ValuesWanted {
        /// The tasks.
        tasks: &'a [TaskId],
    },
    /// A result that was asked for cannot be sent: the wish for it is over.
    ValueUnsent {
        /// The task.
        task: TaskId,
    },
    /// A client wants these tasks, too: it holds futures of them from now on.
    HandlesTaken {
        /// The client.
        client: ClientId,
        /// The tasks, none of them forgotten.
        tasks: &'a [TaskId],
    },
    /// A client holds no future of these tasks any more. Those of which it holds none by now are passed over.
    HandlesDropped {
        /// The client.
        client: ClientId,
        /// The tasks.
        tasks: &'a [TaskId],
    },
    /// A client gives these tasks up, and what depends on them.
    TasksCancelled {
        /// The client.
        client: ClientId,
        /// The tasks.
        tasks: &'a [TaskId],
        /// Whether also those that other clients want.
        force: bool,
    },
    /// Erred tasks shall be tried again from where they failed; finished ones are dropped and made again.
    TasksRetried {
        /// The tasks.
        tasks: &'a [TaskId],
    },
    /// Somebody asks something of a thing that is shared by name: answered by `Answer`, at once or later.
    Asked {
        /// Who.
        asker: Asker,
        /// The name; things of different kinds may have the same.
        name: &'a str,
        /// What.
        ask: Ask,
        /// The tasks whose futures are in the value that comes along, if one does.
        futures: &'a [TaskId],
    },
    /// Whoever asked waits no longer for the answer.
    Withdrawn {
        /// What was asked.
        request: RequestId,
    },
    /// A client is gone: it waits for nothing, and has no lease any more. The driver says so too of those whose worker has died.
    HolderLeft {
        /// Who.
        holder: Holder,
    },
    /// Copies of results are wanted in so many workers, as far as there are so many, for as long as the results are wanted:
    /// workers that join later get theirs. Answered by `Copied` for each, once its copies are there.
    ReplicasWanted {
        /// The tasks; those that are pending are copied when they are finished.
        tasks: &'a [TaskId],
        /// In how many workers each shall lie.
        copies: u32,
    },
    /// Results shall be moved from workers that store much to workers that store little. Answered by `Copied` for each that is
    /// moved, once it is.
    RebalanceWanted {
        /// The tasks whose results may be moved; none stands for all.
        tasks: &'a [TaskId],
    },
}

/// What a worker says of a task that returned.
#[derive(Debug, Clone, Copy)]
pub struct Finished {
    /// The task.
    pub task: TaskId,
    /// The assignment that ended.
    pub run: RunId,
    /// When it began.
    pub start: f64,
    /// How long it computed, in milliseconds.
    pub duration: f64,
    /// Estimated size of the result.
    pub bytes: u64,
    /// The result's type: an index of the wire's table, carried for the client.
    pub kind: u8,
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
    /// How it is to be run. If the call equals a known task, that one's options stay.
    pub options: OptionsId,
    /// How many entries of `dependencies` are its own.
    pub dependencies: u32,
}

/// One piece of scattered data.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// Estimated size.
    pub bytes: u64,
    /// Its type, as a result's.
    pub kind: u8,
    /// Whether the page keeps a copy, so that it can be put again when the worker that has it dies.
    pub kept: bool,
    /// The hash of the data, if equal data shall be one task.
    pub token: Option<u128>,
}

/// One input of a submitted call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependency {
    /// A task the scheduler knows.
    Known(TaskId),
    /// An earlier call of the same batch, by its position.
    Earlier(u32),
}
