//! Actors: Rust values that live in a worker, called from here.

use std::any::{Any, type_name};
use std::fmt;
use std::rc::Rc;

use wasm_bindgen_futures::JsFuture;

use super::client::Client;
use super::function::{Arguments, Kept, reference_of};
use super::future::{Future, Status};
use super::giving_up::CancelOptions;
use super::js;
use crate::error::Error;
use crate::function::name::{short_function, short_type};
use crate::function::{Constructor, Fallible, Method, Value};

impl Client {
    /// Makes a value that stays in one worker, and keeps its state there: see [`Actor`]. It goes to the worker that has the fewest
    /// actors, within [`TaskOptions::worker`](crate::TaskOptions::worker), and is never copied, moved or made again. Arguments are those of
    /// [`submit`](Self::submit), futures included. It returns at once; [`Actor::ready`] waits until it is made.
    ///
    /// If the call cannot be made, because the client is closed, say, the actor and its calls have that as their error.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// struct Counter {
    ///     n: i64,
    /// }
    /// impl Counter {
    ///     fn new(n: i64) -> Self {
    ///         Self { n }
    ///     }
    ///     fn add(&mut self, by: i64) -> i64 {
    ///         self.n += by;
    ///         self.n
    ///     }
    /// }
    ///
    /// let counter = client.actor(Counter::new, (10,));
    /// let eleven = counter.call(Counter::add, (1,));
    /// assert_eq!(counter.call(Counter::add, (2,)).await?, 13);
    /// assert_eq!(counter.call(|counter: &mut Counter| counter.n, ()).await?, 13);
    /// assert_eq!(eleven.await?, 11);
    /// # Ok(()) }
    /// ```
    pub fn actor<F, P, S, A>(&self, constructor: F, arguments: A) -> Actor<S>
    where
        F: Constructor<P, S, Value>,
        A: Arguments<P>,
    {
        self.made(constructor, arguments)
    }

    /// The same by a function that may fail: its `Err` is the error of the actor and of its calls.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use std::num::ParseIntError;
    ///
    /// let number = client.try_actor(|text: String| text.parse::<i64>(), ("12",));
    /// number.ready().await?;
    /// # let _: webfutures::Actor<i64> = number;
    /// # Ok(()) }
    /// ```
    pub fn try_actor<F, P, S, A>(&self, constructor: F, arguments: A) -> Actor<S>
    where
        F: Constructor<P, S, Fallible>,
        A: Arguments<P>,
    {
        self.made(constructor, arguments)
    }

    fn made<F: Constructor<P, S, M>, P, S, M, A: Arguments<P>>(&self, _: F, arguments: A) -> Actor<S> {
        let constructor = reference_of(F::index(), F::identity(), || short_type(type_name::<S>()));
        let mut kept = Kept::new();
        let future = arguments.into_array(&mut kept).and_then(|arguments| {
            let future = self.js().actor(&constructor, &arguments);
            future.map_err(|error| Error::of_call(&error))
        });
        let future = match future {
            Ok(future) => Future::new(future, self),
            Err(error) => Future::failed(error),
        };
        Actor {
            future,
            client: self.clone(),
        }
    }
}

/// A value of type `S` that lives in a worker: [`Client::actor`] makes one. `S` need not be a serde type, nor `Send`, for it never leaves.
///
/// Calls run there one after the other, in the order in which they become ready: in the order in which they were made, unless one has
/// a pending future among its arguments. A clone is another handle of the same actor, which lives as long as there is one, or a call.
///
/// It is an argument of tasks that take a [`LocalActor`](crate::task::LocalActor): they run in its worker, with its state at hand.
///
/// What a method returns as an `Err` is the error of that call, and the actor goes on. A panic costs the state, as that of any other task
/// in the same worker does, since the instance in which it lies is replaced; the death of the worker does, too. Then the actor is lost:
/// its calls fail with [`Error::LostActor`]. It is not made again, for nobody knows what had become of it.
pub struct Actor<S> {
    future: Future<S>,
    client: Client,
}

impl<S> Actor<S> {
    /// Calls a function on the state, and returns a future of what it returns. It may be called before the actor is made. A call whose
    /// future is dropped before it begins never runs, as with [`submit`](Client::submit).
    ///
    /// The future fails with [`Error::LostActor`] if the actor is lost, and with its error if it could not be made.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use std::collections::HashMap;
    ///
    /// type Words = HashMap<String, u32>;
    /// fn count(words: &mut Words, word: String) -> u32 {
    ///     *words.entry(word).and_modify(|n| *n += 1).or_insert(1)
    /// }
    ///
    /// let words = client.actor(Words::new, ());
    /// assert_eq!(words.call(count, ("one",)).await?, 1);
    /// assert_eq!(words.call(count, ("one",)).await?, 2);
    /// # Ok(()) }
    /// ```
    #[must_use = "a call whose future is dropped never runs: keep it, or hand it to `fire_and_forget`"]
    pub fn call<F, P, T, M, A>(&self, _method: F, arguments: A) -> Future<T>
    where
        F: Method<S, P, T, M>,
        A: Arguments<P>,
    {
        let method = reference_of(F::index(), F::identity(), || {
            format!("{}::{}", short_type(type_name::<S>()), short_function(type_name::<F>()))
        });
        let mut kept = Kept::new();
        let call = || {
            let actor = self.future.js().map_err(Clone::clone)?;
            let arguments = arguments.into_array(&mut kept)?;
            js::call_on(actor, &method, &arguments).map_err(|error| Error::of_call(&error))
        };
        match call() {
            Ok(future) => Future::new(future, &self.client),
            Err(error) => Future::failed(error),
        }
    }

    /// Waits until it is made.
    ///
    /// # Errors
    /// That of its constructor, [`Error::LostActor`] if it is lost, [`Error::Cancelled`] if it was cancelled, [`Error::Closed`] if it could
    /// not be submitted.
    pub async fn ready(&self) -> Result<(), Error> {
        match self.future.exception().await {
            Some(error) => Err(error),
            None if self.future.cancelled() => {
                let future = self.future.js().map_err(Clone::clone)?;
                let cancelled = JsFuture::from(future.result()).await;
                cancelled.map(drop).map_err(|error| Error::of_task(&error))
            }
            None => Ok(()),
        }
    }

    /// Its name among tasks: `Counter-5f3a…`.
    pub fn key(&self) -> String {
        self.future.key()
    }

    /// [`Status::Finished`] once it is made, [`Status::Error`] when it is lost or could not be made.
    pub fn status(&self) -> Status {
        self.future.status()
    }

    /// What keeps the handle alive.
    pub(crate) fn kept(&self) -> Rc<dyn Any> {
        self.future.kept()
    }

    /// The JavaScript future of it, or why there is none.
    pub(crate) fn js(&self) -> Result<&js::Future, &Error> {
        self.future.js()
    }

    /// Gives it up for everybody in this client, with the calls that wait for it: see [`Client::cancel`].
    pub fn cancel(&self) {
        self.future.cancel_with(CancelOptions::new());
    }
}

impl<S> Clone for Actor<S> {
    fn clone(&self) -> Self {
        Self {
            future: self.future.clone(),
            client: self.client.clone(),
        }
    }
}

/// `<Actor: finished, key: Counter-…>`
impl<S> fmt::Display for Actor<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<Actor: {}, key: {}>", self.status(), self.key())
    }
}

impl<S> fmt::Debug for Actor<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
