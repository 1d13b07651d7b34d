//! `Client::with`, and what is said of workers.

use std::cell::Cell;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, Error, Future, Status, TaskOptions, TaskState, WorkerOptions, delayed};

use super::tasks::{add, client_of, dec, gate, half, inc, opened, until};

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

/// How many times this instance has been asked.
fn counted() -> u32 {
    CALLS.set(CALLS.get() + 1);
    CALLS.get()
}

/// The workers that ran anything.
fn ran(client: &Client) -> BTreeSet<String> {
    client
        .task_stream(0.0)
        .records
        .into_iter()
        .map(|record| record.worker)
        .collect()
}

/// Two workers, of which one is strong.
fn lab() -> Client {
    Client::builder()
        .name("lab")
        .worker(WorkerOptions::new())
        .worker(WorkerOptions::new().name("strong").resource("gpu", 1))
        .build()
        .unwrap()
}

#[wasm_bindgen_test]
async fn a_key_names_one_call() {
    let client = client_of(1);
    let named = client.with(TaskOptions::new().key("mine")).unwrap();
    let future = named.submit(inc, (1,));
    assert_eq!(future.key(), "mine");
    assert_eq!(named.submit(inc, (1,)).await, Ok(2), "the same call shares the task");
    let error = named.submit(dec, (1,)).await.unwrap_err();
    assert!(
        matches!(&error, Error::KeyConflict { key, .. } if key == "mine"),
        "{error:?}"
    );
    assert!(error.to_string().contains("belongs to another call, of inc"), "{error}");
    drop(future);
    assert_eq!(named.submit(dec, (1,)).await, Ok(0), "when the key is free");
}

#[wasm_bindgen_test]
async fn keys_are_a_beginning_or_a_list() {
    let client = client_of(1);
    let grown = client.with(TaskOptions::new().key("grow")).unwrap().map(inc, [1, 2]);
    assert!(
        grown.iter().all(|future| future.key().starts_with("grow-")),
        "{grown:?}"
    );
    let listed = client.with(TaskOptions::new().keys(["a", "b", "c"])).unwrap();
    let futures = listed.map(inc, [1, 2]);
    assert_eq!((futures[0].key().as_str(), futures[1].key().as_str()), ("a", "b"));
    let graphs = client
        .with(TaskOptions::new().keys(["x", "y"]))
        .unwrap()
        .compute(&[1, 2].map(|n| delayed(inc, (n,)))[..]);
    assert_eq!(graphs[1].key(), "y");
    assert_eq!(client.gather(&graphs).await, Ok(vec![2, 3]));
    let few = client.with(TaskOptions::new().keys(["d"])).unwrap();
    assert!(matches!(
        (&few.map(inc, [5, 6])[1]).await,
        Err(Error::InvalidOptions { .. })
    ));
}

#[wasm_bindgen_test]
async fn a_map_may_go_out_in_batches() {
    let client = client_of(1);
    client.ready().await.unwrap();
    let batches = client.with(TaskOptions::new().batch_size(3)).unwrap();
    let known = Cell::new(Vec::new());
    // What is there when an item is made: whole batches of those before it.
    let items = (0..7).inspect(|_| {
        let tasks = client.scheduler_info().tasks;
        let mut counts = known.take();
        counts.push(tasks.queued + tasks.processing);
        known.set(counts);
    });
    let sums = batches.map(add, items.zip(std::iter::repeat(10)));
    assert_eq!(known.take(), [0, 0, 0, 3, 3, 3, 6]);
    assert_eq!(client.gather(&sums).await, Ok((10..17).collect::<Vec<i64>>()));
    let whole = client.map(add, (0..7).map(|x| (x, 10)));
    let keys = |futures: &[Future<i64>]| futures.iter().map(Future::key).collect::<Vec<_>>();
    assert_eq!(keys(&sums), keys(&whole), "it changes no key");
    let listed = batches
        .with(TaskOptions::new().keys(["a", "b", "c", "d", "e", "f"]))
        .unwrap();
    assert_eq!(listed.map(inc, 0..6)[5].key(), "f");
    let few = listed.map(inc, 0..8);
    assert_eq!(few.len(), 8, "what fails one fails all");
    assert!(matches!((&few[0]).await, Err(Error::InvalidOptions { .. })));
    let odd = batches.map(|x: u64| x, [1, 2, 3, 4]);
    assert_eq!(client.gather(odd).await, Ok(vec![1, 2, 3, 4]));
    assert_eq!(batches.map(inc, [0_i64; 0]).len(), 0);
}

#[wasm_bindgen_test]
async fn an_item_that_cannot_be_made_fails_the_map() {
    #[derive(Serialize, Deserialize)]
    struct Wide {
        number: u64,
    }
    let client = client_of(1);
    for client in [client.clone(), client.with(TaskOptions::new().batch_size(1)).unwrap()] {
        let numbers = [1, u64::MAX, 2].map(|number| Wide { number });
        let futures = client.map(|wide: Wide| wide.number, numbers);
        assert_eq!(futures.len(), 3);
        for future in futures {
            assert!(matches!(
                future.await,
                Err(Error::WrongType { subject, .. }) if subject == "argument 1"
            ));
        }
    }
    client.close();
    let futures = client.map(inc, 0..3);
    assert_eq!(futures.len(), 3);
    assert!(matches!((&futures[2]).await, Err(Error::Closed { .. })));
}

#[wasm_bindgen_test]
async fn impure_calls_are_tasks_of_their_own() {
    let client = client_of(1);
    let impure = client.with(TaskOptions::new().pure(false)).unwrap();
    let counts = client.gather([impure.submit(counted, ()), impure.submit(counted, ())]);
    assert_eq!(counts.await, Ok([1, 2]));
    let squares = [3, 3].map(|x| delayed(|x: i64| x * x, (x,)).pure(true).named("square"));
    let futures = client.compute(&squares[..]);
    assert_eq!(futures[0].key(), futures[1].key());
    assert!(futures[0].key().starts_with("square-"), "{}", futures[0]);
    let own = [3, 3].map(|x| delayed(inc, (x,)).pure(false));
    let futures = client.with(TaskOptions::new().pure(true)).unwrap().compute(&own[..]);
    assert_ne!(futures[0].key(), futures[1].key(), "what the lazy call says goes first");
}

#[wasm_bindgen_test]
async fn higher_priorities_run_first() {
    thread_local! {
        static ORDER: Cell<i64> = const { Cell::new(0) };
    }
    fn place(_name: String) -> i64 {
        ORDER.set(ORDER.get() + 1);
        ORDER.get()
    }
    let client = Client::builder()
        .worker(WorkerOptions::new().resource("slot", 1))
        .build()
        .unwrap();
    let slot = |priority| {
        client
            .with(TaskOptions::new().resource("slot", 1).priority(priority))
            .unwrap()
    };
    let closed = slot(0).submit(gate, ());
    until(async || closed.running()).await;
    let low = slot(-1).submit(place, ("low",));
    let high = slot(1).submit(place, ("high",));
    let middle = slot(0).submit(place, ("middle",));
    opened(&client).await;
    assert_eq!(client.gather([high, middle, low]).await, Ok([1, 2, 3]));
    assert_eq!(closed.await, Ok(7));
}

#[wasm_bindgen_test]
async fn what_fails_is_tried_again() {
    fn third() -> Result<u32, u32> {
        let count = counted();
        if count.is_multiple_of(3) { Ok(count) } else { Err(count) }
    }
    let client = client_of(1);
    let patient = |retries| {
        client
            .with(TaskOptions::new().pure(false).retries(retries))
            .unwrap()
            .submit::<_, _, u32, _, _>(third, ())
    };
    assert_eq!(patient(2).await, Ok(3));
    assert!(matches!(patient(1).await, Err(Error::Task { message, .. }) if message == "5"));
}

#[wasm_bindgen_test]
async fn calls_run_where_they_may() {
    let client = lab();
    client
        .gather(client.with(TaskOptions::new().worker("lab-0")).unwrap().map(inc, 0..50))
        .await
        .unwrap();
    assert_eq!(ran(&client), BTreeSet::from(["lab-0".to_owned()]));
    client
        .gather(client.with(TaskOptions::new().workers([1])).unwrap().map(dec, 0..50))
        .await
        .unwrap();
    assert_eq!(ran(&client), BTreeSet::from(["lab-0".to_owned(), "strong".to_owned()]));
    let later = client
        .with(TaskOptions::new().worker("lab-2"))
        .unwrap()
        .submit(inc, (100,));
    let elsewhere = client
        .with(TaskOptions::new().worker("lab-2").allow_other_workers(true))
        .unwrap();
    assert_eq!(elsewhere.submit(dec, (100,)).await, Ok(99));
    assert_eq!(later.status(), Status::Pending);
    client.scale(3).unwrap();
    assert_eq!(later.await, Ok(101));
}

#[wasm_bindgen_test]
async fn resources_say_where_and_how_many() {
    let client = lab();
    let drawing = client.with(TaskOptions::new().resource("gpu", 1)).unwrap();
    client.gather(drawing.map(inc, 0..20)).await.unwrap();
    assert_eq!(ran(&client), BTreeSet::from(["strong".to_owned()]));
    let never = client
        .with(TaskOptions::new().resource("gpu", 2))
        .unwrap()
        .submit(inc, (100,));
    client.submit(dec, (1,)).await.unwrap();
    assert_eq!(client.story(&never.key()).last().unwrap().to, TaskState::NoWorker);
}

#[wasm_bindgen_test]
async fn results_that_may_be_moved_are() {
    let client = lab();
    let at = |worker: u32| client.with(TaskOptions::new().worker(worker).transfer(true)).unwrap();
    let data = at(0).submit(|n: usize| vec![1.0; n], (10_000,));
    let total = |data: Vec<f64>| data.iter().sum::<f64>();
    assert_eq!(at(1).submit(total, (&data,)).await, Ok(10_000.0));
    until(async || client.stats().await.unwrap().workers[0].results == 0).await;
    assert_eq!(data.await.map(|data| data.len()), Ok(10_000));
}

#[wasm_bindgen_test]
async fn a_taken_result_comes_here_and_leaves_its_worker() {
    let client = client_of(1);
    let moving = client.with(TaskOptions::new().transfer(true)).unwrap();
    let make = |n: usize| vec![1.0; n];
    let data: Vec<f64> = moving.submit(make, (100_000,)).take().await.unwrap();
    assert_eq!(data.len(), 100_000);
    until(async || client.stats().await.unwrap().workers[0].results == 0).await;
    let kept = moving.submit(make, (10_000,));
    assert_eq!(kept.clone().take().await.map(|data| data.len()), Ok(10_000));
    assert_eq!(kept.status(), Status::Finished, "a clone is of use");
    assert_eq!(kept.take().await.map(|data| data.len()), Ok(10_000));
    assert!(client.submit(half, (3,)).take().await.is_err());
}

#[wasm_bindgen_test]
async fn options_add_up_and_keep_their_client_open() {
    let inner = {
        let client = client_of(1);
        client
            .with(TaskOptions::new().retries(1))
            .unwrap()
            .with(TaskOptions::new().key("both"))
            .unwrap()
    };
    assert_eq!(inner.submit(inc, (1,)).await, Ok(2), "the first handle is gone");
    assert_eq!(inner.name(), inner.with(TaskOptions::new()).unwrap().name());
    let future = inner.submit(half, (3,));
    assert!((&future).await.is_err());
    drop(inner);
    assert_eq!(future.status(), Status::Error, "a future keeps it open");
}

#[wasm_bindgen_test]
async fn options_are_checked_when_they_are_given() {
    let client = lab();
    let refused = |options: TaskOptions, word: &str| match client.with(options) {
        Err(Error::InvalidOptions { message, .. }) => assert!(message.contains(word), "{message}"),
        other => panic!("{word}: {other:?}"),
    };
    refused(TaskOptions::new().key(""), "key");
    refused(TaskOptions::new().batch_size(0), "batchSize");
    refused(TaskOptions::new().priority(i16::MIN), "priority");
    refused(TaskOptions::new().worker("nobody"), "no worker is called \"nobody\"");
    refused(TaskOptions::new().allow_other_workers(true), "workers");
    refused(TaskOptions::new().resource("gpu", 0), "resources.gpu");
    let twice = Client::builder()
        .worker(WorkerOptions::new().name("a"))
        .worker(WorkerOptions::new().name("a"))
        .build();
    assert!(matches!(twice, Err(Error::InvalidOptions { .. })));
    let both = Client::builder().workers(2).worker(WorkerOptions::new()).build();
    assert!(matches!(both, Err(Error::InvalidOptions { .. })));
    let failures = Client::builder().allowed_failures(11).build();
    assert!(matches!(failures, Err(Error::InvalidOptions { message, .. }) if message.contains("allowedFailures")));
}
