//! Taking back what was prefetched behind a task that turned out long, while another worker has nothing to do.

use super::Scheduler;
use super::task::{State, TaskId, WorkerId};

/// Milliseconds of silence that are nothing unusual: a worker in full flow reports more often.
const USUAL: f64 = 10.0;

impl Scheduler {
    /// Takes back what waits behind silent runs if somebody idles, and asks to be reminded of those that may turn out to
    /// be silent. Only pure tasks: as far as is known the run has not begun, but it may have.
    /// Whether something was.
    pub(super) fn take_back(&mut self) -> bool {
        // Before the time that was found last there is nothing to be found: silences only begin anew.
        if self.workers.crowded == 0 || self.now < self.overdue_at || self.workers.first_idle().is_none() {
            return false;
        }
        let mut taken = false;
        let mut soonest = f64::INFINITY;
        for index in 0..self.workers.running.len() + self.workers.retired.len() {
            let split = self.workers.running.len();
            let worker = match self.workers.running.get(index) {
                Some(&running) => running,
                None => self.workers.retired[index - split],
            };
            let row = &self.workers[worker];
            if row.active < 2 || row.relieved {
                continue;
            }
            let due = row.since + self.patience(worker);
            if due <= self.now {
                taken |= self.take_back_from(worker);
            } else {
                soonest = soonest.min(due);
            }
        }
        if soonest.is_finite() {
            self.overdue_at = soonest;
            self.remind(soonest);
        }
        taken
    }

    /// Milliseconds that a worker may be silent with what it has.
    fn patience(&self, worker: WorkerId) -> f64 {
        let long = self.workers[worker].load + self.long_after();
        USUAL.max(long as f64 / 1e3)
    }

    /// Whether what it takes may be gone when a run has ended of which nobody has heard.
    fn uses_up_any(&self, task: TaskId, worker: WorkerId) -> bool {
        let inputs = &self.tasks[task].inputs;
        self.uses_up(task, worker) && inputs.iter().any(|edge| self.is_used_up(edge.task))
    }

    fn take_back_from(&mut self, worker: WorkerId) -> bool {
        let row = &mut self.workers[worker];
        row.relieved = true;
        let behind: Vec<_> = row
            .runs
            .iter()
            .filter(|given| !given.yielded)
            .skip(1)
            .copied()
            .collect();
        let may_be_taken = behind
            .into_iter()
            .filter(|given| self.is_current(given.task, given.run, State::Processing))
            .filter(|given| self.tasks[given.task].pure && !given.bound && !self.uses_up_any(given.task, worker));
        let taken: Vec<TaskId> = may_be_taken.map(|given| given.task).collect();
        for &task in &taken {
            self.abandon_run(task, false);
            self.processing_to_waiting(task);
        }
        !taken.is_empty()
    }
}
