//! `run`: calls that go to every worker past the scheduler.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, Error, TaskOptions};

use super::tasks::{close_worker, gate, half, inc, open, until};

#[wasm_bindgen(module = "/tests/web/mixed.js")]
extern "C" {
    #[wasm_bindgen(js_name = tasksUrl)]
    fn tasks_url() -> String;
}

/// What an error says.
#[derive(Debug, PartialEq, Deserialize)]
struct Said {
    message: String,
}

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

fn calls() -> u32 {
    CALLS.set(CALLS.get() + 1);
    CALLS.get()
}

fn lab(workers: u32) -> Client {
    Client::builder().name("lab").workers(workers).build().unwrap()
}

fn by_name<T>(values: impl IntoIterator<Item = (&'static str, T)>) -> BTreeMap<String, T> {
    values
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

#[wasm_bindgen_test]
async fn run_calls_every_worker_once() {
    let client = lab(2);
    assert_eq!(client.run(calls, ()).await, Ok(by_name([("lab-0", 1), ("lab-1", 1)])));
    assert_eq!(client.run(calls, ()).await, Ok(by_name([("lab-0", 2), ("lab-1", 2)])));
    let second = client.with(TaskOptions::new().worker(1)).unwrap();
    assert_eq!(second.run(calls, ()).await, Ok(by_name([("lab-1", 3)])));
    assert_eq!(
        client.run(inc, (41,)).await,
        Ok(by_name([("lab-0", 42), ("lab-1", 42)]))
    );
    let joined = async |a: String, b: Vec<f64>| format!("{a} {}", b.len());
    let both = client.run(joined, ("n", vec![0.0; 3])).await.unwrap();
    assert_eq!(both["lab-1"], "n 3");
    assert_eq!(
        client.stats().await.unwrap().tasks,
        0,
        "the scheduler knows nothing of it"
    );
    client.scale(0).unwrap();
    assert_eq!(client.run(calls, ()).await, Ok(BTreeMap::new()));
}

#[wasm_bindgen_test]
async fn run_is_answered_while_a_task_awaits() {
    let client = Client::builder().name("lab").workers(1).concurrency(1).build().unwrap();
    let closed = client.submit(gate, ());
    until(async || client.run(open, ()).await == Ok(by_name([("lab-0", 1)]))).await;
    assert_eq!(closed.await, Ok(7));
}

#[wasm_bindgen_test]
async fn errors_of_run_are_the_first_or_those_of_each() {
    let client = lab(2);
    let Err(Error::Task { name, message, key, .. }) = client.run(half, (3,)).await else {
        panic!("no error")
    };
    assert_eq!((name.as_str(), message.as_str()), ("Odd", "3 is odd"));
    assert!(key.unwrap().starts_with("half at lab-"));
    // One of the two fails.
    let odd_once = |x: i64| match calls() {
        1 => Err("not yet"),
        _ => Ok(x),
    };
    client
        .with(TaskOptions::new().worker(0))
        .unwrap()
        .run(calls, ())
        .await
        .unwrap();
    let outcomes: BTreeMap<String, Result<i64, Error>> = client.run_results(odd_once, (5,)).await.unwrap();
    assert_eq!(outcomes["lab-0"], Ok(5));
    assert!(
        matches!(&outcomes["lab-1"], Err(Error::Task { message, .. }) if message == "not yet"),
        "{outcomes:?}"
    );
    let Err(Error::Panic { message, .. }) = client.run(|| -> i64 { panic!("at once") }, ()).await else {
        panic!("no error")
    };
    assert!(message.contains("at once"), "{message}");
    let ended = client.run(close_worker, ()).await.unwrap_err();
    assert!(ended.to_string().contains("ended before it answered"), "{ended}");
    let future = client.submit(inc, (1,));
    let refused = client.run(inc, (&future,)).await.unwrap_err();
    assert!(
        matches!(&refused, Error::InvalidOptions { message, .. } if message.starts_with("run takes values, and <Future: ")),
        "{refused:?}"
    );
    client.close();
    assert!(matches!(client.run(inc, (1,)).await, Err(Error::Closed { .. })));
}

#[wasm_bindgen_test]
async fn what_is_thrown_is_told_from_what_is_returned() {
    let client = lab(1);
    let tasks = client.module(&tasks_url()).unwrap();
    let thrown = tasks.task::<(i64,), i64>("throwIt");
    let outcomes = client.run_results(&thrown, (5,)).await.unwrap();
    assert!(
        matches!(&outcomes["lab-0"], Err(Error::Task { name, message, .. }) if name == "Error" && message == "5"),
        "a number was thrown: {outcomes:?}"
    );
    let error = client.run(&thrown, (5,)).await.unwrap_err();
    assert!(matches!(error, Error::Task { message, .. } if message == "5"));
    let returned = tasks.task::<(String,), Said>("makeError");
    let outcomes = client.run_results(&returned, ("as a value",)).await.unwrap();
    let message = "as a value".to_owned();
    assert_eq!(outcomes["lab-0"], Ok(Said { message }), "an error was returned");
}
