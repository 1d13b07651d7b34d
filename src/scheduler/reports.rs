//! What workers say: joining, retiring, and the reports of runs. A report whose run is not the task's present one
//! changes nothing in the tasks.

use super::Scheduler;
use super::action::Action;
use super::story::Ran;
use super::task::{RunId, State, TaskId, WorkerId};
use super::workers::{Assignment, Worker};

impl Scheduler {
    /// A worker can be given work; the first one takes all that had none.
    pub(super) fn on_worker_joined(&mut self, worker: WorkerId, concurrency: u32) {
        self.workers.join(worker, Worker::new(concurrency));
        self.workers.touch(worker);
        while let Some(task) = self.stranded.pop(&self.tasks) {
            if self.tasks[task].data {
                self.no_worker_to_memory(task, worker);
            } else {
                self.no_worker_to_queued(task);
            }
        }
    }

    /// A worker shall end: what waits for room there waits elsewhere, and copies that others hold too are dropped.
    pub(super) fn on_worker_retired(&mut self, worker: WorkerId) {
        if self.workers.get(worker).is_none_or(|row| row.retired) {
            return;
        }
        self.workers.retire(worker);
        while let Some(task) = self.take_own(worker) {
            self.replace(task);
        }
        if self.workers.running.is_empty() {
            while let Some(task) = self.ready.pop(&self.tasks) {
                self.queued_to_no_worker(task);
            }
        }
        for task in self.has_what(worker).collect::<Vec<_>>() {
            self.trim(task);
        }
    }

    /// A task returned.
    #[allow(clippy::too_many_arguments, reason = "the fields of the event")]
    pub(super) fn on_task_finished(
        &mut self,
        worker: WorkerId,
        task: TaskId,
        run: RunId,
        start: f64,
        duration: f64,
        bytes: u64,
        kind: u8,
    ) {
        if !self.end_run(worker, run, (start, duration), false) {
            return;
        }
        if self.is_current(task, run, State::Processing) {
            self.processing_to_memory(task, worker, bytes, kind);
        } else {
            self.actions.push(Action::Drop { worker, run });
        }
    }

    /// A task threw.
    pub(super) fn on_task_erred(&mut self, worker: WorkerId, task: TaskId, run: RunId, start: f64, duration: f64) {
        if self.end_run(worker, run, (start, duration), true) && self.is_current(task, run, State::Processing) {
            self.processing_to_erred(task);
        }
    }

    /// A task awaits something and needs no slot.
    pub(super) fn on_task_yielded(&mut self, worker: WorkerId, run: RunId) {
        let Some(row) = self.workers.get_mut(worker) else {
            return;
        };
        let Some(assignment) = row.runs.get_mut(run).filter(|assignment| !assignment.yielded) else {
            return;
        };
        assignment.yielded = true;
        let assignment = *assignment;
        row.yielded += 1;
        row.since = self.now;
        // The report comes after what it awaits: that is no round trip.
        row.probe = row.probe.filter(|&(probe, _)| probe != run);
        self.functions[assignment.function].yields = true;
        self.free_slot(worker, &assignment);
        self.workers.note_idle(worker);
        self.workers.touch(worker);
    }

    /// A worker got a copy of a result.
    pub(super) fn on_data_fetched(&mut self, worker: WorkerId, task: TaskId, run: RunId) {
        if self.workers.get(worker).is_none() {
            return;
        }
        if !self.is_current(task, run, State::Memory) {
            self.actions.push(Action::Drop { worker, run });
        } else if !self.tasks[task].holders.contains(&worker) {
            self.add_holder(task, worker);
            if !self.workers.retired.is_empty() {
                self.trim(task);
            }
        }
    }

    /// The page wants these results; those that are not there are asked for again when they settle.
    pub(super) fn on_values_wanted(&mut self, tasks: &[TaskId]) {
        for &task in tasks {
            let Some(row) = self.tasks.get(task) else { continue };
            if row.state == State::Memory {
                self.send(task);
            } else if row.data {
                self.tasks[task].asked = true;
            }
        }
    }

    /// Terminates the retired workers that run nothing and hold nothing. As long as a run that counts no more may still
    /// fetch from another worker, none is: it would wait for an answer for ever.
    pub(super) fn dismiss(&mut self) {
        for index in (0..self.workers.retired.len()).rev() {
            let worker = self.workers.retired[index];
            let row = &self.workers[worker];
            if row.runs.len() == 0 && row.results == 0 && self.workers.orphans == 0 {
                self.workers.remove(worker);
                self.actions.push(Action::Terminate { worker });
            }
        }
    }

    /// Enters a run that is about to be sent.
    pub(super) fn begin_run(&mut self, worker: WorkerId, assignment: Assignment) {
        let row = &mut self.workers[worker];
        if row.active == 0 {
            row.since = self.now;
            let fit = self.functions[assignment.function].is_known() && !assignment.remote;
            row.probe = fit.then_some((assignment.run, self.now));
        }
        row.active += 1;
        row.alone += u32::from(assignment.alone);
        row.load += u64::from(assignment.cost);
        row.runs.push(assignment);
        self.workers.active += 1;
    }

    /// The task of a run under way was released.
    pub(super) fn orphan_run(&mut self, worker: WorkerId, run: RunId) {
        if let Some(assignment) = self.workers[worker].runs.get_mut(run) {
            assignment.orphan = assignment.remote;
            self.workers.orphans += usize::from(assignment.orphan);
        }
    }

    /// Takes a reported run off its worker and learns from it. False if that worker has no such run.
    fn end_run(&mut self, worker: WorkerId, run: RunId, (start, duration): (f64, f64), erred: bool) -> bool {
        let Some(row) = self.workers.get_mut(worker) else {
            return false;
        };
        let Some(assignment) = row.runs.take(run) else {
            return false;
        };
        row.since = self.now;
        if let Some((_, sent)) = row.probe.take_if(|(probe, _)| *probe == run) {
            self.round_trip.measure(self.now - sent - duration);
        }
        if assignment.yielded {
            row.yielded -= 1;
        } else {
            self.round_trip.measure_report(duration, self.now - start - duration);
            self.free_slot(worker, &assignment);
        }
        self.workers.orphans -= usize::from(assignment.orphan);
        self.workers.note_idle(worker);
        self.workers.touch(worker);
        let function = assignment.function;
        self.functions[function].measure(duration);
        self.log.ran(Ran {
            sequence: 0,
            serial: assignment.serial,
            function,
            worker,
            start,
            duration,
            erred,
        });
        true
    }

    fn free_slot(&mut self, worker: WorkerId, assignment: &Assignment) {
        let row = &mut self.workers[worker];
        row.active -= 1;
        row.alone -= u32::from(assignment.alone);
        row.load -= u64::from(assignment.cost);
        self.workers.active -= 1;
    }

    fn is_current(&self, task: TaskId, run: RunId, state: State) -> bool {
        self.tasks
            .get(task)
            .is_some_and(|row| row.run == run && row.state == state)
    }
}
