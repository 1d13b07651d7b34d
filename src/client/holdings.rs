//! Who has what: results, workers, bytes.

use std::collections::BTreeMap;

use wasm_bindgen::JsValue;

use super::client::Client;
use super::gathering::{Futures, all};
use super::inspection::{looked, read};
use crate::error::Error;

/// Keys are those of tasks ([`Future::key`](crate::Future::key)), workers are called by their names.
impl Client {
    /// The workers that have each of these results: names by key. None while it is pending.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] for a future of another client; the error of a call that could not be made; [`Error::Task`] in a
    /// task, which cannot look into the pool.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let data = client.scatter(vec![0.5; 1000]);
    /// assert_eq!(client.who_has(&data)?[&data.key()], ["client-1-0"]);
    /// # Ok(()) }
    /// ```
    pub fn who_has<F: Futures>(&self, futures: F) -> Result<BTreeMap<String, Vec<String>>, Error> {
        let holders = self.js().who_has(all(&futures)?.as_ref());
        holders
            .map(|holders| read(&holders))
            .map_err(|error| Error::of_call(&error))
    }

    /// The workers that have each result there is: names by key.
    ///
    /// # Panics
    /// In a task, which cannot look into the pool.
    pub fn who_has_all(&self) -> BTreeMap<String, Vec<String>> {
        looked(self.js().who_has(&JsValue::UNDEFINED))
    }

    /// The results that each worker has: keys by name of worker.
    ///
    /// # Panics
    /// In a task, which cannot look into the pool.
    pub fn has_what(&self) -> BTreeMap<String, Vec<String>> {
        looked(self.js().has_what())
    }

    /// The estimated bytes of each of these results, see [`Future::nbytes`](crate::Future::nbytes): by key. Those that are not
    /// finished are left out.
    ///
    /// # Errors
    /// As for [`who_has`](Self::who_has).
    pub fn nbytes<F: Futures>(&self, futures: F) -> Result<BTreeMap<String, u64>, Error> {
        let sizes = self.js().nbytes(all(&futures)?.as_ref());
        sizes.map(|sizes| read(&sizes)).map_err(|error| Error::of_call(&error))
    }

    /// The estimated bytes of each result there is: by key.
    ///
    /// # Panics
    /// In a task, which cannot look into the pool.
    ///
    /// ```no_run
    /// # fn example(client: webfutures::Client) {
    /// let bytes: u64 = client.nbytes_all().values().sum();
    /// println!("{bytes} bytes in the workers");
    /// # }
    /// ```
    pub fn nbytes_all(&self) -> BTreeMap<String, u64> {
        looked(self.js().nbytes(&JsValue::UNDEFINED))
    }

    /// How many tasks each worker computes at once: 1, by name of worker. For those that await see
    /// [`ClientBuilder::concurrency`](crate::ClientBuilder::concurrency).
    ///
    /// # Panics
    /// In a task, which cannot look into the pool.
    pub fn nthreads(&self) -> BTreeMap<String, u32> {
        looked(self.js().nthreads())
    }
}
