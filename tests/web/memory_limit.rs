//! What workers may store, and what can never fit.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, Error, TaskOptions, WorkerOptions};

const MB: u64 = 1_000_000;

/// A vector of so many bytes.
fn zeros(bytes: usize) -> Vec<u8> {
    vec![0; bytes]
}

fn length(bytes: Vec<u8>) -> usize {
    bytes.len()
}

#[wasm_bindgen_test]
async fn what_can_never_fit_is_told() {
    let client = Client::builder().workers(1).memory_limit(MB).build().unwrap();
    let error = client.scatter(zeros(2_000_000)).await.unwrap_err();
    let Error::MemoryLimit {
        bytes,
        limit,
        key: None,
        message,
        ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!((*bytes, *limit), (2_000_000, MB));
    assert!(message.starts_with("data: 2000000 bytes are more than"), "{message}");
    assert_eq!(error.name(), "MemoryLimitError");
    let js = JsValue::from(error.clone());
    assert_eq!(js_sys::Reflect::get(&js, &"limit".into()).unwrap(), MB as f64);

    let result = client.submit(zeros, (3_000_000,));
    let dependent = client.submit(length, (&result,));
    for future in [result.exception().await, dependent.exception().await] {
        assert!(
            matches!(&future, Some(Error::MemoryLimit { bytes: 3_000_000, limit: MB, key, .. }) if *key == Some(result.key())),
            "{future:?}"
        );
    }
    assert_eq!(client.submit(zeros, (500_000,)).await.map(length), Ok(500_000));
}

#[wasm_bindgen_test]
async fn what_is_more_than_fits_comes_back_from_where_it_went() {
    let client = Client::builder().workers(1).memory_limit(2 * MB).build().unwrap();
    let made = client.map(|n: u8| vec![n; 300_000], 0..20);
    let lengths = client.map(length, &made);
    assert_eq!(client.gather(lengths).await, Ok(vec![300_000; 20]));
    let values = client.gather(&made).await.unwrap();
    assert!((0..20).zip(&values).all(|(n, value)| value == &vec![n; 300_000]));
}

#[wasm_bindgen_test]
async fn each_worker_may_have_a_limit_of_its_own() {
    let client = Client::builder()
        .memory_limit(50 * MB)
        .worker(WorkerOptions::new().name("small").memory_limit(MB))
        .worker(WorkerOptions::new().name("large"))
        .build()
        .unwrap();
    let small = client.with(TaskOptions::new().worker("small")).unwrap();
    assert!(matches!(
        small.scatter(zeros(2_000_000)).await,
        Err(Error::MemoryLimit { limit: MB, .. })
    ));
    assert_eq!(client.scatter(zeros(2_000_000)).await.map(length), Ok(2_000_000));
    let refused = |limit| {
        Client::builder()
            .worker(WorkerOptions::new().memory_limit(limit))
            .build()
    };
    assert!(
        matches!(refused(0), Err(Error::InvalidOptions { message, .. }) if message.contains("workers[0].memoryLimit"))
    );
    let client = Client::builder().memory_limit(0).build();
    assert!(matches!(client, Err(Error::InvalidOptions { message, .. }) if message.starts_with("memoryLimit")));
}
