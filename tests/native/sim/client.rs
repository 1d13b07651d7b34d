//! The page's client: which futures exist, what each task calls, how it settled, and whether that is right.

use std::collections::BTreeMap;

use webfutures::scheduler::{Dependency, Event, FunctionId, Outcome, RunId, Submission, TaskId};

use super::{Call, Sim};

/// One task that the scheduler knows.
#[derive(Debug)]
struct Known {
    call: Call,
    /// The values of its inputs, in order.
    inputs: Vec<u64>,
    /// Whether it must err: because it throws or an input does.
    erring: bool,
    /// Futures of it.
    handles: u32,
    /// Whether its result is there or its error known: what was told last.
    settled: Option<Outcome>,
    /// Unanswered questions for its value, and the run whose result was asked for.
    asked: u32,
    sent: Option<RunId>,
}

/// A call about to be submitted.
#[derive(Debug, Clone)]
pub struct Draft {
    pub function: FunctionId,
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
}

impl Client {
    /// The tasks that have futures, by id.
    pub fn held(&self) -> Vec<TaskId> {
        self.known
            .iter()
            .filter(|(_, known)| known.handles > 0)
            .map(|(task, _)| *task)
            .collect()
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

    pub(super) fn input_values(&self, task: TaskId) -> &[u64] {
        &self.known[&task].inputs
    }

    /// Every task with a future must have settled, and every question must have been answered.
    pub fn assert_settled(&self) {
        for (task, known) in &self.known {
            assert!(
                known.handles == 0 || known.settled.is_some(),
                "{task:?} never settled: {known:?}"
            );
            assert_eq!(known.asked, 0, "{task:?} was never sent");
        }
    }

    pub(super) fn assert_empty(&self) {
        assert!(self.known.is_empty(), "{:?} is never forgotten", self.known);
    }

    pub(super) fn on_accepted(&mut self, task: TaskId, known: bool) {
        let draft = self.drafts.pop_front().expect("no more answers than calls");
        self.batch.push(task);
        if known {
            let entry = self.known.get_mut(&task).expect("a known task");
            assert_eq!(
                (draft.token.is_some(), entry.call),
                (true, draft.call),
                "{task:?} is another call"
            );
            entry.handles += u32::from(draft.held);
            return;
        }
        let inputs: Vec<TaskId> = draft.inputs.iter().map(|input| self.resolve(*input)).collect();
        let erring = draft.call.throws || inputs.iter().any(|input| self.known[input].erring);
        let inputs = inputs.iter().map(|input| self.known[input].call.value).collect();
        let handles = u32::from(draft.held);
        let entry = Known {
            call: draft.call,
            inputs,
            erring,
            handles,
            settled: None,
            asked: 0,
            sent: None,
        };
        assert!(self.known.insert(task, entry).is_none(), "{task:?} is in use");
    }

    pub(super) fn on_settled(&mut self, task: TaskId, outcome: Outcome) {
        let known = &self.known[&task];
        match outcome {
            Outcome::Finished { bytes, .. } => {
                assert!(known.handles > 0, "{task:?} has no future");
                assert_eq!((known.erring, known.call.bytes), (false, bytes), "{task:?}: {known:?}");
            }
            Outcome::Cancelled { .. }
            | Outcome::Killed { .. }
            | Outcome::TimedOut
            | Outcome::TooLarge { .. }
            | Outcome::LostData => panic!("{task:?}: {outcome:?}"),
            Outcome::Erred { blame } => {
                assert!(known.erring, "{task:?} has no reason to err");
                assert!(self.known[&blame].call.throws, "{blame:?} is innocent");
                assert!(
                    known.settled.is_none_or(|before| before == outcome),
                    "{task:?} changes its mind"
                );
            }
        }
        self.known.get_mut(&task).expect("a known task").settled = Some(outcome);
    }

    pub(super) fn on_forgotten(&mut self, task: TaskId) {
        let known = self.known.remove(&task).expect("a known task is forgotten, once");
        assert_eq!(known.handles, 0, "{task:?} is forgotten and has a future");
    }

    pub(super) fn on_send(&mut self, task: TaskId, run: RunId) {
        self.known.get_mut(&task).expect("a known task").sent = Some(run);
    }

    pub(super) fn on_value(&mut self, task: TaskId, run: RunId, value: Option<u64>) {
        // The future may have been dropped meanwhile, and its row may be another's: runs decide.
        let asked = |known: &&mut Known| known.asked > 0 && known.sent == Some(run);
        if let Some(known) = self.known.get_mut(&task).filter(asked) {
            assert_eq!(value, Some(known.call.value), "{task:?} was asked for");
            known.asked = 0;
        }
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
        let dependencies: Vec<_> = drafts.iter().flat_map(|draft| draft.inputs.iter().copied()).collect();
        let tasks: Vec<_> = drafts
            .iter()
            .map(|draft| Submission {
                options: webfutures::scheduler::OptionsId::DEFAULT,
                function: draft.function,
                token: draft.token,
                held: draft.held,
                dependencies: draft.inputs.len() as u32,
            })
            .collect();
        self.client.batch.clear();
        self.client.drafts.extend(drafts);
        self.handle(Event::TasksSubmitted {
            client: webfutures::scheduler::ClientId(0),

            tasks: &tasks,
            dependencies: &dependencies,
        });
        assert!(self.client.drafts.is_empty(), "every call is answered");
        std::mem::take(&mut self.client.batch)
    }

    /// Scatters pieces of that many bytes.
    pub fn scatter(&mut self, pieces: &[(u64, u64)]) -> Vec<TaskId> {
        let function = FunctionId(0);
        self.client.batch.clear();
        for &(value, bytes) in pieces {
            let call = Call {
                value,
                computes: 0.0,
                awaits: None,
                throws: false,
                bytes,
            };
            let draft = Draft {
                function,
                token: None,
                held: true,
                call,
                inputs: Vec::new(),
            };
            self.client.drafts.push_back(draft);
        }
        let data: Vec<_> = pieces
            .iter()
            .map(|&(_, bytes)| webfutures::scheduler::Piece {
                bytes,
                kind: 3,
                kept: false,
            })
            .collect();
        self.handle(Event::DataScattered {
            client: webfutures::scheduler::ClientId(0),
            function,
            data: &data,
        });
        std::mem::take(&mut self.client.batch)
    }

    /// Drops all futures of these tasks.
    pub fn drop_handles(&mut self, tasks: &[TaskId]) {
        for task in tasks {
            let known = self.client.known.get_mut(task).expect("a known task");
            (known.handles, known.asked, known.settled) = (0, 0, None);
        }
        self.handle(Event::HandlesDropped {
            client: webfutures::scheduler::ClientId(0),
            tasks,
        });
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
