//! Shapes of futures that can be gathered, and what they become.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use js_sys::Array;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::error::Error;
use super::future::Future;
use crate::codec;

/// What [`Client::gather`](crate::Client::gather) takes: a future, or vectors, slices, arrays, options, tuples and values
/// of maps, at any depth, of futures. References to any of these will do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no futures that could be gathered",
    note = "gather takes a future, or vectors, slices, arrays, options, tuples of up to 6 and values of maps of futures"
)]
pub trait Gather {
    /// The same shape with results in the place of futures.
    type Values;

    /// Appends the futures to a list, in order.
    #[doc(hidden)]
    fn list(&self, list: &Array) -> Result<(), Error>;

    /// Takes as many results, in the same order, back into the shape.
    #[doc(hidden)]
    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error>;
}

impl<T: DeserializeOwned + 'static> Gather for Future<T> {
    type Values = T;

    fn list(&self, list: &Array) -> Result<(), Error> {
        list.push(self.js().map_err(Clone::clone)?);
        Ok(())
    }

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<T, Error> {
        let value = values.next().expect("a value for each future");
        codec::from_js(&value).map_err(|mismatch| Error::wrong_type(format!("the result of {}", self.key()), mismatch))
    }
}

impl<G: Gather + ?Sized> Gather for &G {
    type Values = G::Values;

    fn list(&self, list: &Array) -> Result<(), Error> {
        G::list(self, list)
    }

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<G::Values, Error> {
        G::collect(self, values)
    }
}

impl<G: Gather> Gather for [G] {
    type Values = Vec<G::Values>;

    fn list(&self, list: &Array) -> Result<(), Error> {
        self.iter().try_for_each(|item| item.list(list))
    }

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
        self.iter().map(|item| item.collect(values)).collect()
    }
}

impl<G: Gather> Gather for Vec<G> {
    type Values = Vec<G::Values>;

    fn list(&self, list: &Array) -> Result<(), Error> {
        self.as_slice().list(list)
    }

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
        self.as_slice().collect(values)
    }
}

impl<G: Gather, const N: usize> Gather for [G; N] {
    type Values = [G::Values; N];

    fn list(&self, list: &Array) -> Result<(), Error> {
        self.as_slice().list(list)
    }

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
        let values = self.as_slice().collect(values)?;
        Ok(values
            .try_into()
            .unwrap_or_else(|_| unreachable!("as many values as futures")))
    }
}

impl<G: Gather> Gather for Option<G> {
    type Values = Option<G::Values>;

    fn list(&self, list: &Array) -> Result<(), Error> {
        self.iter().try_for_each(|item| item.list(list))
    }

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
        self.as_ref().map(|item| item.collect(values)).transpose()
    }
}

impl<K: Clone + Ord, G: Gather> Gather for BTreeMap<K, G> {
    type Values = BTreeMap<K, G::Values>;

    fn list(&self, list: &Array) -> Result<(), Error> {
        self.values().try_for_each(|item| item.list(list))
    }

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
        self.iter()
            .map(|(key, item)| Ok((key.clone(), item.collect(values)?)))
            .collect()
    }
}

impl<K: Clone + Eq + Hash, G: Gather, S: BuildHasher + Default> Gather for HashMap<K, G, S> {
    type Values = HashMap<K, G::Values, S>;

    fn list(&self, list: &Array) -> Result<(), Error> {
        self.values().try_for_each(|item| item.list(list))
    }

    fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
        self.iter()
            .map(|(key, item)| Ok((key.clone(), item.collect(values)?)))
            .collect()
    }
}

/// Implements [`Gather`] for tuples.
macro_rules! tuples {
    ($(($($item:ident $index:tt)*))*) => {$(
        impl<$($item: Gather),*> Gather for ($($item,)*) {
            type Values = ($($item::Values,)*);

            fn list(&self, list: &Array) -> Result<(), Error> {
                $(self.$index.list(list)?;)*
                Ok(())
            }

            fn collect(&self, values: &mut dyn Iterator<Item = JsValue>) -> Result<Self::Values, Error> {
                Ok(($(self.$index.collect(values)?,)*))
            }
        }
    )*};
}

tuples! { (A 0) (A 0 B 1) (A 0 B 1 C 2) (A 0 B 1 C 2 D 3) (A 0 B 1 C 2 D 3 E 4) (A 0 B 1 C 2 D 3 E 4 F 5) }
