//! Actors in Rust, as JavaScript knows them: what stands for one has the number of its state.

// What is exported to JavaScript must be `pub`, though no Rust code calls it.
#![allow(unreachable_pub)]

use js_sys::{Array, Error};
use wasm_bindgen::prelude::*;

use crate::function::edge::Reply;
use crate::function::local::{keep, let_go, with_state};

#[wasm_bindgen(module = "/src/worker/rust-actors.js")]
extern "C" {
    /// What stands for a state.
    #[wasm_bindgen(js_name = actorOf)]
    fn actor_of(number: u32) -> JsValue;

    /// The number of the state that a value stands for; none if it is something else.
    #[wasm_bindgen(js_name = numberOf)]
    fn number_of(value: &JsValue) -> Option<u32>;
}

/// Keeps the state that a trampoline has made, or calls its method on the state that the first argument stands for.
pub(super) fn resolved(reply: Reply, arguments: &Array) -> Reply {
    match reply {
        Reply::Made(state) => Reply::Done(Ok(actor_of(keep(state)))),
        Reply::Method(apply) => {
            let number = number_of(&arguments.get(0));
            number.and_then(|number| with_state(number, apply)).unwrap_or_else(|| {
                let error = Error::new("a method of an actor in Rust is called on something else");
                error.set_name("TypeError");
                Reply::Done(Err(error.into()))
            })
        }
        other => other,
    }
}

/// Nobody can call the actor any more.
#[wasm_bindgen(js_name = __webfutures_drop_actor, skip_typescript)]
pub fn drop_actor(number: u32) {
    let_go(number);
}
