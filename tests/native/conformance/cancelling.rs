//! Cases 39 to 47: what is given up.

use webfutures::scheduler::{Event, Options, Outcome, State};

use super::{GPU, cancelled};
use crate::page::{INC, Page, forgotten, runs, settled, stops};

#[test]
fn test_cancel() {
    let mut page = Page::new(1);
    let x = page.submit(INC, &[]);
    let y = page.submit(INC, &[x]);
    let (_, run) = page.run_of(x).unwrap();
    page.news();
    page.cancel(0, &[x], false);
    let news = page.news();
    assert_eq!(settled(&news), [cancelled(y, x), cancelled(x, x)]);
    assert_eq!(stops(&news), [(run, true)]);
    assert_eq!(forgotten(&news), [y, x]);
    assert!(page.scheduler.is_empty());
}

#[test]
fn test_cancel_multi_client() {
    let mut page = Page::new(1);
    let task = page.submit_with(0, 0, Some(1), &[]);
    page.submit_with(1, 0, Some(1), &[]);
    let mine = page.submit_with(0, 0, None, &[task]);
    page.news();
    page.cancel(0, &[task], false);
    assert_eq!(settled(&page.news()), []);
    page.finish(task);
    assert_eq!(settled(&page.news()).len(), 1);
    page.finish(mine);
    assert_eq!(page.state(mine), State::Memory);
}

#[test]
fn test_cancel_before_known_to_scheduler() {
    let mut page = Page::new(0);
    let x = page.submit(INC, &[]);
    let y = page.submit(INC, &[x]);
    page.cancel(0, &[x], false);
    assert_eq!(settled(&page.news()), [cancelled(y, x), cancelled(x, x)]);
    page.join(0, 1);
    assert_eq!(runs(&page.news()), [], "what has not begun never runs");
}

#[test]
fn test_resources_reset_after_cancelled_task() {
    let mut page = Page::new(0);
    page.join_at(0, 0, 1, 0);
    page.define(Options {
        resources: &[(GPU, 1)],
        ..Options::default()
    });
    let first = page.submit_with(0, 1, None, &[]);
    let second = page.submit_with(0, 1, None, &[]);
    page.cancel(0, &[first], false);
    assert_eq!(page.state(second), State::Queued, "the function may still use it");
    page.stopped(first);
    assert_eq!(page.state(second), State::Processing);
}

#[test]
fn test_abort_execution_add_as_dependency() {
    let mut page = Page::new(1);
    let first = page.submit_pure(1, &[]);
    let (worker, run) = page.run_of(first).unwrap();
    page.drop_handles(&[first]);
    let again = page.submit_pure(1, &[]);
    let output = page.submit(INC, &[again]);
    page.report(worker, (first, run), (0.0, 1.0), 8);
    page.finish_all();
    assert_eq!((page.state(again), page.state(output)), (State::Memory, State::Memory));
}

#[test]
fn test_cancelled_task_error_rejected() {
    let mut page = Page::new(2);
    let first = page.submit_pure(1, &[]);
    let (worker, run) = page.run_of(first).unwrap();
    page.drop_handles(&[first]);
    let again = page.submit_pure(1, &[]);
    page.finish(again);
    page.news();
    page.handle(Event::TaskErred {
        worker,
        task: first,
        run,
        start: 0.0,
        duration: 1.0,
    });
    assert_eq!((page.state(again), page.news()), (State::Memory, vec![]));
}

#[test]
fn test_cancel_fire_and_forget() {
    let mut page = Page::new(1);
    let input = page.submit_with(63, 0, None, &[]);
    let output = page.submit_with(63, 0, None, &[input]);
    page.cancel(0, &[input, output], true);
    assert!(page.scheduler.is_empty());
}

#[test]
fn test_multiple_clients_restart() {
    let mut page = Page::new(1);
    let (mine, other) = (page.submit_with(0, 0, Some(1), &[]), page.submit_with(1, 0, None, &[]));
    page.handle(Event::Restarted);
    let mut told = settled(&page.news());
    told.sort_by_key(|(task, _)| *task);
    assert_eq!(told, [(mine, Outcome::Restarted), (other, Outcome::Restarted)]);
    assert!(page.scheduler.is_empty());
}

#[test]
fn test_forgotten_futures_dont_clean_up_new_futures() {
    let mut page = Page::new(1);
    let old = page.submit_with(0, 0, Some(1), &[]);
    let user = page.submit_with(1, 0, None, &[old]);
    page.finish(old);
    page.finish(user);
    page.cancel(0, &[old], false);
    let new = page.submit_with(0, 0, Some(1), &[]);
    assert_ne!(old, new, "an equal call begins anew");
    page.drop_handles_of(0, &[old]);
    assert!(page.scheduler.is_held(new) && page.scheduler.is_held(user));
}
