//! Calls that go to every worker past the scheduler.

use std::collections::BTreeMap;

use js_sys::{Array, Object, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use super::client::{Client, settled};
use super::function::{Arguments, Kept, reference};
use crate::codec;
use crate::error::Error;
use crate::function::Task;

impl Client {
    /// Calls a function once in every worker there is, past the scheduler, also where a task runs that awaits; in the middle of a
    /// synchronous one a worker answers afterwards. The values come by name of worker.
    /// [`TaskOptions::worker`](crate::TaskOptions::worker) narrows it. Futures are no arguments here. It begins when it is awaited.
    ///
    /// # Errors
    /// That of the first call that failed, or whose worker ended; [`Error::InvalidOptions`] for arguments that will not do;
    /// [`Error::Closed`] if the client is closed.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let clocks = client.run(|| js_sys::Date::now(), ()).await?; // {"client-1-0": …, "client-1-1": …}
    /// # let _ = clocks;
    /// # Ok(()) }
    /// ```
    pub async fn run<F, P, T, M, A>(&self, function: F, arguments: A) -> Result<BTreeMap<String, T>, Error>
    where
        F: Task<P, T, M>,
        A: Arguments<P>,
        T: DeserializeOwned + 'static,
    {
        let arguments = arguments.into_array(&mut Kept::new())?;
        let promise = self.js().run(&reference(function), &arguments);
        let values = settled(promise.map_err(|error| Error::of_call(&error))?).await?;
        by_worker(&values, |value| read(&value))
    }

    /// The same, whatever becomes of each call: a `Result` for each worker.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] for arguments that will not do, [`Error::Closed`] if the client is closed.
    pub async fn run_results<F, P, T, M, A>(
        &self,
        function: F,
        arguments: A,
    ) -> Result<BTreeMap<String, Result<T, Error>>, Error>
    where
        F: Task<P, T, M>,
        A: Arguments<P>,
        T: DeserializeOwned + 'static,
    {
        let arguments = arguments.into_array(&mut Kept::new())?;
        let promise = self.js().run_settled(&reference(function), &arguments);
        let outcomes = settled(promise.map_err(|error| Error::of_call(&error))?).await?;
        by_worker(&outcomes, |outcome| {
            Ok(returned(&outcome).and_then(|value| read(&value)))
        })
    }
}

/// What a settled promise came to.
fn returned(outcome: &JsValue) -> Result<JsValue, Error> {
    // A property of an object can always be read.
    let field = |name: &str| Reflect::get(outcome, &name.into()).unwrap_or(JsValue::UNDEFINED);
    if field("status") == "fulfilled" {
        Ok(field("value"))
    } else {
        Err(Error::of_task(&field("reason")))
    }
}

/// The values of an object by its names.
fn by_worker<V>(values: &JsValue, read: impl Fn(JsValue) -> Result<V, Error>) -> Result<BTreeMap<String, V>, Error> {
    let entries = Object::entries(values.unchecked_ref());
    let entry = |entry: JsValue| {
        let entry: Array = entry.unchecked_into();
        Ok((entry.get(0).as_string().unwrap_or_default(), read(entry.get(1))?))
    };
    entries.iter().map(entry).collect()
}

fn read<T: DeserializeOwned + 'static>(value: &JsValue) -> Result<T, Error> {
    codec::from_js(value).map_err(|mismatch| Error::wrong_type("what a worker answered".to_owned(), mismatch))
}
