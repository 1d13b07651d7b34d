//! Copies on request.

use super::Scheduler;
use super::action::Action;
use super::task::{State, TaskId, WorkerId};

impl Scheduler {
    /// Has results copied into the workers that store least, until each lies in so many. Copies are counted when they
    /// arrive, so asking again at once may order some twice: a worker fetches what it has only once.
    pub(super) fn on_replicas_wanted(&mut self, tasks: &[TaskId], copies: u32) {
        for &task in tasks {
            let Some(row) = self.tasks.get(task).filter(|row| row.state == State::Memory) else {
                continue;
            };
            let run = row.run;
            let running = self.workers.running.iter().copied();
            let mut others: Vec<WorkerId> = running.filter(|worker| !row.holders.contains(worker)).collect();
            others.sort_by_key(|&worker| self.workers[worker].bytes);
            let missing = (copies as usize).saturating_sub(row.holders.len());
            for (turn, &worker) in others.iter().take(missing).enumerate() {
                let holder = row.holders[turn % row.holders.len()];
                self.actions.push(Action::Fetch {
                    worker,
                    task,
                    run,
                    holder,
                });
            }
        }
    }
}
