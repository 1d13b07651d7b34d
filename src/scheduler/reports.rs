//! What workers say: that they are there, and the reports of runs. A report whose run is not the task's present one
//! changes nothing in the tasks.

use super::Scheduler;
use super::action::Action;
use super::constraints::ConstraintId;
use super::event::Finished;
use super::mutation::Mutation;
use super::options::{PlaceId, ResourceId};
use super::story::Ran;
use super::task::{Fault, RunId, SIDE_BY_SIDE, State, TaskId, WorkerId};
use super::workers::{Assignment, Worker};

/// Inputs or dependents of a task that are read before they are needed.
const FEW: usize = 4;

impl Scheduler {
    /// A worker can be given work; the first one takes all that had none.
    #[inline(never)]
    pub(super) fn on_worker_joined(
        &mut self,
        worker: WorkerId,
        place: PlaceId,
        concurrency: u32,
        resources: &[(ResourceId, u64)],
        memory_limit: u64,
    ) {
        let row = Worker::new(place, concurrency, resources, memory_limit);
        self.workers.join(worker, row);
        self.workers.touch(worker);
        self.review_levels();
        self.review_lanes();
        while let Some(task) = self.stranded.pop(&self.tasks) {
            if self.tasks[task].data {
                self.no_worker_to_memory(task, worker);
            } else {
                self.no_worker_to_queued(task);
            }
        }
        self.evacuate_retired();
        self.copy_all();
    }

    /// Tasks returned.
    #[inline(never)]
    pub(super) fn on_tasks_finished(&mut self, worker: WorkerId, results: &[Finished]) {
        for some in results.chunks(SIDE_BY_SIDE) {
            if some.len() > 1 && self.tasks.are_many() {
                self.touch_neighbours(some);
            }
            for &finished in some {
                self.on_task_finished(worker, finished);
            }
        }
    }

    /// Reads the rows that these results lead to, the first few of each: their inputs, and those that wait for them. All of them
    /// are needed next.
    #[inline(never)]
    fn touch_neighbours(&self, results: &[Finished]) {
        for row in results.iter().filter_map(|finished| self.tasks.get(finished.task)) {
            for edges in [&row.inputs, &row.dependents] {
                self.tasks.touch(edges.iter().take(FEW).map(|edge| edge.task));
            }
        }
    }

    #[inline(always)]
    fn on_task_finished(&mut self, worker: WorkerId, finished: Finished) {
        let Finished {
            task,
            run,
            start,
            duration,
            bytes,
            kind,
        } = finished;
        if !self.end_measured_run(worker, run, (start, duration), false) {
            return;
        }
        if self.is_current(task, run, State::Processing) {
            self.processing_to_memory(task, worker, bytes, kind);
        } else {
            self.actions.push(Action::Drop { worker, run });
        }
    }

    /// A task threw.
    #[inline(never)]
    pub(super) fn on_task_erred(&mut self, worker: WorkerId, task: TaskId, run: RunId, start: f64, duration: f64) {
        if self.end_measured_run(worker, run, (start, duration), true) && self.is_current(task, run, State::Processing)
        {
            self.fail(task, Fault::Threw);
        }
    }

    /// A task awaits something and needs no slot.
    #[inline(never)]
    pub(super) fn on_task_yielded(&mut self, worker: WorkerId, run: RunId) {
        let Some(row) = self.workers.get_mut(worker) else {
            return;
        };
        let Some(assignment) = row.runs.get_mut(run).filter(|assignment| !assignment.yielded) else {
            return;
        };
        assignment.yielded = true;
        let assignment = *assignment;
        if assignment.nests {
            row.nesting += 1;
        } else {
            row.yielded += 1;
        }
        row.since = self.now;
        row.relieved = false;
        // The report comes after what it awaits: that is no round trip.
        row.probe = row.probe.filter(|&(probe, _)| probe != run);
        self.functions[assignment.function].yields = true;
        self.free_slot(worker, &assignment);
        self.workers.note_idle(worker);
        self.workers.touch(worker);
    }

    /// A worker got a copy of a result.
    #[inline(never)]
    pub(super) fn on_data_fetched(&mut self, worker: WorkerId, task: TaskId, run: RunId) {
        if self.workers.get(worker).is_none() {
            return;
        }
        if !self.is_current(task, run, State::Memory) || self.is_actor(task) {
            self.actions.push(Action::Drop { worker, run });
        } else if !self.tasks[task].holders.contains(&worker) {
            self.add_holder(task, worker);
            if self.tasks[task].copying {
                self.on_copied(task, worker);
            }
            if !self.workers.retired.is_empty() {
                self.trim(task);
                self.evacuate(task);
            }
        }
    }

    /// The page wants these results; those that are not there are asked for again when they settle.
    #[inline(never)]
    pub(super) fn on_values_wanted(&mut self, tasks: &[TaskId]) {
        for &task in tasks {
            let Some(row) = self.tasks.get(task) else { continue };
            if row.state == State::Memory {
                self.send(task);
            } else if row.data && row.state == State::NoWorker {
                self.tasks[task].asked = true;
            }
        }
    }

    /// The page was told that it cannot have the result.
    #[inline(never)]
    pub(super) fn on_value_unsent(&mut self, task: TaskId) {
        if self.tasks.get(task).is_some() {
            self.tasks[task].asked = false;
        }
    }

    /// Enters a run that is about to be sent.
    pub(super) fn begin_run(&mut self, worker: WorkerId, assignment: Assignment) {
        let row = &mut self.workers[worker];
        if row.active == 0 {
            // Its first run takes as long as it takes to load and to compile.
            let warm = row.since > f64::NEG_INFINITY;
            row.since = self.now;
            let fit = warm && self.functions[assignment.function].is_known() && !assignment.remote;
            row.probe = fit.then_some((assignment.run, self.now));
        }
        row.active += 1;
        row.relieved = false;
        self.workers.crowded += usize::from(row.active == 2);
        let row = &mut self.workers[worker];
        row.alone += u32::from(assignment.alone);
        row.solo += u32::from(assignment.solo);
        row.load += u64::from(assignment.cost);
        row.runs.push(assignment);
        self.workers.active += 1;
        if assignment.constraint != ConstraintId::NONE {
            self.take_resources(worker, assignment.constraint);
        }
    }

    /// Nobody keeps the inputs of a run for it any more.
    pub(super) fn orphan_run(&mut self, worker: WorkerId, run: RunId) {
        if let Some(assignment) = self.workers[worker].runs.get_mut(run)
            && !assignment.orphan
        {
            assignment.orphan = assignment.remote;
            self.workers.orphans += usize::from(assignment.orphan);
        }
    }

    /// Takes a run off its worker, which has said that it ended: its slot and its resources are free.
    #[inline(always)]
    pub(super) fn end_run(&mut self, worker: WorkerId, run: RunId) -> Option<Assignment> {
        let row = self.workers.get_mut(worker)?;
        let assignment = row.runs.take(run)?;
        row.since = self.now;
        row.relieved = false;
        row.solo -= u32::from(assignment.solo);
        row.probe = row.probe.filter(|&(probe, _)| probe != run);
        if assignment.yielded && assignment.nests {
            row.nesting -= 1;
        } else if assignment.yielded {
            row.yielded -= 1;
        } else {
            self.free_slot(worker, &assignment);
        }
        if assignment.constraint != ConstraintId::NONE {
            self.return_resources(worker, assignment.constraint);
        }
        self.workers.orphans -= usize::from(assignment.orphan);
        self.workers.note_idle(worker);
        self.workers.touch(worker);
        Some(assignment)
    }

    /// The same for one that ran to its end: learns from it. False if that worker has no such run.
    #[inline(always)]
    fn end_measured_run(&mut self, worker: WorkerId, run: RunId, (start, duration): (f64, f64), erred: bool) -> bool {
        let probe = self.workers.get(worker).and_then(|row| row.probe);
        let Some(assignment) = self.end_run(worker, run) else {
            return false;
        };
        if let Some((_, sent)) = probe.filter(|(probe, _)| *probe == run) {
            self.round_trip.measure(self.now - sent - duration);
        }
        if !assignment.yielded {
            self.round_trip.measure_report(duration, self.now - start - duration);
        }
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
        let crowded = row.active == 1;
        row.alone -= u32::from(assignment.alone);
        row.load -= u64::from(assignment.cost);
        self.workers.crowded -= usize::from(crowded);
        self.workers.active -= 1;
    }

    /// Whether that run is the present one of its task, which is in that state.
    pub(super) fn is_current(&self, task: TaskId, run: RunId, state: State) -> bool {
        self.tasks
            .get(task)
            .is_some_and(|row| (row.run == run || self.broken(Mutation::StaleRunsAreIgnored)) && row.state == state)
    }
}
