//! How the workers and the tasks stand.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::client::Client;
use super::inspection::looked;

impl Client {
    /// How the workers and the tasks stand at this moment.
    ///
    /// # Panics
    /// In a task, which cannot look into the pool.
    ///
    /// ```no_run
    /// # fn example(client: webfutures::Client) {
    /// let info = client.scheduler_info();
    /// println!("{} tasks have a result", info.tasks.memory);
    /// for (name, worker) in &info.workers {
    ///     println!("{name}: {}, {} bytes", worker.status, worker.bytes);
    /// }
    /// # }
    /// ```
    pub fn scheduler_info(&self) -> SchedulerInfo {
        looked(self.js().scheduler_info())
    }
}

/// How everything stands: see [`Client::scheduler_info`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct SchedulerInfo {
    /// The name of the client.
    pub name: String,
    /// The workers, by name.
    pub workers: BTreeMap<String, WorkerInfo>,
    /// How many tasks are in each state.
    pub tasks: TaskCounts,
}

/// How one worker stands.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WorkerInfo {
    /// Whether it gets work.
    pub status: WorkerStatus,
    /// What it was given of what tasks may take: see [`WorkerOptions::resource`](crate::WorkerOptions::resource).
    pub resources: BTreeMap<String, u64>,
    /// Results that it has, copies included.
    pub results: u32,
    /// Their estimated bytes.
    pub bytes: u64,
    /// How many bytes it may store; none if there is no limit.
    pub memory_limit: Option<u64>,
    /// How many of these bytes lie on disk.
    pub spilled: u64,
    /// Tasks that it was given and has not reported.
    pub processing: u32,
    /// Tasks that wait for room there because their inputs are there.
    pub queued: u32,
    /// Estimated milliseconds until it will have done all these.
    pub occupancy: f64,
}

/// Whether a worker gets work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum WorkerStatus {
    /// It has not said hello.
    Starting,
    /// It gets work.
    Running,
    /// Results fill more than 80 % of its memory: it gets only work whose inputs it has.
    Paused,
    /// Results fill more than 95 % of its memory: it gets no work, as long as others have more room.
    Full,
    /// It gets nothing new, and ends when it is done.
    Retiring,
}

impl WorkerStatus {
    /// The word for it: `starting`, `running`, `paused`, `full` or `retiring`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Full => "full",
            Self::Retiring => "retiring",
        }
    }
}

impl fmt::Display for WorkerStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How a task stands in the scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TaskState {
    /// It is known, and nothing is done for it: its result has been dropped, or was not needed yet.
    Released,
    /// Some of its inputs are not there yet.
    Waiting,
    /// It waits for a worker.
    Queued,
    /// No worker is where it may run, or has as much as it takes.
    NoWorker,
    /// A worker has been given it.
    Processing,
    /// A worker has its result.
    Memory,
    /// It failed, or one that it depends on did.
    Erred,
    /// Nobody knows it any more.
    Forgotten,
}

impl TaskState {
    /// The word for it: `released`, `waiting`, `queued`, `no-worker`, `processing`, `memory`, `erred` or `forgotten`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Waiting => "waiting",
            Self::Queued => "queued",
            Self::NoWorker => "no-worker",
            Self::Processing => "processing",
            Self::Memory => "memory",
            Self::Erred => "erred",
            Self::Forgotten => "forgotten",
        }
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How many tasks are in each [`TaskState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct TaskCounts {
    /// In [`TaskState::Released`].
    pub released: u32,
    /// In [`TaskState::Waiting`].
    pub waiting: u32,
    /// In [`TaskState::Queued`].
    pub queued: u32,
    /// In [`TaskState::NoWorker`].
    pub no_worker: u32,
    /// In [`TaskState::Processing`].
    pub processing: u32,
    /// In [`TaskState::Memory`].
    pub memory: u32,
    /// In [`TaskState::Erred`].
    pub erred: u32,
}
