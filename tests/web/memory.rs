//! What nobody wants any more is not kept.

use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, Stats, delayed};

use super::tasks::{add, client_of, inc};

/// Looks until nothing is held anywhere. Drops travel with the next message, so the first look may come too early.
async fn emptied(client: &Client) -> Stats {
    for _ in 0..100 {
        let stats = client.stats().await.unwrap();
        if stats.tasks == 0 && stats.workers.iter().all(|worker| worker.results == 0) {
            return stats;
        }
    }
    client.stats().await.unwrap()
}

fn is_empty(stats: &Stats) -> bool {
    stats.tasks == 0
        && stats
            .workers
            .iter()
            .all(|worker| worker.results == 0 && worker.bytes == 0.0)
}

#[wasm_bindgen_test]
async fn dropped_futures_leave_both_stores_empty() {
    let client = client_of(2);
    for round in 0..10 {
        let futures = client.map(inc, round * 10_000..(round + 1) * 10_000);
        let values = client.gather(&futures).await.unwrap();
        assert_eq!(values.last(), Some(&((round + 1) * 10_000)));
    }
    let stats = emptied(&client).await;
    assert!(is_empty(&stats), "{stats:?}");
}

#[wasm_bindgen_test]
async fn results_are_held_as_long_as_a_handle_is() {
    let client = client_of(1);
    let future = client.scatter(vec![0.0; 100_000]);
    let clone = future.clone();
    drop(future);
    let sum = client.submit(|numbers: Vec<f64>| numbers.len(), (&clone,));
    assert_eq!((&sum).await, Ok(100_000));
    let stats = client.stats().await.unwrap();
    assert_eq!((stats.tasks, stats.workers[0].results), (2, 2));
    assert!(stats.workers[0].bytes >= 800_000.0, "{stats:?}");

    clone.release();
    sum.release();
    let stats = emptied(&client).await;
    assert!(is_empty(&stats), "{stats:?}");
}

#[wasm_bindgen_test]
async fn what_lies_between_is_dropped_when_it_has_been_used() {
    let client = client_of(2);
    let total = {
        let left = client.submit(inc, (1,));
        let right = client.compute(delayed(add, (delayed(inc, (2,)), &left)));
        client.submit(add, (left, right))
    };
    assert_eq!((&total).await, Ok(7));
    drop(total);
    let stats = emptied(&client).await;
    assert!(is_empty(&stats), "{stats:?}");
}

#[wasm_bindgen_test]
async fn calls_given_up_before_they_left_do_no_harm() {
    let client = client_of(1);
    client.ready().await.unwrap();
    for x in 0..10 {
        drop(client.submit(inc, (x,)));
        drop(client.scatter(x));
        assert_eq!(client.scatter(x).await, Ok(x));
        assert_eq!(client.submit(inc, (-x,)).await, Ok(1 - x));
    }
    let stats = emptied(&client).await;
    assert!(is_empty(&stats), "{stats:?}");
}
