//! What was measured: how long the calls of a function take, and how long a word to a worker and back.

use super::task::FunctionId;

/// Runs of a function that its mean remembers. Many, because a coarse clock says 0 for most short runs.
const MEMORY: f64 = 48.0;
/// Microseconds that a task costs even if the clock saw none: taking it off the message, storing and reporting.
const LEAST: u32 = 2;
/// Microseconds assumed of a function that never ran: long enough to be worth moving some data.
const UNKNOWN: u32 = 100_000;
/// Bounds of a believable round trip, in milliseconds.
const ROUND_TRIPS: (f64, f64) = (0.02, 20.0);
/// A round trip counts as so many times what was expected at most.
const GROWTH: f64 = 4.0;

/// What is known of one function.
#[derive(Debug)]
pub(super) struct Function {
    /// The prefix of its tasks' keys.
    pub(super) name: Box<str>,
    /// Runs measured so far.
    pub(super) samples: u64,
    /// Whether some run gave its slot back while it awaited.
    pub(super) yields: bool,
    mean: f64,
}

impl Function {
    /// Learns that a run computed for so many milliseconds.
    pub(super) fn measure(&mut self, duration: f64) {
        self.samples += 1;
        self.mean += (duration.max(0.0) - self.mean) / MEMORY.min(self.samples as f64);
    }

    /// Whether it ever ran.
    pub(super) fn is_known(&self) -> bool {
        self.samples > 0
    }

    /// Estimated microseconds of a run.
    pub(super) fn cost(&self) -> u32 {
        if self.is_known() {
            ((self.mean * 1e3) as u32).max(LEAST)
        } else {
            UNKNOWN
        }
    }
}

/// All functions, by id.
#[derive(Debug, Default)]
pub(super) struct Functions {
    rows: Vec<Function>,
}

impl Functions {
    /// The next function.
    pub(super) fn define(&mut self, name: &str) {
        self.rows.push(Function {
            name: name.into(),
            samples: 0,
            yields: false,
            mean: 0.0,
        });
    }

    /// Functions defined.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes on the heap.
    pub(super) fn memory_bytes(&self) -> usize {
        self.rows.capacity() * size_of::<Function>() + self.rows.iter().map(|row| row.name.len()).sum::<usize>()
    }
}

impl std::ops::Index<FunctionId> for Functions {
    type Output = Function;

    fn index(&self, function: FunctionId) -> &Function {
        &self.rows[function.0 as usize]
    }
}

impl std::ops::IndexMut<FunctionId> for Functions {
    fn index_mut(&mut self, function: FunctionId) -> &mut Function {
        &mut self.rows[function.0 as usize]
    }
}

/// How long it takes from handing a dry worker a task until its report is here, without the task itself.
#[derive(Debug)]
pub(super) struct RoundTrip {
    milliseconds: f64,
}

impl RoundTrip {
    /// A guess to begin with.
    pub(super) fn new() -> RoundTrip {
        RoundTrip { milliseconds: 0.2 }
    }

    /// Learns one round trip in milliseconds. It falls faster than it grows, and grows step by step: one that was slow says
    /// little about the next.
    pub(super) fn measure(&mut self, milliseconds: f64) {
        let most = ROUND_TRIPS.1.min(GROWTH * self.milliseconds);
        // `clamp` can fail, and would tell of floats as text: a tenth of the wasm.
        let sample = milliseconds.min(most).max(ROUND_TRIPS.0);
        let weight = if sample > self.milliseconds { 0.25 } else { 0.5 };
        self.milliseconds += (sample - self.milliseconds) * weight;
    }

    /// Learns how old the report of a task longer than a round trip was when it came. Workers that never run dry have
    /// no round trip to measure, so without this one taken while the page was busy would stand for ever.
    pub(super) fn measure_report(&mut self, duration: f64, age: f64) {
        let sample = (2.0 * age).clamp(ROUND_TRIPS.0, ROUND_TRIPS.1);
        if duration > self.milliseconds && sample < self.milliseconds {
            self.milliseconds += (sample - self.milliseconds) / 8.0;
        }
    }

    /// The estimate in microseconds.
    pub(super) fn micros(&self) -> u64 {
        (self.milliseconds * 1e3) as u64
    }
}
