//! Trying again: by itself after a failure, on request, or because a task asked for it.

use super::Scheduler;
use super::action::Action;
use super::constraints::LaneId;
use super::mutation::Mutation;
use super::task::{Fault, RunId, State, TaskId, WorkerId};
use super::workers::Level;

impl Scheduler {
    /// The present run of a task failed: it is tried again if it has retries left. Nobody is told of that.
    pub(super) fn fail(&mut self, task: TaskId, fault: Fault) {
        let retries = self.options_of(task).retries;
        let used = u16::from(!self.broken(Mutation::RetriesAreUsedUp));
        let row = &mut self.tasks[task];
        // One that throws has outlived its worker's death; one that was stopped has not.
        row.suspect &= fault != Fault::Threw;
        if row.failures < retries {
            row.failures += used;
            self.processing_to_waiting(task);
        } else {
            self.processing_to_erred(task, fault);
        }
    }

    /// A run asked to be placed anew: elsewhere, if there is an elsewhere.
    #[inline(never)]
    pub(super) fn on_task_rescheduled(&mut self, worker: WorkerId, task: TaskId, run: RunId) {
        if self.end_run(worker, run).is_none() || !self.is_current(task, run, State::Processing) {
            return;
        }
        self.processing_to_waiting(task);
        let bound = !self.bound.is_empty() && self.bound.iter().any(|&(other, _)| other == task);
        if self.tasks[task].state == State::Queued && self.lane_of(task) == LaneId::NONE && !bound {
            let idle = self
                .workers
                .idle
                .iter()
                .copied()
                .filter(|&id| self.workers[id].is_idle());
            let mut others = idle.chain(self.workers.running.iter().copied());
            let others = others.find(|&other| other != worker && self.workers[other].level < Level::Full);
            if let Some(other) = others {
                let row = &mut self.tasks[task];
                row.ticket = row.ticket.wrapping_add(1);
                self.leave_queue(task);
                self.enqueue_at(task, other);
            }
        }
    }

    /// Erred tasks are pending again, from those that are to blame down to all that they took along; finished ones are
    /// dropped and made again.
    #[inline(never)]
    pub(super) fn on_tasks_retried(&mut self, tasks: &[TaskId]) {
        for &task in tasks {
            let Some(row) = self.tasks.get(task) else { continue };
            match row.state {
                State::Erred => self.retry_erred(task),
                State::Memory if !row.data => self.retry_finished(task),
                _ => {}
            }
        }
    }

    fn retry_erred(&mut self, task: TaskId) {
        // Up to everything erred that it depends on, then down to everything that depends on that.
        let mut erred = vec![task];
        self.tasks[task].marked = true;
        let mut index = 0;
        while index < erred.len() {
            for edge in 0..self.tasks[erred[index]].inputs.len() {
                let input = self.tasks[erred[index]].inputs[edge].task;
                self.mark_erred(input, &mut erred);
            }
            index += 1;
        }
        index = 0;
        while index < erred.len() {
            for edge in 0..self.tasks[erred[index]].dependents.len() {
                let dependent = self.tasks[erred[index]].dependents[edge].task;
                self.mark_erred(dependent, &mut erred);
            }
            index += 1;
        }
        for &task in &erred {
            self.tasks[task].marked = false;
            self.erred_to_released(task);
            self.renew_deadline(task);
        }
        for task in erred {
            if self.tasks[task].is_wanted() {
                self.wanted.push(task);
            } else {
                self.doubt(task);
            }
        }
    }

    fn mark_erred(&mut self, task: TaskId, erred: &mut Vec<TaskId>) {
        let row = &mut self.tasks[task];
        if row.state == State::Erred && !row.marked {
            row.marked = true;
            erred.push(task);
        }
    }

    fn retry_finished(&mut self, task: TaskId) {
        while let Some(&holder) = self.tasks[task].holders.last() {
            self.remove_holder(task, holder);
        }
        // Runs that were about to fetch it may find it gone.
        for index in 0..self.tasks[task].dependents.len() {
            let dependent = &self.tasks[self.tasks[task].dependents[index].task];
            let (worker, run) = (dependent.worker, dependent.run);
            if dependent.state == State::Processing && run != RunId::NONE {
                self.orphan_run(worker, run);
            }
        }
        self.memory_to_lost(task);
        let row = &mut self.tasks[task];
        (row.failures, row.deaths) = (0, 0);
        self.actions.push(Action::Unsettle { task });
        self.renew_deadline(task);
        self.wanted.push(task);
    }
}
