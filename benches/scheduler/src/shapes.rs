//! The graphs that are measured.

use webfutures::scheduler::{Dependency, FunctionId, OptionsId, Submission};

/// Inputs of each reduction of a map-reduce.
const FAN_IN: usize = 8;
/// How far back the inputs of a task of a random graph lie.
const WINDOW: u64 = 1000;

/// How the tasks of a graph depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// None on any other; all held.
    Independent,
    /// The same, each call named by its hash.
    Pure,
    /// Reductions of eight each, down to one.
    MapReduce,
    /// One on all others.
    FanIn,
    /// All on the first; all held.
    FanOut,
    /// Each on the one before.
    Chain,
    /// Each on up to three of the thousand before it; those that nothing depends on are held.
    Random,
}

/// As scattered as a hash: the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

impl Shape {
    /// Every shape, in the order of the report.
    pub const ALL: [Shape; 7] = [
        Shape::Independent,
        Shape::Pure,
        Shape::MapReduce,
        Shape::FanIn,
        Shape::FanOut,
        Shape::Chain,
        Shape::Random,
    ];

    /// What the report calls it.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Independent => "independent",
            Shape::Pure => "independent, pure",
            Shape::MapReduce => "map-reduce",
            Shape::FanIn => "fan-in",
            Shape::FanOut => "fan-out",
            Shape::Chain => "chain",
            Shape::Random => "random graph",
        }
    }

    /// The shape of that name.
    pub fn named(name: &str) -> Option<Shape> {
        Shape::ALL.into_iter().find(|shape| shape.name() == name)
    }

    /// A graph of so many tasks.
    pub fn graph(self, tasks: usize) -> Graph {
        let mut graph = Graph::default();
        match self {
            Shape::Independent => (0..tasks).for_each(|_| graph.call([], true)),
            Shape::Pure => {
                (0..tasks).for_each(|_| graph.call([], true));
                for (task, call) in graph.calls.iter_mut().enumerate() {
                    call.token = Some(u128::from(mixed(task as u64)) | u128::from(mixed(!(task as u64))) << 64);
                }
            }
            Shape::MapReduce => {
                // Each reduction makes `FAN_IN` results one, until one is left.
                let reductions = tasks.saturating_sub(1).div_ceil(FAN_IN);
                let leaves = tasks - reductions;
                (0..leaves).for_each(|_| graph.call([], false));
                for reduction in 0..reductions {
                    let first = reduction * FAN_IN;
                    let task = leaves + reduction;
                    graph.call(first..(first + FAN_IN).min(task), task + 1 == tasks);
                }
            }
            Shape::FanIn => {
                (1..tasks).for_each(|_| graph.call([], false));
                graph.call(0..tasks - 1, true);
            }
            Shape::FanOut => {
                graph.call([], true);
                (1..tasks).for_each(|_| graph.call([0], true));
            }
            Shape::Chain => (0..tasks).for_each(|task| graph.call(task.checked_sub(1), task + 1 == tasks)),
            Shape::Random => graph.random(tasks),
        }
        graph
    }
}

/// What is submitted in one piece.
#[derive(Debug, Default)]
pub struct Graph {
    /// The calls.
    pub calls: Vec<Submission>,
    /// Their inputs, one call's after the other's.
    pub dependencies: Vec<Dependency>,
}

impl Graph {
    /// One more call. The inputs are positions of earlier ones.
    pub fn call(&mut self, inputs: impl IntoIterator<Item = usize>, held: bool) {
        let before = self.dependencies.len();
        let inputs = inputs.into_iter().map(|input| Dependency::Earlier(input as u32));
        self.dependencies.extend(inputs);
        self.calls.push(Submission {
            function: FunctionId(0),
            token: None,
            held,
            options: OptionsId::DEFAULT,
            dependencies: (self.dependencies.len() - before) as u32,
        });
    }

    /// Holds every call.
    pub fn hold_all(&mut self) {
        self.calls.iter_mut().for_each(|call| call.held = true);
    }

    fn random(&mut self, tasks: usize) {
        // xorshift: the same graph in every run.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        let mut needed = vec![false; tasks];
        for task in 0..tasks as u64 {
            let inputs = if task == 0 { 0 } else { random(4) };
            let inputs: Vec<usize> = (0..inputs)
                .map(|_| (task - 1 - random(WINDOW.min(task))) as usize)
                .collect();
            inputs.iter().for_each(|&input| needed[input] = true);
            self.call(inputs, false);
        }
        for (call, needed) in self.calls.iter_mut().zip(needed) {
            call.held = !needed;
        }
    }
}
