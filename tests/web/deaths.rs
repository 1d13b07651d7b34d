//! Workers that die, and what is said of it.

use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, Error, WorkerOptions};

use super::tasks::{close_worker, inc};

#[wasm_bindgen_test]
async fn a_task_that_ends_its_workers_is_blamed() {
    let client = Client::builder()
        .worker(WorkerOptions::new().name("lab"))
        .allowed_failures(1)
        .build()
        .unwrap();
    let future = client.submit(close_worker, ());
    let error = (&future).await.unwrap_err();
    let text = error.to_string();
    let Error::KilledWorker {
        key, deaths, worker, ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!((key, *deaths, worker.as_str()), (&future.key(), 2, "lab"));
    assert!(text.contains("was running when 2 workers died"), "{text}");
    assert_eq!((error.name(), error.key()), ("KilledWorkerError", Some(key.as_str())));
    assert_eq!(client.submit(inc, (1,)).await, Ok(2), "another worker is there");
}

#[wasm_bindgen_test]
async fn scattered_data_is_sent_again() {
    let client = Client::builder().workers(1).allowed_failures(0).build().unwrap();
    let data = client.scatter(vec![1.0, 2.0]);
    assert_eq!(client.submit(|data: Vec<f64>| data.len(), (&data,)).await, Ok(2));
    assert!(client.submit(close_worker, ()).await.is_err());
    assert_eq!(client.submit(|data: Vec<f64>| data.len() + 1, (&data,)).await, Ok(3));
}

#[wasm_bindgen_test]
async fn scattered_data_that_is_gone_is_told() {
    let client = Client::builder().workers(1).allowed_failures(0).build().unwrap();
    client.ready().await.unwrap();
    // More than the page keeps a copy of.
    let data = client.scatter(vec![1_u8; 65 * 1024 * 1024]);
    assert!(client.submit(close_worker, ()).await.is_err());
    let dependent = client.submit(|data: Vec<u8>| data.len() + 1, (&data,));
    let Err(Error::LostData { key, message, .. }) = dependent.await else {
        panic!("no error")
    };
    assert_eq!(key, data.key());
    assert!(message.ends_with("scatter it again"), "{message}");
}
