//! What a page calls.

use wasm_bindgen::prelude::*;

use crate::figure;
use crate::shapes::Shape;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn now() -> f64;
}

/// The names of all shapes.
#[wasm_bindgen]
pub fn shapes() -> Vec<String> {
    Shape::ALL.map(|shape| shape.name().to_string()).to_vec()
}

/// One figure: milliseconds of a round, and the bytes of the scheduler at its fullest.
#[wasm_bindgen]
pub fn run(shape: &str, tasks: usize) -> Vec<f64> {
    let shape = Shape::named(shape).expect("a shape of `shapes()`");
    let figure = figure(shape, tasks, &now);
    vec![figure.milliseconds, figure.bytes as f64]
}
