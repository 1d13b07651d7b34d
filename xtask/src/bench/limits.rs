//! Where the limits are: the scheduler with more workers than this machine has, in virtual time. What a page, a message and
//! a transfer cost is taken from the figures of this run, or else from the latest, or else from those in `benches/`.

use std::process::Command;

use anyhow::{Context, Result};

use super::figures::Report;
use crate::process::{self, Show};
use crate::root;
use crate::toolchain;

/// The engine whose figures are taken.
const ENGINE: &str = "chromium";
const MAP: &str = "no-op map, 10 k";
const ONE: &str = "submit → result, mean";
const ACROSS: &str = "8 MB from worker to worker";

/// The tables as Markdown, which are also shown.
pub(super) fn simulate(measured: &Report, quick: bool) -> Result<String> {
    let latest = Report::read(&toolchain::target_folder()?.join("bench")).ok();
    let kept = Report::read(&root().join("benches"))?;
    let reports: Vec<&Report> = [Some(measured), latest.as_ref(), Some(&kept)]
        .into_iter()
        .flatten()
        .collect();
    let costs = reports.iter().find_map(|report| costs(report));
    let costs = costs.context("no report has all rows that a simulation needs: run the benches in Chromium first")?;
    let mut cargo = Command::new("cargo");
    cargo.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "webfutures-bench",
        "--",
        "scale",
    ]);
    if quick {
        cargo.arg("--quick");
    }
    cargo.args(costs.map(|cost| cost.to_string()));
    process::run(&mut cargo, Show::Everything)?.must("simulate")
}

/// Microseconds of the page for a task, for a message and its answer, and of one way; bytes a millisecond between workers.
fn costs(report: &Report) -> Option<[f64; 4]> {
    let median = |row, subject| Some(report.entry(ENGINE, row, subject)?.median);
    Some([
        // The page is busy all the time; in what it does for a task is its share of the few messages.
        1e6 / median(MAP, "webfutures-isolated")?,
        // By hand, with a message and an answer for each task: that is all the page does.
        1e6 / median(MAP, "raw")?,
        median(ONE, "raw")? / 2.0,
        f64::from(8 << 20) / median(ACROSS, "webfutures-isolated")?,
    ])
}

#[test]
fn costs_follow_from_four_rows() {
    use super::figures::tests::{entry, report};
    let mut entries = vec![
        entry(MAP, "webfutures-isolated", 400_000.0, "tasks/s"),
        entry(MAP, "raw", 50_000.0, "tasks/s"),
        entry(ONE, "raw", 60.0, "µs"),
        entry(ACROSS, "webfutures-isolated", 8.0, "ms"),
    ];
    assert_eq!(costs(&report(entries.clone())), Some([2.5, 20.0, 30.0, 1_048_576.0]));
    entries.pop();
    assert_eq!(costs(&report(entries)), None);
}
