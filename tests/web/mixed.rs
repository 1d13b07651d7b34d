//! One client used by JavaScript and by Rust code, each with tasks of its own.

use std::error::Error as StdError;

use js_sys::Function;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, Error, Future, TaskReference, delayed, get_client};

use super::tasks::{client_of, inc, shared};

#[wasm_bindgen(module = "/tests/web/mixed.js")]
extern "C" {
    fn numbers(client: &JsValue) -> JsValue;
    fn rectangle(client: &JsValue) -> JsValue;
    fn total(client: &JsValue, future: &JsValue) -> JsValue;
    fn refusal(client: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = tasksUrl)]
    fn tasks_url() -> String;
    #[wasm_bindgen(thread_local_v2, js_name = exposingWorker)]
    static EXPOSING_WORKER: Function;
    fn closure() -> JsValue;
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

#[derive(Debug, PartialEq, Deserialize)]
struct Place {
    row: u32,
    names: Vec<String>,
}

/// The error of `lookUp`, as it is in JavaScript.
fn is_of_look_up(error: &Error) {
    assert_eq!(error.to_string(), "RangeError: no b");
    assert_eq!(error.field("code"), Some(404));
    let names = vec!["b".to_owned()];
    assert_eq!(error.field("place"), Some(Place { row: 2, names }));
    assert_eq!(error.field::<String>("code"), None, "of another type");
    assert_eq!(error.field::<u32>("missing"), None);
    assert!(format!("{error:?}").contains("\"code\":404"), "{error:?}");
    let cause = error.cause().expect("a cause");
    assert_eq!(cause.to_string(), "TypeError: offline");
    assert_eq!(cause.field("attempts"), Some(3));
    let texts: Vec<_> = std::iter::successors(error.source(), |error| (*error).source())
        .map(ToString::to_string)
        .collect();
    assert_eq!(texts, ["TypeError: offline", "Error: no cable"]);
    assert!(error.source().is_some_and(|source| source.is::<Error>()));
}

#[wasm_bindgen_test]
async fn an_error_keeps_its_fields_and_what_it_was_caused_by() {
    async fn look_up(url: String, name: String) -> Result<f64, Error> {
        let client = get_client().await?;
        let found = client.module(&url)?.task::<(String,), f64>("lookUp");
        client.submit(found, (name,)).await
    }
    async fn boxed(url: String, name: String) -> Result<f64, Box<dyn StdError>> {
        Ok(look_up(url, name).await?)
    }
    let client = client_of(1);
    let here = client.module(&tasks_url()).unwrap().task::<(String,), f64>("lookUp");
    is_of_look_up(&client.submit(here, ("b",)).await.unwrap_err());
    // A task that passes it on changes nothing of it.
    let future = client.submit::<_, _, f64, _, _>(look_up, (tasks_url(), "b"));
    let error = (&future).await.unwrap_err();
    is_of_look_up(&error);
    assert!(error.key().is_some_and(|key| key.starts_with("lookUp-")), "{error:?}");
    assert_eq!(future.exception().await, Some(error.clone()));
    let boxed = client.submit::<_, _, f64, _, _>(boxed, (tasks_url(), "b"));
    is_of_look_up(&boxed.await.unwrap_err());
    // JavaScript code gets what the task threw.
    let thrown = js_sys::Error::from(JsValue::from(error));
    assert_eq!(thrown.name(), "RangeError");
    assert_eq!(js_sys::Error::from(thrown.cause()).message(), "offline");
}

#[wasm_bindgen_test]
async fn functions_of_a_module_are_submitted_as_rust_functions_are() {
    let client = client_of(2);
    let tasks = client.module(&tasks_url()).unwrap();
    let next = tasks.task::<(f64,), f64>("inc");
    let two = client.submit(&next, (1.0,));
    assert!(two.key().starts_with("inc-"), "{two:?}");
    let later = tasks.task::<(f64,), f64>("later");
    let three = client.submit(&later, (&two,));
    assert_eq!(
        client.submit(|x: f64| x + 1.0, (&three,)).await,
        Ok(4.0),
        "and Rust takes it on"
    );
    assert_eq!(client.gather(client.map(&next, [1.0, 2.0])).await, Ok(vec![2.0, 3.0]));
    let lazy = delayed(next.clone(), (delayed(&next, (1.0,)),));
    assert_eq!(client.compute(lazy).await, Ok(3.0));
    assert_eq!(client.submit(next, (1.0,)).key(), two.key(), "equal calls are one task");

    let fail = tasks.task::<(String,), f64>("fail");
    let error = client.submit(&fail, ("no way",)).await.unwrap_err();
    assert!(
        matches!(&error, Error::Task { name, message, .. } if name == "RangeError" && message == "no way"),
        "{error:?}"
    );
    let missing = client.submit(tasks.task::<(), f64>("decrement"), ()).await.unwrap_err();
    assert!(
        missing.to_string().contains("exports no function \"decrement\""),
        "{missing}"
    );
    let misread = client.submit(tasks.task::<(f64,), String>("inc"), (1.0,)).await;
    assert!(matches!(misread, Err(Error::WrongType { .. })), "{misread:?}");
    assert!(matches!(client.module("http://"), Err(Error::InvalidOptions { .. })));
}

#[wasm_bindgen_test]
async fn a_rust_task_submits_functions_of_a_module() {
    async fn twice(url: String, x: f64) -> Result<f64, Error> {
        let client = get_client().await?;
        let next = client.module(&url)?.task::<(f64,), f64>("inc");
        let once = client.submit(&next, (x,));
        client.submit(&next, (once,)).await
    }
    let client = client_of(1);
    assert_eq!(
        client.submit::<_, _, f64, _, _>(twice, (tasks_url(), 1.0)).await,
        Ok(3.0)
    );
}

#[wasm_bindgen_test]
async fn functions_that_a_worker_exposes_are_submitted() {
    let create = EXPOSING_WORKER.with(Clone::clone);
    let client = Client::builder().workers(1).create_worker(&create).build().unwrap();
    let times = client.exposed().task::<(f64,), f64>("times");
    assert_eq!(client.submit(&times, (2.0,)).await, Ok(20.0));
}

#[wasm_bindgen_test]
async fn functions_made_here_are_sent_as_their_source() {
    let client = client_of(1);
    let upper = Function::new_with_args("text", "return text.toUpperCase()");
    let upper: TaskReference<(String,), String> = TaskReference::from_js(&upper).unwrap();
    assert_eq!(client.submit(&upper, ("abc",)).await.as_deref(), Ok("ABC"));
    let refused = TaskReference::<(f64,), f64>::from_js(&closure()).unwrap_err();
    assert!(
        matches!(&refused, Error::InvalidTask { message, .. } if message.contains("hidden")),
        "{refused:?}"
    );
    assert!(matches!(
        TaskReference::<(), f64>::from_js(&JsValue::from(5)),
        Err(Error::InvalidTask { .. })
    ));
}
