//! Lazy calls: a graph is built first and computed as a whole.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::client::Client;
use super::error::Error;
use super::function::{Arguments, Kept, reference};
use super::future::Future;
use super::js;
use crate::function::Task;

/// Describes a call without making it. [`Client::compute`] makes it, with all the calls it depends on.
///
/// Each use of `delayed` is a call of its own, whose result is not shared with an equal one: lazy calls are impure.
/// Used twice in a graph, or computed twice, one lazy call runs once.
///
/// ```no_run
/// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
/// use webfutures::delayed;
///
/// fn inc(x: i64) -> i64 {
///     x + 1
/// }
/// fn add(x: i64, y: i64) -> i64 {
///     x + y
/// }
///
/// let total = delayed(add, (delayed(inc, (1,)), delayed(inc, (2,))));
/// assert_eq!(client.compute(&total).await?, 5);
/// # Ok(()) }
/// ```
pub fn delayed<F, P, T, M, A>(function: F, arguments: A) -> Delayed<T>
where
    F: Task<P, T, M>,
    A: Arguments<P>,
{
    let mut inputs = Kept::new();
    let call = arguments.into_array(&mut inputs).and_then(|arguments| {
        let call = js::delayed(&reference(function)).apply(&JsValue::UNDEFINED, &arguments);
        call.map_err(|error| Error::of_call(&error))
    });
    Delayed {
        call: Rc::new(Call {
            js: call,
            _inputs: inputs,
        }),
        value: PhantomData,
    }
}

/// A call that has been described, not made. See [`delayed`].
pub struct Delayed<T> {
    call: Rc<Call>,
    value: PhantomData<fn() -> T>,
}

impl<T> Delayed<T> {
    /// The JavaScript object, or why there is none.
    pub(crate) fn js(&self) -> Result<&JsValue, &Error> {
        self.call.js.as_ref()
    }

    /// What keeps the call alive.
    pub(crate) fn kept(&self) -> Rc<dyn Any> {
        self.call.clone()
    }
}

/// A lazy call, shared by the clones of a [`Delayed`].
struct Call {
    js: Result<JsValue, Error>,
    /// Its futures and lazy calls: they are wanted as long as it may be computed.
    _inputs: Kept,
}

impl<T> Clone for Delayed<T> {
    fn clone(&self) -> Self {
        Self {
            call: self.call.clone(),
            value: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Delayed<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Delayed<{}>",
            crate::function::name::short_type(std::any::type_name::<T>())
        )
    }
}

/// What [`Client::compute`] takes: a lazy call, or a list of them.
pub trait Compute {
    /// A future, or a list of them.
    type Futures;
    /// Makes the calls.
    #[doc(hidden)]
    fn compute(self, client: &Client) -> Self::Futures;
}

impl<T> Compute for &Delayed<T> {
    type Futures = Future<T>;

    fn compute(self, client: &Client) -> Future<T> {
        client.compute_all(std::slice::from_ref(self)).remove(0)
    }
}

impl<T> Compute for Delayed<T> {
    type Futures = Future<T>;

    fn compute(self, client: &Client) -> Future<T> {
        (&self).compute(client)
    }
}

impl<T> Compute for &[Delayed<T>] {
    type Futures = Vec<Future<T>>;

    fn compute(self, client: &Client) -> Vec<Future<T>> {
        client.compute_all(self)
    }
}

impl<T> Compute for &Vec<Delayed<T>> {
    type Futures = Vec<Future<T>>;

    fn compute(self, client: &Client) -> Vec<Future<T>> {
        client.compute_all(self)
    }
}

impl<T> Compute for Vec<Delayed<T>> {
    type Futures = Vec<Future<T>>;

    fn compute(self, client: &Client) -> Vec<Future<T>> {
        client.compute_all(&self)
    }
}
