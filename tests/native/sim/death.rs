//! Workers that die and are replaced, runs that do not stop, and what a worker may be given at all.

use webfutures::scheduler::{Event, RunId, TaskId, WorkerId};

use super::{Happening, Sim};

impl Sim {
    /// A worker dies, with all that is on its way to it and from it. The page notices later.
    pub(super) fn die(&mut self, id: WorkerId, knows: bool) {
        if self.is_terminated(id) {
            return;
        }
        let computing = self.computing(id);
        let worker = self.worker(id);
        (worker.terminated, worker.died) = (true, true);
        self.losses = true;
        let running = computing.map(|(_, run)| run).filter(|_| knows && self.below(2) == 0);
        let after = self.delay * self.below(4000) as f64 / 1e3;
        self.at(self.now + after, Happening::Noticed(id, running, true));
    }

    /// A worker dies for no reason; the page may know what it ran, and whether anybody is to blame.
    pub fn kill(&mut self, id: WorkerId, knows: bool, blame: bool) {
        if self.is_terminated(id) {
            return;
        }
        if blame {
            return self.die(id, knows);
        }
        let worker = self.worker(id);
        (worker.terminated, worker.died) = (true, true);
        self.losses = true;
        let after = self.delay * self.below(4000) as f64 / 1e3;
        self.at(self.now + after, Happening::Noticed(id, None, false));
    }

    /// The scheduler has ended a worker: it retired, or would not stop.
    pub(super) fn ended(&mut self, id: WorkerId) {
        let retiring = self.workers[&id].retiring;
        let overdue = self
            .outstanding
            .values()
            .any(|run| run.worker == id && run.firm && !run.yielded);
        let mut there = self.outstanding.values().filter(|run| run.worker == id);
        let overdue = overdue || there.all(|run| run.firm);
        let overdue = overdue || self.restarting;
        assert!(retiring || overdue, "{id:?} is ended for nothing");
        let losses = self.losses;
        let worker = self.worker(id);
        worker.terminated = true;
        worker.forget_copies();
        if losses {
            // A copy that it was told to fetch may have arrived, and the word of it not.
            worker.forget_all();
        }
        if overdue {
            worker.died = true;
            self.losses = true;
            self.outstanding.retain(|_, run| run.worker != id);
            if !retiring {
                self.at(self.now + 1.0, Happening::Replaced(id));
            }
        }
    }

    pub(super) fn on_noticed(&mut self, id: WorkerId, running: Option<RunId>, blame: bool) {
        let computing = self.computing(id).map(|(_, run)| run);
        let of_it = self.outstanding.values().filter(|run| run.worker == id);
        // Calls of actors err with their worker, and what awaits its subtasks computes nothing.
        let suspicious = |run: &&super::Outstanding| !(run.bound || run.nests && run.yielded);
        let alone = of_it.clone().count() == 1 || of_it.filter(suspicious).count() == 1;
        let lost: Vec<(RunId, TaskId)> = self
            .outstanding
            .iter()
            .filter(|(_, run)| run.worker == id)
            .map(|(run, row)| (*run, row.task))
            .collect();
        for (run, task) in lost {
            self.outstanding.remove(&run);
            if blame && self.scheduler.run(task) == Some(run) {
                let kills = self.client.call(task).quirk == super::Quirk::Kills;
                // One that nests has others beside it even when it is suspect.
                let nests = matches!(self.client.call(task).quirk, super::Quirk::Nests { .. });
                let certain = alone || nests || running == Some(run);
                self.client.on_death(task, kills && computing == Some(run), certain);
            }
        }
        self.handle(Event::WorkerDied {
            worker: id,
            running,
            blame,
        });
        if !self.workers[&id].retiring {
            let after = self.below(3000) as f64 / 1e3;
            self.at(self.now + after, Happening::Replaced(id));
        }
    }

    pub(super) fn on_replaced(&mut self, id: WorkerId) {
        let row = &self.workers[&id];
        let (place, concurrency, resources, limit) =
            (row.place, row.concurrency, row.resources.clone(), row.memory_limit);
        self.join_at(place, concurrency, resources, limit);
    }

    pub(super) fn on_stop_timer(&mut self, worker: WorkerId, run: RunId, waited: f64) {
        if self.outstanding.contains_key(&run) && !self.is_terminated(worker) {
            self.handle(Event::StopOverdue { worker, run });
            self.at(self.now + waited, Happening::StopTimer(worker, run, 2.0 * waited));
        }
    }

    /// One of the tasks that workers have lasts too long.
    pub fn time_out(&mut self, which: usize) {
        let current = |(run, row): (&RunId, &super::Outstanding)| {
            let counts = self.scheduler.run(row.task) == Some(*run) && self.scheduler.is_timed(row.task);
            counts.then_some((*run, row.task, row.worker))
        };
        let current: Vec<_> = self.outstanding.iter().filter_map(current).collect();
        if let Some(&(run, task, worker)) = current.get(which % current.len().max(1)) {
            self.client.on_timeout(task);
            let start = self.now - 2.0 * crate::chaos::TIMEOUT;
            self.handle(Event::TaskBegan {
                worker,
                task,
                run,
                start,
            });
            self.remind_at = None;
            self.handle(Event::Reminded);
        }
    }

    /// Whether a worker may be given that task: it is in the right place, and nothing there must be stopped first.
    pub(super) fn check_worker(&self, id: WorkerId, task: TaskId) {
        let is_actor = |task: &TaskId| self.scheduler.is_actor(*task);
        if is_actor(&task) || self.client.inputs(task).iter().any(is_actor) {
            // Nobody else may run it, whatever else that worker has to do.
            for actor in self.client.inputs(task).iter().filter(|&input| is_actor(input)) {
                assert_eq!(self.scheduler.who_has(*actor), [id], "{task:?} runs without its actor");
            }
            return;
        }
        self.check_place(id, task);
        let stuck = |run: &super::Outstanding| run.worker == id && run.firm && !run.yielded;
        assert!(
            !self.outstanding.values().any(stuck),
            "{task:?} is put behind a run that must be stopped"
        );
    }

    /// Whether a task may run there, or data lie there.
    pub(super) fn check_place(&self, id: WorkerId, task: TaskId) {
        let demands = &self.demands[self.client.options(task).0 as usize];
        let place = self.workers[&id].place;
        let at_places = |id: &WorkerId| demands.places.contains(&self.workers[id].place);
        let others = demands.allow_others && !self.scheduler.workers().iter().any(at_places);
        assert!(
            demands.places.is_empty() || demands.places.contains(&place) || others,
            "{task:?} must not be in {place:?}"
        );
    }

    /// Whether what a worker has takes more than it has.
    pub(super) fn check_resources(&self, id: WorkerId) {
        for &(resource, total) in &self.workers[&id].resources {
            let taken = self
                .outstanding
                .values()
                .filter(|run| run.worker == id && !run.bound)
                .flat_map(|run| {
                    let demands = &self.demands[run.options.0 as usize].resources;
                    demands
                        .iter()
                        .filter(|(id, _)| *id == resource)
                        .map(|(_, amount)| *amount)
                });
            let taken: u64 = taken.sum();
            assert!(taken <= total, "{taken} of {resource:?} are taken of {total} in {id:?}");
        }
    }
}
