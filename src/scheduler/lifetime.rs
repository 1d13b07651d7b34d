//! Who still wants what: what becomes wanted is made, what nobody wants is dropped, what nothing needs is forgotten.

use super::Scheduler;
use super::action::Action;
use super::mutation::Mutation;
use super::task::{ClientId, SIDE_BY_SIDE, State, TaskId, WorkerId};

impl Scheduler {
    /// A client holds futures of these tasks. Of one that has ended it is told how.
    #[inline(never)]
    pub(super) fn on_handles_taken(&mut self, client: ClientId, tasks: &[TaskId]) {
        for &task in tasks {
            let news = !self.row(task).is_held();
            self.tasks[task].wishes |= client.wish();
            match self.tasks[task].state {
                State::Released => self.want(task),
                State::Memory if news => self.settle_finished(task),
                State::Erred if news => self.settle_erred(task),
                _ => {}
            }
        }
    }

    /// A client holds no future of these tasks any more. It may have lost its wish before: by cancelling them.
    #[inline(never)]
    pub(super) fn on_handles_dropped(&mut self, client: ClientId, tasks: &[TaskId]) {
        for &task in tasks {
            if self.row(task).wishes & client.wish() != 0 {
                let all = self.broken(Mutation::WishesAreByClient);
                self.tasks[task].wishes &= if all { 0 } else { !client.wish() };
                self.doubt(task);
            }
        }
    }

    /// Sees to it that a wanted task is under way, and what it needs upstream.
    pub(super) fn want(&mut self, task: TaskId) {
        self.wanted.push(task);
        self.make_wanted();
    }

    /// The same for everything on `self.wanted`.
    pub(super) fn make_wanted(&mut self) {
        while let Some(task) = self.wanted.pop() {
            let row = &self.tasks[task];
            if row.state != State::Released || !row.is_wanted() {
                continue;
            }
            if row.data && (row.kept || !row.sent) {
                self.put_somewhere(task);
            } else if row.data {
                // It cannot be made again: whoever needs it is told so.
                self.released_to_lost(task);
            } else if let Some(blame) = self.erred_input(task) {
                self.released_to_erred(task, blame);
            } else {
                self.released_to_waiting(task);
            }
        }
    }

    /// Notes a task that perhaps nobody wants any more; `reap` decides at the end of the step.
    pub(super) fn doubt(&mut self, task: TaskId) {
        self.doubted.push(task);
    }

    /// Releases every doubted task that nobody wants, and forgets it if nothing known depends on it; both make others
    /// doubtful, so this goes up whole graphs.
    pub(super) fn reap(&mut self) {
        let mut touched = 0;
        while let Some(task) = self.doubted.pop() {
            if touched == 0 && self.tokens.are_many() {
                touched = self.touch_doubted();
            }
            touched = touched.saturating_sub(1);
            let Some(row) = self.tasks.get(task) else { continue };
            let protected = row.is_wanted() && !self.broken(Mutation::WaitersProtectInputs);
            if protected || row.is_held() {
                continue;
            }
            let copying = row.copying;
            match row.state {
                State::Waiting => self.waiting_to_released(task),
                State::Queued => self.queued_to_released(task),
                State::NoWorker => self.no_worker_to_released(task),
                State::Processing => self.processing_to_released(task),
                State::Memory => self.memory_to_released(task),
                State::Released | State::Erred | State::Forgotten => {}
            }
            self.tasks[task].asked = false;
            if copying {
                self.end_copying(task);
            }
            if self.tasks[task].dependents.is_empty() {
                match self.tasks[task].state {
                    State::Erred => self.erred_to_forgotten(task),
                    _ => self.released_to_forgotten(task),
                }
            }
        }
    }

    /// Touches the tokens of those that are doubted next; says how many.
    fn touch_doubted(&self) -> usize {
        let next = &self.doubted[self.doubted.len().saturating_sub(SIDE_BY_SIDE)..];
        self.tokens.touch_of(next);
        next.len()
    }

    /// A task that is no more under way needs its inputs no more.
    pub(super) fn let_go_of_inputs(&mut self, task: TaskId) {
        for index in 0..self.tasks[task].inputs.len() {
            let input = self.tasks[task].inputs[index].task;
            let row = &mut self.tasks[input];
            row.waiters -= 1;
            if row.waiters == 0 {
                if !row.is_held() {
                    self.doubt(input);
                } else {
                    self.end_move(input);
                    if !self.workers.retired.is_empty() {
                        self.trim(input);
                    }
                }
            }
        }
    }

    /// Cuts a task out of the graph and frees its row.
    pub(super) fn forget(&mut self, task: TaskId) {
        let of_graph = !self.tasks[task].inputs.is_empty();
        while let Some(input) = self.tasks.unlink_last(task) {
            let row = &self.tasks[input];
            if row.dependents.is_empty() && !row.is_wanted() {
                self.doubt(input);
            }
        }
        if self.tasks[task].pure {
            self.tokens.remove(task);
        }
        self.forget_kept(task);
        if self.is_actor(task) {
            self.actors.retain(|&actor| actor != task);
        }
        self.tasks.remove(task);
        if of_graph && self.tasks.are_many() {
            self.tasks.touch_before(task);
        }
        self.actions.push(Action::Forget { task });
    }

    /// Notes that a result lies in a worker.
    pub(super) fn add_holder(&mut self, task: TaskId, holder: WorkerId) {
        let row = &mut self.tasks[task];
        row.holders.push(holder);
        let worker = &mut self.workers[holder];
        worker.results += 1;
        worker.bytes += row.bytes;
        if worker.memory_limit > 0 {
            self.weigh(holder);
        }
    }

    /// Has a worker drop a result.
    pub(super) fn remove_holder(&mut self, task: TaskId, worker: WorkerId) {
        let row = &mut self.tasks[task];
        row.holders.retain(|holder| *holder != worker);
        let (run, copying) = (row.run, row.copying);
        let holder = &mut self.workers[worker];
        holder.results -= 1;
        holder.bytes -= row.bytes;
        if holder.memory_limit > 0 {
            self.weigh(worker);
        }
        self.actions.push(Action::Drop { worker, run });
        if copying {
            self.copy_from_others(task, worker);
        }
    }

    /// Has the least busy holder send the result to the page: one in the middle of a long task cannot answer.
    pub(super) fn send(&mut self, task: TaskId) {
        let row = &mut self.tasks[task];
        row.asked = true;
        let (run, holders) = (row.run, row.holders.iter().copied());
        let worker = holders.min_by_key(|&holder| self.workers[holder].backlog(self.now));
        self.actions
            .extend(worker.map(|worker| Action::Send { worker, task, run }));
    }

    /// What an erred input blames, if there is one.
    pub(super) fn erred_input(&self, task: TaskId) -> Option<TaskId> {
        let inputs = self.tasks[task].inputs.iter().map(|edge| &self.tasks[edge.task]);
        inputs
            .filter(|row| row.state == State::Erred)
            .map(|row| row.blame())
            .next()
    }
}
