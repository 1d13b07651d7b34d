//! The client: its name, its workers, and what it tells of them.

use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Client, TaskState};

use super::tasks::{client_of, half, inc, never};

#[wasm_bindgen_test]
async fn a_client_has_a_name_and_workers() {
    let client = Client::builder()
        .workers(3)
        .name("search")
        .concurrency(2)
        .build()
        .unwrap();
    assert_eq!(client.ready().await, Ok(()));
    assert_eq!(client.name(), "search");
    let processing = client.processing();
    assert_eq!(processing.len(), 3);
    assert!(
        processing
            .iter()
            .all(|(worker, keys)| worker.starts_with("search") && keys.is_empty()),
        "{processing:?}"
    );
    assert!(format!("{client:?}").contains("search"));
}

#[wasm_bindgen_test]
async fn defaults_will_do() {
    let client = Client::new().unwrap();
    assert_eq!(client.submit(inc, (1,)).await, Ok(2));
    assert!(!client.processing().is_empty());
}

#[wasm_bindgen_test]
async fn it_tells_what_workers_do_now() {
    let client = client_of(1);
    let busy = client.submit(never, ());
    assert_eq!(client.submit(inc, (1,)).await, Ok(2));
    let keys: Vec<String> = client.processing().into_values().flatten().collect();
    assert_eq!(keys, [busy.key()]);
}

#[wasm_bindgen_test]
async fn workers_come_and_go() {
    let client = client_of(1);
    client.ready().await.unwrap();
    client.scale(3).unwrap();
    assert_eq!(
        client.gather(client.map(inc, 0..50)).await,
        Ok((1..=50).collect::<Vec<i64>>())
    );
    assert_eq!(client.processing().len(), 3);
    client.scale(1).unwrap();
    assert_eq!(
        client.gather(client.map(inc, 100..150)).await,
        Ok((101..=150).collect::<Vec<i64>>())
    );
}

#[wasm_bindgen_test]
async fn it_tells_the_story_of_a_task() {
    let client = client_of(1);
    let future = client.submit(inc, (1,));
    (&future).await.unwrap();
    let story = client.story(&future.key());
    let last = story.last().unwrap();
    assert_eq!((last.from, last.to), (TaskState::Processing, TaskState::Memory));
    assert!(story.is_sorted_by_key(|step| step.time));
    assert_eq!(client.story("nobody-0"), []);
}

#[wasm_bindgen_test]
async fn it_tells_which_runs_have_ended() {
    let client = client_of(1);
    client.gather(client.map(inc, 0..5)).await.unwrap();
    let stream = client.task_stream(0.0);
    assert_eq!(stream.records.len(), 5);
    assert!(
        stream
            .records
            .iter()
            .all(|record| record.name == "inc" && record.duration >= 0.0 && !record.erred)
    );
    assert!(client.submit(half, (1,)).await.is_err());
    let stream = client.task_stream(stream.next);
    assert_eq!(stream.records.len(), 1);
    assert!(stream.records[0].erred && stream.records[0].name == "half");
}
