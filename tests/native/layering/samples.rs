//! Each rule bites: samples that break it, and neighbours that do not.

use super::{Source, imports, long_files, purity, rust_paths, unnamed_javascript};

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.into(),
        text: text.into(),
    }
}

/// The places, `file:line`, that a rule complains of.
fn places(complaints: Vec<String>) -> Vec<String> {
    complaints
        .iter()
        .map(|text| text.splitn(3, ':').take(2).collect::<Vec<_>>().join(":"))
        .collect()
}

fn import_places(path: &str, text: &str) -> Vec<String> {
    places(imports(&[source(path, text)]))
}

fn impure_places(text: &str) -> Vec<String> {
    let dependencies = ["wasm_bindgen", "js_sys", "rustc_hash", "hashbrown", "serde"].map(str::to_string);
    places(purity(&[source("src/scheduler/queue.rs", text)], &dependencies))
}

#[test]
fn rust_arrows_that_point_outwards_are_found() {
    assert_eq!(
        import_places("src/wire.rs", "\nuse crate::scheduler::Event;"),
        ["src/wire.rs:2"]
    );
    assert_eq!(
        import_places("src/scheduler/mod.rs", "use crate::wire;"),
        ["src/scheduler/mod.rs:1"]
    );
    assert_eq!(
        import_places("src/scheduler/task.rs", "use super::super::wire;"),
        ["src/scheduler/task.rs:1"]
    );
    assert_eq!(
        import_places("src/worker/trampoline.rs", "fn f() {\n  crate::client::g() }"),
        ["src/worker/trampoline.rs:2"]
    );
    assert_eq!(
        import_places("src/client/engine.rs", "use crate::{\n wire,\n worker::{self, X},\n};").len(),
        2
    );
    assert_eq!(
        import_places("src/codec.rs", "use crate::client::Error;"),
        ["src/codec.rs:1"]
    );
    assert_eq!(
        import_places("src/client/future.rs", "use crate::Client;"),
        ["src/client/future.rs:1"]
    );
    assert_eq!(
        import_places("src/client/future.rs", "pub(in crate::worker) fn f() {}"),
        ["src/client/future.rs:1"]
    );
}

#[test]
fn rust_arrows_that_point_inwards_pass() {
    let client = "use crate::{scheduler::Scheduler, wire, codec as c};\n// use crate::worker;\nuse super::pool;\nconst S: &str = \"crate::worker\";";
    assert_eq!(import_places("src/client/engine.rs", client), [""; 0]);
    assert_eq!(
        import_places("src/lib.rs", "pub use crate::client::Client; pub use scheduler::Event;"),
        [""; 0]
    );
    assert_eq!(import_places("src/wire.rs", "mod tests { use super::*; }"), [""; 0]);
    assert_eq!(
        import_places("src/worker/trampoline.rs", "use crate::wire::RUN; use crate::codec;"),
        [""; 0]
    );
}

#[test]
fn paths_are_absolute_inside_inline_modules() {
    let paths = rust_paths(
        "src/client/pool.rs",
        "mod a { mod b { use super::super::x; } use super::y; } use super::z;",
    );
    let paths: Vec<&str> = paths.iter().map(|(_, path)| path.as_str()).collect();
    assert_eq!(
        paths,
        ["crate::client::pool::x", "crate::client::pool::y", "crate::client::z"]
    );
}

#[test]
fn javascript_arrows_that_point_outwards_are_found() {
    let entry = "import { a } from\n  '../client/pool.js';";
    assert_eq!(import_places("src/worker/entry.js", entry), ["src/worker/entry.js:2"]);
    assert_eq!(
        import_places("src/client/pool.js", "export * from '../worker/store.js';"),
        ["src/client/pool.js:1"]
    );
    assert_eq!(
        import_places("src/client/pool.js", "await import('../worker/store.js')"),
        ["src/client/pool.js:1"]
    );
    assert_eq!(
        import_places("src/client/pool.js", "import '../index.js';"),
        ["src/client/pool.js:1"]
    );
    assert_eq!(
        import_places("src/wire.js", "import './cloning.js';"),
        ["src/wire.js:1"]
    );
    assert_eq!(
        import_places("www/app.js", "import { Pool } from '../src/client/pool.js';"),
        ["www/app.js:1"]
    );
}

#[test]
fn javascript_arrows_that_point_inwards_pass() {
    let pool = "import * as wire from '../wire.js';\nimport { a } from './values.js';\nimport x from '../cloning.js';\n\
        new Worker(new URL('../worker/entry.js', import.meta.url));\n// import '../worker/entry.js'\n/** @import {A} from '../worker/a.js' */\n\
        throw new Error(\"import { x } from '../worker/entry.js'\");";
    assert_eq!(import_places("src/client/pool.js", pool), [""; 0]);
    assert_eq!(
        import_places("src/index.js", "export { Client } from './client/client.js';"),
        [""; 0]
    );
    assert_eq!(
        import_places("www/app.js", "import init, { Client } from './pkg/webfutures.js';"),
        [""; 0]
    );
}

#[test]
fn an_impure_scheduler_is_found() {
    assert_eq!(
        impure_places("use wasm_bindgen::prelude::*;"),
        ["src/scheduler/queue.rs:1"]
    );
    assert_eq!(
        impure_places("fn f() -> f64 {\n  js_sys::Date::now()\n}"),
        ["src/scheduler/queue.rs:2"]
    );
    assert_eq!(
        impure_places("#[derive(serde::Serialize)] struct S;"),
        ["src/scheduler/queue.rs:1"]
    );
    assert_eq!(impure_places("use std::time::Instant;"), ["src/scheduler/queue.rs:1"]);
    assert_eq!(
        impure_places("let t = ::std::time::Instant::now();"),
        ["src/scheduler/queue.rs:1"]
    );
    assert_eq!(
        impure_places("use std::{mem, collections::{HashMap, VecDeque}};"),
        ["src/scheduler/queue.rs:1"]
    );
    assert_eq!(impure_places("use hashbrown::HashMap;"), ["src/scheduler/queue.rs:1"]);
    let script = [source("src/scheduler/queue.js", "export {};")];
    assert_eq!(places(purity(&script, &[])), ["src/scheduler/queue.js:1"]);
}

#[test]
fn a_pure_scheduler_passes() {
    let text = "use std::collections::{BTreeMap, VecDeque};\nuse rustc_hash::FxHashMap;\nuse core::fmt;\nuse super::task::TaskId;\n\
        mod graph;\npub use graph::Graph;\n/// As js_sys::Date would say.\nfn f() { std::mem::take(x); graph::g(); Event::X; }";
    assert_eq!(impure_places(text), [""; 0]);
}

#[test]
fn a_package_imported_in_the_library_is_found() {
    let sources = [source(
        "src/client/client.js",
        "import a from 'lodash';\nimport b from './b.js';",
    )];
    assert_eq!(places(purity(&sources, &[])), ["src/client/client.js:1"]);
}

#[test]
fn javascript_that_rust_does_not_name_is_found() {
    let sources = [
        source(
            "src/lib.rs",
            "#[wasm_bindgen(module = \"/src/wire.js\")]\ncopied! { \"/src/words.js\" => words; }\n// module = \"/src/client/pool.js\"",
        ),
        source("src/wire.js", ""),
        source("src/words.js", ""),
        source("src/client/pool.js", ""),
        source("www/app.js", ""),
        source("src/index.d.ts", ""),
    ];
    assert_eq!(places(unnamed_javascript(&sources)), ["src/client/pool.js:1"]);
}

#[test]
fn long_files_are_found() {
    let sources = [
        source("src/a.css", &"a\n".repeat(601)),
        source("www/b.html", &"b\n".repeat(600)),
    ];
    assert_eq!(places(long_files(&sources)), ["src/a.css:600"]);
}

#[test]
fn a_worker_loads_the_client_of_tasks_only_late() {
    let late = "const load = () => import('../guest/open.js');";
    assert_eq!(import_places("src/worker/nesting.js", late), [""; 0]);
    assert_eq!(
        import_places("src/worker/nesting.js", "import { open } from '../guest/open.js';"),
        ["src/worker/nesting.js:1"]
    );
    assert_eq!(
        import_places("src/worker/nesting.js", "import('../client/client.js')"),
        ["src/worker/nesting.js:1"]
    );
    assert_eq!(
        import_places("src/guest/line.js", "import { Row } from '../client/row.js';"),
        [""; 0]
    );
    assert_eq!(
        import_places("src/guest/line.js", "import { Peers } from '../worker/peers.js';"),
        ["src/guest/line.js:1"]
    );
}
