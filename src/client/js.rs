//! The JavaScript classes that the Rust client wraps.

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/client/client.js")]
extern "C" {
    #[derive(Clone)]
    pub(crate) type Client;

    #[wasm_bindgen(constructor, catch)]
    pub(crate) fn new(options: &Object) -> Result<Client, JsValue>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn ready(this: &Client) -> Promise;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn with(this: &Client, options: &Object) -> Result<Client, JsValue>;

    #[wasm_bindgen(method, variadic, catch)]
    pub(crate) fn submit(this: &Client, task: &JsValue, arguments: &Array) -> Result<Future, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn gather(this: &Client, futures: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn scatter(this: &Client, data: &JsValue, options: &Object) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    pub(crate) fn replicate(this: &Client, futures: &Array, copies: &JsValue) -> Promise;

    #[wasm_bindgen(method)]
    pub(crate) fn rebalance(this: &Client, futures: &JsValue) -> Promise;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn compute(this: &Client, graph: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn cancel(this: &Client, futures: &Array, options: &Object) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn retry(this: &Client, futures: &Array) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn scale(this: &Client, workers: u32) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = waitForWorkers)]
    pub(crate) fn wait_for_workers(this: &Client, count: u32, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn adapt(this: &Client, options: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn retire(this: &Client, workers: &Array, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn restart(this: &Client, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn module(this: &Client, url: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, variadic, catch)]
    pub(crate) fn actor(this: &Client, constructor: &JsValue, arguments: &Array) -> Result<Future, JsValue>;

    #[wasm_bindgen(method, variadic, catch)]
    pub(crate) fn run(this: &Client, task: &JsValue, arguments: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, variadic, catch, js_name = runSettled)]
    pub(crate) fn run_settled(this: &Client, task: &JsValue, arguments: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn lock(this: &Client, name: &str) -> Result<Semaphore, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn semaphore(this: &Client, name: &str, options: &Object) -> Result<Semaphore, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn event(this: &Client, name: &str) -> Result<SharedEvent, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn variable(this: &Client, name: &str) -> Result<Variable, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn queue(this: &Client, name: &str, options: &Object) -> Result<Queue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn publish(this: &Client, name: &str, value: &JsValue, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn dataset(this: &Client, name: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn unpublish(this: &Client, name: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method)]
    pub(crate) fn datasets(this: &Client) -> Promise;

    #[wasm_bindgen(method)]
    pub(crate) fn exposed(this: &Client) -> JsValue;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn processing(this: &Client) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = whoHas)]
    pub(crate) fn who_has(this: &Client, futures: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = hasWhat)]
    pub(crate) fn has_what(this: &Client) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn nbytes(this: &Client, futures: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn nthreads(this: &Client) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = schedulerInfo)]
    pub(crate) fn scheduler_info(this: &Client) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn story(this: &Client, key: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = taskStream)]
    pub(crate) fn task_stream(this: &Client, options: &Object) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    pub(crate) fn stats(this: &Client) -> Promise;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn name(this: &Client) -> String;

    #[wasm_bindgen(method)]
    pub(crate) fn close(this: &Client);

    #[wasm_bindgen(method, js_name = toString)]
    pub(crate) fn text(this: &Client) -> String;
}

#[wasm_bindgen(module = "/src/client/future.js")]
extern "C" {
    #[derive(Clone)]
    pub(crate) type Future;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn key(this: &Future) -> String;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn status(this: &Future) -> String;

    #[wasm_bindgen(method, getter, js_name = type)]
    pub(crate) fn type_name(this: &Future) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn nbytes(this: &Future) -> Option<f64>;

    #[wasm_bindgen(method)]
    pub(crate) fn done(this: &Future) -> bool;

    #[wasm_bindgen(method)]
    pub(crate) fn cancelled(this: &Future) -> bool;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn running(this: &Future) -> bool;

    #[wasm_bindgen(method, js_name = waitingFor)]
    pub(crate) fn waiting_for(this: &Future) -> JsValue;

    #[wasm_bindgen(method)]
    pub(crate) fn result(this: &Future) -> Promise;

    #[wasm_bindgen(method, js_name = result)]
    pub(crate) fn result_with(this: &Future, options: &Object) -> Promise;

    #[wasm_bindgen(method)]
    pub(crate) fn take(this: &Future) -> Promise;

    #[wasm_bindgen(method)]
    pub(crate) fn exception(this: &Future) -> Promise;

    #[wasm_bindgen(method)]
    pub(crate) fn cancel(this: &Future, options: &Object);

    #[wasm_bindgen(method, catch)]
    pub(crate) fn retry(this: &Future) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_name = addDoneCallback)]
    pub(crate) fn add_done_callback(this: &Future, callback: &Function);

    #[wasm_bindgen(method)]
    pub(crate) fn release(this: &Future);

    #[wasm_bindgen(method, js_name = toString)]
    pub(crate) fn text(this: &Future) -> String;
}

#[wasm_bindgen(module = "/src/client/columns.js")]
extern "C" {
    /// `more` makes columns of so many arguments, `width` of them.
    #[wasm_bindgen(catch, js_name = mapColumns)]
    pub(crate) fn map_columns(
        client: &Client,
        task: &JsValue,
        width: u32,
        more: &mut dyn FnMut(f64) -> Result<Array, JsValue>,
    ) -> Result<Array, JsValue>;
}

#[wasm_bindgen(module = "/src/client/scatter.js")]
extern "C" {
    /// Data that is scattered as one piece, whatever it is.
    pub(crate) type Whole;

    #[wasm_bindgen(constructor)]
    pub(crate) fn new(data: &JsValue) -> Whole;
}

#[wasm_bindgen(module = "/src/client/functions.js")]
extern "C" {
    /// The reference of a Rust task: its table index, and what people call it.
    #[wasm_bindgen(js_name = rustTask)]
    pub(crate) fn rust_task(index: u32, name: &str) -> JsValue;

    /// The reference of a function, or of what is one already.
    #[wasm_bindgen(catch, js_name = taskOf)]
    pub(crate) fn task_of(function: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/src/client/actors.js")]
extern "C" {
    /// Calls a function on an actor by the future of it.
    #[wasm_bindgen(catch, js_name = callOn)]
    pub(crate) fn call_on(future: &Future, task: &JsValue, arguments: &Array) -> Result<Future, JsValue>;
}

#[wasm_bindgen(module = "/src/client/delayed.js")]
extern "C" {
    /// A function that makes lazy calls.
    #[wasm_bindgen(catch)]
    pub(crate) fn delayed(task: &JsValue, options: &Object) -> Result<Function, JsValue>;
}

#[wasm_bindgen(module = "/src/client/forgotten.js")]
extern "C" {
    #[wasm_bindgen(js_name = fireAndForget, catch)]
    pub(crate) fn fire_and_forget(futures: &Array) -> Result<(), JsValue>;
}

#[wasm_bindgen(module = "/src/client/waiting.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    pub(crate) fn wait(futures: &Array, options: &Object) -> Result<Promise, JsValue>;

    pub(crate) fn completions(options: &Object) -> AsCompleted;

    /// What `asCompleted` returns.
    pub(crate) type AsCompleted;

    #[wasm_bindgen(method)]
    pub(crate) fn add(this: &AsCompleted, future: &Future);

    #[wasm_bindgen(method)]
    pub(crate) fn clear(this: &AsCompleted);

    #[wasm_bindgen(method, js_name = hasReady)]
    pub(crate) fn has_ready(this: &AsCompleted) -> bool;

    #[wasm_bindgen(method, js_name = nextBatch)]
    pub(crate) fn next_batch(this: &AsCompleted) -> Promise;

    /// How far these futures are, as numbers.
    #[wasm_bindgen(js_name = progressOf, catch)]
    pub(crate) fn progress_of(futures: &Array) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/src/client/progress.js")]
extern "C" {
    /// The element that shows how these futures stand.
    #[wasm_bindgen(catch)]
    pub(crate) fn progress(futures: &Array) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/src/client/coordination.js")]
extern "C" {
    /// A lock is one, too.
    #[derive(Clone)]
    pub(crate) type Semaphore;

    #[wasm_bindgen(method)]
    pub(crate) fn acquire(this: &Semaphore, options: &Object) -> Promise;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn taken(this: &Semaphore) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = toString)]
    pub(crate) fn text(this: &Semaphore) -> String;

    pub(crate) type Lease;

    #[wasm_bindgen(method)]
    pub(crate) fn release(this: &Lease) -> Promise;

    #[derive(Clone)]
    pub(crate) type SharedEvent;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn set(this: &SharedEvent) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn clear(this: &SharedEvent) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn wait(this: &SharedEvent, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = isSet)]
    pub(crate) fn is_set(this: &SharedEvent) -> Promise;

    #[wasm_bindgen(method, js_name = toString)]
    pub(crate) fn text(this: &SharedEvent) -> String;

    #[derive(Clone)]
    pub(crate) type Variable;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn set(this: &Variable, value: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn get(this: &Variable, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn delete(this: &Variable) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = toString)]
    pub(crate) fn text(this: &Variable) -> String;

    #[derive(Clone)]
    pub(crate) type Queue;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn put(this: &Queue, value: &JsValue, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn get(this: &Queue, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getBatch)]
    pub(crate) fn get_batch(this: &Queue, count: &JsValue, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn size(this: &Queue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn close(this: &Queue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = toString)]
    pub(crate) fn text(this: &Queue) -> String;
}
