//! Futures inside of what is shared by name: a pseudo-client of its own holds them, so that they outlive who put them there.

use super::Scheduler;
use super::action::Action;
use super::coordination::{Answer, Ask, Asker, Coordination, Effect, Holder, RequestId};
use super::maps::{ById, Numbers};
use super::task::{ClientId, State, TaskId};

/// Whose wish keeps the futures. No other client is called so.
const KEEPER: ClientId = ClientId(62);

/// What is shared by name, and the futures in it.
#[derive(Debug, Default)]
pub(super) struct Shared {
    things: Coordination,
    /// The tasks whose futures are in an item: only of items that have some.
    contents: ById<RequestId, Vec<TaskId>>,
    /// In how many items each task is.
    kept: Numbers,
    effects: Vec<Effect>,
}

impl Scheduler {
    /// Somebody asks something of a thing of that name; `futures` are in the value that comes along, if one does.
    #[inline(never)]
    pub(super) fn on_asked(&mut self, asker: Asker, name: &str, ask: Ask, futures: &[TaskId]) {
        if !futures.is_empty() {
            for &task in futures {
                self.keep(task);
            }
            self.shared
                .contents
                .get_or_insert_with(asker.request, || futures.to_vec());
        }
        let Shared { things, effects, .. } = &mut self.shared;
        things.ask(asker, name, ask, effects);
        self.take_effect();
    }

    /// Somebody waits no longer for an answer.
    #[inline(never)]
    pub(super) fn on_withdrawn(&mut self, request: RequestId) {
        let Shared { things, effects, .. } = &mut self.shared;
        things.withdraw(request, effects);
        self.take_effect();
    }

    /// Somebody who may have asked is gone.
    #[inline(never)]
    pub(super) fn on_holder_left(&mut self, holder: Holder) {
        let Shared { things, effects, .. } = &mut self.shared;
        if !things.is_empty() {
            things.holder_left(holder, effects);
            self.take_effect();
        }
    }

    /// A task is gone: it is in nothing any more.
    pub(super) fn forget_kept(&mut self, task: TaskId) {
        if !self.shared.kept.is_empty() && self.shared.kept.remove(u64::from(task.0)).is_some() {
            for tasks in self.shared.contents.values_mut() {
                tasks.retain(|kept| *kept != task);
            }
        }
    }

    /// Names of the published datasets.
    pub fn datasets(&self) -> impl Iterator<Item = &str> {
        self.shared.things.datasets()
    }

    /// Checks every invariant of what is shared.
    ///
    /// # Panics
    /// If one does not hold.
    pub(super) fn check_shared(&self) {
        let Shared {
            things,
            contents,
            kept,
            effects,
        } = &self.shared;
        assert!(effects.is_empty(), "an effect is left");
        things.validate();
        let items: Vec<RequestId> = things.items().collect();
        let known = contents.iter().all(|(item, _)| items.contains(&item));
        assert!(known, "the futures of an item are kept that is gone");
        let mut counted = Numbers::default();
        for &task in contents.iter().flat_map(|(_, tasks)| tasks) {
            counted.add(u64::from(task.0));
        }
        assert_eq!(*kept, counted, "tasks in items");
        let wished = |task| self.tasks.get(task).is_some_and(|row| row.wishes & KEEPER.wish() != 0);
        for (task, row) in self.tasks.iter() {
            let is_kept = kept.get(u64::from(task.0)).is_some() && !row.cancelled;
            assert_eq!(is_kept, wished(task), "{} is kept, or is not", self.key(task));
        }
    }

    fn keep(&mut self, task: TaskId) {
        self.shared.kept.add(u64::from(task.0));
        self.wish_for(task, KEEPER);
    }

    /// A client wants a task that somebody holds, unless that was given up.
    fn wish_for(&mut self, task: TaskId, client: ClientId) {
        if self.tasks.get(task).is_some_and(|row| !row.cancelled) {
            self.tasks[task].wishes |= client.wish();
            if self.tasks[task].state == State::Released {
                self.want(task);
            }
        }
    }

    fn take_effect(&mut self) {
        let mut effects = std::mem::take(&mut self.shared.effects);
        for effect in effects.drain(..) {
            match effect {
                Effect::Answer(asker, answer) => {
                    if let Answer::Item(item) = answer {
                        for task in self.shared.contents.get(item).cloned().unwrap_or_default() {
                            self.wish_for(task, asker.client);
                        }
                    }
                    let request = asker.request;
                    self.actions.push(Action::Answer { request, answer });
                }
                Effect::Discard(item) => {
                    self.actions.push(Action::Discard { item });
                    for task in self.shared.contents.remove(item).unwrap_or_default() {
                        self.unkeep(task);
                    }
                }
            }
        }
        self.shared.effects = effects;
    }

    fn unkeep(&mut self, task: TaskId) {
        let kept = &mut self.shared.kept;
        let Some(items) = kept.get(u64::from(task.0)) else {
            return;
        };
        if items > 1 {
            kept.insert(u64::from(task.0), items - 1);
        } else {
            kept.remove(u64::from(task.0));
            self.tasks[task].wishes &= !KEEPER.wish();
            self.doubt(task);
        }
    }
}
