//! Dask-like futures inside a web page.
//!
//! A [`Client`] has a scheduler, which is part of this module, and a pool of Web Workers. Rust functions are submitted to it
//! as they are; results stay in the workers until somebody wants them; futures are arguments of further calls, and the
//! computation moves to where the data is.
//!
//! ```no_run
//! use webfutures::{Client, Error, Future, as_completed, delayed};
//!
//! fn inc(x: i64) -> i64 {
//!     x + 1
//! }
//! fn add(x: i64, y: i64) -> i64 {
//!     x + y
//! }
//!
//! async fn example() -> Result<(), Error> {
//!     let client = Client::builder().workers(4).build()?;
//!
//!     let two: Future<i64> = client.submit(inc, (1,)); // returns at once
//!     let five = client.submit(add, (&two, 3)); // a future where a value is taken
//!     assert_eq!(five.await?, 5);
//!
//!     let futures = client.map(inc, 0..10);
//!     let values: Vec<i64> = client.gather(&futures).await?;
//!     assert_eq!(values.iter().sum::<i64>(), 55);
//!
//!     let total = delayed(add, (delayed(inc, (1,)), delayed(inc, (2,)))); // nothing runs yet
//!     assert_eq!(client.compute(&total).await?, 5);
//!
//!     let mut completed = as_completed(futures);
//!     while let Some(future) = completed.next().await {
//!         println!("{future}"); // <Future: finished, type: number, key: inc-…>
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Tasks
//!
//! Every worker runs an instance of the same compiled module as the page, so a function is named by a number there and here:
//! there is no macro and no registry. What can be a task is said at [`Task`], what can be an argument at [`Argument`].
//! Workers share no memory with the page: a `static` has a value of its own in each, and a task that is to see something
//! must be given it. The `start` function of your program runs in each worker too: let it do nothing where there is no
//! `window`.
//!
//! A task that panics fails with the text of the panic ([`Error::Panic`]); its worker goes on with a fresh instance, and
//! keeps the results it had.
//!
//! # Types
//!
//! Arguments and results are serde types. They are converted as serde-wasm-bindgen does it, so that JavaScript code can take
//! what Rust code made and the reverse:
//!
//! | Rust | JavaScript |
//! |---|---|
//! | `bool`, `f64`, `f32`, integers up to 32 bits | boolean, number |
//! | `i64`, `u64`, `isize`, `usize` | number; beyond 2^53, where a number would lose digits, bigint |
//! | `String`, `&str`, `char` | string |
//! | `()`, `None` | undefined (null is read as well) |
//! | `Vec<f64>`, `Vec<f32>`, `Vec<u8>`, `Vec<i8>`, … `Vec<u32>` | Float64Array, Float32Array, Uint8Array, Int8Array, … Uint32Array |
//! | `Vec<i64>`, `Vec<u64>` | BigInt64Array, BigUint64Array |
//! | other vectors, tuples, arrays, sets | Array |
//! | structures | objects |
//! | maps | Map (objects are read as well) |
//! | enums | as serde represents them: `'Unit'`, `{ Variant: … }` |
//!
//! A typed array is copied as a whole, so vectors of numbers cost little; inside a structure they are plain arrays. Where a
//! vector is read, a plain array, a set and other typed arrays will do as well, if each number fits.

mod client;
mod codec;
mod error;
mod function;
mod properties;
pub mod scheduler;
pub mod task;
pub mod wire;
mod worker;

pub use client::{
    Actor, AdaptOptions, Argument, Arguments, AsCompleted, CancelOptions, Client, ClientBuilder, Completed, Compute,
    Copies, Delayed, DoneAndNotDone, Future, Futures, Gather, Item, Lease, Lock, Patience, Progress, Queue, ResultOf,
    ReturnWhen, ScatterOptions, SchedulerInfo, Semaphore, Shareable, SharedEvent, Stats, Status, TaskCounts,
    TaskOptions, TaskRecord, TaskReference, TaskReferences, TaskState, TaskStream, Transition, Variable, Wait, Waiting,
    WaitingReason, WorkerInfo, WorkerOptions, WorkerRef, WorkerStats, WorkerStatus, as_completed, delayed,
    fire_and_forget, get_client, progress, progress_element, wait,
};
pub use error::{Cause, Error, Fields, TimeLimit};
pub use function::{Constructor, Method, Task};

/// The README's Rust program compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
