//! Cases 63 to 70: shares, deaths, limits, slots.

use webfutures::scheduler::{Event, Outcome, State, WorkerId};

use super::in_place;
use crate::page::{ADD, INC, Page, runs, settled};

#[test]
fn test_dont_steal_executing_tasks() {
    let mut page = Page::new(1);
    let task = page.submit(INC, &[]);
    page.join(1, 1);
    page.now += 1_000.0;
    page.news();
    page.handle(Event::Reminded);
    assert_eq!(page.news(), [], "the oldest run of a worker is never taken back");
    assert_eq!(page.worker_of(task), 0);
}

#[test]
fn test_dont_steal_worker_restrictions() {
    let mut page = Page::new(0);
    page.join_at(0, 0, 0, 0);
    in_place(&mut page, 0, false);
    let root = page.submit(INC, &[]);
    page.finish(root);
    let tasks: Vec<_> = (0..4).map(|_| page.submit_with(0, 1, None, &[root])).collect();
    page.join_at(1, 1, 0, 0);
    page.now += 1_000.0;
    page.handle(Event::Reminded);
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.worker_of(task) == 0));
}

#[test]
fn test_dont_steal_expensive_data_fast_computation() {
    let mut page = Page::new(1);
    for _ in 0..50 {
        let quick = page.submit(ADD, &[]);
        page.finish_with(quick, 0.01, 8);
    }
    let root = page.submit(INC, &[]);
    page.finish_with(root, 0.1, 100_000_000);
    page.join(1, 1);
    let tasks: Vec<_> = (0..10).map(|_| page.submit(ADD, &[root])).collect();
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.worker_of(task) == 0));
}

#[test]
fn test_gather_then_submit_after_failed_workers() {
    let mut page = Page::new(3);
    let tasks = page.map(INC, 6);
    page.finish_all();
    for worker in [0, 1] {
        page.die(worker);
        page.join(worker + 3, 1);
    }
    let sum = page.submit(ADD, &tasks);
    page.finish_all();
    assert_eq!(page.state(sum), State::Memory);
}

#[test]
fn test_broken_worker_during_computation() {
    let mut page = Page::new(2);
    let leaves = page.map(INC, 8);
    let sums: Vec<_> = leaves.chunks(2).map(|pair| page.submit(ADD, pair)).collect();
    let total = page.submit(ADD, &sums);
    page.drop_handles(&leaves);
    page.drop_handles(&sums);
    for step in 0..5 {
        for _ in 0..2 {
            if let Some(&task) = page.under_way().first() {
                page.finish(task);
            }
        }
        page.die(step);
        page.join(step + 2, 1);
    }
    page.finish_all();
    assert_eq!(page.state(total), State::Memory);
}

#[test]
fn test_bad_tasks_fail() {
    let mut page = Page::new(1);
    let bad = page.submit(INC, &[]);
    for worker in 0..4 {
        assert_eq!(page.state(bad), State::Processing);
        page.die(worker);
        page.join(worker + 1, 1);
    }
    assert_eq!(settled(&page.news()), [(bad, Outcome::Killed { deaths: 4 })]);
}

#[test]
fn test_retire_workers_no_suspicious_tasks() {
    let mut page = Page::new(2);
    let tasks = page.map(INC, 2);
    page.retire(0);
    page.handle(Event::WorkerDied {
        worker: WorkerId(0),
        running: None,
        blame: false,
    });
    page.join(2, 1);
    for worker in 1..4 {
        page.die(worker);
        page.join(worker + 2, 1);
    }
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.state(task) == State::Memory));
}

#[test]
fn test_refuse_to_schedule_huge_task() {
    let mut page = Page::new(0);
    page.join_at(0, 0, 0, 1_000);
    let tasks = page.map(INC, 2);
    for &task in &tasks {
        page.finish_with(task, 0.1, 600);
    }
    page.news();
    let sum = page.submit(ADD, &tasks);
    let news = page.news();
    assert_eq!(settled(&news), [(sum, Outcome::TooLarge { bytes: 1_200 })]);
    assert_eq!(runs(&news), []);
}

#[test]
fn test_raise_reschedule() {
    let mut page = Page::new(2);
    let task = page.submit(INC, &[]);
    let first = page.worker_of(task);
    page.reschedule(task);
    assert_ne!(page.worker_of(task), first);
    page.finish(task);
    assert_eq!(page.state(task), State::Memory);
}

#[test]
fn test_secede_opens_slot() {
    let mut page = Page::new(0);
    page.join(0, 4);
    let tasks = page.map(INC, 2);
    assert_eq!(page.state(tasks[1]), State::Queued);
    page.give_way(tasks[0]);
    assert_eq!(page.state(tasks[1]), State::Processing);
}
