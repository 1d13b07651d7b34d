//! `delayed` and `compute`.

use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Delayed, Error, TaskOptions, delayed};

use super::tasks::{add, client_of, dec, inc, shared, sum};

#[wasm_bindgen_test]
async fn a_graph_is_computed_as_a_whole() {
    let client = shared();
    let total: Delayed<i64> = delayed(add, (delayed(inc, (1,)), delayed(dec, (2,))));
    assert_eq!(client.compute(&total).await, Ok(3));
}

#[wasm_bindgen_test]
async fn a_lazy_call_is_one_task_however_often_it_is_used() {
    let client = shared();
    let random = delayed(js_sys::Math::random, ());
    let twice = delayed(|x: f64, y: f64| (x, y), (&random, &random));
    let (x, y) = client.compute(&twice).await.unwrap();
    assert_eq!(x, y);

    let (one, other) = (client.compute(&random), client.compute(&random));
    assert_eq!(one.key(), other.key());
    let another = client.compute(delayed(js_sys::Math::random, ()));
    assert_ne!(one.key(), another.key());
}

#[wasm_bindgen_test]
async fn lists_of_lazy_calls_are_computed_together() {
    let client = shared();
    let base = delayed(inc, (0,));
    let graphs: Vec<Delayed<i64>> = (0..5).map(|n| delayed(add, (&base, n))).collect();
    let futures = client.compute(&graphs);
    assert_eq!(client.gather(&futures).await, Ok(vec![1, 2, 3, 4, 5]));
    let total = client.compute(delayed(sum, (&graphs,)));
    assert_eq!(total.await, Ok(15));
}

#[wasm_bindgen_test]
async fn arrays_and_tuples_keep_their_shape() {
    let client = shared();
    let [one, two] = client.compute([delayed(inc, (0,)), delayed(inc, (1,))]);
    assert_eq!(client.gather((one, two)).await, Ok((1, 2)));
    let (number, text) = (delayed(inc, (2,)), delayed(|| "text".to_owned(), ()));
    let (three, same) = client.compute((&number, &text));
    assert_eq!(client.gather((&three, &same)).await, Ok((3, "text".to_owned())));
    let again = client.compute(&(number, text));
    assert_eq!(
        (again.0.key(), again.1.key()),
        (three.key(), same.key()),
        "the same tasks"
    );
}

#[wasm_bindgen_test]
async fn a_key_is_for_one_lazy_call_and_keys_for_several() {
    let client = client_of(1);
    let keyed = client.with(TaskOptions::new().key("total")).unwrap();
    let total = keyed.compute(delayed(add, (1, 2)));
    assert_eq!((total.key().as_str(), (&total).await), ("total", Ok(3)));
    let refused = keyed.compute([delayed(inc, (0,))])[0].exception().await;
    assert!(
        matches!(&refused, Some(Error::InvalidOptions { message, .. }) if message.contains("one key")),
        "{refused:?}"
    );
    let listed = client.with(TaskOptions::new().keys(["x", "y"])).unwrap();
    let (x, y) = listed.compute((delayed(inc, (0,)), delayed(|| 0.5, ())));
    assert_eq!((x.key().as_str(), y.key().as_str()), ("x", "y"));
    assert!(matches!(
        listed.compute(delayed(inc, (0,))).await,
        Err(Error::InvalidOptions { .. })
    ));
}

#[wasm_bindgen_test]
async fn futures_are_part_of_graphs() {
    let client = shared();
    let five = client.submit(inc, (4,));
    let graph = delayed(sum, (vec![delayed(inc, (&five,)), delayed(inc, (&five,))],));
    assert_eq!(client.compute(graph).await, Ok(12));
}

#[wasm_bindgen_test]
async fn a_wide_graph_is_reduced_in_pairs() {
    let client = shared();
    let mut layer: Vec<Delayed<i64>> = (0..64).map(|n| delayed(inc, (n,))).collect();
    while layer.len() > 1 {
        layer = layer.chunks(2).map(|pair| delayed(add, (&pair[0], &pair[1]))).collect();
    }
    assert_eq!(client.compute(&layer[0]).await, Ok((1..=64).sum()));
}
