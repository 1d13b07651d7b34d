//! `wait`, `as_completed` and `progress`.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{DoneAndNotDone, Error, ReturnWhen, as_completed, progress, progress_element, wait};

use super::tasks::{client_of, gate, half, inc, never, opened, shared, until};

#[wasm_bindgen_test]
async fn wait_for_all() {
    let client = shared();
    let futures = client.map(inc, 0..20);
    let DoneAndNotDone { done, not_done } = wait(&futures, ReturnWhen::AllCompleted).await.unwrap();
    let keys = |futures: &[webfutures::Future<i64>]| futures.iter().map(|future| future.key()).collect::<Vec<_>>();
    assert_eq!(keys(&done), keys(&futures), "in the order in which they were given");
    assert!(not_done.is_empty());
    let none = wait::<i64>(&[], ReturnWhen::AllCompleted).await.unwrap();
    assert!(none.done.is_empty() && none.not_done.is_empty());
}

#[wasm_bindgen_test]
async fn wait_for_the_first() {
    let client = client_of(1);
    let futures = [client.submit(never, ()), client.submit(inc, (1,))];
    let DoneAndNotDone { done, not_done } = wait(&futures, ReturnWhen::FirstCompleted).await.unwrap();
    assert_eq!((done[0].key(), not_done[0].key()), (futures[1].key(), futures[0].key()));
}

#[wasm_bindgen_test]
async fn wait_for_the_first_failure() {
    let client = client_of(1);
    let futures = [
        client.submit(never, ()),
        client.submit(inc, (1,)),
        client.submit(half, (1,)),
    ];
    let DoneAndNotDone { done, not_done } = wait(&futures, ReturnWhen::FirstException).await.unwrap();
    assert_eq!(not_done[0].key(), futures[0].key());
    assert!(done.iter().any(|future| future.key() == futures[2].key()));
}

#[wasm_bindgen_test]
async fn a_wait_that_takes_too_long_says_what_is_done() {
    let client = client_of(1);
    let futures = [client.submit(inc, (1,)), client.submit(never, ())];
    wait(&futures[..1], ReturnWhen::AllCompleted).await.unwrap();
    let waited = wait(&futures, ReturnWhen::AllCompleted)
        .timeout(Duration::from_millis(1))
        .await
        .unwrap();
    assert_eq!((waited.done.len(), waited.not_done.len()), (1, 1));
}

#[wasm_bindgen_test]
async fn futures_come_as_they_complete() {
    let client = client_of(1);
    let first = client.submit(never, ());
    let second = client.submit(inc, (1,));
    let mut completed = as_completed([first.clone(), second.clone()]);
    assert_eq!(completed.len(), 2);
    assert_eq!(completed.next().await.unwrap().key(), second.key());
    assert_eq!(completed.len(), 1);
    completed.clear();
    assert!(completed.is_empty());
    assert!(completed.next().await.is_none());
}

#[wasm_bindgen_test]
async fn more_can_be_added_while_they_complete() {
    let client = shared();
    let mut completed = as_completed(client.map(inc, 0..4));
    let mut values = Vec::new();
    while let Some(future) = completed.next().await {
        let value = future.await.unwrap();
        values.push(value);
        if value < 40 {
            completed.add(client.submit(inc, (value + 10,)));
        }
    }
    values.sort_unstable();
    let expected: Vec<i64> = (0..4)
        .flat_map(|start| (0..5).map(move |step| start + 1 + 11 * step))
        .collect();
    let mut expected: Vec<i64> = expected.into_iter().filter(|value| *value < 51).collect();
    expected.sort_unstable();
    assert_eq!(values, expected);

    completed.update(client.map(inc, [7, 8]));
    assert_eq!(completed.len(), 2, "it goes on after its end");
    assert!(completed.next().await.is_some() && completed.next().await.is_some());
    assert!(completed.next().await.is_none());
}

#[wasm_bindgen_test]
async fn a_future_comes_as_often_as_it_was_added() {
    let client = shared();
    let future = client.submit(inc, (77,));
    let mut completed = as_completed([future.clone(), future.clone()]);
    completed.next().await.unwrap();
    completed.add(future.clone());
    assert_eq!(completed.len(), 2);
    assert_eq!(completed.next().await.unwrap().await, Ok(78));
    assert_eq!(completed.next().await.unwrap().await, Ok(78));
    assert!(completed.next().await.is_none());
}

#[wasm_bindgen_test]
async fn failed_futures_come_too() {
    let client = shared();
    let completed = as_completed(client.map(half, 0..10));
    let results: Vec<_> = completed.then(|future| async { future.await }).collect().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 5);
    assert_eq!(results.len(), 10);
}

#[wasm_bindgen_test]
async fn a_wait_for_the_next_can_be_given_up_without_loss() {
    let client = client_of(1);
    let mut completed = as_completed([client.submit(inc, (1,))]);
    let mut next = Box::pin(completed.next());
    assert!(futures_util::poll!(&mut next).is_pending());
    drop(next);
    assert_eq!(completed.next().await.unwrap().await, Ok(2));
}

#[wasm_bindgen_test]
async fn results_come_along() {
    let client = client_of(2);
    let mut completed = as_completed(client.map(half, 0..10)).with_results();
    let mut values = Vec::new();
    while let Some((future, result)) = completed.next().await {
        match result {
            Ok(value) => values.push(value),
            Err(Error::Task { message, key, .. }) => {
                assert!(message.ends_with(" is odd"), "{message}");
                assert_eq!(key, Some(future.key()));
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    values.sort_unstable();
    assert_eq!(values, [0, 1, 2, 3, 4]);
    let cancelled = client.submit(never, ());
    completed.add(cancelled.clone());
    cancelled.cancel();
    assert!(matches!(
        completed.next().await,
        Some((_, Err(Error::Cancelled { .. })))
    ));
    client.close();
    completed.add(client.submit(half, (2,)));
    assert!(matches!(completed.next().await, Some((_, Err(Error::Closed { .. })))));
    assert!(completed.next().await.is_none());
}

#[wasm_bindgen_test]
async fn a_result_that_is_an_error_in_javascript_is_a_result() {
    let client = client_of(1);
    let future = client.submit(
        || Wrapped {
            name: "TypeError".to_owned(),
        },
        (),
    );
    let mut completed = as_completed([future]).with_results();
    assert!(matches!(completed.next().await, Some((_, Ok(Wrapped { name }))) if name == "TypeError"));
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Wrapped {
    name: String,
}

#[wasm_bindgen_test]
async fn what_is_ready_comes_in_batches() {
    let client = client_of(1);
    let closed = client.submit(gate, ());
    let quick = client.map(inc, 0..20);
    let mut completed = as_completed(quick.iter().cloned().chain([closed.clone()]));
    wait(&quick, ReturnWhen::AllCompleted).await.unwrap();
    assert!(completed.has_ready());
    assert_eq!(completed.next_batch().await.len(), 20);
    assert_eq!((completed.len(), completed.has_ready()), (1, false));
    let mut next = Box::pin(completed.next());
    assert!(futures_util::poll!(&mut next).is_pending());
    drop(next);
    opened(&client).await;
    (&closed).await.unwrap();
    until(async || completed.has_ready()).await;
    assert_eq!(completed.next_batch().await.len(), 1);
    assert!(completed.next_batch().await.is_empty());

    completed.update(quick);
    let batches: Vec<Vec<_>> = completed.batches().collect().await;
    assert_eq!(batches.concat().len(), 20);
    assert!(batches.iter().all(|batch| !batch.is_empty()));
}

#[wasm_bindgen_test]
async fn an_iteration_may_run_out_of_time() {
    let client = client_of(1);
    let quick = client.submit(inc, (1,));
    (&quick).await.unwrap();
    let closed = client.submit(gate, ());
    let mut completed = as_completed([quick, closed.clone()]).timeout(Duration::from_millis(1));
    let first = completed.next().await.unwrap().unwrap();
    assert_eq!(first.await, Ok(2), "what is ready comes first");
    let Some(Err(error)) = completed.next().await else {
        panic!("no error")
    };
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    assert!(completed.next().await.is_none(), "that is said once");
    assert_eq!(completed.len(), 1);
    opened(&client).await;
    (&closed).await.unwrap();
    let rest: Vec<_> = completed.collect().await;
    assert_eq!(rest.len(), 1, "what is ready is still to be had");

    let both = as_completed([client.submit(inc, (3,))])
        .with_results()
        .timeout(Duration::MAX);
    let items: Vec<_> = both.collect().await;
    assert!(matches!(&items[..], [Ok((_, Ok(4)))]));
}

#[wasm_bindgen_test]
async fn every_result_is_gathered_whatever_becomes_of_the_others() {
    let client = client_of(2);
    let halves = client.map(half, 0..4);
    let results = client.gather_results(&halves).await;
    assert_eq!(results.iter().flatten().copied().collect::<Vec<i64>>(), [0, 1]);
    assert!(matches!(&results[1], Err(Error::Task { message, .. }) if message == "1 is odd"));
    let cancelled = client.submit(never, ());
    cancelled.cancel();
    let named = BTreeMap::from([("cancelled", cancelled)]);
    let (one, two, named) = client
        .gather_results(([&halves[0], &halves[3]], Some(&halves[2]), named))
        .await;
    assert!(matches!(one, [Ok(0), Err(Error::Task { .. })]));
    assert_eq!(two, Some(Ok(1)));
    assert!(matches!(named["cancelled"], Err(Error::Cancelled { .. })));
}

#[wasm_bindgen_test]
async fn progress_is_an_element_too() {
    // There is none in a worker.
    if js_sys::Reflect::get(&js_sys::global(), &"document".into())
        .unwrap()
        .is_undefined()
    {
        return;
    }
    let client = client_of(1);
    let element = progress_element(client.map(inc, 0..3)).unwrap();
    let name = js_sys::Reflect::get(&element, &"localName".into()).unwrap();
    assert_eq!(name.as_string().as_deref(), Some("webfutures-progress"));
}

#[wasm_bindgen_test]
async fn progress_counts() {
    let client = client_of(1);
    let futures = [
        client.submit(inc, (1,)),
        client.submit(half, (1,)),
        client.submit(half, (2,)),
        client.submit(never, ()),
    ];
    wait(&futures[..3], ReturnWhen::AllCompleted).await.unwrap();
    let counts = progress(&futures);
    assert_eq!(
        (
            counts.total,
            counts.pending,
            counts.finished,
            counts.erred,
            counts.cancelled
        ),
        (4, 1, 2, 1, 0)
    );
    assert_eq!(counts.done(), 3);
    client.close();
    assert_eq!(progress(&futures).pending, 0);
}

#[wasm_bindgen_test]
async fn asynchronous_tasks_of_one_worker_run_side_by_side() {
    use std::cell::RefCell;
    use std::task::{Poll, Waker};

    thread_local! {
        static SENT: RefCell<(Option<i64>, Option<Waker>)> = const { RefCell::new((None, None)) };
    }
    async fn receive() -> i64 {
        std::future::poll_fn(|context| {
            SENT.with_borrow_mut(|(value, waker)| {
                *waker = Some(context.waker().clone());
                value.take().map_or(Poll::Pending, Poll::Ready)
            })
        })
        .await
    }
    fn send(x: i64) -> bool {
        SENT.with_borrow_mut(|(value, waker)| {
            *value = Some(x);
            waker.take().map(Waker::wake).is_some()
        })
    }
    let client = client_of(1);
    let received = client.submit(receive, ());
    assert_eq!(client.submit(send, (5,)).await, Ok(true), "the other waits already");
    assert_eq!(received.await, Ok(5));
}
