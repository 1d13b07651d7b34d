//! The scheduler: events in, actions out. Pure and deterministic: no clock, no randomness, no JavaScript.
//!
//! `README.md` beside this file tells the states, the rules of life, and the races.

mod action;
mod estimate;
mod event;
mod inspect;
mod lifetime;
mod names;
mod placement;
mod prefetch;
mod queue;
mod reports;
mod story;
mod submission;
mod task;
mod transitions;
mod validate;
mod workers;

pub use action::{Action, Outcome};
pub use event::{Dependency, Event, Submission};
pub use story::{Ran, Transition};
pub use task::{FunctionId, RunId, State, TaskId, WorkerId};

use estimate::{Functions, RoundTrip};
use names::Tokens;
use queue::Queue;
use story::Log;
use task::Tasks;
use workers::Workers;

/// Decides which worker runs what, and what is kept. See [`Scheduler::handle`].
///
/// ```
/// use webfutures::scheduler::{Action, Event, FunctionId, Scheduler, State, Submission, WorkerId};
///
/// let (mut scheduler, mut actions) = (Scheduler::new(), Vec::new());
/// scheduler.handle(0.0, Event::FunctionDefined { name: "inc" }, &mut actions);
/// let worker = WorkerId(0);
/// scheduler.handle(0.0, Event::WorkerJoined { worker, concurrency: 1 }, &mut actions);
///
/// let call = Submission { function: FunctionId(0), token: None, held: true, dependencies: 0 };
/// scheduler.handle(1.0, Event::TasksSubmitted { tasks: &[call], dependencies: &[] }, &mut actions);
/// let [Action::Accepted { task, .. }, Action::Run { run, .. }] = actions[..] else { panic!("{actions:?}") };
///
/// let (start, duration, bytes, kind) = (1.0, 0.1, 8, 3);
/// let finished = Event::TaskFinished { worker, task, run, start, duration, bytes, kind };
/// scheduler.handle(2.0, finished, &mut actions);
/// assert_eq!(scheduler.state(task), State::Memory);
/// assert_eq!(scheduler.key(task), "inc-1");
/// ```
#[derive(Debug)]
pub struct Scheduler {
    tasks: Tasks,
    tokens: Tokens,
    functions: Functions,
    workers: Workers,
    /// Ready tasks that any worker may take.
    ready: Queue,
    /// Ready tasks and scattered data, while there is no worker.
    stranded: Queue,
    /// Whether `ready` got something in this step.
    grew: bool,
    round_trip: RoundTrip,
    log: Log,
    /// Tasks in each state.
    counts: [u32; State::ALL.len()],
    last_run: u64,
    /// Whose turn it is among workers that are equally good.
    cursor: usize,
    now: f64,
    /// The caller's, during a step.
    actions: Vec<Action>,
    // Work lists, kept for their memory.
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
            ready: Queue::default(),
            stranded: Queue::default(),
            grew: false,
            round_trip: RoundTrip::new(),
            log: Log::new(),
            counts: [0; State::ALL.len()],
            last_run: 0,
            cursor: 0,
            now: 0.0,
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
        self.now = self.now.max(now);
        std::mem::swap(&mut self.actions, actions);
        match event {
            Event::FunctionDefined { name } => self.on_function_defined(name),
            Event::WorkerJoined { worker, concurrency } => self.on_worker_joined(worker, concurrency),
            Event::WorkerRetired { worker } => self.on_worker_retired(worker),
            Event::TasksSubmitted { tasks, dependencies } => self.on_tasks_submitted(tasks, dependencies),
            Event::DataScattered { function, data } => self.on_data_scattered(function, data),
            Event::TaskFinished {
                worker,
                task,
                run,
                start,
                duration,
                bytes,
                kind,
            } => {
                self.on_task_finished(worker, task, run, start, duration, bytes, kind);
            }
            Event::TaskErred {
                worker,
                task,
                run,
                start,
                duration,
            } => {
                self.on_task_erred(worker, task, run, start, duration);
            }
            Event::TaskYielded { worker, run, .. } => self.on_task_yielded(worker, run),
            Event::DataFetched { worker, task, run } => self.on_data_fetched(worker, task, run),
            Event::ValuesWanted { tasks } => self.on_values_wanted(tasks),
            Event::HandlesDropped { tasks } => self.on_handles_dropped(tasks),
        }
        self.reap();
        self.dispatch();
        self.dismiss();
        std::mem::swap(&mut self.actions, actions);
    }
}

impl Default for Scheduler {
    fn default() -> Scheduler {
        Scheduler::new()
    }
}
