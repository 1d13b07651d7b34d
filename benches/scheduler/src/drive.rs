//! Submits a graph, has simulated workers run it, and releases it.

use std::collections::VecDeque;

use webfutures::scheduler::{Action, ClientId, Event, Finished, PlaceId, RunId, Scheduler, TaskId, WorkerId};

use crate::counting;
use crate::shapes::Graph;

/// Workers that take part.
pub const WORKERS: u32 = 8;
/// Tasks that a worker reports at once at most.
const REPORT: usize = 1000;

const PAGE: ClientId = ClientId(0);

/// How long a round took, and what it took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// Milliseconds in all.
    pub milliseconds: f64,
    /// What the allocator counts for the scheduler at its fullest.
    pub bytes: usize,
    /// Allocations while tasks ran.
    pub allocations: usize,
}

/// Submits, runs and releases everything.
///
/// # Panics
/// If the scheduler does not run every task, or keeps something in the end.
pub fn round(graph: &Graph, clock: &impl Fn() -> f64) -> Took {
    let before = counting::bytes();
    let mut page = Page::new();
    let began = clock();
    page.submit(graph);
    let mut milliseconds = clock() - began;
    let submitted = page.bytes_since(before);
    let held = page.take_accepted(graph);

    let count = counting::allocations();
    let began = clock();
    let finished = page.run();
    milliseconds += clock() - began;
    let allocations = counting::allocations() - count;
    assert_eq!(finished, graph.calls.len());
    let ran = page.bytes_since(before) - held.capacity() * size_of::<TaskId>();

    let began = clock();
    page.release(&held);
    milliseconds += clock() - began;
    assert!(page.scheduler.is_empty());
    Took {
        milliseconds,
        bytes: submitted.max(ran),
        allocations,
    }
}

/// Moves between states that a task of this graph makes on the mean, from its submission until it is forgotten.
///
/// # Panics
/// If the graph is too large for the scheduler's log.
pub fn transitions(mut graph: Graph) -> f64 {
    graph.hold_all();
    let mut page = Page::new();
    page.submit(&graph);
    let held = page.take_accepted(&graph);
    page.run();
    let stories = held.iter().map(|&task| page.scheduler.story(task).len());
    // The last one is told to nobody: with the task its story is gone.
    let all: usize = stories.map(|moves| moves + 1).sum();
    assert!(all < 1 << 15, "the log forgets what is beyond");
    all as f64 / held.len() as f64
}

/// A page that only counts.
struct Page {
    scheduler: Scheduler,
    actions: Vec<Action>,
    /// What each worker was told to run, and has not reported.
    given: Vec<VecDeque<(TaskId, RunId)>>,
}

impl Page {
    fn new() -> Page {
        let mut page = Page {
            scheduler: Scheduler::new(),
            actions: Vec::new(),
            given: vec![VecDeque::new(); WORKERS as usize],
        };
        step(&mut page, 0.0, Event::FunctionDefined { name: "nop" });
        for worker in 0..WORKERS {
            let joined = Event::WorkerJoined {
                worker: WorkerId(worker),
                place: PlaceId(0),
                concurrency: 1,
                resources: &[],
                memory_limit: 0,
            };
            step(&mut page, 0.0, joined);
        }
        page
    }

    fn submit(&mut self, graph: &Graph) {
        let submitted = Event::TasksSubmitted {
            client: PAGE,
            tasks: &graph.calls,
            dependencies: &graph.dependencies,
        };
        step(self, 0.0, submitted);
    }

    /// The tasks that are held, from the answers to a submission.
    fn take_accepted(&mut self, graph: &Graph) -> Vec<TaskId> {
        let accepted = self.actions.iter().filter_map(|action| match *action {
            Action::Accepted { task, .. } => Some(task),
            _ => None,
        });
        let held = accepted.zip(&graph.calls).filter(|(_, call)| call.held);
        let held = held.map(|(task, _)| task).collect();
        self.actions.retain(|action| matches!(action, Action::Run { .. }));
        held
    }

    /// Workers that need a microsecond a task and report every millisecond, until nothing is under way.
    fn run(&mut self) -> usize {
        let (mut now, mut finished) = (0.0, 0);
        let mut results = Vec::with_capacity(REPORT);
        loop {
            for action in self.actions.drain(..) {
                if let Action::Run { worker, task, run } = action {
                    self.given[worker.0 as usize].push_back((task, run));
                }
            }
            if self.given.iter().all(VecDeque::is_empty) {
                return finished;
            }
            now += 1.0;
            for worker in 0..WORKERS {
                let given = &mut self.given[worker as usize];
                if given.is_empty() {
                    continue;
                }
                let ended = given.drain(..given.len().min(REPORT));
                results.clear();
                results.extend(ended.map(|(task, run)| Finished {
                    task,
                    run,
                    start: now - 0.5,
                    duration: 0.001,
                    bytes: 8,
                    kind: 3,
                }));
                finished += results.len();
                let finished = Event::TasksFinished {
                    worker: WorkerId(worker),
                    results: &results,
                };
                step(self, now, finished);
            }
        }
    }

    fn release(&mut self, held: &[TaskId]) {
        let dropped = Event::HandlesDropped {
            client: PAGE,
            tasks: held,
        };
        step(self, 1e6, dropped);
    }

    /// What was allocated since, without what this page keeps for itself.
    fn bytes_since(&self, before: isize) -> usize {
        let given = self.given.iter().map(VecDeque::capacity).sum::<usize>() * size_of::<(TaskId, RunId)>();
        let own = self.actions.capacity() * size_of::<Action>()
            + given
            + self.given.capacity() * size_of::<VecDeque<(TaskId, RunId)>>();
        (counting::bytes() - before) as usize - own
    }
}

/// One step of the scheduler. A function of its own, so that a profiler can count it alone.
#[inline(never)]
fn step(page: &mut Page, now: f64, event: Event<'_>) {
    page.scheduler.handle(now, event, &mut page.actions);
}
