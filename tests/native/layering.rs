//! The direction of imports, and the size of files: `wire` imports nothing, `scheduler` is pure, `worker` knows the wire,
//! `client` drives the scheduler, `guest` is the client in a worker, which a worker loads when a task asks for it, and nothing
//! imports the entries (`lib.rs`, `index.js`).
//!
//! A rule is a function from source texts to complaints (`file:line: what is wrong; what to do`), so each is also tried on
//! a sample that breaks it.

mod tokens;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tokens::{Language, Token, tokens};

/// Lines a source file may have.
const LONGEST: usize = 600;

/// Folders whose files are read.
const FOLDERS: [&str; 5] = ["src", "www", "tests", "benches", "xtask"];

/// Folders that hold what was generated.
const GENERATED: [&str; 4] = ["target", "node_modules", "pkg", "dist"];

/// Crates that the scheduler may use, beside `core`, `alloc` and the pure part of `std`.
const PURE_CRATES: [&str; 2] = ["rustc_hash", "smallvec"];

/// Parts of `std` and `core` that read a clock, draw random numbers or touch the outside.
const IMPURE_STD: [&str; 8] = ["time", "thread", "io", "fs", "net", "env", "process", "os"];

/// One source file: its path from the root of the repository, and its text.
struct Source {
    path: String,
    text: String,
}

/// Where a file of the library belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    Wire,
    Scheduler,
    Client,
    Worker,
    /// The client in a worker.
    Guest,
    /// A file directly in `src/` that several rooms use.
    Shared,
    /// What users import: imported by nothing here.
    Entry,
}

#[test]
fn imports_point_inwards() {
    hold(imports(&repository()));
}

#[test]
fn the_scheduler_is_pure() {
    hold(purity(&repository(), &dependencies()));
}

#[test]
fn rust_names_every_javascript_file() {
    hold(unnamed_javascript(&repository()));
}

#[test]
fn files_are_short() {
    hold(long_files(&repository()));
}

/// Fails with all complaints at once.
fn hold(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Every source file of the repository.
fn repository() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for folder in FOLDERS {
        read_folder(root, Path::new(folder), &mut sources);
    }
    assert!(
        sources.iter().any(|source| source.path == "src/lib.rs"),
        "the library's sources were not found"
    );
    sources
}

fn read_folder(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(root.join(folder)) else {
        return;
    };
    for entry in entries {
        let entry = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = folder.join(&name);
        if entry.path().is_dir() {
            if !GENERATED.contains(&name.as_str()) {
                read_folder(root, &path, sources);
            }
        } else if matches!(extension(&name), "rs" | "js" | "ts" | "css" | "html") {
            let text = fs::read_to_string(entry.path()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            sources.push(Source {
                path: path.to_string_lossy().replace('\\', "/"),
                text,
            });
        }
    }
}

/// The names, as Rust writes them, of the crates that the manifest lists.
fn dependencies() -> Vec<String> {
    let manifest = include_str!("../../Cargo.toml");
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if let Some(header) = line.strip_prefix('[') {
            inside = header.trim_end_matches(']').ends_with("dependencies");
        } else if let (true, Some((name, _))) = (inside, line.split_once('=')) {
            names.push(name.split('.').next().unwrap_or(name).trim().replace('-', "_"));
        }
    }
    assert!(
        names.iter().any(|name| name == "wasm_bindgen"),
        "Cargo.toml was not understood: {names:?}"
    );
    names
}

/// Rule: which room may import which. `www` and the pages of the benches use the public API alone.
fn imports(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for Source { path, text } in sources {
        let from = room(path);
        if from.is_none() && !(path.starts_with("www/") || path.starts_with("benches/")) {
            continue;
        }
        let found = match extension(path) {
            "rs" if from.is_some() => rust_paths(path, text),
            // In another crate `crate` is that crate, and the compiler keeps it from our private modules.
            "rs" => continue,
            "js" | "ts" => javascript_imports(path, text),
            _ => continue,
        };
        for (line, imported) in found {
            let Some(to) = target(&imported) else { continue };
            // Loaded when a task first asks for it: a worker without such tasks never has it.
            if from == Some(Room::Worker) && to == Room::Guest && is_loaded_late(text, line) {
                continue;
            }
            match from {
                None => complaints.push(format!(
                    "{path}:{line}: imports {imported}, a file inside the library; use its public API ('webfutures')"
                )),
                Some(from) if may_import(from, to) => {}
                Some(from) => complaints.push(format!(
                    "{path}:{line}: {from:?} imports {to:?} ({imported}); {} (ARCHITECTURE.md, direction of imports)",
                    remedy(from)
                )),
            }
        }
    }
    complaints
}

/// Whether the import of that line is an expression.
fn is_loaded_late(text: &str, line: usize) -> bool {
    text.lines().nth(line - 1).is_some_and(|line| line.contains("import("))
}

fn may_import(from: Room, to: Room) -> bool {
    use Room::{Client, Entry, Guest, Scheduler, Shared, Wire, Worker};
    match from {
        Entry => true,
        Wire => to == Wire,
        Scheduler => to == Scheduler,
        Shared => matches!(to, Wire | Shared),
        Worker => matches!(to, Wire | Shared | Worker),
        Client => matches!(to, Scheduler | Wire | Shared | Client),
        Guest => matches!(to, Wire | Shared | Client | Guest),
    }
}

fn remedy(from: Room) -> &'static str {
    match from {
        Room::Wire => "the wire imports nothing: move what it needs into wire.rs",
        Room::Scheduler => "the scheduler imports only itself: hand what it needs in by an event",
        Room::Shared => "a shared file imports only the wire and shared files: move it into the room that uses it",
        Room::Worker => "a worker imports the wire and shared files: move what both sides need directly into src/",
        Room::Client => {
            "the client imports scheduler, wire and shared files: move what both sides need directly into src/"
        }
        Room::Guest => {
            "the client in a worker imports client, wire and shared files: what the worker does for it is handed in"
        }
        Room::Entry => unreachable!("an entry may import everything"),
    }
}

/// The room of a path like `src/client/pool.js`; none outside of `src/`.
fn room(path: &str) -> Option<Room> {
    let inside = path.strip_prefix("src/")?;
    Some(match inside.split_once('/') {
        Some(("scheduler", _)) => Room::Scheduler,
        Some(("client", _)) => Room::Client,
        Some(("worker", _)) => Room::Worker,
        Some(("guest", _)) => Room::Guest,
        Some(_) => Room::Shared,
        None => match inside.split('.').next() {
            Some("wire") => Room::Wire,
            // The last three are entries of the npm package that stand in no room.
            Some("lib" | "index" | "task" | "expose") => Room::Entry,
            _ => Room::Shared,
        },
    })
}

/// The room of what is imported: `crate::client::pool`, or `src/client/pool.js`; none for foreign crates and packages.
fn target(imported: &str) -> Option<Room> {
    if imported.starts_with("src/") {
        return room(imported);
    }
    let mut segments = imported.split("::");
    if segments.next() != Some("crate") {
        return None;
    }
    Some(match segments.next() {
        Some("scheduler") => Room::Scheduler,
        Some("client") => Room::Client,
        Some("worker") => Room::Worker,
        Some("guest") => Room::Guest,
        Some("wire") => Room::Wire,
        // A name in capitals, or nothing, is a re-export of lib.rs; a module is a shared file.
        Some(name) if name.starts_with(char::is_lowercase) => Room::Shared,
        _ => Room::Entry,
    })
}

/// Every path of a Rust file that begins with `crate`, `self`, `super` or a lower-case name, made absolute where it is
/// inside the crate; use trees are taken apart.
fn rust_paths(path: &str, text: &str) -> Vec<(usize, String)> {
    let found = tokens(text, Language::Rust);
    let mut paths = Vec::new();
    let mut scope = Scope::of(path);
    let mut at = 0;
    while at < found.len() {
        let (line, token) = &found[at];
        scope.step(&found, at);
        let begins =
            at == 0 || !(found[at - 1].1.is(':') && at >= 2 && found[at - 2].1.is(':') && before_is_word(&found, at));
        match token.word() {
            Some("use") => {
                let (next, leaves) = use_tree(&found, at + 1);
                for (line, leaf) in leaves {
                    paths.push((line, scope.absolute(&leaf)));
                }
                at = next;
                continue;
            }
            Some(word) if begins && word.starts_with(|c: char| c.is_lowercase() || c == '_') => {
                let (next, segments) = segments(&found, at);
                if segments.len() > 1 {
                    paths.push((*line, scope.absolute(&segments)));
                    at = next;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    paths
}

fn before_is_word(found: &[(usize, Token)], at: usize) -> bool {
    at >= 3 && (found[at - 3].1.word().is_some() || found[at - 3].1.is('>'))
}

/// `a::b::c` from `at`: where it ends, and its words.
fn segments(found: &[(usize, Token)], mut at: usize) -> (usize, Vec<String>) {
    let mut words = Vec::new();
    while let Some(word) = found.get(at).and_then(|(_, token)| token.word()) {
        words.push(word.to_string());
        at += 1;
        let colons = (0..2).all(|ahead| found.get(at + ahead).is_some_and(|(_, token)| token.is(':')));
        if !colons {
            break;
        }
        at += 2;
    }
    (at, words)
}

/// The leaves of a use tree that begins at `at`, up to its `;`: where it ends, and each leaf with its line.
fn use_tree(found: &[(usize, Token)], mut at: usize) -> (usize, Vec<(usize, Vec<String>)>) {
    let mut leaves = Vec::new();
    let mut groups: Vec<Vec<String>> = vec![Vec::new()];
    let mut path: Vec<String> = Vec::new();
    let mut line = 0;
    let mut renamed = false;
    while let Some((here, token)) = found.get(at) {
        match token {
            Token::Word(word) if word == "as" => renamed = true,
            Token::Word(_) if renamed => renamed = false,
            Token::Word(word) => {
                line = *here;
                path.push(word.clone());
            }
            Token::Sign('*') => {
                line = *here;
                path.push("*".into());
            }
            Token::Sign('{') => {
                let prefix = [groups.last().expect("a group is open").as_slice(), &path].concat();
                groups.push(prefix);
                path.clear();
            }
            Token::Sign(sign @ (',' | '}' | ';')) => {
                if !path.is_empty() {
                    leaves.push((
                        line,
                        [groups.last().expect("a group is open").as_slice(), &path].concat(),
                    ));
                    path.clear();
                }
                if *sign == '}' {
                    groups.pop();
                } else if *sign == ';' {
                    break;
                }
            }
            _ => {}
        }
        at += 1;
    }
    (at, leaves)
}

/// The module a token of a Rust file is in.
struct Scope {
    /// The file's module: `["crate", "client", "pool"]`.
    file: Vec<String>,
    /// Inline modules that are open, each with the depth of braces outside of it.
    inline: Vec<(String, usize)>,
    depth: usize,
}

impl Scope {
    fn of(path: &str) -> Self {
        let inside = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
        let mut file = vec!["crate".to_string()];
        file.extend(
            inside
                .split('/')
                .filter(|part| !matches!(*part, "mod" | "lib"))
                .map(str::to_string),
        );
        Self {
            file,
            inline: Vec::new(),
            depth: 0,
        }
    }

    fn step(&mut self, found: &[(usize, Token)], at: usize) {
        let token = &found[at].1;
        if token.is('{') {
            let named = at >= 2 && found[at - 2].1.word() == Some("mod");
            if let (true, Some(name)) = (named, at.checked_sub(1).and_then(|before| found[before].1.word())) {
                self.inline.push((name.to_string(), self.depth));
            }
            self.depth += 1;
        } else if token.is('}') {
            self.depth = self.depth.saturating_sub(1);
            self.inline.retain(|(_, outside)| *outside < self.depth);
        }
    }

    /// `super::wire::RUN` as `crate::wire::RUN`; a path that begins elsewhere stays as it is.
    fn absolute(&self, path: &[String]) -> String {
        let mut module = self.file.clone();
        module.extend(self.inline.iter().map(|(name, _)| name.clone()));
        let ups = path
            .iter()
            .skip_while(|word| *word == "self")
            .take_while(|word| *word == "super")
            .count();
        let relative = path
            .iter()
            .take_while(|word| matches!(word.as_str(), "self" | "super"))
            .count();
        if relative == 0 {
            return path.join("::");
        }
        module.truncate(module.len().saturating_sub(ups).max(1));
        module.extend_from_slice(&path[relative..]);
        module.join("::")
    }
}

/// Every specifier a JavaScript file imports from or re-exports, as a path from the root where it is relative.
fn javascript_imports(path: &str, text: &str) -> Vec<(usize, String)> {
    let found = tokens(text, Language::JavaScript);
    let mut imports = Vec::new();
    for (at, (_, token)) in found.iter().enumerate() {
        let next = match token.word() {
            Some("from") => at + 1,
            Some("import") if found.get(at + 1).is_some_and(|(_, token)| token.is('(')) => at + 2,
            Some("import") => at + 1,
            _ => continue,
        };
        if let Some((line, Token::Text(specifier))) = found.get(next) {
            imports.push((*line, resolve(path, specifier)));
        }
    }
    imports
}

/// `../wire.js` in `src/client/pool.js` as `src/wire.js`; a package's name stays as it is.
fn resolve(path: &str, specifier: &str) -> String {
    if !specifier.starts_with('.') {
        return specifier.to_string();
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in specifier.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Rule: the scheduler uses no crate but a few pure ones, and no part of `std` that touches the outside; JavaScript in
/// `src/` imports no package.
fn purity(sources: &[Source], dependencies: &[String]) -> Vec<String> {
    let mut complaints = Vec::new();
    for Source { path, text } in sources {
        match (room(path), extension(path)) {
            (Some(Room::Scheduler), "rs") => {
                for (line, used) in rust_paths(path, text) {
                    if let Some(why) = impure(&used, dependencies) {
                        complaints.push(format!("{path}:{line}: the scheduler uses {used}; {why}"));
                    }
                }
            }
            (Some(Room::Scheduler), "js") => {
                complaints.push(format!(
                    "{path}:1: JavaScript in the scheduler; move it to src/client/ or src/worker/"
                ));
            }
            (Some(_), "js") => {
                for (line, imported) in javascript_imports(path, text) {
                    if !imported.starts_with("src/") {
                        complaints.push(format!(
                            "{path}:{line}: imports '{imported}'; JavaScript in src/ imports only relative files of src/"
                        ));
                    }
                }
            }
            _ => {}
        }
    }
    complaints
}

fn impure(used: &str, dependencies: &[String]) -> Option<String> {
    let parts: Vec<&str> = used.split("::").collect();
    let (first, second) = (parts[0], parts.get(1).copied().unwrap_or_default());
    if first == "std" && parts.iter().any(|part| matches!(*part, "HashMap" | "HashSet")) {
        return Some("its order is random: use rustc_hash's".into());
    }
    if matches!(first, "std" | "core" | "alloc") {
        if IMPURE_STD.contains(&second) {
            return Some("it reads no clock and touches nothing outside: let an event bring it in".into());
        }
        return None;
    }
    let foreign = dependencies.iter().any(|name| name == first) && !PURE_CRATES.contains(&first);
    foreign.then(|| {
        format!(
            "it may use core, alloc, std's collections and {}",
            PURE_CRATES.join(", ")
        )
    })
}

/// Rule: each JavaScript file of the library is named by a `#[wasm_bindgen(module = "/src/…")]`, or wasm-bindgen leaves it out.
fn unnamed_javascript(sources: &[Source]) -> Vec<String> {
    let mut named = BTreeSet::new();
    for Source { path, text } in sources.iter().filter(|source| source.path.starts_with("src/")) {
        if extension(path) == "rs" {
            let found = tokens(text, Language::Rust);
            let texts = found.iter().filter_map(|(_, token)| token.text());
            // As a macro's argument or in the attribute itself; a comment does not count.
            named.extend(texts.filter_map(|text| text.strip_prefix('/')).map(str::to_string));
        }
    }
    sources
        .iter()
        .filter(|source| source.path.starts_with("src/") && extension(&source.path) == "js")
        .filter(|source| !named.contains(&source.path))
        .map(|Source { path, .. }| {
            format!("{path}:1: no Rust file names it; add #[wasm_bindgen(module = \"/{path}\")] or it is not shipped")
        })
        .collect()
}

/// Rule: no file is longer than a reader's patience.
fn long_files(sources: &[Source]) -> Vec<String> {
    let long = sources.iter().map(|source| (&source.path, source.text.lines().count()));
    long.filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| format!("{path}:{LONGEST}: has {lines} lines; split it by what its parts do"))
        .collect()
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

#[cfg(test)]
mod samples;
