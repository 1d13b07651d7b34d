//! Data for many calls, sent to the workers once.

use js_sys::Array;
use serde::Serialize;

use super::client::Client;
use super::error::Error;
use super::future::Future;
use crate::codec;

impl Client {
    /// Sends a value to a worker, so that many calls can use it without sending it again. The future is finished at once.
    ///
    /// If it cannot be sent, because the client is closed, say, the future has that as its error.
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
        let futures = encoded.and_then(|()| self.js().scatter(&list).map_err(|error| Error::of_call(&error)));
        self.futures(futures, calls)
    }

    /// Sends each value of a map, or of a list of pairs, to a worker: the same keys, with futures in the place of values.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use std::collections::BTreeMap;
    /// use webfutures::Future;
    ///
    /// let tables = BTreeMap::from([("small", vec![1.0, 2.0]), ("large", vec![0.0; 1_000_000])]);
    /// let futures: BTreeMap<&str, Future<Vec<f64>>> = client.scatter_map(tables);
    /// let count = client.submit(|table: Vec<f64>| table.len(), (&futures["large"],));
    /// assert_eq!(count.await?, 1_000_000);
    /// # Ok(()) }
    /// ```
    pub fn scatter_map<K, T, M>(&self, values: impl IntoIterator<Item = (K, T)>) -> M
    where
        T: Serialize + 'static,
        M: FromIterator<(K, Future<T>)>,
    {
        let (keys, values): (Vec<K>, Vec<T>) = values.into_iter().unzip();
        keys.into_iter().zip(self.scatter_each(values)).collect()
    }
}
