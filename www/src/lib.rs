//! The demo of webfutures: a random search over a pool of workers, drawn live, and the pieces it is made of.

pub mod chart;
pub mod overlay;
pub mod palette;
pub mod search;
pub mod tasks;
