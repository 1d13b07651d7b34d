//! Everything that needs no browser.
#![cfg(not(target_arch = "wasm32"))]
#![allow(unreachable_pub, reason = "a binary has no outside")]

/// A page without workers: each test says what the workers report.
mod page;

/// From a call to its result, and the calls that are known already.
mod submission;

/// Virtual workers in virtual time.
mod sim;

/// Random graphs and histories.
mod properties;
