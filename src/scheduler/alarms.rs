//! What is due when: runs that must not last longer, tasks that must have ended.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Scheduler;
use super::action::Action;
use super::maps::Numbers;
use super::task::{Fault, RunId, State, TaskId, Tasks, WorkerId};

/// Alarms kept before it is looked at whether they still matter.
const FEW: usize = 64;

/// The end of the time that a run may take, or a task if `run` is none.
#[derive(Debug, Clone, Copy)]
struct Alarm {
    at: f64,
    task: TaskId,
    /// The task's: its row may be another's by then.
    serial: u64,
    run: RunId,
}

/// All that may ring. Those that matter no more stay until they are due, or too many.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    heap: BinaryHeap<Alarm>,
    /// Twice as many as mattered when it was last looked at.
    most: usize,
    /// When retried tasks, by serial, must have ended (bits of an `f64`): an earlier alarm of theirs matters no more.
    renewed: Numbers,
}

impl Alarms {
    fn set(&mut self, alarm: Alarm, tasks: &Tasks) {
        if self.heap.len() >= self.most.max(FEW) {
            let renewed = &mut self.renewed;
            self.heap.retain(|alarm| {
                let matters = alarm.matters(tasks, renewed);
                if !matters {
                    alarm.leave(renewed);
                }
                matters
            });
            self.most = 2 * self.heap.len();
        }
        self.heap.push(alarm);
    }
}

impl Scheduler {
    /// A worker is about to begin a run whose time is limited.
    #[inline(never)]
    pub(super) fn on_task_began(&mut self, worker: WorkerId, task: TaskId, run: RunId, start: f64) {
        if self.note_beginning(worker, run) && self.is_current(task, run, State::Processing) {
            // What the page reads late has begun earlier, but never later than now.
            self.limit(task, run, start.min(self.now), self.options_of(task).timeout);
        }
    }

    /// From now on the task must end within what its options say.
    pub(super) fn start_deadline(&mut self, task: TaskId) {
        self.limit(task, RunId::NONE, self.now, self.options_of(task).deadline);
    }

    /// The task is retried: it has all its time again.
    pub(super) fn renew_deadline(&mut self, task: TaskId) {
        let deadline = self.options_of(task).deadline;
        if deadline > 0.0 {
            let serial = self.tasks[task].serial;
            self.alarms.renewed.insert(serial, (self.now + deadline).to_bits());
            self.start_deadline(task);
        }
    }

    fn limit(&mut self, task: TaskId, run: RunId, start: f64, milliseconds: f64) {
        if milliseconds > 0.0 {
            let (at, serial) = (start + milliseconds, self.tasks[task].serial);
            self.alarms.set(Alarm { at, task, serial, run }, &self.tasks);
            self.remind(at);
        }
    }

    /// Has the driver say `Reminded` at that time, if not before.
    pub(super) fn remind(&mut self, at: f64) {
        if self.reminder.is_none_or(|other| at < other) {
            self.reminder = Some(at);
            self.actions.push(Action::Remind { at: at.max(self.now) });
        }
    }

    /// The time that was asked for has come: what is due ends, and what is not is asked for again.
    #[inline(never)]
    pub(super) fn on_reminded(&mut self) {
        self.reminder = None;
        while let Some(&alarm) = self.alarms.heap.peek() {
            if alarm.matters(&self.tasks, &self.alarms.renewed) {
                if alarm.at > self.now {
                    self.remind(alarm.at);
                    break;
                }
                self.ring(alarm);
            }
            self.alarms.heap.pop();
            alarm.leave(&mut self.alarms.renewed);
        }
        // A silence that is not yet too long: nobody would look at it in time.
        if self.overdue_at > self.now {
            self.remind(self.overdue_at);
        }
    }

    fn ring(&mut self, Alarm { task, run, .. }: Alarm) {
        let state = self.tasks[task].state;
        if run != RunId::NONE {
            self.abandon_run(task, true);
            return self.fail(task, Fault::TimedOut);
        }
        // However many retries are left: there is no time for them.
        match state {
            State::Waiting => self.waiting_to_erred_late(task),
            State::Queued => self.queued_to_erred_late(task),
            State::NoWorker => self.no_worker_to_erred_late(task),
            State::Processing => {
                self.abandon_run(task, true);
                self.processing_to_erred(task, Fault::Expired);
            }
            // Nobody wants it.
            State::Released | State::Memory | State::Erred | State::Forgotten => {}
        }
    }
}

impl Alarm {
    fn matters(&self, tasks: &Tasks, renewed: &Numbers) -> bool {
        let latest = self.run != RunId::NONE || renewed.get(self.serial).is_none_or(|at| f64::from_bits(at) <= self.at);
        tasks.get(self.task).is_some_and(|row| {
            row.serial == self.serial
                && match self.run {
                    RunId::NONE => latest && !matches!(row.state, State::Memory | State::Erred),
                    run => row.state == State::Processing && row.run == run,
                }
        })
    }

    /// It is taken away: if it was the last of a retried task, nothing of that is kept.
    fn leave(&self, renewed: &mut Numbers) {
        if self.run == RunId::NONE && renewed.get(self.serial) == Some(self.at.to_bits()) {
            renewed.remove(self.serial);
        }
    }
}

// The soonest first: a heap has its greatest on top.
impl Ord for Alarm {
    fn cmp(&self, other: &Alarm) -> Ordering {
        other.at.total_cmp(&self.at).then(other.serial.cmp(&self.serial))
    }
}

impl PartialOrd for Alarm {
    fn partial_cmp(&self, other: &Alarm) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Alarm {
    fn eq(&self, other: &Alarm) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Alarm {}
