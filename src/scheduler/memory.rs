//! How full the memory of the workers is: who gets no work until it has let go of something, and what fits into none.

use super::Scheduler;
use super::constraints::LaneId;
use super::task::{TaskId, WorkerId};
use super::workers::{Level, Worker};

impl Worker {
    /// Above four fifths of its limit it is paused, above nineteen twentieths it is full.
    pub(super) fn level_now(&self) -> Level {
        let in_memory = self.bytes.saturating_sub(self.spilled);
        let (stored, limit) = (u128::from(in_memory), u128::from(self.memory_limit));
        if limit == 0 || stored * 5 <= limit * 4 {
            Level::Free
        } else if stored * 20 <= limit * 19 {
            Level::Paused
        } else {
            Level::Full
        }
    }

    /// Whether so many bytes more are within its limit.
    pub(super) fn has_room_for(&self, bytes: u64) -> bool {
        self.memory_limit == 0 || self.bytes.saturating_sub(self.spilled).saturating_add(bytes) <= self.memory_limit
    }
}

impl Scheduler {
    /// A worker has put results on disk, or has read or dropped some that were there.
    #[inline(never)]
    pub(super) fn on_worker_spilled(&mut self, worker: WorkerId, bytes: u64) {
        if let Some(row) = self.workers.get_mut(worker) {
            row.spilled = bytes;
            self.weigh(worker);
        }
    }

    /// What a worker stores has changed.
    pub(super) fn weigh(&mut self, worker: WorkerId) {
        let row = &mut self.workers[worker];
        let level = row.level_now();
        if row.level != level {
            let filled = level == Level::Full;
            row.level = level;
            self.workers.touch(worker);
            self.review_levels();
            if filled && self.workers.lowest < Level::Full {
                // What waits there would wait until something is dropped.
                self.empty_queue(worker);
            }
        }
    }

    /// Workers came, went, filled or emptied: who is least full decides who gets work.
    pub(super) fn review_levels(&mut self) {
        let running = self.workers.running.iter();
        let lowest = running
            .map(|&worker| self.workers[worker].level)
            .min()
            .unwrap_or_default();
        if self.workers.lowest == lowest {
            return;
        }
        self.workers.lowest = lowest;
        self.grew = true;
        for index in 0..self.workers.running.len() {
            let worker = self.workers.running[index];
            self.workers.touch(worker);
            if self.workers[worker].level == Level::Full && lowest < Level::Full {
                self.empty_queue(worker);
            }
        }
    }

    /// Places anew what waits for room in a worker.
    pub(super) fn empty_queue(&mut self, worker: WorkerId) {
        let waiting: Vec<TaskId> = std::iter::from_fn(|| self.take_own(worker)).collect();
        for task in waiting {
            self.replace(task);
        }
    }

    /// Whether a worker may take from a lane: a full one only if all that could are full.
    pub(super) fn has_memory_for(&self, worker: WorkerId, lane: LaneId) -> bool {
        self.workers[worker].level < Level::Full
            || !self.workers.running.iter().any(|&other| {
                let other = &self.workers[other];
                other.level < Level::Full && self.lane_suits(lane, other)
            })
    }

    /// Whether the inputs of a task are larger than what any worker that may run it can store.
    pub(super) fn is_too_large(&mut self, task: TaskId) -> bool {
        let bytes = self.input_bytes(task);
        let fits = |&worker: &WorkerId| {
            let limit = self.workers[worker].memory_limit;
            (limit == 0 || bytes <= limit) && self.may_run(task, worker)
        };
        let too_large = !self.workers.running.iter().any(fits);
        if too_large {
            self.tasks[task].bytes = bytes;
        }
        too_large
    }

    /// Bytes of all inputs; one that is taken twice counts once.
    fn input_bytes(&mut self, task: TaskId) -> u64 {
        let mut bytes = 0;
        for index in 0..self.tasks[task].inputs.len() {
            let input = self.tasks[task].inputs[index].task;
            let row = &mut self.tasks[input];
            if !std::mem::replace(&mut row.marked, true) {
                bytes += row.bytes;
            }
        }
        for index in 0..self.tasks[task].inputs.len() {
            let input = self.tasks[task].inputs[index].task;
            self.tasks[input].marked = false;
        }
        bytes
    }
}
