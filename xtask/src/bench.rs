//! `cargo xtask bench`: the library, its peers and raw `postMessage` side by side in Chromium and Firefox, the scheduler
//! alone, Dask itself, and what follows from all that for more workers than one machine has.

mod dask;
mod figures;
mod growth;
mod limits;
mod markdown;
mod plot;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::browsers::{self, Engine};
use crate::node;
use crate::process::{self, Show};
use crate::server::{self, Headers, Site};
use crate::site;
use crate::toolchain;

use figures::{Part, Report};

/// What can be measured, in the order in which it is.
const PARTS: [&str; 5] = ["native", "chromium", "firefox", "dask", "simulated"];

/// What is wanted of a run.
pub(crate) struct Choice {
    /// Fewer rounds, without the longest rows: below three minutes once everything is built.
    pub(crate) quick: bool,
    parts: Vec<String>,
    /// A regular expression that the names of rows match.
    rows: Option<String>,
}

impl Choice {
    /// From the values of `--engine` and `--rows`; everything when they are not given.
    pub(crate) fn parse(quick: bool, engine: Option<&str>, rows: Option<String>) -> Result<Self> {
        let parts: Vec<String> = engine.map_or_else(
            || PARTS.map(str::to_string).to_vec(),
            |list| list.split(',').map(|part| part.trim().to_string()).collect(),
        );
        if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
            bail!("there is nothing {unknown:?} to measure, only {}", PARTS.join(", "));
        }
        Ok(Self { quick, parts, rows })
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.iter().any(|wanted| wanted == part)
    }
}

/// Builds, measures and prints; writes `bench/report.json`, `.md` and `.svg` in the target folder.
pub(crate) fn run(choice: &Choice) -> Result<()> {
    let folder = toolchain::target_folder()?.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut report = Report::begin(choice.quick)?;
    if choice.wants("native") {
        report.add(scheduler(choice.quick, &folder)?);
        keep(&report, &folder)?;
    }
    if choice.wants("chromium") || choice.wants("firefox") {
        in_browsers(choice, &folder, &mut report)?;
    }
    if choice.wants("dask") {
        println!("\n── Dask");
        if choice.quick {
            println!("left out of a quick run: its rows take minutes");
        } else if let Err(reason) = dask::measure(&folder.join("dask.json"), choice.rows.as_deref()) {
            println!("skipped: {reason:#}");
        } else {
            report.add(Part::read(&folder.join("dask.json"))?);
            keep(&report, &folder)?;
        }
    }
    if choice.wants("simulated") {
        println!("\n── simulated");
        write(&folder.join("limits.md"), &limits::simulate(&report, choice.quick)?)?;
    }
    if !report.entries.is_empty() {
        println!("\n{0}/report.json, {0}/report.md, {0}/report.svg", folder.display());
    }
    Ok(())
}

/// Writes what has been measured so far: a run takes long, and what ends it need not take that away.
fn keep(report: &Report, folder: &Path) -> Result<()> {
    report.write(folder)?;
    write(&folder.join("report.md"), &markdown::report(report))?;
    write(&folder.join("report.svg"), &plot::plot(report))
}

/// Takes the latest report into the repository, and writes the README's table from it.
pub(crate) fn publish() -> Result<()> {
    let report = Report::read(&toolchain::target_folder()?.join("bench"))
        .context("there is no report: run `cargo xtask bench` first")?;
    let kept = crate::root().join("benches");
    report.write(&kept)?;
    write(&kept.join("report.svg"), &plot::plot(&report))?;
    let path = crate::root().join("README.md");
    let text = read(&path)?;
    write(&path, &markdown::with_table(&text, &report)?)?;
    println!("README.md and benches/ say what the latest report says");
    Ok(())
}

/// The scheduler alone: `benches/scheduler`.
fn scheduler(quick: bool, folder: &Path) -> Result<Part> {
    println!("\n── scheduler, native");
    let part = folder.join("native.json");
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--release", "--package", "webfutures-bench", "--", "table"]);
    if quick {
        cargo.arg("--quick");
    }
    process::run(cargo.arg(&part), Show::Everything)?.must("run the native bench")?;
    Part::read(&part)
}

fn in_browsers(choice: &Choice, folder: &Path, report: &mut Report) -> Result<()> {
    node::set_up()?;
    node::set_up_benches()?;
    site::build_demo()?;
    let bench = site::build_bench()?;
    let sizes = folder.join("files.json");
    let mut bundle = Command::new("node");
    bundle.arg("benches/bundle.js").args([&bench, &sizes]);
    process::run(&mut bundle, Show::Everything)?.must("bundle the peers")?;
    report.add(Part::read(&sizes)?);

    let serve = |headers| {
        let folder = site::folder()?;
        server::serve(Site { folder, headers })
    };
    let (isolated, plain) = (serve(Headers::Isolated)?, serve(Headers::Plain)?);
    for engine in [Engine::Chromium, Engine::Firefox] {
        if !choice.wants(engine.name()) {
            continue;
        }
        println!("\n── {}", engine.name());
        let browser = engine.set_up()?;
        let part = folder.join(format!("{}.json", engine.name()));
        let mut script = Command::new("node");
        script.args(["benches/run.js", engine.name()]).arg(&part);
        if choice.quick {
            script.arg("--quick");
        }
        script
            .env("WEBFUTURES_SITE", &isolated)
            .env("WEBFUTURES_SITE_PLAIN", &plain)
            .env("WEBFUTURES_BENCH_ROWS", choice.rows.as_deref().unwrap_or_default());
        match engine {
            Engine::Chromium => {
                script
                    .env("WEBFUTURES_CHROMIUM", browser.program)
                    .env("WEBFUTURES_CHROMIUM_FLAGS", browsers::chromium_flags()?.join(" "));
            }
            _ => {
                script
                    .env("WEBFUTURES_FIREFOX", browser.program)
                    .env("WEBFUTURES_GECKODRIVER", browser.driver);
            }
        }
        process::run(&mut script, Show::Everything)?.must(&format!("run the benches in {}", engine.name()))?;
        report.add(Part::read(&part)?);
        keep(report, folder)?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[test]
fn what_is_measured_is_chosen_or_refused() {
    let all = Choice::parse(false, None, None).unwrap();
    assert!(PARTS.iter().all(|part| all.wants(part)));
    let some = Choice::parse(true, Some("dask, firefox"), None).unwrap();
    assert!(some.wants("dask") && some.wants("firefox") && !some.wants("chromium"));
    assert!(Choice::parse(false, Some("safari"), None).is_err());
}

#[test]
fn the_table_of_the_readme_is_what_the_kept_report_gives() {
    let report = Report::read(&crate::root().join("benches")).unwrap();
    let readme = read(&crate::root().join("README.md")).unwrap();
    let again = markdown::with_table(&readme, &report).unwrap();
    assert!(readme == again, "after a measurement: `cargo xtask bench --readme`");
    let plot = read(&crate::root().join("benches/report.svg")).unwrap();
    assert!(plot == plot::plot(&report), "benches/report.svg is of another report");
}
