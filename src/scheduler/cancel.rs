//! Giving tasks up: what only one client wants, and what depends on it.

use super::Scheduler;
use super::action::{Action, Outcome};
use super::mutation::Mutation;
use super::task::{ClientId, TaskId};

impl Scheduler {
    /// A client gives tasks up. One that somebody else wishes only loses this client's wish, unless `force` is on.
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
        given_up.sort_unstable_by_key(|&task| std::cmp::Reverse(self.tasks[task].serial));
        for &task in &given_up {
            self.tasks[task].marked = false;
            if self.tasks[task].is_held() {
                self.give_up(task, blame);
            }
        }
        // The last one noted is the first to be judged: again dependents first.
        for task in given_up.into_iter().rev() {
            self.doubt(task);
        }
    }

    fn give_up(&mut self, task: TaskId, blame: TaskId) {
        let row = &mut self.tasks[task];
        row.wishes = 0;
        row.asked = false;
        row.cancelled = true;
        let pure = row.pure;
        if pure && !self.broken(Mutation::CancelledCallsAreNotShared) {
            self.tokens.remove(task, &self.tasks);
        }
        let outcome = Outcome::Cancelled { blame };
        self.actions.push(Action::Settle { task, outcome });
    }
}
