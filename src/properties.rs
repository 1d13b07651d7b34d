//! Options as JavaScript code takes them.

use std::time::Duration;

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// An object with these properties.
pub(crate) fn object<N: AsRef<str>>(properties: impl IntoIterator<Item = (N, JsValue)>) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        // A property of a fresh object can always be set.
        let _ = Reflect::set(&object, &JsValue::from_str(name.as_ref()), &value);
    }
    object
}

/// A time as JavaScript code counts it.
pub(crate) fn milliseconds(time: Duration) -> JsValue {
    JsValue::from_f64(time.as_secs_f64() * 1000.0)
}
