//! Giving tasks up, and trying them again.

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::client::Client;
use super::gathering::{Futures, all, made};
use super::js;
use crate::error::Error;
use crate::properties::object;

impl Client {
    /// Gives tasks up, and all calls that depend on them: their futures are cancelled, and whoever waits for them gets an
    /// [`Error::Cancelled`]. What has not begun never runs. An async task goes on to its end, but nobody waits for it. A worker in
    /// the middle of a synchronous one is ended and replaced if it does not come to its end within 20 ms; results that only that
    /// worker had are made again.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] if one of them is a future of another client.
    ///
    /// ```no_run
    /// # fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let futures = client.map(|x: u64| (0..x).sum::<u64>(), 0..1000);
    /// client.cancel(&futures[500..])?;
    /// # Ok(()) }
    /// ```
    pub fn cancel<F: Futures>(&self, futures: F) -> Result<(), Error> {
        self.cancel_with(futures, CancelOptions::new())
    }

    /// The same, with a reason for whoever waits.
    ///
    /// # Errors
    /// As for [`cancel`](Self::cancel).
    pub fn cancel_with<F: Futures>(&self, futures: F, options: CancelOptions) -> Result<(), Error> {
        self.js()
            .cancel(&made(&futures), &options.to_js())
            .map_err(|error| Error::of_call(&error))
    }

    /// Tries failed tasks again, from the one that failed first down to these and all others that failed with it; finished ones
    /// are made again. They are pending at once. What was cancelled stays so: submit it again.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] if one of them is a future of another client, [`Error::Closed`] if the client is; the error of a call
    /// that could not be made at all.
    pub fn retry<F: Futures>(&self, futures: F) -> Result<(), Error> {
        self.js().retry(&all(&futures)?).map_err(|error| Error::of_call(&error))
    }
}

/// Lets tasks run to their end though nobody keeps their futures; their results are dropped then. One that fails is reported on the
/// console. Only [`CancelOptions::force`] still stops them, and the end of the last client. Without it a task whose last future is
/// dropped before it has begun never runs, which the console says once.
///
/// # Errors
/// [`Error::Cancelled`] if one of them was cancelled already.
///
/// ```no_run
/// # fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
/// fn log(line: String) {
///     # drop(line);
///     // …
/// }
///
/// webfutures::fire_and_forget(client.submit(log, ("begun".to_owned(),)))?;
/// # Ok(()) }
/// ```
pub fn fire_and_forget<F: Futures>(futures: F) -> Result<(), Error> {
    js::fire_and_forget(&all(&futures)?).map_err(|error| Error::of_call(&error))
}

/// How tasks are given up. See [`Client::cancel_with`].
#[derive(Debug, Clone, Default)]
pub struct CancelOptions {
    reason: Option<String>,
    force: bool,
    waiting_only: bool,
}

impl CancelOptions {
    /// Nothing said.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the errors of those who wait say: [`Error::Cancelled`]. By default `cancel was called`.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Also what others want, for all of them: other clients, and [`fire_and_forget`](crate::fire_and_forget).
    pub fn force(mut self, force: bool) -> Self {
        self.force = force;
        self
    }

    /// Leaves those alone that a worker has been given.
    pub fn waiting_only(mut self, waiting_only: bool) -> Self {
        self.waiting_only = waiting_only;
        self
    }

    pub(crate) fn to_js(&self) -> Object {
        let mut properties = vec![("force", self.force.into()), ("running", (!self.waiting_only).into())];
        properties.extend(self.reason.iter().map(|reason| ("reason", JsValue::from_str(reason))));
        object(properties)
    }
}
