//! The demo of webfutures: a random search over a pool of workers, drawn live, and the pieces it is made of.

pub mod activity;
pub mod chart;
pub mod format;
pub mod image;
pub mod listing;
pub mod overlay;
pub mod palette;
pub mod search;
pub mod tasks;
pub mod workers_strip;

mod canvas;
mod lanes;
mod page;
mod panel;
mod picture;
mod run;

pub use page::mount_search;
