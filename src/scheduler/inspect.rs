//! What can be asked of the scheduler.

use super::Scheduler;
use super::constraints::LaneId;
use super::options::OptionSet;
use super::task::{ClientId, FunctionId, RunId, State, Task, TaskId, WorkerId};

/// Why a task has not ended yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// So many of its inputs are not in memory.
    Inputs(u32),
    /// So many tasks are before it in its queue.
    Queued(usize),
    /// No worker is in the places that it may run in.
    NoPlace,
    /// No worker has what it takes of some resource.
    NoResources,
    /// There is no worker at all.
    NoWorker,
    /// That worker has it.
    Processing(WorkerId),
}

impl Scheduler {
    /// What the task calls.
    ///
    /// # Panics
    /// If there is no such task.
    pub fn function(&self, task: TaskId) -> FunctionId {
        self.row(task).function
    }

    /// Whether a run of the task may last only so long: then its worker says when it begins.
    pub fn is_timed(&self, task: TaskId) -> bool {
        self.options_of(task).timeout > 0.0
    }

    /// For every input of a task in order, duplicates kept: the task, the run whose result it is, and a worker that holds
    /// it: `worker` itself if it does, else one of those that do. Meant for a task that is sent to `worker`.
    ///
    /// # Panics
    /// If there is no such task, or an input is not in memory.
    pub fn inputs(&self, task: TaskId, worker: WorkerId) -> impl Iterator<Item = (TaskId, RunId, WorkerId)> {
        let row = self.row(task);
        // Copies are used in turn, so that one holder is not asked by all.
        let turn = row.run.0 as usize;
        row.inputs.iter().map(move |edge| {
            let input = &self.tasks[edge.task];
            let holders = &input.holders;
            let holder = if holders.contains(&worker) {
                worker
            } else {
                holders[turn % holders.len()]
            };
            (edge.task, input.run, holder)
        })
    }

    /// Tasks that there have ever been: the serial of the latest, which is in its key if it is impure.
    pub fn submitted(&self) -> u64 {
        self.tasks.created()
    }

    /// Runs that workers have been given and not reported, those that await left out.
    pub fn active(&self) -> usize {
        self.workers.active
    }

    /// Where the task stands: `Forgotten` if it is not known.
    pub fn state(&self, task: TaskId) -> State {
        self.tasks.get(task).map_or(State::Forgotten, |row| row.state)
    }

    /// The assignment under way of a task that is processing, or the one that made the result of a task in memory.
    pub fn run(&self, task: TaskId) -> Option<RunId> {
        self.tasks
            .get(task)
            .map(|row| row.run)
            .filter(|&run| run != RunId::NONE)
    }

    /// The workers that hold the task's result: none unless it is in memory.
    pub fn who_has(&self, task: TaskId) -> &[WorkerId] {
        self.tasks.get(task).map_or(&[], |row| &row.holders)
    }

    /// Estimated bytes of the task's result, 0 until it is known.
    pub fn bytes(&self, task: TaskId) -> u64 {
        self.tasks.get(task).map_or(0, |row| row.bytes)
    }

    /// Whether any client holds a future of the task.
    pub fn is_held(&self, task: TaskId) -> bool {
        self.tasks.get(task).is_some_and(Task::is_held)
    }

    /// Whether that client holds a future of the task.
    pub fn is_wished(&self, task: TaskId, client: ClientId) -> bool {
        self.tasks.get(task).is_some_and(|row| row.wishes & client.wish() != 0)
    }

    /// Why a task has not ended yet: none if it has, or if nobody wants it. Takes a walk over its queue.
    pub fn waiting_reason(&self, task: TaskId) -> Option<Reason> {
        let row = self.tasks.get(task)?;
        let lane = self.lane_of(task);
        match row.state {
            State::Waiting => Some(Reason::Inputs(row.missing)),
            State::Queued => {
                let order = self.tasks.order(task);
                let before =
                    |&other: &TaskId| self.tasks[other].worker == row.worker && self.tasks.order(other) < order;
                let queue = match row.worker {
                    _ if lane != LaneId::NONE => self.lanes.queue(lane),
                    WorkerId::NONE => &self.ready,
                    worker => &self.workers[worker].queue,
                };
                Some(Reason::Queued(queue.iter(&self.tasks).filter(before).count()))
            }
            State::NoWorker if self.workers.running.is_empty() => Some(Reason::NoWorker),
            State::NoWorker if self.lacks_place(task) => Some(Reason::NoPlace),
            State::NoWorker => Some(Reason::NoResources),
            State::Processing => Some(Reason::Processing(row.worker)),
            State::Released | State::Memory | State::Erred | State::Forgotten => None,
        }
    }

    /// The workers that may get work, in the order they joined.
    pub fn workers(&self) -> &[WorkerId] {
        &self.workers.running
    }

    /// The tasks that a worker was given and has not reported, oldest first, without those that were released meanwhile.
    pub fn processing(&self, worker: WorkerId) -> impl Iterator<Item = TaskId> {
        let runs = self.workers.get(worker).into_iter().flat_map(|row| row.runs.iter());
        let current = |run, task| self.tasks.get(task).is_some_and(|row| row.run == run);
        runs.filter(move |assignment| current(assignment.run, assignment.task))
            .map(|assignment| assignment.task)
    }

    /// The tasks whose results lie in a worker. Takes a walk over all tasks.
    pub fn has_what(&self, worker: WorkerId) -> impl Iterator<Item = TaskId> {
        self.tasks
            .iter()
            .filter(move |(_, row)| row.holders.contains(&worker))
            .map(|(task, _)| task)
    }

    /// Estimated milliseconds until a worker will have done what it has and what waits for it: 0 if it is gone.
    pub fn occupancy(&self, worker: WorkerId) -> f64 {
        self.workers
            .get(worker)
            .map_or(0.0, |row| (row.load + row.queue.cost()) as f64 / 1e3)
    }

    /// How full a worker's memory is: 0 if it has room, 1 if it gets only work whose inputs are there, 2 if it gets none.
    pub fn level(&self, worker: WorkerId) -> u8 {
        self.workers.get(worker).map_or(0, |row| row.level as u8)
    }

    /// How many results lie in a worker.
    pub fn results(&self, worker: WorkerId) -> usize {
        self.workers.get(worker).map_or(0, |row| row.results)
    }

    /// How many tasks wait for room in a worker.
    pub fn queued(&self, worker: WorkerId) -> usize {
        self.workers.get(worker).map_or(0, |row| row.queue.len())
    }

    /// Bytes of the results in a worker that lie on disk, as it said last.
    pub fn spilled(&self, worker: WorkerId) -> u64 {
        self.workers.get(worker).map_or(0, |row| row.spilled)
    }

    /// Estimated bytes of the results that lie in a worker.
    pub fn stored(&self, worker: WorkerId) -> u64 {
        self.workers.get(worker).map_or(0, |row| row.bytes)
    }

    /// The estimated round trip to a worker that has nothing to do, in milliseconds.
    pub fn round_trip(&self) -> f64 {
        self.round_trip.micros() as f64 / 1e3
    }

    /// How many tasks are in each state.
    pub fn counts(&self) -> [(State, usize); 7] {
        std::array::from_fn(|index| (State::ALL[index], self.counts[index] as usize))
    }

    /// How many tasks are known.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether no task is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that the scheduler has on the heap.
    pub fn memory_bytes(&self) -> usize {
        let queues = [&self.ready, &self.stranded].map(|queue| queue.memory_bytes());
        let scratch = [&self.wanted, &self.doubted, &self.failed, &self.batch].map(Vec::capacity);
        self.tasks.memory_bytes()
            + self.tokens.memory_bytes()
            + self.functions.memory_bytes()
            + self.workers.memory_bytes()
            + self.lanes.memory_bytes()
            + self.options.capacity() * size_of::<OptionSet>()
            + self.log.memory_bytes()
            + queues.iter().sum::<usize>()
            + scratch.iter().sum::<usize>() * size_of::<TaskId>()
    }

    /// The row of a task that must be there.
    pub(super) fn row(&self, task: TaskId) -> &Task {
        self.tasks
            .get(task)
            .unwrap_or_else(|| panic!("there is no task {}", task.0))
    }
}
