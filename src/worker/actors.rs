//! The states of actors, in the instance in which they were made. What stands for one in JavaScript knows its number.

// What is exported to JavaScript must be `pub`, though no Rust code calls it.
#![allow(unreachable_pub)]

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use js_sys::{Array, Error};
use wasm_bindgen::prelude::*;

use crate::function::edge::Reply;

#[wasm_bindgen(module = "/src/worker/rust-actors.js")]
extern "C" {
    /// What stands for a state.
    #[wasm_bindgen(js_name = actorOf)]
    fn actor_of(number: u32) -> JsValue;

    /// The number of the state that a value stands for; none if it is something else.
    #[wasm_bindgen(js_name = numberOf)]
    fn number_of(value: &JsValue) -> Option<u32>;
}

/// A state, unless it is in the hand of its method.
type State = Option<Box<dyn Any>>;

thread_local! {
    static LATEST: Cell<u32> = const { Cell::new(0) };
    static STATES: RefCell<BTreeMap<u32, State>> = const { RefCell::new(BTreeMap::new()) };
}

/// Keeps the state that a trampoline has made, or calls its method on the state that the first argument stands for.
pub(super) fn resolved(reply: Reply, arguments: &Array) -> Reply {
    match reply {
        Reply::Made(state) => Reply::Done(Ok(actor_of(keep(state)))),
        Reply::Method(apply) => {
            let number = number_of(&arguments.get(0));
            let taken = |number: &u32| STATES.with_borrow_mut(|states| states.get_mut(number).and_then(Option::take));
            let Some((number, mut state)) = number.and_then(|number| Some((number, taken(&number)?))) else {
                let error = Error::new("a method of an actor in Rust is called on something else");
                error.set_name("TypeError");
                return Reply::Done(Err(error.into()));
            };
            let reply = apply(&mut *state);
            STATES.with_borrow_mut(|states| states.insert(number, Some(state)));
            reply
        }
        other => other,
    }
}

fn keep(state: Box<dyn Any>) -> u32 {
    let number = LATEST.get() + 1;
    LATEST.set(number);
    STATES.with_borrow_mut(|states| states.insert(number, Some(state)));
    number
}

/// Nobody can call the actor any more.
#[wasm_bindgen(js_name = __webfutures_drop_actor, skip_typescript)]
pub fn drop_actor(number: u32) {
    // What its destructor does may ask for others.
    drop(STATES.with_borrow_mut(|states| states.remove(&number)));
}
