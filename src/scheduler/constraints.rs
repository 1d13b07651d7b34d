//! Tasks that not every worker may run: restricted to places, bound to resources, or suspected of killing workers. They
//! wait in lanes, one for each kind of constraint, so that none of them holds up what waits behind it.

use super::Scheduler;
use super::mutation::Mutation;
use super::options::{PlaceId, ResourceId};
use super::queue::Queue;
use super::sorting::Entry;
use super::task::{State, TaskId, WorkerId};
use super::workers::{Assignment, Worker};

/// What a worker must be like to run a task: interned, because options share them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConstraintId(u32);

impl ConstraintId {
    /// Any worker will do.
    pub(super) const NONE: ConstraintId = ConstraintId(0);
}

/// The tasks of one constraint; those suspected of killing workers apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LaneId(u32);

impl LaneId {
    /// No lane: the common queue, and the workers' own.
    pub(super) const NONE: LaneId = LaneId(0);

    fn constraint(self) -> ConstraintId {
        ConstraintId(self.0 / 2)
    }

    /// Whether its tasks must have their worker for themselves.
    pub(super) fn is_solo(self) -> bool {
        !self.0.is_multiple_of(2)
    }
}

/// See [`ConstraintId`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Constraint {
    places: Box<[PlaceId]>,
    allow_others: bool,
    resources: Box<[(ResourceId, u64)]>,
}

impl Constraint {
    /// That of some options.
    pub(super) fn new(places: &[PlaceId], allow_others: bool, resources: &[(ResourceId, u64)]) -> Constraint {
        let mut sorted: Vec<PlaceId> = Vec::with_capacity(places.len());
        for &place in places {
            if let Err(at) = sorted.binary_search(&place) {
                sorted.insert(at, place);
            }
        }
        let mut amounts: Vec<(ResourceId, u64)> = Vec::with_capacity(resources.len());
        for &(resource, amount) in resources.iter().filter(|(_, amount)| *amount > 0) {
            match amounts.binary_search_by_key(&resource, |&(id, _)| id) {
                Ok(at) => amounts[at].1 += amount,
                Err(at) => amounts.insert(at, (resource, amount)),
            }
        }
        Constraint {
            allow_others: allow_others && !places.is_empty(),
            places: sorted.into(),
            resources: amounts.into(),
        }
    }

    /// Whether that worker has what a task takes, if it had nothing else to do.
    fn suits(&self, worker: &Worker, anywhere: bool) -> bool {
        (anywhere || self.places.binary_search(&worker.place).is_ok())
            && self.resources.iter().all(|&(resource, amount)| {
                worker
                    .resources
                    .iter()
                    .any(|it| it.id == resource && it.total >= amount)
            })
    }

    /// Whether that worker has it now.
    fn fits(&self, worker: &Worker) -> bool {
        self.resources
            .iter()
            .all(|&(resource, amount)| worker.resources.iter().any(|it| it.id == resource && it.free >= amount))
    }

    fn shares_resource(&self, other: &Constraint) -> bool {
        let mut all = self.resources.iter();
        all.any(|(resource, _)| other.resources.iter().any(|(its, _)| its == resource))
    }
}

/// What a worker has of a resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stock {
    pub(super) id: ResourceId,
    pub(super) total: u64,
    pub(super) free: u64,
}

#[derive(Debug)]
struct Lane {
    queue: Queue,
    /// Whether some running worker suits: then its tasks are queued, else they have no worker.
    served: bool,
    /// No place is asked for, or none of those has a worker and others are allowed.
    anywhere: bool,
    listed: bool,
}

/// All lanes, and the constraints they stand for.
#[derive(Debug)]
pub(super) struct Lanes {
    constraints: Vec<Constraint>,
    lanes: Vec<Lane>,
    /// Lanes in which something waits. May list some in which nothing does any more.
    open: Vec<LaneId>,
    /// Queued tasks in all lanes.
    pub(super) queued: usize,
}

impl Lanes {
    /// Only that of no constraint.
    pub(super) fn new() -> Lanes {
        let mut lanes = Lanes {
            constraints: Vec::new(),
            lanes: Vec::new(),
            open: Vec::new(),
            queued: 0,
        };
        lanes.intern(Constraint::new(&[], false, &[]));
        lanes
    }

    /// The id of a constraint.
    pub(super) fn intern(&mut self, constraint: Constraint) -> ConstraintId {
        let known = self.constraints.iter().position(|known| *known == constraint);
        let index = known.unwrap_or_else(|| {
            self.constraints.push(constraint);
            for _ in 0..2 {
                self.lanes.push(Lane {
                    queue: Queue::default(),
                    served: false,
                    anywhere: false,
                    listed: false,
                });
            }
            self.constraints.len() - 1
        });
        ConstraintId(index as u32)
    }

    /// Its queue.
    pub(super) fn queue_mut(&mut self, lane: LaneId) -> &mut Queue {
        &mut self.lanes[lane.0 as usize].queue
    }

    /// Its queue.
    pub(super) fn queue(&self, lane: LaneId) -> &Queue {
        &self.of(lane).1.queue
    }

    /// Every lane with its queue, and whether it is served.
    pub(super) fn iter(&self) -> impl Iterator<Item = (LaneId, &Queue, bool)> {
        let lanes = self.lanes.iter().enumerate();
        lanes.map(|(index, lane)| (LaneId(index as u32), &lane.queue, lane.served))
    }

    /// Bytes on the heap.
    pub(super) fn memory_bytes(&self) -> usize {
        self.lanes.capacity() * size_of::<Lane>()
            + self.constraints.capacity() * size_of::<Constraint>()
            + self.lanes.iter().map(|lane| lane.queue.memory_bytes()).sum::<usize>()
    }

    fn of(&self, lane: LaneId) -> (&Constraint, &Lane) {
        (
            &self.constraints[lane.constraint().0 as usize],
            &self.lanes[lane.0 as usize],
        )
    }

    fn suits(&self, lane: LaneId, worker: &Worker) -> bool {
        let (constraint, row) = self.of(lane);
        constraint.suits(worker, row.anywhere)
    }

    fn fits(&self, lane: LaneId, worker: &Worker) -> bool {
        // What awaits its own subtasks computes nothing, and would wait for ever if one of them is a suspect.
        let free = !lane.is_solo() || worker.runs.iter().all(Assignment::awaits_subtasks);
        free && self.of(lane).0.fits(worker)
    }
}

impl Scheduler {
    /// The lane of a task, if it has one.
    pub(super) fn lane_of(&self, task: TaskId) -> LaneId {
        let row = &self.tasks[task];
        let constraint = self.options[row.options.0 as usize].constraint;
        LaneId(2 * constraint.0 + u32::from(row.suspect))
    }

    /// Whether some worker can run what is in that lane.
    pub(super) fn is_served(&self, lane: LaneId) -> bool {
        if lane == LaneId::NONE {
            !self.workers.running.is_empty()
        } else {
            self.lanes.of(lane).1.served
        }
    }

    /// Whether that worker may ever run what is in that lane.
    pub(super) fn lane_suits(&self, lane: LaneId, worker: &Worker) -> bool {
        self.lanes.suits(lane, worker)
    }

    /// Whether that worker may ever run that task.
    pub(super) fn may_run(&self, task: TaskId, worker: WorkerId) -> bool {
        let lane = self.lane_of(task);
        lane == LaneId::NONE || self.lanes.suits(lane, &self.workers[worker])
    }

    /// Whether that worker could ever have been given that task: others may have been allowed to.
    pub(super) fn might_run(&self, task: TaskId, worker: WorkerId) -> bool {
        let constraint = self.lanes.of(self.lane_of(task)).0;
        let anywhere = constraint.places.is_empty() || constraint.allow_others;
        constraint.suits(&self.workers[worker], anywhere)
    }

    /// Whether the tasks in that lane take resources.
    pub(super) fn takes_resources(&self, lane: LaneId) -> bool {
        !self.lanes.of(lane).0.resources.is_empty()
    }

    /// Puts a ready task into its lane; its state says whether a worker can run it.
    pub(super) fn enter_lane(&mut self, task: TaskId, lane: LaneId) {
        let row = &mut self.tasks[task];
        row.ticket = row.ticket.wrapping_add(1);
        row.worker = WorkerId::NONE;
        row.cost = self.functions[row.function].cost();
        self.lanes.queue_mut(lane).push(task, &self.tasks);
        if self.tasks[task].state == State::Queued {
            self.lanes.queued += 1;
            self.grew = true;
        }
        let row = &mut self.lanes.lanes[lane.0 as usize];
        if !row.listed {
            row.listed = true;
            self.lanes.open.push(lane);
        }
    }

    /// A task leaves its lane otherwise than by being taken.
    pub(super) fn leave_lane(&mut self, task: TaskId, lane: LaneId, state: State) {
        self.lanes.queue_mut(lane).forget(task, &self.tasks);
        self.lanes.queued -= usize::from(state == State::Queued);
    }

    /// Takes the oldest task out of a lane.
    pub(super) fn take_from_lane(&mut self, lane: LaneId) -> Option<TaskId> {
        let task = self.lanes.queue_mut(lane).pop(&self.tasks)?;
        self.lanes.queued -= 1;
        Some(task)
    }

    /// Workers came or went: which lanes are served may have changed, and with it the state of what waits in them.
    pub(super) fn review_lanes(&mut self) {
        for index in 1..self.lanes.lanes.len() {
            let lane = LaneId(index as u32);
            let constraint = &self.lanes.constraints[lane.constraint().0 as usize];
            let running = || self.workers.running.iter().map(|&id| &self.workers[id]);
            let at_places = running().any(|worker| constraint.places.binary_search(&worker.place).is_ok());
            let anywhere = constraint.places.is_empty() || constraint.allow_others && !at_places;
            let served = running().any(|worker| constraint.suits(worker, anywhere));
            let row = &mut self.lanes.lanes[index];
            row.anywhere = anywhere;
            if row.served != served {
                row.served = served;
                let waiting: Vec<TaskId> = row.queue.iter(&self.tasks).collect();
                for task in waiting {
                    if served && self.tasks[task].data {
                        let worker = self.least_filled(task).expect("the lane is served");
                        self.no_worker_to_memory(task, worker);
                    } else if served {
                        self.lanes.queued += 1;
                        self.lane_served(task);
                    } else {
                        self.lanes.queued -= 1;
                        self.lane_deserted(task);
                    }
                }
                self.grew |= served;
            }
        }
    }

    /// The lane that this worker should take from now, and its oldest entry. What is older and must wait for the same
    /// resource comes first: otherwise those that need little would starve those that need much.
    pub(super) fn best_lane(&mut self, worker: WorkerId) -> Option<(Entry, LaneId)> {
        let mut index = 0;
        while index < self.lanes.open.len() {
            let lane = self.lanes.open[index];
            let row = &mut self.lanes.lanes[lane.0 as usize];
            if row.queue.first(&self.tasks).is_some() {
                index += 1;
            } else {
                row.listed = false;
                self.lanes.open.swap_remove(index);
            }
        }
        let lanes = &self.lanes;
        let row = &self.workers[worker];
        let mut best: Option<(Entry, LaneId)> = None;
        for &lane in &lanes.open {
            let Some(first) = lanes.of(lane).1.queue.peek_live(&self.tasks) else {
                continue;
            };
            let better = best.is_none_or(|(best, _)| first < best);
            let suits = lanes.suits(lane, row) || self.broken(Mutation::PlacesAreRespected);
            if better && suits && lanes.fits(lane, row) && self.has_memory_for(worker, lane) {
                let held_back = lanes.open.iter().any(|&other| {
                    lanes.of(other).0.shares_resource(lanes.of(lane).0) && self.is_kept_for(other, worker, first)
                });
                if !held_back {
                    best = Some((first, lane));
                }
            }
        }
        best
    }

    /// Whether an older suspect needs this worker for itself: then it gets nothing until it is dry. Only the first worker
    /// that will be dry by itself is kept free.
    pub(super) fn is_draining(&self, worker: WorkerId, before: Option<Entry>) -> bool {
        self.lanes.open.iter().any(|&lane| {
            let row = &self.lanes.lanes[lane.0 as usize];
            lane.is_solo()
                && row.served
                && row
                    .queue
                    .peek_live(&self.tasks)
                    .is_some_and(|first| before.is_none_or(|before| first < before))
                && self.workers.running.iter().copied().find(|&id| {
                    let row = &self.workers[id];
                    row.yielded + row.nesting == 0
                        && row.solo == 0
                        && self.lanes.suits(lane, row)
                        && self.lanes.of(lane).0.fits(row)
                }) == Some(worker)
        })
    }

    fn is_kept_for(&self, lane: LaneId, worker: WorkerId, before: Entry) -> bool {
        let row = &self.workers[worker];
        let first = self.lanes.of(lane).1.queue.peek_live(&self.tasks);
        first.is_some_and(|first| first < before)
            && self.lanes.of(lane).1.served
            && self.lanes.suits(lane, row)
            && !self.lanes.of(lane).0.fits(row)
    }

    /// A run begins: what it takes of the worker's resources is taken.
    pub(super) fn take_resources(&mut self, worker: WorkerId, constraint: ConstraintId) {
        let stock = &mut self.workers[worker].resources;
        for &(resource, amount) in &self.lanes.constraints[constraint.0 as usize].resources {
            let its = stock.iter_mut().find(|its| its.id == resource);
            its.expect("a worker that suits").free -= amount;
        }
    }

    /// A run ended: its worker has said so.
    pub(super) fn return_resources(&mut self, worker: WorkerId, constraint: ConstraintId) {
        if self.broken(Mutation::ResourcesAreReturned) {
            return;
        }
        let stock = &mut self.workers[worker].resources;
        for &(resource, amount) in &self.lanes.constraints[constraint.0 as usize].resources {
            let its = stock.iter_mut().find(|its| its.id == resource);
            its.expect("a worker that suited").free += amount;
        }
    }

    /// What all tasks of that constraint take of a resource.
    pub(super) fn takes_of(&self, constraint: ConstraintId, resource: ResourceId) -> u64 {
        let resources = &self.lanes.constraints[constraint.0 as usize].resources;
        resources
            .iter()
            .filter(|(id, _)| *id == resource)
            .map(|(_, amount)| amount)
            .sum()
    }

    /// Whether no worker is in the places that a task asks for, rather than none with its resources.
    pub(super) fn lacks_place(&self, task: TaskId) -> bool {
        let (constraint, row) = self.lanes.of(self.lane_of(task));
        let mut running = self.workers.running.iter().map(|&id| &self.workers[id]);
        !row.anywhere && !running.any(|worker| constraint.places.binary_search(&worker.place).is_ok())
    }
}
