//! All invariants, for tests.

use super::Scheduler;
use super::constraints::LaneId;
use super::sorting::sorted;
use super::task::{RunId, State, Task, TaskId, WorkerId};
use super::workers::Level;

impl Scheduler {
    /// Checks every invariant. Takes a walk over everything: for tests.
    ///
    /// # Panics
    /// If one does not hold, with the story of the task.
    pub fn validate(&self) {
        for (task, row) in self.tasks.iter() {
            if let Err(fault) = self.check_edges(task, row).and_then(|()| self.check_state(task, row)) {
                panic!("{} {fault}: {row:?}\n{:#?}", self.key(task), self.story(task));
            }
        }
        assert!(self.tasks.iter().all(|(_, row)| !row.marked), "a mark is left");
        self.check_counts();
        self.check_queues();
        self.check_workers();
        self.check_shared();
        self.check_copying();
        self.check_actors();
        assert!(self.wanted.is_empty() && self.doubted.is_empty() && self.failed.is_empty() && self.batch.is_empty());
        assert!(self.candidates.is_empty() && self.workers.touched.is_empty() && self.actions.is_empty());
    }

    fn check_edges(&self, task: TaskId, row: &Task) -> Result<(), &'static str> {
        for (index, edge) in row.inputs.iter().enumerate() {
            let input = self.tasks.get(edge.task).ok_or("has an input that is gone")?;
            let back = input
                .dependents
                .get(edge.back as usize)
                .ok_or("has an input that does not know it")?;
            check(
                back.task == task && back.back as usize == index,
                "has an input that knows another",
            )?;
            check(input.serial < row.serial, "is older than its input")?;
        }
        for edge in &row.dependents {
            let dependent = self.tasks.get(edge.task).ok_or("has a dependent that is gone")?;
            let back = dependent
                .inputs
                .get(edge.back as usize)
                .ok_or("has a dependent that does not know it")?;
            check(back.task == task, "has a dependent that knows another")?;
        }
        let dependents = row.dependents.iter().map(|edge| &self.tasks[edge.task]);
        let waiters = dependents.filter(|dependent| dependent.state.is_under_way()).count();
        check(row.waiters as usize == waiters, "counts its waiters wrongly")
    }

    fn check_state(&self, task: TaskId, row: &Task) -> Result<(), &'static str> {
        let mut inputs = row.inputs.iter().map(|edge| &self.tasks[edge.task]);
        let missing = inputs.clone().filter(|input| input.state != State::Memory).count();
        let erred = inputs.clone().any(|input| input.state == State::Erred);
        let known = inputs.all(|input| input.state != State::Released);
        check(
            (row.state == State::Memory) != row.holders.is_empty(),
            "is in memory and nowhere, or the reverse",
        )?;
        check(
            row.worker == WorkerId::NONE || matches!(row.state, State::Queued | State::Processing | State::Memory),
            "has a worker",
        )?;
        check(
            !row.asked || row.is_wanted() && row.state != State::Erred,
            "was asked for",
        )?;
        let named = matches!(row.state, State::Processing | State::Memory);
        check(named != (row.run == RunId::NONE), "has a run in the wrong state")?;
        let ready = !erred && missing == 0 && row.missing == 0;
        match row.state {
            State::Forgotten => Err("is forgotten and known"),
            State::Released => check(!row.is_wanted(), "is wanted and released")
                .and(check(!row.dependents.is_empty(), "is needed by nothing and known")),
            State::Waiting => check(row.is_wanted() && missing > 0, "waits for nothing")
                .and(check(row.missing as usize == missing, "counts what it misses wrongly"))
                .and(check(!erred && known, "waits for what will not come")),
            State::Queued => check(row.is_wanted() && ready && !row.data, "is queued and not ready")
                .and(check(self.is_served(self.lane_of(task)), "is queued at nobody")),
            State::NoWorker => check(row.is_wanted() && ready, "has no worker and is not ready").and(check(
                !self.is_served(self.lane_of(task)),
                "has no worker, but there is one",
            )),
            // Its inputs may have been lost since it was sent.
            State::Processing => check(
                row.is_wanted() && row.missing == 0 && !row.data,
                "runs and is not ready",
            )
            .and(check(
                self.might_run(task, row.worker) || self.is_bound(row),
                "runs where it must not",
            ))
            .and(check(self.was_given(row), "runs at a worker that was not told")),
            State::Memory => check(row.is_wanted(), "is in memory for nobody"),
            State::Erred => check(row.is_held() || !row.dependents.is_empty(), "erred for nobody").and(check(
                self.tasks
                    .get(row.blame())
                    .is_some_and(|blame| blame.state == State::Erred),
                "blames what did not err",
            )),
        }
    }

    fn is_bound(&self, row: &Task) -> bool {
        let mut runs = self
            .workers
            .get(row.worker)
            .into_iter()
            .flat_map(|worker| worker.runs.iter());
        runs.any(|given| given.run == row.run && given.bound)
    }

    fn check_actors(&self) {
        for (task, row) in self.tasks.iter() {
            assert_eq!(
                self.options_of(task).actor && !row.data,
                self.actors.contains(&task),
                "{} is listed as an actor",
                self.key(task)
            );
            assert!(
                !self.is_actor(task) || row.holders.len() <= 1,
                "the actor {} is in two places",
                self.key(task)
            );
        }
        assert!(self.bound.is_empty() && self.actors.iter().all(|&actor| self.tasks.get(actor).is_some()));
    }

    fn was_given(&self, row: &Task) -> bool {
        self.workers
            .get(row.worker)
            .is_some_and(|worker| worker.runs.iter().any(|given| given.run == row.run))
    }

    fn check_counts(&self) {
        for (state, count) in self.counts() {
            let counted = self.tasks.iter().filter(|(_, row)| row.state == state).count();
            assert_eq!(count, counted, "tasks in state {}", state.name());
        }
        assert_eq!(
            self.tokens.len(),
            self.tasks.iter().filter(|(_, row)| row.pure && !row.cancelled).count(),
            "tokens"
        );
    }

    fn check_queues(&self) {
        let own = self
            .workers
            .iter()
            .map(|(id, worker)| (&worker.queue, id, State::Queued, LaneId::NONE));
        let common = [
            (&self.ready, WorkerId::NONE, State::Queued, LaneId::NONE),
            (&self.stranded, WorkerId::NONE, State::NoWorker, LaneId::NONE),
        ];
        let lanes = self.lanes.iter().map(|(lane, queue, served)| {
            let state = if served { State::Queued } else { State::NoWorker };
            (queue, WorkerId::NONE, state, lane)
        });
        let lanes: Vec<_> = lanes.collect();
        let in_lanes = lanes.iter().filter(|(_, _, state, _)| *state == State::Queued);
        assert_eq!(
            self.lanes.queued,
            in_lanes.map(|(queue, ..)| queue.len()).sum::<usize>(),
            "queued in lanes"
        );
        let lanes = lanes.into_iter().filter(|(.., lane)| *lane != LaneId::NONE);
        for (queue, worker, state, lane) in common.into_iter().chain(own).chain(lanes) {
            let listed = sorted(queue.iter(&self.tasks).map(|task| (u64::from(task.0), 0)).collect());
            let waiting = self
                .tasks
                .iter()
                .filter(|(task, row)| row.state == state && row.worker == worker && self.lane_of(*task) == lane);
            assert!(
                listed
                    .iter()
                    .map(|&(task, _)| task)
                    .eq(waiting.clone().map(|(task, _)| u64::from(task.0))),
                "a queue: {listed:?}"
            );
            assert_eq!(queue.len(), listed.len(), "length of a queue");
            assert_eq!(
                queue.cost(),
                waiting.map(|(_, row)| u64::from(row.cost)).sum::<u64>(),
                "cost of a queue"
            );
        }
    }

    fn check_workers(&self) {
        let (mut active, mut queued, mut orphans, mut crowded) = (0, 0, 0, 0);
        for (id, worker) in self.workers.iter() {
            let slots = worker.runs.iter().filter(|given| !given.yielded);
            assert_eq!(worker.active as usize, slots.clone().count(), "active runs of {id:?}");
            assert_eq!(
                (worker.yielded + worker.nesting) as usize,
                worker.runs.len() - slots.clone().count(),
                "yielded runs of {id:?}"
            );
            let nesting = worker.runs.iter().filter(|given| given.yielded && given.nests);
            assert_eq!(worker.nesting as usize, nesting.count(), "nesting runs of {id:?}");
            assert_eq!(
                worker.load,
                slots.clone().map(|given| u64::from(given.cost)).sum::<u64>(),
                "load of {id:?}"
            );
            assert_eq!(
                worker.alone as usize,
                slots.filter(|given| given.alone).count(),
                "long runs of {id:?}"
            );
            let here = self.tasks.iter().filter(|(_, row)| row.holders.contains(&id));
            assert_eq!(worker.results, here.clone().count(), "results in {id:?}");
            assert_eq!(
                worker.bytes,
                here.map(|(_, row)| row.bytes).sum::<u64>(),
                "bytes in {id:?}"
            );
            assert_eq!(
                worker.is_idle(),
                worker.is_idle() && self.workers.idle.contains(&id),
                "{id:?} is idle"
            );
            assert_eq!(
                worker.listed_idle,
                self.workers.idle.contains(&id),
                "{id:?} is listed as idle"
            );
            assert_ne!(worker.retired, self.workers.running.contains(&id), "{id:?} has retired");
            assert_eq!(worker.retired, self.workers.retired.contains(&id), "{id:?} has retired");
            assert!(
                !worker.retired || worker.queue.len() == 0,
                "{id:?} has retired and work waits for it"
            );
            let paused = worker.level > self.workers.lowest;
            assert!(
                !worker.is_idle() || paused || self.ready.len() == 0,
                "{id:?} is idle, and work waits"
            );
            assert!(
                !worker.is_idle() || worker.queue.len() == 0,
                "{id:?} is idle, and its work waits"
            );
            assert!(
                paused
                    || worker.retired
                    || worker.runs.len() > 0
                    || self.workers.running.len() > 1
                    || self.lanes.queued == 0,
                "{id:?} is idle and alone, and work waits that it can do"
            );
            assert_eq!(worker.level, worker.level_now(), "level of {id:?}");
            let solo = worker.runs.iter().filter(|given| given.solo).count();
            assert_eq!(worker.solo as usize, solo, "solo runs of {id:?}");
            assert!(
                worker
                    .runs
                    .iter()
                    .filter(|given| !given.bound && !given.awaits_subtasks())
                    .count()
                    == 1
                    || worker.runs.iter().all(|given| !given.solo || given.firm),
                "something is beside the solo run of {id:?}"
            );
            for stock in &worker.resources {
                let taken = worker
                    .runs
                    .iter()
                    .map(|given| self.takes_of(given.constraint, stock.id));
                assert_eq!(stock.free + taken.sum::<u64>(), stock.total, "resources of {id:?}");
            }
            crowded += usize::from(worker.active > 1);
            assert!(
                worker.queue.len() == 0 || worker.level < Level::Full || self.workers.lowest == Level::Full,
                "work waits for {id:?}, which is full"
            );
            assert_eq!(worker.inputs_here, (0, 0), "scratch of {id:?}");
            active += worker.active as usize;
            queued += worker.queue.len();
            orphans += worker.runs.iter().filter(|given| given.orphan).count();
        }
        assert_eq!(
            (
                self.workers.active,
                self.workers.queued,
                self.workers.orphans,
                self.workers.crowded
            ),
            (active, queued, orphans, crowded)
        );
    }
}

fn check(holds: bool, fault: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(fault) }
}
