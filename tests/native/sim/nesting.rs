//! Tasks that submit tasks: the page submits their calls, and tells them when these have settled.

use webfutures::scheduler::{ClientId, Event, FunctionId, OptionsId, RunId, TaskId, WorkerId};

use super::worker::Order;
use super::{Call, Draft, Quirk, Sim};

/// Whose futures those of tasks are.
const TASKS: ClientId = ClientId(5);
/// Names of values that no other call has.
const NAMES: u64 = 1 << 62;

/// A run that waits for what it has submitted.
#[derive(Debug)]
pub(super) struct Nest {
    worker: WorkerId,
    task: TaskId,
    tasks: Vec<TaskId>,
}

impl Sim {
    /// A run says that it may await tasks of its own, and submits them.
    pub(super) fn on_nests(&mut self, worker: WorkerId, task: TaskId, run: RunId, width: u8, depth: u8) {
        let Some(outstanding) = self.outstanding.get_mut(&run) else {
            return;
        };
        outstanding.nests = true;
        self.handle(Event::RunNests { worker, run });
        // Also those of a run that counts no more: nobody will want them, as is found out at once.
        let drafts = (0..width).map(|_| self.subtask(width, depth)).collect();
        let tasks = self.submit_below((worker, run), TASKS, drafts);
        self.nests.insert(run, Nest { worker, task, tasks });
        self.settle_nests();
    }

    /// Lets the runs go on whose tasks have settled, and lets go of what those submitted that have ended or count no more.
    pub(super) fn settle_nests(&mut self) {
        if self.settling {
            return;
        }
        self.settling = true;
        while let Some(run) = self
            .nests
            .iter()
            .find(|(run, nest)| self.is_over(**run, nest))
            .map(|(run, _)| *run)
        {
            let nest = self.nests.remove(&run).expect("the one just found");
            let held = self.client.held_by(1 << TASKS.0);
            let tasks: Vec<_> = nest.tasks.into_iter().filter(|task| held.contains(task)).collect();
            self.drop_handles_as(TASKS, &tasks);
            if self.outstanding.contains_key(&run) {
                self.send(nest.worker, Order::Resume { run });
            }
        }
        self.settling = false;
    }

    fn is_over(&self, run: RunId, nest: &Nest) -> bool {
        let settled = |&task: &TaskId| !self.client.is_pending(task);
        let counts = self.outstanding.contains_key(&run) && self.scheduler.run(nest.task) == Some(run);
        !counts || nest.tasks.iter().all(settled)
    }

    /// A call of a task, which may nest once more.
    fn subtask(&mut self, width: u8, depth: u8) -> Draft {
        self.nested += 1;
        let nests = depth > 1;
        let call = Call {
            value: NAMES + self.nested,
            computes: self.below(60) as f64 * 0.005,
            awaits: nests.then_some(0.0),
            throws: self.below(10) == 0,
            quirk: if nests {
                Quirk::Nests {
                    width,
                    depth: depth - 1,
                }
            } else {
                Quirk::None
            },
            bytes: self.below(500),
        };
        Draft {
            function: FunctionId(1 + self.nested as u32 % 3),
            options: OptionsId::DEFAULT,
            token: None,
            held: true,
            call,
            inputs: Vec::new(),
        }
    }
}
