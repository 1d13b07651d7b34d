//! How many workers there are, clients that share them, and what tasks wait for meanwhile.

use std::time::Duration;

use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{AdaptOptions, Client, Error, Status, TaskOptions, WaitingReason, delayed};

use super::tasks::{client_of, gate, inc, never, opened, until};

#[wasm_bindgen_test]
async fn workers_are_waited_for() {
    let client = client_of(0);
    let future = client.submit(inc, (1,));
    let error = client
        .wait_for_workers(2)
        .timeout(Duration::from_millis(1))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Timeout { message, .. } if message.contains("only 0 of 2 workers arrived")),
        "{error:?}"
    );
    client.scale(2).unwrap();
    assert_eq!(client.wait_for_workers(2).await, Ok(()));
    assert_eq!(future.await, Ok(2));
    assert!(matches!(
        client.wait_for_workers(0).await,
        Err(Error::InvalidOptions { .. })
    ));
    client.close();
    assert!(matches!(client.wait_for_workers(1).await, Err(Error::Closed { .. })));
}

#[wasm_bindgen_test]
async fn a_pending_task_says_what_it_waits_for() {
    let client = client_of(0);
    let closed = client.submit(gate, ());
    let waiting = closed.waiting_for().unwrap();
    assert_eq!(waiting.reason, WaitingReason::Workers);
    assert_eq!(waiting.to_string(), "there is no worker");
    client.scale(1).unwrap();
    let behind = client.submit(inc, (&closed,));
    until(async || closed.running()).await;
    assert_eq!(behind.waiting_for().unwrap().reason, WaitingReason::Inputs { count: 1 });
    let worker = format!("{}-0", client.name());
    assert_eq!(closed.waiting_for().unwrap().reason, WaitingReason::Worker { worker });
    let much = client.with(TaskOptions::new().resource("gpu", 1)).unwrap();
    let nowhere = much.submit(inc, (1,));
    assert_eq!(nowhere.waiting_for().unwrap().reason, WaitingReason::Resources);
    opened(&client).await;
    assert_eq!((&behind).await, Ok(8));
    assert_eq!(behind.waiting_for(), None);
    client.close();
    assert_eq!(client.submit(inc, (1,)).waiting_for(), None);
}

#[wasm_bindgen_test]
async fn retired_workers_hand_on_what_they_hold() {
    let client = client_of(2);
    let first = client.with(TaskOptions::new().worker(0)).unwrap();
    let calls = first.submit(|n: u32| (0..n).map(f64::from).collect::<Vec<f64>>(), (50_000,));
    assert_eq!(calls.exception().await, None);
    assert_eq!(client.retire([0]).await, Ok(()));
    assert_eq!(client.processing().len(), 1);
    assert_eq!(calls.await.map(|numbers| numbers.len()), Ok(50_000));
    assert!(matches!(
        client.retire(["nobody"]).await,
        Err(Error::InvalidOptions { .. })
    ));
}

#[wasm_bindgen_test]
async fn a_client_begins_anew() {
    #[allow(clippy::empty_loop, reason = "that is the point")]
    fn endless() -> i64 {
        loop {}
    }
    let client = client_of(1);
    let before = client.submit(endless, ());
    until(async || before.running()).await;
    assert_eq!(client.restart().await, Ok(()));
    assert_eq!(before.status(), Status::Cancelled);
    assert_eq!(client.submit(inc, (1,)).await, Ok(2));
}

#[wasm_bindgen_test]
async fn the_number_of_workers_follows_the_work() {
    let client = client_of(0);
    client
        .adapt(
            AdaptOptions::new()
                .maximum(2)
                .interval(Duration::from_millis(5))
                .wait_count(1),
        )
        .unwrap();
    assert_eq!(client.submit(inc, (1,)).await, Ok(2));
    until(async || client.processing().is_empty()).await;
    client.stop_adapting().unwrap();
    let pending = client.submit(inc, (2,));
    client.scale(1).unwrap();
    assert_eq!(pending.await, Ok(3));
    assert!(matches!(
        client.adapt(AdaptOptions::new().minimum(3).maximum(2)),
        Err(Error::InvalidOptions { .. })
    ));
}

#[wasm_bindgen_test]
async fn clients_share_workers_and_keep_their_own_wishes() {
    let client = client_of(1);
    let other = Client::builder().connect(&client).name("other").build().unwrap();
    assert_eq!(other.name(), "other");
    let two = client.submit(inc, (1,));
    assert_eq!(other.submit(inc, (&two,)).await, Ok(3), "futures of both are arguments");
    assert_eq!(other.submit(inc, (1,)).key(), two.key(), "equal calls are one task");
    let mine = client.submit(never, ());
    let theirs = other.submit(never, ());
    mine.cancel();
    assert_eq!((mine.status(), theirs.status()), (Status::Cancelled, Status::Pending));
    drop((mine, two));
    drop(client);
    assert_eq!(
        other.compute(delayed(inc, (5,))).await,
        Ok(6),
        "the workers end with the last client"
    );
    other.close();
    assert!(matches!(
        Client::builder().connect(&other).build(),
        Err(Error::Closed { .. })
    ));
    let odd = Client::builder().connect(&client_of(1)).workers(2).build();
    assert!(matches!(odd, Err(Error::InvalidOptions { .. })));
}
