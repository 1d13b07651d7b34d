//! The scheduler alone: graphs submitted, run by simulated workers, and released. Prints the median of several runs, what
//! the allocator says of the scheduler's size, and how often it was asked for memory while tasks ran.
#![allow(clippy::disallowed_types, reason = "a bench measures time")]

use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use counting::{BYTES, COUNT};
use webfutures::scheduler::{Action, Dependency, Event, FunctionId, RunId, Scheduler, Submission, TaskId, WorkerId};

/// Counts what the allocator is asked for.
mod counting {
    use std::alloc::{GlobalAlloc, Layout, System};
    use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering::Relaxed};

    /// Allocations so far.
    pub(super) static COUNT: AtomicUsize = AtomicUsize::new(0);
    /// Bytes in use.
    pub(super) static BYTES: AtomicIsize = AtomicIsize::new(0);

    struct Counting;

    #[global_allocator]
    static COUNTING: Counting = Counting;

    // SAFETY: everything is passed on to the system's allocator as it came; only counters are changed beside.
    unsafe impl GlobalAlloc for Counting {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            COUNT.fetch_add(1, Relaxed);
            BYTES.fetch_add(layout.size() as isize, Relaxed);
            // SAFETY: the caller keeps the promises of `alloc`, which are the same there.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
            BYTES.fetch_sub(layout.size() as isize, Relaxed);
            // SAFETY: the caller keeps the promises of `dealloc`, which are the same there.
            unsafe { System.dealloc(memory, layout) }
        }
    }
}

const WORKERS: u32 = 8;
const REPETITIONS: usize = 5;
const MILLION: usize = 1_000_000;

fn main() {
    println!("scheduler alone, {WORKERS} simulated workers, median of {REPETITIONS}");
    print("1,000,000 independent tasks", MILLION, 1, || independent(MILLION));
    print("1,000,000 independent pure tasks", MILLION, 1, || pure(MILLION));
    print("1,000 × 1,000 independent tasks", 1_000, 1_000, || independent(1_000));
    print("chain of 1,000,000", MILLION, 1, || {
        graph(MILLION, |task| task.checked_sub(1).into_iter().collect())
    });
    print("1,000,000 dependents of one task", MILLION, 1, || {
        graph(MILLION, |task| if task == 0 { vec![] } else { vec![0] })
    });
    print("tree of 1,048,575 tasks, fan-in 2", 1_048_575, 1, || {
        graph(1_048_575, |task| tree(task, 1 << 19))
    });
}

/// How long each part took, in seconds, and the bytes of the scheduler at its fullest.
#[derive(Clone, Copy, Default)]
struct Took {
    submit: f64,
    run: f64,
    release: f64,
    bytes: usize,
    /// The same as the allocator counts it, before anything runs.
    allocated: usize,
    /// Allocations while tasks ran.
    allocations: usize,
}

impl Took {
    fn total(&self) -> f64 {
        self.submit + self.run + self.release
    }
}

fn print(what: &str, tasks: usize, rounds: usize, mut once: impl FnMut() -> Took) {
    let mut all: Vec<Took> = (0..REPETITIONS).map(|_| sum((0..rounds).map(|_| once()))).collect();
    all.sort_by(|a, b| a.total().total_cmp(&b.total()));
    let median = all[REPETITIONS / 2];
    let each = |took: &Took| took.total() / (tasks * rounds) as f64 * 1e9;
    println!(
        "{what:34} {:5.2} s = {:4.0} ns a task ({:.0} … {:.0}; submit {:.2}, run {:.2}, release {:.2}), \
         {} bytes a task ({} as allocated), {:.3} allocations a run",
        median.total(),
        each(&median),
        each(&all[0]),
        each(&all[REPETITIONS - 1]),
        median.submit,
        median.run,
        median.release,
        median.bytes / tasks,
        median.allocated / tasks,
        median.allocations as f64 / (tasks * rounds) as f64,
    );
}

fn sum(all: impl Iterator<Item = Took>) -> Took {
    all.fold(Took::default(), |sum, took| Took {
        submit: sum.submit + took.submit,
        run: sum.run + took.run,
        release: sum.release + took.release,
        allocations: sum.allocations + took.allocations,
        ..took
    })
}

fn independent(tasks: usize) -> Took {
    let call = Submission {
        options: webfutures::scheduler::OptionsId::DEFAULT,
        function: FunctionId(0),
        token: None,
        held: true,
        dependencies: 0,
    };
    round(&vec![call; tasks], &[])
}

fn pure(tasks: usize) -> Took {
    // Multiplied by an odd number, so that the low half is as scattered as that of a hash.
    let token = |task| Some((task as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
    let call = |task| Submission {
        options: webfutures::scheduler::OptionsId::DEFAULT,
        function: FunctionId(0),
        token: token(task),
        held: true,
        dependencies: 0,
    };
    round(&(0..tasks).map(call).collect::<Vec<_>>(), &[])
}

fn graph(tasks: usize, inputs: impl Fn(usize) -> Vec<usize>) -> Took {
    let (mut calls, mut dependencies) = (Vec::new(), Vec::new());
    for task in 0..tasks {
        let inputs = inputs(task);
        let (function, dependencies_count) = (FunctionId(0), inputs.len() as u32);
        calls.push(Submission {
            options: webfutures::scheduler::OptionsId::DEFAULT,
            function,
            token: None,
            held: task + 1 == tasks,
            dependencies: dependencies_count,
        });
        dependencies.extend(inputs.into_iter().map(|input| Dependency::Earlier(input as u32)));
    }
    // The last one keeps the chain and the tree; of a fan every task is held.
    let fan = tasks > 2 && dependencies.last() == Some(&Dependency::Earlier(0));
    calls.iter_mut().for_each(|call| call.held |= fan);
    round(&calls, &dependencies)
}

/// The inputs of a node of a binary tree whose first `leaves` tasks are the leaves.
fn tree(task: usize, leaves: usize) -> Vec<usize> {
    if task < leaves {
        vec![]
    } else {
        vec![2 * (task - leaves), 2 * (task - leaves) + 1]
    }
}

/// Submits, runs and releases everything.
fn round(calls: &[Submission], dependencies: &[Dependency]) -> Took {
    let before = BYTES.load(Relaxed);
    let mut scheduler = Scheduler::new();
    let mut actions = Vec::new();
    scheduler.handle(0.0, Event::FunctionDefined { name: "nop" }, &mut actions);
    for worker in 0..WORKERS {
        let joined = Event::WorkerJoined {
            place: webfutures::scheduler::PlaceId(0),
            resources: &[],
            memory_limit: 0,

            worker: WorkerId(worker),
            concurrency: 1,
        };
        scheduler.handle(0.0, joined, &mut actions);
    }
    let mut took = Took::default();

    let began = Instant::now();
    scheduler.handle(
        0.0,
        Event::TasksSubmitted {
            client: webfutures::scheduler::ClientId(0),

            tasks: calls,
            dependencies,
        },
        &mut actions,
    );
    took.submit = began.elapsed().as_secs_f64();
    let of_actions = actions.capacity() * size_of::<Action>();
    took.allocated = (BYTES.load(Relaxed) - before) as usize - of_actions;
    let accepted = actions.iter().filter_map(|action| match *action {
        Action::Accepted { task, .. } => Some(task),
        _ => None,
    });
    let held: Vec<TaskId> = accepted
        .zip(calls)
        .filter(|(_, call)| call.held)
        .map(|(task, _)| task)
        .collect();
    actions.retain(|action| matches!(action, Action::Run { .. }));
    took.bytes = scheduler.memory_bytes();

    let count = COUNT.load(Relaxed);
    let began = Instant::now();
    let finished = run(&mut scheduler, &mut actions);
    took.run = began.elapsed().as_secs_f64();
    took.allocations = COUNT.load(Relaxed) - count;
    assert_eq!(finished, calls.len());
    took.bytes = took.bytes.max(scheduler.memory_bytes());

    let began = Instant::now();
    scheduler.handle(
        1e6,
        Event::HandlesDropped {
            client: webfutures::scheduler::ClientId(0),
            tasks: &held,
        },
        &mut actions,
    );
    took.release = began.elapsed().as_secs_f64();
    assert!(scheduler.is_empty());
    took
}

/// Workers that need a microsecond a task and report every millisecond, until nothing is under way.
fn run(scheduler: &mut Scheduler, actions: &mut Vec<Action>) -> usize {
    let mut given: Vec<VecDeque<(TaskId, RunId)>> = vec![VecDeque::new(); WORKERS as usize];
    let (mut now, mut finished) = (0.0, 0);
    loop {
        for action in actions.drain(..) {
            if let Action::Run { worker, task, run } = action {
                given[worker.0 as usize].push_back((task, run));
            }
        }
        if given.iter().all(VecDeque::is_empty) {
            return finished;
        }
        now += 1.0;
        for (index, queue) in given.iter_mut().enumerate() {
            for (task, run) in queue.drain(..queue.len().min(1_000)) {
                let worker = WorkerId(index as u32);
                let (start, duration) = (now - 0.5, 0.001);
                let event = Event::TaskFinished {
                    worker,
                    task,
                    run,
                    start,
                    duration,
                    bytes: 8,
                    kind: 3,
                };
                scheduler.handle(now, event, actions);
                finished += 1;
            }
        }
    }
}
