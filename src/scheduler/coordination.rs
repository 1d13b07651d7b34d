//! Named things that clients and tasks share: semaphores (a lock is one with a single lease), events, variables, queues and
//! published datasets. Who asked first is served first; what a holder has returns when it is gone.
//!
//! Values stay with the driver: here each is an item, named by the request that brought it.

use std::collections::VecDeque;

use super::maps::ByName;
use super::sorting::sorted;
use super::task::ClientId;

/// Something that was asked. Never used again; it also names the lease or the value that comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// A client of the page or of a task, which asks, and loses what it has when it is gone: a number of the driver's that is never
/// used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Holder(pub u32);

/// Who asked, for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// Names the question.
    pub request: RequestId,
    /// Who loses it by being gone.
    pub holder: Holder,
    /// Who gets the futures that are in the answer.
    pub client: ClientId,
}

/// What is asked of the thing of that name. Items are named by the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// One of so many leases of a semaphore; `Done` when there is one.
    Acquire {
        /// How many there are.
        leases: u32,
    },
    /// Gives a lease back: `Done`.
    Release {
        /// The request that got it.
        lease: RequestId,
    },
    /// How many leases are taken: `Number`.
    Taken,
    /// Sets an event: `Done`.
    Set,
    /// Unsets it: `Done`.
    Clear,
    /// Waits until it is set: `Done`.
    Await,
    /// Whether it is: `Number`.
    IsSet,
    /// Gives a variable a value: `Done`.
    Assign,
    /// Waits until it has one: `Item`.
    Read,
    /// Takes the value away: `Done`.
    Delete,
    /// Adds to a queue when there is room: `Done`.
    Put {
        /// How many it may have; 0 if whoever asks has no opinion.
        most: u32,
    },
    /// Takes the first out of a queue when there is one: `Item`.
    Get {
        /// As for `Put`.
        most: u32,
    },
    /// Takes so many out when they are there, all that there are if it is 0: an `Item` each, then `Done`.
    GetMany {
        /// How many.
        count: u32,
    },
    /// How many are in a queue: `Number`.
    Size,
    /// Empties a queue and ends it: `Done`. Who waits there is refused.
    Close,
    /// Publishes a dataset: `Done`.
    Publish {
        /// Whether it may take the place of another.
        replace: bool,
    },
    /// A published dataset: `Item`.
    Dataset,
    /// Takes it back: `Done`.
    Unpublish,
}

/// What is answered to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// This value. What is taken out of a queue is discarded next.
    Item(RequestId),
    /// So many.
    Number(u64),
    /// It cannot be.
    Refused(Refusal),
}

/// Why something cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// That lease was given back already.
    NotHeld,
    /// The thing has so many leases, or so much room, and not as many as was said.
    Limit(u32),
    /// The queue was closed.
    Closed,
    /// There is such a dataset already.
    Exists,
    /// There is no such thing.
    Unknown,
}

/// What follows from something asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Somebody is answered. An item's futures become theirs.
    Answer(Asker, Answer),
    /// Nobody has that item any more.
    Discard(RequestId),
}

#[derive(Debug)]
struct Semaphore {
    leases: u32,
    held: Vec<(RequestId, Holder)>,
    waiting: VecDeque<Asker>,
}

#[derive(Debug, Default)]
struct Flag {
    set: bool,
    waiting: Vec<Asker>,
}

#[derive(Debug, Default)]
struct Variable {
    item: Option<RequestId>,
    waiting: Vec<Asker>,
}

#[derive(Debug, Default)]
struct Line {
    /// How many items it may have; 0 if there is no limit.
    most: u32,
    items: VecDeque<RequestId>,
    /// Those that wait for room, with their items.
    putters: VecDeque<Asker>,
    /// Those that wait for items, and for how many; one alone is none of many.
    getters: VecDeque<(Asker, Option<u32>)>,
}

/// All of them, by name.
#[derive(Debug, Default)]
pub(super) struct Coordination {
    semaphores: ByName<Semaphore>,
    flags: ByName<Flag>,
    variables: ByName<Variable>,
    lines: ByName<Line>,
    datasets: ByName<RequestId>,
}

impl Coordination {
    /// Somebody asks something of the thing of that name.
    pub(super) fn ask(&mut self, asker: Asker, name: &str, ask: Ask, effects: &mut Vec<Effect>) {
        let answer = match ask {
            Ask::Acquire { leases } => return self.acquire(asker, name, leases, effects),
            Ask::Release { lease } => self.release(name, lease, effects),
            Ask::Taken => Answer::Number(self.semaphores.get(name).map_or(0, |it| it.held.len() as u64)),
            Ask::Set => self.set(name, effects),
            Ask::Clear => {
                if let Some(flag) = self.flags.get_mut(name) {
                    flag.set = false;
                }
                self.tidy(name);
                Answer::Done
            }
            Ask::Await => match self.flags.get_or_insert_with(name, Flag::default) {
                flag if flag.set => Answer::Done,
                flag => return flag.waiting.push(asker),
            },
            Ask::IsSet => Answer::Number(u64::from(self.flags.get(name).is_some_and(|flag| flag.set))),
            Ask::Assign => self.assign(asker, name, effects),
            Ask::Read => match self.variables.get_or_insert_with(name, Variable::default) {
                Variable { item: Some(item), .. } => Answer::Item(*item),
                variable => return variable.waiting.push(asker),
            },
            Ask::Delete => {
                if let Some(item) = self.variables.get_mut(name).and_then(|variable| variable.item.take()) {
                    effects.push(Effect::Discard(item));
                }
                self.tidy(name);
                Answer::Done
            }
            Ask::Put { most } => return self.join_line(asker, name, most, true, None, effects),
            Ask::Get { most } => return self.join_line(asker, name, most, false, None, effects),
            Ask::GetMany { count } => return self.join_line(asker, name, 0, false, Some(count), effects),
            Ask::Size => Answer::Number(self.lines.get(name).map_or(0, |line| line.items.len() as u64)),
            Ask::Close => {
                if let Some(line) = self.lines.remove(name) {
                    line.end(effects);
                }
                Answer::Done
            }
            Ask::Publish { replace } => self.publish(asker, name, replace, effects),
            Ask::Dataset => self.datasets.get(name).map_or(UNKNOWN, |&item| Answer::Item(item)),
            Ask::Unpublish => self.datasets.remove(name).map_or(UNKNOWN, |item| {
                effects.push(Effect::Discard(item));
                Answer::Done
            }),
        };
        effects.push(Effect::Answer(asker, answer));
    }

    /// Somebody waits no longer for an answer.
    pub(super) fn withdraw(&mut self, request: RequestId, effects: &mut Vec<Effect>) {
        self.dismiss(&|asker| asker.request == request, &|_| false, effects);
    }

    /// Somebody is gone: it waits no longer, and the leases it has return.
    pub(super) fn holder_left(&mut self, holder: Holder, effects: &mut Vec<Effect>) {
        self.dismiss(&|asker| asker.holder == holder, &|of| of == holder, effects);
    }

    /// Whether nothing at all was ever asked, or nothing is left of it.
    pub(super) fn is_empty(&self) -> bool {
        self.semaphores.is_empty()
            && self.flags.is_empty()
            && self.variables.is_empty()
            && self.lines.is_empty()
            && self.datasets.is_empty()
    }

    /// Names of the published datasets.
    pub(super) fn datasets(&self) -> impl Iterator<Item = &str> {
        self.datasets.iter().map(|(name, _)| name)
    }

    /// Every item there is.
    pub(super) fn items(&self) -> impl Iterator<Item = RequestId> {
        let lines = self.lines.iter().flat_map(|(_, line)| {
            let waiting = line.putters.iter().map(|asker| asker.request);
            line.items.iter().copied().chain(waiting)
        });
        let variables = self.variables.iter().filter_map(|(_, variable)| variable.item);
        lines
            .chain(variables)
            .chain(self.datasets.iter().map(|(_, item)| *item))
    }

    /// Checks every invariant.
    ///
    /// # Panics
    /// If one does not hold.
    pub(super) fn validate(&self) {
        for (name, semaphore) in self.semaphores.iter() {
            let (held, leases) = (semaphore.held.len(), semaphore.leases as usize);
            assert!(held <= leases, "semaphore {name} is overbooked");
            assert!(held > 0, "semaphore {name} is kept for nothing");
            assert!(
                semaphore.waiting.is_empty() || held == leases,
                "semaphore {name} has a lease, and somebody waits"
            );
        }
        for (name, flag) in self.flags.iter() {
            assert_ne!(
                flag.set,
                !flag.waiting.is_empty(),
                "event {name} is kept for nothing, or waited for while set"
            );
        }
        for (name, variable) in self.variables.iter() {
            let waits = !variable.waiting.is_empty();
            assert_ne!(
                variable.item.is_some(),
                waits,
                "variable {name} is kept for nothing, or waited for while set"
            );
        }
        for (name, line) in self.lines.iter() {
            assert!(
                line.has_room() || line.items.len() == line.most as usize,
                "queue {name} is too long"
            );
            assert!(
                line.putters.is_empty() || !line.has_room(),
                "queue {name} has room, and somebody waits"
            );
            assert!(!line.serves_first(), "queue {name} has what somebody waits for");
        }
        let items: Vec<(u64, u32)> = self.items().map(|item| (item.0, 0)).collect();
        let items = sorted(items);
        assert!(items.is_sorted_by(|a, b| a < b), "an item is in two places: {items:?}");
    }

    fn acquire(&mut self, asker: Asker, name: &str, leases: u32, effects: &mut Vec<Effect>) {
        let semaphore = self.semaphores.get_or_insert_with(name, || Semaphore {
            leases,
            held: Vec::new(),
            waiting: VecDeque::new(),
        });
        if semaphore.leases != leases {
            let refusal = Refusal::Limit(semaphore.leases);
            effects.push(Effect::Answer(asker, Answer::Refused(refusal)));
        } else {
            semaphore.waiting.push_back(asker);
            semaphore.serve(effects);
        }
    }

    fn release(&mut self, name: &str, lease: RequestId, effects: &mut Vec<Effect>) -> Answer {
        let semaphore = self.semaphores.get_mut(name);
        let place = |it: &Semaphore| it.held.iter().position(|&(held, _)| held == lease);
        let Some((semaphore, place)) = semaphore.and_then(|it| place(it).map(|place| (it, place))) else {
            return Answer::Refused(Refusal::NotHeld);
        };
        semaphore.held.remove(place);
        semaphore.serve(effects);
        self.tidy(name);
        Answer::Done
    }

    fn set(&mut self, name: &str, effects: &mut Vec<Effect>) -> Answer {
        let flag = self.flags.get_or_insert_with(name, Flag::default);
        flag.set = true;
        let waiting = flag.waiting.drain(..);
        effects.extend(waiting.map(|asker| Effect::Answer(asker, Answer::Done)));
        Answer::Done
    }

    fn assign(&mut self, asker: Asker, name: &str, effects: &mut Vec<Effect>) -> Answer {
        let variable = self.variables.get_or_insert_with(name, Variable::default);
        let item = asker.request;
        effects.extend(variable.item.replace(item).map(Effect::Discard));
        let waiting = variable.waiting.drain(..);
        effects.extend(waiting.map(|asker| Effect::Answer(asker, Answer::Item(item))));
        Answer::Done
    }

    fn join_line(
        &mut self,
        asker: Asker,
        name: &str,
        most: u32,
        puts: bool,
        count: Option<u32>,
        effects: &mut Vec<Effect>,
    ) {
        let line = self.lines.get_or_insert_with(name, Line::default);
        if most > 0 && line.most > 0 && most != line.most {
            let refusal = Refusal::Limit(line.most);
            effects.push(Effect::Answer(asker, Answer::Refused(refusal)));
            if puts {
                effects.push(Effect::Discard(asker.request));
            }
            return;
        }
        if line.most == 0 && (line.items.len() <= most as usize || most == 0) {
            line.most = most;
        }
        match (puts, count) {
            (true, _) => line.putters.push_back(asker),
            // Those that wait for one were before.
            (false, Some(0)) => line.give_all(asker, effects),
            (false, count) => line.getters.push_back((asker, count)),
        }
        line.serve(effects);
    }

    fn publish(&mut self, asker: Asker, name: &str, replace: bool, effects: &mut Vec<Effect>) -> Answer {
        match self.datasets.get_mut(name) {
            Some(_) if !replace => {
                effects.push(Effect::Discard(asker.request));
                return Answer::Refused(Refusal::Exists);
            }
            Some(item) => effects.push(Effect::Discard(std::mem::replace(item, asker.request))),
            None => drop(self.datasets.get_or_insert_with(name, || asker.request)),
        }
        Answer::Done
    }

    /// Takes away the requests and leases that are meant, and serves those behind them.
    fn dismiss(&mut self, waits: &dyn Fn(&Asker) -> bool, holds: &dyn Fn(Holder) -> bool, effects: &mut Vec<Effect>) {
        self.semaphores.retain(|semaphore| {
            semaphore.waiting.retain(|asker| !waits(asker));
            semaphore.held.retain(|&(_, holder)| !holds(holder));
            semaphore.serve(effects);
            !semaphore.held.is_empty()
        });
        self.flags.retain(|flag| {
            flag.waiting.retain(|asker| !waits(asker));
            flag.set || !flag.waiting.is_empty()
        });
        self.variables.retain(|variable| {
            variable.waiting.retain(|asker| !waits(asker));
            variable.item.is_some() || !variable.waiting.is_empty()
        });
        for line in self.lines.values_mut() {
            line.getters.retain(|(asker, _)| !waits(asker));
            line.putters.retain(|asker| {
                let gone = waits(asker);
                if gone {
                    effects.push(Effect::Discard(asker.request));
                }
                !gone
            });
            line.serve(effects);
        }
    }

    /// Forgets what is as if it had never been.
    fn tidy(&mut self, name: &str) {
        if self.semaphores.get(name).is_some_and(|it| it.held.is_empty()) {
            self.semaphores.remove(name);
        }
        if self.flags.get(name).is_some_and(|it| !it.set && it.waiting.is_empty()) {
            self.flags.remove(name);
        }
        if self
            .variables
            .get(name)
            .is_some_and(|it| it.item.is_none() && it.waiting.is_empty())
        {
            self.variables.remove(name);
        }
    }
}

const UNKNOWN: Answer = Answer::Refused(Refusal::Unknown);

impl Semaphore {
    fn serve(&mut self, effects: &mut Vec<Effect>) {
        while self.held.len() < self.leases as usize
            && let Some(asker) = self.waiting.pop_front()
        {
            self.held.push((asker.request, asker.holder));
            effects.push(Effect::Answer(asker, Answer::Done));
        }
    }
}

impl Line {
    fn has_room(&self) -> bool {
        self.most == 0 || self.items.len() < self.most as usize
    }

    /// Whether there is what the first getter waits for, what waits for room included.
    fn serves_first(&self) -> bool {
        let available = self.items.len() + self.putters.len();
        let first = self.getters.front();
        first.is_some_and(|&(_, count)| available >= count.map_or(1, |count| count as usize))
    }

    fn serve(&mut self, effects: &mut Vec<Effect>) {
        self.refill(effects);
        while self.serves_first()
            && let Some((asker, count)) = self.getters.pop_front()
        {
            for _ in 0..count.unwrap_or(1) {
                self.give(asker, effects);
            }
            if count.is_some() {
                effects.push(Effect::Answer(asker, Answer::Done));
            }
        }
    }

    fn give_all(&mut self, asker: Asker, effects: &mut Vec<Effect>) {
        if self.getters.is_empty() {
            for _ in 0..self.items.len() {
                self.give(asker, effects);
            }
        }
        effects.push(Effect::Answer(asker, Answer::Done));
    }

    /// Gives the first item away; whoever waits for room gets it.
    fn give(&mut self, asker: Asker, effects: &mut Vec<Effect>) {
        self.refill(effects);
        if let Some(item) = self.items.pop_front() {
            effects.push(Effect::Answer(asker, Answer::Item(item)));
            effects.push(Effect::Discard(item));
        }
        self.refill(effects);
    }

    fn refill(&mut self, effects: &mut Vec<Effect>) {
        while self.has_room()
            && let Some(asker) = self.putters.pop_front()
        {
            self.items.push_back(asker.request);
            effects.push(Effect::Answer(asker, Answer::Done));
        }
    }

    fn end(self, effects: &mut Vec<Effect>) {
        let closed = Answer::Refused(Refusal::Closed);
        let getters = self.getters.iter().map(|(asker, _)| asker);
        effects.extend(getters.chain(&self.putters).map(|&asker| Effect::Answer(asker, closed)));
        let waiting = self.putters.iter().map(|asker| asker.request);
        effects.extend(self.items.iter().copied().chain(waiting).map(Effect::Discard));
    }
}
