//! The guard of the scheduler's cost: instructions a transition, as callgrind counts them, and bytes a task, as the
//! allocator does. Both are the same in every run of one build, however busy the machine is.
//!
//! What is kept is `benches/guard.json`. Whoever makes the scheduler cheaper, or dearer for a reason, writes it anew with
//! `cargo xtask bench --guard` and says why in the commit.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::process::{self, Show};
use crate::root;
use crate::toolchain;

/// Tasks of a graph whose instructions are counted: callgrind makes a program fifty times slower.
const COUNTED: usize = 20_000;
/// Tasks of a graph whose bytes are: fewer, and the scheduler's log, which has a fixed size, is what one sees.
const STORED: usize = 100_000;
/// How much more than what is kept is let pass. Other compilers and processors give somewhat other instructions.
const MORE_INSTRUCTIONS: f64 = 1.10;
const MORE_BYTES: f64 = 1.05;
/// Bytes that a task may take, whatever is kept.
const BUDGET: f64 = 300.0;

/// What the scheduler costs, by the shape of the graph.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// The compiler that made what was counted.
    rustc: String,
    shapes: BTreeMap<String, Cost>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Cost {
    /// A transition; none where there is no valgrind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instructions: Option<f64>,
    /// A task.
    bytes: f64,
}

/// What the program says of a shape.
#[derive(Deserialize)]
struct Fact {
    transitions: f64,
    bytes: f64,
}

/// Whether instructions can be counted here.
pub(crate) fn counts_instructions() -> bool {
    process::find("valgrind").is_some()
}

/// Compares with what is kept.
pub(crate) fn check() -> Result<()> {
    let kept = read()?;
    let found = measure()?;
    let complaints = compare(&kept, &found);
    if !complaints.is_empty() {
        bail!(
            "{}\nIf that is the price of something wanted: `cargo xtask bench --guard` keeps the new figures (kept ones \
             are of rustc {}, these of {})",
            complaints.join("\n"),
            kept.rustc,
            found.rustc
        );
    }
    Ok(())
}

/// Keeps what is measured now.
pub(crate) fn renew() -> Result<()> {
    if !counts_instructions() {
        bail!("the instructions to keep are counted by valgrind, which is not on the PATH");
    }
    let text = serde_json::to_string_pretty(&measure()?)? + "\n";
    fs::write(path(), text).with_context(|| format!("cannot write {}", path().display()))?;
    println!("{} is what the scheduler costs now", path().display());
    Ok(())
}

fn path() -> PathBuf {
    root().join("benches/guard.json")
}

fn read() -> Result<Kept> {
    let text = fs::read_to_string(path()).with_context(|| format!("cannot read {}", path().display()))?;
    serde_json::from_str(&text).context("benches/guard.json says something else than costs of shapes")
}

fn measure() -> Result<Kept> {
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "--package", "webfutures-bench"]);
    process::run(&mut build, Show::Everything)?.must("build the scheduler's bench")?;
    let program = toolchain::target_folder()?.join("release/webfutures-bench");
    let mut ask = Command::new(&program);
    ask.args(["facts", &STORED.to_string()]);
    let facts = process::run(&mut ask, Show::Nothing)?.must("ask for transitions and bytes")?;
    let facts: BTreeMap<String, Fact> = serde_json::from_str(&facts).context("the bench does not say its facts")?;
    let mut shapes = BTreeMap::new();
    for (shape, Fact { transitions, bytes }) in facts {
        let instructions = if counts_instructions() {
            let per_task = instructions(&program, &shape)? / COUNTED as f64;
            Some(round(per_task / transitions))
        } else {
            None
        };
        shapes.insert(
            shape,
            Cost {
                instructions,
                bytes: round(bytes),
            },
        );
    }
    let rustc = process::run(Command::new("rustc").arg("--version"), Show::Nothing)?.must("ask for rustc's version")?;
    let rustc = rustc.split(' ').nth(1).unwrap_or_default().to_string();
    Ok(Kept { rustc, shapes })
}

/// Instructions inside of the scheduler's steps, in all.
fn instructions(program: &std::path::Path, shape: &str) -> Result<f64> {
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*drive::step*")
        .arg(program)
        .args(["round", shape, &COUNTED.to_string()]);
    let said = process::run(&mut valgrind, Show::Nothing)?.must("count instructions")?;
    let collected = said.split_once("Collected : ").and_then(|(_, rest)| {
        let digits = rest.lines().next()?;
        digits.trim().parse::<f64>().ok()
    });
    match collected {
        Some(count) if count > 0.0 => Ok(count),
        _ => bail!("callgrind saw no step of the scheduler:\n{said}"),
    }
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// What is too much, in words; what is compared is printed.
fn compare(kept: &Kept, found: &Kept) -> Vec<String> {
    let mut complaints = Vec::new();
    println!("{:20} {:>26} {:>26}", "", "instructions a transition", "bytes a task");
    for (shape, now) in &found.shapes {
        let Some(then) = kept.shapes.get(shape) else {
            complaints.push(format!("{shape}: nothing is kept of it"));
            continue;
        };
        let side = |now: f64, then: f64| format!("{now} ({:+.1} %)", (now / then - 1.0) * 100.0);
        let mut cell = "not counted".to_string();
        if let (Some(now), Some(then)) = (now.instructions, then.instructions) {
            cell = side(now, then);
            if now > then * MORE_INSTRUCTIONS {
                complaints.push(format!("{shape}: {now} instructions a transition, kept are {then}"));
            }
        }
        println!("{shape:20} {cell:>26} {:>26}", side(now.bytes, then.bytes));
        if now.bytes > then.bytes * MORE_BYTES {
            complaints.push(format!("{shape}: {} bytes a task, kept are {}", now.bytes, then.bytes));
        }
        if now.bytes >= BUDGET {
            complaints.push(format!("{shape}: {} bytes a task, the budget is {BUDGET}", now.bytes));
        }
    }
    for shape in kept.shapes.keys().filter(|shape| !found.shapes.contains_key(*shape)) {
        complaints.push(format!("{shape}: kept, and no shape any more"));
    }
    complaints
}

#[test]
fn what_costs_more_than_kept_is_told() {
    let cost = |instructions, bytes| {
        let cost = Cost { instructions, bytes };
        let shapes = BTreeMap::from([("chain".to_string(), cost)]);
        Kept {
            rustc: "1.0.0".into(),
            shapes,
        }
    };
    let kept = cost(Some(100.0), 200.0);
    assert!(compare(&kept, &cost(Some(109.0), 209.0)).is_empty());
    assert!(compare(&kept, &cost(None, 150.0)).is_empty());
    assert!(compare(&kept, &cost(Some(111.0), 200.0))[0].contains("111 instructions"));
    assert!(compare(&kept, &cost(Some(100.0), 211.0))[0].contains("211 bytes"));
    assert!(compare(&cost(None, 310.0), &cost(None, 301.0))[0].contains("budget"));
    let nothing = Kept {
        rustc: String::new(),
        shapes: BTreeMap::new(),
    };
    assert_eq!(compare(&nothing, &kept).len() + compare(&kept, &nothing).len(), 2);
}

#[test]
fn every_kept_figure_is_below_the_budget() {
    let kept = read().unwrap();
    assert!(
        kept.shapes
            .values()
            .all(|cost| cost.instructions.is_some() && cost.bytes < BUDGET)
    );
}
