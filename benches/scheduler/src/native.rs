//! The commands of the program.

use std::process::ExitCode;

use serde_json::{Map, json};
use webfutures_bench::drive::{round, transitions};
use webfutures_bench::shapes::Shape;

use crate::{scale, table};

const USAGE: &str = "\
webfutures-bench table [--quick] [FILE]   time and memory by shape and size; FILE gets it as part of a report
webfutures-bench round SHAPE TASKS        one round, for a profiler to count
webfutures-bench facts TASKS              of each shape, transitions and bytes a task, as JSON";

pub(crate) fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let words = arguments.iter().map(String::as_str);
    let words: Vec<&str> = words.filter(|word| *word != "--quick").collect();
    match command(&words, quick) {
        Some(()) => ExitCode::SUCCESS,
        None => {
            eprintln!("{USAGE}");
            ExitCode::FAILURE
        }
    }
}

/// Nothing if there is no such command.
fn command(words: &[&str], quick: bool) -> Option<()> {
    match *words {
        ["table"] => table::print(quick, None),
        ["table", file] => table::print(quick, Some(file)),
        ["round", shape, tasks] => {
            let graph = Shape::named(shape)?.graph(tasks.parse().ok()?);
            round(&graph, &|| 0.0);
        }
        ["facts", tasks] => facts(tasks.parse().ok()?),
        ["scale", ref costs @ ..] if costs.len() == 4 => {
            let costs: Result<Vec<f64>, _> = costs.iter().map(|cost| cost.parse()).collect();
            scale::print(quick, &costs.ok()?);
        }
        _ => return None,
    }
    Some(())
}

/// What is the same in every run.
fn facts(tasks: usize) {
    let of = |shape: Shape| {
        let bytes = round(&shape.graph(tasks), &|| 0.0).bytes as f64 / tasks as f64;
        // Few enough for the scheduler's log.
        let transitions = transitions(shape.graph(1000));
        (
            shape.name().to_string(),
            json!({ "transitions": transitions, "bytes": bytes }),
        )
    };
    let all: Map<_, _> = Shape::ALL.into_iter().map(of).collect();
    println!("{}", serde_json::Value::Object(all));
}
