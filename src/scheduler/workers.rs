//! The rows of workers: what each was given, what it holds, how busy it is.

use std::collections::VecDeque;
use std::ops::{Index, IndexMut, Range};

use smallvec::SmallVec;

use super::constraints::{ConstraintId, Stock};
use super::options::{PlaceId, ResourceId};
use super::queue::Queue;
use super::task::{FunctionId, RunId, TaskId, WorkerId};

/// One run that a worker was given and has not reported.
#[derive(Debug, Clone, Copy)]
pub(super) struct Assignment {
    pub(super) run: RunId,
    /// The task's serial, since its row may be another's when the report comes.
    pub(super) serial: u64,
    pub(super) task: TaskId,
    pub(super) function: FunctionId,
    /// Estimated microseconds when it was given.
    pub(super) cost: u32,
    /// It awaits something and needs no slot.
    pub(super) yielded: bool,
    /// Its worker has said that it begins: only some do.
    pub(super) began: bool,
    /// Nothing may be prefetched behind it: it is long, or nobody knows.
    pub(super) alone: bool,
    /// It may await tasks that it submitted: then it does not count among those under way.
    pub(super) nests: bool,
    /// Some input had to come from another worker.
    pub(super) remote: bool,
    /// It counts no more: nobody keeps its inputs for it. Only noted of those that are remote.
    pub(super) orphan: bool,
    /// Nothing may be beside it, even while it awaits.
    pub(super) solo: bool,
    /// No other worker may run it: it takes an actor.
    pub(super) bound: bool,
    /// It was told to stop, and must.
    pub(super) firm: bool,
    /// What it takes of the worker's resources.
    pub(super) constraint: ConstraintId,
    pub(super) reported: bool,
}

impl Assignment {
    /// Whether it awaits, and may await its own subtasks: then they may run beside it, whatever they are suspected of.
    pub(super) fn awaits_subtasks(&self) -> bool {
        self.nests && self.yielded
    }
}

/// The unreported runs of a worker, by run: they are given in that order, and mostly reported in it.
#[derive(Debug, Default)]
pub(super) struct Runs {
    list: VecDeque<Assignment>,
    reported: usize,
}

impl Runs {
    /// Adds the newest run.
    pub(super) fn push(&mut self, assignment: Assignment) {
        debug_assert!(self.list.back().is_none_or(|last| last.run < assignment.run));
        self.list.push_back(assignment);
    }

    /// That run, unless it was never given or is reported.
    pub(super) fn get_mut(&mut self, run: RunId) -> Option<&mut Assignment> {
        let index = match self.list.front() {
            Some(first) if first.run == run => 0,
            _ => self.list.binary_search_by_key(&run, |assignment| assignment.run).ok()?,
        };
        Some(&mut self.list[index]).filter(|assignment| !assignment.reported)
    }

    /// Takes that run out, unless it was never given or is out already.
    pub(super) fn take(&mut self, run: RunId) -> Option<Assignment> {
        let assignment = self.get_mut(run)?;
        assignment.reported = true;
        let taken = *assignment;
        self.reported += 1;
        while self.list.front().is_some_and(|first| first.reported) {
            self.list.pop_front();
            self.reported -= 1;
        }
        // One run that awaits for hours must not keep all those behind it.
        if self.reported > 64 && self.reported * 2 > self.list.len() {
            self.list.retain(|assignment| !assignment.reported);
            self.reported = 0;
        }
        Some(taken)
    }

    /// The oldest one that needs a slot: as far as known, the one that is being computed.
    pub(super) fn oldest_active(&self) -> Option<&Assignment> {
        self.iter().find(|assignment| !assignment.yielded)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len() - self.reported
    }

    /// Oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Assignment> + Clone {
        self.list.iter().filter(|assignment| !assignment.reported)
    }
}

/// How full a worker's memory is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Below four fifths of its limit, or there is none.
    #[default]
    Free,
    /// It gets no work whose inputs are not there.
    Paused,
    /// It gets none at all.
    Full,
}

/// The row of one worker.
#[derive(Debug)]
pub(super) struct Worker {
    /// Where it is.
    pub(super) place: PlaceId,
    /// How many tasks it may have begun at once.
    pub(super) concurrency: u32,
    /// What it has for tasks that take some.
    pub(super) resources: SmallVec<[Stock; 2]>,
    /// Bytes of results it may store; 0 if there is no limit.
    pub(super) memory_limit: u64,
    /// How full it is.
    pub(super) level: Level,
    /// It gets nothing new.
    pub(super) retired: bool,
    pub(super) runs: Runs,
    /// Unreported runs that have not yielded: one is running, the others wait there.
    pub(super) active: u32,
    /// Unreported runs that have yielded, of those that count; and of those that do not, for they nest.
    pub(super) yielded: u32,
    pub(super) nesting: u32,
    /// Active runs behind which nothing may wait.
    pub(super) alone: u32,
    /// Unreported runs beside which nothing may be.
    pub(super) solo: u32,
    /// Runs that were stopped and may go on: they are among `runs` no more.
    pub(super) lingering: u32,
    /// What waits here behind a silent run has been taken back, as far as it can be.
    pub(super) relieved: bool,
    /// Estimated microseconds of the active runs.
    pub(super) load: u64,
    /// Ready tasks that wait for room here because their inputs are here.
    pub(super) queue: Queue,
    /// The places of the common queue that are its own share.
    pub(super) share: Range<u64>,
    /// Results that lie here, and their bytes.
    pub(super) results: usize,
    pub(super) bytes: u64,
    /// Of those bytes, what lies on disk.
    pub(super) spilled: u64,
    /// When it last gave a sign of life, or got work when it was dry.
    pub(super) since: f64,
    /// The run it got when it was dry, and when, to measure the round trip.
    pub(super) probe: Option<(RunId, f64)>,
    /// Marks for `Workers::idle` and `Workers::touched`, so that none is listed twice.
    pub(super) listed_idle: bool,
    pub(super) listed_touched: bool,
    /// Of the task that is just being placed: how many of its inputs are here, and their bytes.
    pub(super) inputs_here: (u32, u64),
}

impl Worker {
    /// A worker that just said hello.
    pub(super) fn new(place: PlaceId, concurrency: u32, resources: &[(ResourceId, u64)], memory_limit: u64) -> Worker {
        let stock = |&(id, total): &(ResourceId, u64)| Stock { id, total, free: total };
        Worker {
            place,
            concurrency: concurrency.max(1),
            resources: resources.iter().map(stock).collect(),
            memory_limit,
            level: Level::Free,
            retired: false,
            solo: 0,
            lingering: 0,
            relieved: false,
            runs: Runs::default(),
            active: 0,
            yielded: 0,
            nesting: 0,
            alone: 0,
            load: 0,
            queue: Queue::default(),
            share: 0..0,
            results: 0,
            bytes: 0,
            spilled: 0,
            since: f64::NEG_INFINITY,
            probe: None,
            listed_idle: false,
            listed_touched: false,
            inputs_here: (0, 0),
        }
    }

    /// Whether it could begin a task at once.
    pub(super) fn is_idle(&self) -> bool {
        self.active == 0 && self.yielded < self.concurrency && self.solo == 0 && !self.retired
    }

    /// Microseconds it has not reported for while it had something to run.
    pub(super) fn silence(&self, now: f64) -> u64 {
        if self.active == 0 {
            0
        } else {
            ((now - self.since) * 1e3) as u64
        }
    }

    /// Estimated microseconds until it will have done what it has and what waits for it. A silence longer than the
    /// estimate says that the estimate is wrong: what has lasted so long will, as a rule, last as long again.
    pub(super) fn backlog(&self, now: f64) -> u64 {
        (self.load + self.queue.cost()).max(self.silence(now))
    }
}

/// All workers.
#[derive(Debug, Default)]
pub(super) struct Workers {
    rows: Vec<Option<Box<Worker>>>,
    /// Those that may get work.
    pub(super) running: Vec<WorkerId>,
    /// Those that are to be terminated.
    pub(super) retired: Vec<WorkerId>,
    /// Those that could begin a task at once, longest idle first. May list some that no longer are.
    pub(super) idle: Vec<WorkerId>,
    /// Those for which room opened, or work arrived, in this step.
    pub(super) touched: Vec<WorkerId>,
    /// Active runs of all.
    pub(super) active: usize,
    /// Tasks in their own queues.
    pub(super) queued: usize,
    /// Those in which two or more active runs are: something waits there behind another.
    pub(super) crowded: usize,
    /// Level of the running worker that is least full.
    pub(super) lowest: Level,
    /// Unreported runs with remote inputs that nobody keeps for them any more.
    pub(super) orphans: usize,
}

impl Workers {
    /// Lists a new worker.
    pub(super) fn join(&mut self, id: WorkerId, worker: Worker) {
        let index = id.0 as usize;
        if index >= self.rows.len() {
            self.rows.resize_with(index + 1, || None);
        }
        assert!(self.rows[index].is_none(), "worker {} joined twice", id.0);
        self.rows[index] = Some(Box::new(worker));
        self.running.push(id);
        self.note_idle(id);
    }

    /// Takes a worker off the lists of those that get work.
    pub(super) fn retire(&mut self, id: WorkerId) {
        self.running.retain(|&running| running != id);
        self.idle.retain(|&idle| idle != id);
        self[id].listed_idle = false;
        self[id].retired = true;
        self.retired.push(id);
    }

    /// Forgets a worker that ends.
    pub(super) fn remove(&mut self, id: WorkerId) -> Option<Box<Worker>> {
        for list in [&mut self.running, &mut self.retired, &mut self.idle, &mut self.touched] {
            list.retain(|&listed| listed != id);
        }
        self.rows[id.0 as usize].take()
    }

    /// That worker, unless it is gone.
    pub(super) fn get(&self, id: WorkerId) -> Option<&Worker> {
        self.rows.get(id.0 as usize)?.as_deref()
    }

    /// That worker, unless it is gone.
    pub(super) fn get_mut(&mut self, id: WorkerId) -> Option<&mut Worker> {
        self.rows.get_mut(id.0 as usize)?.as_deref_mut()
    }

    /// Lists a worker as idle if it is.
    pub(super) fn note_idle(&mut self, id: WorkerId) {
        let worker = &mut self[id];
        if worker.is_idle() && !worker.listed_idle {
            worker.listed_idle = true;
            self.idle.push(id);
        }
    }

    /// Lists a worker as one to look at in this step.
    pub(super) fn touch(&mut self, id: WorkerId) {
        let worker = &mut self[id];
        if !worker.listed_touched && !worker.retired {
            worker.listed_touched = true;
            self.touched.push(id);
        }
    }

    /// The one that has been idle longest.
    pub(super) fn first_idle(&mut self) -> Option<WorkerId> {
        while let Some(&id) = self.idle.first() {
            if self[id].is_idle() {
                return Some(id);
            }
            self.unlist_idle(0);
        }
        None
    }

    /// Takes the entry at that place off the list of the idle.
    pub(super) fn unlist_idle(&mut self, index: usize) {
        let id = self.idle.remove(index);
        self[id].listed_idle = false;
    }

    /// All workers, the retired too, by id.
    pub(super) fn iter(&self) -> impl Iterator<Item = (WorkerId, &Worker)> {
        let rows = self.rows.iter().enumerate();
        rows.filter_map(|(index, row)| Some((WorkerId(index as u32), row.as_deref()?)))
    }

    /// Bytes on the heap.
    pub(super) fn memory_bytes(&self) -> usize {
        let of = |worker: &Worker| {
            size_of::<Worker>() + worker.runs.list.capacity() * size_of::<Assignment>() + worker.queue.memory_bytes()
        };
        self.rows.capacity() * size_of::<Option<Box<Worker>>>()
            + self.rows.iter().flatten().map(|worker| of(worker)).sum::<usize>()
    }
}

impl Index<WorkerId> for Workers {
    type Output = Worker;

    fn index(&self, id: WorkerId) -> &Worker {
        self.rows[id.0 as usize].as_deref().expect("a worker that is not gone")
    }
}

impl IndexMut<WorkerId> for Workers {
    fn index_mut(&mut self, id: WorkerId) -> &mut Worker {
        self.rows[id.0 as usize]
            .as_deref_mut()
            .expect("a worker that is not gone")
    }
}
