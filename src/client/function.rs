//! What a call consists of on the page: the reference of its function, and its arguments.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::Array;
use rustc_hash::FxBuildHasher;
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::actor::Actor;
use super::delayed::Delayed;
use super::future::Future;
use super::js;
use crate::codec;
use crate::error::Error;
use crate::function::{Definition, LocalActor, Task, name::short_function};

/// The reference by which JavaScript knows a task.
pub(crate) fn reference<F: Task<P, T, M>, P, T, M>(function: F) -> JsValue {
    match function.definition() {
        Definition::Function { index, identity, name } => reference_of(index, identity, || short_function(name)),
        Definition::Reference(reference) => reference,
    }
}

/// The reference of the Rust function that the identity tells from all others; made once for each.
pub(crate) fn reference_of(index: u32, identity: TypeId, name: impl FnOnce() -> String) -> JsValue {
    thread_local! {
        static REFERENCES: RefCell<HashMap<TypeId, JsValue, FxBuildHasher>> = RefCell::default();
    }
    REFERENCES.with_borrow_mut(|references| {
        let make = || js::rust_task(index, &name());
        references.entry(identity).or_insert_with(make).clone()
    })
}

/// What can be given where a task takes a `T`: a `T`, a reference to one, or a future or lazy call of one.
///
/// | parameter | arguments |
/// |---|---|
/// | `T` | `T`, `&T`, `Future<T>`, `&Future<T>`, `Delayed<T>`, `&Delayed<T>` |
/// | `Vec<T>` | also a slice of `T`, and vectors, slices and arrays of futures or lazy calls of `T` |
/// | `String` | also `&str` |
/// | [`LocalActor<S>`](crate::task::LocalActor) | `Actor<S>`, `&Actor<S>`, for a `Vec` of them as with futures |
///
/// The result of a future goes straight from the worker that has it to the one that needs it.
///
/// ```no_run
/// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
/// fn sum(numbers: Vec<f64>) -> f64 {
///     numbers.iter().sum()
/// }
///
/// let squares = client.map(|x: f64| x * x, [1.0, 2.0, 3.0]);
/// let total = client.submit(sum, (&squares,));
/// assert_eq!(total.await?, 14.0);
/// # Ok(()) }
/// ```
#[diagnostic::on_unimplemented(
    message = "the task takes a `{T}`, which `{Self}` is not",
    label = "wants a `{T}`",
    note = "a `T`, a `&T`, or a future or lazy call of a `T` can be given where a task takes a `T`"
)]
pub trait Argument<T> {
    /// The JavaScript value of it. Handles go into `kept`: what they stand for must live until the call has been made.
    #[doc(hidden)]
    fn into_js(self, kept: &mut Kept) -> Result<JsValue, Error>;
}

/// Handles that are parts of a call.
pub(crate) type Kept = Vec<Rc<dyn Any>>;

/// The arguments of a call: a tuple with one [`Argument`] for each parameter, `(1,)` for a single one.
#[diagnostic::on_unimplemented(
    message = "the task takes the parameters `{P}`, which `{Self}` does not fit",
    label = "expected arguments for `{P}`",
    note = "arguments are a tuple: `()` for none, `(x,)` for one, `(x, y)` for two"
)]
pub trait Arguments<P> {
    /// All of them, in order.
    #[doc(hidden)]
    fn into_array(self, kept: &mut Kept) -> Result<Array, Error>;
}

/// One call of [`Client::map`](crate::Client::map): an [`Argument`] for functions of one parameter, otherwise a tuple.
#[diagnostic::on_unimplemented(
    message = "the task takes the parameters `{P}`, for which an item of `{Self}` does not do",
    note = "each item is the argument of a function of one parameter, and a tuple of the arguments of others"
)]
pub trait Item<P> {
    /// How many parameters there are.
    #[doc(hidden)]
    const PARAMETERS: usize;
    /// Appends each argument to the list of its parameter.
    #[doc(hidden)]
    fn push_to(self, lists: &[Array], kept: &mut Kept) -> Result<(), Error>;
}

impl<T: Serialize + 'static> Argument<T> for T {
    fn into_js(self, _: &mut Kept) -> Result<JsValue, Error> {
        encode(&self)
    }
}

impl<T: Serialize + 'static> Argument<T> for &T {
    fn into_js(self, _: &mut Kept) -> Result<JsValue, Error> {
        encode(self)
    }
}

impl Argument<String> for &str {
    fn into_js(self, _: &mut Kept) -> Result<JsValue, Error> {
        Ok(JsValue::from_str(self))
    }
}

impl<T: Serialize + Clone + 'static> Argument<Vec<T>> for &[T] {
    fn into_js(self, _: &mut Kept) -> Result<JsValue, Error> {
        encode(&self.to_vec())
    }
}

/// Futures, lazy calls and actors are passed by the JavaScript object that they wrap. Each with what the task takes for it.
macro_rules! handles {
    ($($handle:ident as $taken:ty)*) => {$(
        impl<T> Argument<$taken> for $handle<T> {
            fn into_js(self, kept: &mut Kept) -> Result<JsValue, Error> {
                Argument::<$taken>::into_js(&self, kept)
            }
        }

        impl<T> Argument<$taken> for &$handle<T> {
            fn into_js(self, kept: &mut Kept) -> Result<JsValue, Error> {
                kept.push(self.kept());
                self.js().map(|handle| handle.into()).map_err(Clone::clone)
            }
        }

        impl<T> Argument<Vec<$taken>> for Vec<$handle<T>> {
            fn into_js(self, kept: &mut Kept) -> Result<JsValue, Error> {
                list(&self, kept)
            }
        }

        impl<T> Argument<Vec<$taken>> for &Vec<$handle<T>> {
            fn into_js(self, kept: &mut Kept) -> Result<JsValue, Error> {
                list(self, kept)
            }
        }

        impl<T> Argument<Vec<$taken>> for &[$handle<T>] {
            fn into_js(self, kept: &mut Kept) -> Result<JsValue, Error> {
                list(self, kept)
            }
        }

        impl<T, const N: usize> Argument<Vec<$taken>> for [$handle<T>; N] {
            fn into_js(self, kept: &mut Kept) -> Result<JsValue, Error> {
                list(&self, kept)
            }
        }

        impl<T, const N: usize> Argument<Vec<$taken>> for [&$handle<T>; N] {
            fn into_js(self, kept: &mut Kept) -> Result<JsValue, Error> {
                list(self, kept)
            }
        }
    )*};
}

handles! { Future as T Delayed as T Actor as LocalActor<T> }

fn encode<T: Serialize + 'static>(value: &T) -> Result<JsValue, Error> {
    codec::to_js(value).map_err(|mismatch| Error::wrong_type("the argument".to_owned(), mismatch))
}

fn list<T, A: Argument<T>>(items: impl IntoIterator<Item = A>, kept: &mut Kept) -> Result<JsValue, Error> {
    let list = Array::new();
    for item in items {
        list.push(&item.into_js(kept)?);
    }
    Ok(list.into())
}

/// Says which argument it is.
fn at(position: u32, result: Result<JsValue, Error>) -> Result<JsValue, Error> {
    result.map_err(|error| match error {
        Error::WrongType { expected, reason, .. } => Error::WrongType {
            subject: format!("argument {position}"),
            expected,
            reason,
        },
        other => other,
    })
}

impl<T, A: Argument<T>> Item<(T,)> for A {
    const PARAMETERS: usize = 1;

    fn push_to(self, lists: &[Array], kept: &mut Kept) -> Result<(), Error> {
        lists[0].push(&at(1, self.into_js(kept))?);
        Ok(())
    }
}

/// Implements [`Arguments`] for each number of them.
macro_rules! arguments {
    ($(($($argument:ident $parameter:ident $position:literal)*))*) => {$(
        impl<$($parameter, $argument: Argument<$parameter>),*> Arguments<($($parameter,)*)> for ($($argument,)*) {
            #[allow(non_snake_case)]
            fn into_array(self, _kept: &mut Kept) -> Result<Array, Error> {
                let ($($argument,)*) = self;
                let array = Array::new();
                $(array.push(&at($position, $argument.into_js(_kept))?);)*
                Ok(array)
            }
        }
    )*};
}

/// Implements [`Item`] for each number of parameters above one.
macro_rules! items {
    ($(($parameters:literal: $($argument:ident $parameter:ident $position:literal)*))*) => {$(
        impl<$($parameter, $argument: Argument<$parameter>),*> Item<($($parameter,)*)> for ($($argument,)*) {
            const PARAMETERS: usize = $parameters;

            #[allow(non_snake_case)]
            fn push_to(self, lists: &[Array], kept: &mut Kept) -> Result<(), Error> {
                let ($($argument,)*) = self;
                // All are converted before the first is appended, so that the lists stay of one length.
                $(let $argument = at($position, $argument.into_js(kept))?;)*
                $(lists[$position - 1].push(&$argument);)*
                Ok(())
            }
        }
    )*};
}

arguments! {
    ()
    (A P 1)
    (A P 1 B Q 2)
    (A P 1 B Q 2 C R 3)
    (A P 1 B Q 2 C R 3 D S 4)
    (A P 1 B Q 2 C R 3 D S 4 E T 5)
    (A P 1 B Q 2 C R 3 D S 4 E T 5 F U 6)
    (A P 1 B Q 2 C R 3 D S 4 E T 5 F U 6 G V 7)
    (A P 1 B Q 2 C R 3 D S 4 E T 5 F U 6 G V 7 H W 8)
}

items! {
    (2: A P 1 B Q 2)
    (3: A P 1 B Q 2 C R 3)
    (4: A P 1 B Q 2 C R 3 D S 4)
    (5: A P 1 B Q 2 C R 3 D S 4 E T 5)
    (6: A P 1 B Q 2 C R 3 D S 4 E T 5 F U 6)
    (7: A P 1 B Q 2 C R 3 D S 4 E T 5 F U 6 G V 7)
    (8: A P 1 B Q 2 C R 3 D S 4 E T 5 F U 6 G V 7 H W 8)
}
