//! What the crate offers: every public name, in `api.txt`, so that none comes, goes or changes unseen.
//!
//! The sources are read as rustfmt writes them: what stands at which depth is told by how far it is indented.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The public module that has definitions of its own.
const TASK: &str = "src/task.rs";

/// Write the list instead of comparing it.
const WRITE: &str = "WEBFUTURES_WRITE_API";

#[test]
fn every_public_name_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("tests/native/api.txt");
    let found = api(root);
    let text: String = found.iter().map(|name| format!("{name}\n")).collect();
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, &text).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    }
    let listed = fs::read_to_string(&path).unwrap_or_default();
    let listed: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
    let new: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "not in tests/native/api.txt: {new:#?}\nno longer in the crate: {gone:#?}\n\
         if that is meant, write the list anew: `{WRITE}=1 cargo test --test native api`"
    );
}

#[test]
fn everything_that_is_exported_is_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = api(root);
    for name in exports(root) {
        let is_it = |line: &String| line.split(' ').nth(1).is_some_and(|found| found == name);
        assert!(
            found.iter().any(is_it),
            "{name} is exported, and was not found in the sources"
        );
    }
}

#[test]
fn members_are_told_from_what_is_hidden_or_private() {
    let source = "\
/// Docs.
pub struct Thing<T> {
    /// Docs.
    pub shown: T,
    hidden: u8,
}

impl<T> Thing<T> {
    /// Docs.
    pub fn new(
        value: T,
    ) -> Self {
        pub_fn();
    }

    #[doc(hidden)]
    pub fn internal() {}

    fn private() {}
}

pub enum Kind {
    Plain,
    #[error(\"…\")]
    #[non_exhaustive]
    Full {
        /// Docs.
        field: String,
    },
    Tuple(u8),
}

pub trait Able {
    /// Docs.
    type Output;
    #[doc(hidden)]
    fn internal();
}

pub(crate) struct Other;
pub fn other() {}
";
    let exported = ["Thing", "Kind", "Able"].map(str::to_owned).into();
    let expected = [
        "Able::Output",
        "Kind::Full",
        "Kind::Full.field",
        "Kind::Plain",
        "Kind::Tuple",
        "Thing.shown",
        "Thing::new()",
        "enum Kind",
        "struct Thing",
        "trait Able",
    ];
    let mut found = BTreeSet::new();
    read(source, &exported, &mut found);
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

/// Every public name of the crate.
fn api(root: &Path) -> BTreeSet<String> {
    let exported = exports(root);
    let mut found = BTreeSet::new();
    let files = ["src", "src/client", "src/error", "src/function"]
        .map(|folder| fs::read_dir(root.join(folder)).expect("a folder of sources"));
    let files = files.into_iter().flatten().flatten().map(|entry| entry.path());
    for file in files {
        if file.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(file).expect("a source file can be read");
            read(&text, &exported, &mut found);
        }
    }
    found
}

/// The names that the crate and its module `task` export.
fn exports(root: &Path) -> BTreeSet<String> {
    let texts =
        ["src/lib.rs", TASK].map(|file| fs::read_to_string(root.join(file)).expect("a source file can be read"));
    let text = texts.join("\n");
    let mut names = BTreeSet::new();
    let definitions = text.lines().filter_map(|line| defined(line.strip_prefix("pub ")?));
    names.extend(definitions.filter(|(kind, _)| *kind != "mod").map(|(_, name)| name));
    for statement in text.split("pub use ").skip(1) {
        let statement = statement.split(';').next().unwrap_or_default();
        let list = statement.split_once('{').map_or_else(
            || statement.rsplit("::").next().unwrap_or_default(),
            |(_, list)| list.trim_end_matches('}'),
        );
        names.extend(
            list.split(',')
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty()),
        );
    }
    names
}

/// Adds the exported items of a source text, and their members.
fn read(text: &str, exported: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    let mut item = None;
    let mut is_trait = false;
    let mut is_enum = false;
    let mut variant = None;
    let mut hidden = false;
    for line in text.lines() {
        let depth = line.len() - line.trim_start().len();
        let words = line.trim_start();
        if words.starts_with("#[doc(hidden)]") {
            hidden = true;
            continue;
        }
        if words.is_empty() || words.starts_with("//") || words.starts_with("#[") {
            continue;
        }
        let is_hidden = std::mem::take(&mut hidden);
        match depth {
            0 if words == "}" => item = None,
            0 => {
                (item, is_trait, is_enum) = (None, false, false);
                if let Some(definition) = words.strip_prefix("pub ") {
                    let Some((kind, name)) = defined(definition) else {
                        continue;
                    };
                    if exported.contains(&name) && !is_hidden {
                        found.insert(format!("{kind} {name}"));
                        (is_trait, is_enum) = (kind == "trait", kind == "enum");
                        item = Some(name);
                    }
                } else if let Some(name) = implemented(words) {
                    item = exported.contains(&name).then_some(name);
                }
            }
            4 => {
                let Some(item) = &item else { continue };
                variant = None;
                if let Some(member) = member(words, is_trait, is_enum).filter(|_| !is_hidden) {
                    if is_enum {
                        variant = Some(member.clone());
                    }
                    found.insert(format!("{item}{member}"));
                }
            }
            8 => {
                if let (Some(item), Some(variant)) = (&item, &variant)
                    && let Some((field, _)) = words.split_once(':')
                {
                    found.insert(format!("{item}{variant}.{field}"));
                }
            }
            _ => {}
        }
    }
}

/// The kind and name of a definition after `pub`.
fn defined(words: &str) -> Option<(&'static str, String)> {
    let words = words.strip_prefix("async ").unwrap_or(words);
    ["struct", "enum", "trait", "fn", "mod", "type", "macro"]
        .into_iter()
        .find_map(|kind| Some((kind, identifier(words.strip_prefix(kind)?.strip_prefix(' ')?))))
}

/// The type that an inherent `impl` is of.
fn implemented(words: &str) -> Option<String> {
    let mut rest = words.strip_prefix("impl")?;
    if rest.starts_with('<') {
        let mut depth = 0;
        let end = rest.char_indices().find(|(_, sign)| {
            depth += i32::from(*sign == '<') - i32::from(*sign == '>');
            depth == 0
        })?;
        rest = &rest[end.0 + 1..];
    }
    (!rest.contains(" for ")).then(|| identifier(rest.trim_start()))
}

/// The public member that a line inside of an item begins: `::function()`, `::Type`, `::Variant` or `.field`.
fn member(words: &str, is_trait: bool, is_enum: bool) -> Option<String> {
    if is_enum {
        return words
            .starts_with(char::is_uppercase)
            .then(|| format!("::{}", identifier(words)));
    }
    let words = words.strip_prefix("pub ").or(is_trait.then_some(words))?;
    let words = words.strip_prefix("const ").unwrap_or(words);
    let words = words.strip_prefix("async ").unwrap_or(words);
    if let Some(name) = words.strip_prefix("fn ") {
        return Some(format!("::{}()", identifier(name)));
    }
    if let Some(name) = words.strip_prefix("type ") {
        return Some(format!("::{}", identifier(name)));
    }
    words.split_once(':').map(|(field, _)| format!(".{field}"))
}

/// The name at the start of a text.
fn identifier(words: &str) -> String {
    words
        .chars()
        .take_while(|sign| sign.is_alphanumeric() || *sign == '_')
        .collect()
}
