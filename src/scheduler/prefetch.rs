//! How much a worker gets at once: one task to run, and as many behind it as hide the way to the page and back.

use super::Scheduler;
use super::task::{Fault, TaskId, WorkerId};
use super::workers::Level;

/// Round trips of work that wait in a worker behind the task it runs.
const COVER: u64 = 2;
/// A task that lasts this many round trips is long: going to fetch the next one costs below 5 %.
const LONG: u64 = 20;
/// Microseconds up to which no task is long: the round trip was measured beside an idle processor, and takes longer once all of them
/// compute.
const SHORT: u64 = 2_000;
/// Milliseconds for which a worker that ran dry is still awake, so that it begins sooner than one that is not.
const AWAKE: f64 = 0.2;
/// Bytes by which it may store more than the one that has been idle longest.
const AHEAD: u64 = 1 << 20;
/// Most tasks a worker is given at once.
const MOST: u32 = 4096;

impl Scheduler {
    /// Hands out ready tasks as far as there is room: first to the idle, then to those for which something changed in
    /// this step, then, if new work came into the common queue, to everybody in turn.
    pub(super) fn dispatch(&mut self) {
        self.deal();
        if self.take_back() {
            self.deal();
        }
        // What turned out to fit nowhere leaves others unwanted.
        while self.grew || !self.doubted.is_empty() {
            self.reap();
            self.deal();
        }
        while let Some(worker) = self.workers.touched.pop() {
            if let Some(row) = self.workers.get_mut(worker) {
                row.listed_touched = false;
            }
        }
    }

    /// Whether a worker that does not know yet of so many of its runs may wait for some more of them: it has several others, and
    /// these are so short that what they lead to is about to come.
    pub fn may_wait(&self, worker: WorkerId, unsent: u32) -> bool {
        self.workers
            .get(worker)
            .is_some_and(|row| row.active > unsent + 1 && row.load < self.round_trip.micros())
    }

    fn deal(&mut self) {
        if self.grew {
            self.shares.look_again();
        }
        if !self.bound.is_empty() {
            self.hand_out_bound();
        }
        if self.ready.len() + self.workers.queued + self.lanes.queued > 0 {
            self.feed_idle();
            for index in 0..self.workers.touched.len() {
                self.refill(self.workers.touched[index]);
            }
            if self.grew {
                self.spread();
            }
            if self.workers.queued > 0 {
                self.relieve();
            }
        }
        self.grew = false;
    }

    /// Whether a task of that cost is so long that nothing may wait behind it, nor it behind others.
    pub(super) fn is_long(&self, cost: u32) -> bool {
        u64::from(cost) > self.long_after()
    }

    /// Microseconds beyond which a task is long.
    pub(super) fn long_after(&self) -> u64 {
        SHORT.max(LONG * self.round_trip.micros())
    }

    /// The idle in their order, but first the one that ran dry a moment ago.
    fn feed_idle(&mut self) {
        if let (Some(&first), Some(&last)) = (self.workers.idle.first(), self.workers.idle.last()) {
            let (first, last) = (&self.workers[first], &self.workers[last]);
            if self.now - last.since < AWAKE && last.bytes <= first.bytes + AHEAD {
                self.workers.idle.rotate_right(1);
            }
        }
        let mut index = 0;
        while index < self.workers.idle.len() {
            let worker = self.workers.idle[index];
            let row = &self.workers[worker];
            if !row.is_idle() {
                self.workers.unlist_idle(index);
            } else if row.queue.len() + self.ready.len() + self.lanes.queued == 0 {
                index += 1;
            } else if let Some(task) = self.take(worker) {
                // Full or draining workers may be idle and get nothing.
                self.workers.unlist_idle(index);
                self.hand_out(task, worker);
            } else {
                index += 1;
            }
        }
    }

    fn refill(&mut self, worker: WorkerId) {
        while let Some(task) = self.take(worker) {
            self.hand_out(task, worker);
        }
    }

    /// New work for everybody who has room: to each its share in one piece, since neighbours are often inputs of one task.
    /// Nobody has a share of what not everybody may run: that is dealt like cards.
    fn spread(&mut self) {
        if self.lanes.queued == 0 {
            let mut index = 0;
            while index < self.workers.running.len() && self.ready.len() > 0 {
                self.refill(self.workers.running[index]);
                index += 1;
            }
            return;
        }
        let mut open = std::mem::take(&mut self.candidates);
        open.extend_from_slice(&self.workers.running);
        let mut index = 0;
        while !open.is_empty() && self.ready.len() + self.lanes.queued > 0 {
            index %= open.len();
            if let Some(task) = self.take(open[index]) {
                self.hand_out(task, open[index]);
                index += 1;
            } else {
                open.remove(index);
            }
        }
        open.clear();
        self.candidates = open;
    }

    /// Sends a task that is out of its queue to a worker, unless its inputs fit nowhere.
    #[inline(always)]
    pub(super) fn hand_out(&mut self, task: TaskId, worker: WorkerId) {
        if self.workers[worker].memory_limit > 0 && self.is_too_large(task) {
            self.queued_to_erred(task, Fault::TooLarge);
            self.workers.note_idle(worker);
        } else {
            self.queued_to_processing(task, worker, false);
        }
    }

    /// The first one, by order, of the worker's own queue, the common one and the lanes, if the worker has room for it;
    /// else the next one of these.
    #[inline(always)]
    fn take(&mut self, worker: WorkerId) -> Option<TaskId> {
        if self.lanes.queued > 0 {
            self.take_with_lanes(worker)
        } else {
            self.take_unbound(worker)
        }
    }

    #[cold]
    fn take_with_lanes(&mut self, worker: WorkerId) -> Option<TaskId> {
        let own = self.workers[worker].queue.first(&self.tasks);
        let common = self.common_for(worker);
        let first = match (own, common) {
            (Some(own), Some(common)) => Some(own.min(common)),
            (own, common) => own.or(common),
        };
        let best = self
            .best_lane(worker)
            .filter(|(entry, _)| self.has_room(worker, entry.task()));
        if let Some((_, lane)) = best.filter(|(entry, _)| first.is_none_or(|first| *entry < first)) {
            return self.take_from_lane(lane);
        }
        if self.is_draining(worker, first) {
            return None;
        }
        if let Some(task) = self.take_unbound(worker) {
            return Some(task);
        }
        // Room for a lane's may be where there is none for what is before it.
        let (_, lane) = best?;
        self.take_from_lane(lane)
    }

    /// The first one of the worker's own queue and the common one.
    fn take_unbound(&mut self, worker: WorkerId) -> Option<TaskId> {
        let own = self.workers[worker].queue.first(&self.tasks);
        let common = self.common_for(worker);
        if let Some(common) = common.filter(|&common| own.is_none_or(|own| common < own))
            && self.is_below_share(worker)
            && self.workers[worker].level <= self.workers.lowest
            && self.has_room(worker, common.task())
        {
            return self.take_common(worker, common);
        }
        let own = own?;
        let level = self.workers[worker].level;
        if self.has_room(worker, own.task()) && (level < Level::Full || self.workers.lowest == Level::Full) {
            self.take_own(worker)
        } else {
            None
        }
    }

    /// Whether the worker has less than its share of all that is ready or given. Without it, the first worker to report
    /// would take all that is left.
    fn is_below_share(&self, worker: WorkerId) -> bool {
        let all = self.ready.len() + self.workers.active;
        (self.workers[worker].active as usize) < all.div_ceil(self.workers.running.len().max(1))
    }

    #[inline(always)]
    fn has_room(&self, worker: WorkerId, task: TaskId) -> bool {
        let worker = &self.workers[worker];
        let row = &self.tasks[task];
        let function = &self.functions[row.function];
        if worker.retired || worker.solo > 0 || worker.yielded >= worker.concurrency {
            return false;
        }
        if worker.active == 0 {
            return true;
        }
        let cost = u64::from(function.cost());
        let round_trip = self.round_trip.micros();
        // Nothing waits behind a long or unknown task, nor is a long or unknown one made to wait.
        function.is_known()
            && !self.options[row.options.0 as usize].alone
            && worker.alone == 0
            && cost <= self.long_after()
            // Silent for long: the task that runs there is not as short as its like were.
            && worker.silence(self.now) <= worker.load + self.long_after()
            // Tasks that await could not begin beyond the worker's concurrency.
            && (!function.yields || worker.active + worker.yielded < worker.concurrency)
            // Few measured runs justify few prefetched ones.
            && u64::from(worker.active) <= 2 * function.samples
            && worker.active < MOST
            && worker.load < COVER * round_trip + cost
    }
}
