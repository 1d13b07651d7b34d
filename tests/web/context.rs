//! What a task can see of itself: its worker, its signal, and how it gives itself back.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use js_sys::Reflect;
use serde::{Deserialize, Serialize};
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::task::{Reschedule, get_client, get_signal, get_worker};
use webfutures::{Client, Error, TaskOptions, WorkerOptions, delayed};

use super::tasks::{client_of, gate, inc, never, opened, until};

/// Two workers, `a` and `b`; only `a` has something to take.
fn a_and_b() -> Client {
    let [a, b] = ["a", "b"].map(|name| WorkerOptions::new().name(name));
    Client::builder()
        .worker(a.resource("gpu", 2))
        .worker(b)
        .build()
        .unwrap()
}

/// The same calls, each a task of its own.
fn impure(client: &Client) -> Client {
    client.with(TaskOptions::new().pure(false)).unwrap()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Whereabouts {
    id: u32,
    name: String,
    resources: BTreeMap<String, u64>,
    calls: f64,
}

fn whereabouts() -> Result<Whereabouts, Error> {
    let worker = get_worker()?;
    let (state, key) = (worker.state(), "calls".into());
    let calls = Reflect::get(&state, &key).unwrap().as_f64().unwrap_or_default() + 1.0;
    Reflect::set(&state, &key, &calls.into()).unwrap();
    Ok(Whereabouts {
        id: worker.id(),
        name: worker.name(),
        resources: worker.resources(),
        calls,
    })
}

#[wasm_bindgen_test]
async fn a_task_knows_its_worker_whose_state_outlives_a_panic() {
    let client = impure(&a_and_b());
    for name in ["a", "b"] {
        let there = client.with(TaskOptions::new().worker(name)).unwrap();
        let first = there.submit(whereabouts, ()).await.unwrap();
        let gpu: BTreeMap<String, u64> = [("gpu".to_owned(), 2)].into();
        let resources = if name == "a" { gpu } else { BTreeMap::new() };
        assert_eq!(
            (first.name.as_str(), &first.resources, first.calls),
            (name, &resources, 1.0)
        );
        assert!(
            there
                .submit(|| -> i64 { panic!("another instance") }, ())
                .await
                .is_err()
        );
        let second = there.submit(whereabouts, ()).await.unwrap();
        assert_eq!(second, Whereabouts { calls: 2.0, ..first },);
        assert_eq!(there.run(whereabouts, ()).await.unwrap()[name].calls, 3.0);
    }
}

#[wasm_bindgen_test]
async fn outside_a_task_there_is_none() {
    let _client = client_of(1);
    let errors = [get_worker().map(drop), get_signal().map(drop)].map(Result::unwrap_err);
    assert_eq!(
        errors.map(|error| error.to_string()),
        ["getWorker", "getSignal"]
            .map(|name| format!("Error: {name} is for tasks: this thread is no worker of a client"))
    );
    // A call past the scheduler is no task, even while some are under way.
    let client = client_of(1);
    let waiting = client.submit(gate, ());
    until(async || waiting.running()).await;
    let asked = client.run(|| get_signal().map(drop), ()).await.unwrap_err();
    assert!(asked.to_string().contains("none is under way"), "{asked}");
    let asked = client.run(async || get_client().await.map(drop), ()).await.unwrap_err();
    assert!(asked.to_string().contains("none is under way"), "{asked}");
    opened(&client).await;
}

thread_local! {
    /// What tasks of this worker have seen of their end.
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static ATTEMPTS: Cell<u32> = const { Cell::new(0) };
}

fn see(what: &str) {
    SEEN.with_borrow_mut(|seen| seen.push(what.to_owned()));
}

fn seen() -> Vec<String> {
    SEEN.with_borrow(Clone::clone)
}

/// Says so when it is dropped.
struct Held(String);

impl Drop for Held {
    fn drop(&mut self) {
        see(&format!("{} dropped", self.0));
    }
}

/// Awaits without having asked for its signal.
async fn unaware(name: String) -> i64 {
    let _held = Held(name);
    never().await
}

/// Waits for its signal, having awaited something else before.
async fn aware(name: String) -> Result<(), Error> {
    let signal = get_signal()?;
    let _held = Held(name.clone());
    assert!(!signal.aborted());
    match select(pin!(signal.wait()), pin!(never())).await {
        Either::Left(_) => see(&format!("{name} told {}", get_signal()?.aborted())),
        Either::Right(_) => unreachable!(),
    }
    signal.wait().await;
    Ok(())
}

/// What a worker has seen, by its number.
fn seen_here() -> (u32, Vec<String>) {
    (get_worker().expect("it is a task").id(), seen())
}

#[wasm_bindgen_test]
async fn a_cancelled_async_task_is_dropped_unless_it_has_asked_for_its_signal() {
    let expected = [
        "gone dropped",
        "late and told dropped",
        "late and told told true",
        "late dropped",
        "released dropped",
        "told dropped",
        "told told true",
    ];
    // A worker that has no time to answer while it has stopped tasks is ended, and what it has seen with it.
    loop {
        let client = impure(&client_of(1));
        let (worker, _) = client.submit(seen_here, ()).await.unwrap();
        let late = client
            .with(TaskOptions::new().timeout(Duration::from_millis(30)))
            .unwrap();
        let (told, gone) = (client.submit(aware, ("told",)), client.submit(unaware, ("gone",)));
        let released = client.submit(unaware, ("released",));
        until(async || told.running() && gone.running() && released.running()).await;
        assert!(late.submit(unaware, ("late",)).await.is_err());
        assert!(late.submit(aware, ("late and told",)).await.is_err());
        told.cancel();
        gone.cancel();
        drop(released);
        let mut found = (worker, Vec::new());
        until(async || {
            found = client.submit(seen_here, ()).await.unwrap();
            found.0 != worker || found.1.len() >= expected.len()
        })
        .await;
        if found.0 != worker {
            continue;
        }
        found.1.sort();
        assert_eq!(found.1, expected);
        // Nothing is left behind that the worker would have to be watched for.
        assert_eq!(client.submit(inc, (1,)).await, Ok(2));
        return;
    }
}

#[wasm_bindgen_test]
async fn a_task_that_panics_when_it_is_dropped_costs_one_instance() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    async fn explosive() -> i64 {
        let _bomb = Bomb;
        never().await
    }
    let client = impure(&client_of(1));
    let kept = client.submit(|n: u32| vec![1.0; n as usize], (10_000,));
    assert_eq!(kept.exception().await, None);
    let waiting = client.submit(gate, ());
    let bomb = client.submit(explosive, ());
    until(async || waiting.running() && bomb.running()).await;
    client.submit(inc, (1,)).await.unwrap();
    bomb.cancel();
    // It has begun again in the fresh instance.
    opened(&client).await;
    assert_eq!(waiting.await, Ok(7));
    assert_eq!(client.submit(|v: Vec<f64>| v.len(), (&kept,)).await, Ok(10_000));
}

#[wasm_bindgen_test]
async fn a_task_may_ask_to_be_placed_anew() {
    fn in_a() -> Result<String, Reschedule> {
        let name = get_worker().unwrap().name();
        if name == "b" { Err(Reschedule::new()) } else { Ok(name) }
    }
    async fn in_b_later() -> Result<String, Box<dyn StdError>> {
        let worker = get_worker()?;
        let name = get_client()
            .await?
            .submit(|name: String| name, (worker.name(),))
            .await?;
        if name == "a" {
            Err(Reschedule::new())?;
        }
        Ok(name)
    }
    fn in_spite_of_it() -> Result<u32, String> {
        let text = Reschedule::new().to_string();
        ATTEMPTS.set(ATTEMPTS.get() + 1);
        match ATTEMPTS.get() {
            1 => Err(text),
            attempts => Ok(attempts),
        }
    }
    let client = impure(&a_and_b());
    let places = client.gather(client.map(|_: i64| in_a(), 0..4)).await.unwrap();
    assert_eq!(places, ["a", "a", "a", "a"]);
    let places = client
        .gather([client.submit(in_b_later, ()), client.submit(in_b_later, ())])
        .await
        .unwrap();
    assert_eq!(places, ["b", "b"]);
    let one = impure(&client_of(1));
    assert_eq!(
        one.submit(in_spite_of_it, ()).await,
        Ok(2),
        "the second run returns a value"
    );
    // Past the scheduler it is an error.
    let Err(Error::Task { name, message, .. }) = client
        .run(|| -> Result<(), Reschedule> { Err(Reschedule::new()) }, ())
        .await
    else {
        panic!("no error")
    };
    assert_eq!(
        (name.as_str(), message.as_str()),
        ("Reschedule", "the task asks to be placed anew")
    );
    let ordinary: webfutures::Future<i64> =
        one.compute(delayed(|| -> Result<i64, String> { Err("no".to_owned()) }, ()));
    assert!(matches!(ordinary.await, Err(Error::Task { message, .. }) if message == "no"));
}
