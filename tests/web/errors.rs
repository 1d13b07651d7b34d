//! What can go wrong, and what it is called then.

use std::num::ParseIntError;

use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, ClientBuilder, Error, Future, ReturnWhen, Status, as_completed, delayed, progress, wait};

use super::tasks::{add, client_of, half, inc, never, shared, sum};

fn parse(text: String) -> Result<i64, ParseIntError> {
    text.parse()
}

/// Name and message of a task's error.
fn named<T: std::fmt::Debug>(result: Result<T, Error>) -> (String, String) {
    match result {
        Err(Error::Task { name, message, .. }) => (name, message),
        other => panic!("no task's error: {other:?}"),
    }
}

#[wasm_bindgen_test]
async fn an_err_is_the_error_of_its_task() {
    let client = shared();
    assert_eq!(client.submit(half, (8,)).await, Ok(4));
    assert_eq!(
        named(client.submit(half, (7,)).await),
        ("Odd".to_owned(), "7 is odd".to_owned())
    );
    let (name, message) = named(client.submit(parse, ("12a",)).await);
    assert_eq!(
        (name.as_str(), message.as_str()),
        ("ParseIntError", "invalid digit found in string")
    );
}

#[wasm_bindgen_test]
async fn an_err_of_text_is_an_error_without_a_type() {
    fn fail(text: String) -> Result<i64, String> {
        Err(text)
    }
    let client = shared();
    let future: Future<i64> = client.submit(fail, ("out of ideas",));
    assert_eq!(named(future.await), ("Error".to_owned(), "out of ideas".to_owned()));
    fn fail_boxed() -> Result<i64, Box<dyn std::error::Error>> {
        Err("boxed".into())
    }
    assert_eq!(
        named(client.submit(fail_boxed, ()).await),
        ("Error".to_owned(), "boxed".to_owned())
    );
}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is unreadable")]
struct Unreadable(String, #[source] ParseIntError);

#[wasm_bindgen_test]
async fn a_boxed_err_keeps_its_sources() {
    fn read(text: String) -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
        match text.parse() {
            Ok(number) => Ok(number),
            Err(error) => Err(Unreadable(text, error).into()),
        }
    }
    let client = shared();
    let error = client.submit::<_, _, i64, _, _>(read, ("1x",)).await.unwrap_err();
    assert_eq!(error.to_string(), "Error: \"1x\" is unreadable");
    let cause = error.cause().map(ToString::to_string);
    assert_eq!(cause.as_deref(), Some("Error: invalid digit found in string"));
    assert!(error.cause().is_some_and(|cause| cause.cause().is_none()));
}

#[wasm_bindgen_test]
async fn errors_of_a_client_are_passed_on_by_their_kind() {
    async fn outer() -> Result<i64, Error> {
        let client = webfutures::get_client().await?;
        client.submit(|| -> i64 { panic!("inside") }, ()).await
    }
    let client = client_of(2);
    let error = client.submit::<_, _, i64, _, _>(outer, ()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Panic { message, .. } if message.contains("inside")),
        "{error:?}"
    );
}

#[wasm_bindgen_test]
async fn a_result_can_be_a_value_too() {
    fn both(x: i64) -> Result<i64, String> {
        if x > 0 { Ok(x) } else { Err("negative".to_owned()) }
    }
    let client = shared();
    let future: Future<Result<i64, String>> = client.submit(both, (-1,));
    assert_eq!(future.await, Ok(Err("negative".to_owned())));
}

#[wasm_bindgen_test]
async fn an_asynchronous_err_is_the_error_of_its_task() {
    async fn later(x: i64) -> Result<i64, super::tasks::Odd> {
        half(x)
    }
    let client = shared();
    assert_eq!(client.submit(later, (8,)).await, Ok(4));
    assert_eq!(
        named(client.submit(later, (9,)).await),
        ("Odd".to_owned(), "9 is odd".to_owned())
    );
}

#[wasm_bindgen_test]
async fn an_error_tells_which_task_raised_it_and_where() {
    let client = shared();
    let future = client.submit(half, (11,));
    let Some(Error::Task { key, stack, .. }) = future.exception().await else {
        panic!("no error")
    };
    assert_eq!(key, Some(future.key()));
    assert!(
        stack.is_some_and(|stack| stack.contains("wasm")),
        "the stack of the worker"
    );
    assert_eq!(future.status(), Status::Error);
}

#[wasm_bindgen_test]
async fn dependents_of_a_failed_task_fail_with_its_error() {
    let client = shared();
    let odd = client.submit(half, (13,));
    let dependent = client.submit(inc, (client.submit(inc, (&odd,)),));
    let Err(Error::Task { message, key, .. }) = dependent.await else {
        panic!("no error")
    };
    assert_eq!((message.as_str(), key), ("13 is odd", Some(odd.key())));
    let futures = client.map(half, [2, 15, 4]);
    assert_eq!(named(client.gather(&futures).await).1, "15 is odd");
    let results = [(&futures[0]).await, (&futures[2]).await];
    assert_eq!(results, [Ok(1), Ok(2)]);
}

#[wasm_bindgen_test]
fn options_out_of_range_are_refused_with_their_name() {
    let refused = |options: ClientBuilder, word: &str| match options.build() {
        Err(Error::InvalidOptions { message, .. }) => assert!(message.contains(word), "{message}"),
        other => panic!("{word}: {other:?}"),
    };
    refused(Client::builder().workers(257), "workers");
    refused(Client::builder().workers(100_000), "workers");
    refused(Client::builder().concurrency(0), "concurrency");
    assert!(matches!(shared().scale(257), Err(Error::InvalidOptions { .. })));
}

#[wasm_bindgen_test]
async fn closing_cancels_what_is_not_done_and_refuses_what_comes() {
    let client = client_of(1);
    let pending = client.submit(never, ());
    let graph = delayed(inc, (1,));
    client.close();
    client.close();
    assert!(matches!((&pending).await, Err(Error::Cancelled { .. })));
    assert_eq!(pending.status(), Status::Cancelled);
    let futures = [
        client.submit(inc, (1,)),
        client.submit(add, (1, &client.submit(inc, (1,)))),
        client.submit(sum, (client.map(inc, 0..3),)),
        client.scatter(1),
        client.compute(&graph),
    ];
    for future in &futures {
        assert!(future.done());
        assert!(matches!(future.await, Err(Error::Closed { .. })), "{future}");
    }
    assert_eq!(client.map(inc, 0..3).len(), 3);
    assert!(
        client
            .gather_results(&futures)
            .await
            .into_iter()
            .all(|result| matches!(result, Err(Error::Closed { .. })))
    );
    assert!(matches!(client.gather(&futures).await, Err(Error::Closed { .. })));
    assert!(matches!(client.scale(2), Err(Error::Closed { .. })));
}

#[wasm_bindgen_test]
async fn a_call_that_could_not_be_made_is_done_and_erred() {
    let closed = client_of(1);
    closed.close();
    let client = client_of(1);
    let futures = [client.submit(never, ()), closed.submit(inc, (1,))];
    let waited = wait(&futures, ReturnWhen::FirstCompleted).await.unwrap();
    assert_eq!((waited.done.len(), waited.not_done.len()), (1, 1));
    let waited = wait(&futures, ReturnWhen::FirstException).await.unwrap();
    assert_eq!((waited.done.len(), waited.not_done.len()), (1, 1));
    let counts = progress(&futures);
    assert_eq!((counts.total, counts.pending, counts.erred), (2, 1, 1));
    let mut completed = as_completed(futures);
    assert_eq!(completed.len(), 2);
    assert!(
        completed
            .next()
            .await
            .is_some_and(|future| future.status() == Status::Error)
    );
    assert_eq!(completed.len(), 1);
}

#[wasm_bindgen_test]
async fn the_last_handle_closes_the_client() {
    let client = client_of(1);
    let seen = Client::from_js(client.to_js()).unwrap();
    let future = client.submit(inc, (1,));
    drop(client.clone());
    drop(client);
    assert_eq!((&future).await, Ok(2), "a future keeps it open");
    drop(future);
    assert!(matches!(seen.submit(inc, (2,)).await, Err(Error::Closed { .. })));
}

#[wasm_bindgen_test]
fn only_clients_and_futures_are_taken_over_from_javascript() {
    assert!(matches!(Client::from_js("client".into()), Err(Error::WrongType { .. })));
    assert!(matches!(
        Future::<i64>::from_js(js_sys::Object::new().into()),
        Err(Error::WrongType { .. })
    ));
}
