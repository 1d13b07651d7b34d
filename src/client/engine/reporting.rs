//! What workers say, as words: read, and given to the scheduler.

use super::Engine;
use crate::scheduler::{Event, Finished, RunId, TaskId, WorkerId};
use crate::wire;
use wasm_bindgen::prelude::*;

/// What a result can be said to weigh: far more than any, and far less than what sums of them can hold.
const MOST_BYTES: f64 = (1_u64 << 48) as f64;

/// A value of the report being read, and which task it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Payload {
    pub(super) task: TaskId,
    /// 1 + its index.
    pub(super) value: f64,
}

/// The results of the report being read that are as good as numbers, and their values.
#[derive(Default)]
pub(super) struct Numbers {
    results: Vec<Finished>,
    values: Vec<f64>,
    /// How many have been told to the page, or are stale.
    told: usize,
}

impl Numbers {
    /// The value of a task, if it is among those that have not been told: they are told in their order.
    pub(super) fn value_of(&mut self, task: TaskId) -> Option<f64> {
        let rest = &self.results[self.told..];
        let place = self.told + rest.iter().position(|finished| finished.task == task)?;
        self.told = place + 1;
        Some(self.values[place])
    }

    fn clear(&mut self) {
        self.results.clear();
        self.values.clear();
        self.told = 0;
    }
}

#[wasm_bindgen(js_class = __WebfuturesEngine)]
impl Engine {
    /// Reads `length` words of one worker's report from the inbox. False if a record is none that a worker writes: nothing is
    /// read from there on.
    pub fn report(&mut self, now: f64, worker: u32, length: usize) -> bool {
        self.orders.hear();
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
                Some(Payload { task, value: values })
            };
            if kind == wire::FINISHED {
                let finished = Finished {
                    task,
                    run,
                    start: word(3),
                    duration: word(4),
                    // Sums of sizes must stay exact, whatever a worker says.
                    bytes: word(5).min(MOST_BYTES) as u64,
                    kind: word(6) as u8,
                };
                let payload = if word(7) == 1.0 { payload() } else { None };
                let results = &[finished];
                self.step(now, Event::TasksFinished { worker, results }, payload);
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
}

impl Engine {
    /// Reads results that are as good as numbers: where their record ends, if it can be read.
    fn report_numbers(&mut self, now: f64, worker: WorkerId, at: usize, length: usize) -> Option<usize> {
        const HEAD: usize = 3;
        const EACH: usize = wire::NUMBER_WORDS as usize;
        let (kind, count) = (*self.inbox.get(at + 1)?, *self.inbox.get(at + 2)?);
        let end = (count as usize).checked_mul(EACH)?.checked_add(at + HEAD)?;
        if end > length || !(0.0..=wire::TYPE_NUMBER).contains(&kind) || count.is_nan() {
            return None;
        }
        for words in self.inbox[at + HEAD..end].chunks_exact(EACH) {
            let &[task, run, start, duration, value] = words.first_chunk::<EACH>()?;
            let finished = Finished {
                task: TaskId(task as u32),
                run: RunId(run as u64),
                start,
                duration,
                bytes: wire::NUMBER_BYTES as u64,
                kind: kind as u8,
            };
            self.numbers.results.push(finished);
            self.numbers.values.push(value);
        }
        let results = &self.numbers.results;
        self.scheduler
            .handle(now, Event::TasksFinished { worker, results }, &mut self.actions);
        self.perform(None);
        self.numbers.clear();
        Some(end)
    }
}

/// How many words a worker's record of that kind has.
pub(super) fn record_words(kind: f64) -> Option<usize> {
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
