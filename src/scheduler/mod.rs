//! The scheduler: events in, actions out. Pure and deterministic: no clock, no randomness, no JavaScript.

mod action;
mod event;
mod task;

pub use action::{Action, Outcome};
pub use event::{Dependency, Event, Submission};
pub use task::{FunctionId, RunId, TaskId, WorkerId};
