//! Giving tasks up, trying them again, and who is told.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{CancelOptions, Error, Future, Status, TaskOptions, fire_and_forget};

use super::tasks::{client_of, gate, half, inc, never, opened, until};

#[allow(clippy::empty_loop, reason = "that is the point")]
fn endless() -> i64 {
    loop {}
}

#[wasm_bindgen_test]
async fn an_endless_loop_is_stopped() {
    let client = client_of(1);
    let future = client.submit(endless, ());
    until(async || future.running()).await;
    future.cancel_with(CancelOptions::new().reason("the user left"));
    assert_eq!((future.status(), future.cancelled()), (Status::Cancelled, true));
    let error = (&future).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{} was cancelled: the user left", future.key())
    );
    let Error::Cancelled { key, reason, blame, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!((key, reason.as_str(), blame), (future.key(), "the user left", None));
    assert_eq!(future.exception().await, None);
    assert_eq!(client.submit(inc, (1,)).await, Ok(2), "the worker was replaced");
}

#[wasm_bindgen_test]
async fn what_depends_on_it_is_cancelled_too() {
    let client = client_of(1);
    let first = client.submit(never, ());
    let second = client.submit(inc, (&first,));
    client.cancel([&first]).unwrap();
    let Err(Error::Cancelled { key, reason, blame, .. }) = (&second).await else {
        panic!("no error")
    };
    assert_eq!(
        (key, reason.as_str(), blame),
        (second.key(), "cancel was called", Some(first.key()))
    );
    first.cancel();
    assert!(matches!(
        client.submit(inc, (&first,)).await,
        Err(Error::Cancelled { .. })
    ));
}

#[wasm_bindgen_test]
async fn many_are_given_up_at_once() {
    let client = client_of(1);
    let closed = client.submit(gate, ());
    let rest = client.map(half, 0..100);
    client.cancel((&rest[..50], &rest[60])).unwrap();
    assert_eq!(rest.iter().filter(|future| future.cancelled()).count(), 51);
    opened(&client).await;
    assert_eq!((&rest[50]).await, Ok(25));
    assert_eq!(closed.await, Ok(7));
    let other = client_of(1);
    assert!(matches!(other.cancel(&rest), Err(Error::InvalidOptions { .. })));
    assert!(matches!(other.retry(&rest), Err(Error::InvalidOptions { .. })));
}

#[wasm_bindgen_test]
async fn failed_tasks_are_tried_again() {
    thread_local! {
        static TRIES: Cell<i64> = const { Cell::new(0) };
    }
    fn second_time() -> Result<i64, i64> {
        TRIES.set(TRIES.get() + 1);
        let tries = TRIES.get();
        if tries < 2 { Err(tries) } else { Ok(tries) }
    }
    let client = client_of(1);
    let failed: Future<i64> = client.submit(second_time, ());
    let behind = client.submit(inc, (&failed,));
    assert!((&behind).await.is_err());
    assert_eq!(behind.retry(), Ok(()));
    assert_eq!((failed.status(), behind.status()), (Status::Pending, Status::Pending));
    assert_eq!(client.gather((&failed, &behind)).await, Ok((2, 3)));
    client.retry(&failed).unwrap();
    assert_eq!((&failed).await, Ok(3), "a finished one is made again");
    failed.cancel();
    assert!(matches!(failed.retry(), Err(Error::Cancelled { .. })));
    client.close();
    assert!(matches!(client.retry(&behind), Err(Error::Closed { .. })));
    let refused = client.submit(inc, (1,));
    assert!(matches!(refused.retry(), Err(Error::Closed { .. })));
}

#[wasm_bindgen_test]
async fn callbacks_are_called_once() {
    let client = client_of(1);
    let told = Rc::new(RefCell::new(Vec::new()));
    let tell = |future: &Future<i64>, what: &'static str| {
        let told = told.clone();
        future.add_done_callback(move |future| told.borrow_mut().push((what, future.status())));
    };
    let future = client.submit(inc, (1,));
    tell(&future, "before");
    (&future).await.unwrap();
    tell(&future, "after");
    tell(&client.submit(half, (3,)), "failed, and held by the callback alone");
    let cancelled = client.submit(never, ());
    tell(&cancelled, "cancelled");
    cancelled.cancel();
    until(async || told.borrow().len() >= 4).await;
    future.retry().unwrap();
    (&future).await.unwrap();
    client.close();
    tell(&client.submit(inc, (1,)), "could not be called");
    until(async || told.borrow().len() >= 5).await;
    let mut told = told.take();
    told.sort_by_key(|(what, _)| *what);
    assert_eq!(
        told,
        [
            ("after", Status::Finished),
            ("before", Status::Finished),
            ("cancelled", Status::Cancelled),
            ("could not be called", Status::Error),
            ("failed, and held by the callback alone", Status::Error),
        ]
    );
}

#[wasm_bindgen_test]
async fn whoever_waits_may_give_up() {
    let client = client_of(1);
    let future = client.submit(gate, ());
    let error = future.result().timeout(Duration::from_millis(1)).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    assert!(
        error
            .to_string()
            .starts_with(&format!("{} is not done after", future.key())),
        "{error}"
    );
    opened(&client).await;
    assert_eq!(future.result().timeout(Duration::MAX).await, Ok(7), "the task went on");
}

#[wasm_bindgen_test]
async fn a_task_that_runs_says_so() {
    let client = client_of(1);
    let closed = client.submit(gate, ());
    let behind = client.submit(inc, (&closed,));
    until(async || closed.running()).await;
    assert_eq!((closed.status(), behind.running()), (Status::Pending, false));
    opened(&client).await;
    assert_eq!(behind.await, Ok(8));
    assert!(!closed.running());
}

#[wasm_bindgen_test]
async fn what_lasts_too_long_is_stopped() {
    let client = client_of(1);
    let hasty = |options: TaskOptions| client.with(options).unwrap();
    let loops = hasty(TaskOptions::new().timeout(Duration::from_millis(40))).submit(endless, ());
    let said = (&loops).await.unwrap_err().to_string();
    assert_eq!(said, format!("{} ran for longer than its timeout, 40 ms", loops.key()));
    let late = hasty(TaskOptions::new().deadline(Duration::from_millis(30)).pure(false)).submit(never, ());
    let error = (&late).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }));
    assert!(error.to_string().ends_with("by its deadline, after 30 ms"), "{error}");
    assert_eq!(client.submit(inc, (1,)).await, Ok(2), "the worker was replaced");
    assert!(matches!(
        client.with(TaskOptions::new().timeout(Duration::ZERO)),
        Err(Error::InvalidOptions { .. })
    ));
}

#[wasm_bindgen_test]
async fn what_is_forgotten_goes_on_unless_it_is_forced_to_stop() {
    let client = client_of(1);
    let closed = client.submit(gate, ());
    until(async || closed.running()).await;
    let (goes, stops) = (client.submit(inc, (41,)), client.submit(half, (40,)));
    fire_and_forget([&goes, &stops]).unwrap();
    goes.cancel();
    stops.cancel_with(CancelOptions::new().force(true));
    assert_eq!((goes.status(), stops.status()), (Status::Cancelled, Status::Cancelled));
    client
        .cancel_with(&closed, CancelOptions::new().waiting_only(true))
        .unwrap();
    assert_eq!(closed.status(), Status::Pending, "it runs");
    opened(&client).await;
    closed.await.unwrap();
    assert!(matches!(fire_and_forget(&goes), Err(Error::Cancelled { .. })));
}
