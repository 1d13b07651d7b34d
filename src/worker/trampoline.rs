//! Calls Rust tasks by their index, in a worker's own instance of the module.

// What is exported to JavaScript must be `pub`, though no Rust code calls it.
#![allow(unreachable_pub)]

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use js_sys::{Array, Error};
use wasm_bindgen::prelude::*;

use super::actors::resolved;
use crate::function::edge::{Reply, Trampoline};
use crate::function::reschedule::noticing;

#[wasm_bindgen(module = "/src/worker/rust.js")]
extern "C" {
    /// Tells the worker that the task of `run` panicked, and what it said.
    fn panicked(run: f64, text: &str);

    /// Has the task of `run` polled soon.
    fn wake(run: f64);

    /// What stands for the result of a task that still awaits something.
    fn pending() -> JsValue;

    /// Has an error say that its task asks to be placed anew.
    #[wasm_bindgen(js_name = asReschedule)]
    fn as_reschedule(error: JsValue) -> JsValue;
}

thread_local! {
    /// The run whose code is on the stack now, or -1: the one a panic is blamed on.
    static RUNNING: Cell<f64> = const { Cell::new(-1.0) };
    static INSTALLED: Cell<bool> = const { Cell::new(false) };
    /// Asynchronous tasks under way, sorted by run: mostly they come in that order.
    static AWAITING: RefCell<Vec<Awaiting>> = const { RefCell::new(Vec::new()) };
}

/// Calls the task with this index. An asynchronous task that is not done at once is polled when it has been woken.
#[wasm_bindgen(js_name = __webfutures_call, skip_typescript)]
pub fn call(index: u32, run: f64, arguments: Array) -> Result<JsValue, JsValue> {
    // A fresh instance, after a panic, has no hook yet.
    install();
    let trampoline =
        table::trampoline(index).ok_or_else(|| Error::new(&format!("no Rust task has the index {index}")))?;
    let (reply, rescheduling) = blaming(run, || resolved(trampoline(&arguments), &arguments));
    match reply {
        Reply::Done(result) => ended(result, rescheduling),
        Reply::Later(future) => {
            let alarm = Arc::new(Alarm {
                run,
                rung: AtomicBool::new(false),
            });
            let task = Awaiting {
                run,
                future,
                alarm,
                rescheduling,
            };
            task.poll()
        }
        Reply::Made(_) | Reply::Method(_) => unreachable!("they have been resolved"),
    }
}

/// Polls an asynchronous task that has been woken. The worker makes each poll itself, so that it sees how it ends.
#[wasm_bindgen(js_name = __webfutures_poll, skip_typescript)]
pub fn poll(run: f64) -> Result<JsValue, JsValue> {
    match take(run) {
        Some(task) => task.poll(),
        None => {
            // As a whole number: to write an `f64` is 10 KB of the download.
            let run = run as u64;
            Err(Error::new(&format!("no Rust task is under way as run {run}")).into())
        }
    }
}

/// Drops an asynchronous task where it awaits: nobody wants its result any more.
#[wasm_bindgen(js_name = __webfutures_drop, skip_typescript)]
pub fn drop_task(run: f64) {
    let task = take(run);
    blaming(run, || drop(task));
}

/// The run that was left midway, if code of one was; otherwise -1. It can be asked after a trap.
#[wasm_bindgen(js_name = __webfutures_running, skip_typescript)]
pub fn running() -> f64 {
    RUNNING.get()
}

/// Has this instance replaced before the next call: after a trap that no panic announced, a stack overflow for one.
#[wasm_bindgen(js_name = __webfutures_reset, skip_typescript)]
pub fn reset() {
    wasm_bindgen::handler::schedule_reinit();
}

/// Makes panics in this instance known to the worker, and the instance be replaced after one.
fn install() {
    if INSTALLED.replace(true) {
        return;
    }
    std::panic::set_hook(Box::new(|info| {
        panicked(RUNNING.get(), &info.to_string());
        reset();
    }));
}

/// Runs a piece of the run's code under its name, and says whether it has asked to be placed anew. What leaves it midway leaves the name
/// standing: the instance ends with it.
fn blaming<R>(run: f64, code: impl FnOnce() -> R) -> (R, bool) {
    let outer = RUNNING.replace(run);
    let result = noticing(code);
    RUNNING.set(outer);
    result
}

/// The asynchronous task of that run, if it is under way; it is no longer among the others.
fn take(run: f64) -> Option<Awaiting> {
    AWAITING.with_borrow_mut(|tasks| Some(tasks.remove(place(tasks, run as u64).ok()?)))
}

/// Where the task of that run is, or belongs.
fn place(tasks: &[Awaiting], run: u64) -> Result<usize, usize> {
    tasks.binary_search_by_key(&run, |task| task.run as u64)
}

/// What a task has come to.
fn ended(result: Result<JsValue, JsValue>, rescheduling: bool) -> Result<JsValue, JsValue> {
    result.map_err(|error| if rescheduling { as_reschedule(error) } else { error })
}

/// An asynchronous task under way.
struct Awaiting {
    run: f64,
    future: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>,
    alarm: Arc<Alarm>,
    /// Whether it has asked to be placed anew, should it fail.
    rescheduling: bool,
}

impl Awaiting {
    fn poll(mut self) -> Result<JsValue, JsValue> {
        self.alarm.rung.store(false, Ordering::Relaxed);
        let waker = Waker::from(self.alarm.clone());
        let future = &mut self.future;
        let (polled, rescheduling) = blaming(self.run, || future.as_mut().poll(&mut Context::from_waker(&waker)));
        self.rescheduling |= rescheduling;
        match polled {
            Poll::Ready(result) => ended(result, self.rescheduling),
            Poll::Pending => {
                AWAITING.with_borrow_mut(|tasks| {
                    let (Ok(place) | Err(place)) = place(tasks, self.run as u64);
                    tasks.insert(place, self);
                });
                Ok(pending())
            }
        }
    }
}

/// Wakes an asynchronous task, once until its next poll.
struct Alarm {
    run: f64,
    rung: AtomicBool,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        if !self.rung.swap(true, Ordering::Relaxed) {
            wake(self.run);
        }
    }
}

/// From the number back to the function.
mod table {
    use super::Trampoline;

    /// The trampoline with this table index, which must come from `function::edge::index_of` in another instance of the
    /// same module.
    pub(super) fn trampoline(index: u32) -> Option<Trampoline> {
        let address = std::ptr::with_exposed_provenance::<()>(index as usize);
        if address.is_null() {
            return None;
        }
        // SAFETY: a function pointer of wasm is an index into the module's table. Page and workers instantiate the same
        // compiled module, whose element segments fill the table, and nothing here ever changes it; so the page's
        // `trampoline as usize` is the index of the same function, of the same type, here. The number takes no other way
        // than from `index_of` through messages between our own scripts.
        Some(unsafe { std::mem::transmute::<*const (), Trampoline>(address) })
    }
}
