//! Set-up, build, test and bench of webfutures: `cargo xtask demo | test | soak | bench | package | wire`.

mod bench;
mod browsers;
mod counts;
mod demo;
mod guard;
mod node;
mod process;
mod report;
mod server;
mod site;
mod soak;
mod test;
mod toolchain;
mod webtests;

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use process::Show;

const USAGE: &str = "\
cargo xtask demo [--port N] [--no-isolation]   build the demo and serve it on 127.0.0.1
cargo xtask test [--only KINDS] [--engine E] [--filter NAME]
                 run every check and test; sets up what they need
                 KINDS: lint, native, web, pages (comma between them); E: chromium, firefox, webkit; NAME: a part of the
                 names of the web tests that are wanted
cargo xtask soak [--minutes N]                 everything at once in Chromium for so long (10), deaths included: fails if memory grows
cargo xtask bench [--quick] [--engine E] [--rows R]
                 measure beside the peers and raw postMessage; E: native, chromium, firefox, dask, simulated (comma
                 between them); R: a regular expression of the rows' names
cargo xtask bench --readme                     take the latest report into benches/ and the README
cargo xtask bench --guard                      keep what the scheduler costs now as what it may cost (benches/guard.json)
cargo xtask package                            build the JavaScript library into pkg/
cargo xtask wire                               write src/wire.js anew from src/wire.rs";

fn main() -> ExitCode {
    process::end_children_on_interrupt();
    match command(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(arguments: &[String]) -> Result<ExitCode> {
    let (name, rest) = arguments
        .split_first()
        .with_context(|| format!("which command?\n\n{USAGE}"))?;
    let mut options = Options { rest: rest.to_vec() };
    match name.as_str() {
        "demo" => {
            let port = options
                .value("--port")?
                .map(|port| port.parse().context("--port takes a number"))
                .transpose()?;
            let isolated = !options.flag("--no-isolation");
            options.end()?;
            demo::run(port, isolated)?;
            Ok(ExitCode::SUCCESS)
        }
        "test" => {
            let only = options.value("--only")?;
            let engine = options.value("--engine")?;
            let filter = options.value("--filter")?;
            options.end()?;
            test::run(&test::Selection::parse(only.as_deref(), engine.as_deref())?.filtered(filter))
        }
        "soak" => {
            let minutes = soak::minutes(options.value("--minutes")?.as_deref())?;
            options.end()?;
            soak::run(minutes)?;
            Ok(ExitCode::SUCCESS)
        }
        "bench" => {
            if options.flag("--readme") {
                options.end()?;
                bench::publish()?;
                return Ok(ExitCode::SUCCESS);
            }
            if options.flag("--guard") {
                options.end()?;
                guard::renew()?;
                return Ok(ExitCode::SUCCESS);
            }
            let quick = options.flag("--quick");
            let (engine, rows) = (options.value("--engine")?, options.value("--rows")?);
            options.end()?;
            bench::run(&bench::Choice::parse(quick, engine.as_deref(), rows)?)?;
            Ok(ExitCode::SUCCESS)
        }
        "package" => {
            options.end()?;
            let package = site::build_package()?;
            println!("{}: import it as ./pkg/webfutures.js", package.display());
            Ok(ExitCode::SUCCESS)
        }
        "wire" => {
            options.end()?;
            wire()?;
            Ok(ExitCode::SUCCESS)
        }
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no command {other}\n\n{USAGE}"),
    }
}

/// The test that compares `src/wire.js` with what `src/wire.rs` generates also writes it.
fn wire() -> Result<()> {
    let mut test = Command::new("cargo");
    test.args([
        "test",
        "--quiet",
        "--test",
        "native",
        "wire_js_is_what_wire_rs_generates",
    ]);
    test.env("WEBFUTURES_WRITE_WIRE", "1");
    process::run(&mut test, Show::Nothing)?.must("generate src/wire.js")?;
    println!("src/wire.js says what src/wire.rs says");
    Ok(())
}

/// The repository.
fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().expect("xtask lies in the repository").to_path_buf()
}

/// What was written after the command's name.
struct Options {
    rest: Vec<String>,
}

impl Options {
    fn flag(&mut self, name: &str) -> bool {
        let before = self.rest.len();
        self.rest.retain(|argument| argument != name);
        self.rest.len() < before
    }

    /// The value of `--name value` or `--name=value`.
    fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self
            .rest
            .iter()
            .position(|argument| argument.split('=').next() == Some(name))
        else {
            return Ok(None);
        };
        let argument = self.rest.remove(at);
        if let Some((_, value)) = argument.split_once('=') {
            return Ok(Some(value.to_string()));
        }
        if at >= self.rest.len() {
            bail!("{name} needs a value\n\n{USAGE}");
        }
        Ok(Some(self.rest.remove(at)))
    }

    fn end(self) -> Result<()> {
        match self.rest.first() {
            None => Ok(()),
            Some(argument) => bail!("{argument} means nothing here\n\n{USAGE}"),
        }
    }
}

#[test]
fn options_are_taken_in_both_forms() {
    let options = |text: &str| Options {
        rest: text.split(' ').map(str::to_string).collect(),
    };
    assert_eq!(options("--a --port 80").value("--port").unwrap().as_deref(), Some("80"));
    assert_eq!(options("--port=80").value("--port").unwrap().as_deref(), Some("80"));
    assert_eq!(options("--a").value("--port").unwrap(), None);
    assert!(options("--port").value("--port").is_err());
    let mut left = options("--quick --slow");
    assert!(left.flag("--quick") && !left.flag("--quick"));
    assert!(left.end().unwrap_err().to_string().starts_with("--slow"));
}
