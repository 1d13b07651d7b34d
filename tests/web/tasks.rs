//! What several tests submit, and to whom.

use std::cell::{OnceCell, RefCell};
use std::task::{Poll, Waker};

use wasm_bindgen::prelude::*;
use webfutures::{Client, delayed};

/// A client of two workers that most tests share, so that not each has to wait for workers to start.
pub(crate) fn shared() -> Client {
    thread_local! {
        static SHARED: OnceCell<Client> = const { OnceCell::new() };
    }
    SHARED.with(|client| client.get_or_init(|| client_of(2)).clone())
}

/// A client of its own for a test that needs to know what its workers do.
pub(crate) fn client_of(workers: u32) -> Client {
    Client::builder().workers(workers).build().expect("a client")
}

pub(crate) fn inc(x: i64) -> i64 {
    x + 1
}

pub(crate) fn dec(x: i64) -> i64 {
    x - 1
}

pub(crate) fn add(x: i64, y: i64) -> i64 {
    x + y
}

pub(crate) fn sum(numbers: Vec<i64>) -> i64 {
    numbers.iter().sum()
}

pub(crate) fn half(x: i64) -> Result<i64, Odd> {
    if x % 2 == 0 { Ok(x / 2) } else { Err(Odd(x)) }
}

/// Ends its worker in the middle of itself.
pub(crate) async fn close_worker() -> i64 {
    let global = js_sys::global();
    let close: js_sys::Function = js_sys::Reflect::get(&global, &"close".into()).unwrap().unchecked_into();
    close.call0(&global).unwrap();
    never().await
}

/// Waits in its worker until `open` is called there.
pub(crate) async fn gate() -> i64 {
    std::future::poll_fn(|context| {
        GATE.with_borrow_mut(|gate| {
            if gate.passing > 0 {
                gate.passing -= 1;
                return Poll::Ready(7);
            }
            gate.waiting.push(context.waker().clone());
            Poll::Pending
        })
    })
    .await
}

/// Lets all pass that wait at the gate of this worker; says how many.
pub(crate) fn open() -> usize {
    let waiting = GATE.with_borrow_mut(|gate| {
        gate.passing = gate.waiting.len();
        std::mem::take(&mut gate.waiting)
    });
    let count = waiting.len();
    waiting.into_iter().for_each(Waker::wake);
    count
}

/// Opens the gate of a client's only worker, once somebody waits at it.
pub(crate) async fn opened(client: &Client) {
    until(async || client.compute(delayed(open, ())).await == Ok(1)).await;
}

/// Looks again and again, a task's way to a worker and back between, until it holds.
pub(crate) async fn until(mut condition: impl AsyncFnMut() -> bool) {
    let start = js_sys::Date::now();
    while !condition().await {
        assert!(
            js_sys::Date::now() - start < 20_000.0,
            "it has not come to hold in 20 s"
        );
        next_turn().await;
    }
}

#[wasm_bindgen(module = "/tests/web/check.js")]
extern "C" {
    /// One turn of the event loop.
    #[wasm_bindgen(js_name = nextTurn)]
    async fn next_turn();
}

#[derive(Default)]
struct Gate {
    waiting: Vec<Waker>,
    passing: usize,
}

thread_local! {
    static GATE: RefCell<Gate> = RefCell::default();
}

/// Has no end: what waits for it knows that it is pending.
pub(crate) async fn never() -> i64 {
    std::future::pending().await
}

/// Why there is no half.
pub(crate) struct Odd(i64);

impl std::fmt::Display for Odd {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} is odd", self.0)
    }
}
