//! How many workers a client has.

use std::time::Duration;

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::client::Client;
use super::patience::Patience;
use super::task_options::WorkerRef;
use crate::error::Error;
use crate::properties::{milliseconds, object};

impl Client {
    /// Waits until at least `count` workers are up, 1 to 256. Nothing needs to wait for that: tasks without any worker stay pending,
    /// and [`Future::waiting_for`](crate::Future::waiting_for) says so.
    ///
    /// # Errors
    /// [`Error::Timeout`] after [`Patience::timeout`], which says how many have arrived; [`Error::InvalidOptions`] for another
    /// number; [`Error::Closed`] if the client is.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use std::time::Duration;
    ///
    /// client.scale(4)?;
    /// client.wait_for_workers(4).timeout(Duration::from_secs(10)).await?;
    /// # Ok(()) }
    /// ```
    pub fn wait_for_workers(&self, count: u32) -> Patience {
        let js = self.js().clone();
        Patience::new(move |options| js.wait_for_workers(count, options), |_| Ok(()))
    }

    /// Brings the number of workers to `workers`, 0 to 256. Surplus workers, the latest first, are retired: see
    /// [`retire`](Self::retire). With none at all tasks wait. It ends [`adapt`](Self::adapt).
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] for another number, [`Error::Closed`] after [`close`](Self::close).
    pub fn scale(&self, workers: u32) -> Result<(), Error> {
        self.js().scale(workers).map_err(|error| Error::of_call(&error))
    }

    /// Has the number of workers follow the work: so many that all that is known of would be done in
    /// [`AdaptOptions::target_duration`], but no more than there are tasks; twice as many as there are when their memory is filled by
    /// more than three fifths. A worker that has been one too many for [`AdaptOptions::wait_count`] looks in a row is retired, never
    /// one that has something under way. [`scale`](Self::scale) and [`stop_adapting`](Self::stop_adapting) end it.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] if an option is out of its range, [`Error::Closed`] if the client is closed.
    ///
    /// ```no_run
    /// # fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::AdaptOptions;
    ///
    /// client.adapt(AdaptOptions::new().minimum(1).maximum(8))?;
    /// # Ok(()) }
    /// ```
    pub fn adapt(&self, options: AdaptOptions) -> Result<(), Error> {
        let options = object(options.options);
        self.js().adapt(&options).map_err(|error| Error::of_call(&error))
    }

    /// Ends [`adapt`](Self::adapt). The workers stay.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is.
    pub fn stop_adapting(&self) -> Result<(), Error> {
        self.js().adapt(&JsValue::FALSE).map_err(|error| Error::of_call(&error))
    }

    /// Has workers end when they are done: they get nothing new, what they have begun goes on, what only they hold moves to others.
    /// Nothing is made again, and no task is blamed. It waits until they have ended; while no other worker is there to take what
    /// they hold, they stay.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] if no worker is called so, [`Error::Timeout`] after [`Patience::timeout`], but they go on to end;
    /// [`Error::Closed`] if the client is.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// client.retire(["client-1-0"]).await?; // by name, or by position: [0]
    /// # Ok(()) }
    /// ```
    pub fn retire<W: Into<WorkerRef>>(&self, workers: impl IntoIterator<Item = W>) -> Patience {
        let js = self.js().clone();
        let workers: Array = workers.into_iter().map(|worker| worker.into().to_js()).collect();
        Patience::new(move |options| js.retire(&workers, options), |_| Ok(()))
    }

    /// Begins anew: every task, of all clients of the pool, is given up, every future is cancelled, and every worker is replaced, even one
    /// in the middle of an endless loop. The client is usable at once; futures from before have nothing to do with what is
    /// submitted afterwards. It waits until the new workers are up.
    ///
    /// # Errors
    /// [`Error::Timeout`] after [`Patience::timeout`], which says how many have arrived; [`Error::Closed`] if the client is.
    pub fn restart(&self) -> Patience {
        let js = self.js().clone();
        Patience::new(move |options| js.restart(options), |_| Ok(()))
    }
}

/// How the number of workers follows the work. See [`Client::adapt`].
#[derive(Debug, Clone, Default)]
pub struct AdaptOptions {
    options: Vec<(&'static str, JsValue)>,
}

impl AdaptOptions {
    /// Nothing said.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fewest workers, from 0. By default 0.
    pub fn minimum(self, workers: u32) -> Self {
        self.set("minimum", workers)
    }

    /// Most workers, up to 256. By default as many as the machine has processors (`navigator.hardwareConcurrency`).
    pub fn maximum(self, workers: u32) -> Self {
        self.set("maximum", workers)
    }

    /// The time from one look at the work to the next. By default 250 ms.
    pub fn interval(self, interval: Duration) -> Self {
        self.set("interval", milliseconds(interval))
    }

    /// For how many looks in a row a worker has to be one too many until it is retired, from 1. By default 4.
    pub fn wait_count(self, looks: u32) -> Self {
        self.set("waitCount", looks)
    }

    /// The time in which all the work there is should be done. By default one second.
    pub fn target_duration(self, duration: Duration) -> Self {
        self.set("targetDuration", milliseconds(duration))
    }

    fn set(mut self, name: &'static str, value: impl Into<JsValue>) -> Self {
        self.options.push((name, value.into()));
        self
    }
}
