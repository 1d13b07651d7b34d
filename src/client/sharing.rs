//! Variables, queues and datasets, through which clients of the same workers share values and futures by name.

use std::fmt;
use std::marker::PhantomData;

use js_sys::{Array, Object, Promise};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

use super::client::{Client, settled};
use super::coordination::{answer, count};
use super::future::Future;
use super::js;
use super::patience::Patience;
use crate::codec;
use crate::error::Error;
use crate::properties::object;

/// What is shared by name among all clients of the same workers. Values are copied. Futures are kept alive, whoever put them there, and
/// what comes out has futures of one's own.
impl Client {
    /// A place for one value: see [`Shareable`].
    ///
    /// # Errors
    /// As for [`lock`](Self::lock).
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::Variable;
    ///
    /// let best: Variable<f64> = client.variable("best")?;
    /// best.set(0.5).await?;
    /// assert_eq!(best.get().await?, 0.5);
    /// # Ok(()) }
    /// ```
    pub fn variable<T>(&self, name: &str) -> Result<Variable<T>, Error> {
        Ok(Variable {
            js: self.js().variable(name).map_err(|error| Error::of_call(&error))?,
            client: self.clone(),
            value: PhantomData,
        })
    }

    /// Values in the order in which they were put: see [`Shareable`].
    ///
    /// # Errors
    /// As for [`lock`](Self::lock).
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::{Future, Queue};
    ///
    /// let queue: Queue<Future<i64>> = client.queue("squares")?;
    /// queue.put(client.submit(|x: i64| x * x, (3,))).await?;
    /// let nine = queue.get().await?; // in another part of the page, say
    /// assert_eq!(nine.await?, 9);
    /// # Ok(()) }
    /// ```
    pub fn queue<T>(&self, name: &str) -> Result<Queue<T>, Error> {
        self.queue_of(name, None)
    }

    /// The same, but [`put`](Queue::put) waits while so many are in it, 1 to 1,000,000; all who give a size have to give the same.
    ///
    /// # Errors
    /// As for [`lock`](Self::lock); [`Error::InvalidOptions`] for another size.
    pub fn bounded_queue<T>(&self, name: &str, max_size: u32) -> Result<Queue<T>, Error> {
        self.queue_of(name, Some(("maxSize", max_size.into())))
    }

    /// Gives data or futures a name for other clients: see [`Shareable`].
    ///
    /// # Errors
    /// [`Error::Coordination`] if there is a dataset of that name already; otherwise as for [`lock`](Self::lock).
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::Future;
    ///
    /// client.publish("squares", client.map(|x: i64| x * x, 0..10)).await?;
    /// let squares: Vec<Future<i64>> = client.dataset("squares").await?; // futures of one's own
    /// # Ok(()) }
    /// ```
    pub async fn publish<T: Shareable<M>, M>(&self, name: &str, value: T) -> Result<(), Error> {
        self.publish_as(name, &value, false).await
    }

    /// The same, also in the place of another dataset of that name.
    ///
    /// # Errors
    /// As for [`lock`](Self::lock).
    pub async fn republish<T: Shareable<M>, M>(&self, name: &str, value: T) -> Result<(), Error> {
        self.publish_as(name, &value, true).await
    }

    /// A published dataset, with futures of one's own.
    ///
    /// # Errors
    /// [`Error::Coordination`] if there is none of that name, [`Error::WrongType`] if it is no `T`; otherwise as for
    /// [`lock`](Self::lock).
    pub async fn dataset<T: Shareable<M>, M>(&self, name: &str) -> Result<T, Error> {
        T::from_js(answer(self.js().dataset(name)).await?, self)
    }

    /// Takes a dataset back: its futures are kept no more.
    ///
    /// # Errors
    /// [`Error::Coordination`] if there is none of that name; otherwise as for [`lock`](Self::lock).
    pub async fn unpublish(&self, name: &str) -> Result<(), Error> {
        answer(self.js().unpublish(name)).await.map(drop)
    }

    /// Names of the published datasets, sorted.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is closed.
    pub async fn datasets(&self) -> Result<Vec<String>, Error> {
        let names: Array = settled(self.js().datasets()).await?.unchecked_into();
        Ok(names.iter().map(|name| name.as_string().expect("a name")).collect())
    }

    async fn publish_as<T: Shareable<M>, M>(&self, name: &str, value: &T, replace: bool) -> Result<(), Error> {
        let options = object([("replace", replace.into())]);
        answer(self.js().publish(name, &value.to_js()?, &options))
            .await
            .map(drop)
    }

    fn queue_of<T>(&self, name: &str, size: Option<(&str, JsValue)>) -> Result<Queue<T>, Error> {
        let js = self.js().queue(name, &object(size));
        Ok(Queue {
            js: js.map_err(|error| Error::of_call(&error))?,
            client: self.clone(),
            value: PhantomData,
        })
    }
}

/// What can be shared by name: a value that serde reads and writes, a [`Future`], and a `Vec` of futures. `M` tells the three apart.
///
/// In JavaScript a future that comes out alone would be awaited, as promises do. So one that Rust code shares is a list of one there:
/// `const [future] = await queue.get()`, and `await queue.put([future])` for Rust code to take out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shared by name",
    note = "what is shared implements `Serialize` and `DeserializeOwned`, or is a future, or a `Vec` of futures"
)]
pub trait Shareable<M>: Sized + 'static {
    /// As it goes there.
    #[doc(hidden)]
    fn to_js(&self) -> Result<JsValue, Error>;

    /// As it comes out.
    #[doc(hidden)]
    fn from_js(value: JsValue, client: &Client) -> Result<Self, Error>;
}

/// Marks values.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsValue;
/// Marks futures.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsFuture;
/// Marks lists of futures.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsFutures;

impl<T: Serialize + DeserializeOwned + 'static> Shareable<AsValue> for T {
    fn to_js(&self) -> Result<JsValue, Error> {
        codec::to_js(self).map_err(|mismatch| Error::wrong_type("the value to be shared".to_owned(), mismatch))
    }

    fn from_js(value: JsValue, _: &Client) -> Result<Self, Error> {
        codec::from_js(&value).map_err(|mismatch| Error::wrong_type(SHARED.to_owned(), mismatch))
    }
}

impl<T: 'static> Shareable<AsFuture> for Future<T> {
    fn to_js(&self) -> Result<JsValue, Error> {
        let future = self.js().map_err(Clone::clone)?;
        Ok(Array::of1(future).into())
    }

    fn from_js(value: JsValue, client: &Client) -> Result<Self, Error> {
        let futures = Vec::<Self>::from_js(value, client)?;
        let found = futures.len();
        let one: Result<[Self; 1], _> = futures.try_into();
        one.map(|[future]| future)
            .map_err(|_| no_futures("future", format!("found {found} futures")))
    }
}

impl<T: 'static> Shareable<AsFutures> for Vec<Future<T>> {
    fn to_js(&self) -> Result<JsValue, Error> {
        let list: Result<Array, &Error> = self.iter().map(Future::js).collect();
        list.map(JsValue::from).map_err(Clone::clone)
    }

    fn from_js(value: JsValue, client: &Client) -> Result<Self, Error> {
        let list: Array = value
            .dyn_into()
            .map_err(|value| no_futures("list of futures", format!("found {value:?}")))?;
        let future = |item: JsValue| match item.dyn_into::<js::Future>() {
            Ok(js) => Ok(Future::new(js, client)),
            Err(item) => Err(no_futures("list of futures", format!("{item:?} is in it"))),
        };
        list.iter().map(future).collect()
    }
}

const SHARED: &str = "the shared value";

fn no_futures(expected: &str, reason: String) -> Error {
    Error::WrongType {
        subject: SHARED.to_owned(),
        expected: expected.to_owned(),
        reason,
    }
}

/// A place for one value: see [`Client::variable`].
pub struct Variable<T> {
    js: js::Variable,
    client: Client,
    value: PhantomData<fn(T) -> T>,
}

impl<T> Variable<T> {
    /// Gives it a value, in place of the one it has.
    ///
    /// # Errors
    /// [`Error::WrongType`] if JavaScript has no equal of it, [`Error::Closed`] if the client is closed.
    pub async fn set<M>(&self, value: T) -> Result<(), Error>
    where
        T: Shareable<M>,
    {
        answer(self.js.set(&value.to_js()?)).await.map(drop)
    }

    /// The value, when it has one.
    ///
    /// # Errors
    /// [`Error::Timeout`] after [`Patience::timeout`], [`Error::WrongType`] if it is no `T`, [`Error::Closed`] if the client is closed.
    pub fn get<M>(&self) -> Patience<T>
    where
        T: Shareable<M>,
    {
        let js = self.js.clone();
        taken(move |options| js.get(options), &self.client)
    }

    /// Takes the value away: whoever asks for it waits for the next one.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is closed.
    pub async fn delete(&self) -> Result<(), Error> {
        answer(self.js.delete()).await.map(drop)
    }
}

/// Values in order: see [`Client::queue`].
pub struct Queue<T> {
    js: js::Queue,
    client: Client,
    value: PhantomData<fn(T) -> T>,
}

impl<T> Queue<T> {
    /// Adds a value, when there is room.
    ///
    /// # Errors
    /// [`Error::Timeout`] after [`Patience::timeout`]: then it is not added; [`Error::WrongType`] if JavaScript has no equal of it;
    /// [`Error::Coordination`] if the queue is closed meanwhile, or in use with another size; [`Error::Closed`] if the client is closed.
    pub fn put<M>(&self, value: T) -> Patience
    where
        T: Shareable<M>,
    {
        let js = self.js.clone();
        // It lives, and its futures do, until it has been put.
        let put = move |options: &_| js.put(&value.to_js()?, options).map_err(|error| Error::of_call(&error));
        let client = self.client.clone();
        Patience::prepared(put, move |_| {
            drop(client);
            Ok(())
        })
    }

    /// Takes the first one out, when there is one.
    ///
    /// # Errors
    /// [`Error::Timeout`] after [`Patience::timeout`]: then none is taken; [`Error::WrongType`] if the one that was taken is no `T`;
    /// [`Error::Coordination`] if the queue is closed meanwhile; [`Error::Closed`] if the client is closed.
    pub fn get<M>(&self) -> Patience<T>
    where
        T: Shareable<M>,
    {
        let js = self.js.clone();
        taken(move |options| js.get(options), &self.client)
    }

    /// Takes `count` out, 1 to 1,000,000, when there are so many.
    ///
    /// # Errors
    /// As for [`get`](Self::get); [`Error::InvalidOptions`] for another number.
    pub fn get_batch<M>(&self, count: u32) -> Patience<Vec<T>>
    where
        T: Shareable<M>,
    {
        self.batch(count.into())
    }

    /// Takes all out that there are, perhaps none.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn get_all<M>(&self) -> Patience<Vec<T>>
    where
        T: Shareable<M>,
    {
        self.batch(JsValue::UNDEFINED)
    }

    /// How many are in it.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is closed.
    pub async fn size(&self) -> Result<u32, Error> {
        answer(self.js.size()).await.map(|size| count(&size))
    }

    /// Empties and ends it: whoever waits there gets an [`Error::Coordination`]. What is put afterwards begins a new one.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is closed.
    pub async fn close(&self) -> Result<(), Error> {
        answer(self.js.close()).await.map(drop)
    }

    fn batch<M>(&self, count: JsValue) -> Patience<Vec<T>>
    where
        T: Shareable<M>,
    {
        let (js, client) = (self.js.clone(), self.client.clone());
        Patience::new(
            move |options| js.get_batch(&count, options),
            move |values| {
                let values: Array = values.unchecked_into();
                values.iter().map(|value| T::from_js(value, &client)).collect()
            },
        )
    }
}

/// A wait for what somebody has shared.
fn taken<T: Shareable<M>, M>(
    ask: impl FnOnce(&Object) -> Result<Promise, JsValue> + 'static,
    client: &Client,
) -> Patience<T> {
    let client = client.clone();
    Patience::new(ask, move |value| T::from_js(value, &client))
}

/// Each shows itself as the JavaScript object does: `<Queue: jobs>`. A clone is another handle of the same thing.
macro_rules! shown {
    ($($type:ident)*) => {$(
        impl<T> fmt::Debug for $type<T> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.js.text())
            }
        }

        impl<T> Clone for $type<T> {
            fn clone(&self) -> Self {
                Self {
                    js: self.js.clone(),
                    client: self.client.clone(),
                    value: PhantomData,
                }
            }
        }
    )*};
}

shown! { Variable Queue }
