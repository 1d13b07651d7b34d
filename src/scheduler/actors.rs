//! Actors: results that live. One stays in the worker that made it, and what takes it runs there.
//!
//! What takes an actor is handed out as soon as it is ready, whatever else that worker has, since no other may run it: so
//! calls that are ready at once run in the order in which they were submitted, and those of a retired worker run, too.

use super::Scheduler;
use super::constraints::LaneId;
use super::task::{Fault, State, TaskId, WorkerId};

impl Scheduler {
    /// Whether the task makes an actor.
    pub fn is_actor(&self, task: TaskId) -> bool {
        !self.actors.is_empty() && self.options_of(task).actor && !self.tasks[task].data
    }

    /// The one worker that may run a task which takes an actor; of several actors, the first's.
    pub(super) fn home(&self, task: TaskId) -> Option<WorkerId> {
        if self.actors.is_empty() {
            return None;
        }
        let inputs = self.tasks[task].inputs.iter().map(|edge| edge.task);
        let mut actors = inputs.filter(|input| self.is_actor(*input));
        actors.find_map(|actor| self.tasks[actor].holders.first().copied())
    }

    /// Decides where a ready task runs that takes an actor or makes one; false if it is neither, or must wait in its lane.
    pub(super) fn bind(&mut self, task: TaskId) -> bool {
        let worker = self.home(task).or_else(|| self.fewest_actors(task));
        if let Some(worker) = worker {
            let row = &mut self.tasks[task];
            row.ticket = row.ticket.wrapping_add(1);
            row.worker = WorkerId::NONE;
            self.bound.push((task, worker));
        }
        worker.is_some()
    }

    /// A task that was bound, and not handed out yet, waits no more; false if it was not bound.
    pub(super) fn unbind(&mut self, task: TaskId) -> bool {
        let place = self.bound.iter().position(|&(bound, _)| bound == task);
        place.map(|place| self.bound.remove(place)).is_some()
    }

    /// Hands out what is bound; what takes actors of several workers can run nowhere.
    pub(super) fn hand_out_bound(&mut self) {
        let mut bound = std::mem::take(&mut self.bound);
        for (task, worker) in bound.drain(..) {
            let inputs = self.tasks[task].inputs.iter().map(|edge| edge.task);
            let mut actors = inputs.filter(|input| self.is_actor(*input));
            if actors.all(|actor| self.tasks[actor].holders.contains(&worker)) {
                let bound = self.home(task).is_some();
                self.queued_to_processing(task, worker, bound);
            } else {
                self.queued_to_erred(task, Fault::ActorsApart);
            }
        }
        self.bound = bound;
    }

    /// The last worker that held an actor is gone: it is not made again, for nobody knows what had become of it.
    pub(super) fn lose_actor(&mut self, actor: TaskId) {
        self.memory_to_lost(actor);
        self.tasks[actor].fault = Fault::LostActor;
        self.released_to_erred(actor, actor);
    }

    /// Where a new actor goes: into the worker that has fewest, and of these into the one that would begin it first. None for
    /// other tasks, and for those that wait for resources or must be alone.
    fn fewest_actors(&self, task: TaskId) -> Option<WorkerId> {
        let lane = self.lane_of(task);
        if !self.is_actor(task) || lane.is_solo() || self.takes_resources(lane) {
            return None;
        }
        let running = self.workers.running.iter().copied();
        let free = running.filter(|&id| self.workers[id].solo == 0);
        let suited = free.filter(|&id| lane == LaneId::NONE || self.lane_suits(lane, &self.workers[id]));
        suited.min_by_key(|&id| {
            let backlog = self.workers[id].backlog(self.now) + self.bound_to(id);
            (self.actors_in(id), backlog, self.workers[id].bytes)
        })
    }

    /// Estimated microseconds of what a worker is about to be given because no other may run it.
    fn bound_to(&self, worker: WorkerId) -> u64 {
        let bound = self.bound.iter().filter(|&&(_, to)| to == worker);
        bound
            .map(|&(task, _)| u64::from(self.functions[self.tasks[task].function].cost()))
            .sum()
    }

    /// How many actors a worker has, or is making.
    pub(super) fn actors_in(&self, worker: WorkerId) -> usize {
        let there = |&&actor: &&TaskId| {
            let row = &self.tasks[actor];
            match row.state {
                State::Processing => row.worker == worker,
                State::Queued => self.bound.contains(&(actor, worker)),
                _ => row.holders.contains(&worker),
            }
        };
        self.actors.iter().filter(there).count()
    }
}
