//! `wait`, `as_completed` and `progress`.

use std::time::Duration;

use futures_util::StreamExt;
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{DoneAndNotDone, ReturnWhen, as_completed, progress, wait};

use super::tasks::{client_of, half, inc, never, shared};

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
