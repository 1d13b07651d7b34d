//! Locks, semaphores, events, variables, queues and datasets, between clients of the same workers.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, Error, Future, Queue, Variable};

use super::tasks::{client_of, half, inc, until};

/// Two clients of one worker.
fn two_clients() -> (Client, Client) {
    let one = client_of(1);
    let two = Client::builder().connect(&one).build().unwrap();
    (one, two)
}

fn is_timeout<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::Timeout { .. }))
}

fn says<T>(result: Result<T, Error>, text: &str) -> bool {
    matches!(result, Err(Error::Coordination { message, .. }) if message.contains(text))
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Job {
    name: String,
    sizes: BTreeMap<String, u32>,
}

#[wasm_bindgen_test]
async fn a_lock_is_had_by_one_at_a_time() {
    let (one, two) = two_clients();
    let (mine, yours) = (one.lock("door").unwrap(), two.lock("door").unwrap());
    assert_eq!(format!("{mine:?}"), "<Lock: door>");
    let lease = mine.acquire().await.unwrap();
    assert_eq!(yours.locked().await, Ok(true));
    assert!(is_timeout(&yours.acquire().timeout(Duration::ZERO).await));
    let (lease, released) = futures_util::join!(yours.acquire().into_future(), lease.release());
    released.unwrap();
    assert_eq!(mine.locked().await, Ok(true));
    drop(lease);
    assert_eq!(mine.locked().await, Ok(false), "it was asked for before this was");
    for name in [one.lock("").map(drop), one.semaphore("x", 0).map(drop)] {
        assert!(matches!(name, Err(Error::InvalidOptions { .. })));
    }
    two.close();
    assert!(matches!(two.lock("door"), Err(Error::Closed { .. })));
    assert!(matches!(yours.acquire().await, Err(Error::Closed { .. })));
}

#[wasm_bindgen_test]
async fn who_stops_waiting_midway_has_nothing() {
    let client = client_of(1);
    let lock = client.lock("door").unwrap();
    let lease = lock.acquire().await.unwrap();
    let mut waiting = lock.acquire().into_future();
    assert!(waiting.as_mut().now_or_never().is_none(), "it waits");
    drop(waiting);
    lease.release().await.unwrap();
    assert_eq!(lock.locked().await, Ok(false), "its place is given up");
    // Asked, and granted within the call; nobody has looked.
    let mut granted = lock.acquire().into_future();
    assert!(granted.as_mut().now_or_never().is_none());
    drop(granted);
    until(async || lock.locked().await == Ok(false)).await;
    let queue: Queue<i64> = client.queue("jobs").unwrap();
    let mut waiting = queue.get().into_future();
    assert!(waiting.as_mut().now_or_never().is_none());
    drop(waiting);
    queue.put(5).await.unwrap();
    assert_eq!(queue.get().await, Ok(5), "nobody else has taken it");
}

#[wasm_bindgen_test]
async fn a_semaphore_has_so_many_leases_and_those_of_the_closed_return() {
    let (one, two) = two_clients();
    let slots = two.semaphore("slots", 2).unwrap();
    let _leases = (slots.acquire().await.unwrap(), slots.acquire().await.unwrap());
    let others = one.semaphore("slots", 2).unwrap();
    assert_eq!(others.taken().await, Ok(2));
    let three = one.semaphore("slots", 3).unwrap();
    assert!(says(three.acquire().await, "it is in use with the limit 2"));
    two.close();
    let _lease = others.acquire().await.unwrap();
    assert_eq!(others.taken().await, Ok(1));
}

#[wasm_bindgen_test]
async fn an_event_lets_all_pass() {
    let (one, two) = two_clients();
    let (mine, yours) = (one.event("go").unwrap(), two.event("go").unwrap());
    assert_eq!(mine.is_set().await, Ok(false));
    let (waited, set) = futures_util::join!(yours.wait().into_future(), mine.set());
    assert_eq!((waited, set), (Ok(()), Ok(())));
    assert_eq!(mine.wait().timeout(Duration::ZERO).await, Ok(()));
    yours.clear().await.unwrap();
    assert_eq!(mine.is_set().await, Ok(false));
    assert!(is_timeout(&mine.wait().timeout(Duration::from_millis(1)).await));
}

#[wasm_bindgen_test]
async fn a_variable_is_waited_for_and_copied() {
    let (one, two) = two_clients();
    let mine: Variable<Job> = one.variable("best").unwrap();
    let yours: Variable<Job> = two.variable("best").unwrap();
    let job = Job {
        name: "first".to_owned(),
        sizes: [("a".to_owned(), 1)].into(),
    };
    let (got, set) = futures_util::join!(yours.get().into_future(), mine.set(job.clone()));
    assert_eq!((got, set), (Ok(job), Ok(())));
    let wrong: Variable<f64> = two.variable("best").unwrap();
    let error = wrong.get().await.unwrap_err();
    assert!(
        matches!(&error, Error::WrongType { subject, expected, .. } if subject == "the shared value" && expected == "f64"),
        "{error:?}"
    );
    mine.delete().await.unwrap();
    assert!(is_timeout(&yours.get().timeout(Duration::ZERO).await));
    let futures: Variable<Vec<Future<i64>>> = one.variable("best").unwrap();
    futures.set(one.map(inc, 0..3)).await.unwrap();
    assert_eq!(one.gather(futures.get().await.unwrap()).await, Ok(vec![1, 2, 3]));
    assert!(matches!(wrong.get().await, Err(Error::WrongType { .. })));
}

#[wasm_bindgen_test]
async fn a_queue_gives_in_order_and_waits_when_it_is_full() {
    let (one, two) = two_clients();
    let mine: Queue<String> = one.bounded_queue("jobs", 2).unwrap();
    let yours: Queue<String> = two.queue("jobs").unwrap();
    assert_eq!(format!("{mine:?}"), "<Queue: jobs>");
    for text in ["a", "b"] {
        mine.put(text.to_owned()).await.unwrap();
    }
    assert!(is_timeout(&mine.put("none".to_owned()).timeout(Duration::ZERO).await));
    let (put, got) = futures_util::join!(mine.put("c".to_owned()).into_future(), yours.get().into_future());
    assert_eq!((put, got.as_deref()), (Ok(()), Ok("a")));
    assert_eq!(yours.size().await, Ok(2));
    assert_eq!(yours.get_all().await.unwrap(), ["b", "c"]);
    assert_eq!(yours.get_all().await.unwrap(), [""; 0]);
    let (both, _, _) = futures_util::join!(
        yours.get_batch(2).into_future(),
        mine.put("d".to_owned()).into_future(),
        mine.put("e".to_owned()).into_future()
    );
    assert_eq!(both.unwrap(), ["d", "e"]);
    assert!(matches!(yours.get_batch(0).await, Err(Error::InvalidOptions { .. })));
    let other: Queue<String> = two.bounded_queue("jobs", 5).unwrap();
    assert!(says(other.get().await, "it is in use with the limit 2"));
    let (waited, _) = futures_util::join!(yours.get().into_future(), mine.close());
    assert!(says(waited, "it was closed"));
}

#[wasm_bindgen_test]
async fn what_is_shared_keeps_its_futures_alive() {
    let (one, two) = two_clients();
    let future = one.submit(|x: f64| vec![x; 1000], (7.0,));
    let key = future.key();
    let mine: Queue<Future<Vec<f64>>> = one.queue("jobs").unwrap();
    mine.put(future).await.unwrap();
    let yours: Queue<Future<Vec<f64>>> = two.queue("jobs").unwrap();
    let future = yours.get().await.unwrap();
    assert_eq!(future.key(), key);
    assert_eq!(two.submit(|data: Vec<f64>| data[5], (&future,)).await, Ok(7.0));
    mine.put(one.submit(|| -> Result<Vec<f64>, String> { Err("no".to_owned()) }, ()))
        .await
        .unwrap();
    let failed = yours.get().await.unwrap().await;
    assert!(matches!(failed, Err(Error::Task { message, .. }) if message == "no"));
    let elsewhere = client_of(1);
    let theirs: Queue<Future<Vec<f64>>> = elsewhere.queue("jobs").unwrap();
    let refused = theirs.put(future).await.unwrap_err();
    assert!(
        matches!(&refused, Error::InvalidOptions { message, .. } if message.contains("belongs to a client of other workers")),
        "{refused:?}"
    );
    drop((mine, yours));
    until(async || one.stats().await.unwrap().tasks == 0).await;
}

#[wasm_bindgen_test]
async fn datasets_outlive_who_published_them() {
    let (one, two) = two_clients();
    two.publish("b", two.map(inc, 0..3)).await.unwrap();
    two.publish("a", "text".to_owned()).await.unwrap();
    assert_eq!(one.datasets().await.unwrap(), ["a", "b"]);
    assert!(says(one.publish("a", 2).await, "there is one already"));
    one.republish("a", 3).await.unwrap();
    two.close();
    assert_eq!(one.dataset::<i64, _>("a").await, Ok(3));
    let futures: Vec<Future<i64>> = one.dataset("b").await.unwrap();
    assert_eq!(one.gather(futures).await, Ok(vec![1, 2, 3]));
    assert!(says(one.dataset::<i64, _>("c").await, "there is none"));
    assert!(says(one.unpublish("c").await, "there is none"));
    one.unpublish("a").await.unwrap();
    one.unpublish("b").await.unwrap();
    assert_eq!(one.datasets().await.unwrap(), [""; 0]);
}

#[wasm_bindgen_test]
async fn a_future_that_could_not_be_made_is_not_shared() {
    let (one, two) = two_clients();
    let failed = {
        two.close();
        two.submit(half, (2,))
    };
    let queue: Queue<Future<i64>> = one.queue("jobs").unwrap();
    assert!(matches!(queue.put(failed).await, Err(Error::Closed { .. })));
    assert_eq!(queue.size().await, Ok(0));
}

#[wasm_bindgen_test]
async fn the_clients_of_tasks_have_them_too() {
    /// Hands on what it was given, with the lock that the page has at first, and keeps it to its end.
    async fn relay(by: i64) -> Result<i64, Error> {
        let client = webfutures::get_client().await?;
        let _lease = client.lock("door")?.acquire().await?;
        let queue: Queue<i64> = client.queue("jobs")?;
        queue.put(queue.get().await? + by).await?;
        Ok(by)
    }
    let client = client_of(1);
    let lock = client.lock("door").unwrap();
    let lease = lock.acquire().await.unwrap();
    let queue: Queue<i64> = client.queue("jobs").unwrap();
    queue.put(1).await.unwrap();
    let tasks = client.map(relay, [10, 100]);
    until(async || tasks.iter().all(Future::running)).await;
    assert_eq!(queue.size().await, Ok(1), "they wait for the lock");
    lease.release().await.unwrap();
    assert_eq!(client.gather(&tasks).await, Ok(vec![10, 100]));
    assert_eq!(queue.get().await, Ok(111));
    until(async || lock.locked().await == Ok(false)).await;
}
