//! Results that are moved, not copied, to the worker that needs them: those whose options allow it.
//!
//! While a result is on its way its `worker` is the one that gives it away. That one stays listed as a holder until no
//! dependent is under way: whoever was told to ask it is answered with what it gets back from the new holder.

use super::Scheduler;
use super::mutation::Mutation;
use super::task::{RunId, State, Task, TaskId, WorkerId};

impl Scheduler {
    /// Whether a worker that is told to fetch this result from that holder shall take it away from there.
    pub fn is_moved(&self, input: TaskId, holder: WorkerId) -> bool {
        let row = self.row(input);
        row.waiters == 1 && giver(row) == Some(holder) && self.options_of(input).moves
    }

    /// Whether the page may take a result away that it asks for: its options allow it, and nothing else needs it, neither a task
    /// under way nor a second client.
    pub fn may_leave(&self, task: TaskId) -> bool {
        let row = self.row(task);
        row.waiters == 0 && row.wishes.count_ones() == 1 && self.options_of(task).moves
    }

    /// Whether the worker that a task was given to need not keep those inputs that `is_used_up` names when the task has ended: its
    /// result may be moved, and no other run of it follows one that came to its end.
    pub fn uses_up(&self, task: TaskId, worker: WorkerId) -> bool {
        self.options_of(task).moves && !self.is_timed(task) && !self.has_remote_inputs(task, worker)
    }

    /// Whether a result is of no use to anything but the one task under way that takes it: nobody has a future of it, nor gets one by
    /// an equal call.
    pub fn is_used_up(&self, input: TaskId) -> bool {
        let row = self.row(input);
        row.waiters == 1 && row.wishes == 0 && !row.pure && !row.asked && !row.copying
    }

    /// A task was given to a worker: notes which of its inputs are taken along, those that nothing else under way needs.
    pub(super) fn move_inputs(&mut self, task: TaskId, worker: WorkerId) {
        for index in 0..self.tasks[task].inputs.len() {
            let input = self.tasks[task].inputs[index].task;
            let row = &self.tasks[input];
            if !self.options_of(input).moves || row.waiters != 1 || row.asked || giver(row).is_some() {
                continue;
            }
            if let [holder] = row.holders[..]
                && holder != worker
            {
                self.tasks[input].worker = holder;
            }
        }
    }

    /// Another worker has got a copy of the result, and this holder need not keep it.
    pub(super) fn leave(&mut self, task: TaskId, source: WorkerId) {
        let row = &mut self.tasks[task];
        if giver(row).is_some() || !row.holders.contains(&source) || row.holders.len() < 2 {
            return;
        }
        row.worker = source;
        if row.waiters == 0 {
            self.end_move(task);
        }
    }

    /// No dependent is under way any more: the one that gave the result away need not answer for it.
    pub(super) fn end_move(&mut self, input: TaskId) {
        let row = &mut self.tasks[input];
        let Some(source) = giver(row) else { return };
        row.worker = WorkerId::NONE;
        if row.holders.len() > 1 && row.holders.contains(&source) {
            self.remove_holder(input, source);
        }
    }

    /// A worker has not got a result after all: it gave it away to one that died.
    #[inline(never)]
    pub(super) fn on_data_missing(&mut self, worker: WorkerId, task: TaskId, run: RunId) {
        if !self.is_current(task, run, State::Memory)
            || !self.tasks[task].holders.contains(&worker)
            || self.broken(Mutation::MissingDataIsMadeAgain)
        {
            return;
        }
        self.remove_holder(task, worker);
        if self.tasks[task].holders.is_empty() {
            self.lose(task);
        } else if self.tasks[task].asked {
            self.send(task);
        }
    }
}

fn giver(row: &Task) -> Option<WorkerId> {
    (row.state == State::Memory && row.worker != WorkerId::NONE).then_some(row.worker)
}
