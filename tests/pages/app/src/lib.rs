//! An application as a user of the library writes it: another crate, with tasks in Rust, that JavaScript drives.

use wasm_bindgen::prelude::*;
use webfutures::{Client, Error};

/// The sum of the squares below `count`: a task for each, and one that gets their futures.
#[wasm_bindgen(js_name = sumOfSquares)]
pub async fn sum_of_squares(client: JsValue, count: u32) -> Result<f64, JsError> {
    Ok(total(&Client::from_js(client)?, count).await?)
}

async fn total(client: &Client, count: u32) -> Result<f64, Error> {
    let squares = client.map(|x: f64| x * x, (0..count).map(f64::from));
    client.submit(sum, (&squares,)).await
}

fn sum(numbers: Vec<f64>) -> f64 {
    numbers.iter().sum()
}
