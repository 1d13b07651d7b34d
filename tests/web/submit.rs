//! `submit`, `map`, `gather` and `scatter`.

use std::collections::BTreeMap;

use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Error, Future, Status, delayed};

use super::tasks::{add, dec, inc, shared, sum};

#[wasm_bindgen_test]
async fn a_function_runs_in_a_worker() {
    fn has_window() -> bool {
        js_sys::Reflect::has(&js_sys::global(), &"window".into()).unwrap()
    }
    assert!(has_window());
    assert_eq!(shared().submit(has_window, ()).await, Ok(false));
}

#[wasm_bindgen_test]
async fn closures_without_captures_are_tasks() {
    let client = shared();
    assert_eq!(client.submit(|x: f64, y: f64| x * y, (1.5, 2.0)).await, Ok(3.0));
    assert_eq!(client.submit(|| "hello".to_owned(), ()).await, Ok("hello".to_owned()));
}

#[wasm_bindgen_test]
async fn generic_functions_and_methods_are_tasks() {
    fn square<T: std::ops::Mul<Output = T> + Copy>(x: T) -> T {
        x * x
    }
    let client = shared();
    let (float, integer) = (client.submit(square::<f64>, (1.5,)), client.submit(square::<i32>, (3,)));
    assert_eq!(client.gather((&float, &integer)).await, Ok((2.25, 9)));
    assert!(float.key().starts_with("square-"), "{}", float.key());
    assert_eq!(client.submit(i64::abs, (-4,)).await, Ok(4));
}

#[wasm_bindgen_test]
async fn functions_take_up_to_eight_parameters() {
    let client = shared();
    assert_eq!(client.submit(|| 0, ()).await, Ok(0));
    assert_eq!(client.submit(|a: i32| a, (1,)).await, Ok(1));
    assert_eq!(client.submit(|a: i32, b: i32| a * 10 + b, (1, 2)).await, Ok(12));
    assert_eq!(
        client
            .submit(|a: i32, b: i32, c: i32| (a * 10 + b) * 10 + c, (1, 2, 3))
            .await,
        Ok(123)
    );
    let digits = |list: &[i32]| list.iter().fold(0, |number, digit| number * 10 + digit);
    assert_eq!(digits(&[1, 2]), 12);
    fn four(a: i32, b: i32, c: i32, d: i32) -> Vec<i32> {
        vec![a, b, c, d]
    }
    fn five(a: i32, b: i32, c: i32, d: i32, e: i32) -> Vec<i32> {
        vec![a, b, c, d, e]
    }
    fn six(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32) -> Vec<i32> {
        vec![a, b, c, d, e, f]
    }
    fn seven(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32) -> Vec<i32> {
        vec![a, b, c, d, e, f, g]
    }
    #[allow(clippy::too_many_arguments, reason = "that many are allowed")]
    fn eight(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: String) -> String {
        format!("{a}{b}{c}{d}{e}{f}{g}{h}")
    }
    assert_eq!(client.submit(four, (1, 2, 3, 4)).await, Ok(vec![1, 2, 3, 4]));
    assert_eq!(client.submit(five, (1, 2, 3, 4, 5)).await, Ok(vec![1, 2, 3, 4, 5]));
    assert_eq!(client.submit(six, (1, 2, 3, 4, 5, 6)).await, Ok(vec![1, 2, 3, 4, 5, 6]));
    assert_eq!(
        client.submit(seven, (1, 2, 3, 4, 5, 6, 7)).await,
        Ok(vec![1, 2, 3, 4, 5, 6, 7])
    );
    assert_eq!(
        client.submit(eight, (1, 2, 3, 4, 5, 6, 7, "8")).await,
        Ok("12345678".to_owned())
    );
}

#[wasm_bindgen_test]
async fn futures_are_arguments() {
    let client = shared();
    let two = client.submit(inc, (1,));
    let three: Future<i64> = client.submit(add, (&two, 1));
    let five = client.submit(add, (&two, three.clone()));
    let ten = client.submit(add, (five.clone(), &five));
    let nine = client.submit(dec, (ten,));
    assert_eq!(client.gather([two, three, five, nine]).await, Ok([2, 3, 5, 9]));
}

#[wasm_bindgen_test]
async fn a_chain_of_futures_needs_no_step_back() {
    let client = shared();
    let end = (0..100).fold(client.submit(inc, (0,)), |previous, _| client.submit(inc, (&previous,)));
    assert_eq!(end.await, Ok(101));
}

#[wasm_bindgen_test]
async fn lists_of_futures_are_arguments() {
    let client = shared();
    let futures = client.map(inc, 0..4);
    let lazy = [delayed(inc, (10,)), delayed(inc, (20,))];
    let totals = [
        client.submit(sum, (&futures,)),
        client.submit(sum, (&futures[..2],)),
        client.submit(sum, ([&futures[0], &futures[3]],)),
        client.submit(sum, (lazy,)),
        client.submit(sum, (futures,)),
        client.submit(sum, (vec![1, 2, 3],)),
    ];
    assert_eq!(client.gather(&totals).await, Ok([10, 3, 5, 32, 10, 6]));
}

#[wasm_bindgen_test]
async fn a_lazy_call_is_an_argument() {
    let client = shared();
    assert_eq!(
        client.submit(add, (delayed(inc, (1,)), &delayed(inc, (2,)))).await,
        Ok(5)
    );
}

#[wasm_bindgen_test]
async fn borrowed_arguments_will_do() {
    let client = shared();
    let text = "to be".to_owned();
    let numbers = vec![1.0, 2.0];
    assert_eq!(client.submit(|text: String| text.len(), (&text,)).await, Ok(5));
    assert_eq!(client.submit(|text: String| text.len(), (text.as_str(),)).await, Ok(5));
    let total = |numbers: Vec<f64>| numbers.iter().sum::<f64>();
    assert_eq!(client.submit(total, (&numbers,)).await, Ok(3.0));
    assert_eq!(client.submit(total, (numbers.as_slice(),)).await, Ok(3.0));
}

#[wasm_bindgen_test]
async fn a_future_says_how_it_stands() {
    let client = shared();
    let future = client.submit(|x: i64| x * 7, (6,));
    assert_eq!(future.status(), Status::Pending);
    assert!(!future.done());
    assert_eq!(future.type_name(), None);
    assert_eq!(future.to_string(), format!("<Future: pending, key: {}>", future.key()));

    assert_eq!((&future).await, Ok(42));
    assert_eq!(future.status(), Status::Finished);
    assert!(future.done());
    assert_eq!(future.type_name().as_deref(), Some("number"));
    assert_eq!(
        future.to_string(),
        format!("<Future: finished, type: number, key: {}>", future.key())
    );
    assert_eq!((&future).await, Ok(42), "it can be awaited again");
    assert_eq!(future.exception().await, None);
}

#[wasm_bindgen_test]
async fn equal_calls_are_one_task() {
    let client = shared();
    let (one, other, another) = (
        client.submit(inc, (70,)),
        client.submit(inc, (70,)),
        client.submit(inc, (71,)),
    );
    assert!(one.key().starts_with("inc-"), "{}", one.key());
    assert_eq!(one.key(), other.key());
    assert_ne!(one.key(), another.key());
}

#[wasm_bindgen_test]
async fn functions_that_do_the_same_keep_their_names() {
    fn successor(x: i64) -> i64 {
        x + 1
    }
    let client = shared();
    let (one, other) = (client.submit(inc, (80,)), client.submit(successor, (80,)));
    assert_eq!(client.gather((&one, &other)).await, Ok((81, 81)));
    assert!(one.key().starts_with("inc-"), "{one}");
    assert!(other.key().starts_with("successor-"), "{other}");
}

#[wasm_bindgen_test]
async fn map_keeps_the_order() {
    let client = shared();
    let futures = client.map(inc, 0..1000);
    assert_eq!(client.gather(&futures).await, Ok((1..=1000).collect::<Vec<i64>>()));
    assert_eq!(client.map(inc, Vec::<i64>::new()).len(), 0);
}

#[wasm_bindgen_test]
async fn map_takes_tuples_for_more_parameters() {
    let client = shared();
    let sums = client.map(add, (0..5).zip(10..15));
    let shifted = client.map(add, sums.iter().map(|sum| (sum, 100)));
    let joined = client.map(
        |a: String, b: i32, c: bool| format!("{a}{b}{c}"),
        [("x", 1, true), ("y", 2, false)],
    );
    assert_eq!(client.gather(&shifted).await, Ok(vec![110, 112, 114, 116, 118]));
    assert_eq!(
        client.gather(&joined).await,
        Ok(vec!["x1true".to_owned(), "y2false".to_owned()])
    );
}

#[wasm_bindgen_test]
async fn map_over_futures_and_reduce() {
    let client = shared();
    let mapped = client.map(inc, client.map(inc, 0..10));
    let total = client.submit(sum, (mapped,));
    assert_eq!(total.await, Ok(65));
}

#[wasm_bindgen_test]
async fn gather_keeps_the_shape() {
    let client = shared();
    let number = client.submit(inc, (1,));
    let text = client.submit(|| "a".to_owned(), ());
    let nested = vec![
        vec![number.clone()],
        vec![],
        vec![client.submit(inc, (2,)), number.clone()],
    ];
    let named = BTreeMap::from([("one", client.submit(inc, (0,))), ("two", client.submit(inc, (1,)))]);
    let shape = (&number, (text, Some([&number])), &nested, named, None::<Future<bool>>);
    let (number, (text, some), nested, named, none) = client.gather(shape).await.unwrap();
    assert_eq!((number, text.as_str(), some, none), (2, "a", Some([2]), None));
    assert_eq!(nested, [vec![2], vec![], vec![3, 2]]);
    assert_eq!(named, BTreeMap::from([("one", 1), ("two", 2)]));
    assert_eq!(client.gather(Vec::<Future<i64>>::new()).await, Ok(vec![]));
}

#[wasm_bindgen_test]
async fn scattered_data_is_a_future() {
    let client = shared();
    let data: Future<Vec<f64>> = client.scatter(vec![1.0, 2.0, 3.0]);
    assert_eq!(data.exception().await, None);
    assert_eq!(data.status(), Status::Finished);
    assert_eq!(data.type_name().as_deref(), Some("Float64Array"));
    let scaled = client.map(
        |data: Vec<f64>, by: f64| data.iter().map(|x| x * by).sum::<f64>(),
        [(&data, 1.0), (&data, 10.0)],
    );
    assert_eq!(client.gather(&scaled).await, Ok(vec![6.0, 60.0]));
    assert_eq!(data.await, Ok(vec![1.0, 2.0, 3.0]));
}

#[wasm_bindgen_test]
async fn each_of_several_values_is_scattered() {
    let client = shared();
    let words = client.scatter_each(["to", "be"].map(str::to_owned));
    let one: Future<Vec<String>> = client.scatter(vec!["or".to_owned(), "not".to_owned()]);
    assert_eq!(client.gather(&words).await, Ok(vec!["to".to_owned(), "be".to_owned()]));
    assert_eq!(
        client.submit(|words: Vec<String>| words.concat(), (&one,)).await,
        Ok("ornot".to_owned())
    );
    assert_eq!(
        client.submit(|words: Vec<String>| words.concat(), (&words,)).await,
        Ok("tobe".to_owned())
    );
}

#[wasm_bindgen_test]
async fn maps_of_data_are_scattered_by_value() {
    let client = shared();
    let counts = BTreeMap::from([("two", vec![1, 2]), ("none", vec![])]);
    let futures: BTreeMap<&str, Future<Vec<i64>>> = client.scatter_map(counts);
    assert_eq!(client.submit(sum, (&futures["two"],)).await, Ok(3));
    assert_eq!(
        client.gather(futures).await,
        Ok(BTreeMap::from([("none", vec![]), ("two", vec![1, 2])]))
    );
}

#[wasm_bindgen_test]
async fn asynchronous_functions_are_tasks() {
    async fn inc_later(x: i64) -> i64 {
        wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&wasm_bindgen::JsValue::from(x)))
            .await
            .unwrap();
        x + 1
    }
    let client = shared();
    let two = client.submit(inc_later, (1,));
    assert_eq!(client.submit(inc_later, (&two,)).await, Ok(3));
    let later: Result<Vec<i64>, Error> = client.gather(client.map(inc_later, 0..100)).await;
    assert_eq!(later, Ok((1..=100).collect()));
}
