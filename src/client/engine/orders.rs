//! What waits to be sent to the workers: words for each, and who needs theirs at once.
//!
//! Runs for a worker that has several are held back until the page has heard what it has been told by then: if something takes
//! results one by one and submits as many, they go in one message instead of one each.

use super::words::Words;
use crate::scheduler::WorkerId;
use crate::wire;

/// How often more holding runs back may be no use, because nothing joins them, than it saves messages, until they are not held
/// back for a while.
pub(super) const TRIES: u32 = 16;
/// So many times, then.
pub(super) const STRAIGHT: u32 = 256;

/// The words for all workers that have not been taken.
#[derive(Default)]
pub(super) struct Orders {
    /// By worker.
    rows: Vec<Row>,
    /// The workers that need their words, first those whose runs are held back.
    addressed: Vec<u32>,
    /// How many those are, and whether anything has been heard since the first of them was.
    held: usize,
    news: bool,
    /// The workers that have only words that can wait.
    patient: Vec<u32>,
    /// How many times runs are not to be held back from now on.
    straight: u32,
    /// How often more holding them back has been no use than it has saved messages.
    useless: u32,
}

/// What waits for one worker.
#[derive(Default)]
struct Row {
    words: Words,
    /// How many runs are among them.
    runs: u32,
    /// Whether anything is that must not be held back.
    pressing: bool,
    /// Whether the worker is listed as addressed, or as patient.
    addressed: bool,
    patient: bool,
}

impl Orders {
    /// The words for a worker, to which those of a run are to be added.
    pub(super) fn run(&mut self, worker: WorkerId) -> &mut Words {
        let row = self.address(worker);
        row.runs += 1;
        &mut row.words
    }

    /// Adds an order for a worker that is no run.
    pub(super) fn order(&mut self, worker: WorkerId, words: &[f64]) {
        let row = self.address(worker);
        row.pressing = true;
        row.words.extend(words.iter().copied());
    }

    /// Adds that a worker may drop a result: whatever else goes there takes it along.
    pub(super) fn drop(&mut self, worker: WorkerId, run: f64) {
        let row = row_of(&mut self.rows, worker);
        row.words.extend([wire::DROP, run]);
        if !row.patient && !row.addressed {
            row.patient = true;
            self.patient.push(worker.0);
        }
    }

    /// A worker has reported something.
    pub(super) fn hear(&mut self) {
        self.news = true;
    }

    /// What could wait need not wait any more.
    pub(super) fn hurry(&mut self) {
        for worker in self.patient.drain(..) {
            let row = &mut self.rows[worker as usize];
            row.patient = false;
            row.pressing = true;
            if !row.addressed {
                row.addressed = true;
                self.addressed.push(worker);
            }
        }
    }

    /// Moves what workers need to the end of `into`, as `[workers, (worker, words, …) each]`. Runs stay if `may_wait` says so of
    /// their worker and their number. Returns how many workers have words that can wait, and how many have runs that are to be
    /// taken with `pour_held` soon.
    pub(super) fn pour(&mut self, into: &mut Vec<f64>, may_wait: impl Fn(WorkerId, u32) -> bool) -> (usize, usize) {
        let count = into.len();
        into.push(0.0);
        let (rows, straight) = (&mut self.rows, &mut self.straight);
        self.addressed.retain(|&worker| {
            let row = &mut rows[worker as usize];
            if !row.pressing && may_wait(WorkerId(worker), row.runs) {
                if *straight == 0 {
                    return true;
                }
                *straight -= 1;
            }
            into[count] += 1.0;
            into.extend([f64::from(worker), row.words.len() as f64]);
            row.words.pour(into);
            (row.runs, row.pressing, row.addressed) = (0, false, false);
            false
        });
        self.patient.retain(|&worker| {
            let row = &mut rows[worker as usize];
            row.patient = !row.words.is_empty();
            row.patient
        });
        self.news &= self.held > 0;
        self.held = self.addressed.len();
        (self.patient.len(), self.held)
    }

    /// The same with the runs that were held back, unless others may join them yet: some engines let other messages pass.
    pub(super) fn pour_held(
        &mut self,
        into: &mut Vec<f64>,
        may_wait: impl Fn(WorkerId, u32) -> bool,
    ) -> (usize, usize) {
        let held = &self.addressed[..self.held];
        let runs: u32 = held.iter().map(|&worker| self.rows[worker as usize].runs).sum();
        let saved = runs.saturating_sub(held.len() as u32);
        if saved > 0 {
            self.useless = self.useless.saturating_sub(saved);
        } else if !held.is_empty() {
            self.useless += 1;
            if self.useless == TRIES {
                (self.useless, self.straight) = (0, STRAIGHT);
            } else if std::mem::take(&mut self.news) {
                return self.pour(into, may_wait);
            }
        }
        self.pour(into, |_, _| false)
    }

    /// Nothing more goes to a worker that is gone: its id is never used again, and what it needed for its words is given back.
    pub(super) fn discard(&mut self, worker: WorkerId) {
        if let Some(row) = self.rows.get_mut(worker.0 as usize) {
            row.words = Words::default();
            row.runs = 0;
        }
    }

    /// For how many words of a worker there is room.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn room(&self, worker: usize) -> usize {
        self.rows[worker].words.room()
    }

    fn address(&mut self, worker: WorkerId) -> &mut Row {
        let row = row_of(&mut self.rows, worker);
        if !row.addressed {
            row.addressed = true;
            self.addressed.push(worker.0);
        }
        row
    }
}

fn row_of(rows: &mut Vec<Row>, worker: WorkerId) -> &mut Row {
    let index = worker.0 as usize;
    if rows.len() <= index {
        rows.resize_with(index + 1, Row::default);
    }
    &mut rows[index]
}
