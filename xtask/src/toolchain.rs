//! What turns Rust into a package for browsers: the wasm32 target, wasm-bindgen, wasm-pack, and the driver of Firefox.
//!
//! Programs are compiled once by `cargo install` into a folder that all clones of the project share
//! (`$WEBFUTURES_TOOLS`, or `~/.cache/webfutures/tools`), each under its name and version.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, Show};
use crate::root;

/// The target that browsers run.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// A program from crates.io.
pub(crate) struct Tool {
    name: &'static str,
    version: String,
    /// Whether it is built with the versions it was published with.
    locked: bool,
}

impl Tool {
    /// wasm-bindgen's programs, which must have the version of the library in Cargo.lock.
    pub(crate) fn wasm_bindgen() -> Result<Self> {
        let lock = fs::read_to_string(root().join("Cargo.lock")).context("Cargo.lock is part of the repository")?;
        let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock does not name wasm-bindgen")?;
        // Its own lock file may name what a registry's mirror does not have yet.
        Ok(Self {
            name: "wasm-bindgen-cli",
            version,
            locked: false,
        })
    }

    pub(crate) fn wasm_pack() -> Self {
        Self {
            name: "wasm-pack",
            version: "0.15.1".into(),
            locked: true,
        }
    }

    pub(crate) fn geckodriver() -> Self {
        Self {
            name: "geckodriver",
            version: "0.37.1".into(),
            locked: true,
        }
    }

    /// The folder of its programs; compiles them if they are not there.
    pub(crate) fn set_up(&self) -> Result<PathBuf> {
        let folder = tools()?.join(format!("{}-{}", self.name, self.version));
        // Cargo writes this list last, so an interrupted installation is not taken for a whole one.
        let installed = fs::read_to_string(folder.join(".crates.toml")).unwrap_or_default();
        if installed.contains(&format!("\"{} {} ", self.name, self.version)) {
            return Ok(folder.join("bin"));
        }
        let what = format!("set up {} {}", self.name, self.version);
        println!("{what} in {} (once, some minutes)", folder.display());
        let mut install = Command::new("cargo");
        install
            .args(["install", self.name, "--version", &self.version, "--root"])
            .arg(&folder);
        if self.locked {
            install.arg("--locked");
        }
        // Out of the repository, whose settings are not for it.
        install
            .current_dir(env::temp_dir())
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("RUSTFLAGS");
        process::run(&mut install, Show::Everything)?
            .must(&what)
            .with_context(|| {
                format!(
                    "set-up needs crates.io and a C compiler (Debian: apt-get install build-essential); when they are \
                 there, run again, or by hand: cargo install {} --version {}{} --root {}",
                    self.name,
                    self.version,
                    if self.locked { " --locked" } else { "" },
                    folder.display()
                )
            })?;
        Ok(folder.join("bin"))
    }
}

/// Makes sure that the standard library for browsers is there.
pub(crate) fn set_up_target() -> Result<()> {
    let mut ask = Command::new("rustc");
    ask.args(["--print", "target-libdir", "--target", WASM]);
    let library = process::run(&mut ask, Show::Nothing)?.must("ask rustc for its libraries")?;
    let there = fs::read_dir(library.trim()).is_ok_and(|mut files| files.next().is_some());
    if there {
        return Ok(());
    }
    if process::find("rustup").is_none() {
        bail!(
            "this Rust has no {WASM} target and did not come from rustup: install rustup (https://rustup.rs), or your \
               system's package of the target"
        );
    }
    println!("adding the target {WASM}");
    process::run(Command::new("rustup").args(["target", "add", WASM]), Show::Everything)?
        .must(&format!("add the target {WASM}"))
        .context("set-up needs rustup's downloads; when they are in reach, run again")?;
    Ok(())
}

/// Cargo's folder for what it builds.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let mut ask = Command::new("cargo");
    ask.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let metadata = process::run(&mut ask, Show::Nothing)?.must("read the workspace")?;
    let key = "\"target_directory\":\"";
    let from = metadata.find(key).context("cargo metadata names no target directory")? + key.len();
    let path = metadata[from..].split('"').next().unwrap_or_default();
    Ok(PathBuf::from(path.replace("\\\\", "\\")))
}

/// The PATH with further folders in front.
pub(crate) fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&old));
    env::join_paths(all).context("a folder's name cannot stand in PATH")
}

/// Where programs and environments of the tools lie.
pub(crate) fn tools() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("WEBFUTURES_TOOLS") {
        return Ok(folder.into());
    }
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|cache| cache.is_absolute());
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = cache
        .or_else(home)
        .context("neither WEBFUTURES_TOOLS nor HOME is set: where shall tools go?")?;
    Ok(cache.join("webfutures/tools"))
}

/// The version of a package in the text of a Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{package}\""))?;
    Some(
        lines
            .next()?
            .strip_prefix("version = \"")?
            .trim_end_matches('"')
            .to_string(),
    )
}

#[test]
fn versions_are_read_from_the_lock() {
    let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\n\
        version = \"0.2.7\"\nsource = \"x\"\n";
    assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.7"));
    assert_eq!(locked_version(lock, "wasm"), None);
    assert!(Tool::wasm_bindgen().unwrap().version.starts_with("0.2."));
}
