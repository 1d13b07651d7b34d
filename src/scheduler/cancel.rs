//! Giving tasks up: what only one client wants, and what depends on it; or all there are.

use super::Scheduler;
use super::action::{Action, Outcome};
use super::mutation::Mutation;
use super::sorting::sorted;
use super::task::{ClientId, TaskId, WorkerId};

impl Scheduler {
    /// A client gives tasks up. One that somebody else wishes only loses this client's wish, unless `force` is on.
    #[inline(never)]
    pub(super) fn on_tasks_cancelled(&mut self, client: ClientId, tasks: &[TaskId], force: bool) {
        for &task in tasks {
            let Some(row) = self.tasks.get(task) else { continue };
            if force || row.wishes & !client.wish() == 0 {
                self.cancel(client, task, force);
            } else {
                self.tasks[task].wishes &= !client.wish();
            }
        }
    }

    /// Every task is given up, whoever wishes it, dependents first, and every worker is ended.
    #[inline(never)]
    pub(super) fn on_restarted(&mut self) {
        let rows = self.tasks.iter().filter(|(_, row)| row.is_held());
        let held = sorted(rows.map(|(task, row)| (row.serial, task.0)).collect());
        for &(_, task) in held.iter().rev() {
            self.give_up(TaskId(task), Outcome::Restarted);
        }
        // The last one noted is the first to be judged: again dependents first.
        self.doubted.extend(held.into_iter().map(|(_, task)| TaskId(task)));
        self.reap();
        let workers: Vec<WorkerId> = self.workers.iter().map(|(id, _)| id).collect();
        for worker in workers {
            self.actions.push(Action::Terminate { worker });
            self.on_worker_died(worker, None, false);
        }
    }

    /// Everything that depends on the task and that no other client wishes loses its wishes, dependents first. What a
    /// wish of another client still needs goes on; `reap` sees to the rest.
    fn cancel(&mut self, client: ClientId, blame: TaskId, force: bool) {
        let mut given_up = vec![blame];
        self.tasks[blame].marked = true;
        let mut index = 0;
        while index < given_up.len() {
            for edge in 0..self.tasks[given_up[index]].dependents.len() {
                let dependent = self.tasks[given_up[index]].dependents[edge].task;
                let row = &mut self.tasks[dependent];
                if !row.marked && (force || row.wishes & !client.wish() == 0) {
                    row.marked = true;
                    given_up.push(dependent);
                }
            }
            index += 1;
        }
        // A dependent is always younger than its inputs.
        let given_up = sorted(given_up.iter().map(|&task| (self.tasks[task].serial, task.0)).collect());
        for &(_, task) in given_up.iter().rev() {
            let task = TaskId(task);
            self.tasks[task].marked = false;
            if self.tasks[task].is_held() {
                self.give_up(task, Outcome::Cancelled { blame });
            }
        }
        // The last one noted is the first to be judged: again dependents first.
        for (_, task) in given_up {
            self.doubt(TaskId(task));
        }
    }

    fn give_up(&mut self, task: TaskId, outcome: Outcome) {
        let row = &mut self.tasks[task];
        row.wishes = 0;
        row.asked = false;
        row.cancelled = true;
        let pure = row.pure;
        if pure && !self.broken(Mutation::CancelledCallsAreNotShared) {
            self.tokens.remove(task);
        }
        self.actions.push(Action::Settle { task, outcome });
    }
}
