//! Which worker: where a ready task waits, and who may take it from there.

use super::Scheduler;
use super::constraints::LaneId;
use super::task::{State, TaskId, WorkerId};
use super::workers::Level;

/// Bytes that move between two workers in a microsecond: 100 MB/s.
const BYTES_PER_MICROSECOND: u64 = 100;

impl Scheduler {
    /// Puts a ready task into a queue: its lane if not every worker may run it, else that of the worker where it should
    /// run if it has inputs, else the common one.
    #[inline]
    pub(super) fn enqueue(&mut self, task: TaskId) {
        if !self.actors.is_empty() && self.bind(task) {
            return;
        }
        let lane = self.lane_of(task);
        if lane != LaneId::NONE {
            return self.enter_lane(task, lane);
        }
        let worker = self.place(task);
        self.enqueue_at(task, worker);
    }

    /// The same for a task that any worker may run, once it is decided where.
    pub(super) fn enqueue_at(&mut self, task: TaskId, worker: WorkerId) {
        let row = &mut self.tasks[task];
        row.ticket = row.ticket.wrapping_add(1);
        row.worker = worker;
        row.cost = self.functions[row.function].cost();
        if worker == WorkerId::NONE {
            self.ready.push(task, &self.tasks);
            self.grew = true;
        } else {
            self.workers[worker].queue.push(task, &self.tasks);
            self.workers.queued += 1;
            self.workers.touch(worker);
        }
    }

    /// Places a task anew whose worker is no longer to be had. It is out of its queue already.
    pub(super) fn replace(&mut self, task: TaskId) {
        if self.workers.running.is_empty() {
            self.queued_to_no_worker(task);
        } else {
            self.enqueue(task);
        }
    }

    /// A task that was queued is not any more.
    pub(super) fn leave_queue(&mut self, task: TaskId) {
        let worker = self.tasks[task].worker;
        let lane = self.lane_of(task);
        if !self.bound.is_empty() && self.unbind(task) {
            // It was in no queue.
        } else if lane != LaneId::NONE {
            self.leave_lane(task, lane, State::Queued);
        } else if worker == WorkerId::NONE {
            self.ready.forget(task, &self.tasks);
        } else {
            self.workers[worker].queue.forget(task, &self.tasks);
            self.workers.queued -= 1;
            self.tasks[task].worker = WorkerId::NONE;
        }
    }

    /// Takes the oldest task out of a worker's own queue.
    pub(super) fn take_own(&mut self, worker: WorkerId) -> Option<TaskId> {
        let task = self.workers[worker].queue.pop(&self.tasks)?;
        self.workers.queued -= 1;
        Some(task)
    }

    /// Lets idle workers take over what waits at others, as long as moving the inputs takes less time than waiting.
    pub(super) fn relieve(&mut self) {
        let mut index = 0;
        while index < self.workers.idle.len() {
            let thief = self.workers.idle[index];
            let Some(victim) = self.most_behind() else { return };
            let Some(entry) = self.workers[victim].queue.first(&self.tasks) else {
                return;
            };
            let backlog = self.workers[victim].backlog(self.now);
            if !self.workers[thief].is_idle() {
                self.workers.unlist_idle(index);
            } else if thief != victim
                && self.workers[thief].level <= self.workers[victim].level.max(self.workers.lowest)
                && self.moving(entry.task(), thief) < backlog
            {
                self.workers.unlist_idle(index);
                if let Some(task) = self.take_own(victim) {
                    self.hand_out(task, thief);
                }
            } else {
                index += 1;
            }
        }
    }

    /// Whether some input does not lie in that worker.
    pub(super) fn has_remote_inputs(&self, task: TaskId, worker: WorkerId) -> bool {
        self.tasks[task]
            .inputs
            .iter()
            .any(|edge| !self.tasks[edge.task].holders.contains(&worker))
    }

    /// The worker that would be done with this task first: among those that hold an input, the one that has been idle
    /// longest, and one more, each in its turn. None if the task has no inputs to move.
    fn place(&mut self, task: TaskId) -> WorkerId {
        if self.tasks[task].inputs.is_empty() {
            return WorkerId::NONE;
        }
        let mut candidates = std::mem::take(&mut self.candidates);
        let (inputs, bytes) = self.count_inputs(task, &mut candidates);
        if !candidates.is_empty() {
            candidates.extend(self.workers.first_idle());
            self.cursor = (self.cursor + 1) % self.workers.running.len();
            candidates.push(self.workers.running[self.cursor]);
        }
        let until_done = |&id: &WorkerId| {
            let worker = &self.workers[id];
            let (inputs_here, bytes_here) = worker.inputs_here;
            let backlog = worker.backlog(self.now);
            let moving = self.micros_to_move(inputs - inputs_here, bytes - bytes_here);
            // What is full takes nothing as long as others are not.
            let full = worker.level == Level::Full && worker.level > self.workers.lowest;
            (full, moving + backlog, backlog, worker.bytes)
        };
        let mut best = candidates
            .iter()
            .copied()
            .min_by_key(until_done)
            .unwrap_or(WorkerId::NONE);
        if self.workers.lowest < Level::Full && best != WorkerId::NONE && self.workers[best].level == Level::Full {
            let others = self.workers.running.iter().copied();
            let others = others.filter(|&id| self.workers[id].level < Level::Full);
            best = others.min_by_key(until_done).unwrap_or(best);
        }
        for id in candidates.drain(..) {
            self.workers[id].inputs_here = (0, 0);
        }
        self.candidates = candidates;
        best
    }

    /// Notes in the workers that may run the task what each holds of its inputs, and lists them.
    fn count_inputs(&mut self, task: TaskId, candidates: &mut Vec<WorkerId>) -> (u32, u64) {
        let mut total = (0, 0);
        for edge in &self.tasks[task].inputs {
            let input = &self.tasks[edge.task];
            total.0 += 1;
            total.1 += input.bytes;
            for &holder in &input.holders {
                let worker = &mut self.workers[holder];
                if !worker.retired {
                    if worker.inputs_here.0 == 0 {
                        candidates.push(holder);
                    }
                    worker.inputs_here.0 += 1;
                    worker.inputs_here.1 += input.bytes;
                }
            }
        }
        total
    }

    fn most_behind(&self) -> Option<WorkerId> {
        let waiting = self
            .workers
            .running
            .iter()
            .copied()
            .filter(|&worker| self.workers[worker].queue.len() > 0);
        waiting.max_by_key(|&worker| self.workers[worker].backlog(self.now))
    }

    /// Microseconds until that worker would have the inputs of the task.
    fn moving(&self, task: TaskId, worker: WorkerId) -> u64 {
        let inputs = self.tasks[task].inputs.iter().map(|edge| &self.tasks[edge.task]);
        let (mut missing, mut bytes) = (0, 0);
        for input in inputs.filter(|input| !input.holders.contains(&worker)) {
            missing += 1;
            bytes += input.bytes;
        }
        self.micros_to_move(missing, bytes)
    }

    fn micros_to_move(&self, inputs: u32, bytes: u64) -> u64 {
        if inputs == 0 {
            0
        } else {
            self.round_trip.micros() + bytes / BYTES_PER_MICROSECOND
        }
    }
}
