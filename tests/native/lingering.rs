//! Async runs that were stopped and go on for all that.

use webfutures::scheduler::{Action, Event, RunId, State, TaskId, WorkerId};

use crate::page::{INC, Page, stops};

/// A task that awaits something, was cancelled, and lingers.
fn lingering(page: &mut Page) -> (WorkerId, RunId) {
    let task = page.submit(INC, &[]);
    let (worker, run) = page.run_of(task).unwrap();
    page.give_way(task);
    page.cancel(0, &[task], false);
    assert_eq!(stops(&page.news()), [(run, true)]);
    page.handle(Event::RunStopped { worker, run });
    page.handle(Event::RunLingers { worker, run });
    (worker, run)
}

fn silent(page: &mut Page, worker: WorkerId, silence: f64) {
    page.handle(Event::WorkerSilent { worker, silence });
}

fn is_ended(page: &mut Page) -> bool {
    let ended = |action: &Action| matches!(action, Action::Terminate { .. });
    page.news().iter().any(ended)
}

fn begins(page: &mut Page, task: TaskId) {
    let (worker, run) = page.run_of(task).unwrap();
    let start = page.now;
    page.handle(Event::TaskBegan {
        worker,
        task,
        run,
        start,
    });
}

#[test]
fn a_worker_is_watched_as_long_as_runs_linger_there() {
    let mut page = Page::new(1);
    let (worker, run) = lingering(&mut page);
    assert_eq!(page.news(), [Action::Watch { worker, on: true }]);
    silent(&mut page, worker, 900.0);
    assert!(!is_ended(&mut page));
    page.handle(Event::RunLeft { worker, run });
    assert_eq!(page.news(), [Action::Watch { worker, on: false }]);
    let computing = page.submit(INC, &[]);
    silent(&mut page, worker, 60_000.0);
    assert!(!is_ended(&mut page), "it computes");
    page.finish(computing);
    silent(&mut page, worker, 4_000.0);
    assert!(!is_ended(&mut page), "nothing lingers there");
    silent(&mut page, worker, 5_000.0);
    assert!(is_ended(&mut page), "it has nothing to do, and does not answer");
}

#[test]
fn a_worker_that_is_silent_though_nothing_has_begun_is_ended() {
    let mut page = Page::new(1);
    let (worker, _) = lingering(&mut page);
    let waiting = page.submit(INC, &[]);
    silent(&mut page, worker, 1_000.0);
    assert!(is_ended(&mut page));
    assert_eq!(
        page.state(waiting),
        State::NoWorker,
        "it is placed anew, and not to blame"
    );
    page.join(1, 1);
    page.finish(waiting);
}

#[test]
fn a_task_that_computes_there_is_let_be() {
    let mut page = Page::new(1);
    let (worker, _) = lingering(&mut page);
    let long = page.submit(INC, &[]);
    begins(&mut page, long);
    silent(&mut page, worker, 60_000.0);
    assert!(!is_ended(&mut page));
    page.give_way(long);
    silent(&mut page, worker, 5_000.0);
    assert!(!is_ended(&mut page), "what awaited may compute for a while, too");
    silent(&mut page, worker, 10_000.0);
    assert!(is_ended(&mut page));
}

#[test]
fn what_computes_after_it_has_awaited_is_stopped_with_its_worker() {
    let mut page = Page::new(0);
    page.join(0, 2);
    let task = page.submit(INC, &[]);
    let (worker, run) = page.run_of(task).unwrap();
    page.give_way(task);
    let other = page.submit(INC, &[]);
    page.give_way(other);
    page.cancel(0, &[task], false);
    page.handle(Event::StopOverdue { worker, run });
    assert!(!is_ended(&mut page), "it may be the other that computes");
    page.finish(other);
    page.handle(Event::StopOverdue { worker, run });
    assert!(is_ended(&mut page));
}

#[test]
fn nothing_is_put_beside_what_has_not_answered_that_it_stops() {
    let mut page = Page::new(0);
    page.join(0, 4);
    let task = page.submit(INC, &[]);
    let (worker, run) = page.run_of(task).unwrap();
    page.give_way(task);
    page.cancel(0, &[task], false);
    let next = page.submit(INC, &[]);
    assert_eq!(page.state(next), State::Queued);
    page.handle(Event::RunStopped { worker, run });
    assert_eq!(page.state(next), State::Processing);
}
