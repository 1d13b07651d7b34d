//! Lazy calls that are made: one, or several at once.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::client::Client;
use super::delayed::Delayed;
use super::future::Future;
use crate::error::Error;

impl Client {
    /// Makes the calls that [`delayed`](crate::delayed) described, with all they depend on: a future for one, and the same list, array
    /// or tuple of futures for several. A lazy call that is computed twice, or used at several places, runs once.
    ///
    /// [`TaskOptions::key`](crate::TaskOptions::key) is for one, [`keys`](crate::TaskOptions::keys) are for several.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::delayed;
    ///
    /// let numbers = delayed(|n: usize| vec![0.5; n], (100,));
    /// let count = delayed(|numbers: Vec<f64>| numbers.len(), (&numbers,));
    /// let sum = delayed(|numbers: Vec<f64>| numbers.iter().sum::<f64>(), (&numbers,));
    /// let (count, sum) = client.compute((count, sum));
    /// assert_eq!(client.gather((count, sum)).await?, (100, 50.0));
    /// # Ok(()) }
    /// ```
    pub fn compute<C: Compute>(&self, graph: C) -> C::Futures {
        graph.compute(self)
    }

    fn compute_one<T>(&self, lazy: &Delayed<T>) -> Future<T> {
        let future = lazy.js().map_err(Clone::clone).and_then(|lazy| {
            let future = self.js().compute(lazy);
            future.map_err(|error| Error::of_call(&error))
        });
        match future {
            Ok(future) => Future::new(future.unchecked_into(), self),
            Err(error) => Future::failed(error),
        }
    }

    fn compute_all<T>(&self, calls: &[Result<&JsValue, &Error>]) -> Vec<Future<T>> {
        let list = calls.iter().copied().collect::<Result<Array, &Error>>();
        let futures = list.map_err(Clone::clone).and_then(|list| {
            let futures = self.js().compute(&list);
            futures.map_err(|error| Error::of_call(&error))
        });
        self.futures(futures.map(JsValue::unchecked_into), calls.len())
    }
}

/// What [`Client::compute`] takes: a [`Delayed`], or a vector, slice, array, or tuple of up to 6, of them. References to any will do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no lazy calls that could be computed",
    note = "compute takes a `Delayed`, or a vector, slice, array, or tuple of up to 6, of them"
)]
pub trait Compute {
    /// A future, or as many.
    type Futures;
    /// Makes the calls.
    #[doc(hidden)]
    fn compute(self, client: &Client) -> Self::Futures;
}

/// A lazy call or a reference to one.
#[doc(hidden)]
pub trait Lazy {
    /// What it is of.
    type Value;
    /// The JavaScript object, or why there is none.
    fn lazy(&self) -> Result<&JsValue, &Error>;
}

impl<T> Lazy for Delayed<T> {
    type Value = T;

    fn lazy(&self) -> Result<&JsValue, &Error> {
        self.js()
    }
}

impl<T> Lazy for &Delayed<T> {
    type Value = T;

    fn lazy(&self) -> Result<&JsValue, &Error> {
        self.js()
    }
}

impl<T> Compute for &Delayed<T> {
    type Futures = Future<T>;

    fn compute(self, client: &Client) -> Future<T> {
        client.compute_one(self)
    }
}

impl<T> Compute for Delayed<T> {
    type Futures = Future<T>;

    fn compute(self, client: &Client) -> Future<T> {
        client.compute_one(&self)
    }
}

impl<L: Lazy> Compute for &[L] {
    type Futures = Vec<Future<L::Value>>;

    fn compute(self, client: &Client) -> Self::Futures {
        client.compute_all(&self.iter().map(Lazy::lazy).collect::<Vec<_>>())
    }
}

impl<L: Lazy> Compute for &Vec<L> {
    type Futures = Vec<Future<L::Value>>;

    fn compute(self, client: &Client) -> Self::Futures {
        self.as_slice().compute(client)
    }
}

impl<L: Lazy> Compute for Vec<L> {
    type Futures = Vec<Future<L::Value>>;

    fn compute(self, client: &Client) -> Self::Futures {
        self.as_slice().compute(client)
    }
}

impl<L: Lazy, const N: usize> Compute for &[L; N] {
    type Futures = [Future<L::Value>; N];

    fn compute(self, client: &Client) -> Self::Futures {
        let futures = self.as_slice().compute(client);
        futures.try_into().unwrap_or_else(|_| unreachable!("as many as calls"))
    }
}

impl<L: Lazy, const N: usize> Compute for [L; N] {
    type Futures = [Future<L::Value>; N];

    fn compute(self, client: &Client) -> Self::Futures {
        (&self).compute(client)
    }
}

/// Implements it for tuples and references to them.
macro_rules! tuples {
    ($(($($item:ident $index:tt)*))*) => {$(
        impl<$($item: Lazy),*> Compute for &($($item,)*) {
            type Futures = ($(Future<$item::Value>,)*);

            fn compute(self, client: &Client) -> Self::Futures {
                let futures: Vec<Future<()>> = client.compute_all(&[$(self.$index.lazy()),*]);
                ($(futures[$index].cast::<$item::Value>(),)*)
            }
        }

        impl<$($item: Lazy),*> Compute for ($($item,)*) {
            type Futures = ($(Future<$item::Value>,)*);

            fn compute(self, client: &Client) -> Self::Futures {
                (&self).compute(client)
            }
        }
    )*};
}

tuples! { (A 0) (A 0 B 1) (A 0 B 1 C 2) (A 0 B 1 C 2 D 3) (A 0 B 1 C 2 D 3 E 4) (A 0 B 1 C 2 D 3 E 4 F 5) }
