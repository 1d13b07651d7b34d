//! The scheduler alone, driven by simulated workers: what `cargo xtask bench` measures of it natively and, compiled to
//! wasm, in a page.

pub mod counting;
pub mod drive;
#[cfg(target_arch = "wasm32")]
pub mod page;
pub mod shapes;

use drive::{Took, round};
use shapes::Shape;

/// Tasks that one figure is made of at least, so that steps of the clock do not show in it.
const LEAST: usize = 100_000;

/// What a figure says of a shape and size.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Milliseconds of one round: submit, run and release.
    pub milliseconds: f64,
    /// What the allocator counts for the scheduler at its fullest.
    pub bytes: usize,
    /// Allocations while tasks ran.
    pub allocations: f64,
}

/// One figure: a graph of that shape with that many tasks, as often as it takes to be seen on a coarse clock.
pub fn figure(shape: Shape, tasks: usize, clock: &impl Fn() -> f64) -> Figure {
    let graph = shape.graph(tasks);
    let rounds = LEAST.div_ceil(tasks);
    let mut sum = Figure {
        milliseconds: 0.0,
        bytes: 0,
        allocations: 0.0,
    };
    for _ in 0..rounds {
        let Took {
            milliseconds,
            bytes,
            allocations,
        } = round(&graph, clock);
        sum.milliseconds += milliseconds / rounds as f64;
        sum.bytes = sum.bytes.max(bytes);
        sum.allocations += allocations as f64 / rounds as f64;
    }
    sum
}
