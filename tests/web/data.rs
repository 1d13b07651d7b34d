//! Data in the workers: scattered, copied, moved, and who has what.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, Copies, Error, Future, ScatterOptions, TaskOptions, WorkerOptions, WorkerStatus, get_client};

use super::tasks::{client_of, close_worker, half, inc, until};

/// Workers called so.
fn lab<const N: usize>(names: [&str; N]) -> Client {
    let builder = names.into_iter().fold(Client::builder().name("lab"), |builder, name| {
        builder.worker(WorkerOptions::new().name(name))
    });
    builder.allowed_failures(0).build().unwrap()
}

fn length(numbers: Vec<f64>) -> usize {
    numbers.len()
}

/// The workers that have a result.
fn holders<T>(client: &Client, future: &Future<T>) -> Vec<String> {
    client.who_has(future).unwrap().remove(&future.key()).unwrap()
}

#[wasm_bindgen_test]
async fn data_is_copied_to_all_workers_or_some() {
    let client = lab(["a", "b", "c"]);
    let everywhere = client.scatter_with(vec![0.5; 100], ScatterOptions::new().broadcast(Copies::All));
    let twice = client.scatter_each_with([vec![0.5; 50]], ScatterOptions::new().broadcast(2));
    until(async || holders(&client, &everywhere).len() == 3 && holders(&client, &twice[0]).len() == 2).await;
    client.scale(4).unwrap();
    until(async || holders(&client, &everywhere).len() == 4).await;
    assert_eq!(holders(&client, &twice[0]).len(), 2, "later workers get none of these");
    for count in [0, 257] {
        let refused = client.scatter_with(1, ScatterOptions::new().broadcast(count));
        assert!(
            matches!(refused.await, Err(Error::InvalidOptions { message, .. }) if message.starts_with("broadcast is a"))
        );
    }
}

#[wasm_bindgen_test]
async fn equal_data_is_one_task_unless_told_otherwise() {
    let client = client_of(1);
    let shape = BTreeMap::from([("width", vec![1, 2]), ("height", vec![3])]);
    let [one, other] = [shape.clone(), shape].map(|shape| client.scatter(shape));
    assert_eq!(one.key(), other.key());
    let apart = ScatterOptions::new().hash(false);
    assert_ne!(client.scatter_with(7, apart.clone()).key(), client.scatter(7).key());
    let map: BTreeMap<_, _> = client.scatter_map_with([("a", 7), ("b", 7)], apart);
    assert_ne!(map["a"].key(), map["b"].key());
    assert_eq!(client.gather(&map).await, Ok(BTreeMap::from([("a", 7), ("b", 7)])));
    // Above 1 MiB only if it is asked for.
    let big = || vec![9_u8; 1024 * 1024 + 8];
    let hashed = ScatterOptions::new().hash(true);
    assert_ne!(client.scatter(big()).key(), client.scatter(big()).key());
    assert_eq!(
        client.scatter_with(big(), hashed.clone()).key(),
        client.scatter_with(big(), hashed).key()
    );
}

#[wasm_bindgen_test]
async fn data_has_keys_and_places_of_ones_own() {
    let client = lab(["a", "b"]);
    client.ready().await.unwrap();
    let at = |worker| TaskOptions::new().worker(worker);
    let table = client.with(at("b").key("table")).unwrap();
    // A list is one piece here, too, and a structure.
    let list = table.scatter(vec![vec![1.0], vec![2.0]]);
    assert_eq!(
        (list.key().as_str(), holders(&client, &list)),
        ("table", vec!["b".to_owned()])
    );
    assert!(matches!(
        table.scatter(vec![vec![3.0]]).await,
        Err(Error::KeyConflict { key, .. }) if key == "table"
    ));
    assert_eq!((&list).await, Ok(vec![vec![1.0], vec![2.0]]));
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Point {
        x: f64,
    }
    let point = client
        .with(TaskOptions::new().key("point"))
        .unwrap()
        .scatter(Point { x: 0.5 });
    assert_eq!((point.key().as_str(), (&point).await), ("point", Ok(Point { x: 0.5 })));
    let keys = client.with(TaskOptions::new().keys(["x", "y"])).unwrap();
    let each = keys.scatter_each([1, 2]);
    assert_eq!((each[0].key().as_str(), each[1].key().as_str()), ("x", "y"));
    assert!(table.scatter_each([5])[0].key().starts_with("table-"));
    assert!(matches!(keys.scatter(1).await, Err(Error::InvalidOptions { .. })));
}

#[wasm_bindgen_test]
async fn data_that_was_moved_leaves_no_copy_on_the_page() {
    let client = lab(["a"]);
    let moved = client.scatter_with(vec![0.5; 1000], ScatterOptions::new().transfer(true));
    let kept = client.scatter_with(vec!["text"; 3], ScatterOptions::new().transfer(true));
    assert_eq!(client.submit(length, (&moved,)).await, Ok(1000));
    assert!(client.submit(close_worker, ()).await.is_err());
    let again = client.submit(|numbers: Vec<f64>| numbers[0], (&moved,));
    assert!(matches!(again.await, Err(Error::LostData { key, .. }) if key == moved.key()));
    let texts = client.submit(|texts: Vec<String>| texts.len(), (kept.cast::<Vec<String>>(),));
    assert_eq!(texts.await, Ok(3), "what is no vector of numbers is copied");
}

#[wasm_bindgen_test]
async fn results_are_copied_on_request() {
    let client = lab(["a", "b", "c"]);
    client.ready().await.unwrap();
    let result = client.submit(|n: usize| vec![0.5; n], (100,));
    assert_eq!(client.replicate(&result, 2).await, Ok(()), "it waits for the result");
    assert_eq!(holders(&client, &result).len(), 2);
    assert_eq!(client.replicate([&result], Copies::All).await, Ok(()));
    let (key, keys) = (result.key(), vec![result.key()]);
    let held = ["a", "b", "c"].map(|name| (name.to_owned(), keys.clone()));
    assert_eq!(client.has_what(), BTreeMap::from(held));
    assert_eq!(client.who_has_all()[&key].len(), 3);
    assert_eq!(client.nbytes(&result), Ok(BTreeMap::from([(key.clone(), 800)])));
    assert_eq!(
        (client.nbytes_all()[&key], result.nbytes()),
        (800, Some(800)),
        "copies count once"
    );

    let failed = client.submit(half, (3,));
    assert!(matches!(
        client.replicate(&failed, 2).await,
        Err(Error::Task { message, .. }) if message == "3 is odd"
    ));
    assert!(matches!(
        client.replicate(&result, 0).await,
        Err(Error::InvalidOptions { message, .. }) if message.starts_with("copies is a whole number")
    ));
    assert_eq!(client.nbytes(&failed), Ok(BTreeMap::new()));
    assert_eq!(failed.nbytes(), None);
}

#[wasm_bindgen_test]
async fn a_copy_survives_the_death_of_the_worker_that_made_it() {
    let client = lab(["a", "b"]);
    client.ready().await.unwrap();
    // Another one each time that it is made.
    let once = client.submit(js_sys::Math::random, ());
    client.replicate(&once, 2).await.unwrap();
    let before = (&once).await;
    let there = client.with(TaskOptions::new().worker("a")).unwrap();
    assert!(there.submit(close_worker, ()).await.is_err());
    assert_eq!(client.submit(|x: f64| x, (&once,)).await, before);
    until(async || holders(&client, &once).len() == 2).await;
}

#[wasm_bindgen_test]
async fn stored_bytes_are_evened_out() {
    let client = lab(["a", "b"]);
    client.ready().await.unwrap();
    let there = client.with(TaskOptions::new().worker("a")).unwrap();
    let made = there.map(|n: u32| vec![f64::from(n); 10_000], 0..8);
    let lengths = client.gather(there.map(length, &made)).await.unwrap();
    assert_eq!(lengths, [10_000; 8]);
    assert!(client.has_what()["b"].is_empty());
    assert_eq!(client.rebalance(&made).await, Ok(()));
    let moved = || made.iter().filter(|future| holders(&client, future) == ["b"]).count();
    assert_eq!(moved(), 4);
    assert_eq!(client.rebalance_all().await, Ok(()));
    assert_eq!(moved(), 4, "there is nothing left to move");
    let failed = client.submit(half, (1,));
    assert!(matches!(client.rebalance(&failed).await, Err(Error::Task { .. })));
}

#[wasm_bindgen_test]
async fn the_scheduler_tells_how_its_workers_stand() {
    let client = Client::builder()
        .name("lab")
        .memory_limit(1_000_000)
        .worker(WorkerOptions::new().name("weak"))
        .worker(WorkerOptions::new().name("strong").resource("gpu", 2))
        .build()
        .unwrap();
    let statuses = |client: &Client| {
        client
            .scheduler_info()
            .workers
            .into_values()
            .map(|worker| worker.status)
            .collect::<Vec<_>>()
    };
    assert_eq!(statuses(&client), [WorkerStatus::Starting; 2]);
    client.ready().await.unwrap();
    assert_eq!(statuses(&client), [WorkerStatus::Running; 2]);
    let there = client.with(TaskOptions::new().worker("strong")).unwrap();
    let data = there.scatter("12345678".to_owned());
    let info = client.scheduler_info();
    assert_eq!(
        (info.name.as_str(), info.tasks.memory, info.tasks.processing),
        ("lab", 1, 0)
    );
    let strong = &info.workers["strong"];
    assert_eq!(strong.resources, BTreeMap::from([("gpu".to_owned(), 2)]));
    assert_eq!((strong.results, strong.bytes, strong.spilled), (1, 16, 0));
    assert_eq!((strong.processing, strong.queued), (0, 0));
    assert_eq!(strong.memory_limit, Some(1_000_000));
    assert_eq!(client.nthreads().into_values().collect::<Vec<_>>(), [1, 1]);
    assert_eq!(client.nbytes_all(), BTreeMap::from([(data.key(), 16)]));
    let full = there.scatter(vec![0_u8; 960_000]);
    assert_eq!(client.scheduler_info().workers["strong"].status, WorkerStatus::Full);
    drop(full);
    assert_eq!(client_of(0).scheduler_info().workers, BTreeMap::new());
}

#[wasm_bindgen_test]
async fn futures_of_another_client_are_refused() {
    let (client, other) = (client_of(1), client_of(0));
    let foreign = other.submit(inc, (1,));
    let refused = |result: Result<(), Error>| match result {
        Err(Error::InvalidOptions { message, .. }) => {
            assert!(message.contains("belongs to another client"), "{message}")
        }
        result => panic!("{result:?}"),
    };
    refused(client.replicate(&foreign, 2).await);
    refused(client.rebalance(&foreign).await);
    refused(client.who_has(&foreign).map(drop));
    refused(client.nbytes(&foreign).map(drop));
    client.close();
    let own = client.submit(inc, (1,));
    assert!(matches!(client.replicate(&own, 2).await, Err(Error::Closed { .. })));
    assert!(matches!(client.rebalance_all().await, Err(Error::Closed { .. })));
    assert!(matches!(client.scatter(1).await, Err(Error::Closed { .. })));
}

#[wasm_bindgen_test]
async fn a_task_scatters_but_cannot_look_into_the_pool() {
    async fn scatters(n: u32) -> Result<f64, Error> {
        let client = get_client().await?;
        let data = client.scatter_with(vec![0.5; n as usize], ScatterOptions::new().transfer(true).hash(false));
        client.submit(|data: Vec<f64>| data.iter().sum::<f64>(), (&data,)).await
    }
    async fn looks() -> Result<usize, Error> {
        Ok(get_client().await?.has_what().len())
    }
    async fn asks() -> Result<usize, Error> {
        let client = get_client().await?;
        Ok(client.who_has(client.submit(inc, (1,)))?.len())
    }
    let client = client_of(1);
    assert_eq!(client.submit(scatters, (10,)).await, Ok(5.0));
    let refusal = "only a client of the page looks into the pool";
    let panicked = client.submit(looks, ()).await;
    assert!(
        matches!(&panicked, Err(Error::Panic { message, .. }) if message.contains(refusal)),
        "{panicked:?}"
    );
    let refused = client.submit::<_, _, usize, _, _>(asks, ()).await;
    assert!(
        matches!(&refused, Err(Error::Task { message, .. }) if message.contains(refusal)),
        "{refused:?}"
    );
}
