//! Waiting for futures: for all, for the first, for each as it completes; and how far they are.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future as _, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use js_sys::{Array, Map, Object, Reflect};
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::client::read;
use super::error::Error;
use super::future::Future;
use super::js;

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
        let options = Object::new();
        // Properties of a fresh object can always be set.
        let _ = Reflect::set(&options, &"returnWhen".into(), &self.until.as_str().into());
        if let Some(timeout) = self.timeout {
            let _ = Reflect::set(&options, &"timeout".into(), &(timeout.as_secs_f64() * 1000.0).into());
        }
        options
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

/// Yields futures in the order in which they complete, failed and cancelled ones too. More can be added meanwhile.
///
/// ```no_run
/// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
/// use webfutures::as_completed;
///
/// fn evaluate(x: f64) -> f64 {
///     x.cos()
/// }
///
/// let mut completed = as_completed(client.map(evaluate, [1.0, 2.0]));
/// while let Some(future) = completed.next().await {
///     let value = future.await?;
///     if value < 0.5 {
///         completed.add(client.submit(evaluate, (value,)));
///     }
/// }
/// # Ok(()) }
/// ```
pub fn as_completed<T>(futures: impl IntoIterator<Item = Future<T>>) -> AsCompleted<T> {
    let mut completed = AsCompleted {
        tracked: js::as_completed(&Array::new()),
        handles: Handles {
            places: Map::new(),
            held: Vec::new(),
            vacant: Vec::new(),
            count: 0,
        },
        ready: VecDeque::new(),
        batch: None,
    };
    completed.update(futures);
    completed
}

/// A [`Stream`] of futures in the order of completion. See [`as_completed`].
///
/// It ends when all that was added has been yielded; after another [`add`](Self::add) it goes on. A future that was added
/// several times is yielded as often.
pub struct AsCompleted<T> {
    tracked: js::AsCompleted,
    /// The futures that `tracked` has not handed out yet.
    handles: Handles<T>,
    /// Those it has, and calls that could not be made.
    ready: VecDeque<Future<T>>,
    /// The next ones, once they have been asked for.
    batch: Option<JsFuture>,
}

impl<T> AsCompleted<T> {
    /// Adds a future; it may be done already.
    pub fn add(&mut self, future: Future<T>) {
        match future.js() {
            Ok(js) => {
                let js = js.clone();
                self.handles.put(&js, future);
                self.tracked.add(&js);
            }
            Err(_) => self.ready.push_back(future),
        }
    }

    /// Adds several futures.
    pub fn update(&mut self, futures: impl IntoIterator<Item = Future<T>>) {
        for future in futures {
            self.add(future);
        }
    }

    /// Waits for the next future to complete. `None` when all have been yielded.
    pub async fn next(&mut self) -> Option<Future<T>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// How many futures are still to be yielded.
    pub fn len(&self) -> usize {
        self.handles.count + self.ready.len()
    }

    /// Whether all have been yielded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all that are still to be yielded.
    pub fn clear(&mut self) {
        self.tracked.clear();
        self.handles.clear();
        self.ready.clear();
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Future<T>>> {
        loop {
            if let Some(future) = self.ready.pop_front() {
                return Poll::Ready(Some(future));
            }
            if self.handles.count == 0 {
                return Poll::Ready(None);
            }
            let batch = self
                .batch
                .get_or_insert_with(|| JsFuture::from(self.tracked.next_batch()));
            let futures = ready!(Pin::new(batch).poll(context)).expect("it has no time limit, so it never fails");
            self.batch = None;
            // None of them may be known, if `clear` came between.
            self.ready.extend(
                futures
                    .unchecked_into::<Array>()
                    .iter()
                    .filter_map(|future| self.handles.take(&future)),
            );
        }
    }
}

impl<T> Stream for AsCompleted<T> {
    type Item = Future<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Future<T>>> {
        self.get_mut().poll(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), None)
    }
}

impl<T> fmt::Debug for AsCompleted<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "<AsCompleted: waiting={} done={}>",
            self.handles.count,
            self.ready.len()
        )
    }
}

/// The Rust handles of JavaScript futures, by these.
struct Handles<T> {
    places: Map,
    /// Each with the number of times that it was put in.
    held: Vec<Option<(Future<T>, usize)>>,
    vacant: Vec<usize>,
    count: usize,
}

impl<T> Handles<T> {
    fn put(&mut self, js: &JsValue, future: Future<T>) {
        self.count += 1;
        if let Some((_, times)) = self.place(js).and_then(|place| self.held[place].as_mut()) {
            *times += 1;
            return;
        }
        let place = self.vacant.pop().unwrap_or_else(|| {
            self.held.push(None);
            self.held.len() - 1
        });
        self.held[place] = Some((future, 1));
        self.places.set(js, &JsValue::from_f64(place as f64));
    }

    fn take(&mut self, js: &JsValue) -> Option<Future<T>> {
        let place = self.place(js)?;
        let (future, times) = self.held[place].as_mut()?;
        let future = future.clone();
        *times -= 1;
        self.count -= 1;
        if *times == 0 {
            self.held[place] = None;
            self.vacant.push(place);
            self.places.delete(js);
        }
        Some(future)
    }

    fn clear(&mut self) {
        self.places.clear();
        self.held.clear();
        self.vacant.clear();
        self.count = 0;
    }

    fn place(&self, js: &JsValue) -> Option<usize> {
        self.places.get(js).as_f64().map(|place| place as usize)
    }
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
pub fn progress<T>(futures: &[Future<T>]) -> Progress {
    let list: Array = futures.iter().filter_map(|future| future.js().ok()).collect();
    let counts = js::progress_of(&list).expect("a list of futures");
    let mut progress: Progress = read(&counts);
    let failed = futures.len() as u32 - list.length();
    progress.total += failed;
    progress.erred += failed;
    progress
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
