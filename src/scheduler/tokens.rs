//! Pure calls, found by their token.

use super::task::{Task, TaskId};

/// Tokens of a table that no longer fits into a fast cache.
const MANY: usize = 1 << 15;
/// Tokens of a chunk.
const CHUNK: usize = 1024;
/// Slots of the smallest table.
const FEWEST: usize = 16;

/// Pure calls by token. The tokens are beside the rows, most of whose readers need none. A part of each is in the table, so that
/// growing does not read the others, which lie all over the memory.
///
/// A table of its own, since a lookup waits for one line of a cache here, and what is looked up next can be read ahead without
/// a branch that depends on it: tables that keep their hashes apart wait for two, one after the other.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// None, or a power of two of which three quarters are taken at most. Every entry lies in the slot that its token begins
    /// with, or behind it with no free one between.
    slots: Vec<Slot>,
    taken: usize,
    /// By task, in halves, the low one first; those of impure calls mean nothing. In chunks, which are as long as they are or empty:
    /// growing never copies them.
    chunks: Vec<Vec<[u64; 2]>>,
}

/// What a token begins with, and its task.
#[derive(Debug, Clone, Copy)]
struct Slot {
    part: u32,
    task: TaskId,
}

impl Slot {
    const FREE: Slot = Slot {
        part: 0,
        task: TaskId(u32::MAX),
    };

    fn is_free(self) -> bool {
        self.task == Slot::FREE.task
    }
}

impl Tokens {
    /// The known task of that token.
    pub(super) fn find(&self, token: u128) -> Option<TaskId> {
        let halves = halves(token);
        let part = part(halves);
        let place = self.place(part, |task| self.halves(task) == halves)?;
        Some(self.slots[place].task)
    }

    /// The token of a task that has one.
    pub(super) fn of(&self, task: TaskId) -> u128 {
        let [low, high] = self.halves(task);
        u128::from(low) | u128::from(high) << 64
    }

    /// Whether what is looked up is worth being touched before.
    pub(super) fn are_many(&self) -> bool {
        self.taken >= MANY
    }

    /// Reads where these tokens lie or will lie. The memory fetches what is read here side by side; lookups that have other
    /// work between them would wait for it one by one.
    pub(super) fn touch(&self, tokens: impl Iterator<Item = u128>) {
        self.touch_slots(tokens.map(halves));
    }

    /// The same for tasks, not all of which need to have a token.
    pub(super) fn touch_of(&self, tasks: &[TaskId]) {
        let chunk = |task: &TaskId| self.chunks.get(task.0 as usize / CHUNK);
        let halves = tasks
            .iter()
            .filter_map(|task| chunk(task)?.get(task.0 as usize % CHUNK));
        self.touch_slots(halves.copied());
    }

    fn touch_slots(&self, tokens: impl Iterator<Item = [u64; 2]>) {
        let slots = tokens.map(|halves| self.slots[self.home(part(halves))]);
        std::hint::black_box(slots.fold(0, |sum: u32, slot| sum.wrapping_add(slot.part)));
    }

    /// Names a task that has no name yet.
    pub(super) fn insert(&mut self, token: u128, task: TaskId, row: &mut Task) {
        row.pure = true;
        let (chunk, place) = (task.0 as usize / CHUNK, task.0 as usize % CHUNK);
        if self.chunks.len() <= chunk {
            self.chunks.resize_with(chunk + 1, Vec::new);
        }
        if self.chunks[chunk].is_empty() {
            self.chunks[chunk] = vec![[0; 2]; CHUNK];
        }
        self.chunks[chunk][place] = halves(token);
        if (self.taken + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        self.taken += 1;
        self.put(Slot {
            part: part(halves(token)),
            task,
        });
    }

    /// Forgets the name of a task that has one.
    pub(super) fn remove(&mut self, task: TaskId) {
        let part = part(self.halves(task));
        let Some(mut hole) = self.place(part, |other| other == task) else {
            return;
        };
        self.taken -= 1;
        // What lies behind it moves up, if it is not where it belongs.
        let last = self.slots.len() - 1;
        let mut place = hole;
        loop {
            place = (place + 1) & last;
            let slot = self.slots[place];
            if slot.is_free() {
                break;
            }
            let (from_home, from_hole) = (place.wrapping_sub(self.home(slot.part)), place.wrapping_sub(hole));
            if from_home & last >= from_hole & last {
                self.slots[hole] = slot;
                hole = place;
            }
        }
        self.slots[hole] = Slot::FREE;
    }

    /// Named tasks.
    pub(super) fn len(&self) -> usize {
        self.taken
    }

    /// Bytes on the heap.
    pub(super) fn memory_bytes(&self) -> usize {
        let chunks = self.chunks.iter().map(Vec::capacity).sum::<usize>() * size_of::<[u64; 2]>();
        self.slots.capacity() * size_of::<Slot>() + self.chunks.capacity() * size_of::<Vec<[u64; 2]>>() + chunks
    }

    fn halves(&self, task: TaskId) -> [u64; 2] {
        self.chunks[task.0 as usize / CHUNK][task.0 as usize % CHUNK]
    }

    /// Where the entry of that beginning lies whose task is the one that is looked for.
    fn place(&self, part: u32, is_it: impl Fn(TaskId) -> bool) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut place = self.home(part);
        loop {
            let slot = self.slots[place];
            if slot.is_free() {
                return None;
            }
            if slot.part == part && is_it(slot.task) {
                return Some(place);
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
    }

    /// The slot that a token of that beginning has if it is free.
    fn home(&self, part: u32) -> usize {
        part as usize & (self.slots.len() - 1)
    }

    fn put(&mut self, slot: Slot) {
        let mut place = self.home(slot.part);
        while !self.slots[place].is_free() {
            place = (place + 1) & (self.slots.len() - 1);
        }
        self.slots[place] = slot;
    }

    #[cold]
    fn grow(&mut self) {
        let slots = (self.slots.len() * 2).max(FEWEST);
        let old = std::mem::replace(&mut self.slots, vec![Slot::FREE; slots]);
        for slot in old.into_iter().filter(|slot| !slot.is_free()) {
            self.put(slot);
        }
    }
}

/// What a token begins with: as good as any hash.
fn part(token: [u64; 2]) -> u32 {
    token[0] as u32
}

/// Low half first.
fn halves(token: u128) -> [u64; 2] {
    [token as u64, (token >> 64) as u64]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::task::{FunctionId, TaskId, Tasks};
    use super::{MANY, Tokens};

    /// Tokens of few beginnings, the last ones of a table among them, so that many want the same slots, and some those at the end.
    fn crowded(number: u64) -> u128 {
        let begins = [0, 1, 2, 15, u32::MAX - 1, u32::MAX][number as usize % 6];
        u128::from(begins) | u128::from(number) << 64
    }

    fn check(tokens: &Tokens, model: &BTreeMap<u128, TaskId>, candidates: impl Iterator<Item = u128>) {
        assert_eq!(tokens.len(), model.len());
        for token in candidates {
            assert_eq!(tokens.find(token), model.get(&token).copied(), "{token:x}");
        }
        for (&token, &task) in model {
            assert_eq!(tokens.of(task), token);
        }
    }

    #[test]
    fn a_call_is_found_until_it_is_forgotten_whatever_wants_its_slot() {
        let (mut tasks, mut tokens) = (Tasks::default(), Tokens::default());
        let (mut model, mut state) = (BTreeMap::new(), 1_u64);
        for _ in 0..5_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let token = crowded((state >> 33) % 60);
            if let Some(task) = model.remove(&token) {
                tokens.remove(task);
                tasks.remove(task);
            } else {
                let task = tasks.create(FunctionId(0));
                tokens.insert(token, task, &mut tasks[task]);
                model.insert(token, task);
            }
            check(&tokens, &model, (0..60).map(crowded));
        }
    }

    #[test]
    fn tables_grow_and_what_is_touched_need_not_be_there() {
        let (mut tasks, mut tokens) = (Tasks::default(), Tokens::default());
        let token = |number: u64| u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut model = BTreeMap::new();
        for number in 0..MANY as u64 {
            assert!(!tokens.are_many());
            let task = tasks.create(FunctionId(0));
            tokens.insert(token(number), task, &mut tasks[task]);
            model.insert(token(number), task);
        }
        assert!(tokens.are_many());
        check(&tokens, &model, (0..2 * MANY as u64).map(token));
        let unnamed: Vec<TaskId> = (0..5_000).map(|_| tasks.create(FunctionId(0))).collect();
        tokens.touch_of(&unnamed);
        tokens.touch([0, u128::MAX].into_iter());
        check(&tokens, &model, (0..2 * MANY as u64).map(token));
    }
}
