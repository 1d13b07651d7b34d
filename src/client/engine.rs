//! Drives the scheduler for the JavaScript client: words in → events → actions → words out. Decides nothing.
//!
//! JavaScript copies its words into the inbox, makes one call, and reads the answer in the outbox: no allocation and one
//! crossing, whatever the number of tasks.

mod coordination;
mod inspection;
mod orders;
mod reporting;
mod setup;
mod sizing;
mod submitting;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod words;

use crate::scheduler::{
    Action, Adaptive, ClientId, Dependency, Event, Outcome, RunId, Scheduler, Submission, TaskId, WorkerId,
};
use crate::wire;
use orders::Orders;
use reporting::{Numbers, Payload};
use wasm_bindgen::prelude::*;
use words::Words;

/// Inputs of a lone task that the page asks for: for more one message less on the way is nothing.
const FEW: usize = 16;

/// The scheduler as the JavaScript client sees it.
#[wasm_bindgen(js_name = __WebfuturesEngine, skip_typescript)]
#[derive(Default)]
pub struct Engine {
    scheduler: Scheduler,
    actions: Vec<Action>,
    inbox: Vec<f64>,
    outbox: Vec<f64>,
    /// Words for the page, not yet taken.
    page: Words,
    /// Words for the workers, not yet taken.
    orders: Orders,
    submissions: Vec<Submission>,
    dependencies: Vec<Dependency>,
    tasks: Vec<TaskId>,
    numbers: Numbers,
    /// For whom calls come in and futures go.
    client: ClientId,
    /// The run that submits calls, if it is a task that does.
    within: Option<(WorkerId, RunId)>,
    /// Sets of options defined, without the defaults.
    options: u32,
    /// The rule by which the number of workers follows the work, if it does.
    adaptive: Option<Adaptive>,
}

#[wasm_bindgen(js_class = __WebfuturesEngine)]
impl Engine {
    /// Makes room for that many words in the inbox; returns its address in bytes.
    pub fn inbox(&mut self, words: usize) -> usize {
        if self.inbox.len() < words {
            self.inbox.resize(words, 0.0);
        }
        self.inbox.as_ptr() as usize
    }

    /// Gives the next function id to a function of this name.
    pub fn define(&mut self, name: &str) {
        self.admit(Event::FunctionDefined { name });
    }

    /// The page wants the values of `count` tasks.
    pub fn want(&mut self, now: f64, count: usize) {
        self.read_tasks(count);
        self.scheduler
            .handle(now, Event::ValuesWanted { tasks: &self.tasks }, &mut self.actions);
        self.perform(None);
    }

    /// The client holds futures of `count` tasks, too.
    pub fn hold(&mut self, now: f64, count: usize) {
        self.read_tasks(count);
        let (client, tasks) = (self.client, &self.tasks);
        self.scheduler
            .handle(now, Event::HandlesTaken { client, tasks }, &mut self.actions);
        self.perform(None);
    }

    /// The client holds no future of `count` tasks any more.
    pub fn release(&mut self, now: f64, count: usize) {
        self.read_tasks(count);
        let (client, tasks) = (self.client, &self.tasks);
        self.scheduler
            .handle(now, Event::HandlesDropped { client, tasks }, &mut self.actions);
        self.perform(None);
    }

    /// The client gives `count` tasks up, with `force` even those that others want.
    pub fn cancel(&mut self, now: f64, count: usize, force: bool) {
        self.read_tasks(count);
        let (client, tasks) = (self.client, &self.tasks);
        self.scheduler
            .handle(now, Event::TasksCancelled { client, tasks, force }, &mut self.actions);
        self.perform(None);
    }

    /// `count` tasks shall be tried again.
    pub fn retry(&mut self, now: f64, count: usize) {
        self.read_tasks(count);
        self.scheduler
            .handle(now, Event::TasksRetried { tasks: &self.tasks }, &mut self.actions);
        self.perform(None);
    }

    /// The results of `count` tasks shall lie in so many workers each.
    pub fn replicate(&mut self, now: f64, count: usize, copies: u32) {
        self.read_tasks(count);
        let tasks = &self.tasks;
        self.scheduler
            .handle(now, Event::ReplicasWanted { tasks, copies }, &mut self.actions);
        self.perform(None);
    }

    /// The results of `count` tasks, or of all if it is 0, may be moved to even out what the workers store: the address of
    /// `[count, task each]` of those that are.
    pub fn rebalance(&mut self, now: f64, count: usize) -> usize {
        self.read_tasks(count);
        let tasks = &self.tasks;
        self.scheduler
            .handle(now, Event::RebalanceWanted { tasks }, &mut self.actions);
        self.outbox.clear();
        self.outbox.push(0.0);
        self.outbox
            .extend(self.actions.iter().filter_map(|action| match action {
                Action::Fetch { task, .. } => Some(f64::from(task.0)),
                _ => None,
            }));
        self.outbox[0] = (self.outbox.len() - 1) as f64;
        self.perform(None);
        self.outbox.as_ptr() as usize
    }

    /// A worker is gone. `running` is the run that it computed, or 0 if that is not known; `blame` is false if the page ended
    /// it.
    pub fn died(&mut self, now: f64, worker: u32, running: f64, blame: bool) {
        let (worker, running) = (WorkerId(worker), (running > 0.0).then_some(RunId(running as u64)));
        self.step(now, Event::WorkerDied { worker, running, blame }, None);
        self.orders.discard(worker);
    }

    /// A firm `STOP` has not been answered.
    pub fn stop_overdue(&mut self, now: f64, worker: u32, run: f64) {
        let (worker, run) = (WorkerId(worker), RunId(run as u64));
        self.step(now, Event::StopOverdue { worker, run }, None);
    }

    /// A worker that `WATCH` named has not answered for so many milliseconds.
    pub fn silent(&mut self, now: f64, worker: u32, silence: f64) {
        let worker = WorkerId(worker);
        self.step(now, Event::WorkerSilent { worker, silence }, None);
    }

    /// The page has no copy of data that it was told to put.
    pub fn data_gone(&mut self, now: f64, task: u32, run: f64) {
        let (task, run) = (TaskId(task), RunId(run as u64));
        self.step(now, Event::DataGone { task, run }, None);
    }

    /// The time that `REMIND` named has come.
    pub fn reminded(&mut self, now: f64) {
        self.step(now, Event::Reminded, None);
    }

    /// Takes what is to be sent: the address of `[later, soon, page words, …, workers, (worker, words, …) each]`, where `later`
    /// is the number of workers whose words can wait for the next ones, or for `hurry`, and `soon` of those whose words are to
    /// be taken with `held`, when everything has been heard that the page has been told by now.
    pub fn take(&mut self, held: bool) -> usize {
        if self.scheduler.proceed(&mut self.actions) {
            self.perform(None);
        }
        self.outbox.clear();
        self.outbox.extend([0.0, 0.0, self.page.len() as f64]);
        self.page.pour(&mut self.outbox);
        let scheduler = &self.scheduler;
        let may_wait = |worker, unsent| scheduler.may_wait(worker, unsent);
        let (later, soon) = if held {
            self.orders.pour_held(&mut self.outbox, may_wait)
        } else {
            self.orders.pour(&mut self.outbox, may_wait)
        };
        self.outbox[0] = later as f64;
        self.outbox[1] = soon as f64;
        self.outbox.as_ptr() as usize
    }

    /// Takes only what is for the page, after data has come in: the address of `[page words, …]`. `FORGET` must not be among it, for
    /// an order that is not taken yet needs the page's row: whoever releases or cancels calls `take`.
    pub fn take_page(&mut self) -> usize {
        self.outbox.clear();
        self.outbox.push(self.page.len() as f64);
        self.page.pour(&mut self.outbox);
        self.outbox.as_ptr() as usize
    }

    /// What could wait need not wait any more.
    pub fn hurry(&mut self) {
        self.orders.hurry();
    }
}

impl Engine {
    fn step(&mut self, now: f64, event: Event<'_>, payload: Option<Payload>) {
        self.scheduler.handle(now, event, &mut self.actions);
        self.perform(payload);
    }

    /// Something is defined, which hands out nothing: more calls of the same turn may follow.
    fn admit(&mut self, event: Event<'_>) {
        self.scheduler.admit(0.0, event, &mut self.actions);
    }

    fn read_tasks(&mut self, count: usize) {
        self.tasks.clear();
        self.tasks
            .extend(self.inbox[..count].iter().map(|&word| TaskId(word as u32)));
    }

    fn perform(&mut self, payload: Option<Payload>) {
        let payload_of = |task: TaskId| payload.filter(|payload| payload.task == task);
        let mut actions = std::mem::take(&mut self.actions);
        for action in actions.drain(..) {
            match action {
                Action::Accepted { task, known } => self.outbox.push(f64::from(task.0) * 2.0 + f64::from(known)),
                Action::Run { worker, task, run } => self.write_run(worker, task, run),
                Action::Drop { worker, run } => self.orders.drop(worker, run.0 as f64),
                Action::Put { worker, task, run } => {
                    self.orders.order(worker, &[wire::PUT, f64::from(task.0), run.0 as f64]);
                }
                Action::Send { worker, task, run } => {
                    let may_leave = f64::from(self.scheduler.may_leave(task));
                    self.orders
                        .order(worker, &[wire::SEND, f64::from(task.0), run.0 as f64, may_leave]);
                }
                Action::Settle {
                    task,
                    outcome: Outcome::Finished { bytes, kind },
                } => {
                    let (task_word, kind) = (f64::from(task.0), f64::from(kind));
                    if let Some(value) = self.numbers.value_of(task) {
                        self.page.join(&[wire::SETTLE_NUMBERS, kind], &[task_word, value]);
                    } else {
                        let value = payload_of(task).map_or(0.0, |payload| payload.value);
                        self.page
                            .extend([wire::SETTLE_FINISHED, task_word, kind, bytes as f64, value]);
                    }
                }
                Action::Settle {
                    task,
                    outcome: Outcome::Erred { blame },
                } => {
                    let value = payload_of(task)
                        .filter(|_| blame == task)
                        .map_or(0.0, |payload| payload.value);
                    self.page
                        .extend([wire::SETTLE_ERRED, f64::from(task.0), f64::from(blame.0), value]);
                }
                Action::Settle { task, outcome } => self.write_failed(task, outcome),
                Action::Stop { worker, run, firm } => {
                    self.orders.order(worker, &[wire::STOP, run.0 as f64, f64::from(firm)]);
                }
                Action::Gone { worker, gone } => self.orders.order(worker, &[wire::GONE, f64::from(gone.0)]),
                Action::Fetch {
                    worker,
                    task,
                    run,
                    holder,
                } => {
                    let words = [wire::FETCH, f64::from(task.0), run.0 as f64, f64::from(holder.0)];
                    self.orders.order(worker, &words);
                }
                Action::Answer { request, answer } => self.page.extend(coordination::words_of(request, answer)),
                Action::Discard { item } => self.page.extend([wire::DISCARD, item.0 as f64]),
                Action::Copied { task } => self.page.extend([wire::COPIED, f64::from(task.0)]),
                Action::Watch { worker, on } => {
                    self.page.extend([wire::WATCH, f64::from(worker.0), f64::from(on)]);
                }
                Action::Lost { task } => self.page.extend([wire::LOST, f64::from(task.0)]),
                Action::Unsettle { task } => self.page.extend([wire::UNSETTLE, f64::from(task.0)]),
                Action::Remind { at } => self.page.extend([wire::REMIND, at]),
                Action::Forget { task } => self.page.extend([wire::FORGET, f64::from(task.0)]),
                Action::Terminate { worker } => {
                    self.page.extend([wire::TERMINATE, f64::from(worker.0)]);
                    self.orders.discard(worker);
                }
            }
        }
        self.actions = actions;
    }

    fn write_failed(&mut self, task: TaskId, outcome: Outcome) {
        let (reason, detail) = match outcome {
            Outcome::Cancelled { blame } => (wire::CANCELLED, f64::from(blame.0)),
            Outcome::Killed { deaths } => (wire::KILLED, f64::from(deaths)),
            Outcome::TimedOut { timeout } => (wire::TIMED_OUT, timeout),
            Outcome::Expired { deadline } => (wire::EXPIRED, deadline),
            Outcome::TooLarge { bytes } => (wire::TOO_LARGE, bytes as f64),
            Outcome::LostData => (wire::LOST_DATA, 0.0),
            Outcome::LostActor => (wire::LOST_ACTOR, 0.0),
            Outcome::ActorsApart => (wire::ACTORS_APART, 0.0),
            Outcome::Restarted => (wire::RESTARTED, 0.0),
            Outcome::Finished { .. } | Outcome::Erred { .. } => unreachable!("they have words of their own"),
        };
        self.page
            .extend([wire::SETTLE_FAILED, f64::from(task.0), reason, detail]);
    }

    fn write_run(&mut self, worker: WorkerId, task: TaskId, run: RunId) {
        let function = self.scheduler.function(task);
        let lone = if self.scheduler.active() == 1 { wire::LONE } else { 0.0 };
        let timed = if self.scheduler.is_timed(task) {
            wire::TIMED
        } else {
            0.0
        };
        let taken = if self.scheduler.may_leave(task) {
            wire::TAKES
        } else {
            0.0
        };
        let has_inputs = self.scheduler.inputs(task, worker).next().is_some();
        if lone + timed == 0.0 && !has_inputs {
            let orders = self.orders.run(worker);
            let head = [wire::RUNS, f64::from(function.0), taken, 0.0];
            return orders.join(&head, &[f64::from(task.0), run.0 as f64]);
        }
        // Nobody else waits for the page's thread: it asks the holders, rather than the worker when it has read its order.
        let mut asked = Vec::new();
        if lone > 0.0 && self.scheduler.inputs(task, worker).count() <= FEW {
            for input in self.scheduler.inputs(task, worker) {
                // A task may take the same result twice.
                if input.2 != worker && !asked.contains(&input) {
                    asked.push(input);
                }
            }
        }
        let flags = lone + timed + taken + if asked.is_empty() { 0.0 } else { wire::ASKED };
        // First, for theirs is the longer way.
        for (input, made_by, holder) in asked {
            let takes = f64::from(self.scheduler.is_moved(input, holder));
            let asker = f64::from(worker.0);
            self.orders
                .order(holder, &[wire::ASK, f64::from(input.0), made_by.0 as f64, asker, takes]);
        }
        let orders = self.orders.run(worker);
        let head = orders.len();
        orders.extend([
            wire::RUN,
            f64::from(task.0),
            run.0 as f64,
            f64::from(function.0),
            flags,
            0.0,
            0.0,
        ]);
        let uses_up = taken > 0.0 && self.scheduler.uses_up(task, worker);
        for (input, made_by, holder) in self.scheduler.inputs(task, worker) {
            let moves = if holder == worker {
                uses_up && self.scheduler.is_used_up(input)
            } else {
                self.scheduler.is_moved(input, holder)
            };
            let from = if moves {
                -1.0 - f64::from(holder.0)
            } else {
                f64::from(holder.0)
            };
            orders.extend([f64::from(input.0), made_by.0 as f64, from, 0.0]);
        }
        let words = orders.len() - head - wire::RUN_HEAD as usize;
        orders.set(head + 6, words as f64 / wire::DEP_WORDS);
    }
}
