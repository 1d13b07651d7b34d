//! `Future<T>`: the result of a task, wherever it is and whenever it comes.

use std::any::Any;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::str::FromStr;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::client::Client;
use super::giving_up::CancelOptions;
use super::inspection::{Waiting, read};
use super::js;
use crate::error::Error;
use crate::properties::{milliseconds, object};

/// A result of type `T` that a worker has, or will have.
///
/// It can be awaited, as often as you like, by value or by reference; passed as an argument where a `T` is taken; cloned,
/// which gives another handle of the same task. Its result is kept as long as a handle exists: when the last one is dropped,
/// the worker lets go of it, and a task that had not begun never runs.
///
/// ```no_run
/// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
/// use webfutures::Future;
///
/// let three: Future<i64> = client.submit(|x: i64, y: i64| x + y, (1, 2));
/// let four = client.submit(|x: i64| x + 1, (&three,)); // starts when `three` is there, without coming back here
/// assert_eq!((&three).await?, 3);
/// assert_eq!(four.await?, 4);
/// println!("{three}"); // <Future: finished, type: number, key: closure-…>
/// # Ok(()) }
/// ```
pub struct Future<T> {
    handle: Rc<Handle>,
    value: PhantomData<fn() -> T>,
}

impl<T> Future<T> {
    pub(crate) fn new(future: js::Future, client: &Client) -> Self {
        Self::of(Handle::Task {
            future,
            _client: Some(client.clone()),
        })
    }

    /// The future of a call that could not be made.
    pub(crate) fn failed(error: Error) -> Self {
        Self::of(Handle::Failed(error))
    }

    fn of(handle: Handle) -> Self {
        Self {
            handle: Rc::new(handle),
            value: PhantomData,
        }
    }

    /// Takes a future over from JavaScript code. Its result must be what [`from JavaScript`](crate#types) makes a `T`.
    ///
    /// The handle is released when the last clone of this one is dropped, so the JavaScript code should not go on using it.
    ///
    /// # Errors
    /// [`Error::WrongType`] if `value` is not a future of this library.
    pub fn from_js(value: JsValue) -> Result<Self, Error> {
        match value.dyn_into::<js::Future>() {
            Ok(future) => Ok(Self::of(Handle::Task { future, _client: None })),
            Err(value) => Err(Error::WrongType {
                subject: "the JavaScript value".to_owned(),
                expected: "Future".to_owned(),
                reason: format!("found {value:?}"),
            }),
        }
    }

    /// The same future, its result read as another type: a `Vec<i32>` as `Vec<f64>`, a structure as one with fewer fields.
    /// Whether it is one shows when it is read.
    pub fn cast<U>(&self) -> Future<U> {
        Future {
            handle: self.handle.clone(),
            value: PhantomData,
        }
    }

    /// The JavaScript future that this one wraps, for JavaScript code to use while this handle lives.
    ///
    /// # Errors
    /// The error of the call, if it could not be made at all.
    pub fn to_js(&self) -> Result<JsValue, Error> {
        self.js().map(|future| future.into()).map_err(Clone::clone)
    }

    /// The name of the task: `inc-5f3a…`. Equal calls of a pure function share one.
    pub fn key(&self) -> String {
        match self.js() {
            Ok(future) => future.key(),
            Err(_) => "none".to_owned(),
        }
    }

    /// How far the task is. It does not wait, and a task that runs is still [`Status::Pending`].
    pub fn status(&self) -> Status {
        match self.js() {
            Ok(future) => future
                .status()
                .parse()
                .expect("a status that the documentation of the contract names"),
            Err(_) => Status::Error,
        }
    }

    /// Whether it has ended: finished, erred or cancelled.
    pub fn done(&self) -> bool {
        self.js().map_or(true, |future| future.done())
    }

    /// Whether it was cancelled, or its client closed.
    pub fn cancelled(&self) -> bool {
        self.js().is_ok_and(|future| future.cancelled())
    }

    /// Whether a worker has been given the task and has not reported it: as a rule it runs, or is about to. This is looked
    /// up each time.
    pub fn running(&self) -> bool {
        self.js().is_ok_and(|future| future.running())
    }

    /// Why it has not settled: for what it waits now. `None` if it has. This is looked up each time.
    ///
    /// ```no_run
    /// # fn example(future: webfutures::Future<i64>) {
    /// if let Some(waiting) = future.waiting_for() {
    ///     println!("{future}: {waiting}");
    /// }
    /// # }
    /// ```
    pub fn waiting_for(&self) -> Option<Waiting> {
        read(&self.js().ok()?.waiting_for())
    }

    /// The JavaScript type of the result, as soon as there is one: `number`, `Float64Array`, `Object`, …
    pub fn type_name(&self) -> Option<String> {
        self.js().ok()?.type_name()
    }

    /// The estimated bytes of the result, once it is finished. Vectors of numbers are exact; a string counts 2 bytes a character,
    /// another primitive 8, a container 16, what it holds, and 16 for each key. Up to 1,000 elements are looked at, which stand for
    /// the others. See also [`Client::nbytes`].
    pub fn nbytes(&self) -> Option<u64> {
        self.js().ok()?.nbytes().map(|bytes| bytes as u64)
    }

    /// Waits until the task has ended, and gives its error, or `None` if it has a result or was cancelled.
    pub async fn exception(&self) -> Option<Error> {
        let future = match self.js() {
            Ok(future) => future.clone(),
            Err(error) => return Some(error.clone()),
        };
        match JsFuture::from(future.exception()).await {
            Ok(none) if none.is_null() || none.is_undefined() => None,
            Ok(error) | Err(error) => Some(Error::of_task(&error)),
        }
    }

    /// Gives the task up for everybody who has a future of it in this client, and what depends on it: see
    /// [`Client::cancel`]. Doing it again does nothing.
    ///
    /// ```no_run
    /// # fn example(client: webfutures::Client) {
    /// use webfutures::{CancelOptions, Status};
    ///
    /// let endless = client.submit(|| -> i64 { loop {} }, ());
    /// endless.cancel_with(CancelOptions::new().reason("the user left"));
    /// assert_eq!(endless.status(), Status::Cancelled);
    /// # }
    /// ```
    pub fn cancel(&self) {
        self.cancel_with(CancelOptions::new());
    }

    /// The same, with a reason for whoever waits.
    pub fn cancel_with(&self, options: CancelOptions) {
        if let Ok(future) = self.js() {
            future.cancel(&options.to_js());
        }
    }

    /// Tries the task again: see [`Client::retry`].
    ///
    /// # Errors
    /// [`Error::Cancelled`] if it was cancelled: submit it again; [`Error::Closed`] if the client is; the error of the call if it
    /// could not be made at all.
    pub fn retry(&self) -> Result<(), Error> {
        let future = self.js().map_err(Clone::clone)?;
        future.retry().map_err(|error| Error::of_call(&error))
    }

    /// Calls back once, soon after it is done: finished, erred or cancelled; also when it is so already. Until then the task is
    /// wanted, for the callback is given a handle of its own.
    ///
    /// ```no_run
    /// # fn example(client: webfutures::Client) {
    /// let future = client.submit(|x: i64| x + 1, (1,));
    /// future.add_done_callback(|future| println!("{future}")); // <Future: finished, type: number, key: closure-…>
    /// # }
    /// ```
    pub fn add_done_callback(&self, callback: impl FnOnce(Self) + 'static)
    where
        T: 'static,
    {
        let handle = self.clone();
        match self.js() {
            Ok(future) => {
                let callback = Closure::once_into_js(move |_: JsValue| callback(handle));
                future.add_done_callback(callback.unchecked_ref());
            }
            Err(_) => spawn_local(async { callback(handle) }),
        }
    }

    /// Gives this handle up, as dropping it does.
    pub fn release(self) {}

    /// What keeps the handle alive.
    pub(crate) fn kept(&self) -> Rc<dyn Any> {
        self.handle.clone()
    }

    /// The JavaScript future, or why there is none.
    pub(crate) fn js(&self) -> Result<&js::Future, &Error> {
        match &*self.handle {
            Handle::Task { future, .. } => Ok(future),
            Handle::Failed(error) => Err(error),
        }
    }
}

impl<T: DeserializeOwned + 'static> Future<T> {
    /// Waits for the result and brings it here. The same as awaiting the future, but there may be a time limit.
    ///
    /// # Errors
    /// [`Error::Task`] if the task failed, [`Error::Panic`] if it panicked, [`Error::Cancelled`] if it never will have a result,
    /// [`Error::WrongType`] if the result is no `T`, [`Error::Timeout`] after [`ResultOf::timeout`].
    ///
    /// ```no_run
    /// # async fn example(future: webfutures::Future<i64>) {
    /// use std::time::Duration;
    /// use webfutures::Error;
    ///
    /// match future.result().timeout(Duration::from_millis(500)).await {
    ///     Err(Error::Timeout { .. }) => println!("the task goes on"),
    ///     result => println!("{result:?}"),
    /// }
    /// # }
    /// ```
    pub fn result(&self) -> ResultOf<T> {
        ResultOf {
            promise: None,
            timeout: None,
            future: self.clone(),
        }
    }

    /// Waits for the result, brings it here and gives the future up. If the task was submitted with [`TaskOptions::transfer`], and nothing
    /// else needs its result, neither a clone of this future nor a task under way, a result that is a vector of numbers is moved to the
    /// page instead of being copied; otherwise this is [`Future::result`], and the future is dropped.
    ///
    /// # Errors
    /// Those of [`Future::result`].
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::TaskOptions;
    ///
    /// let image = client.with(TaskOptions::new().transfer(true))?.submit(|n: usize| vec![0.5_f32; n], (1 << 20,));
    /// let pixels: Vec<f32> = image.take().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn take(self) -> Result<T, Error> {
        if Rc::strong_count(&self.handle) > 1 {
            return self.result().await;
        }
        let taken = JsFuture::from(self.js().map_err(Clone::clone)?.take()).await;
        self.read(&taken.map_err(|error| Error::of_task(&error))?)
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for Future<T> {
    type Output = Result<T, Error>;
    type IntoFuture = ResultOf<T>;

    fn into_future(self) -> ResultOf<T> {
        self.result()
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for &Future<T> {
    type Output = Result<T, Error>;
    type IntoFuture = ResultOf<T>;

    fn into_future(self) -> ResultOf<T> {
        self.result()
    }
}

impl<T> Clone for Future<T> {
    fn clone(&self) -> Self {
        Self {
            handle: self.handle.clone(),
            value: PhantomData,
        }
    }
}

/// `<Future: finished, type: number, key: inc-…>`
impl<T> fmt::Display for Future<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.js() {
            Ok(future) => formatter.write_str(&future.text()),
            Err(error) => write!(formatter, "<Future: error, {error}>"),
        }
    }
}

impl<T> fmt::Debug for Future<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The wait for the result of a [`Future`]; it holds a handle of its own.
#[must_use = "does nothing unless awaited"]
pub struct ResultOf<T> {
    /// None until it is awaited.
    promise: Option<JsFuture>,
    timeout: Option<Duration>,
    future: Future<T>,
}

impl<T> ResultOf<T> {
    /// Waits no longer than this from when it is first awaited; then it fails with [`Error::Timeout`], and the task goes on.
    /// Without it, there is no limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl<T: DeserializeOwned + 'static> std::future::Future for ResultOf<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self {
            promise,
            timeout,
            future,
        } = &mut *self;
        let js = match future.js() {
            Ok(js) => js,
            Err(error) => return Poll::Ready(Err(error.clone())),
        };
        let promise = promise.get_or_insert_with(|| {
            JsFuture::from(match timeout {
                None => js.result(),
                Some(timeout) => js.result_with(&object([("timeout", milliseconds(*timeout))])),
            })
        });
        Poll::Ready(match ready!(Pin::new(promise).poll(context)) {
            Ok(value) => future.read(&value),
            Err(error) => Err(Error::of_task(&error)),
        })
    }
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// It waits for its inputs or for a worker, or runs.
    Pending,
    /// Its result is in a worker.
    Finished,
    /// It failed, or one that it depends on did.
    Error,
    /// Nobody wants it any more.
    Cancelled,
    /// Its result was lost and is being computed again.
    Lost,
}

impl Status {
    const ALL: [Self; 5] = [Self::Pending, Self::Finished, Self::Error, Self::Cancelled, Self::Lost];

    /// The word for it: `pending`, `finished`, `error`, `cancelled` or `lost`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Finished => "finished",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Status {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or_else(|| format!("no status is called {word:?}"))
    }
}

/// One handle of a task, shared by the clones of a [`Future`].
enum Handle {
    /// A handle of the JavaScript client, which stays open as long as this lives.
    Task {
        future: js::Future,
        _client: Option<Client>,
    },
    /// A call that could not be made, and why.
    Failed(Error),
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Self::Task { future, .. } = self {
            future.release();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_read_back_from_its_word() {
        for status in Status::ALL {
            assert_eq!(status.to_string().parse(), Ok(status));
        }
        assert!("running".parse::<Status>().is_err());
    }

    #[test]
    fn a_call_that_could_not_be_made_is_a_future_with_its_error() {
        let future = Future::<i64>::failed(Error::Closed {
            message: "submit: the client is closed".to_owned(),
        });
        assert!(future.done());
        assert_eq!(future.status(), Status::Error);
        assert_eq!(future.to_string(), "<Future: error, submit: the client is closed>");
    }
}
