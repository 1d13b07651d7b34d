//! What must not last longer: timeouts of runs, deadlines of tasks.

use webfutures::scheduler::{Action, Event, Options, Outcome, RunId, State, TaskId, WorkerId};

use crate::page::{ADD, Page, settled, stops};

#[test]
fn a_task_that_lasts_too_long_errs_and_is_stopped() {
    let mut page = Page::new(1);
    page.define(limits(200.0, 0.0, 0));
    let task = page.submit_with(0, 1, None, &[]);
    let (worker, run) = page.run_of(task).unwrap();
    page.now = 1_000.0;
    page.handle(Event::Reminded);
    assert_eq!(
        page.state(task),
        State::Processing,
        "time before it began does not count"
    );
    page.news();
    began(&mut page, worker, task, RunId(99), 1_000.0);
    assert_eq!(page.news(), [], "another run");
    began(&mut page, worker, task, run, 990.0);
    assert_eq!(page.news(), [Action::Remind { at: 1_190.0 }]);
    page.now = 1_189.0;
    page.handle(Event::Reminded);
    assert_eq!(page.news(), [Action::Remind { at: 1_190.0 }]);
    page.now = 1_190.0;
    page.handle(Event::Reminded);
    let news = page.news();
    assert_eq!(
        (settled(&news), stops(&news)),
        (vec![(task, Outcome::TimedOut { timeout: 200.0 })], vec![(run, true)])
    );
}

#[test]
fn what_lasts_too_long_is_tried_again_as_often_as_its_retries_say() {
    let mut page = Page::new(1);
    page.define(limits(200.0, 0.0, 1));
    let task = page.submit_with(0, 1, None, &[]);
    for attempt in 0..2 {
        let (worker, run) = page.run_of(task).unwrap();
        let start = page.now;
        began(&mut page, worker, task, run, start);
        page.now += 200.0;
        page.handle(Event::Reminded);
        assert_eq!(stops(&page.news()), [(run, true)], "attempt {attempt}");
        page.handle(Event::RunStopped { worker, run });
    }
    assert_eq!(page.state(task), State::Erred);
}

#[test]
fn a_run_that_ends_in_time_is_let_be() {
    let mut page = Page::new(1);
    page.define(limits(200.0, 500.0, 0));
    for _ in 0..1_000 {
        let task = page.submit_with(0, 1, None, &[]);
        let (worker, run) = page.run_of(task).unwrap();
        let start = page.now;
        began(&mut page, worker, task, run, start);
        page.finish(task);
        page.news();
        page.now += 1.0;
        page.handle(Event::Reminded);
        assert_eq!(stops(&page.news()), []);
        page.drop_handles(&[task]);
    }
}

#[test]
fn a_task_that_is_not_done_by_its_deadline_errs_wherever_it_stands() {
    let mut page = Page::new(1);
    page.define(limits(0.0, 100.0, 5));
    let running = page.submit_with(0, 1, None, &[]);
    let (_, run) = page.run_of(running).unwrap();
    let queued = page.submit_with(0, 1, None, &[]);
    let waiting = page.submit_with(0, 1, None, &[queued]);
    let behind = page.submit(ADD, &[waiting]);
    assert_eq!(
        [running, queued, waiting].map(|task| page.state(task)),
        [State::Processing, State::Queued, State::Waiting]
    );
    page.now += 99.0;
    page.handle(Event::Reminded);
    assert_eq!(page.state(queued), State::Queued);
    page.now += 1.0;
    page.news();
    page.handle(Event::Reminded);
    let news = page.news();
    assert_eq!(stops(&news), [(run, true)]);
    let late = |task| (task, Outcome::Expired { deadline: 100.0 });
    let told = settled(&news);
    assert_eq!(told[..2], [late(running), late(queued)], "whatever retries are left");
    // It had the same time, and what it waited for is to blame.
    assert_eq!(
        told[2..],
        [waiting, behind].map(|task| (task, Outcome::Erred { blame: queued }))
    );
    page.handle(Event::RunStopped {
        worker: WorkerId(0),
        run,
    });
    let again = page.submit_with(0, 1, None, &[]);
    page.handle(Event::TasksRetried { tasks: &[queued] });
    page.now += 99.0;
    page.handle(Event::Reminded);
    assert_eq!(page.state(again), State::Processing);
    page.finish_all();
    assert_eq!(
        [again, queued].map(|task| page.state(task)),
        [State::Memory; 2],
        "a retry has the whole time again"
    );
}

#[test]
fn without_any_worker_a_deadline_counts_all_the_same() {
    let mut page = Page::new(0);
    page.define(limits(0.0, 100.0, 0));
    let task = page.submit_with(0, 1, None, &[]);
    page.now += 100.0;
    page.handle(Event::Reminded);
    assert_eq!(settled(&page.news()), [(task, Outcome::Expired { deadline: 100.0 })]);
}

#[test]
fn the_sooner_of_two_times_is_the_one_to_be_reminded_of() {
    let mut page = Page::new(0);
    page.define(limits(0.0, 5_000.0, 0));
    page.define(limits(0.0, 100.0, 0));
    let reminders = |page: &mut Page| {
        let news = page.news();
        let at = |action: &Action| match *action {
            Action::Remind { at } => Some(at),
            _ => None,
        };
        news.iter().filter_map(at).collect::<Vec<_>>()
    };
    page.submit_with(0, 1, None, &[]);
    page.submit_with(0, 2, None, &[]);
    page.submit_with(0, 1, None, &[]);
    assert_eq!(reminders(&mut page), [5_000.0, 100.0]);
    page.now = 100.0;
    page.handle(Event::Reminded);
    assert_eq!(reminders(&mut page), [5_000.0]);
}

fn limits(timeout: f64, deadline: f64, retries: u32) -> Options<'static> {
    Options {
        timeout,
        deadline,
        retries,
        ..Options::default()
    }
}

fn began(page: &mut Page, worker: WorkerId, task: TaskId, run: RunId, start: f64) {
    page.handle(Event::TaskBegan {
        worker,
        task,
        run,
        start,
    });
}
