//! Evening out what the workers store, on request: which results move, and where.

use super::Scheduler;
use super::sorting::sorted;
use super::task::{State, TaskId, WorkerId};

impl Scheduler {
    /// Moves results from the workers that store most to those that store least, the largest that even it out first. What
    /// several workers hold, what is needed by something under way, and what is being copied stays.
    #[inline(never)]
    pub(super) fn on_rebalance_wanted(&mut self, tasks: &[TaskId]) {
        let mut stored: Vec<(u64, WorkerId)> = self
            .workers
            .running
            .iter()
            .map(|&worker| (self.workers[worker].bytes, worker))
            .collect();
        if stored.len() < 2 {
            return;
        }
        let mean = stored.iter().map(|(bytes, _)| bytes).sum::<u64>() / stored.len() as u64;
        let all: Vec<TaskId>;
        let tasks = if tasks.is_empty() {
            all = self.tasks.iter().map(|(task, _)| task).collect();
            &all
        } else {
            tasks
        };
        let movable = tasks
            .iter()
            .copied()
            .filter(|&task| self.is_movable(task, mean) && !self.is_actor(task));
        // Named twice, a task stands beside itself.
        let keys = movable.map(|task| (u64::MAX - self.tasks[task].bytes, task.0));
        let mut movable = sorted(keys.collect());
        movable.dedup();
        for task in movable.into_iter().map(|(_, task)| TaskId(task)) {
            let row = &self.tasks[task];
            let (bytes, holder) = (row.bytes, row.holders[0]);
            let Some(from) = stored.iter().position(|&(_, worker)| worker == holder) else {
                continue;
            };
            let receivers = (0..stored.len()).filter(|&to| {
                let worker = stored[to].1;
                // Not beyond the mean, or what was moved would have to move on.
                to != from
                    && stored[to].0 + bytes <= mean.max(stored[from].0 - bytes)
                    && self.workers[worker].has_room_for(bytes)
                    && self.may_hold(task, worker)
            });
            let Some(to) = receivers
                .min_by_key(|&to| stored[to].0)
                .filter(|_| stored[from].0 > mean)
            else {
                continue;
            };
            stored[from].0 -= bytes;
            stored[to].0 += bytes;
            self.order_move(task, holder, stored[to].1);
        }
    }

    fn is_movable(&self, task: TaskId, mean: u64) -> bool {
        self.tasks.get(task).is_some_and(|row| {
            row.state == State::Memory
                && row.bytes > 0
                && row.waiters == 0
                && !row.copying
                && row.worker == WorkerId::NONE
                && matches!(row.holders[..], [holder] if self.workers[holder].bytes > mean)
        })
    }
}
