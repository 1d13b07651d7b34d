//! The worker's side that is written in Rust: calling tasks. The rest of this room is JavaScript.

mod actors;
mod trampoline;
