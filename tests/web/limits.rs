//! What tasks may take: timeouts of runs, deadlines, signals that cancel.

use std::time::Duration;

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, Error, Status, TaskOptions, TimeLimit};

use super::tasks::{client_of, inc, never};

#[wasm_bindgen]
extern "C" {
    type AbortController;

    #[wasm_bindgen(constructor)]
    fn new() -> AbortController;

    #[wasm_bindgen(method, getter)]
    fn signal(this: &AbortController) -> JsValue;

    #[wasm_bindgen(method)]
    fn abort(this: &AbortController, reason: &str);
}

#[allow(clippy::empty_loop, reason = "that is the point")]
fn endless() -> i64 {
    loop {}
}

#[wasm_bindgen_test]
async fn a_run_that_lasts_too_long_is_stopped() {
    let client = client_of(1);
    let timeout = Duration::from_millis(20);
    let bounded = client.with(TaskOptions::new().timeout(timeout)).unwrap();
    let (loops, waits) = (bounded.submit(endless, ()), bounded.submit(never, ()));
    for future in [&loops, &waits] {
        let error = future.await.unwrap_err();
        let Error::Timeout {
            key,
            timeout: allowed,
            limit,
            ..
        } = &error
        else {
            panic!("{error:?}")
        };
        assert_eq!(
            (key, *allowed, *limit),
            (&Some(future.key()), timeout, TimeLimit::Timeout)
        );
        assert!(error.to_string().contains("ran for longer than its timeout"), "{error}");
    }
    assert_eq!(client.submit(inc, (1,)).await, Ok(2));
    let strict = Client::builder().workers(1).task_timeout(timeout).build().unwrap();
    assert!(matches!(
        strict.submit(never, ()).await,
        Err(Error::Timeout {
            limit: TimeLimit::Timeout,
            ..
        })
    ));
    let refused = client.with(TaskOptions::new().timeout(Duration::ZERO));
    assert!(matches!(refused, Err(Error::InvalidOptions { message, .. }) if message.contains("timeout")));
}

#[wasm_bindgen_test]
async fn a_task_ends_at_its_deadline_wherever_it_stands() {
    let client = client_of(0);
    let future = client
        .with(TaskOptions::new().deadline(Duration::from_millis(5)))
        .unwrap()
        .submit(inc, (1,));
    let dependent = client.submit(inc, (&future,));
    assert!(matches!(
        dependent.await,
        Err(Error::Timeout { limit: TimeLimit::Deadline, key: Some(key), .. }) if key == future.key()
    ));
}

#[wasm_bindgen_test]
async fn a_signal_cancels_what_was_submitted_under_it() {
    let client = client_of(1);
    let controller = AbortController::new();
    let form = client.with(TaskOptions::new().signal(&controller.signal())).unwrap();
    let under = form.submit(never, ());
    let free = client.submit(inc, (1,));
    controller.abort("the form was closed");
    assert!(matches!((&under).await, Err(Error::Cancelled { reason, .. }) if reason == "the form was closed"));
    assert_eq!(form.submit(inc, (2,)).status(), Status::Cancelled);
    assert_eq!(free.await, Ok(2));
    let odd = client.with(TaskOptions::new().signal(&JsValue::from("signal")));
    assert!(matches!(odd, Err(Error::InvalidOptions { .. })));
}
