//! Runs that shall end before they are done: they count no more, and their slot is taken until the worker says so.

use super::Scheduler;
use super::action::Action;
use super::mutation::Mutation;
use super::task::{RunId, State, TaskId, WorkerId};

impl Scheduler {
    /// The present run of a task counts no more, and its worker is told.
    pub(super) fn abandon_run(&mut self, task: TaskId, firm: bool) {
        let row = &self.tasks[task];
        let (worker, run) = (row.worker, row.run);
        if self.recall(worker, run) {
            return;
        }
        self.orphan_run(worker, run);
        let row = &mut self.workers[worker];
        if let Some(assignment) = row.runs.get_mut(run) {
            assignment.firm = firm;
            // Nothing is put behind what may have to be ended with its worker.
            if firm && !assignment.alone {
                assignment.alone = true;
                row.alone += u32::from(!assignment.yielded);
            }
            // Nor beside it, though it awaits: it may have gone on, and never read the order.
            if firm && !assignment.solo {
                assignment.solo = true;
                row.solo += 1;
            }
        }
        self.actions.push(Action::Stop { worker, run, firm });
        if self.broken(Mutation::SlotsAreKept) {
            self.end_run(worker, run);
        }
    }

    /// Takes a run back that was given in this very step: its order has not left yet, and its inputs may be gone when it does.
    fn recall(&mut self, worker: WorkerId, run: RunId) -> bool {
        if run.0 <= self.runs_before {
            return false;
        }
        let is_its = |action: &Action| matches!(action, Action::Run { run: other, .. } if *other == run);
        let Some(place) = self.actions.iter().rposition(is_its) else {
            return false;
        };
        self.actions.remove(place);
        self.end_run(worker, run);
        true
    }

    /// A run never began, or was given up.
    #[inline(never)]
    pub(super) fn on_run_stopped(&mut self, worker: WorkerId, run: RunId) {
        if let Some(assignment) = self.end_run(worker, run)
            && self.is_current(assignment.task, run, State::Processing)
        {
            self.processing_to_waiting(assignment.task);
        }
    }

    /// A worker computes what it should have stopped: it is ended, unless something else is in the way.
    #[inline(never)]
    pub(super) fn on_stop_overdue(&mut self, worker: WorkerId, run: RunId) {
        let Some(row) = self.workers.get(worker) else { return };
        // If no run there needs a slot it is one that went on after it had awaited something.
        let oldest = row.runs.oldest_active();
        let is_it = match oldest {
            Some(oldest) => oldest.run == run && oldest.firm,
            None => row.runs.iter().any(|given| given.run == run) && row.runs.iter().all(|given| given.firm),
        };
        if is_it {
            self.actions.push(Action::Terminate { worker });
            self.on_worker_died(worker, None, false);
        }
    }
}
