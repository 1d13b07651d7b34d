//! What can be looked at afterwards.

use webfutures::scheduler::State::{Erred, Memory, Processing, Queued, Released, Waiting};
use webfutures::scheduler::{Ran, State, WorkerId};

use crate::page::{ADD, INC, Page};

#[test]
fn a_story_tells_the_transitions_of_one_task() {
    let mut page = Page::new(1);
    let first = page.submit(INC, &[]);
    let second = page.submit(INC, &[first]);
    page.finish(first);
    page.finish(second);
    let states = |task| {
        page.scheduler
            .story(task)
            .iter()
            .map(|step| (step.from, step.to))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        states(first),
        [
            (Released, Waiting),
            (Waiting, Queued),
            (Queued, Processing),
            (Processing, Memory)
        ]
    );
    assert_eq!(states(second), states(first));
    assert_eq!(page.scheduler.story(second)[2].time, 0.1);
}

#[test]
fn a_story_does_not_mix_up_tasks_that_used_the_same_row() {
    let mut page = Page::new(1);
    let task = page.submit(INC, &[]);
    page.finish(task);
    page.drop_handles(&[task]);
    assert_eq!(page.scheduler.story(task), []);
    assert_eq!(page.submit(ADD, &[]), task);
    assert_eq!(page.scheduler.story(task).len(), 3);
}

#[test]
fn the_log_forgets_the_oldest() {
    let mut page = Page::new(1);
    let first = page.submit(INC, &[]);
    page.finish(first);
    for _ in 0..10_000 {
        let task = page.submit(INC, &[]);
        page.finish(task);
        page.drop_handles(&[task]);
    }
    assert_eq!(page.scheduler.story(first), []);
    assert_eq!(page.scheduler.stream(0).count(), 10_001);
    assert!(page.scheduler.memory_bytes() < 4_000_000);
}

#[test]
fn the_stream_tells_runs_since_the_last_look() {
    let mut page = Page::new(1);
    let (fine, faulty) = (page.submit(INC, &[]), page.submit(ADD, &[]));
    page.finish_with(fine, 2.0, 8);
    page.err(faulty);
    let runs: Vec<Ran> = page.scheduler.stream(0).copied().collect();
    assert_eq!(
        (runs[0].start, runs[0].duration, runs[0].worker),
        (0.0, 2.0, WorkerId(0))
    );
    assert_eq!(
        runs.iter().map(|ran| (ran.function, ran.erred)).collect::<Vec<_>>(),
        [(INC, false), (ADD, true)]
    );
    assert_eq!(page.scheduler.stream(runs[0].sequence + 1).count(), 1);
    assert_eq!(page.scheduler.stream(runs[1].sequence + 1).count(), 0);
}

#[test]
fn counts_and_lists_agree() {
    let mut page = Page::new(2);
    let tasks = page.map(INC, 4);
    page.finish(tasks[0]);
    page.err(tasks[1]);
    page.submit(INC, &[tasks[2]]);
    let counts = page.scheduler.counts();
    assert_eq!(
        counts.iter().map(|(_, count)| count).sum::<usize>(),
        page.scheduler.len()
    );
    for (state, count) in [
        (Memory, 1),
        (Erred, 1),
        (Processing, 2),
        (Waiting, 1),
        (State::NoWorker, 0),
    ] {
        assert!(counts.contains(&(state, count)), "{counts:?}");
    }
    assert_eq!(page.scheduler.has_what(WorkerId(0)).collect::<Vec<_>>(), [tasks[0]]);
    let processing = [0, 1].map(|worker| page.scheduler.processing(WorkerId(worker)).count());
    assert_eq!(processing.iter().sum::<usize>(), 2);
    assert!(page.scheduler.occupancy(WorkerId(0)) > 0.0);
}
