//! The library in a browser: the Rust API in modules of this folder, the JavaScript API in the files beside them.
#![cfg(target_arch = "wasm32")]

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

mod actors;
mod client;
mod context;
mod coordination;
mod data;
mod deaths;
mod errors;
mod everywhere;
mod giving_up;
mod graphs;
mod javascript;
mod limits;
mod memory;
mod memory_limit;
mod mixed;
mod nesting;
mod options;
mod panics;
mod pool;
mod submit;
mod tasks;
mod values;
mod waiting;
