//! The figures: what each part of a run measured, and the whole report, read and written as JSON.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::{growth, read, write};
use crate::process::{self, Show};

/// One figure of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) row: String,
    pub(crate) subject: String,
    pub(crate) engine: String,
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) unit: String,
    pub(crate) rounds: usize,
}

impl Entry {
    /// Whether a greater figure is a better one: all rates are named by their unit.
    pub(crate) fn more_is_better(&self) -> bool {
        self.unit.ends_with("/s") || self.unit == "×"
    }
}

/// Why a subject has no figure in a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Missing {
    pub(crate) row: String,
    pub(crate) subject: String,
    pub(crate) engine: String,
    pub(crate) reason: String,
}

/// What was measured by one program.
#[derive(Deserialize)]
pub(crate) struct Part {
    entries: Vec<Entry>,
    without: Vec<Missing>,
    /// What was measured, or by what: names with versions.
    version: Vec<String>,
}

impl Part {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        serde_json::from_str(&read(path)?).with_context(|| format!("{} is no part of a report", path.display()))
    }
}

/// All figures of a run: `report.json`, and under which conditions they came about: `conditions.json`.
pub(crate) struct Report {
    pub(crate) entries: Vec<Entry>,
    pub(crate) conditions: Conditions,
}

/// What a reader has to know beside the figures.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Conditions {
    pub(crate) date: String,
    pub(crate) machine: String,
    /// Load averages before and after, where the system tells them.
    pub(crate) load: Vec<String>,
    pub(crate) quick: bool,
    pub(crate) versions: Vec<String>,
    pub(crate) without: Vec<Missing>,
}

impl Report {
    pub(crate) fn begin(quick: bool) -> Result<Self> {
        let date = process::run(
            std::process::Command::new("date").args(["-u", "+%Y-%m-%d"]),
            Show::Nothing,
        )?;
        let conditions = Conditions {
            date: date.must("ask for the date")?.trim().to_string(),
            machine: machine(),
            load: load().into_iter().collect(),
            quick,
            versions: Vec::new(),
            without: Vec::new(),
        };
        Ok(Self {
            entries: Vec::new(),
            conditions,
        })
    }

    /// Adds what was measured, what follows from it, and the load at its end.
    pub(crate) fn add(&mut self, part: Part) {
        let speedups = speedups(&part.entries);
        self.entries.extend(part.entries);
        self.entries.extend(speedups);
        self.conditions.without.extend(part.without);
        self.conditions.versions.extend(part.version);
        self.conditions.load.truncate(1);
        self.conditions.load.extend(load());
    }

    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let entries = serde_json::from_str(&read(&folder.join("report.json"))?).context("report.json is no report")?;
        let conditions = serde_json::from_str(&read(&folder.join("conditions.json"))?);
        let conditions = conditions.context("conditions.json does not say what it should")?;
        Ok(Self { entries, conditions })
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let lines: Vec<String> = self
            .entries
            .iter()
            .map(serde_json::to_string)
            .collect::<Result<_, _>>()?;
        write(
            &folder.join("report.json"),
            &format!("[\n  {}\n]\n", lines.join(",\n  ")),
        )?;
        let conditions = serde_json::to_string_pretty(&self.conditions)?;
        write(&folder.join("conditions.json"), &(conditions + "\n"))
    }

    /// The engines that measured something, in their order.
    pub(crate) fn engines(&self) -> Vec<&str> {
        distinct(self.entries.iter().map(|entry| entry.engine.as_str()))
    }

    /// The rows of an engine, in their order, without those that a table of growth tells.
    pub(crate) fn rows(&self, engine: &str) -> Vec<&str> {
        let entries = self.entries.iter().filter(|entry| entry.engine == engine);
        let entries = entries.filter(|entry| !growth::is_told(&entry.row));
        distinct(entries.map(|entry| entry.row.as_str()))
    }

    /// The subjects of an engine, in their order.
    pub(crate) fn subjects(&self, engine: &str) -> Vec<&str> {
        let entries = self.entries.iter().filter(|entry| entry.engine == engine);
        distinct(entries.map(|entry| entry.subject.as_str()))
    }

    pub(crate) fn entry(&self, engine: &str, row: &str, subject: &str) -> Option<&Entry> {
        let is = |entry: &&Entry| (&*entry.engine, &*entry.row, &*entry.subject) == (engine, row, subject);
        self.entries.iter().find(is)
    }

    /// The figures of one row.
    pub(crate) fn of_row(&self, engine: &str, row: &str) -> Vec<&Entry> {
        let is = |entry: &&Entry| entry.engine == engine && entry.row == row;
        self.entries.iter().filter(is).collect()
    }
}

/// How much faster two workers are than one, where both were measured.
fn speedups(entries: &[Entry]) -> Vec<Entry> {
    let speedups = entries.iter().filter_map(|two| {
        let tasks = two.row.strip_suffix(", 2 workers")?;
        let same = |one: &&Entry| (&one.subject, &one.engine) == (&two.subject, &two.engine);
        let one = entries
            .iter()
            .filter(same)
            .find(|one| one.row == format!("{tasks}, 1 worker"))?;
        Some(Entry {
            row: format!("{tasks}: two workers ÷ one"),
            median: one.median / two.median,
            min: one.min / two.max,
            max: one.max / two.min,
            unit: "×".into(),
            rounds: one.rounds.min(two.rounds),
            ..two.clone()
        })
    });
    speedups.collect()
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

/// The processor and the number of its cores, as far as the system tells.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_string())
    });
    format!("{}, {cores} cores", processor.as_deref().unwrap_or("a processor"))
}

fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    Some(text.split(' ').next()?.to_string())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Conditions, Entry, Report};

    pub(crate) fn entry(row: &str, subject: &str, median: f64, unit: &str) -> Entry {
        Entry {
            row: row.into(),
            subject: subject.into(),
            engine: "chromium".into(),
            median,
            min: median * 0.5,
            max: median * 2.0,
            unit: unit.into(),
            rounds: 5,
        }
    }

    pub(crate) fn report(entries: Vec<Entry>) -> Report {
        let conditions = Conditions {
            date: "2026-01-31".into(),
            machine: "a processor, 2 cores".into(),
            load: vec!["0.10".into()],
            quick: false,
            versions: vec!["Chromium 1".into(), "comlink 4.4.2".into()],
            without: Vec::new(),
        };
        Report { entries, conditions }
    }

    #[test]
    fn a_speedup_follows_from_one_and_two_workers() {
        let mut report = report(Vec::new());
        report.add(super::Part {
            entries: vec![
                entry("spin, 2 workers", "a", 100.0, "ms"),
                entry("spin, 2 workers", "b", 100.0, "ms"),
                entry("spin, 1 worker", "a", 190.0, "ms"),
            ],
            without: Vec::new(),
            version: Vec::new(),
        });
        let speedup = report.entry("chromium", "spin: two workers ÷ one", "a").unwrap();
        assert_eq!((speedup.median, speedup.min, speedup.max), (1.9, 0.475, 7.6));
        assert!(speedup.more_is_better());
        assert_eq!(report.rows("chromium").len(), 3);
        assert!(report.entry("chromium", "spin: two workers ÷ one", "b").is_none());
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let folder = std::env::temp_dir().join(format!("webfutures-report-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let written = report(vec![entry("row", "a", 1.5, "ms"), entry("row", "b", 1e6, "tasks/s")]);
        written.write(&folder).unwrap();
        let read = Report::read(&folder).unwrap();
        assert_eq!(read.entries, written.entries);
        assert_eq!(read.conditions, written.conditions);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
