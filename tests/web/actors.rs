//! Actors: Rust values that live in a worker.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::task::LocalActor;
use webfutures::{Actor, Error, Status, TaskOptions, delayed, get_client};

use super::tasks::{client_of, close_worker, gate, inc, opened, until};

/// What no other thread could have.
struct Counter {
    n: Rc<RefCell<i64>>,
}

impl Counter {
    fn new(start: i64) -> Self {
        Self {
            n: Rc::new(RefCell::new(start)),
        }
    }

    fn add(&mut self, by: i64) -> i64 {
        *self.n.borrow_mut() += by;
        *self.n.borrow()
    }

    /// Adds when it is polled, while others may be called.
    fn add_later(&mut self, by: i64) -> impl Future<Output = i64> + use<> {
        let n = self.n.clone();
        async move {
            gate().await;
            *n.borrow_mut() += by;
            *n.borrow()
        }
    }

    fn halve(&mut self) -> Result<(), String> {
        let n = *self.n.borrow();
        if n % 2 == 1 {
            return Err(format!("{n} is odd"));
        }
        *self.n.borrow_mut() /= 2;
        Ok(())
    }

    fn explode(&mut self) -> i64 {
        panic!("at {}", self.n.borrow())
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        DROPPED.set(DROPPED.get() + 1);
    }
}

thread_local! {
    static DROPPED: Cell<u32> = const { Cell::new(0) };
}

/// How many counters this worker has dropped.
fn dropped() -> u32 {
    DROPPED.get()
}

/// Adds twice to an actor that it is given.
fn twice(counter: LocalActor<Counter>, by: i64) -> i64 {
    counter.with(|counter| counter.add(by)) + counter.with(|counter| counter.add(by))
}

/// Adds to each, after a while.
async fn later(counters: Vec<LocalActor<Counter>>, by: i64) -> Vec<i64> {
    gate().await;
    counters
        .iter()
        .map(|counter| counter.with(|counter| counter.add(by)))
        .collect()
}

fn is_lost<T: std::fmt::Debug>(result: Result<T, Error>, actor: &Actor<Counter>) {
    let Err(Error::LostActor { message, key, .. }) = &result else {
        panic!("{result:?}")
    };
    assert_eq!(key, &actor.key());
    assert!(message.contains("make a new one"), "{message}");
}

#[wasm_bindgen_test]
async fn state_is_kept_and_calls_run_in_their_order() {
    let client = client_of(2);
    let counter = client.actor(Counter::new, (10,));
    let sums: Vec<_> = (0..20).map(|by| counter.call(Counter::add, (by,))).collect();
    assert_eq!(
        client.gather(&sums).await.unwrap(),
        (0..20).map(|by| 10 + by * (by + 1) / 2).collect::<Vec<i64>>()
    );
    assert!(sums[0].key().starts_with("Counter::add-"), "{}", sums[0].key());
    assert_eq!((counter.ready().await, counter.status()), (Ok(()), Status::Finished));
    assert!(counter.key().starts_with("Counter-"), "{}", counter.key());
    assert_eq!(
        counter.to_string(),
        format!("<Actor: finished, key: {}>", counter.key())
    );
    let again = counter.clone();
    let n = again.call(|counter: &mut Counter| *counter.n.borrow(), ()).await;
    assert_eq!(n, Ok(200));
    let words = client.actor(Vec::<String>::new, ());
    let push = |words: &mut Vec<String>, word: String| words.push(word);
    let _pushed = words.call(push, ("a",));
    assert_eq!(words.call(|words: &mut Vec<String>| words.len(), ()).await, Ok(1));
    let held = client.stats().await.unwrap();
    assert!(
        held.workers.iter().all(|worker| worker.results >= 1),
        "each of the two workers has one"
    );
}

#[wasm_bindgen_test]
async fn futures_are_arguments_and_async_methods_let_others_be_called() {
    let client = client_of(1);
    let counter = client.actor(Counter::new, (client.submit(inc, (1,)),));
    assert_eq!(counter.call(Counter::add, (client.submit(inc, (2,)),)).await, Ok(5));
    let later = counter.call(Counter::add_later, (10,));
    until(async || later.running()).await;
    assert_eq!(counter.call(Counter::add, (1,)).await, Ok(6));
    opened(&client).await;
    assert_eq!(later.await, Ok(16));
}

#[wasm_bindgen_test]
async fn errors_are_those_of_the_call_alone() {
    let client = client_of(1);
    let counter = client.actor(Counter::new, (3,));
    let call = counter.call::<_, _, (), _, _>(Counter::halve, ());
    let Err(Error::Task { message, key, .. }) = (&call).await else {
        panic!("no error")
    };
    assert_eq!((message.as_str(), key), ("3 is odd", Some(call.key())));
    assert_eq!(counter.call(Counter::add, (1,)).await, Ok(4), "the actor goes on");
    let number = client.try_actor(|text: String| text.parse::<i64>(), ("x",));
    let call = number.call(|number: &mut i64| *number, ());
    let of_constructor = |error: &Error| matches!(error, Error::Task { name, key, .. } if name == "ParseIntError" && *key == Some(number.key()));
    assert!(of_constructor(&number.ready().await.unwrap_err()));
    assert!(of_constructor(&call.await.unwrap_err()));
    assert_eq!(number.status(), Status::Error);
    client.close();
    let late = client.actor(Counter::new, (1,));
    assert!(matches!(late.ready().await, Err(Error::Closed { .. })));
    assert!(matches!(late.call(Counter::add, (1,)).await, Err(Error::Closed { .. })));
    assert!(matches!(counter.ready().await, Err(Error::Cancelled { .. })));
}

#[wasm_bindgen_test]
async fn a_panic_costs_the_state() {
    let client = client_of(1);
    let kept = client.submit(|n: u32| vec![1.0; n as usize], (10_000,));
    let counter = client.actor(Counter::new, (3,));
    let later = counter.call(Counter::add_later, (1,));
    until(async || later.running()).await;
    let failing = counter.call(Counter::explode, ());
    let behind = counter.call(Counter::add, (1,));
    let Err(Error::Panic { message, .. }) = failing.await else {
        panic!("no error")
    };
    assert!(message.contains("at 3"), "{message}");
    is_lost(behind.await, &counter);
    is_lost(later.await, &counter);
    is_lost(counter.call(Counter::add, (1,)).await, &counter);
    is_lost(counter.ready().await, &counter);
    assert_eq!(counter.status(), Status::Error);
    assert_eq!(client.submit(|v: Vec<f64>| v.len(), (&kept,)).await, Ok(10_000));
    let other = client.actor(Counter::new, (7,));
    assert_eq!(other.call(Counter::add, (1,)).await, Ok(8));
    // Another task's panic does the same.
    assert!(client.submit(|| -> i64 { panic!("elsewhere") }, ()).await.is_err());
    is_lost(other.call(Counter::add, (1,)).await, &other);
}

#[wasm_bindgen_test]
async fn an_actor_goes_with_its_worker() {
    let client = client_of(1);
    let counter = client.actor(Counter::new, (1,));
    counter.ready().await.unwrap();
    assert!(client.run(close_worker, ()).await.is_err());
    is_lost(counter.call(Counter::add, (1,)).await, &counter);
    let other = client.actor(Counter::new, (1,));
    assert_eq!(other.call(Counter::add, (1,)).await, Ok(2));
}

#[wasm_bindgen_test]
async fn what_nobody_holds_is_dropped() {
    let client = client_of(1);
    let there = client.with(TaskOptions::new().worker(0)).unwrap();
    let counter = there.actor(Counter::new, (1,));
    assert_eq!(counter.call(Counter::add, (1,)).await, Ok(2));
    assert_eq!(client.compute(delayed(dropped, ())).await, Ok(0));
    drop(counter);
    until(async || client.compute(delayed(dropped, ())).await == Ok(1)).await;
    until(async || client.stats().await.unwrap().tasks == 0).await;
}

#[wasm_bindgen_test]
async fn tasks_take_actors() {
    let client = client_of(2);
    let counter = client.actor(Counter::new, (10,));
    let first = counter.call(Counter::add, (1,));
    let sum = client.submit(twice, (&counter, client.submit(inc, (0,))));
    assert_eq!((first.await, sum.await), (Ok(11), Ok(12 + 13)));
    let sums = client.map(twice, [(&counter, 1), (&counter, 2)]);
    assert_eq!(client.gather(&sums).await, Ok(vec![14 + 15, 17 + 19]));
    let lazy = delayed(twice, (&counter, delayed(inc, (0,))));
    assert_eq!(client.compute(lazy).await, Ok(20 + 21));
    let size = client.submit(|words: LocalActor<Vec<String>>| words.with(|words| words.len()), {
        let words = client.actor(|| vec!["a".to_owned()], ());
        (words,)
    });
    assert_eq!(size.await, Ok(1), "a task keeps the actor that it takes");
    let apart = [&client.actor(Counter::new, (1,)), &client.actor(Counter::new, (2,))];
    let error = client.submit(later, (apart, 1)).await.unwrap_err();
    assert!(error.to_string().contains("actors"), "{error}");
    assert!(client.run(twice, (&counter, 1)).await.is_err(), "run takes values");
}

#[wasm_bindgen_test]
async fn others_are_called_while_a_task_that_takes_an_actor_awaits() {
    let client = client_of(1);
    let counters = [1, 2].map(|start| client.actor(Counter::new, (start,)));
    let sums = client.submit(later, (&counters[..], 10));
    until(async || sums.running()).await;
    assert_eq!(counters[0].call(Counter::add, (100,)).await, Ok(101));
    opened(&client).await;
    assert_eq!(sums.await, Ok(vec![111, 12]));
}

#[wasm_bindgen_test]
async fn tasks_that_take_a_lost_actor_fail_with_that() {
    let client = client_of(1);
    let counter = client.actor(Counter::new, (3,));
    let waiting = client.submit(later, ([&counter], 1));
    until(async || waiting.running()).await;
    let failing = counter.call(Counter::explode, ());
    let behind = [
        client.submit(twice, (&counter, 1)).cast::<()>(),
        client.submit(later, ([&counter], 1)).cast(),
    ];
    assert!(matches!(failing.await, Err(Error::Panic { .. })));
    is_lost(waiting.await, &counter);
    for future in behind {
        is_lost(future.await, &counter);
    }
    is_lost(client.submit(twice, (&counter, 1)).await, &counter);
    // What a task does with it may cost it, too.
    let counter = client.actor(Counter::new, (3,));
    let within = |counter: LocalActor<Counter>| counter.with(|_| counter.with(|counter| counter.add(1)));
    let Err(Error::Panic { message, .. }) = client.submit(within, (&counter,)).await else {
        panic!("no error")
    };
    assert!(
        message.contains("<LocalActor: Counter> is gone, or in use"),
        "{message}"
    );
    is_lost(counter.call(Counter::add, (1,)).await, &counter);
}

#[wasm_bindgen_test]
async fn tasks_make_actors_of_their_own() {
    async fn counted(start: i64) -> Result<(i64, i64), Error> {
        let client = get_client().await?;
        let counter = client.actor(Counter::new, (start,));
        counter.ready().await?;
        let sums = [1, 2].map(|by| counter.call(Counter::add, (by,)));
        let sums = client.gather(&sums).await?;
        Ok((sums[1], client.submit(twice, (&counter, 1)).await?))
    }
    let client = client_of(2);
    let sums = client.map(counted, [10, 20, 30]);
    assert_eq!(client.gather(&sums).await, Ok(vec![(13, 29), (23, 49), (33, 69)]));
    drop(sums);
    until(async || client.stats().await.unwrap().tasks == 0).await;
}
