//! Giving tasks up, and trying them again.

use js_sys::Object;
use wasm_bindgen::JsValue;

use super::client::Client;
use super::error::Error;
use super::gathering::{Futures, all, made};
use super::properties::object;

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

/// How tasks are given up. See [`Client::cancel_with`].
#[derive(Debug, Clone, Default)]
pub struct CancelOptions {
    reason: Option<String>,
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

    pub(crate) fn to_js(&self) -> Object {
        object(self.reason.iter().map(|reason| ("reason", JsValue::from_str(reason))))
    }
}
