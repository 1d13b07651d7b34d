//! The client of a task, for tasks that submit tasks.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::client::{Client, settled};
use crate::error::Error;

#[wasm_bindgen(module = "/src/task.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = getClient)]
    fn client_of_task() -> Result<Promise, JsValue>;
}

/// The client of the task that asks: it submits to the scheduler that runs the task.
///
/// While a task awaits, its worker runs others, so tasks may submit tasks to any depth. What they submit goes before everything
/// that the task itself goes before, and its priority counts from that of the task. When the task has ended, or is
/// cancelled, or its worker dies, the client is closed: what nobody else wants is given up.
///
/// Such a client submits, waits, gathers, cancels and retries, and has locks, queues and the rest that is shared by name. To look into the pool or to change it is for a client of the page.
///
/// # Errors
/// Where no task is under way, as on the page.
///
/// ```no_run
/// use webfutures::{Client, Error, get_client};
///
/// async fn fibonacci(n: u32) -> Result<u64, Error> {
///     if n < 2 {
///         return Ok(n.into());
///     }
///     let client = get_client().await?;
///     let (a, b) = (client.submit(fibonacci, (n - 1,)), client.submit(fibonacci, (n - 2,)));
///     Ok(a.await? + b.await?)
/// }
/// ```
pub async fn get_client() -> Result<Client, Error> {
    let promise = client_of_task().map_err(|error| Error::of_call(&error))?;
    Client::from_js(settled(promise).await?)
}
