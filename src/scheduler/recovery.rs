//! Deaths: what a worker had is placed anew, what it alone held is made again, and only what ran is blamed.

use super::Scheduler;
use super::action::Action;
use super::mutation::Mutation;
use super::task::{Fault, RunId, State, TaskId, WorkerId};
use super::workers::Assignment;

impl Scheduler {
    /// A worker is gone, with everything it had.
    #[inline(never)]
    pub(super) fn on_worker_died(&mut self, worker: WorkerId, running: Option<RunId>, blame: bool) {
        let Some(mut row) = self
            .workers
            .get(worker)
            .map(|row| row.runs.iter().copied().collect::<Vec<_>>())
        else {
            return;
        };
        self.bury(worker);
        let culprit = if blame { culprit(&row, running) } else { None };
        row.retain(|given| self.is_current(given.task, given.run, State::Processing));
        let everybody = blame && self.broken(Mutation::OnlyTheCertainCulpritIsBlamed);
        for given in &row {
            let task = &mut self.tasks[given.task];
            // One that was suspect already has had nothing beside it but what it submitted itself, or came with that.
            let nested = blame && culprit.is_none() && given.nests && task.suspect;
            let blamed = culprit == Some(given.run) || everybody || nested;
            if blamed {
                task.deaths = task.deaths.saturating_add(1);
            }
            // A culprit is suspected again: the next death must be as certain as this one.
            task.suspect |= blame && culprit.is_none_or(|culprit| culprit == given.run);
            if blamed && u32::from(task.deaths) > self.limits.allowed_failures {
                self.processing_to_erred(given.task, Fault::Killed);
            } else {
                self.processing_to_waiting(given.task);
            }
        }
        self.make_wanted();
        self.evacuate_retired();
    }

    /// Forgets a worker: what waited for it waits elsewhere, and the results that only it held are lost.
    fn bury(&mut self, worker: WorkerId) {
        // Before its row goes: the queue is in it.
        let retired = std::mem::replace(&mut self.workers[worker].retired, true);
        self.workers.running.retain(|&running| running != worker);
        if !retired {
            self.leave_running(worker);
        }
        let held: Vec<TaskId> = self.has_what(worker).collect();
        let Some(row) = self.workers.remove(worker) else { return };
        self.workers.active -= row.active as usize;
        self.workers.crowded -= usize::from(row.active >= 2);
        self.workers.orphans -= row.runs.iter().filter(|given| given.orphan).count();
        if !self.broken(Mutation::DeathsAreTold) {
            self.tell_gone(worker);
        }
        self.copy_without(worker);
        if self.broken(Mutation::HoldersGoWithTheirWorker) {
            return;
        }
        // Of all, before anything follows from it.
        for &task in &held {
            self.tasks[task].holders.retain(|holder| *holder != worker);
        }
        for task in held {
            if self.tasks[task].holders.is_empty() {
                self.lose(task);
            } else if self.tasks[task].asked {
                self.send(task);
            }
        }
        self.copy_all();
    }

    /// Tells all others that a worker is gone.
    pub(super) fn tell_gone(&mut self, gone: WorkerId) {
        let others = self.workers.running.iter().chain(&self.workers.retired);
        self.actions.extend(others.map(|&worker| Action::Gone { worker, gone }));
    }

    /// No worker has the result any more: it is made again.
    pub(super) fn lose(&mut self, task: TaskId) {
        if self.is_actor(task) {
            return self.lose_actor(task);
        }
        let row = &self.tasks[task];
        if row.is_held() && !row.data {
            self.actions.push(Action::Lost { task });
        }
        self.memory_to_lost(task);
        self.wanted.push(task);
    }

    /// The page has no copy of data that it was to put into a worker: it is lost for good.
    #[inline(never)]
    pub(super) fn on_data_gone(&mut self, task: TaskId, run: RunId) {
        if !self.is_current(task, run, State::Memory) {
            return;
        }
        self.tasks[task].kept = false;
        if self.tasks[task].copying {
            self.stop_copying(task);
        }
        while let Some(&holder) = self.tasks[task].holders.last() {
            self.remove_holder(task, holder);
        }
        self.memory_to_lost(task);
        // What runs with it waits for data that never comes, so it errs as what waits for it does.
        let dependents: Vec<TaskId> = self.tasks[task].dependents.iter().map(|edge| edge.task).collect();
        self.released_to_lost(task);
        for dependent in dependents {
            if self.tasks[dependent].state == State::Processing {
                self.abandon_run(dependent, false);
                self.processing_to_waiting(dependent);
            }
        }
    }

    /// A run could not begin: its task waits until its inputs are there again.
    #[inline(never)]
    pub(super) fn on_inputs_missing(&mut self, worker: WorkerId, task: TaskId, run: RunId) {
        if self.end_run(worker, run).is_some() && self.is_current(task, run, State::Processing) {
            if self.broken(Mutation::MissingInputsAreNoFailure) {
                return self.fail(task, Fault::Threw);
            }
            self.processing_to_waiting(task);
        }
    }
}

/// The run that killed its worker, if that is certain: the page knows it, or there was no other.
fn culprit(given: &[Assignment], running: Option<RunId>) -> Option<RunId> {
    match (given, running) {
        (_, Some(running)) if given.iter().any(|given| given.run == running) => Some(running),
        ([only], _) => Some(only.run),
        // Calls of actors err with their worker: they cannot do it again.
        _ => {
            let others = || given.iter().filter(|given| !given.bound);
            let alone = only(others()).filter(|only| only.solo);
            // What awaits its subtasks computes nothing, as long as one of them does.
            let computes =
                || only(others().filter(|given| !given.awaits_subtasks())).filter(|it| it.solo && !it.yielded);
            alone.or_else(computes).map(|it| it.run)
        }
    }
}

/// The one there is, if there are no others.
fn only<'a>(mut runs: impl Iterator<Item = &'a Assignment>) -> Option<&'a Assignment> {
    let first = runs.next();
    first.filter(|_| runs.next().is_none())
}
