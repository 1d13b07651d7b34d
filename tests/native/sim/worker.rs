//! One virtual worker: its store, its slot, what it fetches.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use webfutures::scheduler::{PlaceId, ResourceId, RunId, TaskId, WorkerId};

use super::{Call, Happening, Quirk, Report, Sim};

/// What the page tells a worker.
#[derive(Debug)]
pub(super) enum Order {
    Run {
        task: TaskId,
        run: RunId,
        call: Call,
        inputs: Vec<(TaskId, RunId, WorkerId, u64)>,
    },
    Put {
        run: RunId,
        value: u64,
        bytes: u64,
    },
    Drop {
        run: RunId,
    },
    Send {
        task: TaskId,
        run: RunId,
    },
    Stop {
        run: RunId,
        firm: bool,
    },
    Gone {
        gone: WorkerId,
    },
    Fetch {
        task: TaskId,
        run: RunId,
        holder: WorkerId,
    },
}

#[derive(Debug)]
struct Given {
    task: TaskId,
    run: RunId,
    call: Call,
    inputs: Vec<(TaskId, RunId, WorkerId, u64)>,
    /// Answers it waits for, and from whom.
    fetching: Vec<(RunId, WorkerId)>,
    missing: bool,
    start: f64,
    /// It has computed its first part.
    resumed: bool,
}

/// See the module.
#[derive(Debug)]
pub(super) struct VirtualWorker {
    pub(super) place: PlaceId,
    pub(super) concurrency: u32,
    pub(super) resources: Vec<(ResourceId, u64)>,
    pub(super) memory_limit: u64,
    /// It was told to end.
    pub(super) retiring: bool,
    /// It died: nobody answers for it.
    pub(super) died: bool,
    /// Values and bytes by run.
    store: BTreeMap<RunId, (u64, u64)>,
    /// The newest run that an order named: what is younger and asked for is still on its way from the page.
    newest: RunId,
    /// Messages that came while it computed.
    inbox: VecDeque<Happening>,
    /// Runs that may begin, or go on.
    runnable: VecDeque<Given>,
    fetching: Vec<Given>,
    awaiting: BTreeMap<RunId, Given>,
    computing: Option<Given>,
    /// Copies it was told to fetch.
    copying: Vec<(TaskId, RunId, WorkerId)>,
    /// Who asked for what is still on its way from the page.
    /// Data that the page turned out not to have never comes: the question stays, until a younger run is named.
    parked: Vec<(WorkerId, RunId)>,
    /// What it was told to fetch a copy of, and has.
    pub(super) copies: BTreeSet<RunId>,
    pub(super) terminated: bool,
}

impl VirtualWorker {
    pub(super) fn new(
        place: PlaceId,
        concurrency: u32,
        resources: Vec<(ResourceId, u64)>,
        memory_limit: u64,
    ) -> VirtualWorker {
        VirtualWorker {
            place,
            concurrency,
            resources,
            memory_limit,
            retiring: false,
            died: false,
            copying: Vec::new(),
            copies: BTreeSet::new(),
            store: BTreeMap::new(),
            newest: RunId(0),
            inbox: VecDeque::new(),
            runnable: VecDeque::new(),
            fetching: Vec::new(),
            awaiting: BTreeMap::new(),
            computing: None,
            parked: Vec::new(),
            terminated: false,
        }
    }

    pub(super) fn assert_empty(&self, id: WorkerId) {
        if self.died {
            return;
        }
        assert!(self.store.is_empty(), "{id:?} still holds {:?}", self.store);
        assert!(self.is_quiet(), "{id:?} is still busy: {self:?}");
    }

    /// The word that a copy is here may not have arrived when it is ended.
    pub(super) fn forget_copies(&mut self) {
        let copies = &self.copies;
        self.store.retain(|run, _| !copies.contains(run));
        self.copying.clear();
    }

    pub(super) fn forget_all(&mut self) {
        self.store.clear();
        self.copying.clear();
    }

    fn is_quiet(&self) -> bool {
        let given =
            self.runnable.len() + self.fetching.len() + self.awaiting.len() + usize::from(self.computing.is_some());
        given + self.inbox.len() == 0
    }
}

impl Sim {
    /// A worker in the middle of a task reads nothing.
    fn is_deaf(&self, worker: WorkerId) -> bool {
        self.workers[&worker].computing.is_some()
    }

    /// The run that a worker computes.
    pub(super) fn computing(&self, id: WorkerId) -> Option<(TaskId, RunId)> {
        self.workers[&id]
            .computing
            .as_ref()
            .map(|given| (given.task, given.run))
    }

    pub(super) fn is_terminated(&self, id: WorkerId) -> bool {
        self.workers[&id].terminated
    }

    pub(super) fn worker(&mut self, worker: WorkerId) -> &mut VirtualWorker {
        self.workers.get_mut(&worker).expect("a worker that was started")
    }

    pub(super) fn on_ordered(&mut self, id: WorkerId, order: Order) {
        if self.workers[&id].died {
            return;
        }
        if self.is_deaf(id) {
            return self.worker(id).inbox.push_back(Happening::Ordered(id, order));
        }
        // What was on its way to a terminated worker is lost, and must not be a run.
        let runs = matches!(order, Order::Run { .. });
        assert!(
            !runs || !self.is_terminated(id),
            "{order:?} to {id:?}, which is terminated"
        );
        match order {
            Order::Run {
                task,
                run,
                call,
                inputs,
            } => self.take(id, task, run, call, inputs),
            Order::Put { run, value, bytes } => {
                self.worker(id).newest = run;
                self.worker(id).store.insert(run, (value, bytes));
                let parked = std::mem::take(&mut self.worker(id).parked);
                parked
                    .into_iter()
                    .for_each(|(by, wanted)| self.on_asked(id, by, wanted));
            }
            Order::Drop { run } => {
                let held = self.worker(id).store.remove(&run).is_some();
                let ended = self.workers[&id].terminated;
                assert!(held || ended || self.losses, "{id:?} does not hold {run:?}");
            }
            Order::Send { task, run } => {
                let value = self.workers[&id].store.get(&run).map(|stored| stored.0);
                self.report(id, Report::Value { task, run, value });
            }
            Order::Stop { run, firm } => self.stop(id, run, firm),
            Order::Gone { gone } => self.give_up_on(id, gone),
            Order::Fetch { task, run, holder } => {
                if !self.workers[&id].store.contains_key(&run) {
                    self.worker(id).copying.push((task, run, holder));
                    let delay = self.delay * self.below(1000) as f64 / 1e3;
                    let asked = Happening::Asked { holder, by: id, run };
                    self.at(self.now + delay, asked);
                }
            }
        }
    }

    /// What has not begun is not begun; what awaits is given up if the page insists. The rest reports as usual.
    fn stop(&mut self, id: WorkerId, run: RunId, firm: bool) {
        let worker = self.worker(id);
        let before = worker.fetching.len() + worker.runnable.len() + worker.awaiting.len();
        worker.fetching.retain(|given| given.run != run);
        worker.runnable.retain(|given| given.run != run || given.resumed);
        if firm {
            worker.awaiting.remove(&run);
        }
        if worker.fetching.len() + worker.runnable.len() + worker.awaiting.len() < before {
            self.report(id, Report::Stopped { run });
            self.begin(id);
        }
    }

    /// What is fetched from a dead worker does not come.
    fn give_up_on(&mut self, id: WorkerId, gone: WorkerId) {
        let worker = self.worker(id);
        worker.parked.retain(|(by, _)| *by != gone);
        worker.copying.retain(|(.., holder)| *holder != gone);
        for mut given in std::mem::take(&mut worker.fetching) {
            let waited = given.fetching.len();
            given.fetching.retain(|(_, holder)| *holder != gone);
            given.missing |= given.fetching.len() < waited;
            if given.fetching.is_empty() {
                worker.runnable.push_back(given);
            } else {
                worker.fetching.push(given);
            }
        }
        self.begin(id);
    }

    pub(super) fn on_asked(&mut self, holder: WorkerId, by: WorkerId, run: RunId) {
        if self.workers[&holder].died {
            return;
        }
        if self.is_deaf(holder) {
            return self
                .worker(holder)
                .inbox
                .push_back(Happening::Asked { holder, by, run });
        }
        let waits = |given: &Given| given.fetching.contains(&(run, holder));
        if self.workers[&holder].terminated {
            let waits = self.workers[&by].fetching.iter().any(waits) && !self.workers[&by].terminated;
            assert!(!waits, "{by:?} waits for ever for an answer of {holder:?}");
            return;
        }
        let worker = self.worker(holder);
        let value = worker.store.get(&run).copied();
        if value.is_none() && run > worker.newest {
            return worker.parked.push((by, run));
        }
        let delay = self.delay * self.below(1000) as f64 / 1e3;
        self.at(self.now + delay, Happening::Answered { holder, by, run, value });
    }

    pub(super) fn on_answered(&mut self, holder: WorkerId, by: WorkerId, run: RunId, value: Option<(u64, u64)>) {
        if self.is_deaf(by) {
            return self
                .worker(by)
                .inbox
                .push_back(Happening::Answered { holder, by, run, value });
        }
        if self.workers[&by].terminated {
            return;
        }
        let fetching = std::mem::take(&mut self.worker(by).fetching);
        let copied = |(_, wanted, from): &(TaskId, RunId, WorkerId)| (*wanted, *from) == (run, holder);
        let copy = self.worker(by).copying.iter().position(copied);
        let mut fetched = copy.map(|index| self.worker(by).copying.remove(index).0);
        if fetched.is_some() {
            self.worker(by).copies.insert(run);
        }
        for mut given in fetching {
            let waited = given.fetching.len();
            given.fetching.retain(|&wanted| wanted != (run, holder));
            if given.fetching.len() < waited {
                given.missing |= value.is_none();
                fetched = given.inputs.iter().find(|input| input.1 == run).map(|input| input.0);
            }
            let worker = self.worker(by);
            if given.fetching.is_empty() {
                worker.runnable.push_back(given)
            } else {
                worker.fetching.push(given)
            }
        }
        if let (Some(value), Some(task)) = (value, fetched)
            && self.worker(by).store.insert(run, value).is_none()
        {
            self.moved += value.1;
            self.report(by, Report::Fetched { task, run });
        }
        self.begin(by);
    }

    fn take(
        &mut self,
        id: WorkerId,
        task: TaskId,
        run: RunId,
        call: Call,
        inputs: Vec<(TaskId, RunId, WorkerId, u64)>,
    ) {
        self.worker(id).newest = run;
        let parked = std::mem::take(&mut self.worker(id).parked);
        parked
            .into_iter()
            .for_each(|(by, wanted)| self.on_asked(id, by, wanted));
        let worker = self.worker(id);
        let mut asked: Vec<(RunId, WorkerId)> = Vec::new();
        for &(_, input, holder, _) in &inputs {
            if !worker.store.contains_key(&input) && !asked.contains(&(input, holder)) {
                asked.push((input, holder));
            }
        }
        // Told that it has it itself, and it has not: `begin` finds out.
        asked.retain(|&(_, holder)| holder != id);
        let under_way: Vec<_> = worker
            .fetching
            .iter()
            .flat_map(|other| &other.fetching)
            .copied()
            .collect();
        let fetching = asked.clone();
        let given = Given {
            task,
            run,
            call,
            inputs,
            fetching,
            missing: false,
            start: 0.0,
            resumed: false,
        };
        if asked.is_empty() {
            worker.runnable.push_back(given);
        } else {
            worker.fetching.push(given);
        }
        for (input, holder) in asked.into_iter().filter(|wanted| !under_way.contains(wanted)) {
            let delay = self.delay * self.below(1000) as f64 / 1e3;
            self.at(
                self.now + delay,
                Happening::Asked {
                    holder,
                    by: id,
                    run: input,
                },
            );
        }
        self.begin(id);
    }

    /// Begins the next task if the slot is free.
    fn begin(&mut self, id: WorkerId) {
        let now = self.now;
        let worker = self.worker(id);
        if worker.computing.is_some() {
            return;
        }
        // What awaited goes on first; a new one begins if not too many await.
        let begun = worker.awaiting.len() + worker.runnable.iter().filter(|given| given.resumed).count();
        let full = begun >= worker.concurrency as usize;
        let Some(index) = worker.runnable.iter().position(|given| given.resumed || !full) else {
            return;
        };
        let mut given = worker.runnable.remove(index).expect("the one just found");
        if !given.resumed {
            given.start = now;
            given.missing |= given.inputs.iter().any(|(_, run, ..)| !worker.store.contains_key(run));
            for (_, run, _, expected) in given.inputs.iter().filter(|_| !given.missing) {
                assert_eq!(worker.store[run].0, *expected, "{run:?} is not the value of the input");
            }
        }
        let computes = if given.missing { 0.0 } else { given.call.computes };
        worker.computing = Some(given);
        self.at(now + computes, Happening::Computed(id));
    }

    pub(super) fn on_computed(&mut self, id: WorkerId) {
        if self.workers[&id].died {
            return;
        }
        let kills = |given: &Given| given.call.quirk == Quirk::Kills && !given.missing;
        if self.workers[&id].computing.as_ref().is_some_and(kills) {
            return self.die(id, true);
        }
        let mut given = self.worker(id).computing.take().expect("the task that computes");
        let Given {
            task,
            run,
            call,
            start,
            missing,
            ..
        } = given;
        self.busy += call.computes;
        if let Some(awaits) = call.awaits.filter(|_| !given.resumed && !missing) {
            given.resumed = true;
            self.worker(id).awaiting.insert(run, given);
            self.report(id, Report::Yielded { task, run });
            self.at(self.now + awaits, Happening::Awaited(id, run));
        } else {
            self.computed += 1;
            let duration = if call.awaits.is_some() {
                2.0 * call.computes
            } else {
                call.computes
            };
            let attempts = self.attempts.entry(call.value).or_insert(0);
            *attempts += u32::from(!missing);
            let attempt = *attempts;
            let flaky = matches!(call.quirk, Quirk::Flaky(times) if attempt <= u32::from(times));
            if missing {
                self.report(id, Report::Missing { task, run });
            } else if matches!(call.quirk, Quirk::Reschedules(times) if attempt <= u32::from(times)) {
                self.report(id, Report::Rescheduled { task, run });
            } else if call.throws || flaky {
                let erred = Report::Erred {
                    task,
                    run,
                    start,
                    duration,
                };
                self.report(id, erred);
            } else {
                self.worker(id).store.insert(run, (call.value, call.bytes));
                self.report(
                    id,
                    Report::Finished {
                        task,
                        run,
                        start,
                        duration,
                        bytes: call.bytes,
                    },
                );
            }
        }
        self.read_inbox(id);
        self.begin(id);
    }

    pub(super) fn on_awaited(&mut self, id: WorkerId, run: RunId) {
        if self.is_deaf(id) {
            return self.worker(id).inbox.push_back(Happening::Awaited(id, run));
        }
        // It may have been given up, or its worker with it.
        if let Some(given) = self
            .worker(id)
            .awaiting
            .remove(&run)
            .filter(|_| !self.workers[&id].died)
        {
            self.worker(id).runnable.push_back(given);
            self.begin(id);
        }
    }

    fn read_inbox(&mut self, id: WorkerId) {
        // Until something of it begins to compute.
        while self.workers[&id].computing.is_none() {
            let Some(happening) = self.worker(id).inbox.pop_front() else {
                return;
            };
            match happening {
                Happening::Ordered(worker, order) => self.on_ordered(worker, order),
                Happening::Asked { holder, by, run } => self.on_asked(holder, by, run),
                Happening::Answered { holder, by, run, value } => self.on_answered(holder, by, run, value),
                Happening::Awaited(worker, run) => self.on_awaited(worker, run),
                _ => unreachable!("the page's and the clock's"),
            }
        }
    }
}
