//! The scheduler: events in, actions out. Pure and deterministic: no clock, no randomness, no JavaScript.
//!
//! `README.md` beside this file tells the states, the rules of life, and the races.

mod action;
mod actors;
mod adaptive;
mod alarms;
mod cancel;
mod constraints;
mod coordination;
mod estimate;
mod event;
mod inspect;
mod keeping;
mod lifetime;
mod lingering;
mod maps;
mod memory;
mod moves;
mod mutation;
mod names;
mod nesting;
mod options;
mod placement;
mod prefetch;
mod queue;
mod rebalance;
mod recovery;
mod replicas;
mod reports;
mod retirement;
mod retries;
mod shares;
mod sorting;
mod stops;
mod story;
mod submission;
mod takeback;
mod task;
mod tokens;
mod transitions;
mod validate;
mod workers;

pub use action::{Action, Outcome};
pub use adaptive::{Adaptive, Advice};
pub use coordination::{Answer, Ask, Asker, Holder, Refusal, RequestId};
pub use event::{Dependency, Event, Finished, Piece, Submission};
pub use inspect::Reason;
#[cfg(feature = "mutations")]
pub use mutation::Mutation;
pub use options::{Limits, Options, OptionsId, PlaceId, ResourceId};
pub use story::{Ran, Transition};
pub use task::{ClientId, FunctionId, RunId, State, TaskId, WorkerId};

use alarms::Alarms;
use constraints::Lanes;
use estimate::{Functions, RoundTrip};
use keeping::Shared;

use options::OptionSet;
use queue::Queue;
use replicas::Copying;
use shares::Shares;
use story::Log;
use task::Tasks;
use tokens::Tokens;
use workers::Workers;

/// Decides which worker runs what, and what is kept. See [`Scheduler::handle`].
///
/// ```
/// use webfutures::scheduler::{
///     Action, ClientId, Event, Finished, FunctionId, OptionsId, PlaceId, Scheduler, State, Submission, WorkerId,
/// };
///
/// let (mut scheduler, mut actions) = (Scheduler::new(), Vec::new());
/// scheduler.handle(0.0, Event::FunctionDefined { name: "inc" }, &mut actions);
/// let (worker, place) = (WorkerId(0), PlaceId(0));
/// let joined = Event::WorkerJoined { worker, place, concurrency: 1, resources: &[], memory_limit: 0 };
/// scheduler.handle(0.0, joined, &mut actions);
///
/// let (client, options) = (ClientId(0), OptionsId::DEFAULT);
/// let call = Submission { function: FunctionId(0), token: None, held: true, options, dependencies: 0 };
/// scheduler.handle(1.0, Event::TasksSubmitted { client, tasks: &[call], dependencies: &[] }, &mut actions);
/// let [Action::Accepted { task, .. }, Action::Run { run, .. }] = actions[..] else { panic!("{actions:?}") };
///
/// let (start, duration, bytes, kind) = (1.0, 0.1, 8, 3);
/// let results = &[Finished { task, run, start, duration, bytes, kind }];
/// scheduler.handle(2.0, Event::TasksFinished { worker, results }, &mut actions);
/// assert_eq!(scheduler.state(task), State::Memory);
/// assert_eq!(scheduler.key(task), "inc-1");
/// ```
#[derive(Debug)]
pub struct Scheduler {
    tasks: Tasks,
    tokens: Tokens,
    functions: Functions,
    workers: Workers,
    options: Vec<OptionSet>,
    limits: Limits,
    /// What clients and tasks share by name.
    shared: Shared,
    /// Ready tasks that any worker may take.
    ready: Queue,
    shares: Shares,
    /// Ready tasks that only some may take.
    lanes: Lanes,
    /// Ready tasks and scattered data, while there is no worker.
    stranded: Queue,
    /// Whether `ready` or a lane got something in this step.
    grew: bool,
    /// Results that more is wanted of than that they lie somewhere.
    copying: Copying,
    round_trip: RoundTrip,
    log: Log,
    /// Tasks in each state.
    counts: [u32; State::ALL.len()],
    /// Whether an event was taken in after what was ready was handed out last.
    admitted: bool,
    last_run: u64,
    /// Those up to that one were given in earlier steps.
    runs_before: u64,
    /// When the driver is to say `Reminded`.
    reminder: Option<f64>,
    alarms: Alarms,
    /// No run is silent for too long before that time.
    overdue_at: f64,
    /// Whose turn it is among workers that are equally good.
    cursor: usize,
    now: f64,
    #[cfg(feature = "mutations")]
    mutation: Option<Mutation>,
    /// The caller's, during a step.
    actions: Vec<Action>,
    /// The tasks that make actors, oldest first.
    actors: Vec<TaskId>,
    // Work lists, kept for their memory.
    /// Ready tasks that only one worker may run, and which one.
    bound: Vec<(TaskId, WorkerId)>,
    wanted: Vec<TaskId>,
    doubted: Vec<TaskId>,
    failed: Vec<TaskId>,
    batch: Vec<TaskId>,
    candidates: Vec<WorkerId>,
}

impl Scheduler {
    /// A scheduler that knows no function, no worker and no task.
    pub fn new() -> Scheduler {
        Scheduler {
            tasks: Tasks::default(),
            tokens: Tokens::default(),
            functions: Functions::default(),
            workers: Workers::default(),
            options: vec![OptionSet::DEFAULT],
            limits: Limits::default(),
            shared: Shared::default(),
            actors: Vec::new(),
            bound: Vec::new(),
            ready: Queue::default(),
            shares: Shares::default(),
            lanes: Lanes::new(),
            stranded: Queue::default(),
            grew: false,
            copying: Copying::default(),
            round_trip: RoundTrip::new(),
            log: Log::new(),
            counts: [0; State::ALL.len()],
            admitted: false,
            last_run: 0,
            runs_before: 0,
            reminder: None,
            alarms: Alarms::default(),
            overdue_at: 0.0,
            cursor: 0,
            now: 0.0,
            #[cfg(feature = "mutations")]
            mutation: None,
            actions: Vec::new(),
            wanted: Vec::new(),
            doubted: Vec::new(),
            failed: Vec::new(),
            batch: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// Takes one event in and appends what must be done to `actions`. `now` is in milliseconds and never goes back.
    ///
    /// The actions must be performed before the next event: what a `Run` needs is read off the scheduler as it is now.
    /// Reports of workers may be late, repeated or about tasks that are gone: they do no harm.
    ///
    /// # Panics
    /// If the page names a function, a worker or a task that does not exist: that is a bug of the driver.
    pub fn handle(&mut self, now: f64, event: Event<'_>, actions: &mut Vec<Action>) {
        self.admit(now, event, actions);
        self.proceed(actions);
    }

    /// Takes one event in as [`Scheduler::handle`] does, but hands no task out: more is about to come, which may say more about
    /// where it should go. Until the next event, or [`Scheduler::proceed`], workers that could run it may have nothing to do.
    ///
    /// ```
    /// # use webfutures::scheduler::{
    /// #     Action, ClientId, Event, FunctionId, Options, OptionsId, PlaceId, Scheduler, Submission, WorkerId,
    /// # };
    /// # let (mut scheduler, mut actions) = (Scheduler::new(), Vec::new());
    /// # scheduler.handle(0.0, Event::FunctionDefined { name: "inc" }, &mut actions);
    /// # let (worker, place) = (WorkerId(0), PlaceId(0));
    /// # let joined = Event::WorkerJoined { worker, place, concurrency: 1, resources: &[], memory_limit: 0 };
    /// # scheduler.handle(0.0, joined, &mut actions);
    /// scheduler.handle(0.0, Event::OptionsDefined { options: Options { priority: 1, ..Options::default() } }, &mut actions);
    /// for options in [OptionsId(0), OptionsId(1)] {
    ///     let call = Submission { function: FunctionId(0), token: None, held: true, options, dependencies: 0 };
    ///     let event = Event::TasksSubmitted { client: ClientId(0), tasks: &[call], dependencies: &[] };
    ///     scheduler.admit(1.0, event, &mut actions);
    /// }
    /// let [Action::Accepted { .. }, Action::Accepted { task: urgent, .. }] = actions[..] else { panic!("{actions:?}") };
    /// scheduler.proceed(&mut actions);
    /// assert!(matches!(actions[2..], [Action::Run { task, .. }] if task == urgent));
    /// ```
    ///
    /// # Panics
    /// As [`Scheduler::handle`] does.
    pub fn admit(&mut self, now: f64, event: Event<'_>, actions: &mut Vec<Action>) {
        self.now = self.now.max(now);
        self.admitted = true;
        self.runs_before = self.last_run;
        std::mem::swap(&mut self.actions, actions);
        // None of these is inlined: a browser compiles a function as a whole when it finds it worth it, and the first tasks of a
        // page would wait for the code of all events.
        match event {
            Event::FunctionDefined { name } => self.on_function_defined(name),
            Event::OptionsDefined { options } => self.on_options_defined(options),
            Event::LimitsDefined { limits } => self.limits = limits,
            Event::WorkerJoined {
                worker,
                place,
                concurrency,
                resources,
                memory_limit,
            } => self.on_worker_joined(worker, place, concurrency, resources, memory_limit),
            Event::WorkerRetired { worker } => self.on_worker_retired(worker),
            Event::WorkerDied { worker, running, blame } => self.on_worker_died(worker, running, blame),
            Event::Restarted => self.on_restarted(),
            Event::StopOverdue { worker, run } => self.on_stop_overdue(worker, run),
            Event::Reminded => self.on_reminded(),
            Event::TasksSubmitted {
                client,
                tasks,
                dependencies,
            } => self.submit(client, tasks, dependencies, None),
            Event::SubtasksSubmitted {
                worker,
                run,
                client,
                tasks,
                dependencies,
            } => self.on_subtasks_submitted((worker, run), client, tasks, dependencies),
            Event::RunNests { worker, run } => self.on_run_nests(worker, run),
            Event::DataScattered {
                client,
                function,
                options,
                copies,
                data,
            } => self.on_data_scattered(client, function, options, copies, data),
            Event::DataGone { task, run } => self.on_data_gone(task, run),
            Event::TasksFinished { worker, results } => self.on_tasks_finished(worker, results),
            Event::TaskErred {
                worker,
                task,
                run,
                start,
                duration,
            } => {
                self.on_task_erred(worker, task, run, start, duration);
            }
            Event::RunLingers { worker, .. } => self.on_run_lingers(worker),
            Event::RunLeft { worker, .. } => self.on_run_left(worker),
            Event::WorkerSilent { worker, silence } => self.on_worker_silent(worker, silence),
            Event::TaskBegan {
                worker,
                task,
                run,
                start,
            } => self.on_task_began(worker, task, run, start),
            Event::TaskYielded { worker, run, .. } => self.on_task_yielded(worker, run),
            Event::DataFetched { worker, task, run } => self.on_data_fetched(worker, task, run),
            Event::ValuesWanted { tasks } => self.on_values_wanted(tasks),
            Event::ValueUnsent { task } => self.on_value_unsent(task),
            Event::TaskRescheduled { worker, task, run } => self.on_task_rescheduled(worker, task, run),
            Event::InputsMissing { worker, task, run } => self.on_inputs_missing(worker, task, run),
            Event::DataMissing { worker, task, run } => self.on_data_missing(worker, task, run),
            Event::RunStopped { worker, run } => self.on_run_stopped(worker, run),
            Event::HandlesTaken { client, tasks } => self.on_handles_taken(client, tasks),
            Event::HandlesDropped { client, tasks } => self.on_handles_dropped(client, tasks),
            Event::TasksCancelled { client, tasks, force } => self.on_tasks_cancelled(client, tasks, force),
            Event::TasksRetried { tasks } => self.on_tasks_retried(tasks),
            Event::Asked {
                asker,
                name,
                ask,
                futures,
            } => self.on_asked(asker, name, ask, futures),
            Event::Withdrawn { request } => self.on_withdrawn(request),
            Event::HolderLeft { holder } => self.on_holder_left(holder),
            Event::ReplicasWanted { tasks, copies } => self.on_replicas_wanted(tasks, copies),
            Event::RebalanceWanted { tasks } => self.on_rebalance_wanted(tasks),
            Event::DataUnfetched { worker, task, run } => self.on_data_unfetched(worker, task, run),
            Event::WorkerSpilled { worker, bytes } => self.on_worker_spilled(worker, bytes),
        }
        if !self.wanted.is_empty() {
            self.make_wanted();
        }
        self.reap();
        std::mem::swap(&mut self.actions, actions);
    }

    /// Hands out what was admitted, as far as workers have room, and appends that to `actions`; does nothing, and returns false,
    /// if nothing was admitted since.
    pub fn proceed(&mut self, actions: &mut Vec<Action>) -> bool {
        if !std::mem::take(&mut self.admitted) {
            return false;
        }
        std::mem::swap(&mut self.actions, actions);
        self.runs_before = self.last_run;
        self.dispatch();
        self.dismiss();
        if !self.doubted.is_empty() {
            self.reap();
            self.dispatch();
        }
        std::mem::swap(&mut self.actions, actions);
        true
    }
}

impl Default for Scheduler {
    fn default() -> Scheduler {
        Scheduler::new()
    }
}
