//! Everything that needs no browser.
#![cfg(not(target_arch = "wasm32"))]
#![allow(unreachable_pub, reason = "a binary has no outside")]

/// A page without workers: each test says what the workers report.
mod page;

/// From a call to its result, and the calls that are known already.
mod submission;

/// Who still wants what: release, recipes, forgetting.
mod lifetime;

/// Errors: whom they reach, and who is blamed.
mod errors;

/// Which worker runs what.
mod placement;

/// How much a worker gets at once.
mod prefetch;

/// Workers that come and go, and data from the page.
mod workers;

/// Stories, the task stream, counts.
mod story;

/// Virtual workers in virtual time.
mod sim;

/// Random graphs and histories.
mod properties;
