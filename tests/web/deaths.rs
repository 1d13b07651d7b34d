//! Workers that die, and what is said of it.

use std::time::Duration;

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, Error, TaskOptions, WorkerOptions};

use super::tasks::{close_worker, inc, until};

#[wasm_bindgen(module = "/tests/web/mixed.js")]
extern "C" {
    #[wasm_bindgen(js_name = countedWorkers)]
    fn counted_workers() -> Function;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn warn(text: &str);
}

/// How many workers such a function has made.
fn made(create: &Function) -> f64 {
    Reflect::get(create, &"made".into()).unwrap().as_f64().unwrap()
}

#[allow(clippy::empty_loop, reason = "that is the point")]
fn endless() -> i64 {
    loop {}
}

/// Says something, and ends its worker.
async fn last_words() -> i64 {
    warn("about to close");
    close_worker().await
}

#[wasm_bindgen_test]
async fn a_task_that_ends_its_workers_is_blamed() {
    let client = Client::builder()
        .worker(WorkerOptions::new().name("lab"))
        .allowed_failures(1)
        .build()
        .unwrap();
    let future = client.submit(close_worker, ());
    let error = (&future).await.unwrap_err();
    let text = error.to_string();
    let Error::KilledWorker {
        key, deaths, worker, ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!((key, *deaths, worker.as_str()), (&future.key(), 2, "lab"));
    assert!(text.contains("was running when 2 workers died"), "{text}");
    assert_eq!((error.name(), error.key()), ("KilledWorkerError", Some(key.as_str())));
    assert_eq!(client.submit(inc, (1,)).await, Ok(2), "another worker is there");
}

#[wasm_bindgen_test]
async fn a_killed_worker_tells_how_it_died_and_what_it_said() {
    let client = Client::builder().workers(1).allowed_failures(0).build().unwrap();
    let error = client.submit(last_words, ()).await.unwrap_err();
    let Error::KilledWorker { how, lines, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(
        !how.is_empty() && error.to_string().contains(how.as_str()),
        "{how}: {error}"
    );
    assert_eq!(lines, &["warn: about to close"]);
    let js = JsValue::from(error.clone());
    assert_eq!(Reflect::get(&js, &"how".into()).unwrap(), how.as_str());
}

#[wasm_bindgen_test]
async fn a_spare_is_kept_unless_told_otherwise() {
    let timeout = Duration::from_millis(20);
    let create = counted_workers();
    let with_spare = Client::builder().workers(1).create_worker(&create).build().unwrap();
    with_spare.ready().await.unwrap();
    let timed = with_spare.with(TaskOptions::new().timeout(timeout)).unwrap();
    until(async || made(&create) == 2.0).await;
    assert_eq!(timed.submit(inc, (1,)).await, Ok(2), "nothing has died");

    let create = counted_workers();
    let without = Client::builder().workers(1).create_worker(&create).spare(false);
    let without = without.task_timeout(timeout).build().unwrap();
    assert!(without.submit(endless, ()).await.is_err());
    assert_eq!(without.submit(inc, (1,)).await, Ok(2));
    assert_eq!(made(&create), 2.0, "one, and the one in its place");
}

#[wasm_bindgen_test]
async fn a_worker_that_never_starts_is_given_up() {
    // Its script is empty.
    let create = Function::new_no_args("return new Worker(URL.createObjectURL(new Blob([])), { type: 'module' })");
    let client = Client::builder().workers(1).create_worker(&create);
    let client = client.start_timeout(Duration::from_millis(50)).build().unwrap();
    let pending = client.submit(inc, (1,));
    let error = client.ready().await.unwrap_err();
    assert!(
        matches!(&error, Error::WorkerStart { message, .. } if message.contains("has not said hello within 50 ms")),
        "{error:?}"
    );
    assert!(matches!(pending.await, Err(Error::WorkerStart { .. })));
    assert!(matches!(
        Client::builder().start_timeout(Duration::ZERO).build(),
        Err(Error::InvalidOptions { message, .. }) if message.contains("startTimeout")
    ));
}

#[wasm_bindgen_test]
async fn scattered_data_is_sent_again() {
    let client = Client::builder().workers(1).allowed_failures(0).build().unwrap();
    let data = client.scatter(vec![1.0, 2.0]);
    assert_eq!(client.submit(|data: Vec<f64>| data.len(), (&data,)).await, Ok(2));
    assert!(client.submit(close_worker, ()).await.is_err());
    assert_eq!(client.submit(|data: Vec<f64>| data.len() + 1, (&data,)).await, Ok(3));
}

#[wasm_bindgen_test]
async fn scattered_data_that_is_gone_is_told() {
    let client = Client::builder().workers(1).allowed_failures(0).build().unwrap();
    client.ready().await.unwrap();
    // More than the page keeps a copy of.
    let data = client.scatter(vec![1_u8; 65 * 1024 * 1024]);
    assert!(client.submit(close_worker, ()).await.is_err());
    let dependent = client.submit(|data: Vec<u8>| data.len() + 1, (&data,));
    let Err(Error::LostData { key, message, .. }) = dependent.await else {
        panic!("no error")
    };
    assert_eq!(key, data.key());
    assert!(message.ends_with("scatter it again"), "{message}");
}
