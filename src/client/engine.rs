//! Drives the scheduler for the JavaScript client: words in → events → actions → words out. Decides nothing.
//!
//! JavaScript copies its words into the inbox, makes one call, and reads the answer in the outbox: no allocation and one
//! crossing, whatever the number of tasks.

mod coordination;
mod inspection;
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
use wasm_bindgen::prelude::*;
use words::Words;

/// What a result can be said to weigh: far more than any, and far less than what sums of them can hold.
const MOST_BYTES: f64 = (1_u64 << 48) as f64;
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
    /// Words for each worker, by id, not yet taken; and the workers that need theirs at once.
    orders: Vec<Orders>,
    addressed: Vec<u32>,
    /// The workers that have only words that can wait.
    patient: Vec<u32>,
    submissions: Vec<Submission>,
    dependencies: Vec<Dependency>,
    tasks: Vec<TaskId>,
    /// For whom calls come in and futures go.
    client: ClientId,
    /// The run that submits calls, if it is a task that does.
    within: Option<(WorkerId, RunId)>,
    /// Sets of options defined, without the defaults.
    options: u32,
    /// The rule by which the number of workers follows the work, if it does.
    adaptive: Option<Adaptive>,
}

/// What waits to be sent to a worker.
#[derive(Default)]
struct Orders {
    words: Words,
    /// Whether the worker is listed as addressed, or as patient.
    addressed: bool,
    patient: bool,
}

/// A value of the report being read, and which task it belongs to.
#[derive(Clone, Copy)]
struct Payload {
    task: TaskId,
    /// 1 + its index, or the value itself.
    value: f64,
    in_word: bool,
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
        self.step(0.0, Event::FunctionDefined { name }, None);
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
        discard_orders(&mut self.orders, worker);
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

    /// Reads `length` words of one worker's report from the inbox. False if a record is none that a worker writes: nothing is
    /// read from there on.
    pub fn report(&mut self, now: f64, worker: u32, length: usize) -> bool {
        let worker = WorkerId(worker);
        let mut at = 0;
        let mut values = 0.0;
        while at < length {
            let word = |i: usize| self.inbox[at + i];
            let kind = word(0);
            if kind == wire::FINISHED_NUMBERS {
                let Some(end) = self.report_numbers(now, worker, at, length) else {
                    return false;
                };
                at = end;
                continue;
            }
            if record_words(kind).is_none_or(|words| words > length - at) {
                return false;
            }
            let (task, run) = (TaskId(word(1) as u32), RunId(word(2) as u64));
            let mut payload = || {
                values += 1.0;
                Some(Payload {
                    task,
                    value: values,
                    in_word: false,
                })
            };
            if kind == wire::FINISHED {
                let event = Event::TaskFinished {
                    worker,
                    task,
                    run,
                    start: word(3),
                    duration: word(4),
                    // Sums of sizes must stay exact, whatever a worker says.
                    bytes: word(5).min(MOST_BYTES) as u64,
                    kind: word(6) as u8,
                };
                let payload = if word(7) == 1.0 { payload() } else { None };
                self.step(now, event, payload);
                at += 8;
            } else if kind == wire::ERRED {
                let event = Event::TaskErred {
                    worker,
                    task,
                    run,
                    start: word(3),
                    duration: word(4),
                };
                let payload = payload();
                self.step(now, event, payload);
                at += 5;
            } else if kind == wire::BEGAN {
                let start = word(3);
                self.step(
                    now,
                    Event::TaskBegan {
                        worker,
                        task,
                        run,
                        start,
                    },
                    None,
                );
                at += 4;
            } else if kind == wire::LINGERS {
                self.step(now, Event::RunLingers { worker, run }, None);
                at += 3;
            } else if kind == wire::LEFT {
                self.step(now, Event::RunLeft { worker, run }, None);
                at += 3;
            } else if kind == wire::YIELDED {
                self.step(now, Event::TaskYielded { worker, task, run }, None);
                at += 3;
            } else if kind == wire::FETCHED {
                self.step(now, Event::DataFetched { worker, task, run }, None);
                at += 3;
            } else if kind == wire::UNFETCHED {
                self.step(now, Event::DataUnfetched { worker, task, run }, None);
                at += 3;
            } else if kind == wire::SPILLED {
                let bytes = word(1) as u64;
                self.step(now, Event::WorkerSpilled { worker, bytes }, None);
                at += 3;
            } else if kind == wire::RESCHEDULED {
                self.step(now, Event::TaskRescheduled { worker, task, run }, None);
                at += 3;
            } else if kind == wire::INPUTS_MISSING {
                self.step(now, Event::InputsMissing { worker, task, run }, None);
                at += 3;
            } else if kind == wire::MISSING {
                self.step(now, Event::DataMissing { worker, task, run }, None);
                at += 3;
            } else if kind == wire::STOPPED {
                self.step(now, Event::RunStopped { worker, run }, None);
                at += 3;
            } else {
                let value = payload().map_or(0.0, |payload| payload.value);
                // The row may have been given to another task since the value was asked for.
                if self.scheduler.run(task) == Some(run) {
                    let order = if kind == wire::VALUE {
                        wire::DELIVER
                    } else {
                        wire::UNDELIVERED
                    };
                    self.page.extend([order, task.0 as f64, value]);
                    if kind == wire::UNSENT {
                        self.step(now, Event::ValueUnsent { task }, None);
                    }
                }
                at += 3;
            }
        }
        true
    }

    /// Takes what is to be sent: the address of `[later, page words, …, workers, (worker, words, …) each]`, where `later` is
    /// the number of workers whose words can wait for the next ones, or for `hurry`.
    pub fn take(&mut self) -> usize {
        self.outbox.clear();
        self.outbox.extend([0.0, self.page.len() as f64]);
        self.page.pour(&mut self.outbox);
        self.outbox.push(self.addressed.len() as f64);
        for worker in self.addressed.drain(..) {
            let orders = &mut self.orders[worker as usize];
            orders.addressed = false;
            self.outbox.extend([f64::from(worker), orders.words.len() as f64]);
            orders.words.pour(&mut self.outbox);
        }
        let orders = &mut self.orders;
        self.patient.retain(|&worker| {
            let orders = &mut orders[worker as usize];
            orders.patient = !orders.words.is_empty();
            orders.patient
        });
        self.outbox[0] = self.patient.len() as f64;
        self.outbox.as_ptr() as usize
    }

    /// What could wait need not wait any more.
    pub fn hurry(&mut self) {
        for worker in std::mem::take(&mut self.patient) {
            let orders = &mut self.orders[worker as usize];
            orders.patient = false;
            if !orders.addressed {
                orders.addressed = true;
                self.addressed.push(worker);
            }
        }
    }
}

impl Engine {
    fn step(&mut self, now: f64, event: Event<'_>, payload: Option<Payload>) {
        self.scheduler.handle(now, event, &mut self.actions);
        self.perform(payload);
    }

    /// Reads results that are as good as numbers: where their record ends, if it can be read.
    fn report_numbers(&mut self, now: f64, worker: WorkerId, at: usize, length: usize) -> Option<usize> {
        const HEAD: usize = 3;
        const EACH: usize = 5;
        let (kind, count) = (*self.inbox.get(at + 1)?, *self.inbox.get(at + 2)?);
        let end = (count as usize).checked_mul(EACH)?.checked_add(at + HEAD)?;
        if end > length || !(0.0..=wire::TYPE_NUMBER).contains(&kind) || count.is_nan() {
            return None;
        }
        for at in (at + HEAD..end).step_by(EACH) {
            let &[task, run, start, duration, value] = self.inbox[at..].first_chunk::<EACH>()?;
            let task = TaskId(task as u32);
            let event = Event::TaskFinished {
                worker,
                task,
                run: RunId(run as u64),
                start,
                duration,
                bytes: wire::NUMBER_BYTES as u64,
                kind: kind as u8,
            };
            let in_word = true;
            self.step(now, event, Some(Payload { task, value, in_word }));
        }
        Some(end)
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
                Action::Drop { worker, run } => {
                    // Whatever else goes to that worker takes it along.
                    let orders = orders_of(&mut self.orders, worker);
                    orders.words.extend([wire::DROP, run.0 as f64]);
                    if !orders.patient && !orders.addressed {
                        orders.patient = true;
                        self.patient.push(worker.0);
                    }
                }
                Action::Put { worker, task, run } => {
                    self.order(worker, &[wire::PUT, f64::from(task.0), run.0 as f64]);
                }
                Action::Send { worker, task, run } => {
                    self.order(worker, &[wire::SEND, f64::from(task.0), run.0 as f64]);
                }
                Action::Settle {
                    task,
                    outcome: Outcome::Finished { bytes, kind },
                } => {
                    let (task_word, kind) = (f64::from(task.0), f64::from(kind));
                    match payload_of(task) {
                        Some(Payload {
                            value, in_word: true, ..
                        }) => {
                            self.page.join(&[wire::SETTLE_NUMBERS, kind], &[task_word, value]);
                        }
                        payload => {
                            let value = payload.map_or(0.0, |payload| payload.value);
                            self.page
                                .extend([wire::SETTLE_FINISHED, task_word, kind, bytes as f64, value]);
                        }
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
                    self.order(worker, &[wire::STOP, run.0 as f64, f64::from(firm)]);
                }
                Action::Gone { worker, gone } => self.order(worker, &[wire::GONE, f64::from(gone.0)]),
                Action::Fetch {
                    worker,
                    task,
                    run,
                    holder,
                } => {
                    let words = [wire::FETCH, f64::from(task.0), run.0 as f64, f64::from(holder.0)];
                    self.order(worker, &words);
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
                    discard_orders(&mut self.orders, worker);
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
        let has_inputs = self.scheduler.inputs(task, worker).next().is_some();
        if lone + timed == 0.0 && !has_inputs {
            let orders = address(&mut self.orders, &mut self.addressed, worker);
            let head = [wire::RUNS, f64::from(function.0), 0.0, 0.0];
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
        let flags = lone + timed + if asked.is_empty() { 0.0 } else { wire::ASKED };
        let orders = address(&mut self.orders, &mut self.addressed, worker);
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
        for (input, made_by, holder) in self.scheduler.inputs(task, worker) {
            let moves = holder != worker && self.scheduler.is_moved(input, holder);
            let from = if moves {
                -1.0 - f64::from(holder.0)
            } else {
                f64::from(holder.0)
            };
            orders.extend([f64::from(input.0), made_by.0 as f64, from, 0.0]);
        }
        let words = orders.len() - head - wire::RUN_HEAD as usize;
        orders.set(head + 6, words as f64 / wire::DEP_WORDS);
        for (input, made_by, holder) in asked {
            let takes = f64::from(self.scheduler.is_moved(input, holder));
            let asker = f64::from(worker.0);
            self.order(holder, &[wire::ASK, f64::from(input.0), made_by.0 as f64, asker, takes]);
        }
    }

    fn order(&mut self, worker: WorkerId, words: &[f64]) {
        address(&mut self.orders, &mut self.addressed, worker).extend(words.iter().copied());
    }
}

/// How many words a worker's record of that kind has.
fn record_words(kind: f64) -> Option<usize> {
    match kind {
        wire::FINISHED => Some(8),
        wire::ERRED => Some(5),
        wire::BEGAN => Some(4),
        wire::YIELDED | wire::FETCHED | wire::RESCHEDULED | wire::INPUTS_MISSING => Some(3),
        wire::MISSING | wire::STOPPED | wire::VALUE | wire::UNSENT => Some(3),
        wire::UNFETCHED | wire::SPILLED | wire::LINGERS | wire::LEFT => Some(3),
        _ => None,
    }
}

/// The words that wait for a worker; notes that it needs them at once.
fn address<'a>(orders: &'a mut Vec<Orders>, addressed: &mut Vec<u32>, worker: WorkerId) -> &'a mut Words {
    let orders = orders_of(orders, worker);
    if !orders.addressed {
        orders.addressed = true;
        addressed.push(worker.0);
    }
    &mut orders.words
}

/// Nothing more goes to a worker that is gone: its id is never used again, and what it needed for its words is given back.
fn discard_orders(orders: &mut [Orders], worker: WorkerId) {
    if let Some(orders) = orders.get_mut(worker.0 as usize) {
        orders.words = Words::default();
    }
}

fn orders_of(orders: &mut Vec<Orders>, worker: WorkerId) -> &mut Orders {
    let index = worker.0 as usize;
    if orders.len() <= index {
        orders.resize_with(index + 1, Orders::default);
    }
    &mut orders[index]
}
