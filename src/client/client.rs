//! `Client`: where work is given to the pool.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use js_sys::{Array, Object, Reflect};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::delayed::{Compute, Delayed};
use super::error::Error;
use super::function::{Arguments, Item, Kept, reference};
use super::future::Future;
use super::gathering::Gather;
use super::js;
use super::options::ClientBuilder;
use super::registration::register_instance;
use crate::codec;
use crate::function::Task;

/// A scheduler with its pool of workers.
///
/// A clone is another handle of the same client. When the last one is gone, and the last future, the client closes.
///
/// ```no_run
/// use webfutures::{Client, Error};
///
/// fn inc(x: i64) -> i64 {
///     x + 1
/// }
///
/// async fn example() -> Result<(), Error> {
///     let client = Client::builder().workers(4).build()?;
///     let futures = client.map(inc, 0..10);
///     let values = client.gather(&futures).await?;
///     assert_eq!(values, (1..=10).collect::<Vec<i64>>());
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Rc<Inner>,
}

impl Client {
    /// A client with a worker for each processor.
    ///
    /// # Errors
    /// When the page cannot start workers, or the module has not been initialised.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// A client with options.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Takes part in a client that JavaScript code has made; it is not closed with this handle.
    ///
    /// # Errors
    /// [`Error::WrongType`] if `value` is not a client of this library.
    pub fn from_js(value: JsValue) -> Result<Self, Error> {
        match value.dyn_into() {
            Ok(js) => Ok(Self {
                inner: Rc::new(Inner { js, ours: false }),
            }),
            Err(value) => Err(Error::WrongType {
                subject: "the JavaScript value".to_owned(),
                expected: "Client".to_owned(),
                reason: format!("found {value:?}"),
            }),
        }
    }

    pub(crate) fn with_options(options: &Object) -> Result<Self, Error> {
        register_instance();
        let js = js::Client::new(options).map_err(|error| Error::of_call(&error))?;
        Ok(Self {
            inner: Rc::new(Inner { js, ours: true }),
        })
    }

    /// The JavaScript client that this one wraps.
    pub fn to_js(&self) -> JsValue {
        self.inner.js.clone().into()
    }

    /// Its name.
    pub fn name(&self) -> String {
        self.inner.js.name()
    }

    /// Waits until every worker is up. Work can be submitted before.
    ///
    /// # Errors
    /// When no worker can be started.
    pub async fn ready(&self) -> Result<(), Error> {
        settled(self.inner.js.ready()).await.map(drop)
    }

    /// Has a worker call `function` with these arguments, and returns at once.
    ///
    /// The function is a plain function or a closure that captures nothing: see [`Task`]. Arguments are a tuple of what
    /// [`Argument`](crate::Argument) lists, futures included; the call then begins when their results are there.
    /// Calls are taken to be pure: while an equal call's future exists, its result is shared.
    ///
    /// If the call cannot be made, because the client is closed, say, the future has that as its error.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// fn add(x: i64, y: i64) -> i64 {
    ///     x + y
    /// }
    /// async fn length(url: String) -> usize {
    ///     // … fetches it, while other tasks run in this worker
    ///     # url.len()
    /// }
    ///
    /// let three = client.submit(add, (1, 2));
    /// let thirteen = client.submit(add, (&three, 10));
    /// let length = client.submit(length, ("data.csv",));
    /// assert_eq!(thirteen.await?, 13);
    /// println!("{} bytes", length.await?);
    /// # Ok(()) }
    /// ```
    pub fn submit<F, P, T, M, A>(&self, function: F, arguments: A) -> Future<T>
    where
        F: Task<P, T, M>,
        A: Arguments<P>,
    {
        let mut kept = Kept::new();
        let future = arguments.into_array(&mut kept).and_then(|arguments| {
            let future = self.inner.js.submit(&reference(function), &arguments);
            future.map_err(|error| Error::of_call(&error))
        });
        match future {
            Ok(future) => Future::new(future, self),
            Err(error) => Future::failed(error),
        }
    }

    /// Calls `function` once for each item, and returns the futures in the same order.
    ///
    /// An item is an argument for functions of one parameter, and a tuple of arguments for others.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let squares = client.map(|x: f64| x * x, [1.0, 2.0, 3.0]);
    /// let scaled = client.map(|x: f64, by: f64| x * by, squares.iter().zip([10.0, 20.0, 30.0]));
    /// assert_eq!(client.gather(&scaled).await?, [10.0, 80.0, 270.0]);
    /// # Ok(()) }
    /// ```
    pub fn map<F, P, T, M, I>(&self, function: F, items: I) -> Vec<Future<T>>
    where
        F: Task<P, T, M>,
        I: IntoIterator,
        I::Item: Item<P>,
    {
        let lists: Vec<Array> = (0..I::Item::PARAMETERS).map(|_| Array::new()).collect();
        let mut kept = Kept::new();
        let mut calls = 0;
        let mut pushed = Ok(());
        for item in items {
            calls += 1;
            if pushed.is_ok() {
                pushed = item.push_to(&lists, &mut kept);
            }
        }
        let futures = pushed.and_then(|()| {
            let futures = self.inner.js.map(&reference(function), &lists.iter().collect());
            futures.map_err(|error| Error::of_call(&error))
        });
        self.futures(futures, calls)
    }

    /// Waits for all these futures and brings their results here, in the same shape: see [`Gather`].
    ///
    /// # Errors
    /// That of the first task that fails, as soon as it does. To get the others' results nevertheless, await the futures
    /// one by one.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let numbers = client.map(|x: i64| x + 1, 0..3);
    /// let name = client.submit(|| "three".to_owned(), ());
    /// let (numbers, name): (Vec<i64>, String) = client.gather((&numbers, &name)).await?;
    /// # let _ = (numbers, name);
    /// # Ok(()) }
    /// ```
    pub fn gather<G: Gather>(&self, futures: G) -> impl std::future::Future<Output = Result<G::Values, Error>> {
        let list = Array::new();
        let promise = futures.list(&list).and_then(|()| {
            self.inner
                .js
                .gather(&list)
                .map(JsFuture::from)
                .map_err(|error| Error::of_call(&error))
        });
        async move {
            let values = promise?.await.map_err(|error| Error::of_task(&error))?;
            futures.collect(&mut values.unchecked_into::<Array>().iter())
        }
    }

    /// Sends a value to a worker, so that many calls can use it without sending it again.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let data = client.scatter(vec![0.5; 1_000_000]);
    /// let powers = client.map(|data: Vec<f64>, n: i32| data.iter().map(|x| x.powi(n)).sum::<f64>(), (1..5).map(|n| (&data, n)));
    /// # let _ = powers;
    /// # Ok(()) }
    /// ```
    pub fn scatter<T: Serialize + 'static>(&self, value: T) -> Future<T> {
        self.scatter_each([value]).remove(0)
    }

    /// Sends each of these values to a worker, in turn.
    pub fn scatter_each<T: Serialize + 'static>(&self, values: impl IntoIterator<Item = T>) -> Vec<Future<T>> {
        let list = Array::new();
        let mut calls = 0;
        let mut encoded = Ok(());
        for value in values {
            calls += 1;
            match codec::to_js(&value) {
                Ok(value) => drop(list.push(&value)),
                Err(mismatch) => encoded = Err(Error::wrong_type("the data".to_owned(), mismatch)),
            }
        }
        let futures = encoded.and_then(|()| self.inner.js.scatter(&list).map_err(|error| Error::of_call(&error)));
        self.futures(futures, calls)
    }

    /// Makes the calls that [`delayed`](crate::delayed) described, with all they depend on: a future for one, a `Vec` of
    /// futures for a list. A lazy call that is computed twice, or used at several places, runs once.
    pub fn compute<C: Compute>(&self, graph: C) -> C::Futures {
        graph.compute(self)
    }

    pub(crate) fn compute_all<T>(&self, graphs: &[Delayed<T>]) -> Vec<Future<T>> {
        let list = graphs.iter().map(Delayed::js).collect::<Result<Array, &Error>>();
        let futures = list
            .map_err(Clone::clone)
            .and_then(|list| self.inner.js.compute(&list).map_err(|error| Error::of_call(&error)));
        self.futures(futures, graphs.len())
    }

    /// Changes the number of workers, 0 to 256. A worker that goes ends what it runs, and hands on what it holds.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] for another number, [`Error::Closed`] after [`close`](Self::close).
    pub fn scale(&self, workers: u32) -> Result<(), Error> {
        self.inner.js.scale(workers).map_err(|error| Error::of_call(&error))
    }

    /// The keys of the tasks that each worker has been given and not yet reported, by the name of the worker.
    pub fn processing(&self) -> BTreeMap<String, Vec<String>> {
        read(&self.inner.js.processing())
    }

    /// What has happened to a task so far: its states, in order. Empty for a key that nobody knows (any more).
    pub fn story(&self, key: &str) -> Vec<Transition> {
        read(&self.inner.js.story(key))
    }

    /// The runs that have ended since a place in their log: 0 for all that is kept, then [`TaskStream::next`].
    pub fn task_stream(&self, since: f64) -> TaskStream {
        let options = Object::new();
        // A property of a fresh object can always be set.
        let _ = Reflect::set(&options, &"since".into(), &since.into());
        read(&self.inner.js.task_stream(&options))
    }

    /// How much the page and each worker hold at this moment.
    ///
    /// # Errors
    /// When a worker ends before it has answered.
    pub async fn stats(&self) -> Result<Stats, Error> {
        settled(self.inner.js.stats()).await.map(|stats| read(&stats))
    }

    /// Ends the workers at once. Futures that are not done are cancelled; further calls fail with [`Error::Closed`].
    pub fn close(&self) {
        self.inner.js.close();
    }

    /// Wraps what a call of the JavaScript client returned; if it threw, each call has its error.
    fn futures<T>(&self, futures: Result<Array, Error>, calls: usize) -> Vec<Future<T>> {
        match futures {
            Ok(futures) => futures
                .iter()
                .map(|future| Future::new(future.unchecked_into(), self))
                .collect(),
            Err(error) => (0..calls).map(|_| Future::failed(error.clone())).collect(),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.inner.js.text())
    }
}

/// A step in the life of a task: see [`Client::story`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Transition {
    /// When: milliseconds of the page's clock, `performance.now()`.
    pub time: f64,
    /// The state it left.
    pub from: String,
    /// The state it entered: `waiting`, `no-worker`, `queued`, `processing`, `memory`, `erred`, `released`, `forgotten`.
    pub to: String,
}

/// The runs that have ended: see [`Client::task_stream`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct TaskStream {
    /// The runs, in the order in which they ended.
    pub records: Vec<TaskRecord>,
    /// Where to go on reading.
    pub next: f64,
}

/// One run of a task.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct TaskRecord {
    /// The name of the function.
    pub name: String,
    /// The name of the worker.
    pub worker: String,
    /// When it began: milliseconds of the page's clock, `performance.now()`.
    pub start: f64,
    /// How long it took, in milliseconds.
    pub duration: f64,
    /// Whether it failed.
    pub erred: bool,
}

/// How much is held where: see [`Client::stats`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Stats {
    /// Tasks that the page knows.
    pub tasks: u32,
    /// What each worker holds.
    pub workers: Vec<WorkerStats>,
}

/// What one worker holds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct WorkerStats {
    /// Results, those of other workers that it has a copy of included.
    pub results: u32,
    /// Their estimated size in bytes.
    pub bytes: f64,
}

struct Inner {
    js: js::Client,
    /// Whether the client ends with this.
    ours: bool,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.ours {
            self.js.close();
        }
    }
}

async fn settled(promise: js_sys::Promise) -> Result<JsValue, Error> {
    JsFuture::from(promise).await.map_err(|error| Error::of_task(&error))
}

/// Reads what our own JavaScript code made.
pub(crate) fn read<T: DeserializeOwned + 'static>(value: &JsValue) -> T {
    codec::from_js(value)
        .unwrap_or_else(|mismatch| panic!("the JavaScript client answered {value:?}, which is {mismatch}"))
}
