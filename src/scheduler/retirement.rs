//! Workers that shall end: what they alone hold moves to others, and once they run nothing and hold nothing they are gone.

use super::Scheduler;
use super::action::Action;
use super::task::{Holders, State, TaskId, WorkerId};

impl Scheduler {
    /// A worker shall end: what waits for room there waits elsewhere, copies that others hold too are dropped, and what it
    /// alone holds is fetched by others.
    #[inline(never)]
    pub(super) fn on_worker_retired(&mut self, worker: WorkerId) {
        if self.workers.get(worker).is_none_or(|row| row.retired) {
            return;
        }
        self.workers.retire(worker);
        self.copy_nothing_to(worker);
        self.leave_running(worker);
        for task in self.has_what(worker).collect::<Vec<_>>() {
            self.trim(task);
        }
        self.evacuate_retired();
        self.copy_all();
    }

    /// A worker is no longer among those that get work: what waited for it waits elsewhere.
    pub(super) fn leave_running(&mut self, worker: WorkerId) {
        self.review_levels();
        self.review_lanes();
        self.empty_queue(worker);
        if self.workers.running.is_empty() {
            while let Some(task) = self.ready.pop(&self.tasks) {
                self.queued_to_no_worker(task);
            }
        }
    }

    /// Has a running worker fetch a result that only retired ones hold. If that one dies, or retires too, another is asked;
    /// what cannot be moved keeps its worker until nobody wants it any more.
    pub(super) fn evacuate(&mut self, task: TaskId) {
        let row = &self.tasks[task];
        if self.is_actor(task)
            || row.state != State::Memory
            || row.holders.iter().any(|&holder| !self.workers[holder].retired)
        {
            return;
        }
        let (run, holder) = (row.run, row.holders[0]);
        if let Some(worker) = self.least_filled(task) {
            self.actions.push(Action::Fetch {
                worker,
                task,
                run,
                holder,
            });
        }
    }

    /// The same for everything that only retired workers hold: those that were to fetch it may be gone, or be there only now.
    pub(super) fn evacuate_retired(&mut self) {
        for index in 0..self.workers.retired.len() {
            for task in self.has_what(self.workers.retired[index]).collect::<Vec<_>>() {
                self.evacuate(task);
            }
        }
    }

    /// Drops the copies that retired workers hold of a result that others hold too. Only while no dependent is under
    /// way: its worker may have been told to fetch from there.
    pub(super) fn trim(&mut self, task: TaskId) {
        let Scheduler { tasks, workers, .. } = self;
        let row = &tasks[task];
        let (leaving, staying): (Holders, Holders) = row.holders.iter().copied().partition(|&id| workers[id].retired);
        if row.waiters > 0 || staying.is_empty() || leaving.is_empty() {
            return;
        }
        let asked = row.asked;
        for worker in leaving {
            self.remove_holder(task, worker);
        }
        if asked {
            // It may have been asked of one that ends before it answers.
            self.send(task);
        }
    }

    /// Terminates the retired workers that run nothing and hold nothing. As long as a run that counts no more may still
    /// fetch from another worker, none is: it would wait for an answer for ever.
    pub(super) fn dismiss(&mut self) {
        for index in (0..self.workers.retired.len()).rev() {
            let worker = self.workers.retired[index];
            let row = &self.workers[worker];
            if row.runs.len() == 0 && row.results == 0 && self.workers.orphans == 0 {
                let _ = self.workers.remove(worker);
                self.actions.push(Action::Terminate { worker });
                // Somebody may still want a copy from there.
                self.tell_gone(worker);
            }
        }
    }
}
