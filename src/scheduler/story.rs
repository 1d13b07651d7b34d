//! What happened lately: the transitions of tasks and the runs of workers, in rings of fixed capacity.

use super::Scheduler;
use super::task::{FunctionId, State, TaskId, WorkerId};

/// Transitions that are remembered.
const TRANSITIONS: usize = 1 << 15;
/// Runs that are remembered.
const RUNS: usize = 1 << 14;

/// One move of a task from one state to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transition {
    /// When, in milliseconds on the clock of `handle`.
    pub time: f64,
    /// The task's serial: unlike its id, it is never another task's.
    pub serial: u64,
    /// The task.
    pub task: TaskId,
    /// Where it was.
    pub from: State,
    /// Where it is now.
    pub to: State,
}

/// One run that ended: a rectangle of the task stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ran {
    /// Counts all runs that ended, from 0.
    pub sequence: u64,
    /// The task's serial.
    pub serial: u64,
    /// What was called.
    pub function: FunctionId,
    /// Who ran it.
    pub worker: WorkerId,
    /// When it began, in milliseconds.
    pub start: f64,
    /// How long it computed, in milliseconds.
    pub duration: f64,
    /// Whether it threw.
    pub erred: bool,
}

/// The rings.
#[derive(Debug)]
pub(super) struct Log {
    transitions: Ring<Transition>,
    runs: Ring<Ran>,
}

impl Log {
    /// Empty rings.
    pub(super) fn new() -> Log {
        Log {
            transitions: Ring::new(TRANSITIONS),
            runs: Ring::new(RUNS),
        }
    }

    /// Remembers a transition.
    pub(super) fn moved(&mut self, transition: Transition) {
        self.transitions.push(transition);
    }

    /// Remembers a run; its sequence is set here.
    pub(super) fn ran(&mut self, ran: Ran) {
        let sequence = self.runs.pushed;
        self.runs.push(Ran { sequence, ..ran });
    }

    /// Every remembered transition, oldest first.
    pub(super) fn transitions(&self) -> impl Iterator<Item = &Transition> {
        self.transitions.since(0)
    }

    /// Bytes on the heap.
    pub(super) fn memory_bytes(&self) -> usize {
        self.transitions.memory_bytes() + self.runs.memory_bytes()
    }
}

impl Scheduler {
    /// The remembered transitions of a task, oldest first. The log holds the last 32,768 transitions of all tasks.
    pub fn story(&self, task: TaskId) -> Vec<Transition> {
        let serial = self.tasks.get(task).map(|row| row.serial);
        self.log
            .transitions()
            .filter(|transition| Some(transition.serial) == serial)
            .copied()
            .collect()
    }

    /// The runs that ended, oldest first, from that sequence number on, as far as the last 16,384 reach back.
    pub fn stream(&self, since: u64) -> impl Iterator<Item = &Ran> {
        self.log.runs.since(since)
    }
}

/// The last `capacity` items of all that were pushed. Its memory grows with use.
#[derive(Debug)]
struct Ring<T> {
    items: Vec<T>,
    capacity: usize,
    pushed: u64,
}

impl<T> Ring<T> {
    fn new(capacity: usize) -> Ring<T> {
        debug_assert!(capacity.is_power_of_two());
        Ring {
            items: Vec::new(),
            capacity,
            pushed: 0,
        }
    }

    fn push(&mut self, item: T) {
        if self.items.len() < self.capacity {
            self.items.push(item);
        } else {
            let index = self.pushed as usize & (self.capacity - 1);
            self.items[index] = item;
        }
        self.pushed += 1;
    }

    fn since(&self, sequence: u64) -> impl Iterator<Item = &T> {
        let first = sequence.max(self.pushed - self.items.len() as u64);
        (first..self.pushed).map(|sequence| &self.items[sequence as usize & (self.capacity - 1)])
    }

    fn memory_bytes(&self) -> usize {
        self.items.capacity() * size_of::<T>()
    }
}
