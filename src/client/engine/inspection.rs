//! What the page can ask the engine: answers lie in the outbox.

use super::Engine;
use crate::scheduler::{Reason, State, TaskId, Transition, WorkerId};
use crate::wire;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_class = __WebfuturesEngine)]
impl Engine {
    /// What every worker has been given and has not reported: the address of `[words, (worker, task) each]`.
    pub fn processing(&mut self) -> usize {
        self.outbox.clear();
        self.outbox.push(0.0);
        for &worker in self.scheduler.workers() {
            let tasks = self.scheduler.processing(worker);
            self.outbox
                .extend(tasks.flat_map(|task| [f64::from(worker.0), f64::from(task.0)]));
        }
        self.outbox[0] = (self.outbox.len() - 1) as f64;
        self.outbox.as_ptr() as usize
    }

    /// What happened to a task: the address of `[words, (time, from, to) each]`, states as their numbers.
    pub fn story(&mut self, task: u32) -> usize {
        let story = self.scheduler.story(TaskId(task));
        self.outbox.clear();
        self.outbox.push(3.0 * story.len() as f64);
        let words = |moved: &Transition| [moved.time, f64::from(moved.from as u8), f64::from(moved.to as u8)];
        self.outbox.extend(story.iter().flat_map(words));
        self.outbox.as_ptr() as usize
    }

    /// The runs that ended since a place in the log: the address of `[words, next place, (function, worker, start,
    /// duration, erred) each]`.
    pub fn stream(&mut self, since: f64) -> usize {
        self.outbox.clear();
        self.outbox.extend([0.0, since]);
        for ran in self.scheduler.stream(since as u64) {
            self.outbox[1] = (ran.sequence + 1) as f64;
            let function = f64::from(ran.function.0);
            self.outbox.extend([
                function,
                f64::from(ran.worker.0),
                ran.start,
                ran.duration,
                f64::from(ran.erred),
            ]);
        }
        self.outbox[0] = (self.outbox.len() - 1) as f64;
        self.outbox.as_ptr() as usize
    }

    /// The task of that key, if it is known.
    pub fn find(&self, key: &str) -> Option<u32> {
        self.scheduler.find(key).map(|task| task.0)
    }

    /// The run that made the result of a task, 0 if it has none.
    pub fn made_by(&self, task: u32) -> f64 {
        self.scheduler.run(TaskId(task)).map_or(0.0, |run| run.0 as f64)
    }

    /// The workers that hold the result of a task: the address of `[count, worker each]`.
    pub fn who_has(&mut self, task: u32) -> usize {
        let holders = self.scheduler.who_has(TaskId(task));
        self.outbox.clear();
        self.outbox.push(holders.len() as f64);
        self.outbox.extend(holders.iter().map(|holder| f64::from(holder.0)));
        self.outbox.as_ptr() as usize
    }

    /// The tasks whose results lie in a worker: the address of `[count, task each]`.
    pub fn has_what(&mut self, worker: u32) -> usize {
        self.outbox.clear();
        self.outbox.push(0.0);
        let tasks = self.scheduler.has_what(WorkerId(worker));
        self.outbox.extend(tasks.map(|task| f64::from(task.0)));
        self.outbox[0] = (self.outbox.len() - 1) as f64;
        self.outbox.as_ptr() as usize
    }

    /// Estimated bytes of the result of a task, 0 until it is known.
    pub fn nbytes(&self, task: u32) -> f64 {
        self.scheduler.bytes(TaskId(task)) as f64
    }

    /// How a worker stands: the address of `[words, level, bytes, bytes on disk, results, runs, queued, occupancy]`, 0 to 2 for
    /// the level.
    pub fn worker_info(&mut self, worker: u32) -> usize {
        let worker = WorkerId(worker);
        let words = [
            self.scheduler.level(worker) as f64,
            self.scheduler.stored(worker) as f64,
            self.scheduler.spilled(worker) as f64,
            self.scheduler.results(worker) as f64,
            self.scheduler.processing(worker).count() as f64,
            self.scheduler.queued(worker) as f64,
            self.scheduler.occupancy(worker),
        ];
        self.outbox.clear();
        self.outbox.push(words.len() as f64);
        self.outbox.extend(words);
        self.outbox.as_ptr() as usize
    }

    /// How many tasks are in each state, in the order of the states: the address of `[words, count each]`.
    pub fn counts(&mut self) -> usize {
        let counts = self.scheduler.counts();
        self.outbox.clear();
        self.outbox.push(counts.len() as f64);
        self.outbox.extend(counts.map(|(_, count)| count as f64));
        self.outbox.as_ptr() as usize
    }

    /// Whether a worker has been given the task. Asked of many at once: so it does not look at their places in queues.
    pub fn is_processing(&self, task: u32) -> bool {
        self.scheduler.state(TaskId(task)) == State::Processing
    }

    /// Why a task has not ended: the address of `[reason, detail]`, both 0 if it has, or if nobody wants it.
    pub fn waiting_reason(&mut self, task: u32) -> usize {
        let words = match self.scheduler.waiting_reason(TaskId(task)) {
            None => [0.0, 0.0],
            Some(Reason::Inputs(missing)) => [wire::REASON_INPUTS, f64::from(missing)],
            Some(Reason::Queued(before)) => [wire::REASON_QUEUED, before as f64],
            Some(Reason::NoPlace) => [wire::REASON_NO_PLACE, 0.0],
            Some(Reason::NoResources) => [wire::REASON_NO_RESOURCES, 0.0],
            Some(Reason::NoWorker) => [wire::REASON_NO_WORKER, 0.0],
            Some(Reason::Processing(worker)) => [wire::REASON_PROCESSING, f64::from(worker.0)],
        };
        self.outbox.clear();
        self.outbox.extend(words);
        self.outbox.as_ptr() as usize
    }
}
