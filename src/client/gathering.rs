//! Shapes of futures, and what they become when they are gathered.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use js_sys::{Array, Promise, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::client::Client;
use super::future::Future;
use crate::codec;
use crate::error::Error;

impl Client {
    /// Waits for all these futures and brings their results here, in the same shape: see [`Gather`].
    ///
    /// # Errors
    /// That of the first task that fails, as soon as it does. [`gather_results`](Self::gather_results) brings the others'
    /// results nevertheless.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let numbers = client.map(|x: i64| x + 1, 0..3);
    /// let name = client.submit(|| "three".to_owned(), ());
    /// let (numbers, name): (Vec<i64>, String) = client.gather((&numbers, &name)).await?;
    /// # let _ = (numbers, name);
    /// # Ok(()) }
    /// ```
    pub fn gather<G: Gather>(&self, futures: G) -> impl std::future::Future<Output = Result<G::Values, Error>> {
        let promise = all(&futures).and_then(|list| {
            let promise = self.js().gather(&list).map_err(|error| Error::of_call(&error))?;
            Ok(JsFuture::from(promise))
        });
        async move {
            let values = promise?.await.map_err(|error| Error::of_task(&error))?;
            futures.collect(&mut values.unchecked_into::<Array>().iter())
        }
    }

    /// Waits for all these futures, whatever becomes of them: the same shape, with a `Result` in the place of each.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) {
    /// fn parse(text: String) -> Result<i64, std::num::ParseIntError> {
    ///     text.parse()
    /// }
    ///
    /// let results = client.gather_results(client.map(parse, ["1", "two", "3"])).await;
    /// assert_eq!(results.into_iter().flatten().collect::<Vec<i64>>(), [1, 3]); // the failed one is left out
    /// # }
    /// ```
    pub fn gather_results<G: Gather>(&self, futures: G) -> impl std::future::Future<Output = G::Results> {
        // A JavaScript future is a thenable: whoever awaits it asks for its result.
        let settled = JsFuture::from(Promise::all_settled(&made(&futures)));
        async move {
            let outcomes = settled.await.expect("all_settled is never rejected");
            let mut outcomes = outcomes.unchecked_into::<Array>().into_iter().map(|outcome| {
                let field = |name: &str| Reflect::get(&outcome, &name.into()).unwrap_or(JsValue::UNDEFINED);
                if field("status") == "fulfilled" {
                    Ok(field("value"))
                } else {
                    Err(Error::of_task(&field("reason")))
                }
            });
            futures.collect_results(&mut outcomes)
        }
    }
}

/// Futures in a shape: one, or vectors, slices, arrays, options, tuples and values of maps, at any depth, of futures.
/// References to any of these will do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no futures",
    note = "give a future, or vectors, slices, arrays, options, tuples of up to 6 and values of maps of futures"
)]
pub trait Futures {
    /// Shows each future, in order: the JavaScript one, or why there is none.
    #[doc(hidden)]
    fn each(&self, visit: &mut dyn FnMut(Result<&JsValue, &Error>));
}

/// What [`Client::gather`] takes: [`Futures`] whose results can be read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no futures that could be gathered",
    note = "gather takes a future, or vectors, slices, arrays, options, tuples of up to 6 and values of maps of futures"
)]
pub trait Gather: Futures {
    /// The same shape with results in the place of futures.
    type Values;
    /// The same shape with a `Result` in the place of each future.
    type Results;

    /// Takes as many results, in the same order, back into the shape.
    #[doc(hidden)]
    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error>;

    /// The same with what became of each future that there is.
    #[doc(hidden)]
    fn collect_results(&self, outcomes: &mut dyn Iterator<Item = Result<JsValue, Error>>) -> Self::Results;
}

/// The JavaScript futures of a shape, in order; the error of the first call that could not be made.
pub(crate) fn all(futures: &impl Futures) -> Result<Array, Error> {
    let list = Array::new();
    let mut failed = None;
    futures.each(&mut |future| match future {
        Ok(future) => drop(list.push(future)),
        Err(error) => drop(failed.get_or_insert_with(|| error.clone())),
    });
    failed.map_or(Ok(list), Err)
}

/// The JavaScript futures of a shape, in order, without the calls that could not be made.
pub(crate) fn made(futures: &impl Futures) -> Array {
    let list = Array::new();
    futures.each(&mut |future| {
        if let Ok(future) = future {
            list.push(future);
        }
    });
    list
}

impl<T> Futures for Future<T> {
    fn each(&self, visit: &mut dyn FnMut(Result<&JsValue, &Error>)) {
        visit(self.js().map(AsRef::as_ref));
    }
}

impl<T: DeserializeOwned + 'static> Gather for Future<T> {
    type Values = T;
    type Results = Result<T, Error>;

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<T, Error> {
        self.read(&values.next().expect("a value for each future"))
    }

    fn collect_results(&self, outcomes: &mut dyn Iterator<Item = Result<JsValue, Error>>) -> Result<T, Error> {
        self.js().map_err(Clone::clone)?;
        self.read(&outcomes.next().expect("an outcome for each future")?)
    }
}

impl<T: DeserializeOwned + 'static> Future<T> {
    /// The result, once it is here.
    pub(crate) fn read(&self, value: &JsValue) -> Result<T, Error> {
        codec::from_js(value).map_err(|mismatch| Error::wrong_type(format!("the result of {}", self.key()), mismatch))
    }
}

impl<F: Futures + ?Sized> Futures for &F {
    fn each(&self, visit: &mut dyn FnMut(Result<&JsValue, &Error>)) {
        F::each(self, visit);
    }
}

impl<G: Gather + ?Sized> Gather for &G {
    type Values = G::Values;
    type Results = G::Results;

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<G::Values, Error> {
        G::collect(self, values)
    }

    fn collect_results(&self, outcomes: &mut dyn Iterator<Item = Result<JsValue, Error>>) -> G::Results {
        G::collect_results(self, outcomes)
    }
}

impl<F: Futures> Futures for [F] {
    fn each(&self, visit: &mut dyn FnMut(Result<&JsValue, &Error>)) {
        self.iter().for_each(|item| item.each(visit));
    }
}

impl<G: Gather> Gather for [G] {
    type Values = Vec<G::Values>;
    type Results = Vec<G::Results>;

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
        self.iter().map(|item| item.collect(values)).collect()
    }

    fn collect_results(&self, outcomes: &mut dyn Iterator<Item = Result<JsValue, Error>>) -> Self::Results {
        self.iter().map(|item| item.collect_results(outcomes)).collect()
    }
}

impl<F: Futures> Futures for Vec<F> {
    fn each(&self, visit: &mut dyn FnMut(Result<&JsValue, &Error>)) {
        self.as_slice().each(visit);
    }
}

impl<G: Gather> Gather for Vec<G> {
    type Values = Vec<G::Values>;
    type Results = Vec<G::Results>;

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
        self.as_slice().collect(values)
    }

    fn collect_results(&self, outcomes: &mut dyn Iterator<Item = Result<JsValue, Error>>) -> Self::Results {
        self.as_slice().collect_results(outcomes)
    }
}

impl<F: Futures, const N: usize> Futures for [F; N] {
    fn each(&self, visit: &mut dyn FnMut(Result<&JsValue, &Error>)) {
        self.as_slice().each(visit);
    }
}

impl<G: Gather, const N: usize> Gather for [G; N] {
    type Values = [G::Values; N];
    type Results = [G::Results; N];

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
        Ok(sized(self.as_slice().collect(values)?))
    }

    fn collect_results(&self, outcomes: &mut dyn Iterator<Item = Result<JsValue, Error>>) -> Self::Results {
        sized(self.as_slice().collect_results(outcomes))
    }
}

fn sized<T, const N: usize>(items: Vec<T>) -> [T; N] {
    items.try_into().unwrap_or_else(|_| unreachable!("as many as futures"))
}

impl<F: Futures> Futures for Option<F> {
    fn each(&self, visit: &mut dyn FnMut(Result<&JsValue, &Error>)) {
        self.iter().for_each(|item| item.each(visit));
    }
}

impl<G: Gather> Gather for Option<G> {
    type Values = Option<G::Values>;
    type Results = Option<G::Results>;

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
        self.as_ref().map(|item| item.collect(values)).transpose()
    }

    fn collect_results(&self, outcomes: &mut dyn Iterator<Item = Result<JsValue, Error>>) -> Self::Results {
        self.as_ref().map(|item| item.collect_results(outcomes))
    }
}

/// Implements both for maps, whose values are gathered.
macro_rules! maps {
    ($($map:ident<K, G $(, $hasher:ident: $bound:path)?> where K: $($key:path),+;)*) => {$(
        impl<K: Clone $(+ $key)+, G: Futures $(, $hasher: $bound + Default)?> Futures for $map<K, G $(, $hasher)?> {
            fn each(&self, visit: &mut dyn FnMut(Result<&JsValue, &Error>)) {
                self.values().for_each(|item| item.each(visit));
            }
        }

        impl<K: Clone $(+ $key)+, G: Gather $(, $hasher: $bound + Default)?> Gather for $map<K, G $(, $hasher)?> {
            type Values = $map<K, G::Values $(, $hasher)?>;
            type Results = $map<K, G::Results $(, $hasher)?>;

            fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
                self.iter().map(|(key, item)| Ok((key.clone(), item.collect(values)?))).collect()
            }

            fn collect_results(&self, outcomes: &mut dyn Iterator<Item = Result<JsValue, Error>>) -> Self::Results {
                self.iter().map(|(key, item)| (key.clone(), item.collect_results(outcomes))).collect()
            }
        }
    )*};
}

maps! {
    BTreeMap<K, G> where K: Ord;
    HashMap<K, G, S: BuildHasher> where K: Eq, Hash;
}

/// Implements both for tuples.
macro_rules! tuples {
    ($(($($item:ident $index:tt)*))*) => {$(
        impl<$($item: Futures),*> Futures for ($($item,)*) {
            fn each(&self, visit: &mut dyn FnMut(Result<&JsValue, &Error>)) {
                $(self.$index.each(visit);)*
            }
        }

        impl<$($item: Gather),*> Gather for ($($item,)*) {
            type Values = ($($item::Values,)*);
            type Results = ($($item::Results,)*);

            fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
                Ok(($(self.$index.collect(values)?,)*))
            }

            fn collect_results(&self, outcomes: &mut dyn Iterator<Item = Result<JsValue, Error>>) -> Self::Results {
                ($(self.$index.collect_results(outcomes),)*)
            }
        }
    )*};
}

tuples! { (A 0) (A 0 B 1) (A 0 B 1 C 2) (A 0 B 1 C 2 D 3) (A 0 B 1 C 2 D 3 E 4) (A 0 B 1 C 2 D 3 E 4 F 5) }
