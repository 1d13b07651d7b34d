//! Futures as they complete, while more are added.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future as _;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use futures_core::Stream;
use js_sys::{Array, Map};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::future::Future;
use super::js;
use crate::error::Error;
use crate::properties::{milliseconds, object};

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
    let mut completed = AsCompleted::empty(Options::default());
    completed.update(futures);
    completed
}

/// A [`Stream`] of futures in the order of completion. See [`as_completed`].
///
/// It ends when all that was added has been yielded; after another [`add`](Self::add) it goes on. A future that was added
/// several times is yielded as often.
///
/// `I` is what it yields:
///
/// | made by | `I` |
/// |---|---|
/// | `as_completed(futures)` | `Future<T>` |
/// | [`with_results()`](Self::with_results) | `(Future<T>, Result<T, Error>)` |
/// | [`timeout(…)`](Self::timeout) | `Result` of the one or the other, or of the error that says that time has run out |
pub struct AsCompleted<T, I = Future<T>> {
    tracked: js::AsCompleted,
    options: Options,
    /// The futures that `tracked` has not handed out yet.
    handles: Handles<T>,
    /// Those it has, and calls that could not be made.
    ready: VecDeque<Completion<T>>,
    /// The next ones, once they have been asked for.
    batch: Option<JsFuture>,
    /// Whether it has been said that time has run out.
    expired: bool,
    items: PhantomData<fn() -> I>,
}

impl<T> AsCompleted<T> {
    /// Brings the result of each future along, or its error. It is asked for when the future is added, so it comes with the news
    /// that there is one.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::as_completed;
    ///
    /// let mut completed = as_completed(client.map(|x: i64| x + 1, 0..10)).with_results();
    /// while let Some((future, result)) = completed.next().await {
    ///     println!("{future}: {}", result?);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn with_results(self) -> AsCompleted<T, (Future<T>, Result<T, Error>)> {
        let options = Options {
            with_results: true,
            ..self.options
        };
        self.again(options)
    }
}

impl<T, I> AsCompleted<T, I> {
    /// Sets a limit to the whole iteration, counted from now: when it is over, and nothing is ready, the next item is an
    /// [`Error::Timeout`]. From then on it does not wait: it ends when nothing is ready. The tasks go on.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use std::time::Duration;
    /// use webfutures::as_completed;
    ///
    /// let futures = client.map(|x: i64| x + 1, 0..10);
    /// let mut completed = as_completed(futures).timeout(Duration::from_secs(1));
    /// while let Some(future) = completed.next().await {
    ///     println!("{}", future?); // fails after a second
    /// }
    /// # Ok(()) }
    /// ```
    pub fn timeout(self, timeout: Duration) -> AsCompleted<T, Result<I, Error>> {
        let options = Options {
            timeout: Some(timeout),
            ..self.options
        };
        self.again(options)
    }

    /// Adds a future; it may be done already.
    pub fn add(&mut self, future: Future<T>) {
        match future.js() {
            Ok(js) => {
                let js = js.clone();
                self.handles.put(&js, future);
                self.tracked.add(&js);
            }
            Err(_) => self.ready.push_back(Completion { future, outcome: None }),
        }
    }

    /// Adds several futures.
    pub fn update(&mut self, futures: impl IntoIterator<Item = Future<T>>) {
        for future in futures {
            self.add(future);
        }
    }

    /// How many futures are still to be yielded: `count` in JavaScript.
    pub fn len(&self) -> usize {
        self.handles.count + self.ready.len()
    }

    /// Whether all have been yielded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the next one is there.
    pub fn has_ready(&mut self) -> bool {
        // Whoever waits for the next one polls again, with a waker of his own.
        let _ = self.take_batch(&mut Context::from_waker(Waker::noop()));
        !self.ready.is_empty() || self.tracked.has_ready()
    }

    /// Forgets all that are still to be yielded.
    pub fn clear(&mut self) {
        self.tracked.clear();
        self.handles.clear();
        self.ready.clear();
    }

    fn empty(options: Options) -> Self {
        let mut properties = vec![("withResults", options.with_results.into())];
        properties.extend(options.timeout.map(|timeout| ("timeout", milliseconds(timeout))));
        Self {
            tracked: js::completions(&object(properties)),
            options,
            handles: Handles {
                places: Map::new(),
                held: Vec::new(),
                vacant: Vec::new(),
                count: 0,
            },
            ready: VecDeque::new(),
            batch: None,
            expired: false,
            items: PhantomData,
        }
    }

    /// The same futures with other options. What was ready is done, and so comes first.
    fn again<J>(self, options: Options) -> AsCompleted<T, J> {
        let mut other = AsCompleted::empty(options);
        other.update(self.ready.into_iter().map(|completion| completion.future));
        other.update(
            self.handles
                .held
                .into_iter()
                .flatten()
                .flat_map(|(future, times)| std::iter::repeat_n(future, times)),
        );
        other
    }

    /// Waits until something is ready, or nothing will be.
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while self.ready.is_empty() && self.handles.count > 0 {
            self.batch
                .get_or_insert_with(|| JsFuture::from(self.tracked.next_batch()));
            ready!(self.take_batch(context))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Takes what was asked for, if it is there.
    fn take_batch(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some(batch) = &mut self.batch else {
            return Poll::Ready(Ok(()));
        };
        let items = ready!(Pin::new(batch).poll(context));
        self.batch = None;
        let items: Array = items.map_err(|error| Error::of_task(&error))?.unchecked_into();
        for item in items.iter() {
            let (js, outcome) = if self.options.with_results {
                let [js, value, failed] = [0, 1, 2].map(|place| item.unchecked_ref::<Array>().get(place));
                let outcome = if failed.is_truthy() {
                    Err(Error::of_task(&value))
                } else {
                    Ok(value)
                };
                (js, Some(outcome))
            } else {
                (item, None)
            };
            // It may not be known, if `clear` came between.
            if let Some(future) = self.handles.take(&js) {
                self.ready.push_back(Completion { future, outcome });
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<T, I: Completed<T>> AsCompleted<T, I> {
    /// Waits for the next future to complete. `None` when all have been yielded.
    pub async fn next(&mut self) -> Option<I> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// Waits for the next future to complete, and brings all that have. Empty when all have been yielded.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) {
    /// let mut completed = webfutures::as_completed(client.map(|x: i64| x + 1, 0..10_000));
    /// while !completed.is_empty() {
    ///     let batch = completed.next_batch().await;
    ///     println!("{} more", batch.len()); // drawn once for all of them
    /// }
    /// # }
    /// ```
    pub async fn next_batch(&mut self) -> Vec<I> {
        std::future::poll_fn(|context| self.poll_batch(context)).await
    }

    /// A stream of batches: see [`next_batch`](Self::next_batch). None of them is empty.
    pub fn batches(&mut self) -> impl Stream<Item = Vec<I>> {
        Batches(self)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<I>> {
        Poll::Ready(match ready!(self.poll_ready(context)) {
            Ok(()) => self.ready.pop_front().map(I::of),
            Err(error) => self.expire(error),
        })
    }

    fn poll_batch(&mut self, context: &mut Context<'_>) -> Poll<Vec<I>> {
        Poll::Ready(match ready!(self.poll_ready(context)) {
            Ok(()) => self.ready.drain(..).map(I::of).collect(),
            Err(error) => self.expire(error).into_iter().collect(),
        })
    }

    /// Says once that time has run out.
    fn expire(&mut self, error: Error) -> Option<I> {
        (!std::mem::replace(&mut self.expired, true)).then(|| I::overdue(error))
    }
}

impl<T, I: Completed<T>> Stream for AsCompleted<T, I> {
    type Item = I;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<I>> {
        self.get_mut().poll(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), None)
    }
}

impl<T, I> fmt::Debug for AsCompleted<T, I> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "<AsCompleted: waiting={} done={}>",
            self.handles.count,
            self.ready.len()
        )
    }
}

/// What an [`AsCompleted`] can yield: see its table.
pub trait Completed<T>: Sized {
    /// The item of a future that is done.
    #[doc(hidden)]
    fn of(completion: Completion<T>) -> Self;

    /// The item that says that time has run out.
    #[doc(hidden)]
    fn overdue(error: Error) -> Self;
}

/// A future that is done, and its result if that was asked for.
#[doc(hidden)]
#[derive(Debug)]
pub struct Completion<T> {
    future: Future<T>,
    /// None for a call that could not be made.
    outcome: Option<Result<JsValue, Error>>,
}

impl<T> Completed<T> for Future<T> {
    fn of(completion: Completion<T>) -> Self {
        completion.future
    }

    fn overdue(error: Error) -> Self {
        unreachable!("there is no time limit: {error}")
    }
}

impl<T: DeserializeOwned + 'static> Completed<T> for (Future<T>, Result<T, Error>) {
    fn of(Completion { future, outcome }: Completion<T>) -> Self {
        let result = match (future.js(), outcome) {
            (Err(error), _) => Err(error.clone()),
            (Ok(_), Some(outcome)) => outcome.and_then(|value| future.read(&value)),
            (Ok(_), None) => unreachable!("results were asked for"),
        };
        (future, result)
    }

    fn overdue(error: Error) -> Self {
        unreachable!("there is no time limit: {error}")
    }
}

impl<T, I: Completed<T>> Completed<T> for Result<I, Error> {
    fn of(completion: Completion<T>) -> Self {
        Ok(I::of(completion))
    }

    fn overdue(error: Error) -> Self {
        Err(error)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Options {
    with_results: bool,
    timeout: Option<Duration>,
}

/// See [`AsCompleted::batches`].
struct Batches<'a, T, I>(&'a mut AsCompleted<T, I>);

impl<T, I: Completed<T>> Stream for Batches<'_, T, I> {
    type Item = Vec<I>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Vec<I>>> {
        let batch = ready!(self.get_mut().0.poll_batch(context));
        Poll::Ready((!batch.is_empty()).then_some(batch))
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
