//! How many workers there should be for what there is to do: advice, from time to time, for a pool that grows and shrinks.

use super::Scheduler;
use super::queue::Queue;
use super::sorting::sorted;
use super::task::{State, TaskId, WorkerId};

/// Tasks that no worker has and that are looked at one by one; the others are taken to be like them.
const LOOKED_AT: usize = 100;

/// The rule by which a pool adapts, and what it remembers from one look to the next.
#[derive(Debug)]
pub struct Adaptive {
    minimum: usize,
    maximum: usize,
    target: f64,
    patience: u32,
    /// For how many looks in a row each worker has been one too many.
    surplus: Vec<(WorkerId, u32)>,
}

/// What the pool should do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advice {
    /// Nothing.
    Stay,
    /// Start workers until there are so many.
    Grow(usize),
    /// Retire these.
    Shrink(Vec<WorkerId>),
}

impl Adaptive {
    /// Between `minimum` and `maximum` workers, so many that all work would be done in `target` milliseconds; one goes when
    /// it has been one too many for `patience` looks in a row.
    pub fn new(minimum: usize, maximum: usize, target: f64, patience: u32) -> Adaptive {
        Adaptive {
            minimum,
            maximum: maximum.max(minimum),
            target,
            patience: patience.max(1),
            surplus: Vec::new(),
        }
    }

    /// Looks at what there is to do. `present` are the workers there are, those included that have not said hello.
    pub fn look(&mut self, scheduler: &Scheduler, now: f64, present: usize) -> Advice {
        let wanted = scheduler
            .workers_for(self.target, now)
            .clamp(self.minimum, self.maximum);
        if wanted > present {
            self.surplus.clear();
            return Advice::Grow(wanted);
        }
        let spare = scheduler.spare_workers(present - wanted);
        let seen = std::mem::take(&mut self.surplus);
        let mut gone = Vec::new();
        for worker in spare {
            let before = seen.iter().find(|(other, _)| *other == worker);
            let looks = before.map_or(1, |(_, looks)| looks + 1);
            if looks >= self.patience {
                gone.push(worker);
            } else {
                self.surplus.push((worker, looks));
            }
        }
        if gone.is_empty() {
            Advice::Stay
        } else {
            Advice::Shrink(gone)
        }
    }
}

impl Scheduler {
    /// So many workers that all there is to do would be done in `target` milliseconds: no more than there are tasks, but
    /// twice as many as there are if those are filled by more than three fifths.
    fn workers_for(&self, target: f64, now: f64) -> usize {
        let running = self.workers.running.iter().map(|&id| &self.workers[id]);
        let given: u64 = running.clone().map(|worker| worker.backlog(now)).sum();
        let (waiting, cost) = self.waiting_work();
        let micros = given as f64 + cost;
        let work = (micros / (target * 1e3)).ceil() as usize;
        let tasks = waiting
            + running
                .clone()
                .map(|worker| worker.runs.len() + worker.queue.len())
                .sum::<usize>();
        let (stored, limit) = running.fold((0, 0), |(stored, limit), worker| {
            (stored + worker.bytes, limit + worker.memory_limit)
        });
        let filled = limit > 0 && stored * 5 > limit * 3;
        let memory = if filled { 2 * self.workers.running.len() } else { 0 };
        // Data that waits for a worker is no work, and needs one all the same.
        let some = usize::from(self.counts[State::NoWorker as usize] > 0);
        work.min(tasks).max(memory).max(some)
    }

    /// Tasks that no worker has, nor has in its own queue, and their estimated microseconds.
    fn waiting_work(&self) -> (usize, f64) {
        let mut queues: Vec<&Queue> = self.lanes.iter().map(|(_, queue, _)| queue).collect();
        queues.extend([&self.ready, &self.stranded]);
        let waiting = queues.iter().map(|queue| queue.len()).sum::<usize>();
        let looked_at = queues.iter().flat_map(|queue| queue.iter(&self.tasks)).take(LOOKED_AT);
        let cost = |task: TaskId| f64::from(self.functions[self.tasks[task].function].cost());
        let (count, sum) = looked_at.fold((0, 0.0), |(count, sum), task| (count + 1, sum + cost(task)));
        let mean = if count == 0 { 0.0 } else { sum / f64::from(count) };
        (waiting, mean * waiting as f64)
    }

    /// Up to so many workers that have nothing under way, not even something that awaits, and no actor: those that store least first.
    fn spare_workers(&self, count: usize) -> Vec<WorkerId> {
        let running = self.workers.running.iter().copied();
        let spare = running
            .filter(|&id| self.workers[id].runs.len() == 0 && self.workers[id].queue.len() == 0)
            .filter(|&id| self.actors_in(id) == 0);
        // Of equals the youngest first.
        let keys = spare.map(|id| (self.workers[id].bytes, u32::MAX - id.0)).collect();
        let first = sorted(keys).into_iter().take(count);
        first.map(|(_, reversed)| WorkerId(u32::MAX - reversed)).collect()
    }
}
