//! Drives a scheduler by hand: submits, reports what the test says, collects the actions, validates after every event.

use webfutures::scheduler::{
    Action, ClientId, Dependency, Event, Finished, FunctionId, Options, OptionsId, Outcome, Piece, PlaceId, ResourceId,
    RunId, Scheduler, State, Submission, TaskId, WorkerId,
};

/// The function of tests that need only one. It is defined from the start.
pub const INC: FunctionId = FunctionId(0);
/// The function that names scattered data. It is defined from the start.
pub const DATA: FunctionId = FunctionId(1);
/// Another one.
pub const ADD: FunctionId = FunctionId(2);

/// A held, impure call without options, of so many inputs.
pub const fn call_of(function: FunctionId, dependencies: u32) -> Submission {
    Submission {
        function,
        token: None,
        held: true,
        options: OptionsId::DEFAULT,
        dependencies,
    }
}

/// A run that returned a number: when it began, how long it took, what it weighs.
pub fn number((task, run): (TaskId, RunId), (start, duration): (f64, f64), bytes: u64) -> Finished {
    let kind = 3;
    Finished {
        task,
        run,
        start,
        duration,
        bytes,
        kind,
    }
}

/// A page: a scheduler and what it ordered.
pub struct Page {
    pub scheduler: Scheduler,
    pub now: f64,
    /// Every action so far, in order.
    pub actions: Vec<Action>,
    /// How many of them the test has looked at with `news`.
    seen: usize,
}

impl Page {
    /// Workers 0, 1, … with one slot each.
    pub fn new(workers: u32) -> Page {
        let mut page = Page {
            scheduler: Scheduler::new(),
            now: 0.0,
            actions: Vec::new(),
            seen: 0,
        };
        for name in ["inc", "data", "add"] {
            page.handle(Event::FunctionDefined { name });
        }
        for worker in 0..workers {
            page.join(worker, 1);
        }
        page
    }

    pub fn handle(&mut self, event: Event<'_>) {
        self.scheduler.handle(self.now, event, &mut self.actions);
        self.scheduler.validate();
    }

    /// The actions since the last look.
    pub fn news(&mut self) -> Vec<Action> {
        let news = self.actions[self.seen..].to_vec();
        self.seen = self.actions.len();
        news
    }

    pub fn join(&mut self, worker: u32, concurrency: u32) {
        self.handle(Event::WorkerJoined {
            place: PlaceId(0),
            resources: &[],
            memory_limit: 0,

            worker: WorkerId(worker),
            concurrency,
        });
    }

    pub fn retire(&mut self, worker: u32) {
        self.handle(Event::WorkerRetired {
            worker: WorkerId(worker),
        });
    }

    /// A held, impure call.
    pub fn submit(&mut self, function: FunctionId, inputs: &[TaskId]) -> TaskId {
        self.call(function, None, true, inputs)
    }

    /// A held, pure call.
    pub fn submit_pure(&mut self, token: u128, inputs: &[TaskId]) -> TaskId {
        self.call(INC, Some(token), true, inputs)
    }

    /// One call; if nothing is under way, after a moment, in which every worker falls asleep.
    pub fn call(&mut self, function: FunctionId, token: Option<u128>, held: bool, inputs: &[TaskId]) -> TaskId {
        if self.scheduler.active() == 0 && self.now > 0.0 {
            self.now += 0.3;
        }
        let dependencies: Vec<_> = inputs.iter().copied().map(Dependency::Known).collect();
        let tasks = [Submission {
            token,
            held,
            ..call_of(function, inputs.len() as u32)
        }];
        self.submit_all(&tasks, &dependencies)[0]
    }

    /// A batch of held calls without inputs.
    pub fn map(&mut self, function: FunctionId, count: usize) -> Vec<TaskId> {
        self.submit_all(&vec![call_of(function, 0); count], &[])
    }

    pub fn submit_all(&mut self, tasks: &[Submission], dependencies: &[Dependency]) -> Vec<TaskId> {
        let before = self.actions.len();
        self.handle(Event::TasksSubmitted {
            client: ClientId(0),
            tasks,
            dependencies,
        });
        let accepted = self.accepted_since(before);
        assert_eq!(accepted.len(), tasks.len());
        accepted
    }

    pub fn scatter(&mut self, bytes: &[u64]) -> Vec<TaskId> {
        self.scatter_with(0, 1, bytes)
    }

    /// Pieces of that many bytes, with options, and each in so many workers.
    pub fn scatter_with(&mut self, options: u32, copies: u32, bytes: &[u64]) -> Vec<TaskId> {
        let data: Vec<_> = bytes
            .iter()
            .map(|&bytes| Piece {
                bytes,
                kind: 3,
                kept: false,
                token: None,
            })
            .collect();
        self.scatter_pieces(options, copies, &data)
    }

    pub fn scatter_pieces(&mut self, options: u32, copies: u32, data: &[Piece]) -> Vec<TaskId> {
        let before = self.actions.len();
        self.handle(Event::DataScattered {
            client: ClientId(0),
            options: OptionsId(options),
            copies,
            function: DATA,
            data,
        });
        self.accepted_since(before)
    }

    pub fn drop_handles(&mut self, tasks: &[TaskId]) {
        self.handle(Event::HandlesDropped {
            client: ClientId(0),
            tasks,
        });
    }

    /// The worker and the name of the last run of a task.
    pub fn run_of(&self, task: TaskId) -> Option<(WorkerId, RunId)> {
        self.actions.iter().rev().find_map(|action| match *action {
            Action::Run { worker, task: ran, run } if ran == task => Some((worker, run)),
            _ => None,
        })
    }

    /// The worker that was last told to run a task.
    pub fn worker_of(&self, task: TaskId) -> u32 {
        self.run_of(task).expect("a task that was sent to a worker").0.0
    }

    /// The last run of a task returns 8 bytes after a tenth of a millisecond.
    pub fn finish(&mut self, task: TaskId) {
        self.finish_with(task, 0.1, 8);
    }

    /// The last run of a task returns.
    pub fn finish_with(&mut self, task: TaskId, duration: f64, bytes: u64) {
        let (worker, run) = self.run_of(task).expect("a task that was sent to a worker");
        self.now += duration;
        let start = self.now - duration;
        self.report(worker, (task, run), (start, duration), bytes);
    }

    /// A worker says that a run returned a number: when it began, how long it took, what it weighs.
    pub fn report(
        &mut self,
        worker: WorkerId,
        (task, run): (TaskId, RunId),
        (start, duration): (f64, f64),
        bytes: u64,
    ) {
        let results = &[number((task, run), (start, duration), bytes)];
        self.handle(Event::TasksFinished { worker, results });
    }

    /// The last run of a task throws.
    pub fn err(&mut self, task: TaskId) {
        let (worker, run) = self.run_of(task).expect("a task that was sent to a worker");
        self.handle(Event::TaskErred {
            worker,
            task,
            run,
            start: self.now,
            duration: 0.1,
        });
    }

    /// The last run of a task awaits something.
    pub fn give_way(&mut self, task: TaskId) {
        let (worker, run) = self.run_of(task).expect("a task that was sent to a worker");
        self.handle(Event::TaskYielded { worker, task, run });
    }

    /// A worker got a copy of a task's result.
    pub fn fetch(&mut self, worker: u32, task: TaskId) {
        let (_, run) = self.run_of(task).expect("a task that was sent to a worker");
        self.handle(Event::DataFetched {
            worker: WorkerId(worker),
            task,
            run,
        });
    }

    /// Runs everything that was sent, in order, until nothing is under way.
    pub fn finish_all(&mut self) {
        while let Some(task) = self.under_way().first().copied() {
            self.finish(task);
        }
    }

    /// The tasks that workers have, oldest run first.
    pub fn under_way(&self) -> Vec<TaskId> {
        let mut runs: Vec<_> = Vec::new();
        for action in &self.actions {
            if let Action::Run { task, run, worker } = *action
                && self.scheduler.processing(worker).any(|given| given == task)
                && self.run_of(task) == Some((worker, run))
            {
                runs.push(task);
            }
        }
        runs
    }

    pub fn state(&self, task: TaskId) -> State {
        self.scheduler.state(task)
    }

    pub fn accepted_since(&self, before: usize) -> Vec<TaskId> {
        let accepted = self.actions[before..].iter().filter_map(|action| match *action {
            Action::Accepted { task, .. } => Some(task),
            _ => None,
        });
        accepted.collect()
    }
}

/// The runs among actions: worker and task.
pub fn runs(actions: &[Action]) -> Vec<(u32, TaskId)> {
    let runs = actions.iter().filter_map(|action| match *action {
        Action::Run { worker, task, .. } => Some((worker.0, task)),
        _ => None,
    });
    runs.collect()
}

/// How tasks settled among actions.
pub fn settled(actions: &[Action]) -> Vec<(TaskId, Outcome)> {
    let settled = actions.iter().filter_map(|action| match *action {
        Action::Settle { task, outcome } => Some((task, outcome)),
        _ => None,
    });
    settled.collect()
}

/// The tasks forgotten among actions.
pub fn forgotten(actions: &[Action]) -> Vec<TaskId> {
    let forgotten = actions.iter().filter_map(|action| match *action {
        Action::Forget { task } => Some(task),
        _ => None,
    });
    forgotten.collect()
}

/// Workers told to drop something among actions.
pub fn dropped(actions: &[Action]) -> Vec<(u32, RunId)> {
    let dropped = actions.iter().filter_map(|action| match *action {
        Action::Drop { worker, run } => Some((worker.0, run)),
        _ => None,
    });
    dropped.collect()
}

/// What clients, workers and the page's timers say beyond calls and results.
impl Page {
    /// A worker joins in a place, with so much of resource 0, and a limit of its memory.
    pub fn join_at(&mut self, worker: u32, place: u32, amount: u64, memory_limit: u64) {
        self.handle(Event::WorkerJoined {
            worker: WorkerId(worker),
            place: PlaceId(place),
            concurrency: 1,
            resources: &[(ResourceId(0), amount)],
            memory_limit,
        });
    }

    /// Defines options; they get the next id, from 1 on.
    pub fn define(&mut self, options: Options<'_>) {
        self.handle(Event::OptionsDefined { options });
    }

    /// Defines the options of what is more urgent than usual.
    pub fn define_urgent(&mut self) {
        self.define(Options {
            priority: 1,
            ..Options::default()
        });
    }

    /// A held call of a client, with options.
    pub fn submit_with(&mut self, client: u8, options: u32, token: Option<u128>, inputs: &[TaskId]) -> TaskId {
        let dependencies: Vec<_> = inputs.iter().copied().map(Dependency::Known).collect();
        let tasks = [Submission {
            options: OptionsId(options),
            token,
            ..call_of(INC, inputs.len() as u32)
        }];
        let before = self.actions.len();
        self.handle(Event::TasksSubmitted {
            client: ClientId(client),
            tasks: &tasks,
            dependencies: &dependencies,
        });
        self.accepted_since(before)[0]
    }

    pub fn drop_handles_of(&mut self, client: u8, tasks: &[TaskId]) {
        let client = ClientId(client);
        self.handle(Event::HandlesDropped { client, tasks });
    }

    pub fn cancel(&mut self, client: u8, tasks: &[TaskId], force: bool) {
        let client = ClientId(client);
        self.handle(Event::TasksCancelled { client, tasks, force });
    }

    pub fn retry(&mut self, tasks: &[TaskId]) {
        self.handle(Event::TasksRetried { tasks });
    }

    /// A worker dies, of what it ran.
    pub fn die(&mut self, worker: u32) {
        self.handle(Event::WorkerDied {
            worker: WorkerId(worker),
            running: None,
            blame: true,
        });
    }

    /// A worker answers that the last run of a task never began, or was given up.
    pub fn stopped(&mut self, task: TaskId) {
        let (worker, run) = self.run_of(task).expect("a task that was sent to a worker");
        self.handle(Event::RunStopped { worker, run });
    }

    /// The last run of a task asks to be placed anew.
    pub fn reschedule(&mut self, task: TaskId) {
        let (worker, run) = self.run_of(task).expect("a task that was sent to a worker");
        self.handle(Event::TaskRescheduled { worker, task, run });
    }
}

/// Runs that workers were told to stop among actions, and whether firmly.
pub fn stops(actions: &[Action]) -> Vec<(RunId, bool)> {
    let stops = actions.iter().filter_map(|action| match *action {
        Action::Stop { run, firm, .. } => Some((run, firm)),
        _ => None,
    });
    stops.collect()
}
