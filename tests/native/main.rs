//! The native tests: everything that needs no browser.
#![cfg(not(target_arch = "wasm32"))]
#![allow(unreachable_pub, reason = "a binary has no outside")]

/// Results that stay in the worker that made them, and what takes them.
mod actors;
/// How many workers there should be.
mod adaptive;
/// Runs that last too long, tasks that end too late.
mod alarms;
/// Every public name of the crate.
mod api;
/// Random histories of everything: deaths, cancelling, retries, restrictions.
mod chaos;
/// What a Dask user expects, under the names of Dask's own tests.
mod conformance;
/// Locks, semaphores, events, variables, queues, datasets: who is served when, and what they keep alive.
mod coordination;
/// Data from the page, copies on request, what is moved.
mod copies;
/// Numbers that follow from a seed.
mod dice;
/// Errors: whom they reach, and who is blamed.
mod errors;
/// What becomes of runs that die, stop or are taken back.
mod faults;
/// The direction of imports, the size of files, the JavaScript files that Rust names.
mod layering;
/// Who still wants what: release, recipes, forgetting.
mod lifetime;
/// Async runs that were stopped and go on for all that.
mod lingering;
/// Results that are moved rather than copied.
mod moves;
/// Tasks that submit tasks.
mod nesting;
/// A page without workers: each test says what the workers report.
mod page;
/// Which worker runs what.
mod placement;
/// How much a worker gets at once.
mod prefetch;
/// Random graphs and histories.
mod properties;
/// Virtual workers in virtual time.
mod sim;
/// How well the work is shared out.
mod simulation;
/// Stories, the task stream, counts.
mod story;
/// From a call to its result, and the calls that are known already.
mod submission;
/// `wire.js` is what `wire.rs` says.
mod wire;
/// Workers that come and go, and data from the page.
mod workers;
