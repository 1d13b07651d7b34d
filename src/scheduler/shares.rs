//! Who takes which part of the common queue: what is an input of one task together with others is computed where they are.

use std::ops::Range;

use super::Scheduler;
use super::sorting::Entry;
use super::task::{TaskId, WorkerId};

/// Most tasks that are looked at in one step, to be shared out. What lies at both sides of a share's end is copied.
const MOST: u64 = 1 << 14;
/// Entries for which nothing is looked at, after one that is no input of anything together with others: others like it come, mostly.
const UNLIKE: u8 = 32;

/// Parts of the common queue, as ranges of its places. They are hints: what its worker leaves is taken by others, from the front.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// Those that no worker has taken on yet, the first one last.
    open: Vec<Range<u64>>,
    /// Where the latest one that was shared out ends.
    end: u64,
    /// How many entries are to be taken before one is looked at again.
    unlike: u8,
}

impl Shares {
    /// The queue grew.
    pub(super) fn look_again(&mut self) {
        self.unlike = 0;
    }
}

impl Scheduler {
    /// The entry of the common queue that this worker is to take next: of its share, or the first one.
    #[inline]
    pub(super) fn common_for(&mut self, worker: WorkerId) -> Option<Entry> {
        let first = self.ready.first(&self.tasks)?;
        if self.shares.unlike > 0 {
            self.shares.unlike -= 1;
            return Some(first);
        }
        Some(self.shared_with(worker, first))
    }

    /// Takes what `common_for` said out of the common queue.
    #[inline]
    pub(super) fn take_common(&mut self, worker: WorkerId, entry: Entry) -> Option<TaskId> {
        let share = &mut self.workers[worker].share;
        if share.is_empty() || self.ready.at(share.start) != Some(entry) {
            return self.ready.pop(&self.tasks);
        }
        let place = share.start;
        share.start += 1;
        Some(self.ready.take_at(place, &self.tasks))
    }

    /// Whether a task that depends on it depends on others too.
    fn has_siblings(&self, task: TaskId) -> bool {
        let dependents = &self.tasks[task].dependents;
        dependents
            .first()
            .is_some_and(|edge| self.tasks[edge.task].inputs.len() > 1)
    }

    /// Divides the tasks at the front that are like the first one, calls of one function, of one priority, that others depend on;
    /// returns whether they are enough.
    fn share_out(&mut self, first: Entry) -> bool {
        let workers = self.workers.running.len() as u64;
        if workers < 2 || !self.has_siblings(first.task()) {
            return false;
        }
        self.ready.straighten();
        let row = &self.tasks[first.task()];
        let (function, priority) = (row.function, row.priority);
        let is_like = |place| {
            self.ready.live_at(place, &self.tasks).is_some_and(|entry| {
                let row = &self.tasks[entry.task()];
                row.function == function && row.priority == priority && !row.dependents.is_empty()
            })
        };
        let (front, most) = (self.ready.front(), self.ready.front() + MOST);
        let end = (front..most).find(|&place| !is_like(place)).unwrap_or(most);
        let count = end - front;
        if count < 2 * workers {
            return false;
        }
        let part = |index| front + index * count / workers..front + (index + 1) * count / workers;
        self.shares.open.clear();
        self.shares.open.extend((0..workers).rev().map(part));
        self.shares.end = end;
        true
    }

    /// What came late and is before all that came in order is in no share.
    #[inline(never)]
    fn shared_with(&mut self, worker: WorkerId, first: Entry) -> Entry {
        if self.shares.end <= self.ready.front() && !self.share_out(first) {
            self.shares.unlike = UNLIKE;
            return first;
        }
        if self.ready.at(self.ready.front()) != Some(first) {
            return first;
        }
        loop {
            let share = &mut self.workers[worker].share;
            share.start = share.start.max(self.ready.front()).min(share.end);
            if share.is_empty() {
                match self.shares.open.pop() {
                    Some(open) => *share = open,
                    None => return first,
                }
            } else if let Some(entry) = self.ready.live_at(share.start, &self.tasks) {
                return entry;
            } else {
                share.start += 1;
            }
        }
    }
}
