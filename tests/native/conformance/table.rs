//! `docs/conformance.md` lists every case once, and only tests that exist; and no conformance test is missing there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// How many cases the reference has.
const CASES: usize = 70;

/// One row of the table: the number of its case, and its other cells.
struct Row {
    case: usize,
    cells: Vec<String>,
}

impl Row {
    /// The tests that the row names.
    fn tests(&self) -> Vec<&str> {
        self.cells[1].split('`').skip(1).step_by(2).collect()
    }
}

#[test]
fn every_case_has_its_row() {
    let rows = rows();
    let cases: Vec<usize> = rows.iter().map(|row| row.case).collect();
    assert_eq!(cases, (1..=CASES).collect::<Vec<_>>());
    for row in &rows {
        assert_eq!(
            row.cells.len(),
            3,
            "cells beside the number in the row of case {}",
            row.case
        );
        assert!(row.cells[0].len() > 10, "case {} does not say what Dask does", row.case);
        let pending = row.cells[1].contains("not yet");
        assert!(pending || !row.tests().is_empty(), "case {} has no test", row.case);
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let sources = sources();
    for row in rows() {
        for test in row.tests() {
            let defined = [format!("fn {test}("), format!("async {test}(")];
            let exists = sources
                .iter()
                .any(|(_, text)| defined.iter().any(|defined| text.contains(defined)));
            assert!(exists, "case {} names {test}, which is no test", row.case);
        }
    }
}

#[test]
fn every_conformance_test_is_named() {
    let rows = rows();
    let named: BTreeSet<&str> = rows.iter().flat_map(Row::tests).collect();
    for (path, text) in sources() {
        if !path.contains("/conformance/") || path.ends_with("/table.rs") {
            continue;
        }
        let tests = text.lines().filter_map(|line| {
            let (rust, javascript) = (line.strip_prefix("fn test_"), line.strip_prefix("  async test_"));
            rust.or(javascript)?.split('(').next()
        });
        for test in tests.map(|rest| format!("test_{rest}")) {
            assert!(named.contains(test.as_str()), "{test} of {path} is in no row");
        }
    }
}

fn rows() -> Vec<Row> {
    let text = include_str!("../../../docs/conformance.md");
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim);
        let case = cells.next()?.trim_end_matches(" ★").parse().ok()?;
        let cells = cells.map(str::to_string).collect();
        Some(Row { case, cells })
    });
    rows.collect()
}

/// The files of the tests: path and text.
fn sources() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut folders = vec![root.join("native"), root.join("web")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of tests") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "js") {
                let text = fs::read_to_string(&path).expect("a text");
                sources.push((path.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    sources
}
