//! Rust values as JavaScript values, and back: what a task takes and returns.
//!
//! Every serde type travels as serde-wasm-bindgen writes it, so a Rust task can take what a JavaScript task returned and
//! the reverse. What has a shorter way takes it: scalars directly, numeric vectors as typed arrays in one copy.

use std::any::{Any, type_name};

use js_sys::{
    BigInt64Array, BigUint64Array, Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Number, Uint8Array,
    Uint16Array, Uint32Array,
};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

use crate::function::name::short_type;

/// A value that is not of the type that was asked for, or that JavaScript has no equal of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no {expected}: {reason}")]
pub(crate) struct Mismatch {
    /// The Rust type, without the paths of modules.
    pub(crate) expected: String,
    /// What serde says about it.
    pub(crate) reason: String,
}

/// The JavaScript value of a Rust value.
pub(crate) fn to_js<T: Serialize + 'static>(value: &T) -> Result<JsValue, Mismatch> {
    match shortcut_to_js(value) {
        Some(value) => Ok(value),
        None => serde_wasm_bindgen::to_value(value).map_err(|error| mismatch::<T>(&error)),
    }
}

/// The Rust value of a JavaScript value.
pub(crate) fn from_js<T: DeserializeOwned + 'static>(value: &JsValue) -> Result<T, Mismatch> {
    match shortcut_from_js(value) {
        Some(value) => Ok(value),
        None => serde_wasm_bindgen::from_value(value.clone()).map_err(|error| mismatch::<T>(&error)),
    }
}

fn mismatch<T>(error: &serde_wasm_bindgen::Error) -> Mismatch {
    let reason = error.to_string();
    let reason = reason.strip_prefix("Error: ").unwrap_or(&reason).to_owned();
    Mismatch {
        expected: short_type(type_name::<T>()),
        reason,
    }
}

/// Lists what has a shortcut. Each test compares two constants, so after optimisation only the one that applies is left.
macro_rules! shortcuts {
    (floats { $($float:ident)* } integers { $($integer:ident)* } wide { $($wide:ident)* } arrays { $($item:ident $array:ident)* }) => {
        fn shortcut_to_js<T: 'static>(value: &T) -> Option<JsValue> {
            let value = value as &dyn Any;
            $(if let Some(&number) = value.downcast_ref::<$float>() {
                return Some(JsValue::from_f64(f64::from(number)));
            })*
            $(if let Some(&number) = value.downcast_ref::<$integer>() {
                return Some(JsValue::from_f64(number as f64));
            })*
            // Beyond 2^53 a number would lose digits.
            $(if let Some(&number) = value.downcast_ref::<$wide>() {
                let exact = (number as i128).unsigned_abs() <= Number::MAX_SAFE_INTEGER as u128;
                return Some(if exact { JsValue::from_f64(number as f64) } else { JsValue::from(number) });
            })*
            $(if let Some(items) = value.downcast_ref::<Vec<$item>>() {
                return Some($array::from(items.as_slice()).into());
            })*
            if let Some(&truth) = value.downcast_ref::<bool>() {
                return Some(JsValue::from_bool(truth));
            }
            if let Some(text) = value.downcast_ref::<String>() {
                return Some(JsValue::from_str(text));
            }
            if value.is::<()>() {
                return Some(JsValue::UNDEFINED);
            }
            None
        }

        fn shortcut_from_js<T: 'static>(value: &JsValue) -> Option<T> {
            let mut slot: Option<T> = None;
            let target = &mut slot as &mut dyn Any;
            $(if let Some(target) = target.downcast_mut::<Option<$float>>() {
                *target = value.as_f64().map(|number| number as $float);
                return slot;
            })*
            $(if let Some(target) = target.downcast_mut::<Option<$integer>>() {
                *target = value.as_f64().map(|number| (number, number as $integer)).and_then(same);
                return slot;
            })*
            $(if let Some(target) = target.downcast_mut::<Option<Vec<$item>>>() {
                *target = value.dyn_ref::<$array>().map($array::to_vec);
                if target.is_some() {
                    return slot;
                }
            })*
            if let Some(target) = target.downcast_mut::<Option<Vec<f64>>>() {
                *target = as_float64_array(value).map(|array| array.to_vec());
                return slot;
            }
            if let Some(target) = target.downcast_mut::<Option<bool>>() {
                *target = value.as_bool();
                return slot;
            }
            if let Some(target) = target.downcast_mut::<Option<String>>() {
                *target = value.as_string();
                return slot;
            }
            None
        }
    };
}

shortcuts! {
    floats { f64 f32 }
    integers { i8 u8 i16 u16 i32 u32 }
    wide { i64 u64 isize usize }
    arrays {
        f64 Float64Array f32 Float32Array i8 Int8Array u8 Uint8Array i16 Int16Array u16 Uint16Array i32 Int32Array
        u32 Uint32Array i64 BigInt64Array u64 BigUint64Array
    }
}

/// The integer, if the number is exactly that.
fn same<N: Copy>((number, integer): (f64, N)) -> Option<N>
where
    f64: From<N>,
{
    (f64::from(integer) == number).then_some(integer)
}

/// Every typed array of smaller numbers fits into doubles without loss.
fn as_float64_array(value: &JsValue) -> Option<Float64Array> {
    let fits = value.has_type::<Float32Array>()
        || value.has_type::<Int8Array>()
        || value.has_type::<Uint8Array>()
        || value.has_type::<Int16Array>()
        || value.has_type::<Uint16Array>()
        || value.has_type::<Int32Array>()
        || value.has_type::<Uint32Array>();
    fits.then(|| Float64Array::new(value))
}
