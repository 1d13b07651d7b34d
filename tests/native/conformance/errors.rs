//! Cases 15 to 27: errors and retries.

use webfutures::scheduler::{Dependency, Outcome, State};

use super::{call, diamond, erred, retries};
use crate::page::{INC, Page, runs, settled};

#[test]
fn test_exception_on_exception() {
    let mut page = Page::new(1);
    let root = page.submit(INC, &[]);
    let middle = page.submit(INC, &[root]);
    let last = page.submit(INC, &[middle]);
    page.err(root);
    let told = settled(&page.news());
    assert!(
        [root, middle, last]
            .iter()
            .all(|&task| told.contains(&(task, Outcome::Erred { blame: root })))
    );
}

#[test]
fn test_submit_dependency_of_erred_task() {
    let mut page = Page::new(1);
    let root = page.submit(INC, &[]);
    page.err(root);
    let late = page.submit(INC, &[root]);
    assert_eq!(page.state(late), State::Erred);
}

#[test]
fn test_errors_dont_block() {
    let mut page = Page::new(1);
    let tasks = page.map(INC, 4);
    for (index, &task) in tasks.iter().enumerate() {
        if index % 2 == 0 {
            page.err(task)
        } else {
            page.finish(task)
        }
    }
    let states = tasks.iter().map(|&task| page.state(task)).collect::<Vec<_>>();
    assert_eq!(states, [State::Erred, State::Memory, State::Erred, State::Memory]);
}

#[test]
fn test_if_intermediates_clear_on_error() {
    let mut page = Page::new(1);
    let tasks = diamond(&mut page, [false, false, false, true]);
    page.finish(tasks[0]);
    page.finish(tasks[1]);
    page.err(tasks[2]);
    assert_eq!(page.state(tasks[3]), State::Erred);
    assert_eq!(page.scheduler.counts()[State::Memory as usize].1, 0);
}

#[test]
fn test_retries() {
    let mut page = Page::new(1);
    retries(&mut page, 2);
    let task = page.submit_with(0, 1, None, &[]);
    page.err(task);
    page.err(task);
    assert_eq!(settled(&page.news()), [], "two failures are allowed");
    page.err(task);
    assert_eq!(settled(&page.news()), [erred(task, task)]);
    let luckier = page.submit_with(0, 1, None, &[]);
    page.err(luckier);
    page.finish(luckier);
    assert_eq!(page.state(luckier), State::Memory);
}

#[test]
fn test_retry_dependencies() {
    let mut page = Page::new(1);
    let root = page.submit(INC, &[]);
    let last = page.submit(INC, &[root]);
    page.err(root);
    page.drop_handles(&[root]);
    page.news();
    page.retry(&[last]);
    page.finish(root);
    page.finish(last);
    assert_eq!(runs(&page.news()), [(0, root), (0, last)]);
    assert_eq!(page.state(last), State::Memory);
}

#[test]
fn test_released_dependencies() {
    let mut page = Page::new(1);
    let root = page.submit(INC, &[]);
    let last = page.submit(INC, &[root]);
    page.finish(root);
    page.drop_handles(&[root]);
    page.err(last);
    assert_eq!(page.state(root), State::Released);
    page.retry(&[last]);
    page.finish_all();
    assert_eq!(page.state(last), State::Memory);
}

#[test]
fn test_dont_recompute_if_erred() {
    let mut page = Page::new(1);
    let calls = [call(Some(1), false, 0), call(Some(2), true, 1)];
    let tasks = page.submit_all(&calls, &[Dependency::Earlier(0)]);
    page.finish(tasks[0]);
    page.err(tasks[1]);
    page.news();
    page.submit_all(&calls, &[Dependency::Earlier(0)]);
    assert_eq!(runs(&page.news()), []);
}

#[test]
fn test_get_stops_work_after_error() {
    // A container that is computed holds its inputs; once one has failed, nobody wants the others any more.
    let mut page = Page::new(1);
    let mut calls = vec![call(None, false, 0); 5];
    calls.push(call(None, true, 5));
    let tasks = page.submit_all(&calls, &[0, 1, 2, 3, 4].map(Dependency::Earlier));
    page.news();
    page.err(tasks[0]);
    let news = page.news();
    assert_eq!(settled(&news).last(), Some(&erred(tasks[5], tasks[0])));
    assert_eq!(runs(&news), [], "no other input begins");
    assert_eq!(page.scheduler.active(), 0);
}
