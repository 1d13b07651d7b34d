//! Keys and ids: names are made when somebody looks, and pure calls are found by their token.

use hashbrown::HashTable;

use super::Scheduler;
use super::task::{Task, TaskId};

/// Tokens of a table that no longer fits into a fast cache.
const MANY: usize = 1 << 15;
/// What is read side by side, before it is needed, where little is in a cache.
pub(super) const SIDE_BY_SIDE: usize = 16;

/// Pure calls by token. The tokens are beside the rows, most of whose readers need none. A part of each is in the table, so that
/// growing does not read the others, which lie all over the memory.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    table: HashTable<(u32, TaskId)>,
    /// By task, in halves, the low one first; those of impure calls mean nothing. In chunks, which are as long as they are or empty:
    /// growing never copies them.
    chunks: Vec<Vec<[u64; 2]>>,
}

/// Tokens of a chunk.
const CHUNK: usize = 1024;

impl Tokens {
    /// The known task of that token.
    pub(super) fn find(&self, token: u128) -> Option<TaskId> {
        let halves = halves(token);
        let part = part(halves);
        let equal = |&(other, task): &(u32, TaskId)| other == part && self.halves(task) == halves;
        self.table.find(spread(part), equal).map(|&(_, task)| task)
    }

    /// The token of a task that has one.
    pub(super) fn of(&self, task: TaskId) -> u128 {
        let [low, high] = self.halves(task);
        u128::from(low) | u128::from(high) << 64
    }

    /// Whether what is looked up is worth being touched before.
    pub(super) fn are_many(&self) -> bool {
        self.table.len() >= MANY
    }

    /// Reads where these tokens lie or will lie. The memory fetches what is read here side by side; lookups that have other
    /// work between them would wait for it one by one.
    pub(super) fn touch(&self, tokens: impl Iterator<Item = u128>) {
        for token in tokens {
            let part = part(halves(token));
            let found = self.table.find(spread(part), |&(other, _)| other == part);
            std::hint::black_box(found);
        }
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
        let part = part(halves(token));
        self.table
            .insert_unique(spread(part), (part, task), |&(part, _)| spread(part));
    }

    /// Forgets the name of a task that has one.
    pub(super) fn remove(&mut self, task: TaskId) {
        let part = part(self.halves(task));
        if let Ok(entry) = self.table.find_entry(spread(part), |&(_, other)| other == task) {
            entry.remove();
        }
    }

    fn halves(&self, task: TaskId) -> [u64; 2] {
        self.chunks[task.0 as usize / CHUNK][task.0 as usize % CHUNK]
    }

    /// Named tasks.
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// Bytes on the heap: an entry and a control byte for every bucket, and the chunks.
    pub(super) fn memory_bytes(&self) -> usize {
        let chunks = self.chunks.iter().map(Vec::capacity).sum::<usize>() * size_of::<[u64; 2]>();
        self.table.allocation_size() + self.chunks.capacity() * size_of::<Vec<[u64; 2]>>() + chunks
    }
}

impl Scheduler {
    /// The task's key: the function's name, and the token of a pure call (32 hexadecimal digits) or a serial number.
    ///
    /// # Panics
    /// If there is no such task.
    pub fn key(&self, task: TaskId) -> String {
        let row = self.row(task);
        let name = &self.functions[row.function].name;
        if row.pure {
            format!("{name}-{:032x}", self.tokens.of(task))
        } else {
            format!("{name}-{}", row.serial)
        }
    }

    /// The task of that key, if it is known. Takes a walk over all tasks if the call is impure.
    pub fn find(&self, key: &str) -> Option<TaskId> {
        let (name, suffix) = key.rsplit_once('-')?;
        let task = if suffix.len() == 32 {
            self.tokens.find(u128::from_str_radix(suffix, 16).ok()?)?
        } else {
            let serial: u64 = suffix.parse().ok()?;
            self.tasks.iter().find(|(_, row)| row.serial == serial && !row.pure)?.0
        };
        (*self.functions[self.tasks[task].function].name == *name).then_some(task)
    }
}

/// Bits of a token, which are as good as any hash.
fn part(token: [u64; 2]) -> u32 {
    token[0] as u32
}

/// The same as a hash: the table takes the low bits and the high ones.
fn spread(part: u32) -> u64 {
    u64::from(part) << 32 | u64::from(part)
}

/// Low half first.
fn halves(token: u128) -> [u64; 2] {
    [token as u64, (token >> 64) as u64]
}
