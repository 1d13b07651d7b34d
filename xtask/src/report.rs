//! The steps of a run: a heading each, what went wrong, how long they took, and one closing line.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::counts::Counts;

/// What has run so far.
#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<Step>,
}

struct Step {
    name: String,
    took: Duration,
    counts: Counts,
    problem: Option<String>,
}

impl Report {
    /// Runs one step under its heading. A failure is told and kept; nothing is returned for it.
    pub(crate) fn step<T>(&mut self, name: &str, run: impl FnOnce(&mut Counts) -> Result<T>) -> Option<T> {
        println!(
            "\n── {name} {}",
            "─".repeat(100_usize.saturating_sub(name.chars().count()))
        );
        let began = Instant::now();
        let mut counts = Counts::default();
        let (value, problem) = match run(&mut counts) {
            Ok(value) => (Some(value), None),
            Err(error) => (None, Some(format!("{error:#}"))),
        };
        if let Some(problem) = &problem {
            eprintln!("{name}: {problem}");
        }
        self.steps.push(Step {
            name: name.into(),
            took: began.elapsed(),
            counts,
            problem,
        });
        value
    }

    /// Notes a step that could not be tried, for what it needs is missing.
    pub(crate) fn skip(&mut self, name: &str, reason: &str) {
        self.step(name, |_| -> Result<()> { anyhow::bail!("not run: {reason}") });
    }

    /// Prints the times and the closing line; whether all went well.
    pub(crate) fn close(&self) -> bool {
        println!("\n── steps {}", "─".repeat(95));
        for step in &self.steps {
            let counts = match step.counts {
                Counts { passed: 0, failed: 0 } => String::new(),
                Counts { passed, failed } => format!("{passed} passed, {failed} failed"),
            };
            let verdict = if step.problem.is_none() { "ok" } else { "FAILED" };
            println!(
                "{:7.1} s  {:6}  {:40} {counts}",
                step.took.as_secs_f64(),
                verdict,
                step.name
            );
        }
        for step in &self.steps {
            if let Some(problem) = &step.problem {
                println!("\n{}: {problem}", step.name);
            }
        }
        let total = self.total();
        println!("\n{} passed, {} failed", total.passed, total.failed);
        total.failed == 0
    }

    /// All tests; a step that failed without a failed test (a lint, a build) counts as one.
    fn total(&self) -> Counts {
        let mut total = Counts::default();
        for step in &self.steps {
            total += step.counts;
            total.failed += usize::from(step.problem.is_some() && step.counts.failed == 0);
        }
        total
    }
}

#[test]
fn a_failed_step_counts_even_without_a_failed_test() {
    let mut report = Report::default();
    let fine = report.step("fine", |counts| {
        *counts = Counts { passed: 3, failed: 0 };
        Ok(1)
    });
    assert_eq!(fine, Some(1));
    assert!(report.close());
    assert_eq!(report.step("lint", |_| -> Result<()> { anyhow::bail!("no") }), None);
    report.step("tests", |counts| -> Result<()> {
        *counts = Counts { passed: 1, failed: 2 };
        anyhow::bail!("some failed")
    });
    assert_eq!(report.total(), Counts { passed: 4, failed: 3 });
    assert!(!report.close());
}
