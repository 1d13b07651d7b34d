//! The native tests: everything that needs no browser.
#![cfg(not(target_arch = "wasm32"))]
#![allow(unreachable_pub, reason = "a binary has no outside")]

/// The direction of imports, the size of files, the JavaScript files that Rust names.
mod layering;
/// A page without workers: each test says what the workers report.
mod page;
/// Random graphs and histories.
mod properties;
/// Virtual workers in virtual time.
mod sim;
/// From a call to its result, and the calls that are known already.
mod submission;
/// `wire.js` is what `wire.rs` says.
mod wire;
