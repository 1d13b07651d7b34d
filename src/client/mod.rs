//! The page's side: the Rust client is a typed wrapper of the JavaScript one, which holds values, futures and the pool.

mod actor;
// The file of the type `Client` bears its name.
#[allow(clippy::module_inception)]
mod client;
mod completed;
mod computing;
mod coordination;
mod delayed;
mod engine;
mod everywhere;
mod function;
mod future;
mod gathering;
mod giving_up;
mod holdings;
mod inspection;
mod js;
mod mapping;
mod modules;
mod nesting;
mod options;
mod patience;
mod registration;
mod replication;
mod scattering;
mod scheduler_info;
mod sharing;
mod sizing;
mod task_options;
mod waiting;

pub use actor::Actor;
pub use client::Client;
pub use completed::{AsCompleted, Completed, as_completed};
pub use computing::Compute;
pub use coordination::{Lease, Lock, Semaphore, SharedEvent};
pub use delayed::{Delayed, delayed};
pub use function::{Argument, Arguments, Item};
pub use future::{Future, ResultOf, Status};
pub use gathering::{Futures, Gather};
pub use giving_up::{CancelOptions, fire_and_forget};
pub use inspection::{Stats, TaskRecord, TaskStream, Transition, Waiting, WaitingReason, WorkerStats};
pub use modules::{TaskReference, TaskReferences};
pub use nesting::get_client;
pub use options::{ClientBuilder, WorkerOptions};
pub use patience::Patience;
pub use replication::Copies;
pub use scattering::ScatterOptions;
pub use scheduler_info::{SchedulerInfo, TaskCounts, TaskState, WorkerInfo, WorkerStatus};
pub use sharing::{Queue, Shareable, Variable};
pub use sizing::AdaptOptions;
pub use task_options::{TaskOptions, WorkerRef};
pub use waiting::{DoneAndNotDone, Progress, ReturnWhen, Wait, progress, progress_element, wait};
