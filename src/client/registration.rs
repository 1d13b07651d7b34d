//! Registers the wasm instance with the JavaScript client when it starts, and names every JavaScript file of the library
//! once, so that wasm-bindgen copies it beside the glue.

use super::engine::Engine;
use std::cell::Cell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/client/runtime.js")]
extern "C" {
    fn register(create_engine: JsValue, module: JsValue, memory: JsValue, glue: &str);
}

#[wasm_bindgen(module = "/src/client/opening.js")]
extern "C" {
    #[wasm_bindgen(js_name = openHubs)]
    fn open_hubs();
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static GLUE: String;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(text: &str);
}

#[wasm_bindgen(start)]
fn __webfutures_start() {
    // On the page a panic is a bug of ours or of the program: its text must not be lost. Workers install a hook of their own.
    std::panic::set_hook(Box::new(|info| console_error(&info.to_string())));
    register_instance();
}

/// Makes this instance the one whose scheduler the JavaScript client uses. The Rust client asks for it again, since test
/// runners call no start functions.
pub(super) fn register_instance() {
    thread_local! {
        static REGISTERED: Cell<bool> = const { Cell::new(false) };
    }
    if REGISTERED.replace(true) {
        return;
    }
    open_hubs();
    let create_engine = Closure::<dyn Fn() -> Engine>::new(Engine::default).into_js_value();
    register(
        create_engine,
        wasm_bindgen::module(),
        wasm_bindgen::memory(),
        &GLUE.with(Clone::clone),
    );
}

/// Names files that Rust calls nothing of.
macro_rules! copied {
    ($($file:literal => $name:ident;)+) => {
        $(#[wasm_bindgen(module = $file)]
        extern "C" {
            #[wasm_bindgen(js_name = __webfuturesNamed)]
            #[allow(dead_code, reason = "the file is copied because it is named")]
            fn $name();
        })+
    };
}

copied! {
    "/src/carrying.js" => carrying;
    "/src/cloning.js" => cloning;
    "/src/errors-wire.js" => errors_wire;
    "/src/index.js" => index;
    "/src/task.js" => task;
    "/src/wire.js" => wire;
    "/src/positions.js" => positions;
    "/src/shapes.js" => shapes;
    "/src/words.js" => words;
    "/src/client/actors.js" => actors;
    "/src/client/arguments.js" => arguments;
    "/src/client/batch.js" => batch;
    "/src/client/calls.js" => calls;
    "/src/client/channel.js" => channel;
    "/src/client/client.js" => client;
    "/src/client/clock.js" => clock;
    "/src/client/collect.js" => collect;
    "/src/client/coordination.js" => coordination;
    "/src/client/coordinator.js" => coordinator;
    "/src/client/copies.js" => copies;
    "/src/client/decisions.js" => decisions;
    "/src/client/delayed.js" => delayed;
    "/src/client/driver.js" => driver;
    "/src/client/chain.js" => chain;
    "/src/client/errors.js" => errors;
    "/src/client/forgotten.js" => forgotten;
    "/src/client/failure.js" => failure;
    "/src/client/free-variables.js" => free_variables;
    "/src/client/function-ids.js" => function_ids;
    "/src/client/functions.js" => functions;
    "/src/client/future.js" => future;
    "/src/client/gather.js" => gather;
    "/src/client/guests.js" => guests;
    "/src/client/handles.js" => handles;
    "/src/client/hash.js" => hash;
    "/src/client/hello.js" => hello;
    "/src/client/hub.js" => hub;
    "/src/client/ids.js" => ids;
    "/src/client/inspection.js" => inspection;
    "/src/client/large-arguments.js" => large_arguments;
    "/src/client/map-calls.js" => map_calls;
    "/src/client/map.js" => map;
    "/src/client/names.js" => names;
    "/src/client/orders.js" => orders;
    "/src/client/places.js" => places;
    "/src/client/pool.js" => pool;
    "/src/client/port.js" => port;
    "/src/client/progress.js" => progress;
    "/src/client/replication.js" => replication;
    "/src/client/resolvers.js" => resolvers;
    "/src/client/row.js" => row;
    "/src/client/rows.js" => rows;
    "/src/client/scatter.js" => scatter;
    "/src/client/settings.js" => settings;
    "/src/client/signals.js" => signals;
    "/src/client/table.js" => table;
    "/src/client/tokens.js" => tokens;
    "/src/client/sizing.js" => sizing;
    "/src/client/spill-folder.js" => spill_folder;
    "/src/client/spawner.js" => spawner;
    "/src/client/waiting.js" => waiting;
    "/src/client/watch.js" => watch;
    "/src/worker/calls.js" => worker_calls;
    "/src/worker/console.js" => console;
    "/src/worker/context.js" => context;
    "/src/guest/coordinator.js" => guest_coordinator;
    "/src/guest/ids.js" => guest_ids;
    "/src/guest/line.js" => line;
    "/src/guest/open.js" => open;
    "/src/worker/entry.js" => entry;
    "/src/worker/exchange.js" => exchange;
    "/src/worker/executor.js" => executor;
    "/src/worker/jobs.js" => jobs;
    "/src/worker/lock.js" => lock;
    "/src/worker/packing.js" => packing;
    "/src/worker/parcel.js" => parcel;
    "/src/worker/nesting.js" => nesting;
    "/src/worker/outbox.js" => outbox;
    "/src/worker/peers.js" => peers;
    "/src/worker/ready.js" => ready;
    "/src/worker/resolve.js" => resolve;
    "/src/worker/rust.js" => rust;
    "/src/worker/rust-actors.js" => rust_actors;
    "/src/worker/serve.js" => serve;
    "/src/worker/spill.js" => spill;
    "/src/worker/store.js" => store;
    "/src/worker/unsendable.js" => unsendable;
    "/src/worker/vigil.js" => vigil;
}

/// The JavaScript API, exported from the glue as it is.
#[cfg(feature = "javascript")]
mod javascript {
    use wasm_bindgen::prelude::*;

    /// The package has one file of types: what each part of `src/types/` imports is there.
    macro_rules! types {
        ($($name:ident = $file:literal;)+) => {
            $(#[wasm_bindgen(typescript_custom_section)]
            const $name: &str = body(include_str!($file));)+
        };
    }

    #[wasm_bindgen(typescript_custom_section)]
    const HEAD: &str = "/// <reference lib=\"esnext.disposable\" />\n";

    types! {
        ERRORS = "../types/errors.d.ts";
        VALUES = "../types/values.d.ts";
        OPTIONS = "../types/options.d.ts";
        ACTORS = "../types/actors.d.ts";
        CLIENT = "../types/client.d.ts";
        COORDINATION = "../types/coordination.d.ts";
        SIZING = "../types/sizing.d.ts";
        FUTURE = "../types/future.d.ts";
        TASK = "../types/task.d.ts";
        WAITING = "../types/waiting.d.ts";
        WORKER = "../types/worker.d.ts";
    }

    /// What follows the first empty line: before it are the file's imports.
    #[allow(dead_code, reason = "a section's content does not count as a use")]
    const fn body(text: &'static str) -> &'static str {
        let bytes = text.as_bytes();
        let mut end = 1;
        while bytes[end - 1] != b'\n' || bytes[end] != b'\n' {
            end += 1;
        }
        text.split_at(end).1
    }

    /// Re-exports values of `index.js`; as types, for wasm-bindgen does not look at what they are.
    macro_rules! exported {
        ($($name:ident)+) => {
            #[wasm_bindgen(module = "/src/index.js")]
            extern "C" {
                $(#[wasm_bindgen(reexport)]
                #[allow(dead_code, non_camel_case_types, reason = "for JavaScript only")]
                type $name;)+
            }
        };
    }

    exported! {
        Client Future Delayed delayed wait asCompleted progress fireAndForget repeat getClient serve expose
        CancelledError ClosedClientError CoordinationError DataCloneError InvalidTaskError KeyConflictError KilledWorkerError LostActorError LostDataError MemoryLimitError PanicError TimeoutError WorkerStartError
    }
}
