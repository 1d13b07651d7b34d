//! Where the limits are: the scheduler with up to 64 workers and ten million tasks, in virtual time.
//!
//! The decisions are the scheduler's own; what a page, a worker and a message cost are figures that were measured in a
//! browser, and are given to the program.

mod pool;

use pool::{Costs, Pool};

const WORKERS: [u32; 7] = [1, 2, 4, 8, 16, 32, 64];
/// Milliseconds of a task, and what such tasks are called.
const DURATIONS: [(f64, &str); 3] = [(0.0, "no-op"), (1.0, "1 ms"), (100.0, "100 ms")];
/// Bytes of a result that is moved.
const SIZES: [(u64, &str); 3] = [(8 << 10, "8 KiB"), (256 << 10, "256 KiB"), (8 << 20, "8 MiB")];
/// Tasks that are submitted at once; the next so many follow when half of them are done.
const SLICE: usize = 10_000;
/// All take part in a transfer.
const MOST_WORKERS: u32 = 64;

/// Simulates and prints everything as Markdown.
pub(crate) fn print(quick: bool, numbers: &[f64]) {
    let &[task, message, way, bandwidth] = numbers else {
        panic!("four costs");
    };
    let costs = Costs {
        task: task / 1e3,
        message: message / 1e3,
        way: way / 1e3,
        bandwidth,
    };
    println!(
        "The page takes {task:.2} µs for a task and {message:.1} µs for a message to a worker with its answer; one way takes \
         {way:.0} µs; a worker sends {:.1} MiB a millisecond to another.\n",
        bandwidth / f64::from(1 << 20)
    );
    for (duration, name) in DURATIONS {
        loads(quick, costs, duration, name);
    }
    transfers(costs);
}

/// Independent tasks, more and more workers.
fn loads(quick: bool, costs: Costs, duration: f64, name: &str) {
    println!(
        "| {name} tasks, workers | tasks | tasks/s | workers busy | page busy | tasks a message | scheduler, MiB |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|");
    for workers in WORKERS {
        let tasks = match duration {
            0.0 if workers == MOST_WORKERS && !quick => 10_000_000,
            0.0 => 1_000_000,
            // Two seconds of each worker, or twenty.
            1.0 => 2_000 * workers as usize,
            _ => 200 * workers as usize,
        };
        let mut pool = Pool::new(costs, workers);
        let bytes = pool.run_slices(tasks, SLICE, duration);
        let seconds = pool.now() / 1e3;
        println!(
            "| {workers} | {tasks} | {:.0} | {:.1} % | {:.1} % | {:.1} | {:.1} |",
            tasks as f64 / seconds,
            100.0 * pool.computed / (pool.now() * f64::from(workers)),
            100.0 * pool.page_busy / pool.now(),
            tasks as f64 / pool.reports as f64,
            bytes as f64 / f64::from(1 << 20),
        );
    }
    println!();
}

/// One result that 64 workers need, and 64 results that one needs.
fn transfers(costs: Costs) {
    println!(
        "| result | one for 64 tasks of 1 ms, ms | copies made | copied first, ms | 64 for one task, ms | 63 sendings, ms |"
    );
    println!("|--:|--:|--:|--:|--:|--:|");
    for (bytes, name) in SIZES {
        let (at_once, copies) = fan_out(costs, bytes, false);
        let (copied, _) = fan_out(costs, bytes, true);
        let many = fan_in(costs, bytes);
        let row = bytes as f64 / costs.bandwidth * f64::from(MOST_WORKERS - 1);
        println!("| {name} | {at_once:.1} | {copies} | {copied:.1} | {many:.1} | {row:.1} |");
    }
}

/// Milliseconds until 64 tasks of 1 ms that take the same result are done, and how often it was moved.
fn fan_out(costs: Costs, bytes: u64, copy_first: bool) -> (f64, usize) {
    let mut pool = Pool::new(costs, MOST_WORKERS);
    pool.warm();
    let source = pool.submit(1, 1.0, bytes, &[]);
    pool.finish();
    let began = pool.now();
    if copy_first {
        pool.replicate(&source, MOST_WORKERS);
        pool.finish();
    }
    pool.submit(MOST_WORKERS as usize, 1.0, 8, &source);
    pool.finish();
    (pool.now() - began, pool.moves)
}

/// Milliseconds until a task is done that takes the results of 64 workers.
fn fan_in(costs: Costs, bytes: u64) -> f64 {
    let mut pool = Pool::new(costs, MOST_WORKERS);
    pool.warm();
    let sources = pool.submit(MOST_WORKERS as usize, 1.0, bytes, &[]);
    pool.finish();
    let began = pool.now();
    pool.submit(1, 1.0, 8, &sources);
    pool.finish();
    pool.now() - began
}
