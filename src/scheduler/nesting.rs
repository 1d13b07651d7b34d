//! Tasks that submit tasks: a run with a client of its own takes no place while it awaits, and its calls go before what its
//! own task goes before.

use super::Scheduler;
use super::event::{Dependency, Submission};
use super::task::{ClientId, RunId, State, WorkerId};

/// Where calls rank among what is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rank {
    /// The serial of the task that no task submitted: itself, or the one above all those that did.
    pub(super) root: u64,
    /// How many are above it. Deeper goes first, so that what was begun is ended before more is begun.
    pub(super) depth: u8,
    /// What its own priority is added to.
    pub(super) priority: i16,
}

/// The bits of a serial that rank.
pub(super) const ROOTS: u64 = (1 << 40) - 1;

impl Rank {
    /// As one number.
    pub(super) fn packed(self) -> u64 {
        u64::from(self.priority as u16) << 48 | u64::from(self.depth) << 40 | self.root & ROOTS
    }

    /// From that number.
    pub(super) fn unpacked(packed: u64) -> Rank {
        Rank {
            root: packed & ROOTS,
            depth: (packed >> 40) as u8,
            priority: (packed >> 48) as u16 as i16,
        }
    }
}

impl Scheduler {
    /// A run may await tasks that it submits itself: from now on it does not count among those under way while it awaits,
    /// or tasks deeper than there are places could never end. Others may be beside it, even if it is suspect.
    #[inline(never)]
    pub(super) fn on_run_nests(&mut self, worker: WorkerId, run: RunId) {
        let Some(row) = self.workers.get_mut(worker) else {
            return;
        };
        let Some(assignment) = row.runs.get_mut(run).filter(|given| !given.nests) else {
            return;
        };
        assignment.nests = true;
        let (yielded, solo) = (assignment.yielded, std::mem::take(&mut assignment.solo));
        row.yielded -= u32::from(yielded);
        row.nesting += u32::from(yielded);
        row.solo -= u32::from(solo);
        self.workers.note_idle(worker);
        self.workers.touch(worker);
    }

    /// A run submits calls. If it counts no more, neither do they: nobody is left who could want them, as the driver will
    /// say soon.
    #[inline(never)]
    pub(super) fn on_subtasks_submitted(
        &mut self,
        (worker, run): (WorkerId, RunId),
        client: ClientId,
        submissions: &[Submission],
        dependencies: &[Dependency],
    ) {
        let given = self.workers.get_mut(worker).and_then(|row| row.runs.get_mut(run));
        let above = given.map(|given| given.task);
        let above = above.filter(|&task| self.is_current(task, run, State::Processing));
        let rank = above.map(|task| {
            let Rank { root, depth, .. } = self.tasks.rank(task);
            Rank {
                root,
                depth: depth.saturating_add(1),
                priority: self.tasks[task].priority,
            }
        });
        self.submit(client, submissions, dependencies, rank);
    }
}
