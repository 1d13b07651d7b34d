//! Async runs that were stopped and may go on for all that: they take no slot, but if one falls into an endless loop, nothing
//! else can run there any more, and its worker is ended.

use super::Scheduler;
use super::action::Action;
use super::task::{RunId, WorkerId};

/// Milliseconds of silence that nothing explains but code that nobody waits for.
const STUCK: f64 = 1_000.0;
/// The same if others await there: what they go on with may take long, too.
const PERHAPS_STUCK: f64 = 10_000.0;
/// Milliseconds of silence of a worker without work, after which it is taken to be gone.
const GONE: f64 = 5_000.0;

impl Scheduler {
    /// A run that was stopped awaits something, and may go on.
    #[inline(never)]
    pub(super) fn on_run_lingers(&mut self, worker: WorkerId) {
        let Some(row) = self.workers.get_mut(worker) else {
            return;
        };
        row.lingering += 1;
        if row.lingering == 1 {
            self.actions.push(Action::Watch { worker, on: true });
        }
    }

    /// One of those has ended.
    #[inline(never)]
    pub(super) fn on_run_left(&mut self, worker: WorkerId) {
        let Some(row) = self.workers.get_mut(worker) else {
            return;
        };
        row.lingering = row.lingering.saturating_sub(1);
        if row.lingering == 0 {
            self.actions.push(Action::Watch { worker, on: false });
        }
    }

    /// A worker has not answered for so long. While runs linger there it says of every other that it begins: so if none has
    /// begun, it is one of those that computes.
    #[inline(never)]
    pub(super) fn on_worker_silent(&mut self, worker: WorkerId, silence: f64) {
        let Some(row) = self.workers.get(worker) else { return };
        if row.lingering == 0 {
            // Watched because nothing else tells that it is gone. One that computes does not answer either.
            if row.runs.len() == 0 && silence >= GONE {
                self.end_silent(worker);
            }
            return;
        }
        let computing = row.runs.iter().any(|given| given.began && !given.yielded);
        let awaiting = row.runs.iter().any(|given| given.yielded);
        if !computing && silence >= if awaiting { PERHAPS_STUCK } else { STUCK } {
            self.end_silent(worker);
        }
    }

    fn end_silent(&mut self, worker: WorkerId) {
        self.actions.push(Action::Terminate { worker });
        self.on_worker_died(worker, None, false);
    }

    /// Notes that a run has begun.
    pub(super) fn note_beginning(&mut self, worker: WorkerId, run: RunId) -> bool {
        let given = self.workers.get_mut(worker).and_then(|row| row.runs.get_mut(run));
        given.map(|given| given.began = true).is_some()
    }
}
