//! The options of a client and of its workers.

use std::time::Duration;

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;

use super::client::Client;
use crate::error::Error;
use crate::properties::{milliseconds, object};

/// Options of a [`Client`], from [`Client::builder`]. What is not set has its default.
///
/// ```no_run
/// # fn example() -> Result<(), webfutures::Error> {
/// use webfutures::Client;
///
/// let client = Client::builder().workers(4).name("search").build()?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default)]
pub struct ClientBuilder {
    options: Vec<(&'static str, JsValue)>,
    workers: Vec<WorkerOptions>,
}

impl ClientBuilder {
    /// How many workers, 0 to 256. By default as many as the machine has processors (`navigator.hardwareConcurrency`).
    pub fn workers(self, workers: u32) -> Self {
        self.set("workers", workers)
    }

    /// Adds a worker of which something is said. There are then as many workers as this is called, and nothing else says how many.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), webfutures::Error> {
    /// use webfutures::{Client, TaskOptions, WorkerOptions};
    ///
    /// let client = Client::builder()
    ///     .worker(WorkerOptions::new().name("strong").resource("gpu", 2))
    ///     .worker(WorkerOptions::new())
    ///     .build()?;
    /// let drawing = client.with(TaskOptions::new().resource("gpu", 1))?; // two at once, in `strong`
    /// # Ok(()) }
    /// ```
    pub fn worker(mut self, worker: WorkerOptions) -> Self {
        self.workers.push(worker);
        self
    }

    /// How many asynchronous tasks each worker may have under way, 1 to 65536. By default 64.
    pub fn concurrency(self, concurrency: u32) -> Self {
        self.set("concurrency", concurrency)
    }

    /// How many deaths of workers a task may be to blame for, 0 to 10; with one more it fails with an
    /// [`Error::KilledWorker`]. A worker that closes itself or is killed is replaced, and its results that are needed are made
    /// again. A kill is noticed by a Web Lock: not on pages without `navigator.locks`. After 20 deaths in a row without any report a
    /// worker is given up. By default 3.
    pub fn allowed_failures(self, deaths: u32) -> Self {
        self.set("allowedFailures", deaths)
    }

    /// How long one run of a task may last, unless [`TaskOptions::timeout`](crate::TaskOptions::timeout) says otherwise. By default there
    /// is no limit.
    pub fn task_timeout(self, timeout: Duration) -> Self {
        self.set("taskTimeout", milliseconds(timeout))
    }

    /// Bytes of results that each worker may store, from 1, by the estimate of [`Future::nbytes`](crate::Future::nbytes). It does not
    /// limit what tasks use while they run, and no engine tells that. By default there is no limit.
    ///
    /// - From 70 % on, the results of at least 16 KiB that were used longest ago are put on disk, until 60 % are in memory, in the
    ///   origin's private file system; they are read back when somebody needs them. That can be done with whatever Rust tasks
    ///   return, and with most of what JavaScript tasks do. Files are removed when the client closes or its worker ends; those of
    ///   crashed pages when the next client with a limit starts. Where there is no such file system, or the disk is full, all
    ///   stays in memory.
    /// - Above 80 % a worker gets only calls whose inputs it has, above 95 % none, as long as another worker has more room.
    /// - Data, a result, or all inputs of a call together that are larger than the limit fail with an
    ///   [`Error::MemoryLimit`](crate::Error::MemoryLimit).
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), webfutures::Error> {
    /// use webfutures::{Client, Error};
    ///
    /// let client = Client::builder().memory_limit(256 * 1024 * 1024).build()?;
    /// let huge = client.scatter(vec![0.0; 40_000_000]);
    /// assert!(matches!(huge.await, Err(Error::MemoryLimit { bytes: 320_000_000, .. })));
    /// # Ok(()) }
    /// ```
    pub fn memory_limit(self, bytes: u64) -> Self {
        self.set("memoryLimit", bytes as f64)
    }

    /// Whether to keep a worker ready, which gets no work, to take the place of one that dies or is ended: from the first time that
    /// something has to be stopped or may have to be (a timeout, a deadline, a signal). By default it is.
    pub fn spare(self, spare: bool) -> Self {
        self.set("spare", spare)
    }

    /// How long a worker's script may take to load and to start; then [`Client::ready`] fails with an
    /// [`Error::WorkerStart`](crate::Error::WorkerStart). By default a minute.
    pub fn start_timeout(self, timeout: Duration) -> Self {
        self.set("startTimeout", milliseconds(timeout))
    }

    /// The name of the client, which the names of its workers begin with. By default `client-1` and so on.
    pub fn name(self, name: &str) -> Self {
        self.set("name", name)
    }

    /// Another client, whose workers this one uses too; then the only other options are [`name`](Self::name) and
    /// [`task_timeout`](Self::task_timeout). Equal pure calls of both are one task, and either takes futures of the other as
    /// arguments. Each gives up and releases only what it wants itself: what the other wants goes on. The workers end when the last of the clients is closed. By default it has workers of its own.
    ///
    /// ```no_run
    /// # fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::Client;
    ///
    /// let other = Client::builder().connect(&client).name("preview").build()?;
    /// # Ok(()) }
    /// ```
    pub fn connect(self, client: &Client) -> Self {
        self.set("connect", client.to_js())
    }

    /// The address of a worker file of your own, where a bundler or the page's security policy needs one.
    /// By default the library's, beside the module.
    pub fn worker_url(self, url: &str) -> Self {
        self.set("workerUrl", url)
    }

    /// A JavaScript function that starts a worker and returns it, for bundlers that must see where workers come from.
    pub fn create_worker(self, create: &js_sys::Function) -> Self {
        self.set("createWorker", create)
    }

    /// Starts the workers. It does not wait for them: work can be submitted at once.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] if an option is out of its range, [`Error::Closed`] if the client to connect to is closed.
    pub fn build(self) -> Result<Client, Error> {
        let options = object(self.options.iter().map(|(name, value)| (name, value.clone())));
        if !self.workers.is_empty() {
            if self.options.iter().any(|(name, _)| *name == "workers") {
                return Err(Error::InvalidOptions {
                    message: "workers: either say how many with `workers`, or add each with `worker`".to_owned(),
                });
            }
            let workers: Array = self.workers.iter().map(WorkerOptions::to_js).collect();
            // A property of a fresh object can always be set.
            let _ = Reflect::set(&options, &"workers".into(), &workers);
        }
        Client::with_options(&options)
    }

    fn set(mut self, name: &'static str, value: impl Into<JsValue>) -> Self {
        self.options.push((name, value.into()));
        self
    }
}

/// What is to be said of one worker. See [`ClientBuilder::worker`].
#[derive(Debug, Clone, Default)]
pub struct WorkerOptions {
    name: Option<String>,
    resources: Vec<(String, u64)>,
    memory_limit: Option<u64>,
}

impl WorkerOptions {
    /// Nothing said.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names it in [`TaskOptions::worker`](crate::TaskOptions::worker), and where workers are shown. By default the client's name
    /// and its position: `name-0`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How much it has of what tasks may take, 1 to 2^53 − 1: see [`TaskOptions::resource`](crate::TaskOptions::resource). By
    /// default nothing.
    pub fn resource(mut self, name: impl Into<String>, amount: u64) -> Self {
        self.resources.push((name.into(), amount));
        self
    }

    /// How many bytes of results it may store: see [`ClientBuilder::memory_limit`]. By default what that says.
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    fn to_js(&self) -> Object {
        let mut properties = vec![("resources", amounts(&self.resources))];
        properties.extend(self.memory_limit.map(|bytes| ("memoryLimit", (bytes as f64).into())));
        properties.extend(self.name.iter().map(|name| ("name", JsValue::from_str(name))));
        object(properties)
    }
}

/// Amounts of what is limited, by name.
pub(crate) fn amounts(resources: &[(String, u64)]) -> JsValue {
    object(
        resources
            .iter()
            .map(|(name, amount)| (name, JsValue::from_f64(*amount as f64))),
    )
    .into()
}
