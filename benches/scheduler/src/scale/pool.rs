//! A page and its workers in virtual time, each a thread that does one thing after the other.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use webfutures::scheduler::{
    Action, ClientId, Dependency, Event, Finished, FunctionId, OptionsId, PlaceId, RunId, Scheduler, Submission,
    TaskId, WorkerId,
};

const PAGE: ClientId = ClientId(0);
/// Milliseconds between the reports of a worker that does not run dry.
const REPORT: f64 = 1.0;
/// Milliseconds that a worker needs for a task beside what the task computes.
const OVERHEAD: f64 = 0.001;

/// What was measured in a browser: milliseconds, and bytes a millisecond.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Costs {
    /// Of the page's thread for a task, from its submission until it is released.
    pub(crate) task: f64,
    /// Of the page's thread for a message to a worker and the answer; each is half of it.
    pub(crate) message: f64,
    /// From one thread to another.
    pub(crate) way: f64,
    /// From worker to worker. Half of the time is the sender's, half the receiver's.
    pub(crate) bandwidth: f64,
}

/// What arrives at a thread.
enum Arrival {
    /// Tasks at a worker.
    Orders(usize, Vec<Given>),
    /// What a worker reports, at the page.
    Report(usize, Vec<Done>),
    /// A worker is through with what it began.
    Through(usize),
}

/// A run on its way to a worker, or in it.
#[derive(Debug, Clone, Copy)]
struct Given {
    task: TaskId,
    run: RunId,
    /// When its inputs are there.
    ready: f64,
}

enum Done {
    Run { given: Given, start: f64 },
    Fetched { task: TaskId, run: RunId },
}

#[derive(Default)]
struct Worker {
    given: VecDeque<Given>,
    /// Until when the thread is taken.
    free: f64,
    running: bool,
    done: Vec<Done>,
}

/// See the module.
pub(crate) struct Pool {
    costs: Costs,
    scheduler: Scheduler,
    actions: Vec<Action>,
    workers: Vec<Worker>,
    agenda: BinaryHeap<Reverse<(Moment, u64)>>,
    arrivals: Vec<Option<Arrival>>,
    vacant: Vec<usize>,
    sequence: u64,
    /// Until when the page's thread is taken.
    page_free: f64,
    /// Of each function: milliseconds of a run, and bytes of its result.
    functions: Vec<(f64, u64)>,
    accepted: Vec<TaskId>,
    finished: usize,
    /// Milliseconds that tasks computed.
    pub(crate) computed: f64,
    /// Milliseconds that the page's thread was taken.
    pub(crate) page_busy: f64,
    /// Messages with finished tasks.
    pub(crate) reports: usize,
    /// Results that went from worker to worker.
    pub(crate) moves: usize,
}

impl Pool {
    pub(crate) fn new(costs: Costs, workers: u32) -> Pool {
        let mut pool = Pool {
            costs,
            scheduler: Scheduler::new(),
            actions: Vec::new(),
            workers: (0..workers).map(|_| Worker::default()).collect(),
            agenda: BinaryHeap::new(),
            arrivals: Vec::new(),
            vacant: Vec::new(),
            sequence: 0,
            page_free: 0.0,
            functions: Vec::new(),
            accepted: Vec::new(),
            finished: 0,
            computed: 0.0,
            page_busy: 0.0,
            reports: 0,
            moves: 0,
        };
        for worker in 0..workers {
            pool.handle(Event::WorkerJoined {
                worker: WorkerId(worker),
                place: PlaceId(0),
                concurrency: 1,
                resources: &[],
                memory_limit: 0,
            });
        }
        pool
    }

    pub(crate) fn now(&self) -> f64 {
        self.page_free
    }

    /// Independent tasks, slice by slice; each slice is released when the next but one begins. Returns the bytes of the
    /// scheduler at its fullest.
    pub(crate) fn run_slices(&mut self, tasks: usize, slice: usize, duration: f64) -> usize {
        let (mut submitted, mut bytes) = (0, 0);
        let mut held: VecDeque<Vec<TaskId>> = VecDeque::new();
        loop {
            while submitted < tasks && submitted < self.finished + slice / 2 + 1 {
                if held.len() == 2 {
                    let done = held.pop_front().expect("two");
                    self.release(&done);
                }
                let count = slice.min(tasks - submitted);
                held.push_back(self.submit(count, duration, 8, &[]));
                submitted += count;
                bytes = bytes.max(self.scheduler.memory_bytes());
            }
            if !self.step() {
                break;
            }
        }
        assert_eq!((submitted, self.finished), (tasks, tasks), "every task runs");
        bytes
    }

    /// A function of its own whose runs last so long, known from one run in each worker.
    pub(crate) fn warm(&mut self) {
        let workers = self.workers.len();
        let tasks = self.submit(workers, 1.0, 8, &[]);
        self.finish();
        self.release(&tasks);
        self.finish();
    }

    /// Calls, each of which takes all these inputs. Equal ones are runs of one function.
    pub(crate) fn submit(&mut self, count: usize, duration: f64, bytes: u64, inputs: &[TaskId]) -> Vec<TaskId> {
        let known = self.functions.iter().position(|known| *known == (duration, bytes));
        let function = known.unwrap_or_else(|| {
            self.functions.push((duration, bytes));
            self.handle(Event::FunctionDefined { name: "f" });
            self.functions.len() - 1
        });
        let call = Submission {
            function: FunctionId(function as u32),
            token: None,
            held: true,
            options: OptionsId::DEFAULT,
            dependencies: inputs.len() as u32,
        };
        let inputs: Vec<Dependency> = inputs.iter().map(|&input| Dependency::Known(input)).collect();
        // A third of what a task costs the page is paid when it is submitted; the rest when it is reported.
        self.take_page(self.page_free, count as f64 * self.costs.task / 3.0);
        self.handle(Event::TasksSubmitted {
            client: PAGE,
            tasks: &vec![call; count],
            dependencies: &inputs.repeat(count),
        });
        std::mem::take(&mut self.accepted)
    }

    pub(crate) fn replicate(&mut self, tasks: &[TaskId], copies: u32) {
        self.handle(Event::ReplicasWanted { tasks, copies });
    }

    /// Until nothing is under way.
    pub(crate) fn finish(&mut self) {
        while self.step() {}
    }

    fn release(&mut self, tasks: &[TaskId]) {
        self.handle(Event::HandlesDropped { client: PAGE, tasks });
    }

    /// One arrival; whether there was one.
    fn step(&mut self) -> bool {
        let Some(Reverse((Moment(now), slot))) = self.agenda.pop() else {
            return false;
        };
        let slot = (slot & 0xffff_ffff) as usize;
        self.vacant.push(slot);
        match self.arrivals[slot].take().expect("it arrives once") {
            Arrival::Orders(worker, given) => {
                self.workers[worker].given.extend(given);
                if !self.workers[worker].running {
                    self.compute(worker, now);
                }
            }
            Arrival::Through(worker) => {
                self.report(worker, now);
                self.compute(worker, now);
            }
            Arrival::Report(worker, done) => self.on_report(worker, &done, now),
        }
        true
    }

    /// The worker runs what it has, until it is time to report.
    fn compute(&mut self, worker: usize, now: f64) {
        let row = &mut self.workers[worker];
        row.running = !row.given.is_empty();
        if !row.running {
            return;
        }
        let began = now.max(row.free);
        let mut time = began;
        while let Some(given) = row.given.pop_front() {
            let (duration, _) = self.functions[self.scheduler.function(given.task).0 as usize];
            let start = time.max(given.ready);
            time = start + OVERHEAD + duration;
            self.computed += duration;
            row.done.push(Done::Run { given, start });
            if time - began >= REPORT {
                break;
            }
        }
        row.free = time;
        self.arrive(time, Arrival::Through(worker));
    }

    fn report(&mut self, worker: usize, now: f64) {
        let done = std::mem::take(&mut self.workers[worker].done);
        self.reports += 1;
        self.arrive(now + self.costs.way, Arrival::Report(worker, done));
    }

    fn on_report(&mut self, worker: usize, done: &[Done], now: f64) {
        let tasks = done.iter().filter(|done| matches!(done, Done::Run { .. })).count();
        let cost = self.costs.message / 2.0 + tasks as f64 * self.costs.task * 2.0 / 3.0;
        self.take_page(now, cost);
        let at = WorkerId(worker as u32);
        let mut results = Vec::new();
        for done in done {
            match *done {
                Done::Fetched { task, run } => self.step_of(Event::DataFetched { worker: at, task, run }),
                Done::Run { given, start } => {
                    let (duration, bytes) = self.functions[self.scheduler.function(given.task).0 as usize];
                    results.push(Finished {
                        task: given.task,
                        run: given.run,
                        start,
                        duration,
                        bytes,
                        kind: 3,
                    });
                }
            }
        }
        self.finished += results.len();
        let (worker, results) = (at, &results);
        self.step_of(Event::TasksFinished { worker, results });
        self.perform();
    }

    fn handle(&mut self, event: Event<'_>) {
        self.step_of(event);
        self.perform();
    }

    fn step_of(&mut self, event: Event<'_>) {
        self.scheduler.handle(self.page_free, event, &mut self.actions);
    }

    /// One message to each worker that is addressed.
    fn perform(&mut self) {
        let mut orders: Vec<(usize, Vec<Given>)> = Vec::new();
        for action in std::mem::take(&mut self.actions) {
            match action {
                Action::Accepted { task, .. } => self.accepted.push(task),
                Action::Run { worker, task, run } => {
                    let to = worker.0 as usize;
                    let inputs: Vec<_> = self.scheduler.inputs(task, worker).collect();
                    let mut ready: f64 = 0.0;
                    for (input, result, holder) in inputs {
                        if holder != worker {
                            ready = ready.max(self.fetch(to, input, result, holder));
                        }
                    }
                    let given = Given { task, run, ready };
                    match orders.iter_mut().find(|(other, _)| *other == to) {
                        Some((_, list)) => list.push(given),
                        None => orders.push((to, vec![given])),
                    }
                }
                Action::Fetch {
                    worker,
                    task,
                    run,
                    holder,
                } => {
                    self.fetch(worker.0 as usize, task, run, holder);
                }
                _ => {}
            }
        }
        for (worker, given) in orders {
            self.take_page(self.page_free, self.costs.message / 2.0);
            self.arrive(self.page_free + self.costs.way, Arrival::Orders(worker, given));
        }
    }

    /// A result goes from worker to worker as soon as both threads are free for it; returns when it is there. The page is
    /// told by a message of its own.
    fn fetch(&mut self, to: usize, task: TaskId, run: RunId, holder: WorkerId) -> f64 {
        let half = self.scheduler.bytes(task) as f64 / self.costs.bandwidth / 2.0;
        let asked = self.page_free + 2.0 * self.costs.way;
        let sender = &mut self.workers[holder.0 as usize];
        sender.free = sender.free.max(asked) + half;
        let sent = sender.free + self.costs.way;
        let receiver = &mut self.workers[to];
        receiver.free = receiver.free.max(sent) + half;
        let there = receiver.free;
        self.moves += 1;
        let fetched = Arrival::Report(to, vec![Done::Fetched { task, run }]);
        self.arrive(there + self.costs.way, fetched);
        there
    }

    /// The page's thread is taken for so long, from `now` or when it is free.
    fn take_page(&mut self, now: f64, milliseconds: f64) {
        self.page_free = self.page_free.max(now) + milliseconds;
        self.page_busy += milliseconds;
    }

    fn arrive(&mut self, at: f64, arrival: Arrival) {
        let slot = self.vacant.pop().unwrap_or_else(|| {
            self.arrivals.push(None);
            self.arrivals.len() - 1
        });
        self.arrivals[slot] = Some(arrival);
        self.sequence += 1;
        // What was sent first comes first.
        self.agenda
            .push(Reverse((Moment(at), (self.sequence << 32) | slot as u64)));
    }
}

/// A time that has an order.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Moment(f64);

impl Eq for Moment {}

impl Ord for Moment {
    fn cmp(&self, other: &Moment) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Moment) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
