//! One client used by JavaScript and by Rust code, each with tasks of its own.

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Error, Future};

use super::tasks::{inc, shared};

#[wasm_bindgen(module = "/tests/web/mixed.js")]
extern "C" {
    fn numbers(client: &JsValue) -> JsValue;
    fn rectangle(client: &JsValue) -> JsValue;
    fn total(client: &JsValue, future: &JsValue) -> JsValue;
    fn refusal(client: &JsValue) -> JsValue;
}

#[derive(Serialize, Deserialize)]
struct Rectangle {
    width: f64,
    height: f64,
}

#[wasm_bindgen_test]
async fn a_rust_task_takes_what_a_javascript_task_returned() {
    let client = shared();
    let numbers = Future::<Vec<f64>>::from_js(numbers(&client.to_js())).unwrap();
    assert_eq!(
        client
            .submit(|numbers: Vec<f64>| numbers.iter().sum::<f64>(), (&numbers,))
            .await,
        Ok(6.0)
    );
    assert_eq!(numbers.await, Ok(vec![1.0, 2.0, 3.0]));

    let rectangle = Future::<Rectangle>::from_js(rectangle(&client.to_js())).unwrap();
    let area = |rectangle: Rectangle| rectangle.width * rectangle.height;
    assert_eq!(client.submit(area, (rectangle,)).await, Ok(12.0));
}

#[wasm_bindgen_test]
async fn a_javascript_task_takes_what_a_rust_task_returned() {
    let client = shared();
    let doubles = client.submit(|| vec![0.5, 1.5], ());
    let sum = Future::<f64>::from_js(total(&client.to_js(), &doubles.to_js().unwrap())).unwrap();
    assert_eq!(sum.await, Ok(2.0));

    let list: js_sys::Array = client
        .map(inc, 0..3)
        .iter()
        .map(|future| future.to_js().unwrap())
        .collect();
    assert_eq!(list.length(), 3);
}

#[wasm_bindgen_test]
async fn the_error_of_a_javascript_task_is_an_error_here() {
    let client = shared();
    let future = Future::<f64>::from_js(refusal(&client.to_js())).unwrap();
    let Err(Error::Task { name, message, key, .. }) = (&future).await else {
        panic!("no error")
    };
    assert_eq!(
        (name.as_str(), message.as_str(), key),
        ("RangeError", "no way", Some(future.key()))
    );
    let dependent = client.submit(|x: f64| x, (&future,));
    assert!(matches!(dependent.await, Err(Error::Task { name, .. }) if name == "RangeError"));
}
