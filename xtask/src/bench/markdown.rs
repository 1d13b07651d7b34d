//! The report as Markdown, and the README's table.

use anyhow::{Context, Result};

use super::figures::{Entry, Report};
use super::growth;

const BEGIN: &str = "<!-- figures: written by `cargo xtask bench --readme` -->";
const END: &str = "<!-- end of the figures -->";

/// `postMessage` by hand: limits, no competitors for the best figure of a row.
const LIMITS: &str = "raw";

/// The whole report.
pub(crate) fn report(report: &Report) -> String {
    let mut text = String::from("# Figures\n\n");
    text += &conditions(report);
    for engine in report.engines() {
        text += &format!("\n## {}\n\n", title(engine));
        text += &table(report, engine);
        text += &growth::tables(report, engine);
    }
    if !report.conditions.without.is_empty() {
        text += "\n## Left out\n\n| engine | row | subject | why |\n|---|---|---|---|\n";
        for missing in &report.conditions.without {
            let reason = missing.reason.replace('|', "\\|").replace('\n', " ");
            text += &format!(
                "| {} | {} | {} | {reason} |\n",
                missing.engine, missing.row, missing.subject
            );
        }
    }
    text += "\n## Spread\n\n| engine | row | subject | median | least | greatest | unit | rounds |\n";
    text += "|---|---|---|--:|--:|--:|---|--:|\n";
    for entry in &report.entries {
        text += &format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
            entry.engine,
            entry.row,
            entry.subject,
            figure(entry.median),
            figure(entry.min),
            figure(entry.max),
            entry.unit,
            entry.rounds
        );
    }
    text
}

/// A README with the tables of this report between its markers.
pub(crate) fn with_table(readme: &str, report: &Report) -> Result<String> {
    let marker = |marker| format!("README.md has no line {marker}");
    let (before, rest) = readme.split_once(BEGIN).with_context(|| marker(BEGIN))?;
    let (_, after) = rest.split_once(END).with_context(|| marker(END))?;
    let mut text = conditions(report);
    for engine in report.engines() {
        text += &format!("\n**{}**\n\n", title(engine));
        text += &table(report, engine);
        text += &growth::tables(report, engine);
    }
    Ok(format!("{before}{BEGIN}\n{text}{END}{after}"))
}

fn conditions(report: &Report) -> String {
    let conditions = &report.conditions;
    let quick = if conditions.quick { ", a quick run" } else { "" };
    let load = match &conditions.load[..] {
        [] => String::new(),
        load => format!(", load {}", load.join(" to ")),
    };
    format!(
        "Measured {} on {}{load}{quick}; 2 workers; medians of rounds in which the subjects take turns; the best in bold, \
         without raw `postMessage`, which is the limit. {}.\n",
        conditions.date,
        conditions.machine,
        conditions.versions.join(", ")
    )
}

fn title(engine: &str) -> &str {
    match engine {
        "chromium" => "Chromium",
        "firefox" => "Firefox",
        "dask" => "Dask itself, on this machine",
        "native" => "The scheduler alone, native",
        "files" => "Download",
        other => other,
    }
}

/// Rows by subjects.
fn table(report: &Report, engine: &str) -> String {
    let subjects = report.subjects(engine);
    let rows = report.rows(engine);
    if rows.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "| | {} |\n|---|{}\n",
        subjects.join(" | "),
        "--:|".repeat(subjects.len())
    );
    for row in rows {
        let entries = report.of_row(engine, row);
        let best = best(&entries);
        let cells = subjects.iter().map(|subject| match report.entry(engine, row, subject) {
            None => "–".to_string(),
            Some(entry) if best == Some(entry.median) && !subject.starts_with(LIMITS) => {
                format!("**{}**", figure(entry.median))
            }
            Some(entry) => figure(entry.median),
        });
        let cells: Vec<String> = cells.collect();
        text += &format!("| {row}, {} | {} |\n", entries[0].unit, cells.join(" | "));
    }
    text
}

/// The best figure among those that compete, if there are several.
fn best(entries: &[&Entry]) -> Option<f64> {
    let competing = entries.iter().filter(|entry| !entry.subject.starts_with(LIMITS));
    let medians: Vec<f64> = competing.map(|entry| entry.median).collect();
    if medians.len() < 2 {
        return None;
    }
    let choose = if entries[0].more_is_better() {
        f64::max
    } else {
        f64::min
    };
    medians.into_iter().reduce(choose)
}

/// Three digits that count, and a comma between thousands.
pub(super) fn figure(value: f64) -> String {
    if value.abs() < 100.0 {
        let decimals = match value.abs() {
            0.0 => 0,
            small if small < 1.0 => 3,
            small if small < 10.0 => 2,
            _ => 1,
        };
        return format!("{value:.decimals$}");
    }
    let step = 10_f64.powi(value.abs().log10().floor() as i32 - 2);
    let digits = format!("{:.0}", (value / step).round() * step);
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::figures::tests::{entry, report};
    use super::{BEGIN, END, figure, with_table};

    #[test]
    fn figures_have_three_digits() {
        let all = [0.0, 0.123, 1.239, 14.96, 100.0, 1_234.5, 999_900.0, 1_234_567.0];
        let texts = ["0", "0.123", "1.24", "15.0", "100", "1,230", "1,000,000", "1,230,000"];
        assert_eq!(all.map(figure), texts);
    }

    #[test]
    fn the_best_is_bold_and_a_peer_that_wins_stays() {
        let entries = vec![
            entry("rate", "webfutures", 10.0, "tasks/s"),
            entry("rate", "raw", 50.0, "tasks/s"),
            entry("rate", "comlink", 20.0, "tasks/s"),
            entry("time", "webfutures", 10.0, "ms"),
            entry("time", "comlink", 20.0, "ms"),
            entry("alone", "webfutures", 1.0, "ms"),
        ];
        let readme = with_table(&format!("a\n{BEGIN}\nstale\n{END}\nb\n"), &report(entries)).unwrap();
        assert!(readme.starts_with(&format!("a\n{BEGIN}\nMeasured")) && readme.ends_with(&format!("{END}\nb\n")));
        assert!(!readme.contains("stale"));
        for line in [
            "| | webfutures | raw | comlink |",
            "| rate, tasks/s | 10.0 | 50.0 | **20.0** |",
            "| time, ms | **10.0** | – | 20.0 |",
            "| alone, ms | 1.00 | – | – |",
        ] {
            assert!(readme.lines().any(|other| other == line), "{line} is not in\n{readme}");
        }
        assert_eq!(with_table(&readme, &report(vec![])).unwrap().matches(BEGIN).count(), 1);
        assert!(with_table("no markers", &report(vec![])).is_err());
    }
}
