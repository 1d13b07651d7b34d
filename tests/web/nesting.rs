//! Rust tasks that submit tasks.

use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Error, get_client};

use super::tasks::{client_of, half, inc};

async fn fibonacci(n: u32) -> Result<u64, Error> {
    if n < 2 {
        return Ok(n.into());
    }
    let client = get_client().await?;
    let (a, b) = (client.submit(fibonacci, (n - 1,)), client.submit(fibonacci, (n - 2,)));
    Ok(a.await? + b.await?)
}

/// Asks for a client after it has awaited, and passes an error on.
async fn late(x: i64) -> Result<i64, Error> {
    let next = get_client().await?.submit(inc, (x,)).await?;
    get_client().await?.submit(half, (next,)).await
}

#[wasm_bindgen_test]
async fn rust_tasks_submit_themselves_to_any_depth() {
    let client = client_of(1);
    assert_eq!(client.submit(fibonacci, (15,)).await.unwrap(), 610);
}

#[wasm_bindgen_test]
async fn a_client_can_be_had_again_after_an_await_and_errors_pass_through() {
    let client = client_of(2);
    assert_eq!(client.submit(late, (3,)).await.unwrap(), 2);
    let error = client.submit(late, (2,)).await.unwrap_err();
    assert!(error.to_string().contains("odd"), "{error}");
}

#[wasm_bindgen_test]
async fn outside_of_tasks_there_is_no_client() {
    let _client = client_of(1);
    let error = get_client().await.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("getClient is for tasks"), "{error}");
}
