//! How a figure grows with the number of tasks: rows of the same name but for their size become one table, shapes by sizes.

use super::figures::{Entry, Report};
use super::markdown::figure;

/// What is told so: the beginning of its rows' names, before the shape and the size.
const KINDS: [&str; 2] = ["scheduler alone", "scheduler in wasm"];
/// Sizes, as rows name them.
const SIZES: [&str; 4] = ["1 k", "10 k", "100 k", "1 M"];
/// At the end of the names of rows that tell bytes.
const MEMORY: &str = ", memory";

/// One row, taken apart.
struct Row<'a> {
    kind: &'a str,
    shape: &'a str,
    size: &'a str,
    memory: bool,
}

/// Whether a row is told by these tables.
pub(super) fn is_told(row: &str) -> bool {
    parse(row).is_some()
}

/// The tables of an engine: time and memory of each kind; nothing if it has none.
pub(super) fn tables(report: &Report, engine: &str) -> String {
    let mut text = String::new();
    for kind in KINDS {
        for memory in [false, true] {
            text += &table(report, engine, kind, memory);
        }
    }
    text
}

fn table(report: &Report, engine: &str, kind: &str, memory: bool) -> String {
    let told = |entry: &&Entry| entry.engine == engine;
    let rows: Vec<(Row<'_>, &Entry)> = report
        .entries
        .iter()
        .filter(told)
        .filter_map(|entry| Some((parse(&entry.row)?, entry)))
        .filter(|(row, _)| row.kind == kind && row.memory == memory)
        .collect();
    let Some((_, first)) = rows.first() else {
        return String::new();
    };
    let sizes: Vec<&str> = SIZES
        .into_iter()
        .filter(|size| rows.iter().any(|(row, _)| row.size == *size))
        .collect();
    let mut shapes: Vec<&str> = rows.iter().map(|(row, _)| row.shape).collect();
    shapes.dedup();
    let (least, most) = (sizes[0], sizes[sizes.len() - 1]);
    let mut text = format!(
        "\n| {kind}, {} | {} | {most} ÷ {least} |\n",
        first.unit,
        sizes.join(" | ")
    );
    text += &format!("|---|{}--:|\n", "--:|".repeat(sizes.len()));
    for shape in shapes {
        let of = |size: &str| {
            let entry = rows.iter().find(|(row, _)| (row.shape, row.size) == (shape, size));
            entry.map(|(_, entry)| entry.median)
        };
        let cells = sizes.iter().map(|size| of(size).map_or("–".into(), figure));
        let growth = of(most).zip(of(least)).map(|(most, least)| most / least);
        let growth = growth.map_or("–".into(), figure);
        text += &format!("| {shape} | {} | {growth} |\n", cells.collect::<Vec<_>>().join(" | "));
    }
    text
}

fn parse(row: &str) -> Option<Row<'_>> {
    let (row, memory) = row.strip_suffix(MEMORY).map_or((row, false), |row| (row, true));
    let kind = KINDS.into_iter().find(|kind| row.starts_with(kind))?;
    let (shape, size) = row[kind.len()..].strip_prefix(", ")?.rsplit_once(", ")?;
    SIZES.contains(&size).then_some(Row {
        kind,
        shape,
        size,
        memory,
    })
}

#[test]
fn rows_of_several_sizes_become_one_table() {
    use super::figures::tests::{entry, report};
    let report = report(vec![
        entry("no-op map, 10 k", "webfutures", 1.0, "tasks/s"),
        entry("scheduler alone, pure, wide, 1 k", "webfutures", 200.0, "ns/task"),
        entry(
            "scheduler alone, pure, wide, 1 k, memory",
            "webfutures",
            300.0,
            "bytes/task",
        ),
        entry("scheduler alone, pure, wide, 1 M", "webfutures", 250.0, "ns/task"),
        entry("scheduler alone, chain, 1 M", "webfutures", 400.0, "ns/task"),
    ]);
    let lines = "\n| scheduler alone, ns/task | 1 k | 1 M | 1 M ÷ 1 k |\n|---|--:|--:|--:|\n\
                 | pure, wide | 200 | 250 | 1.25 |\n| chain | – | 400 | – |\n\n\
                 | scheduler alone, bytes/task | 1 k | 1 k ÷ 1 k |\n|---|--:|--:|\n| pure, wide | 300 | 1.00 |\n";
    assert_eq!(tables(&report, "chromium"), lines);
    assert_eq!(tables(&report, "firefox"), "");
    assert_eq!(report.rows("chromium"), ["no-op map, 10 k"]);
    assert!(!is_told("scheduler alone: chain of 1,000,000"));
}
