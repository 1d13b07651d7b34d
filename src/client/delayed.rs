//! Lazy calls: a graph is built first and computed as a whole.

use std::any::Any;
use std::cell::OnceCell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::function::{Arguments, Kept, reference};
use super::js;
use crate::error::Error;
use crate::function::Task;
use crate::properties::object;

/// Describes a call without making it. [`Client::compute`](crate::Client::compute) makes it, with all the calls it depends on.
///
/// Each use of `delayed` is a call of its own, whose result is not shared with an equal one: lazy calls are impure, unless
/// [`Delayed::pure`] or [`TaskOptions::pure`](crate::TaskOptions::pure) says otherwise.
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
    let arguments = arguments.into_array(&mut inputs);
    Delayed::of(Call {
        task: reference(function),
        arguments,
        options: Vec::new(),
        js: OnceCell::new(),
        _inputs: inputs,
    })
}

/// A call that has been described, not made. See [`delayed`].
pub struct Delayed<T> {
    call: Rc<Call>,
    value: PhantomData<fn() -> T>,
}

impl<T> Delayed<T> {
    /// Whether equal lazy calls may be one task. This makes another lazy call of it.
    ///
    /// ```no_run
    /// # fn example(client: webfutures::Client) {
    /// use webfutures::delayed;
    ///
    /// let squares = [3, 3].map(|x| delayed(|x: i64| x * x, (x,)).pure(true));
    /// let futures = client.compute(&squares[..]); // one task
    /// # }
    /// ```
    pub fn pure(self, pure: bool) -> Self {
        self.with("pure", pure.into())
    }

    /// What the key of the task begins with; by default the name of the function. This makes another lazy call of it.
    pub fn named(self, name: &str) -> Self {
        self.with("name", name.into())
    }

    fn of(call: Call) -> Self {
        Self {
            call: Rc::new(call),
            value: PhantomData,
        }
    }

    fn with(self, name: &'static str, value: JsValue) -> Self {
        let mut options = self.call.options.clone();
        options.push((name, value));
        Self::of(Call {
            task: self.call.task.clone(),
            arguments: self.call.arguments.clone(),
            options,
            js: OnceCell::new(),
            _inputs: self.call._inputs.clone(),
        })
    }

    /// The JavaScript object, or why there is none.
    pub(crate) fn js(&self) -> Result<&JsValue, &Error> {
        self.call.js.get_or_init(|| self.call.make()).as_ref()
    }

    /// What keeps the call alive.
    pub(crate) fn kept(&self) -> Rc<dyn Any> {
        self.call.clone()
    }
}

/// A lazy call, shared by the clones of a [`Delayed`].
struct Call {
    task: JsValue,
    arguments: Result<Array, Error>,
    options: Vec<(&'static str, JsValue)>,
    /// Made when it is first needed: until then its options may change.
    js: OnceCell<Result<JsValue, Error>>,
    /// Its futures and lazy calls: they are wanted as long as it may be computed.
    _inputs: Kept,
}

impl Call {
    fn make(&self) -> Result<JsValue, Error> {
        let arguments = self.arguments.as_ref().map_err(Clone::clone)?;
        js::delayed(&self.task, &object(self.options.clone()))
            .and_then(|lazy| lazy.apply(&JsValue::UNDEFINED, arguments))
            .map_err(|error| Error::of_call(&error))
    }
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
