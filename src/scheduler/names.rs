//! Keys and ids: names are made when somebody looks, and pure calls are found by their token.

use hashbrown::HashTable;

use super::Scheduler;
use super::task::{Task, TaskId, Tasks};

/// Pure calls by token. Holds ids only: the tokens are in the rows.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    table: HashTable<TaskId>,
}

impl Tokens {
    /// The known task of that token.
    pub(super) fn find(&self, token: u128, tasks: &Tasks) -> Option<TaskId> {
        let halves = halves(token);
        self.table.find(halves[0], |&task| tasks[task].token == halves).copied()
    }

    /// Names a task that has no name yet.
    pub(super) fn insert(&mut self, token: u128, task: TaskId, tasks: &mut Tasks) {
        let row = &mut tasks[task];
        row.pure = true;
        row.token = halves(token);
        self.table
            .insert_unique(row.token[0], task, |&task| tasks[task].token[0]);
    }

    /// Forgets the name of a task.
    pub(super) fn remove(&mut self, task: TaskId, tasks: &Tasks) {
        if let Ok(entry) = self.table.find_entry(tasks[task].token[0], |&other| other == task) {
            entry.remove();
        }
    }

    /// Named tasks.
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// Bytes on the heap: an id and a control byte for every bucket.
    pub(super) fn memory_bytes(&self) -> usize {
        self.table.allocation_size()
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
            format!("{name}-{:032x}", token(row))
        } else {
            format!("{name}-{}", row.serial)
        }
    }

    /// The task of that key, if it is known. Takes a walk over all tasks if the call is impure.
    pub fn find(&self, key: &str) -> Option<TaskId> {
        let (name, suffix) = key.rsplit_once('-')?;
        let task = if suffix.len() == 32 {
            self.tokens.find(u128::from_str_radix(suffix, 16).ok()?, &self.tasks)?
        } else {
            let serial: u64 = suffix.parse().ok()?;
            self.tasks.iter().find(|(_, row)| row.serial == serial && !row.pure)?.0
        };
        (*self.functions[self.tasks[task].function].name == *name).then_some(task)
    }
}

/// Low half first: its bits are as good as any hash.
fn halves(token: u128) -> [u64; 2] {
    [token as u64, (token >> 64) as u64]
}

fn token(row: &Task) -> u128 {
    u128::from(row.token[0]) | u128::from(row.token[1]) << 64
}
