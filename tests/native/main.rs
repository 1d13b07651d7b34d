//! The native tests: everything that needs no browser.
#![cfg(not(target_arch = "wasm32"))]

mod layering;
mod wire;
