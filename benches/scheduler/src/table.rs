//! How time and memory grow: shapes by sizes.

#![allow(clippy::disallowed_types, reason = "a bench measures time")]

use std::time::Instant;

use serde_json::{Value, json};
use webfutures_bench::shapes::Shape;
use webfutures_bench::{Figure, drive, figure};

/// Sizes, as they are called. A quick run leaves out the last.
const SIZES: [(usize, &str); 4] = [(1_000, "1 k"), (10_000, "10 k"), (100_000, "100 k"), (1_000_000, "1 M")];

/// Prints two tables; writes the figures as a part of a report, if a file is named.
pub(crate) fn print(quick: bool, file: Option<&str>) {
    let repetitions = if quick { 3 } else { 5 };
    let sizes = if quick { &SIZES[..3] } else { &SIZES[..] };
    println!(
        "the scheduler alone, {} simulated workers, median of {repetitions}",
        drive::WORKERS
    );
    // Not counted: as long as it has not seen large pieces, the system's allocator gives each back at once, and every
    // page of it must be had anew.
    measure(Shape::Pure, 100_000, 2);
    let mut entries = Vec::new();
    let (mut times, mut memory, mut allocations) = (Vec::new(), Vec::new(), 0.0_f64);
    for shape in Shape::ALL {
        let (mut of_times, mut of_memory) = (Vec::new(), Vec::new());
        for &(tasks, size) in sizes {
            let figures = measure(shape, tasks, repetitions);
            let of_task = |figure: &Figure| figure.milliseconds * 1e6 / tasks as f64;
            let all = [&figures[repetitions / 2], &figures[0], &figures[repetitions - 1]];
            let bytes = figures[0].bytes as f64 / tasks as f64;
            let row = format!("scheduler alone, {}, {size}", shape.name());
            entries.push(entry(&format!("{row}, memory"), [bytes; 3], "bytes/task", repetitions));
            entries.push(entry(&row, all.map(of_task), "ns/task", repetitions));
            of_times.push(of_task(all[0]));
            of_memory.push(bytes);
            if tasks > 1_000 {
                allocations = allocations.max(figures[0].allocations / tasks as f64);
            }
        }
        times.push((shape, of_times));
        memory.push((shape, of_memory));
    }
    print_table("ns a task", sizes, &times);
    print_table("bytes a task", sizes, &memory);
    println!("\nat most {allocations:.4} allocations a run of a task, from 10 k tasks on");
    if let Some(file) = file {
        let part = json!({ "entries": entries, "without": [], "version": [] });
        std::fs::write(file, part.to_string()).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

/// Figures in the order of their times.
fn measure(shape: Shape, tasks: usize, repetitions: usize) -> Vec<Figure> {
    let began = Instant::now();
    let clock = || began.elapsed().as_secs_f64() * 1e3;
    let mut figures: Vec<Figure> = (0..repetitions).map(|_| figure(shape, tasks, &clock)).collect();
    figures.sort_by(|a, b| a.milliseconds.total_cmp(&b.milliseconds));
    figures
}

fn print_table(what: &str, sizes: &[(usize, &str)], rows: &[(Shape, Vec<f64>)]) {
    let heads: String = sizes.iter().map(|(_, size)| format!("{size:>8}")).collect();
    let last = sizes.last().map_or("", |(_, size)| size);
    println!("\n{what:18} {heads}   {last} ÷ 1 k");
    for (shape, values) in rows {
        let cells: String = values.iter().map(|value| format!("{value:8.0}")).collect();
        let growth = values.last().unwrap_or(&0.0) / values[0];
        println!("{:18} {cells}   {growth:.2}", shape.name());
    }
}

fn entry(row: &str, [median, min, max]: [f64; 3], unit: &str, rounds: usize) -> Value {
    json!({
        "row": row, "subject": "webfutures", "engine": "native",
        "median": median, "min": min, "max": max, "unit": unit, "rounds": rounds,
    })
}
