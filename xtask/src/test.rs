//! `cargo xtask test`: every check and test, in order, with the set-up that each needs.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::browsers::{self, ENGINES, Engine};
use crate::counts::{self, Counts};
use crate::guard;
use crate::node;
use crate::process::{self, Show};
use crate::report::Report;
use crate::server::{self, Headers, Site};
use crate::site;
use crate::toolchain::{self, WASM};
use crate::webtests::WebTests;

const KINDS: [&str; 4] = ["lint", "native", "web", "pages"];

/// Which steps are wanted.
pub(crate) struct Selection {
    kinds: Vec<String>,
    engines: Vec<Engine>,
    /// A part of the names of the web tests that are wanted.
    filter: Option<String>,
}

impl Selection {
    /// From the values of `--only` and `--engine`; everything when they are not given.
    pub(crate) fn parse(only: Option<&str>, engine: Option<&str>) -> Result<Self> {
        let list = |text: &str| -> Vec<String> { text.split(',').map(|part| part.trim().to_string()).collect() };
        let kinds = only.map_or_else(|| KINDS.map(str::to_string).to_vec(), list);
        if let Some(unknown) = kinds.iter().find(|kind| !KINDS.contains(&kind.as_str())) {
            bail!("there is no kind of tests {unknown:?}, only {}", KINDS.join(", "));
        }
        let mut engines = Vec::new();
        for name in engine.map_or_else(|| ENGINES.map(|(_, name)| name.to_string()).to_vec(), list) {
            match ENGINES.iter().find(|(_, known)| *known == name) {
                Some((engine, _)) => engines.push(*engine),
                None => bail!(
                    "there is no engine {name:?}, only {}",
                    ENGINES.map(|(_, name)| name).join(", ")
                ),
            }
        }
        Ok(Self {
            kinds,
            engines,
            filter: None,
        })
    }

    /// The same with only some of the web tests.
    pub(crate) fn filtered(self, filter: Option<String>) -> Self {
        Self { filter, ..self }
    }

    fn wants(&self, kind: &str) -> bool {
        self.kinds.iter().any(|wanted| wanted == kind)
    }
}

/// Runs the selected steps; a failed one does not stop the others.
pub(crate) fn run(selection: &Selection) -> Result<ExitCode> {
    let mut report = Report::default();
    if selection.wants("lint") {
        lint(&mut report);
    }
    if selection.wants("native") {
        report.step("native tests", native_tests);
        let cost = if guard::counts_instructions() {
            "cost of the scheduler"
        } else {
            "cost of the scheduler: bytes; without valgrind, instructions are left out"
        };
        report.step(cost, |_| guard::check());
    }
    if selection.wants("web") {
        web_tests(&mut report, selection);
    }
    if selection.wants("pages") {
        pages(&mut report);
    }
    Ok(if report.close() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn lint(report: &mut Report) {
    let clippy = |arguments: &[&str]| {
        let arguments = [&["clippy"], arguments, &["--", "--deny", "warnings"]].concat();
        cargo(&arguments, "pass clippy")
    };
    report.step("format", |_| {
        cargo(
            &["fmt", "--all", "--check"],
            "find the code formatted (`cargo fmt --all` formats it)",
        )
    });
    report.step("clippy, native", |_| clippy(&["--workspace", "--all-targets"]));
    if report.step("wasm32 target", |_| toolchain::set_up_target()).is_some() {
        // Both over the same packages: another choice of packages would build the dependencies with other features.
        let wasm = ["--workspace", "--exclude", "xtask", "--all-targets", "--target", WASM];
        report.step("clippy, wasm32", |_| clippy(&wasm));
        report.step("clippy, wasm32, JavaScript API", |_| {
            clippy(&[&wasm[..], &["--features", "webfutures/javascript"]].concat())
        });
    } else {
        report.skip("clippy, wasm32", "the wasm32 target is missing");
    }
    if report.step("npm packages", |_| node::set_up()).is_some() {
        report.step("types", |_| node::script("types"));
        report.step("JavaScript linter", |_| node::script("lint"));
    } else {
        report.skip("types and JavaScript linter", "the npm packages are missing");
    }
}

fn native_tests(counts: &mut Counts) -> Result<()> {
    // With the feature, the simulation is also tried on a scheduler that breaks its rules one by one.
    let features = ["--features", "webfutures/mutations"];
    let ended = process::run(
        Command::new("cargo")
            .args(["test", "--workspace", "--no-fail-fast"])
            .args(features),
        Show::Everything,
    )?;
    *counts = counts::of_cargo(&ended.output);
    if ended.ok && counts.passed == 0 {
        bail!("no native test ran");
    }
    ended.must("pass the native tests")?;
    Ok(())
}

/// The same tests in every engine, and once more in Chromium on a page that is not isolated.
fn web_tests(report: &mut Report, selection: &Selection) {
    let Some(tests) = report.step("wasm-pack and wasm-bindgen", |_| WebTests::set_up()) else {
        report.skip("web tests", "wasm-pack or wasm-bindgen is missing");
        return;
    };
    let mut ran = Vec::new();
    for engine in &selection.engines {
        let name = engine.name();
        let Some(browser) = report.step(&format!("browser: {name}"), |_| engine.set_up()) else {
            report.skip(&format!("web tests, {name}"), "the browser is missing");
            continue;
        };
        let mut run = |report: &mut Report, name: String, isolated| {
            report.step(&name, |counts| {
                let result = tests.run(&browser, isolated, selection.filter.as_deref(), counts);
                ran.push((name.clone(), counts.passed + counts.failed));
                result
            });
        };
        run(report, format!("web tests, {name}"), true);
        if *engine == Engine::Chromium {
            run(report, format!("web tests, {name}, not isolated"), false);
        }
    }
    report.step("the same tests in every engine", |_| same_number(&ran));
}

fn same_number(ran: &[(String, usize)]) -> Result<()> {
    let numbers: Vec<String> = ran.iter().map(|(name, number)| format!("{name}: {number}")).collect();
    println!("{}", numbers.join("\n"));
    match ran.first() {
        None => bail!("no engine ran"),
        Some((_, first)) if ran.iter().any(|(_, number)| number != first) => bail!("{}", numbers.join("; ")),
        Some(_) => Ok(()),
    }
}

/// Playwright on the built demo, and on the package in pages of its own.
fn pages(report: &mut Report) {
    let demo = report.step("build the demo", |_| site::build_demo());
    let app = report.step("build the application of the page tests", |_| site::build_app());
    let package = report.step("build the package", |_| site::build_packaged());
    let chromium = report.step("browser for pages: chromium", |_| Engine::Chromium.set_up());
    let packages = report.step("npm packages for pages", |_| node::set_up());
    let (Some(_), Some(_), Some(_), Some(chromium), Some(())) = (demo, app, package, chromium, packages) else {
        report.skip("page tests", "what they need is missing");
        return;
    };
    report.step("page tests", |counts| {
        let folder = site::folder()?;
        let serve = |headers| {
            server::serve(Site {
                folder: folder.clone(),
                headers,
            })
        };
        let mut node = Command::new("node");
        node.args([
            "--test",
            "--test-reporter=spec",
            "--test-concurrency=1",
            "--test-timeout=180000",
            "tests/pages/",
        ]);
        node.env("WEBFUTURES_SITE", serve(Headers::Isolated)?);
        node.env("WEBFUTURES_SITE_PLAIN", serve(Headers::Plain)?);
        node.env("WEBFUTURES_SITE_STRICT", serve(Headers::Strict)?);
        node.env("WEBFUTURES_SITE_FOLDER", &folder)
            .env("WEBFUTURES_CHROMIUM", chromium.program);
        node.env("WEBFUTURES_CHROMIUM_FLAGS", browsers::chromium_flags()?.join(" "));
        let ended = process::run(&mut node, Show::Everything)?;
        *counts = counts::of_node(&ended.output);
        if ended.ok && counts.passed == 0 {
            bail!("no page test ran");
        }
        ended.must("pass the page tests")?;
        Ok(())
    });
}

fn cargo(arguments: &[&str], what: &str) -> Result<()> {
    process::run(Command::new("cargo").args(arguments), Show::Everything)?.must(what)?;
    Ok(())
}

#[test]
fn selections_are_understood_or_refused() {
    let all = Selection::parse(None, None).unwrap();
    assert!(KINDS.iter().all(|kind| all.wants(kind)) && all.engines.len() == 3);
    let some = Selection::parse(Some("web,native"), Some("webkit")).unwrap();
    assert!(some.wants("web") && !some.wants("pages") && some.engines == [Engine::WebKit]);
    assert!(Selection::parse(Some("nativ"), None).is_err());
    assert!(Selection::parse(None, Some("edge")).is_err());
}

#[test]
fn engines_that_ran_other_tests_are_told() {
    let ran = |numbers: &[usize]| -> Vec<(String, usize)> {
        numbers
            .iter()
            .enumerate()
            .map(|(index, number)| (format!("engine {index}"), *number))
            .collect()
    };
    assert!(same_number(&ran(&[5, 5, 5])).is_ok());
    assert!(
        same_number(&ran(&[5, 5, 4]))
            .unwrap_err()
            .to_string()
            .contains("engine 2: 4")
    );
    assert!(same_number(&[]).is_err());
}
