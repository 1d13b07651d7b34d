//! `Client`: where work is given to the pool.

use std::fmt;
use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::function::{Arguments, Kept, reference};
use super::future::Future;
use super::js;
use super::options::ClientBuilder;
use super::registration::register_instance;
use super::task_options::TaskOptions;
use crate::error::Error;
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
                inner: Rc::new(Inner { js, end: End::Nothing }),
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
            inner: Rc::new(Inner { js, end: End::Close }),
        })
    }

    /// The same client, with defaults for what is submitted, mapped, computed and scattered through it; what was given before and is
    /// not given now stays. Futures go between all of them, and closing one closes all. A call that equals a known one keeps
    /// the options of that, save that the higher priority counts.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] if an option is not what it should be; the text names it.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::TaskOptions;
    ///
    /// fn inc(x: i64) -> i64 {
    ///     x + 1
    /// }
    ///
    /// let urgent = client.with(TaskOptions::new().priority(10).retries(2))?;
    /// let two = urgent.submit(inc, (1,));
    /// let answer = urgent.with(TaskOptions::new().key("answer"))?.submit(inc, (41,)); // as urgent
    /// assert_eq!(answer.key(), "answer");
    /// # let _ = two;
    /// # Ok(()) }
    /// ```
    pub fn with(&self, options: TaskOptions) -> Result<Self, Error> {
        let js = self
            .inner
            .js
            .with(&options.to_js())
            .map_err(|error| Error::of_call(&error))?;
        Ok(Self {
            inner: Rc::new(Inner {
                js,
                end: End::Release(self.clone()),
            }),
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

    /// Ends the workers at once, unless another client uses them: see [`ClientBuilder::connect`]. Futures of this client that are not
    /// done are cancelled; further calls fail with [`Error::Closed`]. What other clients want goes on.
    pub fn close(&self) {
        self.inner.js.close();
    }

    pub(crate) fn js(&self) -> &js::Client {
        &self.inner.js
    }

    /// Wraps what a call of the JavaScript client returned; if it threw, each call has its error.
    pub(crate) fn futures<T>(&self, futures: Result<Array, Error>, calls: usize) -> Vec<Future<T>> {
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

struct Inner {
    js: js::Client,
    end: End,
}

/// What happens when the last handle is gone.
enum End {
    /// JavaScript code made it.
    Nothing,
    Close,
    /// It shares the workers of another, which is no longer needed for it.
    Release(#[allow(dead_code, reason = "it is held, not used")] Client),
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let End::Close = self.end {
            self.js.close();
        }
    }
}

pub(crate) async fn settled(promise: js_sys::Promise) -> Result<JsValue, Error> {
    JsFuture::from(promise).await.map_err(|error| Error::of_task(&error))
}
