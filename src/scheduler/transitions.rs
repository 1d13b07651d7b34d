//! Every move of a task between states: one function each, named after the two.

use super::Scheduler;
use super::action::{Action, Outcome};
use super::story::Transition;
use super::task::{RunId, State, TaskId, WorkerId};
use super::workers::Assignment;

use State::{Erred, Forgotten, Memory, NoWorker, Processing, Queued, Released, Waiting};

/// The moves there are; any other is a bug.
const LEGAL: &[(State, &[State])] = &[
    (Released, &[Waiting, Memory, NoWorker, Erred, Forgotten]),
    (Waiting, &[Queued, NoWorker, Erred, Released]),
    (Queued, &[Processing, NoWorker, Released]),
    (NoWorker, &[Queued, Memory, Released]),
    (Processing, &[Memory, Erred, Released]),
    (Memory, &[Released]),
    (Erred, &[Forgotten]),
];

/// Whether there is such a move.
fn is_legal(from: State, to: State) -> bool {
    LEGAL.iter().any(|(state, next)| *state == from && next.contains(&to))
}

impl Scheduler {
    /// Somebody wants the task: its inputs are wanted too. Inputs that must be made again are left on `self.wanted`.
    pub(super) fn released_to_waiting(&mut self, task: TaskId) {
        self.shift(task, Released, Waiting);
        let mut missing = 0;
        for index in 0..self.tasks[task].inputs.len() {
            let input = self.tasks[task].inputs[index].task;
            let row = &mut self.tasks[input];
            row.waiters += 1;
            if row.state != Memory {
                missing += 1;
                if row.state == Released {
                    self.wanted.push(input);
                }
            }
        }
        self.tasks[task].missing = missing;
        if missing == 0 {
            self.waiting_to_ready(task);
        }
    }

    /// The last missing input is in memory.
    pub(super) fn waiting_to_ready(&mut self, task: TaskId) {
        if self.workers.running.is_empty() {
            self.waiting_to_no_worker(task);
        } else {
            self.waiting_to_queued(task);
        }
    }

    fn waiting_to_queued(&mut self, task: TaskId) {
        self.shift(task, Waiting, Queued);
        self.enqueue(task);
    }

    fn waiting_to_no_worker(&mut self, task: TaskId) {
        self.shift(task, Waiting, NoWorker);
        self.strand(task);
    }

    /// An input erred.
    pub(super) fn waiting_to_erred(&mut self, task: TaskId, blame: TaskId) {
        self.shift(task, Waiting, Erred);
        self.tasks[task].missing = 0;
        self.err(task, blame);
        self.let_go_of_inputs(task);
    }

    /// Nobody wants it any more.
    pub(super) fn waiting_to_released(&mut self, task: TaskId) {
        self.shift(task, Waiting, Released);
        self.tasks[task].missing = 0;
        self.let_go_of_inputs(task);
    }

    /// A worker has room for it. It is out of its queue already.
    pub(super) fn queued_to_processing(&mut self, task: TaskId, worker: WorkerId) {
        self.shift(task, Queued, Processing);
        let run = self.next_run();
        let row = &mut self.tasks[task];
        row.run = run;
        row.worker = worker;
        let (serial, function, cost) = (row.serial, row.function, self.functions[row.function].cost());
        let mut assignment = Assignment::new(run, serial, task, function, cost);
        assignment.alone = !self.functions[function].is_known() || self.is_long(cost);
        assignment.remote = self.has_remote_inputs(task, worker);
        self.begin_run(worker, assignment);
        self.actions.push(Action::Run { worker, task, run });
    }

    /// The last worker retired. It is out of its queue already.
    pub(super) fn queued_to_no_worker(&mut self, task: TaskId) {
        self.shift(task, Queued, NoWorker);
        self.strand(task);
    }

    /// Nobody wants it any more: it never runs.
    pub(super) fn queued_to_released(&mut self, task: TaskId) {
        self.shift(task, Queued, Released);
        self.leave_queue(task);
        self.let_go_of_inputs(task);
    }

    /// A worker joined. It is out of its queue already.
    pub(super) fn no_worker_to_queued(&mut self, task: TaskId) {
        self.shift(task, NoWorker, Queued);
        self.enqueue(task);
    }

    /// A worker joined, and takes the scattered data. It is out of its queue already.
    pub(super) fn no_worker_to_memory(&mut self, task: TaskId, worker: WorkerId) {
        self.shift(task, NoWorker, Memory);
        self.put(task, worker);
        if self.tasks[task].asked {
            self.send(task);
        }
        self.tell_dependents(task);
    }

    /// Nobody wants it any more.
    pub(super) fn no_worker_to_released(&mut self, task: TaskId) {
        self.shift(task, NoWorker, Released);
        self.tasks[task].asked = false;
        self.stranded.forget(task, &self.tasks);
        self.let_go_of_inputs(task);
    }

    /// The run that counts returned.
    pub(super) fn processing_to_memory(&mut self, task: TaskId, worker: WorkerId, bytes: u64, kind: u8) {
        self.shift(task, Processing, Memory);
        let row = &mut self.tasks[task];
        row.worker = WorkerId::NONE;
        row.bytes = bytes;
        row.kind = kind;
        let held = row.held;
        self.add_holder(task, worker);
        if held {
            self.settle_finished(task);
        }
        self.tell_dependents(task);
        self.let_go_of_inputs(task);
    }

    /// The run that counts threw.
    pub(super) fn processing_to_erred(&mut self, task: TaskId) {
        self.shift(task, Processing, Erred);
        let row = &mut self.tasks[task];
        row.worker = WorkerId::NONE;
        row.run = RunId::NONE;
        self.err(task, task);
        self.let_go_of_inputs(task);
        self.fail_dependents(task, task);
    }

    /// Nobody wants it any more. The worker is not told: its report finds that the run counts no more.
    pub(super) fn processing_to_released(&mut self, task: TaskId) {
        self.shift(task, Processing, Released);
        let row = &mut self.tasks[task];
        let (run, worker) = (row.run, row.worker);
        row.worker = WorkerId::NONE;
        row.run = RunId::NONE;
        self.orphan_run(worker, run);
        self.let_go_of_inputs(task);
    }

    /// Data from the page goes to a worker.
    pub(super) fn released_to_memory(&mut self, task: TaskId, worker: WorkerId) {
        self.shift(task, Released, Memory);
        self.put(task, worker);
    }

    /// Data from the page, and no worker to take it.
    pub(super) fn released_to_no_worker(&mut self, task: TaskId) {
        self.shift(task, Released, NoWorker);
        self.strand(task);
    }

    /// Somebody wants it, but an input has erred already.
    pub(super) fn released_to_erred(&mut self, task: TaskId, blame: TaskId) {
        self.shift(task, Released, Erred);
        self.err(task, blame);
        self.fail_dependents(task, blame);
    }

    /// Nobody wants the result any more: it is dropped everywhere.
    pub(super) fn memory_to_released(&mut self, task: TaskId) {
        self.shift(task, Memory, Released);
        while let Some(&worker) = self.tasks[task].holders.last() {
            self.remove_holder(task, worker);
        }
        let row = &mut self.tasks[task];
        row.run = RunId::NONE;
        row.asked = false;
    }

    /// Nothing known depends on it.
    pub(super) fn released_to_forgotten(&mut self, task: TaskId) {
        self.shift(task, Released, Forgotten);
        self.forget(task);
    }

    /// Nothing known depends on it, and nobody holds it.
    pub(super) fn erred_to_forgotten(&mut self, task: TaskId) {
        self.shift(task, Erred, Forgotten);
        self.forget(task);
    }

    /// Tells the client that a task it holds is in memory.
    pub(super) fn settle_finished(&mut self, task: TaskId) {
        let row = &self.tasks[task];
        let outcome = Outcome::Finished {
            bytes: row.bytes,
            kind: row.kind,
        };
        self.actions.push(Action::Settle { task, outcome });
    }

    /// Tells the client that a task erred.
    pub(super) fn settle_erred(&mut self, task: TaskId) {
        let outcome = Outcome::Erred {
            blame: self.tasks[task].blame,
        };
        self.actions.push(Action::Settle { task, outcome });
    }

    fn err(&mut self, task: TaskId, blame: TaskId) {
        self.tasks[task].blame = blame;
        self.settle_erred(task);
    }

    /// Dependents that wait have one input less to wait for.
    fn tell_dependents(&mut self, task: TaskId) {
        for index in 0..self.tasks[task].dependents.len() {
            let dependent = self.tasks[task].dependents[index].task;
            let row = &mut self.tasks[dependent];
            if row.state == Waiting {
                row.missing -= 1;
                if row.missing == 0 {
                    self.waiting_to_ready(dependent);
                }
            }
        }
    }

    /// Everything that waits for an erred task errs, and what waits for that, however long the chain.
    fn fail_dependents(&mut self, task: TaskId, blame: TaskId) {
        let first = self.failed.len();
        self.failed.push(task);
        while self.failed.len() > first {
            let Some(task) = self.failed.pop() else { break };
            for index in 0..self.tasks[task].dependents.len() {
                let dependent = self.tasks[task].dependents[index].task;
                if self.tasks[dependent].state == Waiting {
                    self.waiting_to_erred(dependent, blame);
                    self.failed.push(dependent);
                }
            }
        }
    }

    fn put(&mut self, task: TaskId, worker: WorkerId) {
        let run = self.next_run();
        self.tasks[task].run = run;
        self.add_holder(task, worker);
        self.actions.push(Action::Put { worker, task, run });
    }

    fn strand(&mut self, task: TaskId) {
        let row = &mut self.tasks[task];
        row.ticket = row.ticket.wrapping_add(1);
        row.worker = WorkerId::NONE;
        row.cost = 0;
        self.stranded.push(task, &self.tasks);
    }

    fn next_run(&mut self) -> RunId {
        self.last_run += 1;
        RunId(self.last_run)
    }

    fn shift(&mut self, task: TaskId, from: State, to: State) {
        let row = &mut self.tasks[task];
        debug_assert!(
            row.state == from && is_legal(from, to),
            "{:?} is {:?}, not {from:?} to {to:?}",
            task,
            row.state
        );
        row.state = to;
        self.counts[from as usize] -= 1;
        self.counts[to as usize] += 1;
        self.log.moved(Transition {
            time: self.now,
            serial: row.serial,
            task,
            from,
            to,
        });
    }
}
