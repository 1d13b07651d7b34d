//! How calls are to be run.

use std::time::Duration;

use js_sys::{Array, Object};
use wasm_bindgen::JsValue;

use super::options::amounts;
use crate::properties::{milliseconds, object};

/// How calls are to be run: what [`Client::with`](crate::Client::with) takes. What is not set stays as it was.
///
/// ```no_run
/// # fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
/// use webfutures::TaskOptions;
///
/// fn fetch(page: u32) -> Result<String, String> {
///     # Ok(page.to_string())
///     // …
/// }
///
/// let patient = client.with(TaskOptions::new().retries(3).pure(false))?;
/// let pages = patient.map(fetch, 0..10);
/// # let _: Vec<webfutures::Future<String>> = pages;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default)]
pub struct TaskOptions {
    options: Vec<(&'static str, JsValue)>,
    workers: Vec<WorkerRef>,
    resources: Vec<(String, u64)>,
}

impl TaskOptions {
    /// Nothing said.
    pub fn new() -> Self {
        Self::default()
    }

    /// The key of the task, 1 to 1000 characters; for `map` it begins the keys. A key that is held, by futures or by calls that need
    /// the result, names one call: the same call shares the task, another one fails with an
    /// [`Error::KeyConflict`](crate::Error::KeyConflict). `scatter` takes it, too. By default the function's name and a hash.
    pub fn key(self, key: impl AsRef<str>) -> Self {
        self.set("key", key.as_ref())
    }

    /// The keys of the tasks of one `map`, or of one `compute` of several: one for each call, and there may be more.
    pub fn keys<K: AsRef<str>>(self, keys: impl IntoIterator<Item = K>) -> Self {
        let keys: Array = keys.into_iter().map(|key| JsValue::from_str(key.as_ref())).collect();
        self.set("key", keys)
    }

    /// Whether equal calls are one task. For a lazy call its own [`pure`](crate::Delayed::pure) goes first. By default they are for
    /// `submit` and `map`, and not for lazy calls.
    pub fn pure(self, pure: bool) -> Self {
        self.set("pure", pure)
    }

    /// Higher ones begin first among all that are ready: -32767 to 32767. By default 0.
    pub fn priority(self, priority: i16) -> Self {
        self.set("priority", priority)
    }

    /// How often a task that failed or ran for too long is tried again. By default not at all.
    pub fn retries(self, retries: u16) -> Self {
        self.set("retries", retries)
    }

    /// Adds a worker that may run it, by its name, or by its position in the order in which the workers were asked for. Until one of
    /// those added is there, it waits. Data that is scattered goes there, and stays there. By default any worker may run it.
    pub fn worker(mut self, worker: impl Into<WorkerRef>) -> Self {
        self.workers.push(worker.into());
        self
    }

    /// Adds several workers that may run it.
    pub fn workers<W: Into<WorkerRef>>(mut self, workers: impl IntoIterator<Item = W>) -> Self {
        self.workers.extend(workers.into_iter().map(Into::into));
        self
    }

    /// Whether others may run it, too, as long as none of its workers is there. By default not.
    pub fn allow_other_workers(self, allow: bool) -> Self {
        self.set("allowOtherWorkers", allow)
    }

    /// Adds what it takes of its worker while it is under way, 1 to 2^53 − 1: see
    /// [`WorkerOptions::resource`](crate::WorkerOptions::resource). By default nothing.
    pub fn resource(mut self, name: impl Into<String>, amount: u64) -> Self {
        self.resources.push((name.into(), amount));
        self
    }

    /// How long one run of a task may last: from when its function is called in the worker until it returns or its future is ready. Time in
    /// queues does not count. A run that lasts longer is stopped, like one that is cancelled (see
    /// [`Client::cancel`](crate::Client::cancel)), within some 30 ms; it is tried again as often as [`retries`](Self::retries) says,
    /// and then fails with an [`Error::Timeout`](crate::Error::Timeout). By default what
    /// [`ClientBuilder::task_timeout`](crate::ClientBuilder::task_timeout) says.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use std::time::Duration;
    /// use webfutures::{Error, TaskOptions, TimeLimit};
    ///
    /// let bounded = client.with(TaskOptions::new().timeout(Duration::from_millis(200)))?;
    /// match bounded.submit(|| -> i64 { loop {} }, ()).await {
    ///     Err(Error::Timeout { limit: TimeLimit::Timeout, .. }) => println!("it was stopped"),
    ///     other => println!("{other:?}"),
    /// }
    /// # Ok(()) }
    /// ```
    pub fn timeout(self, timeout: Duration) -> Self {
        self.set("timeout", milliseconds(timeout))
    }

    /// How long a task may take from when it is submitted, or retried. If it has not finished by then it fails with an
    /// [`Error::Timeout`](crate::Error::Timeout), wherever it stands and however many retries are left, and what depends on it fails
    /// with the same error. By default there is no limit.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.set("deadline", milliseconds(deadline))
    }

    /// An `AbortSignal`. When it aborts, what was submitted under it and has not settled is cancelled, with the signal's reason as that of
    /// the [`Error::Cancelled`](crate::Error::Cancelled). A call that was also submitted without it goes on for those futures. Under
    /// a signal that has aborted nothing is submitted: the futures are cancelled from the start, and those of `scatter` fail with the
    /// reason. By default there is none.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client, controller: js_sys::Object, signal: js_sys::Object) -> Result<(), webfutures::Error> {
    /// use webfutures::TaskOptions;
    ///
    /// // let controller = web_sys::AbortController::new()?; let signal = controller.signal();
    /// let form = client.with(TaskOptions::new().signal(&signal))?;
    /// let matches = form.submit(|text: String| text.len(), ("needle",));
    /// // controller.abort(): `matches` is cancelled
    /// # Ok(()) }
    /// ```
    pub fn signal(self, signal: &impl AsRef<JsValue>) -> Self {
        self.set("signal", signal.as_ref())
    }

    /// How many calls of a `map` go out at once, from 1: workers begin with the first ones while the page takes the next items from
    /// their iterator. It changes neither results, nor their order, nor keys. By default all, but of 8,192 calls or more that take only
    /// numbers, texts and the like, with which nothing can be wrong, 4,096 first.
    ///
    /// ```no_run
    /// # fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::TaskOptions;
    ///
    /// let rows = (0..1_000_000).map(|n| vec![f64::from(n); 100]);
    /// let sums = client.with(TaskOptions::new().batch_size(1000))?.map(|row: Vec<f64>| row.iter().sum::<f64>(), rows);
    /// # let _ = sums;
    /// # Ok(()) }
    /// ```
    pub fn batch_size(self, calls: u32) -> Self {
        self.set("batchSize", calls)
    }

    /// Whether a result that is a vector of numbers is moved, rather than copied, to the worker that needs it, and to the page that takes
    /// it ([`Future::take`](crate::Future::take)): its worker keeps nothing of it. By default not.
    pub fn transfer(self, transfer: bool) -> Self {
        self.set("transfer", transfer)
    }

    pub(crate) fn to_js(&self) -> Object {
        let mut properties = self.options.clone();
        if !self.workers.is_empty() {
            let workers: Array = self.workers.iter().map(WorkerRef::to_js).collect();
            properties.push(("workers", workers.into()));
        }
        if !self.resources.is_empty() {
            properties.push(("resources", amounts(&self.resources)));
        }
        object(properties)
    }

    fn set(mut self, name: &'static str, value: impl Into<JsValue>) -> Self {
        self.options.push((name, value.into()));
        self
    }
}

/// Which worker: what [`TaskOptions::worker`] and [`Client::retire`](crate::Client::retire) take.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WorkerRef {
    /// The one of this name.
    Name(String),
    /// The one at this position, from 0, in the order in which the workers were asked for.
    Position(u32),
}

impl WorkerRef {
    pub(crate) fn to_js(&self) -> JsValue {
        match self {
            Self::Name(name) => JsValue::from_str(name),
            Self::Position(position) => JsValue::from(*position),
        }
    }
}

impl From<&str> for WorkerRef {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<String> for WorkerRef {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl From<u32> for WorkerRef {
    fn from(position: u32) -> Self {
        Self::Position(position)
    }
}
