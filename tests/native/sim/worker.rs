//! One virtual worker: its store, its slot, what it runs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use webfutures::scheduler::{Finished, PlaceId, ResourceId, RunId, TaskId, WorkerId};

use super::peers::{Question, Relay};
use super::{Asked, Call, Happening, Quirk, Report, Sim};

/// What the page tells a worker.
#[derive(Debug)]
pub(super) enum Order {
    Run {
        task: TaskId,
        run: RunId,
        call: Call,
        inputs: Vec<Input>,
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
        takes: bool,
    },
    Stop {
        run: RunId,
        firm: bool,
    },
    Gone {
        gone: WorkerId,
    },
    /// What a run has submitted has settled.
    Resume {
        run: RunId,
    },
    Fetch {
        task: TaskId,
        run: RunId,
        holder: WorkerId,
    },
}

/// What a run takes: a result, who holds it, and what it must be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input {
    pub(super) task: TaskId,
    pub(super) run: RunId,
    pub(super) holder: WorkerId,
    pub(super) value: u64,
    /// It is taken away from its holder.
    pub(super) takes: bool,
    /// It is gone when the run has ended.
    pub(super) used_up: bool,
}

#[derive(Debug)]
pub(super) struct Given {
    task: TaskId,
    run: RunId,
    call: Call,
    inputs: Vec<Input>,
    /// Answers it waits for, and from whom.
    pub(super) fetching: Vec<(RunId, WorkerId)>,
    pub(super) missing: bool,
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
    pub(super) store: BTreeMap<RunId, (u64, u64)>,
    /// Results that went with those of runs that used them up.
    pub(super) used_up: BTreeSet<RunId>,
    /// Results that were taken away, by run: who has them now.
    pub(super) taken: BTreeMap<RunId, WorkerId>,
    /// The newest run that an order named: what is younger and asked for is still on its way from the page.
    pub(super) newest: RunId,
    /// Messages that came while it computed.
    pub(super) inbox: VecDeque<Happening>,
    /// Runs that may begin, or go on.
    pub(super) runnable: VecDeque<Given>,
    pub(super) fetching: Vec<Given>,
    awaiting: BTreeMap<RunId, Given>,
    computing: Option<Given>,
    pub(super) questions: Vec<Question>,
    pub(super) relays: Vec<Relay>,
    /// Workers that are dead, as far as it knows.
    pub(super) gone: BTreeSet<WorkerId>,
    /// Who asked for what is still on its way from the page.
    /// Data that the page turned out not to have never comes: the question stays, until a younger run is named.
    pub(super) parked: Vec<Asked>,
    /// What came from other workers, and is here.
    pub(super) copies: BTreeSet<RunId>,
    pub(super) terminated: bool,
}

impl VirtualWorker {
    /// Whether a run here takes that result.
    pub(super) fn needs(&self, run: RunId) -> bool {
        let given = self.runnable.iter().chain(&self.fetching).chain(self.awaiting.values());
        given.flat_map(|given| &given.inputs).any(|input| input.run == run)
    }

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
            questions: Vec::new(),
            relays: Vec::new(),
            gone: BTreeSet::new(),
            copies: BTreeSet::new(),
            store: BTreeMap::new(),
            used_up: BTreeSet::new(),
            taken: BTreeMap::new(),
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
        assert!(self.taken.is_empty(), "{id:?} still knows who took {:?}", self.taken);
        assert!(self.is_quiet(), "{id:?} is still busy: {self:?}");
    }

    /// The word that a copy is here may not have arrived when it is ended.
    pub(super) fn forget_copies(&mut self) {
        let copies = &self.copies;
        self.store.retain(|run, _| !copies.contains(run));
        self.questions.clear();
        // Who waits for what it passes on is told that it is gone.
        self.relays.clear();
    }

    pub(super) fn forget_all(&mut self) {
        self.store.clear();
        self.questions.clear();
        self.relays.clear();
    }

    fn is_quiet(&self) -> bool {
        let given =
            self.runnable.len() + self.fetching.len() + self.awaiting.len() + usize::from(self.computing.is_some());
        given + self.inbox.len() + self.relays.len() == 0
    }
}

impl Sim {
    /// A worker in the middle of a task reads nothing.
    pub(super) fn is_deaf(&self, worker: WorkerId) -> bool {
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
                self.ask_again(id);
            }
            Order::Drop { run } => {
                let worker = self.worker(id);
                let held = worker.store.remove(&run).is_some()
                    | worker.taken.remove(&run).is_some()
                    | worker.used_up.remove(&run);
                assert!(
                    held || self.losses || self.is_terminated(id),
                    "{id:?} does not hold {run:?}"
                );
            }
            Order::Send { task, run, takes } => {
                let worker = self.worker(id);
                if let Some(&(value, _)) = worker.store.get(&run) {
                    if takes {
                        worker.store.remove(&run);
                    }
                    self.report(id, Report::Value { task, run, value });
                } else if let Some(&taker) = worker.taken.get(&run) {
                    self.relay(id, task, run, taker, None);
                } else {
                    self.report(id, Report::DataMissing { task, run });
                }
            }
            Order::Resume { run } => self.on_awaited(id, run),
            Order::Stop { run, firm } => self.stop(id, run, firm),
            Order::Gone { gone } => self.give_up_on(id, gone),
            Order::Fetch { task, run, holder } => {
                if !self.workers[&id].store.contains_key(&run) {
                    self.ask(id, holder, task, run, false, true);
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

    fn take(&mut self, id: WorkerId, task: TaskId, run: RunId, call: Call, inputs: Vec<Input>) {
        self.worker(id).newest = run;
        self.ask_again(id);
        let worker = self.worker(id);
        let mut asked: Vec<(Input, WorkerId)> = Vec::new();
        for &input in &inputs {
            // What it gave away itself it asks back from whoever has it now.
            let holder = worker.taken.get(&input.run).copied().unwrap_or(input.holder);
            let known = |(other, from): &(Input, WorkerId)| (other.run, *from) == (input.run, holder);
            // Told that it has it itself, and it has not: `begin` finds out.
            if !worker.store.contains_key(&input.run) && holder != id && !asked.iter().any(known) {
                asked.push((input, holder));
            }
        }
        let given = Given {
            task,
            run,
            call,
            fetching: asked.iter().map(|(input, holder)| (input.run, *holder)).collect(),
            inputs,
            missing: false,
            start: 0.0,
            resumed: false,
        };
        if asked.is_empty() {
            worker.runnable.push_back(given);
        } else {
            worker.fetching.push(given);
        }
        for (input, holder) in asked {
            self.ask(id, holder, input.task, input.run, input.takes, true);
        }
        self.begin(id);
    }

    /// Begins the next task if the slot is free.
    pub(super) fn begin(&mut self, id: WorkerId) {
        let now = self.now;
        let worker = self.worker(id);
        if worker.computing.is_some() {
            return;
        }
        // What awaited goes on first; a new one begins if not too many await.
        // Those that await tasks of their own take no place.
        let takes = |given: &&Given| given.resumed && !matches!(given.call.quirk, Quirk::Nests { .. });
        let begun = worker.awaiting.values().filter(takes).count() + worker.runnable.iter().filter(takes).count();
        let full = begun >= worker.concurrency as usize;
        let Some(index) = worker.runnable.iter().position(|given| given.resumed || !full) else {
            return;
        };
        let mut given = worker.runnable.remove(index).expect("the one just found");
        // Of what the scheduler takes for lying here it has to hear.
        let mut untold = Vec::new();
        if !given.resumed {
            given.start = now;
            let gone = |input: &&Input| !worker.store.contains_key(&input.run);
            let gone: Vec<Input> = given.inputs.iter().filter(gone).copied().collect();
            given.missing |= !gone.is_empty();
            untold.extend(gone.into_iter().filter(|input| input.holder == id));
            for input in given.inputs.iter().filter(|_| !given.missing) {
                assert_eq!(
                    worker.store[&input.run].0, input.value,
                    "{:?} is not the value of the input",
                    input.run
                );
            }
        }
        let computes = if given.missing { 0.0 } else { given.call.computes };
        worker.computing = Some(given);
        for Input { task, run, .. } in untold {
            self.report(id, Report::DataMissing { task, run });
        }
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
            if let Quirk::Nests { width, depth } = call.quirk {
                let nests = Report::Nests {
                    task,
                    run,
                    width,
                    depth,
                };
                self.report(id, nests);
                self.report(id, Report::Yielded { task, run });
            } else {
                self.report(id, Report::Yielded { task, run });
                self.at(self.now + awaits, Happening::Awaited(id, run));
            }
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
                let worker = self.worker(id);
                for input in given.inputs.iter().filter(|input| input.used_up) {
                    if worker.store.remove(&input.run).is_some() {
                        worker.used_up.insert(input.run);
                    }
                }
                worker.store.insert(run, (call.value, call.bytes));
                self.report(
                    id,
                    Report::Finished(Finished {
                        task,
                        run,
                        start,
                        duration,
                        bytes: call.bytes,
                        kind: 3,
                    }),
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
                Happening::Asked(asked) => self.on_asked(asked),
                Happening::Answered { holder, by, run, value } => self.on_answered(holder, by, run, value),
                Happening::Awaited(worker, run) => self.on_awaited(worker, run),
                _ => unreachable!("the page's and the clock's"),
            }
        }
    }
}
