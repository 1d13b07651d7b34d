//! Cases 28 to 38: who still wants what.

use webfutures::scheduler::{Dependency, State, WorkerId};

use super::{call, diamond};
use crate::page::{INC, Page, forgotten, runs, settled};

#[test]
fn test_garbage_collection() {
    let mut page = Page::new(1);
    let a = page.submit(INC, &[]);
    let b = page.submit(INC, &[a]);
    page.finish_all();
    page.drop_handles(&[a]);
    assert_eq!(page.state(a), State::Released, "known as the recipe of the other");
    page.drop_handles(&[b]);
    assert!(page.scheduler.is_empty());
    assert_eq!(page.scheduler.stored(WorkerId(0)), 0);
}

#[test]
fn test_multi_client() {
    let mut page = Page::new(1);
    let task = page.submit_with(0, 0, Some(1), &[]);
    assert_eq!(page.submit_with(1, 0, Some(1), &[]), task);
    page.finish(task);
    page.drop_handles_of(0, &[task]);
    assert_eq!(page.state(task), State::Memory);
    page.drop_handles_of(1, &[task]);
    assert!(page.scheduler.is_empty());
}

#[test]
fn test_multi_garbage_collection() {
    let mut page = Page::new(1);
    let input = page.submit_with(0, 0, Some(1), &[]);
    let output = page.submit_with(1, 0, None, &[input]);
    page.drop_handles_of(0, &[input]);
    page.finish_all();
    assert_eq!(
        (page.state(input), page.state(output)),
        (State::Released, State::Memory)
    );
    page.drop_handles_of(1, &[output]);
    assert!(page.scheduler.is_empty());
}

#[test]
fn test_recompute_released_key() {
    let mut page = Page::new(1);
    let first = page.submit_pure(1, &[]);
    page.finish(first);
    page.drop_handles(&[first]);
    page.news();
    let again = page.submit_pure(1, &[]);
    assert_eq!(runs(&page.news()), [(0, again)]);
}

#[test]
fn test_forget_complex() {
    // Whatever the order, exactly what nothing else needs is forgotten.
    for order in [[1, 2, 3], [2, 3, 1], [3, 2, 1], [3, 1, 2]] {
        let mut page = Page::new(2);
        let tasks = diamond(&mut page, [false, true, true, true]);
        page.finish_all();
        let mut held = [false, true, true, true];
        for dropped in order {
            page.drop_handles(&[tasks[dropped]]);
            held[dropped] = false;
            let needed = [
                held[1] || held[2] || held[3],
                held[1] || held[3],
                held[2] || held[3],
                held[3],
            ];
            let known = [0, 1, 2, 3].map(|index| page.state(tasks[index]) != State::Forgotten);
            assert_eq!(known, needed, "{order:?}, {dropped}");
        }
    }
}

#[test]
fn test_forget_in_flight() {
    let mut page = Page::new(2);
    // Two outputs; each has one input of its own, and they share one.
    let calls = [
        call(None, false, 0),
        call(None, false, 0),
        call(None, false, 0),
        call(None, true, 2),
        call(None, true, 2),
    ];
    let tasks = page.submit_all(&calls, &[0, 1, 1, 2].map(Dependency::Earlier));
    page.drop_handles(&[tasks[3]]);
    assert_eq!(forgotten(&page.news()), [tasks[3], tasks[0]]);
    page.finish_all();
    assert_eq!(page.state(tasks[4]), State::Memory);
}

#[test]
fn test_forget_errors() {
    let mut page = Page::new(1);
    let root = page.submit(INC, &[]);
    let last = page.submit(INC, &[root]);
    page.err(root);
    page.drop_handles(&[root]);
    assert_eq!(page.state(root), State::Erred);
    page.drop_handles(&[last]);
    assert!(page.scheduler.is_empty());
}

#[test]
fn test_dont_forget_released_keys() {
    let mut page = Page::new(1);
    let input = page.submit(INC, &[]);
    let output = page.submit(INC, &[input]);
    page.finish_all();
    page.drop_handles(&[input]);
    assert_eq!(
        (page.state(input), page.state(output)),
        (State::Released, State::Memory)
    );
}

#[test]
fn test_recompute_released_results() {
    let mut page = Page::new(1);
    let shared = call(Some(1), false, 0);
    let tasks = page.submit_all(&[shared, call(None, true, 1)], &[Dependency::Earlier(0)]);
    page.finish_all();
    assert_eq!(page.state(tasks[0]), State::Released);
    page.news();
    let more = page.submit_all(&[shared, call(None, true, 1)], &[Dependency::Earlier(0)]);
    page.finish_all();
    assert_eq!(runs(&page.news()), [(0, tasks[0]), (0, more[1])]);
}

#[test]
fn test_fire_and_forget() {
    // A client of its own holds it, until the page hears that it settled.
    let mut page = Page::new(1);
    let task = page.submit_with(0, 0, Some(1), &[]);
    page.submit_with(63, 0, Some(1), &[]);
    page.drop_handles_of(0, &[task]);
    page.finish(task);
    assert_eq!(settled(&page.news()).len(), 1);
    page.drop_handles_of(63, &[task]);
    assert!(page.scheduler.is_empty());
}

#[test]
fn test_fire_and_forget_err() {
    let mut page = Page::new(1);
    let task = page.submit_with(63, 0, None, &[]);
    page.err(task);
    page.drop_handles_of(63, &[task]);
    assert!(page.scheduler.is_empty());
}

#[test]
fn test_cleanup_after_broken_client_connection() {
    let mut page = Page::new(1);
    let tasks = [(); 3].map(|()| page.submit_with(5, 0, None, &[]));
    page.drop_handles_of(5, &tasks);
    assert!(page.scheduler.is_empty());
}

#[test]
fn test_scatter_error_cancel() {
    let mut page = Page::new(1);
    let data = page.scatter(&[8])[0];
    let user = page.submit(INC, &[data]);
    page.err(user);
    page.drop_handles(&[data]);
    assert_eq!(page.state(user), State::Erred);
}
