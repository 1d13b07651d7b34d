//! Virtual workers in virtual time: what the browser does, without a browser.
//!
//! A page thread drives the scheduler and performs its actions; workers get orders over links that keep their order and
//! take random time, run one task at a time, read nothing meanwhile, fetch inputs from each other, and report. Every
//! result carries the call it belongs to, so a value that reaches the wrong task is noticed where it happens.

mod client;
mod death;
mod nesting;
mod peers;
mod reports;
mod worker;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use webfutures::scheduler::{
    Action, Event, Finished, FunctionId, OptionsId, PlaceId, ResourceId, RunId, Scheduler, State, TaskId, WorkerId,
};

use crate::dice::Dice;
pub use client::{Client, Draft, pick};
pub use reports::Report;
use worker::{Input, Order, VirtualWorker};

/// What a call does when it runs: fixed for a call, so that running it again gives the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Call {
    /// Names the value it returns.
    pub value: u64,
    /// Milliseconds of computing, before and after it awaits, if it does.
    pub computes: f64,
    /// Milliseconds of awaiting.
    pub awaits: Option<f64>,
    /// Whether it throws.
    pub throws: bool,
    /// What else is to be said of it.
    pub quirk: Quirk,
    /// Bytes of its result.
    pub bytes: u64,
}

/// What calls do that most do not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quirk {
    None,
    /// It throws the first times it runs.
    Flaky(u8),
    /// It asks to be placed anew the first times it runs.
    Reschedules(u8),
    /// It kills its worker.
    Kills,
    /// It submits so many calls and awaits them, which do the same, down to that depth.
    Nests {
        width: u8,
        depth: u8,
    },
    /// It is data, and the page keeps a copy.
    Kept,
}

/// What a set of options asks of a worker.
#[derive(Debug, Clone, Default)]
pub struct Demands {
    pub places: Vec<PlaceId>,
    pub allow_others: bool,
    pub resources: Vec<(ResourceId, u64)>,
}

/// A worker's question for a result of another.
#[derive(Debug, Clone, Copy)]
struct Asked {
    holder: WorkerId,
    by: WorkerId,
    task: TaskId,
    run: RunId,
    /// The holder need not keep it.
    takes: bool,
}

/// The function that names data.
const DATA: FunctionId = FunctionId(0);

/// What happens at some time.
#[derive(Debug)]
enum Happening {
    /// An order reaches a worker.
    Ordered(WorkerId, Order),
    /// A report reaches the page.
    Reported(WorkerId, Report),
    /// A worker wants a result of another.
    Asked(Asked),
    /// The answer: the value's name, or none if it is gone.
    Answered {
        holder: WorkerId,
        by: WorkerId,
        run: RunId,
        value: Option<(u64, u64)>,
    },
    /// The task that a worker computes ends or begins to await.
    Computed(WorkerId),
    /// What a task awaits is there.
    Awaited(WorkerId, RunId),
    /// The page notices that a worker died, perhaps of that run.
    Noticed(WorkerId, Option<RunId>, bool),
    /// A worker that replaces one that died says hello.
    Replaced(WorkerId),
    /// The page has waited so long for the answer to a firm `Stop`.
    StopTimer(WorkerId, RunId, f64),
    /// The time of `Remind`.
    RemindTimer(f64),
}

/// Everything at once.
pub struct Sim {
    pub scheduler: Scheduler,
    pub client: Client,
    pub now: f64,
    /// Called after every event.
    validate: bool,
    dice: Dice,
    sequence: u64,
    agenda: BinaryHeap<Reverse<(Moment, u64)>>,
    happenings: BTreeMap<u64, Happening>,
    workers: BTreeMap<WorkerId, VirtualWorker>,
    /// When the last message of each link arrives: from, to; none is the page.
    links: BTreeMap<(Option<WorkerId>, Option<WorkerId>), f64>,
    actions: Vec<Action>,
    /// Runs that were ordered and not answered, as the page knows them.
    outstanding: BTreeMap<RunId, Outstanding>,
    /// How often each value was computed.
    attempts: BTreeMap<u64, u32>,
    /// What each set of options asks for.
    pub demands: Vec<Demands>,
    /// The page answers orders to put data again in this way, and those that it cannot obey.
    pub denies: bool,
    /// Whether the page takes results away that it asks for, where it may, and goes on counting on their workers.
    pub takes: bool,
    denied: Vec<(TaskId, RunId)>,
    /// Everything begins anew.
    restarting: bool,
    /// Runs that wait for what they submitted.
    nests: BTreeMap<RunId, nesting::Nest>,
    settling: bool,
    /// How many calls tasks have submitted.
    nested: u64,
    remind_at: Option<f64>,
    /// Results may be gone that were promised: workers died, or finished tasks were retried.
    pub losses: bool,
    /// Events handled.
    pub events: u64,
    /// Runs that computed, including those that counted no more.
    pub computed: u64,
    /// Milliseconds that all workers computed.
    pub busy: f64,
    /// Bytes that moved between workers.
    pub moved: u64,
    /// Slowest message, in milliseconds.
    pub delay: f64,
}

/// A run that a worker has.
#[derive(Debug)]
struct Outstanding {
    worker: WorkerId,
    task: TaskId,
    options: OptionsId,
    firm: bool,
    yielded: bool,
    /// It may await tasks of its own.
    nests: bool,
    /// It takes an actor.
    bound: bool,
}

/// A time that has an order.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Moment(f64);

impl Eq for Moment {}

impl Ord for Moment {
    fn cmp(&self, other: &Moment) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Moment) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Sim {
    /// No worker yet. With `validate`, every invariant is checked after every event.
    pub fn new(seed: u64, validate: bool) -> Sim {
        let mut sim = Sim {
            scheduler: Scheduler::new(),
            client: Client::default(),
            now: 0.0,
            validate,
            dice: Dice(seed),
            sequence: 0,
            agenda: BinaryHeap::new(),
            happenings: BTreeMap::new(),
            workers: BTreeMap::new(),
            links: BTreeMap::new(),
            actions: Vec::new(),
            outstanding: BTreeMap::new(),
            attempts: BTreeMap::new(),
            demands: vec![Demands::default()],
            denies: false,
            takes: false,
            denied: Vec::new(),
            restarting: false,
            nests: BTreeMap::new(),
            settling: false,
            nested: 0,
            remind_at: None,
            losses: false,
            events: 0,
            computed: 0,
            busy: 0.0,
            moved: 0,
            delay: 0.2,
        };
        for name in ["data", "inc", "dec", "add"] {
            sim.handle(Event::FunctionDefined { name });
        }
        sim
    }

    /// A worker starts.
    pub fn join(&mut self, concurrency: u32) -> WorkerId {
        self.join_at(PlaceId(1000 + self.workers.len() as u32), concurrency, vec![], 0)
    }

    /// A worker starts somewhere, with something.
    pub fn join_at(
        &mut self,
        place: PlaceId,
        concurrency: u32,
        resources: Vec<(ResourceId, u64)>,
        memory_limit: u64,
    ) -> WorkerId {
        let worker = WorkerId(self.workers.len() as u32);
        let row = VirtualWorker::new(place, concurrency, resources.clone(), memory_limit);
        self.workers.insert(worker, row);
        self.handle(Event::WorkerJoined {
            place,
            resources: &resources,
            memory_limit,
            worker,
            concurrency,
        });
        worker
    }

    /// A worker is told to end.
    pub fn retire(&mut self, worker: WorkerId) {
        self.workers.get_mut(&worker).expect("a worker").retiring = true;
        self.handle(Event::WorkerRetired { worker });
    }

    /// Everything begins anew.
    pub fn restart(&mut self) {
        self.restarting = true;
        self.handle(Event::Restarted);
        self.restarting = false;
        assert!(self.scheduler.is_empty(), "{:?}", self.scheduler.counts());
    }

    /// Tells the scheduler, checks what it says, and performs it.
    pub fn handle(&mut self, event: Event<'_>) {
        self.admit(event);
        self.proceed();
    }

    /// Tells the scheduler, and performs what it says, but lets it hand nothing out.
    pub(super) fn admit(&mut self, event: Event<'_>) {
        let mut actions = std::mem::take(&mut self.actions);
        self.client.now = self.now;
        self.scheduler.admit(self.now, event, &mut actions);
        self.events += 1;
        self.perform_all(actions);
    }

    /// Lets the scheduler hand out what it has admitted, checks what it says, and performs it.
    fn proceed(&mut self) {
        let mut actions = std::mem::take(&mut self.actions);
        let proceeded = self.scheduler.proceed(&mut actions);
        if proceeded && self.validate {
            self.scheduler.validate();
        }
        self.perform_all(actions);
        if !proceeded {
            return;
        }
        while let Some((task, run)) = self.denied.pop() {
            self.handle(Event::DataGone { task, run });
        }
        if !self.nests.is_empty() {
            self.settle_nests();
        }
    }

    fn perform_all(&mut self, mut actions: Vec<Action>) {
        for action in actions.drain(..) {
            self.perform(action);
        }
        self.actions = actions;
    }

    /// Lets the next thing happen. False if nothing is left to happen.
    pub fn step(&mut self) -> bool {
        self.proceed();
        let Some(Reverse((Moment(time), sequence))) = self.agenda.pop() else {
            return false;
        };
        self.now = self.now.max(time);
        let happening = self.happenings.remove(&sequence).expect("what is on the agenda");
        match happening {
            Happening::Ordered(worker, order) => self.on_ordered(worker, order),
            Happening::Reported(worker, report) => self.on_reported(worker, report),
            Happening::Asked(asked) => self.on_asked(asked),
            Happening::Answered { holder, by, run, value } => self.on_answered(holder, by, run, value),
            Happening::Computed(worker) => self.on_computed(worker),
            Happening::Awaited(worker, run) => self.on_awaited(worker, run),
            Happening::Noticed(worker, running, blame) => self.on_noticed(worker, running, blame),
            Happening::Replaced(worker) => self.on_replaced(worker),
            Happening::StopTimer(worker, run, waited) => self.on_stop_timer(worker, run, waited),
            Happening::RemindTimer(at) => {
                // Unless an earlier time was ordered meanwhile.
                if self.remind_at == Some(at) {
                    self.remind_at = None;
                    self.handle(Event::Reminded);
                }
            }
        }
        true
    }

    /// If the next thing that happens is that this worker reports another result: as one report it tells of both.
    fn finished_next(&mut self, worker: WorkerId) -> Option<Finished> {
        let &Reverse((Moment(time), sequence)) = self.agenda.peek()?;
        let Happening::Reported(reporter, Report::Finished(finished)) = self.happenings[&sequence] else {
            return None;
        };
        if reporter != worker {
            return None;
        }
        self.agenda.pop();
        self.happenings.remove(&sequence);
        self.outstanding.remove(&finished.run);
        self.now = self.now.max(time);
        Some(finished)
    }

    /// Until nothing is left to happen. Every task ends, so there is an end.
    pub fn run_out(&mut self) {
        let mut steps = 0_u64;
        while self.step() {
            steps += 1;
            assert!(steps < 100_000, "no end in sight");
        }
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.dice.below(bound)
    }

    /// Nothing is left anywhere.
    pub fn assert_empty(&self) {
        assert!(self.scheduler.is_empty(), "{:?}", self.scheduler.counts());
        for (id, worker) in &self.workers {
            worker.assert_empty(*id);
        }
        self.client.assert_empty();
    }

    /// Every worker has ended.
    pub fn assert_terminated(&self) {
        for (id, worker) in &self.workers {
            assert!(self.is_terminated(*id), "{id:?} never ends");
            worker.assert_empty(*id);
        }
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Run { worker, task, run } => {
                self.check_worker(worker, task);
                let options = self.client.options(task);
                let (firm, yielded) = (false, false);
                let bound = self
                    .client
                    .inputs(task)
                    .iter()
                    .any(|&input| self.scheduler.is_actor(input));
                let outstanding = Outstanding {
                    worker,
                    task,
                    options,
                    firm,
                    yielded,
                    nests: false,
                    bound,
                };
                self.outstanding.insert(run, outstanding);
                self.check_resources(worker);
                let call = self.client.call(task);
                let uses_up = self.scheduler.may_leave(task) && self.scheduler.uses_up(task, worker);
                let mut inputs = Vec::new();
                for (position, (input, run, holder)) in self.scheduler.inputs(task, worker).enumerate() {
                    assert_eq!(self.scheduler.state(input), State::Memory);
                    assert!(
                        self.scheduler.who_has(input).contains(&holder),
                        "{holder:?} is no holder"
                    );
                    let expected = self.client.call(input).value;
                    assert_eq!(
                        expected,
                        self.client.input_values(task)[position],
                        "input {position} is another"
                    );
                    inputs.push(Input {
                        task: input,
                        run,
                        holder,
                        value: expected,
                        takes: holder != worker && self.scheduler.is_moved(input, holder),
                        used_up: uses_up && self.scheduler.is_used_up(input),
                    });
                }
                assert_eq!(inputs.len(), self.client.input_values(task).len());
                self.send(
                    worker,
                    Order::Run {
                        task,
                        run,
                        call,
                        inputs,
                    },
                );
            }
            Action::Put { worker, task, run } => {
                self.check_place(worker, task);
                let call = self.client.call(task);
                if !self.client.on_put(task, self.denies) {
                    return self.denied.push((task, run));
                }
                self.send(
                    worker,
                    Order::Put {
                        run,
                        value: call.value,
                        bytes: call.bytes,
                    },
                );
            }
            Action::Drop { worker, run } => self.send(worker, Order::Drop { run }),
            Action::Send { worker, task, run } => {
                self.client.on_send(task, run);
                let takes = self.takes && self.scheduler.may_leave(task);
                self.losses |= takes;
                self.send(worker, Order::Send { task, run, takes });
            }
            Action::Terminate { worker } => {
                assert!(!self.scheduler.workers().contains(&worker));
                self.ended(worker);
            }
            Action::Stop { worker, run, firm } => {
                self.send(worker, Order::Stop { run, firm });
                if firm {
                    if let Some(outstanding) = self.outstanding.get_mut(&run) {
                        outstanding.firm = true;
                    }
                    self.at(self.now + 2.0, Happening::StopTimer(worker, run, 2.0));
                }
            }
            Action::Watch { .. } => unreachable!("virtual workers end what is stopped while it awaits"),
            Action::Gone { worker, gone } => self.send(worker, Order::Gone { gone }),
            Action::Fetch {
                worker,
                task,
                run,
                holder,
            } => {
                if self.scheduler.function(task) == DATA {
                    self.check_place(worker, task);
                }
                self.send(worker, Order::Fetch { task, run, holder });
            }
            Action::Remind { at } => {
                assert!(
                    self.remind_at.is_none_or(|other| at < other),
                    "reminded again for nothing"
                );
                assert!(at >= self.now, "reminded of the past");
                self.remind_at = Some(at);
                self.at(at, Happening::RemindTimer(at));
            }
            Action::Answer { .. } | Action::Discard { .. } => unreachable!("nothing is asked here"),
            // What waits for that waits on the page.
            Action::Copied { .. } => {}
            Action::Lost { task } => self.client.on_unsettled(task, true),
            Action::Unsettle { task } => self.client.on_unsettled(task, false),
            Action::Accepted { task, known } => self.client.on_accepted(task, known),
            Action::Settle { task, outcome } => self.client.on_settled(task, outcome),
            Action::Forget { task } => self.client.on_forgotten(task),
        }
    }

    fn send(&mut self, worker: WorkerId, order: Order) {
        let arrival = self.arrival((None, Some(worker)));
        self.at(arrival, Happening::Ordered(worker, order));
    }

    fn report(&mut self, worker: WorkerId, report: Report) {
        let arrival = self.arrival((Some(worker), None));
        self.at(arrival, Happening::Reported(worker, report));
    }

    /// Messages of one link arrive in order.
    fn arrival(&mut self, link: (Option<WorkerId>, Option<WorkerId>)) -> f64 {
        let delay = self.delay * self.below(1000) as f64 / 1e3;
        let last = self.links.entry(link).or_insert(0.0);
        *last = last.max(self.now + delay);
        *last
    }

    fn at(&mut self, time: f64, happening: Happening) {
        self.sequence += 1;
        self.agenda.push(Reverse((Moment(time), self.sequence)));
        self.happenings.insert(self.sequence, happening);
    }
}
