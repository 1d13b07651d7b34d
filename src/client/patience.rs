//! Waiting that begins when it is awaited, and may have an end.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::error::Error;
use crate::properties::{milliseconds, object};

/// Something that a client does, and waits for, to have a `T`: [`Client::wait_for_workers`](crate::Client::wait_for_workers),
/// [`Lock::acquire`](crate::Lock::acquire), [`Queue::get`](crate::Queue::get) and others. It begins when it is awaited. Who drops it
/// midway stops waiting, as a timeout does: a place in a queue is given up, and a lease that has just been given returns.
#[must_use = "does nothing unless awaited"]
pub struct Patience<T = ()> {
    begin: Box<Begin>,
    read: Box<Read<T>>,
    timeout: Option<Duration>,
}

/// Calls the JavaScript client with the options of the wait.
type Begin = dyn FnOnce(&Object) -> Result<Promise, Error>;

/// Reads what it answered.
type Read<T> = dyn FnOnce(JsValue) -> Result<T, Error>;

impl<T> Patience<T> {
    /// Begins with a call of the JavaScript client alone.
    pub(crate) fn new(
        begin: impl FnOnce(&Object) -> Result<Promise, JsValue> + 'static,
        read: impl FnOnce(JsValue) -> Result<T, Error> + 'static,
    ) -> Self {
        Self::prepared(
            move |options| begin(options).map_err(|error| Error::of_call(&error)),
            read,
        )
    }

    /// Begins with something of ours that may fail, too.
    pub(crate) fn prepared(
        begin: impl FnOnce(&Object) -> Result<Promise, Error> + 'static,
        read: impl FnOnce(JsValue) -> Result<T, Error> + 'static,
    ) -> Self {
        Self {
            begin: Box::new(begin),
            read: Box::new(read),
            timeout: None,
        }
    }

    /// Waits no longer than this; then it fails with [`Error::Timeout`]. Without it, there is no limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl<T: 'static> IntoFuture for Patience<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let controller = Controller::new();
            let timeout = self.timeout.map(|timeout| ("timeout", milliseconds(timeout)));
            let signal = ("signal", controller.signal());
            let promise = (self.begin)(&object([Some(signal), timeout].into_iter().flatten()))?;
            let mut waiting = Waiting {
                controller,
                promise: promise.clone(),
                read: Some(self.read),
            };
            let settled = JsFuture::from(promise).await;
            let read = waiting.read.take().expect("it is taken once");
            read(settled.map_err(|error| Error::of_task(&error))?)
        })
    }
}

impl<T> fmt::Debug for Patience<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Patience")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A wait under way.
struct Waiting<T: 'static> {
    controller: Controller,
    promise: Promise,
    /// None once it is over.
    read: Option<Box<Read<T>>>,
}

impl<T> Drop for Waiting<T> {
    fn drop(&mut self) {
        let Some(read) = self.read.take() else { return };
        self.controller.abort();
        let promise = JsFuture::from(self.promise.clone());
        // An answer that was given before the signal came is dropped as what it is: a lease returns.
        spawn_local(async move {
            if let Ok(value) = promise.await {
                drop(read(value));
            }
        });
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = AbortController)]
    type Controller;

    #[wasm_bindgen(constructor, js_class = "AbortController")]
    fn new() -> Controller;

    #[wasm_bindgen(method, getter, js_class = "AbortController")]
    fn signal(this: &Controller) -> JsValue;

    #[wasm_bindgen(method, js_class = "AbortController")]
    fn abort(this: &Controller);
}
