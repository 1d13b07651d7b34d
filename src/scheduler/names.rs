//! Keys and ids: names are made when somebody looks.

use super::Scheduler;
use super::task::TaskId;

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
