//! Rust functions as tasks: what can be one, how it is named on the page, how it is called in a worker.
//!
//! Page and workers run the same compiled module. So a function is named by a number, the table index of the trampoline
//! that was compiled for it, and called by that number. Nothing is registered, and no macro is needed.

pub(crate) mod actor;
pub(crate) mod conjure;
pub(crate) mod edge;
pub(crate) mod local;
pub(crate) mod name;
pub(crate) mod reschedule;

use std::any::TypeId;
use std::fmt::Display;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::error::raised;
pub use actor::{Constructor, Method};
use edge::Parameters;
pub use local::LocalActor;
pub use reschedule::Reschedule;

/// A function that can be submitted: `fn` items and closures that capture nothing, of up to eight parameters; and
/// [`TaskReference`](crate::TaskReference)s, which stand for functions in JavaScript.
///
/// You do not implement this trait: it holds for every function whose parameters can be read (`DeserializeOwned`) and
/// whose result can be written (`Serialize`, and `DeserializeOwned` if Rust code shall read it). `P` is the tuple of its parameters, `T` the type of its
/// future, `M` says which of these the function returns:
///
/// | returns | its future |
/// |---|---|
/// | `T` | `Future<T>` |
/// | `Result<T, E>` with `E: Display` | `Future<T>`; an `Err` is the error of the task: its message the `Display` of `E`, its name that of the type; [more](crate::Error::cause) of a boxed one and of an `Error` |
/// | `impl Future` of one of these (an `async fn`) | the same; while it awaits, its worker runs other tasks |
///
/// A closure needs the types of its parameters: `|x: f64| x * x`. When `E` is itself a serde type, `String` or `&str` for
/// two, the `Result` could also be meant as a value, so say what the future is of:
///
/// ```no_run
/// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
/// # use webfutures::Future;
/// fn half(x: i64) -> Result<i64, String> {
///     if x % 2 == 0 { Ok(x / 2) } else { Err(format!("{x} is odd")) }
/// }
///
/// let two: Future<i64> = client.submit(half, (4,));
/// let three: i64 = client.submit(half, (6,)).await?;
/// # Ok(()) }
/// ```
///
/// A closure that captures something does not compile, because workers share no memory with the page:
///
/// ```compile_fail,E0080
/// # fn example(client: webfutures::Client) {
/// let scale = 3;
/// client.submit(|x: i64| x * scale, (2,)); // error: a task must be … a closure that captures nothing: …
/// # }
/// ```
///
/// Pass what it needs instead:
///
/// ```no_run
/// # fn example(client: webfutures::Client) {
/// let scale = 3;
/// client.submit(|x: i64, scale: i64| x * scale, (2, scale));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a task that returns `{T}`",
    label = "not a task",
    note = "a task is a function or a closure that captures nothing, with at most 8 parameters",
    note = "parameters are owned types that implement `Deserialize`; results implement `Serialize`, \
            or are a `Result<T, E>` of such a `T` and any `E: Display`, or a future of these"
)]
pub trait Task<P, T, M> {
    /// By what it is known.
    #[doc(hidden)]
    fn definition(&self) -> Definition;
}

/// By what a task is known.
#[doc(hidden)]
#[derive(Debug)]
pub enum Definition {
    /// A Rust function.
    Function {
        /// Its number on the page and in every worker.
        index: u32,
        /// Tells it from every other one.
        identity: TypeId,
        /// Its path.
        name: &'static str,
    },
    /// A function of JavaScript: what the JavaScript client calls a reference.
    Reference(JsValue),
}

impl<F, P, T, M> Task<P, T, Native<M>> for F
where
    F: Function<P> + Copy + Send + 'static,
    F::Output: Returns<T, M>,
    P: Parameters,
    T: Serialize + 'static,
    M: 'static,
{
    fn definition(&self) -> Definition {
        conjure::assert_captures_nothing::<F>();
        Definition::Function {
            index: edge::index_of::<F, P, T, M>(),
            identity: TypeId::of::<(F, P, T, M)>(),
            name: std::any::type_name::<F>(),
        }
    }
}

/// What a call came to.
#[doc(hidden)]
pub enum Outcome<T> {
    /// It returned.
    Done(Result<T, Failure>),
    /// It awaits something.
    Later(Pin<Box<dyn Future<Output = Result<T, Failure>>>>),
}

/// Why a task has no result.
#[doc(hidden)]
#[derive(Debug)]
pub struct Failure {
    /// What it throws.
    pub error: JsValue,
}

impl Failure {
    fn new<E: Display + 'static>(error: &E) -> Self {
        let say = || {
            let name = name::short_type(std::any::type_name::<E>());
            let name = if matches!(name.as_str(), "String" | "&str") {
                "Error"
            } else {
                &name
            };
            edge::error(name, &error.to_string())
        };
        Self {
            error: raised(error).unwrap_or_else(say),
        }
    }
}

/// A function of the parameters `P`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "`{Self}` is not a function of at most 8 owned parameters")]
pub trait Function<P> {
    /// What it returns.
    type Output;
    /// Calls it.
    fn apply(self, parameters: P) -> Self::Output;
}

/// What a task may return, and the type of future that makes; `M` keeps the four cases apart.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a task cannot return `{Self}`",
    note = "results implement `Serialize`, or are a `Result<T, E>` of such a `T` and any `E: Display`, \
            or a future of these"
)]
pub trait Returns<T, M> {
    /// The common form of the four.
    fn into_outcome(self) -> Outcome<T>;
}

/// Marks Rust functions; `M` says what they return.
#[doc(hidden)]
#[derive(Debug)]
pub struct Native<M>(PhantomData<M>);
/// Marks references to functions of JavaScript.
#[doc(hidden)]
#[derive(Debug)]
pub struct Referenced;
/// Marks functions that return their value.
#[doc(hidden)]
pub struct Value;
/// Marks functions that return a `Result`.
#[doc(hidden)]
pub struct Fallible;
/// Marks asynchronous functions of a value.
#[doc(hidden)]
pub struct Async;
/// Marks asynchronous functions of a `Result`.
#[doc(hidden)]
pub struct AsyncFallible;

impl<T: Serialize> Returns<T, Value> for T {
    fn into_outcome(self) -> Outcome<T> {
        Outcome::Done(Ok(self))
    }
}

impl<T: Serialize, E: Display + 'static> Returns<T, Fallible> for Result<T, E> {
    fn into_outcome(self) -> Outcome<T> {
        Outcome::Done(self.map_err(|error| Failure::new(&error)))
    }
}

impl<T, F> Returns<T, Async> for F
where
    T: Serialize,
    F: Future<Output = T> + 'static,
{
    fn into_outcome(self) -> Outcome<T> {
        Outcome::Later(Box::pin(async { Ok(self.await) }))
    }
}

impl<T, E, F> Returns<T, AsyncFallible> for F
where
    T: Serialize,
    E: Display + 'static,
    F: Future<Output = Result<T, E>> + 'static,
{
    fn into_outcome(self) -> Outcome<T> {
        Outcome::Later(Box::pin(async { self.await.map_err(|error| Failure::new(&error)) }))
    }
}

/// Implements [`Function`] for each number of parameters.
macro_rules! functions {
    ($(($($parameter:ident)*))*) => {$(
        impl<F, R, $($parameter),*> Function<($($parameter,)*)> for F
        where
            F: Fn($($parameter),*) -> R,
        {
            type Output = R;

            #[allow(non_snake_case)]
            fn apply(self, ($($parameter,)*): ($($parameter,)*)) -> R {
                self($($parameter),*)
            }
        }
    )*};
}

functions! { () (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E G) (A B C D E G H) (A B C D E G H I) }
