//! Dask-like futures inside a web page.
mod client;
mod codec;
mod function;
pub mod scheduler;
pub mod wire;
mod worker;

pub use client::{
    Argument, Arguments, AsCompleted, Client, ClientBuilder, Compute, Delayed, DoneAndNotDone, Error, Future, Gather,
    Item, Progress, ResultOf, ReturnWhen, Stats, Status, TaskRecord, TaskStream, Transition, Wait, WorkerStats,
    as_completed, delayed, progress, wait,
};
pub use function::Task;
