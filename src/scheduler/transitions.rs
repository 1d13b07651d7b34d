//! Every move of a task between states: one function each, named after the two.

use super::Scheduler;
use super::action::{Action, Outcome};
use super::constraints::{ConstraintId, LaneId};
use super::mutation::Mutation;
use super::story::Transition;
use super::task::{Fault, RunId, State, TaskId, WorkerId};
use super::workers::Assignment;

use State::{Erred, Forgotten, Memory, NoWorker, Processing, Queued, Released, Waiting};

/// The moves there are; any other is a bug.
const LEGAL: &[(State, &[State])] = &[
    (Released, &[Waiting, Memory, NoWorker, Erred, Forgotten]),
    (Waiting, &[Queued, NoWorker, Erred, Released]),
    (Queued, &[Processing, NoWorker, Waiting, Erred, Released]),
    (NoWorker, &[Queued, Memory, Waiting, Erred, Released]),
    (Processing, &[Memory, Erred, Waiting, Released]),
    (Memory, &[Released]),
    (Erred, &[Released, Forgotten]),
];

/// Whether there is such a move.
fn is_legal(from: State, to: State) -> bool {
    LEGAL.iter().any(|(state, next)| *state == from && next.contains(&to))
}

impl Scheduler {
    /// Somebody wants the task: its inputs are wanted too. Inputs that must be made again are left on `self.wanted`.
    pub(super) fn released_to_waiting(&mut self, task: TaskId) {
        self.shift(task, Released, Waiting);
        for index in 0..self.tasks[task].inputs.len() {
            let input = self.tasks[task].inputs[index].task;
            self.tasks[input].waiters += 1;
        }
        self.await_inputs(task);
    }

    /// The last missing input is in memory.
    pub(super) fn waiting_to_ready(&mut self, task: TaskId) {
        if self.is_served(self.lane_of(task)) || self.home(task).is_some() {
            self.waiting_to_queued(task);
        } else {
            self.waiting_to_no_worker(task);
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

    /// It must have ended by now.
    pub(super) fn waiting_to_erred_late(&mut self, task: TaskId) {
        self.shift(task, Waiting, Erred);
        self.tasks[task].missing = 0;
        self.err_by_itself(task, Fault::Expired);
    }

    /// Nobody wants it any more.
    pub(super) fn waiting_to_released(&mut self, task: TaskId) {
        self.shift(task, Waiting, Released);
        self.tasks[task].missing = 0;
        self.let_go_of_inputs(task);
    }

    /// A worker has room for it, or nobody else may run it. It is out of its queue already.
    pub(super) fn queued_to_processing(&mut self, task: TaskId, worker: WorkerId, bound: bool) {
        self.shift(task, Queued, Processing);
        let run = self.next_run();
        let row = &mut self.tasks[task];
        row.run = run;
        row.worker = worker;
        let (serial, function, cost) = (row.serial, row.function, self.functions[row.function].cost());
        let suspect = row.suspect;
        let options = self.options[row.options.0 as usize];
        let solo = suspect && !bound && !self.broken(Mutation::SuspectsRunAlone);
        let assignment = Assignment {
            run,
            serial,
            task,
            function,
            cost,
            alone: options.alone || solo || !self.functions[function].is_known() || self.is_long(cost),
            remote: self.has_remote_inputs(task, worker),
            solo,
            bound,
            // What is bound asks for no resources: that could not be waited for.
            constraint: if bound { ConstraintId::NONE } else { options.constraint },
            yielded: false,
            began: false,
            nests: false,
            orphan: false,
            firm: false,
            reported: false,
        };
        self.begin_run(worker, assignment);
        if assignment.remote {
            self.move_inputs(task, worker);
        }
        self.actions.push(Action::Run { worker, task, run });
    }

    /// The last worker retired. It is out of its queue already.
    pub(super) fn queued_to_no_worker(&mut self, task: TaskId) {
        self.shift(task, Queued, NoWorker);
        self.strand(task);
    }

    /// An input is lost. Others may be lost too: each is counted.
    pub(super) fn queued_to_waiting(&mut self, task: TaskId) {
        self.shift(task, Queued, Waiting);
        self.leave_queue(task);
    }

    /// It can run nowhere, because of its inputs. It is out of its queue already.
    pub(super) fn queued_to_erred(&mut self, task: TaskId, fault: Fault) {
        self.shift(task, Queued, Erred);
        self.tasks[task].worker = WorkerId::NONE;
        self.err_by_itself(task, fault);
    }

    /// It must have ended by now: it never runs.
    pub(super) fn queued_to_erred_late(&mut self, task: TaskId) {
        self.shift(task, Queued, Erred);
        self.leave_queue(task);
        self.err_by_itself(task, Fault::Expired);
    }

    /// Nobody wants it any more: it never runs.
    pub(super) fn queued_to_released(&mut self, task: TaskId) {
        self.shift(task, Queued, Released);
        self.leave_queue(task);
        self.let_go_of_inputs(task);
    }

    /// Some worker can run what is in its lane, where it stays.
    pub(super) fn lane_served(&mut self, task: TaskId) {
        self.shift(task, NoWorker, Queued);
    }

    /// No worker can run what is in its lane, where it stays.
    pub(super) fn lane_deserted(&mut self, task: TaskId) {
        self.shift(task, Queued, NoWorker);
    }

    /// An input is lost. Others may be lost too: each is counted.
    pub(super) fn no_worker_to_waiting(&mut self, task: TaskId) {
        self.shift(task, NoWorker, Waiting);
        self.leave_strand(task);
    }

    /// A worker joined. It is out of its queue already.
    pub(super) fn no_worker_to_queued(&mut self, task: TaskId) {
        self.shift(task, NoWorker, Queued);
        self.enqueue(task);
    }

    /// A worker joined, and takes the scattered data. It is out of its queue already, unless that is a lane.
    pub(super) fn no_worker_to_memory(&mut self, task: TaskId, worker: WorkerId) {
        self.shift(task, NoWorker, Memory);
        let lane = self.lane_of(task);
        if lane != LaneId::NONE {
            self.leave_lane(task, lane, NoWorker);
        }
        self.put(task, worker);
    }

    /// It must have ended by now.
    pub(super) fn no_worker_to_erred_late(&mut self, task: TaskId) {
        self.shift(task, NoWorker, Erred);
        self.leave_strand(task);
        self.err_by_itself(task, Fault::Expired);
    }

    /// Nobody wants it any more.
    pub(super) fn no_worker_to_released(&mut self, task: TaskId) {
        self.shift(task, NoWorker, Released);
        self.leave_strand(task);
        self.let_go_of_inputs(task);
    }

    /// The run that counts returned.
    pub(super) fn processing_to_memory(&mut self, task: TaskId, worker: WorkerId, bytes: u64, kind: u8) {
        self.shift(task, Processing, Memory);
        let row = &mut self.tasks[task];
        row.worker = WorkerId::NONE;
        row.bytes = bytes;
        row.kind = kind;
        row.suspect = false;
        let (held, asked, copying) = (row.is_held(), row.asked, row.copying);
        self.add_holder(task, worker);
        if held {
            self.settle_finished(task);
        }
        if asked {
            self.send(task);
        }
        if copying {
            self.copy(task);
        }
        self.tell_dependents(task);
        self.let_go_of_inputs(task);
        if !self.workers.retired.is_empty() {
            self.evacuate(task);
        }
    }

    /// The run that counts failed for good. If it is still out, it has been abandoned already.
    pub(super) fn processing_to_erred(&mut self, task: TaskId, fault: Fault) {
        self.shift(task, Processing, Erred);
        let row = &mut self.tasks[task];
        row.worker = WorkerId::NONE;
        row.run = RunId::NONE;
        self.err_by_itself(task, fault);
    }

    /// It is to be run once more. If its run is still out, it has been abandoned already.
    pub(super) fn processing_to_waiting(&mut self, task: TaskId) {
        self.shift(task, Processing, Waiting);
        let row = &mut self.tasks[task];
        row.worker = WorkerId::NONE;
        row.run = RunId::NONE;
        if let Some(blame) = self.erred_input(task) {
            self.waiting_to_erred(task, blame);
            self.fail_dependents(task, blame);
        } else {
            self.await_inputs(task);
        }
    }

    /// Nobody wants it any more: its run counts no more.
    pub(super) fn processing_to_released(&mut self, task: TaskId) {
        let firm = self.tasks[task].cancelled;
        self.abandon_run(task, firm);
        self.shift(task, Processing, Released);
        let row = &mut self.tasks[task];
        row.worker = WorkerId::NONE;
        row.run = RunId::NONE;
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

    /// Somebody wants data of which there is no copy.
    pub(super) fn released_to_lost(&mut self, task: TaskId) {
        self.tasks[task].fault = Fault::LostData;
        self.released_to_erred(task, task);
    }

    /// It shall be tried again.
    pub(super) fn erred_to_released(&mut self, task: TaskId) {
        self.shift(task, Erred, Released);
        let row = &mut self.tasks[task];
        (row.fault, row.failures, row.deaths) = (Fault::Threw, 0, 0);
        self.actions.push(Action::Unsettle { task });
    }

    /// Every holder of its result is gone. What waits for it, or was about to run, has one more input to wait for; what
    /// runs has got it already, or its worker will say that it is missing.
    pub(super) fn memory_to_lost(&mut self, task: TaskId) {
        self.shift(task, Memory, Released);
        let row = &mut self.tasks[task];
        debug_assert!(row.holders.is_empty());
        row.run = RunId::NONE;
        row.worker = WorkerId::NONE;
        if row.copying {
            self.stop_copying(task);
        }
        for index in 0..self.tasks[task].dependents.len() {
            let dependent = self.tasks[task].dependents[index].task;
            match self.tasks[dependent].state {
                Queued => self.queued_to_waiting(dependent),
                NoWorker => self.no_worker_to_waiting(dependent),
                Waiting => {}
                _ => continue,
            }
            self.tasks[dependent].missing += u32::from(!self.broken(Mutation::LossesAreCounted));
        }
    }

    /// Nobody wants the result any more: it is dropped everywhere.
    pub(super) fn memory_to_released(&mut self, task: TaskId) {
        self.shift(task, Memory, Released);
        if self.tasks[task].copying {
            self.stop_copying(task);
        }
        while let Some(&worker) = self.tasks[task].holders.last() {
            self.remove_holder(task, worker);
        }
        let row = &mut self.tasks[task];
        row.run = RunId::NONE;
        row.worker = WorkerId::NONE;
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
        let row = &self.tasks[task];
        let blame = row.blame();
        let outcome = match row.fault {
            _ if blame != task => Outcome::Erred { blame },
            Fault::Threw => Outcome::Erred { blame },
            Fault::Killed => Outcome::Killed {
                deaths: u32::from(row.deaths),
            },
            Fault::TimedOut => Outcome::TimedOut {
                timeout: self.options_of(task).timeout,
            },
            Fault::Expired => Outcome::Expired {
                deadline: self.options_of(task).deadline,
            },
            Fault::TooLarge => Outcome::TooLarge { bytes: row.bytes },
            Fault::LostData => Outcome::LostData,
            Fault::LostActor => Outcome::LostActor,
            Fault::ActorsApart => Outcome::ActorsApart,
        };
        self.actions.push(Action::Settle { task, outcome });
    }

    fn err(&mut self, task: TaskId, blame: TaskId) {
        let row = &mut self.tasks[task];
        row.set_blame(blame);
        (row.asked, row.suspect) = (false, false);
        if row.copying {
            self.end_copying(task);
        }
        self.settle_erred(task);
    }

    fn err_by_itself(&mut self, task: TaskId, fault: Fault) {
        self.tasks[task].fault = fault;
        self.err(task, task);
        self.let_go_of_inputs(task);
        self.fail_dependents(task, task);
    }

    /// Counts the inputs that a waiting task waits for. Those that must be made again are left on `self.wanted`.
    fn await_inputs(&mut self, task: TaskId) {
        let mut missing = 0;
        for index in 0..self.tasks[task].inputs.len() {
            let input = self.tasks[task].inputs[index].task;
            let state = self.tasks[input].state;
            missing += u32::from(state != Memory);
            if state == Released {
                self.wanted.push(input);
            }
        }
        self.tasks[task].missing = missing;
        if missing == 0 {
            self.waiting_to_ready(task);
        }
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
    pub(super) fn fail_dependents(&mut self, task: TaskId, blame: TaskId) {
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
        let row = &mut self.tasks[task];
        (row.run, row.sent) = (run, true);
        self.add_holder(task, worker);
        self.actions.push(Action::Put { worker, task, run });
        if self.tasks[task].asked {
            self.send(task);
        }
        if self.tasks[task].copying {
            self.copy(task);
        }
        self.tell_dependents(task);
    }

    /// Puts a task that no worker can run where it waits for one.
    pub(super) fn strand(&mut self, task: TaskId) {
        let lane = self.lane_of(task);
        if lane != LaneId::NONE {
            return self.enter_lane(task, lane);
        }
        let row = &mut self.tasks[task];
        row.ticket = row.ticket.wrapping_add(1);
        row.worker = WorkerId::NONE;
        row.cost = 0;
        self.stranded.push(task, &self.tasks);
    }

    /// Takes it away from there. Its state, or its ticket, says so already.
    pub(super) fn leave_strand(&mut self, task: TaskId) {
        match self.lane_of(task) {
            LaneId::NONE => self.stranded.forget(task, &self.tasks),
            lane => self.leave_lane(task, lane, NoWorker),
        }
    }

    fn next_run(&mut self) -> RunId {
        self.last_run += 1;
        RunId(self.last_run)
    }

    #[inline]
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
