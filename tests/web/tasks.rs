//! What several tests submit, and to whom.

use std::cell::OnceCell;

use webfutures::Client;

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
