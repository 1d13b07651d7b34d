//! Tasks that panic or trap: the error arrives, and the worker goes on with what it had.

use std::cell::Cell;

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, Error};

use super::tasks::{client_of, inc, never};

fn refuse(x: i64) -> i64 {
    if x > 0 {
        panic!("{x} is too much");
    }
    x
}

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

/// How many times this instance has been asked.
fn calls() -> u32 {
    CALLS.set(CALLS.get() + 1);
    CALLS.get()
}

/// A future of its own for each call, since equal calls are one.
async fn calls_seen(client: &Client) -> u32 {
    client.compute(webfutures::delayed(calls, ())).await.unwrap()
}

#[wasm_bindgen_test]
async fn the_text_of_a_panic_arrives() {
    let client = client_of(1);
    let future = client.submit(refuse, (3,));
    let Err(Error::Panic { message, key, .. }) = (&future).await else {
        panic!("no error")
    };
    assert!(message.contains("3 is too much"), "{message}");
    assert!(message.contains("panics.rs"), "{message}");
    assert_eq!(key, Some(future.key()));
}

#[wasm_bindgen_test]
async fn the_worker_goes_on_in_a_fresh_instance_with_its_results() {
    let client = client_of(1);
    // Too big to have travelled to the page unasked.
    let numbers = client.submit(|n: u32| (0..n).map(f64::from).collect::<Vec<f64>>(), (50_000,));
    let count = client.submit(|numbers: Vec<f64>| numbers.len(), (&numbers,));
    assert_eq!(count.await, Ok(50_000));
    assert_eq!(calls_seen(&client).await, 1);
    assert_eq!(calls_seen(&client).await, 2);

    assert!(client.submit(refuse, (5,)).await.is_err());
    assert_eq!(calls_seen(&client).await, 1, "the instance is a new one");
    assert_eq!(
        client.submit(|numbers: Vec<f64>| numbers[49_999], (&numbers,)).await,
        Ok(49_999.0)
    );
    assert_eq!(numbers.await.map(|numbers| numbers.len()), Ok(50_000));
    assert!(
        client.submit(refuse, (6,)).await.is_err(),
        "the new instance knows what to do, too"
    );
    assert_eq!(client.submit(refuse, (-6,)).await, Ok(-6));
}

#[wasm_bindgen_test]
async fn others_in_the_same_batch_have_their_results() {
    let client = client_of(1);
    let futures = client.map(refuse, -50..50);
    for (x, future) in (-50..50).zip(&futures) {
        assert_eq!(future.await.ok(), (x <= 0).then_some(x));
    }
}

#[wasm_bindgen_test]
async fn an_asynchronous_task_that_panics_is_blamed_alone() {
    async fn refuse_later(x: i64) -> i64 {
        let tick = js_sys::Promise::resolve(&JsValue::from(x));
        wasm_bindgen_futures::JsFuture::from(tick).await.unwrap();
        refuse(x)
    }
    let client = client_of(1);
    let futures = client.map(refuse_later, [-1, 7, -2]);
    assert_eq!((&futures[0]).await, Ok(-1));
    let Err(Error::Panic { message, .. }) = (&futures[1]).await else {
        panic!("no error")
    };
    assert!(message.contains("7 is too much"), "{message}");
    assert_eq!((&futures[2]).await, Ok(-2));
    assert_eq!(client.submit(inc, (1,)).await, Ok(2));
}

#[wasm_bindgen_test]
async fn asynchronous_tasks_under_way_begin_again_after_a_panic() {
    /// Waits in the first instance, and returns at once in the second.
    async fn second_time(key: String) -> String {
        let name = "webfutures-test-second-time".into();
        let global = js_sys::global();
        if js_sys::Reflect::get(&global, &name).unwrap().is_undefined() {
            js_sys::Reflect::set(&global, &name, &true.into()).unwrap();
            never().await;
        }
        key
    }
    let client = client_of(1);
    let waiting = client.submit(second_time, ("again",));
    // The worker takes tasks in order: when this one has run, the other is under way.
    assert_eq!(client.submit(inc, (1,)).await, Ok(2));
    assert!(!waiting.done());
    assert!(client.submit(refuse, (8,)).await.is_err());
    assert_eq!(waiting.await, Ok("again".to_owned()));
}

#[allow(unconditional_recursion, reason = "that is the point")]
fn deeper(x: i64) -> i64 {
    std::hint::black_box(deeper(std::hint::black_box(x + 1)) + 1)
}

#[wasm_bindgen_test]
async fn a_stack_overflow_is_the_error_of_its_task() {
    let client = client_of(1);
    let error = client.submit(deeper, (0,)).await.unwrap_err();
    assert!(matches!(error, Error::Panic { .. }), "{error:?}");
    assert_eq!(client.submit(inc, (1,)).await, Ok(2));
}

#[wasm_bindgen_test]
async fn a_stack_overflow_of_an_asynchronous_task_is_its_error() {
    async fn deeper_later(x: i64) -> i64 {
        let tick = js_sys::Promise::resolve(&JsValue::from(x));
        wasm_bindgen_futures::JsFuture::from(tick).await.unwrap();
        deeper(x)
    }
    let client = client_of(1);
    let error = client.submit(deeper_later, (0,)).await.unwrap_err();
    assert!(matches!(error, Error::Panic { .. }), "{error:?}");
    assert_eq!(calls_seen(&client).await, 1);
}

#[wasm_bindgen_test]
async fn a_task_that_runs_out_of_memory_fails_alone() {
    /// Twice what is at most half of all that an instance can have; nothing is written to it.
    fn hoard(count: usize) -> usize {
        let most = isize::MAX as usize - 65_535;
        let kept: Vec<Vec<u8>> = (0..count).map(|_| Vec::with_capacity(most)).collect();
        std::hint::black_box(kept).len()
    }
    let client = client_of(1);
    let numbers = client.submit(|n: u32| vec![1.0; n as usize], (50_000,));
    let count = client.submit(|numbers: Vec<f64>| numbers.len(), (&numbers,));
    assert_eq!(count.await, Ok(50_000));
    assert_eq!(calls_seen(&client).await, 1);
    let hoarding = client.submit(hoard, (2,));
    let others = client.map(inc, 0..3);
    let error = hoarding.await.unwrap_err();
    assert!(matches!(error, Error::Panic { .. }), "{error:?}");
    assert_eq!(client.gather(&others).await, Ok(vec![1, 2, 3]));
    assert_eq!(calls_seen(&client).await, 1, "the instance is a new one");
    assert_eq!(
        numbers.await.map(|numbers| numbers.len()),
        Ok(50_000),
        "the worker has what it had"
    );
}

#[wasm_bindgen_test]
async fn an_exception_thrown_through_a_task_is_its_error_and_ends_its_instance() {
    #[wasm_bindgen]
    extern "C" {
        /// Throws, though it is not declared to.
        #[wasm_bindgen(js_namespace = JSON)]
        fn parse(text: &str) -> JsValue;
    }
    let client = client_of(1);
    assert_eq!(calls_seen(&client).await, 1);
    let result = client.submit(|text: String| parse(&text).as_f64(), ("{",)).await;
    assert!(
        matches!(&result, Err(Error::Task { name, .. }) if name == "SyntaxError"),
        "{result:?}"
    );
    assert_eq!(calls_seen(&client).await, 1, "the instance is a new one");
}

#[wasm_bindgen_test]
async fn a_panic_outside_of_every_task_fails_those_under_way() {
    async fn leave_something_behind() -> i64 {
        wasm_bindgen_futures::spawn_local(async { panic!("left behind") });
        never().await
    }
    let client = client_of(1);
    let Err(Error::Panic { message, .. }) = client.submit(leave_something_behind, ()).await else {
        panic!("no error")
    };
    assert!(message.contains("left behind"), "{message}");
    assert_eq!(calls_seen(&client).await, 1);
}
