//! What runs in the workers: plain Rust functions, handed to `Client::submit` by name.

use std::cell::OnceCell;

use js_sys::{Atomics, Int32Array, Object, Reflect, WebAssembly};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use crate::search::Evaluation;

/// Evaluates the function at a point after blocking its worker for `delay` milliseconds, and returns point and value.
pub fn rosenbrock(x: f64, y: f64, delay: f64) -> Evaluation {
    block_for(delay);
    ((x, y), rosenbrock_value(x, y))
}

/// `(1 - x)² + 2 (y - x²)²`: a curved valley, zero at (1, 1).
pub fn rosenbrock_value(x: f64, y: f64) -> f64 {
    (1.0 - x).powi(2) + 2.0 * (y - x * x).powi(2)
}

/// Blocks the calling worker for that many milliseconds, as a long computation would, but without using the processor.
pub fn block_for(milliseconds: f64) {
    if milliseconds <= 0.0 {
        return;
    }
    let waited = SLEEPER.with(|cell| match cell.get_or_init(shared_word) {
        Some(word) => Atomics::wait_with_timeout(word, 0, 0, milliseconds).is_ok(),
        None => false,
    });
    if !waited {
        let end = now() + milliseconds;
        while now() < end {}
    }
}

thread_local! {
    static SLEEPER: OnceCell<Option<Int32Array>> = const { OnceCell::new() };
}

/// A word of shared memory to sleep on. A page that is not cross-origin isolated has no `SharedArrayBuffer` constructor,
/// but WebAssembly gives it shared memory all the same, as long as nobody wants to send it anywhere.
fn shared_word() -> Option<Int32Array> {
    let descriptor = Object::new();
    for (name, value) in [
        ("initial", JsValue::from(1)),
        ("maximum", 1.into()),
        ("shared", true.into()),
    ] {
        Reflect::set(&descriptor, &name.into(), &value).ok()?;
    }
    let memory = WebAssembly::Memory::new(&descriptor).ok()?;
    Some(Int32Array::new(
        &memory.unchecked_into::<WebAssembly::Memory>().buffer(),
    ))
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}
