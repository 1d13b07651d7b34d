//! What arguments and results may be.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen_test::wasm_bindgen_test;
use webfutures::{Error, Future};

use super::tasks::{inc, shared};

/// Sends a value to a worker, through a task that returns it, and back.
async fn returns<T: Serialize + DeserializeOwned + Clone + PartialEq + Debug + 'static>(value: T) {
    let client = shared();
    let future: Future<T> = client.submit(|value: T| value, (&value,));
    assert_eq!(future.await, Ok(value));
}

/// The JavaScript type that a result has.
async fn is_a<T: Serialize + DeserializeOwned + 'static>(value: T, expected: &str) {
    let client = shared();
    let future: Future<T> = client.submit(|value: T| value, (value,));
    (&future).await.map(drop).unwrap();
    assert_eq!(future.type_name().as_deref(), Some(expected));
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Rectangle {
    name: Option<String>,
    corner: (f64, f64),
    size: Size,
    tags: Vec<Tag>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Size {
    width: f64,
    height: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Tag {
    Plain,
    Number(i64),
    Named { name: String },
}

fn rectangle() -> Rectangle {
    Rectangle {
        name: None,
        corner: (1.0, -2.5),
        size: Size {
            width: 3.0,
            height: 4.0,
        },
        tags: vec![Tag::Plain, Tag::Number(-7), Tag::Named { name: "x".to_owned() }],
    }
}

#[wasm_bindgen_test]
async fn scalars_come_back() {
    returns(true).await;
    returns(()).await;
    returns('ß').await;
    returns("Grüße, 🦀".to_owned()).await;
    returns((i8::MIN, u8::MAX, i16::MIN, u16::MAX, i32::MIN, u32::MAX)).await;
    returns(i32::MIN).await;
    returns(u32::MAX).await;
    returns(usize::MAX).await;
    returns(0.1_f32).await;
    returns(f64::MAX).await;
    returns(f64::NEG_INFINITY).await;
    returns(Some(3)).await;
    returns(None::<i32>).await;
}

#[wasm_bindgen_test]
async fn large_integers_keep_their_digits() {
    returns(i64::MIN).await;
    returns(u64::MAX).await;
    returns((1_i64 << 53) + 1).await;
    returns(vec![i64::MIN, 0, i64::MAX]).await;
    is_a(1_i64 << 53, "bigint").await;
    is_a((1_i64 << 53) - 1, "number").await;
}

#[wasm_bindgen_test]
async fn numeric_vectors_are_typed_arrays() {
    returns(vec![0.5, f64::MIN]).await;
    returns(vec![0_u8, 255]).await;
    returns(vec![i32::MIN, i32::MAX]).await;
    is_a(vec![1.0_f64], "Float64Array").await;
    is_a(vec![1.0_f32], "Float32Array").await;
    is_a(vec![1_i8], "Int8Array").await;
    is_a(vec![1_u8], "Uint8Array").await;
    is_a(vec![1_i16], "Int16Array").await;
    is_a(vec![1_u16], "Uint16Array").await;
    is_a(vec![1_i32], "Int32Array").await;
    is_a(vec![1_u32], "Uint32Array").await;
    is_a(vec![1_i64], "BigInt64Array").await;
    is_a(vec![1_u64], "BigUint64Array").await;
    is_a(vec!["a".to_owned()], "Array").await;
}

#[wasm_bindgen_test]
async fn structures_and_collections_come_back() {
    returns(rectangle()).await;
    returns(vec![rectangle(), rectangle()]).await;
    returns(vec![vec![1.0], vec![], vec![2.0, 3.0]]).await;
    returns([1.0, 2.0, 3.0]).await;
    returns(HashMap::from([("one".to_owned(), 1), ("two".to_owned(), 2)])).await;
    returns(BTreeMap::from([(1, Some(true)), (2, None)])).await;
    returns(BTreeSet::from(["a".to_owned(), "b".to_owned()])).await;
    returns(Vec::<Rectangle>::new()).await;
}

#[wasm_bindgen_test]
async fn structures_are_arguments_beside_futures() {
    fn area(rectangle: Rectangle, scale: f64) -> f64 {
        rectangle.size.width * rectangle.size.height * scale
    }
    let client = shared();
    let scale = client.submit(|x: f64| x * 2.0, (5.0,));
    let rectangle = client.submit(
        |height: f64| Rectangle {
            size: Size { width: 1.0, height },
            ..rectangle()
        },
        (7.0,),
    );
    assert_eq!(client.submit(area, (rectangle, scale)).await, Ok(70.0));
}

#[wasm_bindgen_test]
async fn a_result_of_another_type_is_an_error() {
    let client = shared();
    let number = client.submit(inc, (1,));
    let text = number.cast::<String>();
    let error = text.await.unwrap_err();
    let Error::WrongType {
        subject,
        expected,
        reason,
        ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(subject, &format!("the result of {}", number.key()));
    assert_eq!(expected, "String");
    assert!(reason.contains("2"), "{reason}");
}

#[wasm_bindgen_test]
async fn an_argument_of_another_type_is_an_error_that_names_it() {
    fn label(count: i64, name: String) -> String {
        format!("{count} × {name}")
    }
    let client = shared();
    let number = client.submit(|| 0.5, ());
    let wrong = number.cast::<i64>();
    let error = client.submit(label, (wrong, "x")).await.unwrap_err();
    let Error::Task { name, message, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(name, "TypeError");
    assert!(message.starts_with("argument 1 of label is no i64: "), "{message}");
}

#[wasm_bindgen_test]
async fn an_argument_that_cannot_be_represented_is_refused_at_the_call() {
    let client = shared();
    let future = client.submit(|_: i64, tag: Tag| tag, (1, Tag::Number(1 << 60)));
    assert!(future.done());
    let Err(Error::WrongType { subject, expected, .. }) = future.await else {
        panic!("it was accepted")
    };
    assert_eq!((subject.as_str(), expected.as_str()), ("argument 2", "Tag"));

    let result = client.submit(|| Tag::Number(1 << 60), ()).await;
    let Err(Error::DataClone { message, .. }) = result else {
        panic!("{result:?}")
    };
    assert!(message.starts_with("the result of closure"), "{message}");
}

#[wasm_bindgen_test]
async fn typed_arrays_are_read_as_vectors_of_doubles_and_whole_doubles_as_integers() {
    let client = shared();
    let integers = client.submit(|| vec![1_i32, -2], ());
    let doubles = integers.cast::<Vec<f64>>();
    assert_eq!(doubles.await, Ok(vec![1.0, -2.0]));

    let doubles = client.submit(|| vec![1.0, -2.0], ());
    let integers = doubles.cast::<Vec<i32>>();
    assert_eq!(integers.await, Ok(vec![1, -2]));

    let fractions = client.submit(|| vec![1.5], ());
    let integers = fractions.cast::<Vec<i32>>();
    assert!(matches!(integers.await, Err(Error::WrongType { .. })));
}
