//! How many tests ran, read from what the runners say themselves.

use std::ops::AddAssign;

/// Tests that passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The sums of `test result: ok. 3 passed; 0 failed; …`, as cargo's and wasm-bindgen's harness close.
pub(crate) fn of_cargo(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output
        .lines()
        .filter_map(|line| line.trim().strip_prefix("test result: "))
    {
        for part in line.split([';', '.']) {
            match part.trim().split_once(' ') {
                Some((number, "passed")) => counts.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => counts.failed += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
    counts
}

/// The sums of `# pass 3` and `# fail 0` (`ℹ pass 3` on a terminal), as Node's test runner closes.
pub(crate) fn of_node(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        let Some(line) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) else {
            continue;
        };
        match line.split_once(' ') {
            Some(("pass", number)) => counts.passed += number.parse::<usize>().unwrap_or(0),
            Some(("fail" | "cancelled", number)) => counts.failed += number.parse::<usize>().unwrap_or(0),
            _ => {}
        }
    }
    counts
}

#[test]
fn cargo_and_node_are_understood() {
    let cargo = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; finished in 0.1s\n\
        test result: FAILED. 5 passed; 3 failed; 0 ignored; 0 filtered out\n";
    assert_eq!(of_cargo(cargo), Counts { passed: 7, failed: 3 });
    let node = "ok 1 - x\n# tests 4\n# pass 3\n# fail 1\n# cancelled 2\n# skipped 0\n";
    assert_eq!(of_node(node), Counts { passed: 3, failed: 3 });
    assert_eq!(of_node("ℹ pass 12\nℹ fail 0\n"), Counts { passed: 12, failed: 0 });
    assert_eq!(of_cargo("no tests to run!"), Counts::default());
}
