//! One call for each item.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::client::Client;
use super::function::{Item, Kept, reference};
use super::future::Future;
use super::js;
use crate::error::Error;
use crate::function::Task;

impl Client {
    /// Calls `function` once for each item, and returns the futures in the same order.
    ///
    /// An item is an argument for functions of one parameter, and a tuple of arguments for others. What is the same for all of them
    /// stands in each: a small value as it is, a large one as a future of it, which is sent once. Keys are given by
    /// [`TaskOptions::key`](crate::TaskOptions::key) and [`keys`](crate::TaskOptions::keys), batches by
    /// [`TaskOptions::batch_size`](crate::TaskOptions::batch_size).
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use std::iter::repeat;
    ///
    /// let squares = client.map(|x: f64| x * x, [1.0, 2.0, 3.0]);
    /// let scaled = client.map(|x: f64, by: f64| x * by, squares.iter().zip(repeat(10.0)));
    /// assert_eq!(client.gather(&scaled).await?, [10.0, 40.0, 90.0]);
    ///
    /// let table = client.scatter(vec![0.5; 1_000_000]);
    /// let read = client.map(|table: Vec<f64>, at: usize| table[at], (0..100).map(|at| (&table, at)));
    /// # let _ = read;
    /// # Ok(()) }
    /// ```
    pub fn map<F, P, T, M, I>(&self, function: F, items: I) -> Vec<Future<T>>
    where
        F: Task<P, T, M>,
        I: IntoIterator,
        I::Item: Item<P>,
    {
        let mut items = items.into_iter();
        let mut kept = Kept::new();
        let mut calls = 0;
        let mut refused = None;
        let mut more = |rows: f64| {
            let columns: Vec<Array> = (0..I::Item::PARAMETERS).map(|_| Array::new()).collect();
            // Without end it is as many as there can be.
            for item in items.by_ref().take(rows as usize) {
                calls += 1;
                item.push_to(&columns, &mut kept).map_err(|error| {
                    refused = Some(error.clone());
                    JsValue::from(error)
                })?;
            }
            Ok(columns.iter().collect())
        };
        let width = I::Item::PARAMETERS as u32;
        let mapped = js::map_columns(self.js(), &reference(function), width, &mut more);
        let futures = mapped.map_err(|error| refused.unwrap_or_else(|| Error::of_call(&error)));
        if futures.is_err() {
            calls += items.count();
        }
        self.futures(futures, calls)
    }
}
