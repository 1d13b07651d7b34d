//! `cargo xtask bench`: the figures of a run in Chromium, raw `postMessage` beside the library, and of the scheduler alone.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::browsers::{self, Engine};
use crate::node;
use crate::process::{self, Show};
use crate::server::{self, Headers, Site};
use crate::site;
use crate::toolchain;

/// Builds, measures and prints; writes `bench/report.json` in the target folder.
pub(crate) fn run(quick: bool) -> Result<()> {
    let chromium = Engine::Chromium.set_up()?;
    node::set_up()?;
    site::build_demo()?;
    site::build_bench()?;
    let native = toolchain::target_folder()?.join("bench/scheduler.txt");
    let folder = native.parent().context("the target folder is no root")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;

    println!("\n── scheduler, native");
    let mut cargo = Command::new("cargo");
    cargo.args(["bench", "--bench", "scheduler"]);
    let said = process::run(&mut cargo, Show::Everything)?.must("run the native bench")?;
    fs::write(&native, said).with_context(|| format!("cannot write {}", native.display()))?;

    println!("\n── Chromium");
    let address = server::serve(Site {
        folder: site::folder()?,
        headers: Headers::Isolated,
    })?;
    let mut script = Command::new("node");
    script
        .arg("benches/run.js")
        .env("WEBFUTURES_SITE", address)
        .env("WEBFUTURES_CHROMIUM", chromium.program);
    script.env("WEBFUTURES_CHROMIUM_FLAGS", browsers::chromium_flags()?.join(" "));
    script.env("WEBFUTURES_SCHEDULER", &native);
    script.env("WEBFUTURES_REPORT", folder.join("report.json"));
    if quick {
        script.arg("--quick");
    }
    process::run(&mut script, Show::Everything)?.must("run the benches in Chromium")?;
    println!("\n{}", folder.join("report.json").display());
    Ok(())
}
