//! Node and the development tools that package.json lists.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, Show};
use crate::root;

/// The oldest Node that the tools run on.
const OLDEST: u32 = 20;

/// Makes sure that Node is there and `node_modules` is what package-lock.json says.
pub(crate) fn set_up() -> Result<()> {
    check_version()?;
    install(&root())
}

/// The same for the packages that the benches compare with and bundle by.
pub(crate) fn set_up_benches() -> Result<()> {
    install(&root().join("benches"))
}

fn install(folder: &Path) -> Result<()> {
    let lock = fs::read_to_string(folder.join("package-lock.json"))
        .with_context(|| format!("package-lock.json is part of {}", folder.display()))?;
    let stamp = folder.join("node_modules/.webfutures-installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("npm ci in {}", folder.display());
    let mut install = Command::new("npm");
    install
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder);
    process::run(&mut install, Show::Nothing)?
        .must("install the packages of package.json")
        .context("set-up needs the npm registry; when it is in reach, run again, or by hand: npm ci")?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Runs a script of package.json.
pub(crate) fn script(name: &str) -> Result<()> {
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", name]);
    process::run(&mut npm, Show::Everything)?.must(&format!("pass `npm run {name}`"))?;
    Ok(())
}

fn check_version() -> Result<()> {
    let help = format!("install Node {OLDEST} or later with npm (https://nodejs.org/download) and run again");
    if process::find("node").is_none() || process::find("npm").is_none() {
        bail!("node and npm are not on PATH: {help}");
    }
    let said = process::run(Command::new("node").arg("--version"), Show::Nothing)?.must("ask node for its version")?;
    let major = said
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST => Ok(()),
        _ => bail!("node is {}: {help}", said.trim()),
    }
}
