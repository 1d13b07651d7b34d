//! Data for many calls, sent to the workers once.

use js_sys::{Array, ArrayBuffer, Object, Reflect};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

use super::client::Client;
use super::future::Future;
use super::js;
use super::replication::Copies;
use crate::codec;
use crate::error::Error;
use crate::properties::object;

impl Client {
    /// Sends a value to a worker, so that many calls can use it without sending it again. The future is finished at once.
    ///
    /// It goes to the worker that stores least, among those that [`TaskOptions::worker`](crate::TaskOptions::worker) names, and stays
    /// within these; [`TaskOptions::key`](crate::TaskOptions::key) is its key. Equal data is one task, as long as somebody has a
    /// future of it: see [`ScatterOptions::hash`]. If all workers that have it die, it is sent again, as long as the page has a
    /// copy: it keeps up to 64 MiB for all data that is held. Calls that need what goes beyond then fail with an
    /// [`Error::LostData`].
    ///
    /// If it cannot be sent, the future has the reason as its error: [`Error::Closed`], [`Error::MemoryLimit`] if it is larger than
    /// what a worker may store, [`Error::KeyConflict`] if its key belongs to other data, [`Error::WrongType`] if JavaScript has no
    /// equal of it.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let data = client.scatter(vec![0.5; 1_000_000]);
    /// let powers = client.map(|data: Vec<f64>, n: i32| data.iter().map(|x| x.powi(n)).sum::<f64>(), (1..5).map(|n| (&data, n)));
    /// # let _ = powers;
    /// # Ok(()) }
    /// ```
    pub fn scatter<T: Serialize + 'static>(&self, value: T) -> Future<T> {
        self.scatter_with(value, ScatterOptions::new())
    }

    /// The same, with options: copies in several workers, one task for each piece, or moving instead of copying.
    ///
    /// An option that is out of its range is an [`Error::InvalidOptions`] of the future.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::{Copies, ScatterOptions, TaskOptions};
    ///
    /// let table = client.scatter_with(vec![0.5; 1_000_000], ScatterOptions::new().broadcast(Copies::All));
    /// let strong = client.with(TaskOptions::new().worker("strong").key("weights"))?;
    /// let weights = strong.scatter(vec![1.0, 2.0]);
    /// # let _ = (table, weights);
    /// # Ok(()) }
    /// ```
    pub fn scatter_with<T: Serialize + 'static>(&self, value: T, options: ScatterOptions) -> Future<T> {
        let scattered = data(&value).and_then(|value| {
            let options = options.to_js(std::iter::once(value.clone()));
            self.js()
                .scatter(js::Whole::new(&value).as_ref(), &options)
                .map_err(|error| Error::of_call(&error))
        });
        match scattered {
            Ok(future) => Future::new(future.unchecked_into(), self),
            Err(error) => Future::failed(error),
        }
    }

    /// Sends each of these values to a worker, in turn. A [`TaskOptions::key`](crate::TaskOptions::key) begins their keys, and
    /// [`TaskOptions::keys`](crate::TaskOptions::keys) are one for each. What fails one fails all.
    pub fn scatter_each<T: Serialize + 'static>(&self, values: impl IntoIterator<Item = T>) -> Vec<Future<T>> {
        self.scatter_each_with(values, ScatterOptions::new())
    }

    /// The same, with options: see [`scatter_with`](Self::scatter_with).
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::ScatterOptions;
    ///
    /// let rows = (0..100).map(|n| vec![f64::from(n); 10_000]);
    /// let rows = client.scatter_each_with(rows, ScatterOptions::new().transfer(true).broadcast(2));
    /// # let _ = rows;
    /// # Ok(()) }
    /// ```
    pub fn scatter_each_with<T: Serialize + 'static>(
        &self,
        values: impl IntoIterator<Item = T>,
        options: ScatterOptions,
    ) -> Vec<Future<T>> {
        let list = Array::new();
        let mut calls = 0;
        let mut encoded = Ok(());
        for value in values {
            calls += 1;
            match data(&value) {
                Ok(value) => drop(list.push(&value)),
                Err(error) => encoded = Err(error),
            }
        }
        let futures = encoded.and_then(|()| {
            self.js()
                .scatter(&list, &options.to_js(list.iter()))
                .map_err(|error| Error::of_call(&error))
        });
        self.futures(futures.map(JsValue::unchecked_into), calls)
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
        self.scatter_map_with(values, ScatterOptions::new())
    }

    /// The same, with options: see [`scatter_with`](Self::scatter_with).
    pub fn scatter_map_with<K, T, M>(&self, values: impl IntoIterator<Item = (K, T)>, options: ScatterOptions) -> M
    where
        T: Serialize + 'static,
        M: FromIterator<(K, Future<T>)>,
    {
        let (keys, values): (Vec<K>, Vec<T>) = values.into_iter().unzip();
        keys.into_iter().zip(self.scatter_each_with(values, options)).collect()
    }
}

fn data<T: Serialize + 'static>(value: &T) -> Result<JsValue, Error> {
    codec::to_js(value).map_err(|mismatch| Error::wrong_type("the data".to_owned(), mismatch))
}

/// What is to be said of data. See [`Client::scatter_with`].
#[derive(Debug, Clone, Default)]
pub struct ScatterOptions {
    broadcast: Option<Copies>,
    hash: Option<bool>,
    transfer: bool,
}

impl ScatterOptions {
    /// Nothing said.
    pub fn new() -> Self {
        Self::default()
    }

    /// In how many workers it shall lie: [`Copies::All`], those that come later too, or 1 to 256, as far as there are so many. One gets
    /// it from the page, the others from each other. By default in one.
    pub fn broadcast(mut self, copies: impl Into<Copies>) -> Self {
        self.broadcast = Some(copies.into());
        self
    }

    /// Whether equal data is one task: `false` makes each piece a task of its own; `true` compares data of any size, which takes the
    /// page some milliseconds for each MiB. By default it is, up to 1 MiB a piece.
    pub fn hash(mut self, hash: bool) -> Self {
        self.hash = Some(hash);
        self
    }

    /// Whether data that is a vector of numbers is moved from the page to its worker rather than copied, which saves a copy. The page
    /// then keeps none to send again: if all workers that have it die, calls that need it fail with an [`Error::LostData`]. By
    /// default it is copied.
    pub fn transfer(mut self, transfer: bool) -> Self {
        self.transfer = transfer;
        self
    }

    /// For data that has been converted already.
    fn to_js(&self, data: impl Iterator<Item = JsValue>) -> Object {
        let mut properties = Vec::new();
        properties.extend(self.broadcast.map(|copies| ("broadcast", copies.broadcast())));
        properties.extend(self.hash.map(|hash| ("hash", hash.into())));
        if self.transfer {
            let buffers: Array = data.filter_map(|piece| buffer_of(&piece)).collect();
            properties.push(("transfer", buffers.into()));
        }
        object(properties)
    }
}

/// The buffer of a vector of numbers.
fn buffer_of(piece: &JsValue) -> Option<JsValue> {
    ArrayBuffer::is_view(piece).then(|| Reflect::get(piece, &"buffer".into()).expect("a view has a buffer"))
}
