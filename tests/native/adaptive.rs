//! How many workers there should be: distributed's rule, looked at from outside.

use webfutures::scheduler::{Adaptive, Advice, Event, Options, PlaceId, WorkerId};

use crate::page::{ADD, INC, Page};

/// Ten milliseconds of work a worker, two looks until one goes.
fn rule(minimum: usize, maximum: usize) -> Adaptive {
    Adaptive::new(minimum, maximum, 10.0, 2)
}

/// Has a call of `INC` take that many milliseconds.
fn measure(page: &mut Page, milliseconds: f64) {
    let task = page.submit(INC, &[]);
    page.finish_with(task, milliseconds, 8);
    page.drop_handles(&[task]);
}

#[test]
fn workers_come_for_the_work_there_is_up_to_the_maximum() {
    let mut page = Page::new(1);
    measure(&mut page, 2.0);
    let tasks = page.map(INC, 100);
    let look = |rule: &mut Adaptive, page: &Page| rule.look(&page.scheduler, page.now, 1);
    assert_eq!(
        look(&mut rule(0, 64), &page),
        Advice::Grow(20),
        "100 tasks of 2 ms in 10 ms"
    );
    assert_eq!(look(&mut rule(0, 8), &page), Advice::Grow(8));
    page.drop_handles(&tasks[1..]);
    assert_eq!(
        look(&mut rule(0, 64), &page),
        Advice::Stay,
        "one task needs no second worker"
    );
}

#[test]
fn few_long_tasks_ask_for_no_more_workers_than_there_are_tasks() {
    let mut page = Page::new(1);
    measure(&mut page, 5_000.0);
    page.map(INC, 3);
    assert_eq!(rule(0, 64).look(&page.scheduler, page.now, 1), Advice::Grow(3));
}

#[test]
fn work_without_any_worker_asks_for_one() {
    let mut page = Page::new(0);
    assert_eq!(rule(0, 64).look(&page.scheduler, 0.0, 0), Advice::Stay);
    assert_eq!(rule(2, 64).look(&page.scheduler, 0.0, 0), Advice::Grow(2));
    let data = page.scatter(&[8]);
    assert_eq!(rule(0, 64).look(&page.scheduler, 0.0, 0), Advice::Grow(1), "data waits");
    page.drop_handles(&data);
    let bound = Options {
        places: &[PlaceId(7)],
        ..Options::default()
    };
    page.define(bound);
    page.submit_with(0, 1, None, &[]);
    assert_eq!(
        rule(0, 64).look(&page.scheduler, 0.0, 0),
        Advice::Grow(1),
        "in a lane, too"
    );
    assert_eq!(
        rule(0, 64).look(&page.scheduler, 0.0, 1),
        Advice::Stay,
        "it is on its way"
    );
}

#[test]
fn a_worker_goes_once_it_has_been_one_too_many_for_long_enough() {
    let mut page = Page::new(3);
    let mut rule = rule(1, 64);
    let task = page.submit(ADD, &[]);
    page.finish_with(task, 0.1, 100);
    assert_eq!(page.worker_of(task), 0);
    assert_eq!(rule.look(&page.scheduler, page.now, 3), Advice::Stay);
    let gone = Advice::Shrink(vec![WorkerId(2), WorkerId(1)]);
    assert_eq!(
        rule.look(&page.scheduler, page.now, 3),
        gone,
        "those that store nothing"
    );
    page.retire(1);
    page.retire(2);
    assert_eq!(rule.look(&page.scheduler, page.now, 1), Advice::Stay, "the minimum");
}

#[test]
fn work_in_between_begins_the_count_anew() {
    let mut page = Page::new(2);
    let mut rule = rule(0, 2);
    assert_eq!(rule.look(&page.scheduler, page.now, 2), Advice::Stay);
    let tasks = page.map(INC, 2);
    assert_eq!(rule.look(&page.scheduler, page.now, 2), Advice::Stay);
    tasks.iter().for_each(|&task| page.finish(task));
    assert_eq!(rule.look(&page.scheduler, page.now, 2), Advice::Stay);
    assert!(matches!(rule.look(&page.scheduler, page.now, 2), Advice::Shrink(_)));
}

#[test]
fn a_worker_whose_task_awaits_stays() {
    let mut page = Page::new(1);
    let mut rule = rule(0, 1);
    let task = page.submit(INC, &[]);
    page.give_way(task);
    for _ in 0..5 {
        assert_eq!(rule.look(&page.scheduler, page.now, 1), Advice::Stay);
    }
}

#[test]
fn full_workers_ask_for_as_many_again() {
    let mut page = Page::new(0);
    page.join_at(0, 0, 1, 1_000);
    page.join_at(1, 0, 1, 1_000);
    let task = page.submit(INC, &[]);
    page.finish_with(task, 0.1, 1_100);
    assert_eq!(rule(0, 64).look(&page.scheduler, page.now, 2), Advice::Stay);
    let more = page.submit(INC, &[]);
    page.finish_with(more, 0.1, 200);
    assert_eq!(rule(0, 64).look(&page.scheduler, page.now, 2), Advice::Grow(4));
}

#[test]
fn a_restart_forgets_every_task_and_ends_every_worker() {
    use webfutures::scheduler::{Action, Outcome};
    let mut page = Page::new(2);
    let done = page.submit(INC, &[]);
    page.finish(done);
    let failed = page.submit(ADD, &[]);
    page.err(failed);
    let running = page.submit(INC, &[done]);
    let waiting = page.submit_with(3, 0, None, &[running]);
    let data = page.scatter(&[8]);
    page.news();
    page.handle(Event::Restarted);
    assert!(page.scheduler.is_empty());
    assert_eq!(page.scheduler.workers(), []);
    let news = page.news();
    let restarted = |action: &Action| match *action {
        Action::Settle {
            task,
            outcome: Outcome::Restarted,
        } => Some(task),
        _ => None,
    };
    let mut settled: Vec<_> = news.iter().filter_map(restarted).collect();
    settled.sort_unstable();
    let mut all = vec![done, failed, running, waiting, data[0]];
    all.sort_unstable();
    assert_eq!(settled, all);
    let ended = news.iter().filter(|action| matches!(action, Action::Terminate { .. }));
    assert_eq!(ended.count(), 2);
    page.drop_handles_of(3, &[]);
    page.join(2, 1);
    let again = page.submit(INC, &[]);
    page.finish(again);
    assert_eq!(page.scheduler.len(), 1);
}
