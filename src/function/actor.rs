//! Rust values as actors: the functions that make them, and those that are called on them where they live.

use std::any::{Any, TypeId, type_name};
use std::fmt::Display;

use js_sys::Array;
use serde::Serialize;

use super::conjure::{assert_captures_nothing, conjure};
use super::edge::{Parameters, Reply, Trampoline, encode, error, wrong_argument};
use super::name::{short_function, short_type};
use super::{Failure, Fallible, Function, Outcome, Returns, Value};

/// A function that makes the state of an actor: a plain function or a closure that captures nothing, of up to eight parameters.
///
/// You do not implement this trait. `P` is the tuple of its parameters, `S` the state, which may be any type; `M` says whether the
/// function returns an `S` or a `Result<S, E>` with `E: Display`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot make an actor",
    note = "an actor is made by a function or a closure that captures nothing, with at most 8 parameters",
    note = "parameters are owned types that implement `Deserialize`; the function returns the state for `actor`, \
            and a `Result` of it for `try_actor`"
)]
pub trait Constructor<P, S, M>: Copy + Send + 'static {
    /// Its number on the page and in every worker.
    #[doc(hidden)]
    fn index() -> u32;

    /// Tells it from every other one.
    #[doc(hidden)]
    fn identity() -> TypeId;
}

/// A function that is called on the state of an actor: `fn(&mut S, …) -> T`, plain or a closure that captures nothing, with up to seven
/// more parameters.
///
/// You do not implement this trait. `S` is the state, `P` the tuple of the other parameters, `T` the type of the call's future; what the
/// function may return is what [`Task`](crate::Task) says. It may return a future, too, which then cannot borrow the state.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be called on an actor whose state is a `{S}`",
    note = "a method is a function or a closure that captures nothing, whose first parameter is a `&mut {S}`",
    note = "the other parameters are owned types that implement `Deserialize`; results implement `Serialize`, \
            or are a `Result<T, E>` of such a `T` and any `E: Display`"
)]
pub trait Method<S, P, T, M>: Copy + Send + 'static {
    /// Its number on the page and in every worker.
    #[doc(hidden)]
    fn index() -> u32;

    /// Tells it from every other one.
    #[doc(hidden)]
    fn identity() -> TypeId;
}

impl<F, P, S, M> Constructor<P, S, M> for F
where
    F: Function<P> + Copy + Send + 'static,
    F::Output: Makes<S, M>,
    P: Parameters,
    S: 'static,
    M: 'static,
{
    fn index() -> u32 {
        assert_captures_nothing::<F>();
        made::<F, P, S, M> as Trampoline as usize as u32
    }

    fn identity() -> TypeId {
        TypeId::of::<(F, P, S, M)>()
    }
}

impl<F, S, P, T, M> Method<S, P, T, M> for F
where
    F: Called<S, P> + Copy + Send + 'static,
    F::Output: Returns<T, M>,
    S: 'static,
    P: Parameters,
    T: Serialize + 'static,
    M: 'static,
{
    fn index() -> u32 {
        assert_captures_nothing::<F>();
        called::<F, S, P, T, M> as Trampoline as usize as u32
    }

    fn identity() -> TypeId {
        TypeId::of::<(F, S, P, T, M)>()
    }
}

/// Makes a state.
fn made<F, P, S, M>(arguments: &Array) -> Reply
where
    F: Function<P> + Copy + Send + 'static,
    F::Output: Makes<S, M>,
    P: Parameters,
    S: 'static,
{
    let parameters = match P::decode(arguments) {
        Ok(parameters) => parameters,
        Err(mismatch) => return Reply::Done(Err(wrong_argument::<F>(mismatch))),
    };
    match conjure::<F>().apply(parameters).made() {
        Ok(state) => Reply::Made(Box::new(state)),
        Err(failure) => Reply::Done(Err(failure.error)),
    }
}

/// Calls a method, once the worker has found the state that the first argument stands for.
fn called<F, S, P, T, M>(arguments: &Array) -> Reply
where
    F: Called<S, P> + Copy + Send + 'static,
    F::Output: Returns<T, M>,
    S: 'static,
    P: Parameters,
    T: Serialize + 'static,
    M: 'static,
{
    let parameters = match P::decode(&arguments.slice(1, arguments.length())) {
        Ok(parameters) => parameters,
        Err(mismatch) => return Reply::Done(Err(wrong_argument::<F>(mismatch))),
    };
    Reply::Method(Box::new(move |state| {
        let Some(state) = state.downcast_mut::<S>() else {
            let (function, expected) = (short_function(type_name::<F>()), short_type(type_name::<S>()));
            return Reply::Done(Err(error(
                "TypeError",
                &format!("{function} is called on a {expected}, and the actor is none"),
            )));
        };
        match conjure::<F>().apply(state, parameters).into_outcome() {
            Outcome::Done(result) => Reply::Done(encode::<F, T>(result)),
            Outcome::Later(future) => Reply::Later(Box::pin(async { encode::<F, T>(future.await) })),
        }
    }))
}

/// A call of a method on the state that it is given.
pub(crate) type Application = dyn FnOnce(&mut dyn Any) -> Reply;

/// What a constructor may return; `M` keeps the two apart.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is no state of an actor here",
    note = "`actor` takes functions that return the state, `try_actor` those that return a `Result` of it"
)]
pub trait Makes<S, M> {
    /// The state.
    fn made(self) -> Result<S, Failure>;
}

impl<S> Makes<S, Value> for S {
    fn made(self) -> Result<S, Failure> {
        Ok(self)
    }
}

impl<S, E: Display + 'static> Makes<S, Fallible> for Result<S, E> {
    fn made(self) -> Result<S, Failure> {
        self.map_err(|error| Failure::new(&error))
    }
}

/// A function of a state and the parameters `P`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "`{Self}` is not a function of a `&mut {S}` and at most 7 owned parameters")]
pub trait Called<S, P> {
    /// What it returns.
    type Output;
    /// Calls it.
    fn apply(self, state: &mut S, parameters: P) -> Self::Output;
}

/// Implements [`Called`] for each number of parameters.
macro_rules! called {
    ($(($($parameter:ident)*))*) => {$(
        impl<F, R, S, $($parameter),*> Called<S, ($($parameter,)*)> for F
        where
            F: Fn(&mut S, $($parameter),*) -> R,
        {
            type Output = R;

            #[allow(non_snake_case)]
            fn apply(self, state: &mut S, ($($parameter,)*): ($($parameter,)*)) -> R {
                self(state, $($parameter),*)
            }
        }
    )*};
}

called! { () (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E G) (A B C D E G H) }
