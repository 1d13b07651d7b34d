//! The page: which futures exist, what each task calls, how it settled, and whether that is right.

use std::collections::{BTreeMap, BTreeSet};

use webfutures::scheduler::{
    ClientId, Dependency, Event, FunctionId, OptionsId, Outcome, Piece, RunId, Submission, TaskId, WorkerId,
};

use super::{Call, Quirk, Sim};

/// One task that the scheduler knows.
#[derive(Debug)]
struct Known {
    call: Call,
    options: OptionsId,
    inputs: Vec<TaskId>,
    /// The values of its inputs, in order.
    values: Vec<u64>,
    /// Whether it cannot return: because it throws or kills, or an input does.
    erring: bool,
    /// Clients that hold a future of it, a bit each.
    wishes: u64,
    /// What was told last: `None` while it is pending.
    settled: Option<Outcome>,
    /// Unanswered questions for its value, and the run whose result was asked for.
    asked: u32,
    sent: Option<RunId>,
    /// Times it was timed out, and deaths of workers that it alone can have killed.
    timeouts: u32,
    /// When it was submitted, or retried last.
    since: f64,
    deaths: u32,
    /// Current runs that killed their worker since it was last pending for the first time.
    kills: u32,
    /// Data: how often it was put, and whether the page keeps a copy.
    puts: u32,
    kept: bool,
    /// The page has said that it has no copy: of a run that counts no more by then this changes nothing, and it is asked again.
    denied: bool,
}

/// A call about to be submitted.
#[derive(Debug, Clone)]
pub struct Draft {
    pub function: FunctionId,
    pub options: OptionsId,
    pub token: Option<u128>,
    pub held: bool,
    pub call: Call,
    pub inputs: Vec<Dependency>,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Client {
    known: BTreeMap<TaskId, Known>,
    /// What the next `Accepted` answers.
    drafts: std::collections::VecDeque<Draft>,
    /// The tasks of the present batch.
    batch: Vec<TaskId>,
    /// For whom the present event comes.
    acting: u64,
    /// Whether the present event gives tasks up that others want.
    force: bool,
    /// Tasks that somebody gave up.
    cancelled: BTreeSet<TaskId>,
    /// Retries of each set of options, and deaths that a task may be blamed for.
    pub retries: Vec<u32>,
    /// The sets of options whose results are actors.
    pub actors: BTreeSet<OptionsId>,
    pub deadlines: Vec<f64>,
    pub now: f64,
    pub allowed_failures: u32,
}

impl Client {
    /// The tasks that have futures, by id.
    pub fn held(&self) -> Vec<TaskId> {
        self.held_by(u64::MAX)
    }

    /// Those of some clients, a bit each.
    pub fn held_by(&self, clients: u64) -> Vec<TaskId> {
        let held = self.known.iter().filter(|(_, known)| known.wishes & clients != 0);
        held.map(|(task, _)| *task).collect()
    }

    /// The name of the value that a task returns.
    pub fn value(&self, task: TaskId) -> u64 {
        self.known[&task].call.value
    }

    /// How a task settled.
    pub fn outcome(&self, task: TaskId) -> Option<Outcome> {
        self.known.get(&task)?.settled
    }

    pub(super) fn call(&self, task: TaskId) -> Call {
        self.known[&task].call
    }

    pub(super) fn options(&self, task: TaskId) -> OptionsId {
        self.known[&task].options
    }

    pub(super) fn input_values(&self, task: TaskId) -> &[u64] {
        &self.known[&task].values
    }

    /// Every task with a future must have settled, and every question must have been answered.
    pub fn assert_settled(&self) {
        for (task, known) in &self.known {
            assert!(
                known.wishes == 0 || known.settled.is_some(),
                "{task:?} never settled: {known:?}"
            );
            assert_eq!(known.asked, 0, "{task:?} was never sent");
        }
    }

    /// What a task takes.
    pub fn inputs(&self, task: TaskId) -> &[TaskId] {
        &self.known[&task].inputs
    }

    /// The tasks with futures that have not settled.
    pub fn pending(&self) -> Vec<TaskId> {
        let pending = self
            .known
            .iter()
            .filter(|(_, known)| known.wishes != 0 && known.settled.is_none());
        pending.map(|(task, _)| *task).collect()
    }

    /// Whether a task is known and has not settled.
    pub(super) fn is_pending(&self, task: TaskId) -> bool {
        self.known.get(&task).is_some_and(|known| known.settled.is_none())
    }

    pub(super) fn assert_empty(&self) {
        assert!(self.known.is_empty(), "{:?} is never forgotten", self.known);
    }

    pub(super) fn on_accepted(&mut self, task: TaskId, known: bool) {
        let draft = self.drafts.pop_front().expect("no more answers than calls");
        self.batch.push(task);
        let wish = if draft.held { self.acting } else { 0 };
        if known {
            assert!(
                !self.cancelled.contains(&task),
                "{task:?} was given up and is shared again"
            );
            let entry = self.known.get_mut(&task).expect("a known task");
            assert_eq!(
                (draft.token.is_some(), entry.call),
                (true, draft.call),
                "{task:?} is another call"
            );
            entry.wishes |= wish;
            return;
        }
        let inputs: Vec<TaskId> = draft.inputs.iter().map(|input| self.resolve(*input)).collect();
        let erring = draft.call.throws
            || draft.call.quirk == Quirk::Kills
            || inputs.iter().any(|input| self.known[input].erring);
        let values = inputs.iter().map(|input| self.known[input].call.value).collect();
        let entry = Known {
            call: draft.call,
            options: draft.options,
            inputs,
            values,
            erring,
            wishes: wish,
            settled: None,
            asked: 0,
            sent: None,
            timeouts: 0,
            since: self.now,
            deaths: 0,
            kills: 0,
            puts: 0,
            kept: draft.call.quirk == Quirk::Kept,
            denied: false,
        };
        assert!(self.known.insert(task, entry).is_none(), "{task:?} is in use");
    }

    pub(super) fn on_settled(&mut self, task: TaskId, outcome: Outcome) {
        let known = &self.known[&task];
        match outcome {
            Outcome::Finished { bytes, .. } => {
                assert!(known.wishes != 0, "{task:?} has no future");
                assert_eq!((known.erring, known.call.bytes), (false, bytes), "{task:?}: {known:?}");
            }
            Outcome::Erred { blame } if blame == task => {
                let retries = self.retries.get(known.options.0 as usize).copied().unwrap_or(0);
                let fails = match known.call.quirk {
                    Quirk::Flaky(times) => u32::from(times) > retries || known.timeouts > 0,
                    _ => false,
                };
                assert!(known.call.throws || fails, "{task:?} has no reason to err: {known:?}");
            }
            Outcome::Erred { blame } => {
                assert!(self.depends(task, blame), "{blame:?} is no input of {task:?}");
                let why = self.known[&blame].settled;
                assert!(
                    matches!(
                        why,
                        Some(
                            Outcome::Erred { .. }
                                | Outcome::Killed { .. }
                                | Outcome::TimedOut { .. }
                                | Outcome::Expired { .. }
                                | Outcome::TooLarge { .. }
                                | Outcome::LostData
                                | Outcome::LostActor
                                | Outcome::ActorsApart
                                | Outcome::Cancelled { .. }
                        )
                    ),
                    "{blame:?} is blamed by {task:?} and has {why:?}"
                );
            }
            Outcome::Cancelled { blame } => {
                assert!(self.cancelled.contains(&blame), "{blame:?} was not given up");
                assert!(self.depends(task, blame), "{blame:?} is no input of {task:?}");
                assert!(
                    self.force || known.wishes & !self.acting == 0,
                    "{task:?} is wanted by others"
                );
                assert_ne!(known.wishes, 0, "{task:?} is given up and wanted by nobody");
                self.cancelled.insert(task);
            }
            Outcome::Killed { deaths } => {
                assert_eq!(deaths, self.allowed_failures + 1, "{task:?}");
                let innocent = known.deaths < deaths;
                assert!(!innocent, "{task:?} has killed nobody: {known:?}");
            }
            Outcome::TimedOut { .. } => assert!(known.timeouts > 0, "{task:?} was never too slow"),
            Outcome::Expired { deadline } => {
                assert_eq!(deadline, self.deadlines[known.options.0 as usize]);
                assert!(self.now >= known.since + deadline, "{task:?} still has time");
            }
            Outcome::TooLarge { bytes } => {
                let inputs: BTreeSet<_> = known.inputs.iter().collect();
                let all: u64 = inputs.iter().map(|input| self.known[input].call.bytes).sum();
                assert_eq!(bytes, all, "bytes of the inputs of {task:?}");
            }
            Outcome::Restarted => {
                assert_ne!(known.wishes, 0, "{task:?} is given up and wanted by nobody");
                self.cancelled.insert(task);
            }
            Outcome::ActorsApart => {
                let actors = known
                    .inputs
                    .iter()
                    .filter(|input| self.actors.contains(&self.known[input].options));
                assert!(actors.count() > 1, "{task:?} takes no two actors");
            }
            Outcome::LostActor => assert!(self.actors.contains(&known.options), "{task:?} is no actor"),
            Outcome::LostData => assert!(known.puts > 0 && !known.kept, "{task:?} can be put again"),
        }
        let known = self.known.get_mut(&task).expect("a known task");
        known.settled = Some(outcome);
        if let Outcome::Cancelled { .. } | Outcome::Restarted = outcome {
            known.wishes = 0;
        }
        if !matches!(outcome, Outcome::Finished { .. }) {
            known.asked = 0;
        }
    }

    /// A task is pending again: because its result is lost, or because somebody asked for it.
    pub(super) fn on_unsettled(&mut self, task: TaskId, lost: bool) {
        let known = self.known.get_mut(&task).expect("a known task");
        assert!(!lost || known.wishes != 0, "{task:?} is lost to nobody");
        if !lost {
            known.kills = 0;
            known.since = self.now;
        }
        known.settled = None;
    }

    pub(super) fn on_forgotten(&mut self, task: TaskId) {
        let known = self.known.remove(&task).expect("a known task is forgotten, once");
        assert_eq!(known.wishes, 0, "{task:?} is forgotten and has a future");
        self.cancelled.remove(&task);
    }

    pub(super) fn on_send(&mut self, task: TaskId, run: RunId) {
        self.known.get_mut(&task).expect("a known task").sent = Some(run);
    }

    pub(super) fn on_value(&mut self, task: TaskId, run: RunId, value: u64) {
        // The future may have been dropped meanwhile, and its row may be another's: runs decide.
        let asked = |known: &&mut Known| known.asked > 0 && known.sent == Some(run);
        if let Some(known) = self.known.get_mut(&task).filter(asked) {
            assert_eq!(value, known.call.value, "{task:?} was asked for");
            known.asked = 0;
        }
    }

    /// Whether the page can put the data; it has a copy the first time, and later if it keeps one.
    pub(super) fn on_put(&mut self, task: TaskId, denies: bool) -> bool {
        let known = self.known.get_mut(&task).expect("a known task");
        known.puts += 1;
        assert!(
            known.puts == 1 || known.kept || known.denied,
            "{task:?} cannot be put twice"
        );
        if known.puts > 1 && denies && known.kept {
            (known.kept, known.denied) = (false, true);
        }
        known.puts == 1 || known.kept
    }

    /// A worker died that had this task; `killed` if it died of it, `certain` if nothing else can have killed it.
    pub(super) fn on_death(&mut self, task: TaskId, killed: bool, certain: bool) {
        let Some(known) = self.known.get_mut(&task) else { return };
        known.deaths += u32::from(certain);
        known.kills += u32::from(killed);
        assert!(
            known.kills <= self.allowed_failures + 2,
            "{task:?} kills and kills: {known:?}"
        );
    }

    pub(super) fn on_timeout(&mut self, task: TaskId) {
        self.known.get_mut(&task).expect("a known task").timeouts += 1;
    }

    /// Whether a task is another, or depends on it.
    fn depends(&self, task: TaskId, on: TaskId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![task];
        while let Some(task) = open.pop() {
            if task == on {
                return true;
            }
            if seen.insert(task) {
                open.extend(&self.known[&task].inputs);
            }
        }
        false
    }

    fn resolve(&self, input: Dependency) -> TaskId {
        match input {
            Dependency::Known(task) => task,
            Dependency::Earlier(position) => self.batch[position as usize],
        }
    }
}

impl Sim {
    /// Submits a batch; the answers are the tasks.
    pub fn submit(&mut self, drafts: Vec<Draft>) -> Vec<TaskId> {
        self.submit_as(ClientId(0), drafts)
    }

    /// Submits a batch of a client.
    pub fn submit_as(&mut self, client: ClientId, drafts: Vec<Draft>) -> Vec<TaskId> {
        self.submit_batch(None, client, drafts)
    }

    /// A run submits a batch.
    pub(super) fn submit_below(
        &mut self,
        above: (WorkerId, RunId),
        client: ClientId,
        drafts: Vec<Draft>,
    ) -> Vec<TaskId> {
        self.submit_batch(Some(above), client, drafts)
    }

    fn submit_batch(&mut self, above: Option<(WorkerId, RunId)>, client: ClientId, drafts: Vec<Draft>) -> Vec<TaskId> {
        let dependencies: Vec<_> = drafts.iter().flat_map(|draft| draft.inputs.iter().copied()).collect();
        let tasks: Vec<_> = drafts
            .iter()
            .map(|draft| Submission {
                options: draft.options,
                function: draft.function,
                token: draft.token,
                held: draft.held,
                dependencies: draft.inputs.len() as u32,
            })
            .collect();
        self.client.batch.clear();
        self.client.acting = 1 << client.0;
        self.client.drafts.extend(drafts);
        let (tasks, dependencies) = (&tasks[..], &dependencies[..]);
        let event = match above {
            None => Event::TasksSubmitted {
                client,
                tasks,
                dependencies,
            },
            Some((worker, run)) => Event::SubtasksSubmitted {
                worker,
                run,
                client,
                tasks,
                dependencies,
            },
        };
        // Sometimes more comes in the same turn.
        if self.validate && self.below(2) == 0 {
            self.admit(event);
        } else {
            self.handle(event);
        }
        assert!(self.client.drafts.is_empty(), "every call is answered");
        std::mem::take(&mut self.client.batch)
    }

    /// Scatters pieces of that many bytes.
    pub fn scatter(&mut self, pieces: &[(u64, u64)]) -> Vec<TaskId> {
        let pieces: Vec<_> = pieces
            .iter()
            .map(|&(value, bytes)| (value, bytes, false, None))
            .collect();
        self.scatter_as(ClientId(0), OptionsId::DEFAULT, 1, &pieces)
    }

    /// Scatters pieces: names of their values, bytes, whether the page keeps a copy, and their hash.
    pub fn scatter_as(
        &mut self,
        client: ClientId,
        options: OptionsId,
        copies: u32,
        pieces: &[(u64, u64, bool, Option<u128>)],
    ) -> Vec<TaskId> {
        let function = FunctionId(0);
        self.client.batch.clear();
        self.client.acting = 1 << client.0;
        for &(value, bytes, kept, token) in pieces {
            let call = Call {
                value,
                computes: 0.0,
                awaits: None,
                throws: false,
                quirk: if kept { Quirk::Kept } else { Quirk::None },
                bytes,
            };
            let draft = Draft {
                options,
                function,
                token,
                held: true,
                call,
                inputs: Vec::new(),
            };
            self.client.drafts.push_back(draft);
        }
        let piece = |&(_, bytes, kept, token): &(u64, u64, bool, Option<u128>)| Piece {
            bytes,
            kind: 3,
            kept,
            token,
        };
        let data: Vec<_> = pieces.iter().map(piece).collect();
        let data = &data;
        self.handle(Event::DataScattered {
            client,
            function,
            options,
            copies,
            data,
        });
        std::mem::take(&mut self.client.batch)
    }

    /// Drops all futures of these tasks.
    pub fn drop_handles(&mut self, tasks: &[TaskId]) {
        for client in (0..64).map(ClientId) {
            let held = self.client.held_by(1 << client.0);
            let tasks: Vec<_> = tasks.iter().copied().filter(|task| held.contains(task)).collect();
            if !tasks.is_empty() {
                self.drop_handles_as(client, &tasks);
            }
        }
    }

    /// Drops a client's futures of these tasks.
    pub fn drop_handles_as(&mut self, client: ClientId, tasks: &[TaskId]) {
        for task in tasks {
            let known = self.client.known.get_mut(task).expect("a known task");
            known.wishes &= !(1 << client.0);
            if known.wishes == 0 {
                known.asked = 0;
                // An error is remembered: others may be blamed on it.
                known.settled = known.settled.filter(|was| !matches!(was, Outcome::Finished { .. }));
            }
        }
        self.handle(Event::HandlesDropped { client, tasks });
    }

    /// A client gives tasks up.
    pub fn cancel(&mut self, client: ClientId, tasks: &[TaskId], force: bool) {
        let wish = 1 << client.0;
        for task in tasks {
            let known = self.client.known.get_mut(task).expect("a known task");
            if force || known.wishes & !wish == 0 {
                self.client.cancelled.insert(*task);
            } else {
                known.wishes &= !wish;
            }
        }
        (self.client.acting, self.client.force) = (wish, force);
        self.handle(Event::TasksCancelled { client, tasks, force });
        self.client.force = false;
        for task in tasks {
            assert!(!self.scheduler.is_wished(*task, client), "{task:?} is still wished");
        }
    }

    /// Asks for the values of those of these tasks that have finished.
    pub fn want_values(&mut self, tasks: &[TaskId]) {
        let finished = |task: &TaskId| matches!(self.client.outcome(*task), Some(Outcome::Finished { .. }));
        let tasks: Vec<_> = tasks.iter().copied().filter(finished).collect();
        for task in &tasks {
            self.client.known.get_mut(task).expect("a known task").asked += 1;
        }
        self.handle(Event::ValuesWanted { tasks: &tasks });
    }
}

/// Some of the tasks, each once.
pub fn pick(tasks: &[TaskId], picks: &[u8]) -> Vec<TaskId> {
    let mut picked: Vec<TaskId> = Vec::new();
    for &pick in picks.iter().filter(|_| !tasks.is_empty()) {
        let task = tasks[usize::from(pick) % tasks.len()];
        if !picked.contains(&task) {
            picked.push(task);
        }
    }
    picked
}
