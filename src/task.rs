//! What a task can see while it runs in a worker, as `webfutures/task` is for tasks in JavaScript.
//!
//! Each of these knows which task asks, at every step of it, also after it has awaited; not in a future that it has spawned.
//!
//! An async task that is cancelled, or lasts longer than its timeout, is dropped where it awaits, as futures are in Rust, so what it
//! holds is let go. One that has asked for its [`Signal`] is told by that, and goes on to its end. A synchronous task is stopped by
//! ending its worker, and sees nothing of it.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fmt;

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

pub use crate::client::get_client;
use crate::error::Error;
pub use crate::function::{LocalActor, Reschedule};
use crate::properties::object;

#[wasm_bindgen(module = "/src/task.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = getWorker)]
    fn worker_of_task() -> Result<JsWorker, JsValue>;

    #[wasm_bindgen(catch, js_name = getSignal)]
    fn signal_of_task() -> Result<JsSignal, JsValue>;

    #[derive(Clone)]
    type JsWorker;

    #[wasm_bindgen(method, getter)]
    fn id(this: &JsWorker) -> u32;

    #[wasm_bindgen(method, getter)]
    fn name(this: &JsWorker) -> String;

    #[wasm_bindgen(method, getter)]
    fn resources(this: &JsWorker) -> Object;

    #[wasm_bindgen(method, getter)]
    fn state(this: &JsWorker) -> JsValue;

    #[derive(Clone)]
    type JsSignal;

    #[wasm_bindgen(method, getter)]
    fn aborted(this: &JsSignal) -> bool;

    #[wasm_bindgen(method, js_name = addEventListener)]
    fn add_event_listener(this: &JsSignal, event: &str, listener: &Function, options: &Object);
}

/// The worker that runs the task.
///
/// # Errors
/// [`Error::Task`] where no worker of a client is, such as on the page.
///
/// ```no_run
/// use webfutures::{Error, task::get_worker};
///
/// fn whereabouts() -> Result<String, Error> {
///     Ok(get_worker()?.name())
/// }
/// ```
pub fn get_worker() -> Result<Worker, Error> {
    match worker_of_task() {
        Ok(js) => Ok(Worker { js }),
        Err(error) => Err(Error::of_call(&error)),
    }
}

/// The worker that runs a task: see [`get_worker`].
#[derive(Clone)]
pub struct Worker {
    js: JsWorker,
}

impl Worker {
    /// Its number: never used again, also not by the one that replaces it when it has died.
    pub fn id(&self) -> u32 {
        self.js.id()
    }

    /// Its name, as in [`TaskOptions::worker`](crate::TaskOptions::worker): the one that replaces it has the same.
    pub fn name(&self) -> String {
        self.js.name()
    }

    /// What it has for tasks that take some: see [`WorkerOptions::resource`](crate::WorkerOptions::resource).
    pub fn resources(&self) -> BTreeMap<String, u64> {
        let amount = |entry: JsValue| {
            let [name, amount] = [0, 1].map(|i| entry.unchecked_ref::<Array>().get(i));
            let name = name.as_string().expect("the name of a resource");
            (name, amount.as_f64().expect("an amount") as u64)
        };
        Object::entries(&self.js.resources()).iter().map(amount).collect()
    }

    /// An object for tasks to keep JavaScript values in between calls; those in JavaScript have the same. It is gone with the worker,
    /// so what is in it must be possible to make again.
    ///
    /// Rust values are kept in a `thread_local!`: every worker has its own. They are gone as soon as some task panics there, for what
    /// follows runs in a fresh instance, while this object stays.
    pub fn state(&self) -> JsValue {
        self.js.state()
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Worker")
            .field("id", &self.id())
            .field("name", &self.name())
            .field("resources", &self.resources())
            .finish_non_exhaustive()
    }
}

/// The signal that says when the result of the task is not wanted any more: it was cancelled or released, or lasted longer than its
/// timeout. A task that has asked for it is not dropped then, but told: it should end soon. If it computes without end its worker is
/// ended.
///
/// # Errors
/// [`Error::Task`] outside of a task.
///
/// ```no_run
/// use webfutures::{Error, task::get_signal};
///
/// async fn watch(limit: u32) -> Result<u32, Error> {
///     let signal = get_signal()?;
///     let mut seen = 0;
///     while seen < limit && !signal.aborted() {
///         # async fn next() {}
///         next().await;
///         seen += 1;
///     }
///     // … puts away what it has seen, whether or not anybody waits for it
///     Ok(seen)
/// }
/// ```
pub fn get_signal() -> Result<Signal, Error> {
    match signal_of_task() {
        Ok(js) => Ok(Signal {
            js,
            abort: OnceCell::new(),
        }),
        Err(error) => Err(Error::of_call(&error)),
    }
}

/// Whether anybody still wants the result of a task: see [`get_signal`].
#[derive(Clone)]
pub struct Signal {
    js: JsSignal,
    /// Resolves when it aborts; made when somebody waits for that.
    abort: OnceCell<Promise>,
}

impl Signal {
    /// Whether nobody wants the result any more.
    pub fn aborted(&self) -> bool {
        self.js.aborted()
    }

    /// Waits until nobody wants the result any more: to be awaited beside the work, by `select` for one.
    pub async fn wait(&self) {
        if self.aborted() {
            return;
        }
        let abort = self.abort.get_or_init(|| {
            let once = object([("once", JsValue::TRUE)]);
            Promise::new(&mut |resolve, _| self.js.add_event_listener("abort", &resolve, &once))
        });
        JsFuture::from(abort.clone()).await.expect("it only resolves");
    }

    /// The `AbortSignal` that this one wraps, for JavaScript code such as `fetch`.
    pub fn to_js(&self) -> JsValue {
        self.js.clone().into()
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Signal")
            .field("aborted", &self.aborted())
            .finish()
    }
}
