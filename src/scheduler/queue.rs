//! What waits for a worker: the highest priority first, then first in first out by submission, whenever it became ready.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::sorting::{Entry, sorted_entries};
use super::task::{SIDE_BY_SIDE, State, TaskId, Tasks};

/// Dead entries a queue tolerates before it looks whether they outnumber the live ones.
const TOLERATED: usize = 64;

/// The id of an entry that was taken out of the middle. No task has it: rows come to an end before it.
const GAP: u32 = u32::MAX;

/// So many that came late, if they are a quarter of what came in order, are put in their places at once: a heap of them reaches
/// into slow memory at every step.
const CROWD: usize = 1024;

impl Entry {
    /// The task that waits; the order is its priority, then its rank.
    pub(super) fn task(self) -> TaskId {
        TaskId(self.id)
    }
}

/// A queue of ready tasks. One that leaves otherwise than by `pop` leaves its entry behind, which is skipped later.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// Entries that came in order: nearly all of them.
    in_order: VecDeque<Entry>,
    /// The place of the first of them. Places count up, and none is used again: after `in_order` was rearranged, all are beyond
    /// those there were.
    front: u64,
    /// Entries that came after one that is to be taken later.
    late: BinaryHeap<Reverse<Entry>>,
    dead: usize,
    /// Counts what was taken, so that the rows of what is next are read ahead from time to time.
    popped: usize,
    cost: u64,
}

impl Queue {
    /// Puts a task in, in its place. Its state, ticket and cost are those in its row.
    pub(super) fn push(&mut self, task: TaskId, tasks: &Tasks) {
        let row = &tasks[task];
        let entry = Entry {
            order: tasks.order(task),
            id: task.0,
            ticket: row.ticket,
        };
        self.cost += u64::from(row.cost);
        if self.in_order.back().is_none_or(|last| last.order <= entry.order) {
            self.in_order.push_back(entry);
        } else {
            self.late.push(Reverse(entry));
        }
    }

    /// The first entry, without looking for it if a dead one is before it.
    pub(super) fn peek_live(&self, tasks: &Tasks) -> Option<Entry> {
        self.peek()
            .map(|(entry, _)| entry)
            .filter(|entry| is_live(entry, tasks))
    }

    /// The first entry, by order.
    pub(super) fn first(&mut self, tasks: &Tasks) -> Option<Entry> {
        if self.late.len() >= CROWD {
            self.straighten();
        }
        loop {
            let (entry, _) = self.peek()?;
            if is_live(&entry, tasks) {
                return Some(entry);
            }
            self.remove_first();
            self.dead -= 1;
        }
    }

    /// Takes the first task out.
    pub(super) fn pop(&mut self, tasks: &Tasks) -> Option<TaskId> {
        let entry = self.first(tasks)?;
        self.remove_first();
        if tasks.are_many() {
            self.popped = (self.popped + 1) % SIDE_BY_SIDE;
            if self.popped == 0 {
                self.touch_next(tasks);
            }
        }
        self.cost -= u64::from(tasks[entry.task()].cost);
        Some(entry.task())
    }

    /// The place of the first of those that came in order.
    pub(super) fn front(&self) -> u64 {
        self.front
    }

    /// What came in order and is at that place, dead or not.
    pub(super) fn at(&self, place: u64) -> Option<Entry> {
        let index = place.checked_sub(self.front)?;
        self.in_order.get(index as usize).copied()
    }

    /// The same if it is live.
    pub(super) fn live_at(&self, place: u64, tasks: &Tasks) -> Option<Entry> {
        self.at(place).filter(|entry| is_live(entry, tasks))
    }

    /// Takes the task at that place out, which is live. What is left there tells no task, so that to skip it reads no row.
    pub(super) fn take_at(&mut self, place: u64, tasks: &Tasks) -> TaskId {
        let entry = &mut self.in_order[(place - self.front) as usize];
        let task = entry.task();
        entry.id = GAP;
        self.dead += 1;
        self.cost -= u64::from(tasks[task].cost);
        task
    }

    /// One task, whose row still tells the cost, is in this queue no more.
    pub(super) fn forget(&mut self, task: TaskId, tasks: &Tasks) {
        self.cost -= u64::from(tasks[task].cost);
        self.dead += 1;
        if self.dead > TOLERATED && self.dead * 2 > self.in_order.len() + self.late.len() {
            self.front += self.in_order.len() as u64;
            self.in_order.retain(|entry| is_live(entry, tasks));
            self.late.retain(|Reverse(entry)| is_live(entry, tasks));
            self.dead = 0;
        }
    }

    /// Tasks in it.
    pub(super) fn len(&self) -> usize {
        self.in_order.len() + self.late.len() - self.dead
    }

    /// Estimated microseconds of all tasks in it.
    pub(super) fn cost(&self) -> u64 {
        self.cost
    }

    /// The tasks in it, in no order.
    pub(super) fn iter<'a>(&'a self, tasks: &'a Tasks) -> impl Iterator<Item = TaskId> + 'a {
        let late = self.late.iter().map(|Reverse(entry)| entry);
        self.in_order
            .iter()
            .chain(late)
            .filter(|entry| is_live(entry, tasks))
            .map(|entry| entry.task())
    }

    /// Bytes on the heap.
    pub(super) fn memory_bytes(&self) -> usize {
        (self.in_order.capacity() + self.late.capacity()) * size_of::<Entry>()
    }

    /// Puts what came late among the others, if it is no less than a quarter of them.
    #[cold]
    #[inline(never)]
    pub(super) fn straighten(&mut self) {
        if self.late.is_empty() || self.late.len() < self.in_order.len() / 4 {
            return;
        }
        let (front, back) = self.in_order.as_slices();
        let mut entries = Vec::with_capacity(front.len() + back.len() + self.late.len());
        entries.extend_from_slice(front);
        entries.extend_from_slice(back);
        let late = std::mem::take(&mut self.late).into_vec();
        entries.extend(late.into_iter().map(|Reverse(entry)| entry));
        self.front += self.in_order.len() as u64;
        self.in_order = sorted_entries(entries).into();
    }

    /// Reads the rows of entries that are soon the first ones; the memory fetches side by side what is read here. Rows that lie
    /// in a row it fetches by itself.
    #[inline(never)]
    fn touch_next(&self, tasks: &Tasks) {
        if self.in_order.len() < 2 * SIDE_BY_SIDE {
            return;
        }
        let (first, last) = (self.in_order[SIDE_BY_SIDE].id, self.in_order[2 * SIDE_BY_SIDE - 1].id);
        if last.wrapping_sub(first) < SIDE_BY_SIDE as u32 {
            return;
        }
        let next = self.in_order.range(SIDE_BY_SIDE..2 * SIDE_BY_SIDE);
        tasks.touch(next.filter(|entry| entry.id != GAP).map(|entry| entry.task()));
    }

    fn peek(&self) -> Option<(Entry, bool)> {
        match (self.in_order.front(), self.late.peek()) {
            (Some(&first), Some(&Reverse(late))) if late < first => Some((late, true)),
            (Some(&first), _) => Some((first, false)),
            (None, late) => late.map(|&Reverse(late)| (late, true)),
        }
    }

    fn remove_first(&mut self) {
        match self.peek() {
            Some((_, true)) => drop(self.late.pop()),
            _ => {
                self.in_order.pop_front();
                self.front += 1;
            }
        }
    }
}

fn is_live(entry: &Entry, tasks: &Tasks) -> bool {
    if entry.id == GAP {
        return false;
    }
    let row = &tasks[entry.task()];
    row.ticket == entry.ticket && matches!(row.state, State::Queued | State::NoWorker)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::task::{FunctionId, State, TaskId, Tasks};
    use super::{CROWD, Queue};

    /// Tasks of which so many are ready out of order that they are put in their places at once, and none of which is where the
    /// one before it is.
    const TASKS: u64 = 12 * CROWD as u64;
    const PRIME: u64 = 7_919;

    struct Model {
        tasks: Tasks,
        queue: Queue,
        waiting: BTreeSet<(u64, TaskId)>,
    }

    impl Model {
        fn push(&mut self, task: TaskId) {
            self.tasks[task].state = State::Queued;
            self.queue.push(task, &self.tasks);
            self.waiting.insert((self.tasks.order(task), task));
        }

        fn pop(&mut self, count: usize) {
            for _ in 0..count {
                let first = self.waiting.pop_first().map(|(_, task)| task);
                let popped = self.queue.pop(&self.tasks);
                assert_eq!(popped, first);
                if let Some(task) = popped {
                    self.tasks[task].state = State::Processing;
                    self.tasks[task].ticket += 1;
                }
                assert_eq!(self.queue.len(), self.waiting.len());
            }
        }

        /// What came in order and is so far from the front, if it is there.
        fn take(&mut self, distance: u64) {
            let place = self.queue.front() + distance;
            if let Some(entry) = self.queue.live_at(place, &self.tasks) {
                let task = self.queue.take_at(place, &self.tasks);
                assert_eq!(task, entry.task());
                assert!(self.waiting.remove(&(self.tasks.order(task), task)));
                self.tasks[task].state = State::Processing;
                self.tasks[task].ticket += 1;
            }
            assert_eq!(self.queue.live_at(place, &self.tasks), None);
            assert_eq!(self.queue.len(), self.waiting.len());
        }

        fn forget(&mut self, task: TaskId) {
            if self.waiting.remove(&(self.tasks.order(task), task)) {
                self.queue.forget(task, &self.tasks);
                self.tasks[task].state = State::Released;
                self.tasks[task].ticket += 1;
            }
        }
    }

    #[test]
    fn many_that_come_late_are_taken_in_order_and_those_that_left_or_were_taken_are_not() {
        let mut model = Model {
            tasks: Tasks::default(),
            queue: Queue::default(),
            waiting: BTreeSet::new(),
        };
        let all: Vec<TaskId> = (0..TASKS).map(|_| model.tasks.create(FunctionId(0))).collect();
        assert!(model.tasks.are_many());
        let scattered: Vec<TaskId> = (0..TASKS).map(|n| all[(n * PRIME % TASKS) as usize]).collect();
        for &task in &all {
            model.tasks[task].priority = (task.0 % 3) as i16;
        }
        let (now, later) = scattered.split_at(TASKS as usize / 2);
        now.iter().for_each(|&task| model.push(task));
        now.iter().step_by(5).for_each(|&task| model.forget(task));
        assert!(model.queue.late.len() > CROWD);
        model.pop(1);
        assert!(model.queue.late.is_empty(), "they are in their places");
        model.pop(CROWD);
        for some in later.chunks(3 * CROWD) {
            some.iter().for_each(|&task| model.push(task));
            some.iter().step_by(7).for_each(|&task| model.forget(task));
            model.pop(CROWD / 2);
            (0..TASKS).step_by(11).for_each(|distance| model.take(distance));
        }
        // Again ready, with the tickets of another time.
        now.iter().step_by(5).for_each(|&task| model.push(task));
        model.pop(TASKS as usize);
        assert!(model.waiting.is_empty() && model.queue.first(&model.tasks).is_none());
        assert_eq!(model.queue.cost(), 0);
    }
}
