//! Looking in: what the scheduler, the workers and the page know.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use super::client::{Client, settled};
use super::scheduler_info::TaskState;
use crate::codec;
use crate::error::Error;
use crate::properties::object;

impl Client {
    /// The keys of the tasks that each worker has been given and not yet reported, by the name of the worker.
    ///
    /// # Panics
    /// In a task, which cannot look into the pool.
    pub fn processing(&self) -> BTreeMap<String, Vec<String>> {
        looked(self.js().processing())
    }

    /// What has happened to a task so far: its states, in order. Empty for a key that nobody knows (any more).
    ///
    /// # Panics
    /// In a task, which cannot look into the pool.
    pub fn story(&self, key: &str) -> Vec<Transition> {
        looked(self.js().story(key))
    }

    /// The runs that have ended since a place in their log: 0 for all that is kept, then [`TaskStream::next`].
    ///
    /// # Panics
    /// In a task, which cannot look into the pool.
    pub fn task_stream(&self, since: f64) -> TaskStream {
        looked(self.js().task_stream(&object([("since", since.into())])))
    }

    /// How much the page and each worker hold at this moment.
    ///
    /// # Errors
    /// When a worker ends before it has answered.
    pub async fn stats(&self) -> Result<Stats, Error> {
        settled(self.js().stats()).await.map(|stats| read(&stats))
    }
}

/// Why a task has not settled: see [`Future::waiting_for`](crate::Future::waiting_for). Its `Display` says it in words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Waiting {
    /// For what it waits.
    #[serde(flatten)]
    pub reason: WaitingReason,
    /// The same in words.
    pub message: String,
}

impl fmt::Display for Waiting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// For what a task waits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "reason", rename_all = "camelCase")]
#[non_exhaustive]
pub enum WaitingReason {
    /// Some of its inputs are not there yet.
    Inputs {
        /// How many.
        count: u32,
    },
    /// Other tasks are before it.
    Queue {
        /// How many.
        count: u32,
    },
    /// No worker is there on which it may run.
    Places,
    /// No worker has as much as it takes.
    Resources,
    /// There is no worker.
    Workers,
    /// A worker has been given it.
    Worker {
        /// The name of the worker.
        worker: String,
    },
}

/// A step in the life of a task: see [`Client::story`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Transition {
    /// When: milliseconds of the page's clock, `performance.now()`.
    pub time: f64,
    /// The state it left.
    pub from: TaskState,
    /// The state it entered.
    pub to: TaskState,
}

/// The runs that have ended: see [`Client::task_stream`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct TaskStream {
    /// The runs, in the order in which they ended.
    pub records: Vec<TaskRecord>,
    /// Where to go on reading.
    pub next: f64,
}

/// One run of a task.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct TaskRecord {
    /// The name of the function.
    pub name: String,
    /// The name of the worker.
    pub worker: String,
    /// When it began: milliseconds of the page's clock, `performance.now()`.
    pub start: f64,
    /// How long it took, in milliseconds.
    pub duration: f64,
    /// Whether it failed.
    pub erred: bool,
}

/// How much is held where: see [`Client::stats`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Stats {
    /// Tasks that the page knows.
    pub tasks: u32,
    /// What each worker holds.
    pub workers: Vec<WorkerStats>,
}

/// What one worker holds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct WorkerStats {
    /// Results, those of other workers that it has a copy of included.
    pub results: u32,
    /// Their estimated size in bytes.
    pub bytes: f64,
}

/// What somebody saw who looked into the pool.
pub(crate) fn looked<T: DeserializeOwned + 'static>(seen: Result<JsValue, JsValue>) -> T {
    match seen {
        Ok(seen) => read(&seen),
        Err(refused) => panic!("{}", Error::of_call(&refused)),
    }
}

/// Reads what our own JavaScript code made.
pub(crate) fn read<T: DeserializeOwned + 'static>(value: &JsValue) -> T {
    codec::from_js(value)
        .unwrap_or_else(|mismatch| panic!("the JavaScript client answered {value:?}, which is {mismatch}"))
}
