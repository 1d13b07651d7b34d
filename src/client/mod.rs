//! The page's side: the Rust client is a typed wrapper of the JavaScript one, which holds values, futures and the pool.

// The file of the type `Client` bears its name.
#[allow(clippy::module_inception)]
mod client;
mod delayed;
mod engine;
mod error;
mod function;
mod future;
mod gathering;
mod js;
mod options;
mod registration;
mod waiting;

pub use client::{Client, Stats, TaskRecord, TaskStream, Transition, WorkerStats};
pub use delayed::{Compute, Delayed, delayed};
pub use error::Error;
pub use function::{Argument, Arguments, Item};
pub use future::{Future, ResultOf, Status};
pub use gathering::Gather;
pub use options::ClientBuilder;
pub use waiting::{AsCompleted, DoneAndNotDone, Progress, ReturnWhen, Wait, as_completed, progress, wait};
