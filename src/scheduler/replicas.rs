//! Copies on request: a wish that lasts as long as the result is wanted, through deaths and arrivals of workers.

use smallvec::SmallVec;

use super::Scheduler;
use super::action::Action;
use super::maps::ById;
use super::sorting::sorted;
use super::task::{RunId, State, TaskId, WorkerId};

/// The wishes of all tasks whose rows say `copying`: few.
pub(super) type Copying = ById<TaskId, Wish>;

/// What more is wanted of a result than that it lies somewhere.
#[derive(Debug, Default)]
pub(super) struct Wish {
    /// In how many workers it shall lie.
    copies: u32,
    /// Copies under way: who was told to fetch one, and from whom.
    ordered: SmallVec<[(WorkerId, WorkerId); 2]>,
    /// Workers that could not fetch it.
    refused: SmallVec<[WorkerId; 2]>,
    /// A holder that need not keep it once the copy is there.
    leaves: Option<WorkerId>,
}

impl Scheduler {
    /// Has results copied into the workers that store least, until each lies in so many.
    #[inline(never)]
    pub(super) fn on_replicas_wanted(&mut self, tasks: &[TaskId], copies: u32) {
        for &task in tasks {
            if self.may_be_copied(task) {
                self.copying_of(task).copies = copies;
                self.copy(task);
            } else {
                self.actions.push(Action::Copied { task });
            }
        }
    }

    /// Has one worker fetch a result, and another let go of it afterwards.
    pub(super) fn order_move(&mut self, task: TaskId, from: WorkerId, to: WorkerId) {
        self.copying_of(task).leaves = Some(from);
        self.order_copy(task, from, to);
    }

    /// Orders the copies that are missing; tells the page if there is nothing to wait for.
    pub(super) fn copy(&mut self, task: TaskId) {
        let row = &self.tasks[task];
        let Some(wish) = self.copying.get(task).filter(|_| !row.holders.is_empty()) else {
            return;
        };
        let is_ordered = |worker| wish.ordered.iter().any(|&(to, _)| to == worker);
        let running = self.workers.running.iter().copied();
        let holders = row.holders.iter().filter(|&&holder| !self.workers[holder].retired);
        let missing = (wish.copies as usize).saturating_sub(holders.count() + wish.ordered.len());
        let mut others: Vec<WorkerId> = Vec::new();
        if missing > 0 {
            let suited = running.filter(|worker| {
                !row.holders.contains(worker)
                    && !is_ordered(*worker)
                    && !wish.refused.contains(worker)
                    && self.workers[*worker].has_room_for(row.bytes)
                    && self.may_hold(task, *worker)
            });
            let suited: Vec<WorkerId> = suited.collect();
            // Of equals the one that joined first.
            let keys = suited
                .iter()
                .zip(0..)
                .map(|(&id, place)| (self.workers[id].bytes, place));
            let first = sorted(keys.collect()).into_iter().take(missing);
            others.extend(first.map(|(_, place)| suited[place as usize]));
        }
        let holders = row.holders.clone();
        let settled = wish.ordered.is_empty() && others.is_empty();
        for (turn, &worker) in others.iter().enumerate() {
            self.order_copy(task, holders[turn % holders.len()], worker);
        }
        if settled {
            self.actions.push(Action::Copied { task });
        }
    }

    /// Workers came or went: copies may be missing that can be had.
    pub(super) fn copy_all(&mut self) {
        let tasks: Vec<TaskId> = self.copying.iter().map(|(task, _)| task).collect();
        for task in tasks {
            self.copy(task);
        }
    }

    /// A copy that was ordered has arrived, or some other.
    #[inline(never)]
    pub(super) fn on_copied(&mut self, task: TaskId, worker: WorkerId) {
        let Some(wish) = self.copying.get_mut(task) else {
            return;
        };
        let before = wish.ordered.len();
        wish.ordered.retain(|&mut (to, _)| to != worker);
        let leaves = wish.leaves.take_if(|_| before > wish.ordered.len());
        if let Some(source) = leaves {
            self.leave(task, source);
        }
        self.copied(task);
    }

    /// A copy that was ordered does not arrive.
    #[inline(never)]
    pub(super) fn on_data_unfetched(&mut self, worker: WorkerId, task: TaskId, run: RunId) {
        if !self.is_current(task, run, State::Memory) {
            return;
        }
        let Some(wish) = self.copying.get_mut(task) else {
            return;
        };
        wish.ordered.retain(|&mut (to, _)| to != worker);
        wish.refused.push(worker);
        wish.leaves = None;
        self.copied(task);
    }

    /// A worker that copies may come from has the result no more: they come from others.
    pub(super) fn copy_from_others(&mut self, task: TaskId, source: WorkerId) {
        let Some(wish) = self.copying.get_mut(task) else {
            return;
        };
        let before = wish.ordered.len();
        wish.ordered.retain(|&mut (_, from)| from != source);
        if wish.ordered.len() < before {
            wish.leaves = None;
            self.copied(task);
        }
    }

    /// A worker retires: whatever it fetches does not count.
    pub(super) fn copy_nothing_to(&mut self, retired: WorkerId) {
        for wish in self.copying.values_mut() {
            let before = wish.ordered.len();
            wish.ordered.retain(|&mut (to, _)| to != retired);
            if wish.ordered.len() < before {
                wish.leaves = None;
            }
        }
    }

    /// A worker is dead: no copy comes from there or arrives there.
    pub(super) fn copy_without(&mut self, gone: WorkerId) {
        for wish in self.copying.values_mut() {
            let before = wish.ordered.len();
            wish.ordered.retain(|&mut (to, from)| to != gone && from != gone);
            wish.refused.retain(|refused| *refused != gone);
            if wish.ordered.len() < before || wish.leaves == Some(gone) {
                wish.leaves = None;
            }
        }
    }

    /// The result is lost: if it is made again, it is copied again.
    pub(super) fn stop_copying(&mut self, task: TaskId) {
        if let Some(wish) = self.copying.get_mut(task) {
            wish.ordered.clear();
            wish.refused.clear();
            wish.leaves = None;
        }
    }

    /// Nobody wants the result, or it will not come.
    pub(super) fn end_copying(&mut self, task: TaskId) {
        self.tasks[task].copying = false;
        self.copying.remove(task);
        self.actions.push(Action::Copied { task });
    }

    /// Whether a copy may lie there: data stays in the places that it was given.
    pub(super) fn may_hold(&self, task: TaskId, worker: WorkerId) -> bool {
        !self.tasks[task].data || self.may_run(task, worker)
    }

    /// What must hold of the wishes, for `validate`.
    pub(super) fn check_copying(&self) {
        for (task, wish) in self.copying.iter() {
            let row = self.row(task);
            assert!(row.copying && row.is_wanted(), "{task:?} is copied for nobody");
            assert!(
                wish.ordered.is_empty() || row.state == State::Memory,
                "copies of what is not there"
            );
            for (to, from) in &wish.ordered {
                assert!(
                    self.workers.get(*to).is_some() && self.workers.get(*from).is_some(),
                    "a copy from or for the dead"
                );
                assert!(!row.holders.contains(to), "a copy for a worker that has it");
                assert!(row.holders.contains(from), "a copy from a worker that has none");
            }
        }
        let rows = self.tasks.iter().filter(|(_, row)| row.copying).count();
        assert_eq!(rows, self.copying.len(), "rows that are copied");
    }

    fn copied(&mut self, task: TaskId) {
        self.copy(task);
        // A move is done with; a wish for copies lasts.
        if self
            .copying
            .get(task)
            .is_some_and(|wish| wish.copies <= 1 && wish.ordered.is_empty())
        {
            self.tasks[task].copying = false;
            self.copying.remove(task);
        }
    }

    fn may_be_copied(&self, task: TaskId) -> bool {
        self.tasks
            .get(task)
            .is_some_and(|row| row.is_wanted() && row.state != State::Erred && !self.is_actor(task))
    }

    fn copying_of(&mut self, task: TaskId) -> &mut Wish {
        self.tasks[task].copying = true;
        self.copying.get_or_insert_with(task, Wish::default)
    }

    fn order_copy(&mut self, task: TaskId, holder: WorkerId, worker: WorkerId) {
        let run = self.tasks[task].run;
        self.copying_of(task).ordered.push((worker, holder));
        self.actions.push(Action::Fetch {
            worker,
            task,
            run,
            holder,
        });
    }
}
