//! How much a worker gets at once: one task to run, and as many behind it as hide the way to the page and back.

use super::Scheduler;
use super::task::{FunctionId, TaskId, WorkerId};

/// Round trips of work that wait in a worker behind the task it runs.
const COVER: u64 = 2;
/// A task that lasts this many round trips is long: going to fetch the next one costs below 5 %.
const LONG: u64 = 20;
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
        if self.ready.len() + self.workers.queued > 0 {
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
        while let Some(worker) = self.workers.touched.pop() {
            if let Some(row) = self.workers.get_mut(worker) {
                row.listed_touched = false;
            }
        }
    }

    /// Whether a task of that cost is so long that nothing may wait behind it, nor it behind others.
    pub(super) fn is_long(&self, cost: u32) -> bool {
        u64::from(cost) > LONG * self.round_trip.micros()
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
            if !self.workers[worker].is_idle() {
                self.workers.unlist_idle(index);
            } else if let Some(task) = self.take_next(worker) {
                self.workers.unlist_idle(index);
                self.queued_to_processing(task, worker);
            } else {
                index += 1;
            }
        }
    }

    fn refill(&mut self, worker: WorkerId) {
        while let Some(task) = self.take_if_room(worker) {
            self.queued_to_processing(task, worker);
        }
    }

    /// One more for everybody who has room, again and again: a batch is dealt like cards.
    fn spread(&mut self) {
        let mut open = std::mem::take(&mut self.candidates);
        open.extend_from_slice(&self.workers.running);
        let mut index = 0;
        while !open.is_empty() && self.ready.len() > 0 {
            index %= open.len();
            if let Some(task) = self.take_if_room(open[index]) {
                self.queued_to_processing(task, open[index]);
                index += 1;
            } else {
                open.remove(index);
            }
        }
        open.clear();
        self.candidates = open;
    }

    /// The older one of the first in the worker's own queue and the first in the common one.
    fn take_next(&mut self, worker: WorkerId) -> Option<TaskId> {
        let own = self.workers[worker].queue.first(&self.tasks);
        match (own, self.ready.first(&self.tasks)) {
            (Some(own), Some(common)) if common < own => self.ready.pop(&self.tasks),
            (Some(_), _) => self.take_own(worker),
            (None, _) => self.ready.pop(&self.tasks),
        }
    }

    /// The same, if the worker has room for it.
    fn take_if_room(&mut self, worker: WorkerId) -> Option<TaskId> {
        let own = self.workers[worker].queue.first(&self.tasks);
        let common = self.ready.first(&self.tasks);
        if let Some(common) = common.filter(|&common| own.is_none_or(|own| common < own)) {
            let function = self.tasks[common.task].function;
            if self.is_below_share(worker) && self.has_room(worker, function) {
                return self.ready.pop(&self.tasks);
            }
        }
        let function = self.tasks[own?.task].function;
        if self.has_room(worker, function) {
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

    fn has_room(&self, worker: WorkerId, function: FunctionId) -> bool {
        let worker = &self.workers[worker];
        let function = &self.functions[function];
        if worker.retired || worker.yielded >= worker.concurrency {
            return false;
        }
        if worker.active == 0 {
            return true;
        }
        let cost = u64::from(function.cost());
        let round_trip = self.round_trip.micros();
        // Nothing waits behind a long or unknown task, nor is a long or unknown one made to wait.
        function.is_known()
            && worker.alone == 0
            && cost <= LONG * round_trip
            // Silent for long: the task that runs there is not as short as its like were.
            && worker.silence(self.now) <= worker.load + LONG * round_trip
            // Tasks that await could not begin beyond the worker's concurrency.
            && (!function.yields || worker.active + worker.yielded < worker.concurrency)
            // Few measured runs justify few prefetched ones.
            && u64::from(worker.active) <= 2 * function.samples
            && worker.active < MOST
            && worker.load < COVER * round_trip + cost
    }
}
