//! Waiting for futures: for all or for the first; and how far they are.

use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use js_sys::{Array, Object};
use serde::Deserialize;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::future::Future;
use super::gathering::{Futures, all, made};
use super::inspection::read;
use super::js;
use crate::error::Error;
use crate::properties::{milliseconds, object};

/// Waits until these futures are done: finished, erred or cancelled. The results stay where they are.
///
/// ```no_run
/// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
/// use std::time::Duration;
/// use webfutures::{DoneAndNotDone, ReturnWhen, wait};
///
/// let futures = client.map(|x: i64| x + 1, 0..10);
/// let DoneAndNotDone { done, not_done } =
///     wait(&futures, ReturnWhen::AllCompleted).timeout(Duration::from_secs(1)).await?;
/// assert_eq!(done.len() + not_done.len(), 10);
/// # Ok(()) }
/// ```
pub fn wait<T>(futures: &[Future<T>], until: ReturnWhen) -> Wait<T> {
    Wait {
        futures: futures.to_vec(),
        until,
        timeout: None,
    }
}

/// A wait that begins when it is awaited. See [`wait`].
#[must_use = "does nothing unless awaited"]
#[derive(Debug)]
pub struct Wait<T> {
    futures: Vec<Future<T>>,
    until: ReturnWhen,
    timeout: Option<Duration>,
}

impl<T> Wait<T> {
    /// Waits no longer than this, and then says what is done by now. Without it, there is no limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn run(self) -> Result<DoneAndNotDone<T>, Error> {
        // Calls that could not be made have failed already.
        let failed = self.futures.iter().any(|future| future.js().is_err());
        if !(failed && self.until != ReturnWhen::AllCompleted) {
            let list: Array = self.futures.iter().filter_map(|future| future.js().ok()).collect();
            let promise = js::wait(&list, &self.options()).map_err(|error| Error::of_call(&error))?;
            JsFuture::from(promise).await.map_err(|error| Error::of_task(&error))?;
        }
        let (done, not_done) = self.futures.into_iter().partition(Future::done);
        Ok(DoneAndNotDone { done, not_done })
    }

    fn options(&self) -> Object {
        let mut options = vec![("returnWhen", JsValue::from_str(self.until.as_str()))];
        options.extend(self.timeout.map(|timeout| ("timeout", milliseconds(timeout))));
        object(options)
    }
}

impl<T: 'static> IntoFuture for Wait<T> {
    type Output = Result<DoneAndNotDone<T>, Error>;
    type IntoFuture = Pin<Box<dyn std::future::Future<Output = Self::Output>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// When [`wait`] has waited enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ReturnWhen {
    /// When all are done.
    #[default]
    AllCompleted,
    /// When one is done.
    FirstCompleted,
    /// When one has failed, or all are done.
    FirstException,
}

impl ReturnWhen {
    fn as_str(self) -> &'static str {
        match self {
            Self::AllCompleted => "ALL_COMPLETED",
            Self::FirstCompleted => "FIRST_COMPLETED",
            Self::FirstException => "FIRST_EXCEPTION",
        }
    }
}

/// What [`wait`] found, each part in the order in which the futures were given.
#[derive(Debug, Clone)]
pub struct DoneAndNotDone<T> {
    /// Those that are finished, erred or cancelled.
    pub done: Vec<Future<T>>,
    /// The others.
    pub not_done: Vec<Future<T>>,
}

/// Counts futures by how far they are, without waiting.
///
/// ```no_run
/// # fn example(client: webfutures::Client) {
/// let futures = client.map(|x: i64| x + 1, 0..10);
/// let progress = webfutures::progress(&futures);
/// println!("{} of {}", progress.done(), progress.total);
/// # }
/// ```
pub fn progress<F: Futures>(futures: F) -> Progress {
    let mut failed = 0;
    futures.each(&mut |future| failed += u32::from(future.is_err()));
    let counts = js::progress_of(&made(&futures)).expect("a list of futures");
    let mut progress: Progress = read(&counts);
    progress.total += failed;
    progress.erred += failed;
    progress
}

/// A live element, `<webfutures-progress>`, that shows how futures stand, a bar for each function; it does not wait. Its event
/// `complete` says that all have settled. Colours: the custom properties `--webfutures-bar` and `--webfutures-error`.
///
/// The value is an `HTMLElement`, to be put where it shall be seen. The element needs the futures themselves, so keep them while it
/// is to show more than what they came to.
///
/// # Errors
/// [`Error::Task`] where there is no document to make it in, as in a worker; the error of a call that could not be made.
///
/// ```no_run
/// # fn example(client: webfutures::Client, show: impl Fn(wasm_bindgen::JsValue)) -> Result<(), webfutures::Error> {
/// let futures = client.map(|x: i64| x + 1, 0..10);
/// let element = webfutures::progress_element(&futures)?;
/// show(element); // `body.append_child(element.unchecked_ref())` with web-sys
/// # Ok(()) }
/// ```
pub fn progress_element<F: Futures>(futures: F) -> Result<JsValue, Error> {
    js::progress(&all(&futures)?).map_err(|error| Error::of_call(&error))
}

/// How far a set of futures is. See [`progress()`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Progress {
    /// All of them.
    pub total: u32,
    /// Those that wait or run.
    pub pending: u32,
    /// Those that have a result.
    pub finished: u32,
    /// Those that failed.
    pub erred: u32,
    /// Those that were cancelled or released.
    pub cancelled: u32,
}

impl Progress {
    /// Those that are not pending.
    pub fn done(&self) -> u32 {
        self.total - self.pending
    }
}
