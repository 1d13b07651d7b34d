//! The edge between tasks and JavaScript: arguments in, the call, the result out.
//!
//! This is the only part of a task's way that knows JavaScript. An edge of bytes would stand beside it.

use std::any::{Any, type_name};
use std::future::Future;
use std::pin::Pin;

use js_sys::{Array, Error};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use super::actor::Application;
use super::{Failure, Function, Outcome, Returns, conjure::conjure, name::short_function};
use crate::codec;

/// A task with its types erased: what is called in a worker by its table index.
pub(crate) type Trampoline = fn(&Array) -> Reply;

/// What a trampoline answers: a value or an error, now or later.
pub(crate) enum Reply {
    /// It returned or threw.
    Done(Result<JsValue, JsValue>),
    /// It awaits something.
    Later(Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>),
    /// It has made the state of an actor.
    Made(Box<dyn Any>),
    /// It is to be applied to the state of the actor that the first argument stands for.
    Method(Box<Application>),
}

/// The table index of the trampoline of `F`: the same number in every instance of this module, since the table is part of it.
pub(crate) fn index_of<F, P, T, M>() -> u32
where
    F: Function<P> + Copy + Send + 'static,
    F::Output: Returns<T, M>,
    P: Parameters,
    T: Serialize + 'static,
{
    trampoline::<F, P, T, M> as Trampoline as usize as u32
}

fn trampoline<F, P, T, M>(arguments: &Array) -> Reply
where
    F: Function<P> + Copy + Send + 'static,
    F::Output: Returns<T, M>,
    P: Parameters,
    T: Serialize + 'static,
{
    let parameters = match P::decode(arguments) {
        Ok(parameters) => parameters,
        Err(mismatch) => return Reply::Done(Err(wrong_argument::<F>(mismatch))),
    };
    match conjure::<F>().apply(parameters).into_outcome() {
        Outcome::Done(result) => Reply::Done(encode::<F, T>(result)),
        Outcome::Later(future) => Reply::Later(Box::pin(async { encode::<F, T>(future.await) })),
    }
}

/// Says which argument of a function is of another type.
pub(super) fn wrong_argument<F>((position, mismatch): (u32, String)) -> JsValue {
    let function = short_function(type_name::<F>());
    error("TypeError", &format!("argument {position} of {function} is {mismatch}"))
}

pub(super) fn encode<F, T: Serialize + 'static>(result: Result<T, Failure>) -> Result<JsValue, JsValue> {
    let value = result.map_err(|failure| failure.error)?;
    codec::to_js(&value).map_err(|mismatch| {
        let function = short_function(type_name::<F>());
        error(
            "DataCloneError",
            &format!("the result of {function} has no equal in JavaScript ({mismatch})"),
        )
    })
}

pub(super) fn error(name: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    error.set_name(name);
    error.into()
}

/// The parameters of a function, as they come out of JavaScript.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a task cannot take the parameters `{Self}`",
    note = "parameters are owned types that implement `Deserialize`: `String` rather than `&str`, `Vec<f64>` rather than `&[f64]`"
)]
pub trait Parameters: Sized + 'static {
    /// Converts all of them; otherwise says which one is of another type.
    fn decode(arguments: &Array) -> Result<Self, (u32, String)>;
}

/// Implements [`Parameters`] for each number of them.
macro_rules! parameters {
    ($(($($parameter:ident $position:literal)*))*) => {$(
        impl<$($parameter: DeserializeOwned + 'static),*> Parameters for ($($parameter,)*) {
            fn decode(_arguments: &Array) -> Result<Self, (u32, String)> {
                Ok(($(codec::from_js::<$parameter>(&_arguments.get($position - 1))
                    .map_err(|mismatch| ($position, mismatch.to_string()))?,)*))
            }
        }
    )*};
}

parameters! {
    ()
    (A 1)
    (A 1 B 2)
    (A 1 B 2 C 3)
    (A 1 B 2 C 3 D 4)
    (A 1 B 2 C 3 D 4 E 5)
    (A 1 B 2 C 3 D 4 E 5 F 6)
    (A 1 B 2 C 3 D 4 E 5 F 6 G 7)
    (A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8)
}
