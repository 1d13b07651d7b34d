//! What waits to be sent to the workers: words for each, and who needs theirs at once.

use super::words::Words;
use crate::scheduler::WorkerId;
use crate::wire;

/// The words for all workers that have not been taken.
#[derive(Default)]
pub(super) struct Orders {
    /// By worker.
    rows: Vec<Row>,
    /// The workers that need their words.
    addressed: Vec<u32>,
    /// The workers that have only words that can wait.
    patient: Vec<u32>,
}

/// What waits for one worker.
#[derive(Default)]
struct Row {
    words: Words,
    /// Whether the worker is listed as addressed, or as patient.
    addressed: bool,
    patient: bool,
}

impl Orders {
    /// The words for a worker, to which some are to be added that it needs.
    pub(super) fn words(&mut self, worker: WorkerId) -> &mut Words {
        let row = row_of(&mut self.rows, worker);
        if !row.addressed {
            row.addressed = true;
            self.addressed.push(worker.0);
        }
        &mut row.words
    }

    /// Adds words that a worker needs.
    pub(super) fn order(&mut self, worker: WorkerId, words: &[f64]) {
        self.words(worker).extend(words.iter().copied());
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

    /// What could wait need not wait any more.
    pub(super) fn hurry(&mut self) {
        for worker in self.patient.drain(..) {
            let row = &mut self.rows[worker as usize];
            row.patient = false;
            if !row.addressed {
                row.addressed = true;
                self.addressed.push(worker);
            }
        }
    }

    /// Moves what workers need to the end of `into`, as `[workers, (worker, words, …) each]`; returns how many workers have
    /// words that can wait.
    pub(super) fn pour(&mut self, into: &mut Vec<f64>) -> usize {
        into.push(self.addressed.len() as f64);
        for worker in self.addressed.drain(..) {
            let row = &mut self.rows[worker as usize];
            row.addressed = false;
            into.extend([f64::from(worker), row.words.len() as f64]);
            row.words.pour(into);
        }
        let rows = &mut self.rows;
        self.patient.retain(|&worker| {
            let row = &mut rows[worker as usize];
            row.patient = !row.words.is_empty();
            row.patient
        });
        self.patient.len()
    }

    /// Nothing more goes to a worker that is gone: its id is never used again, and what it needed for its words is given back.
    pub(super) fn discard(&mut self, worker: WorkerId) {
        if let Some(row) = self.rows.get_mut(worker.0 as usize) {
            row.words = Words::default();
        }
    }

    /// For how many words of a worker there is room.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn room(&self, worker: usize) -> usize {
        self.rows[worker].words.room()
    }
}

fn row_of(rows: &mut Vec<Row>, worker: WorkerId) -> &mut Row {
    let index = worker.0 as usize;
    if rows.len() <= index {
        rows.resize_with(index + 1, Row::default);
    }
    &mut rows[index]
}
