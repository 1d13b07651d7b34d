//! The parts of the demo that need no browser.
#![cfg(not(target_arch = "wasm32"))]

mod format;
mod listing;
mod picture;
mod search;
mod workers;
