//! `cargo xtask soak`: minutes of everything at once in Chromium, failures, cancels and deaths included; fails if memory grows.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::browsers::{self, Engine};
use crate::node;
use crate::process::{self, Show};
use crate::server::{self, Headers, Site};
use crate::site;
use crate::toolchain;

/// Beyond that nothing new shows.
const MOST_MINUTES: f64 = 120.0;

/// Builds the page, serves it, and has `tests/soak/run.js` drive it for so long.
pub(crate) fn run(minutes: f64) -> Result<()> {
    site::build_soak()?;
    let chromium = Engine::Chromium.set_up()?;
    node::set_up()?;
    let address = server::serve(Site {
        folder: site::folder()?,
        headers: Headers::Isolated,
    })?;
    let report = toolchain::target_folder()?.join("soak.json");
    let mut command = Command::new("node");
    command.arg("tests/soak/run.js");
    command
        .env("WEBFUTURES_SITE", address)
        .env("WEBFUTURES_CHROMIUM", chromium.program)
        .env("WEBFUTURES_CHROMIUM_FLAGS", browsers::chromium_flags()?.join(" "))
        .env("WEBFUTURES_SOAK_MINUTES", minutes.to_string())
        .env("WEBFUTURES_SOAK_REPORT", &report);
    process::run(&mut command, Show::Everything)?.must("keep its memory flat")?;
    println!("{}: every measurement", report.display());
    Ok(())
}

/// From the value of `--minutes`; ten if it is not given.
pub(crate) fn minutes(value: Option<&str>) -> Result<f64> {
    let minutes = value
        .unwrap_or("10")
        .parse::<f64>()
        .context("--minutes takes a number")?;
    if !(0.5..=MOST_MINUTES).contains(&minutes) {
        bail!("--minutes takes a number from 0.5 to {MOST_MINUTES}");
    }
    Ok(minutes)
}

#[test]
fn minutes_are_bounded() {
    assert_eq!(minutes(None).unwrap(), 10.0);
    assert_eq!(minutes(Some("2.5")).unwrap(), 2.5);
    for refused in ["0", "-1", "1e9", "NaN", "long"] {
        assert!(minutes(Some(refused)).is_err(), "{refused}");
    }
}
