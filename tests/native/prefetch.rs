//! How much a worker gets at once.

use webfutures::scheduler::{Event, State, TaskId, WorkerId};

use crate::page::{ADD, INC, Page, runs};

/// Runs of a function until its duration and the round trip are known.
fn teach(page: &mut Page, function: webfutures::scheduler::FunctionId, duration: f64, round_trip: f64, count: usize) {
    for _ in 0..count {
        let task = page.submit(function, &[]);
        let (worker, run) = page.run_of(task).unwrap();
        let start = page.now;
        page.now += duration + round_trip;
        page.report(worker, (task, run), (start, duration), 8);
        page.drop_handles(&[task]);
    }
    page.news();
}

/// How many tasks each worker has.
fn given(page: &Page) -> Vec<usize> {
    page.scheduler
        .workers()
        .iter()
        .map(|&worker| page.scheduler.processing(worker).count())
        .collect()
}

#[test]
fn tasks_of_an_unknown_function_are_sent_one_by_one_to_everybody() {
    let mut page = Page::new(3);
    page.map(INC, 10);
    assert_eq!(given(&page), [1, 1, 1]);
}

#[test]
fn long_tasks_are_sent_one_by_one() {
    let mut page = Page::new(2);
    teach(&mut page, INC, 100.0, 0.1, 50);
    page.map(INC, 10);
    assert_eq!(given(&page), [1, 1]);
}

#[test]
fn tiny_tasks_are_sent_in_bulk_and_evenly() {
    let mut page = Page::new(4);
    teach(&mut page, INC, 0.0, 0.5, 100);
    page.map(INC, 40);
    assert_eq!(given(&page), [10; 4], "few tasks are shared out");
    page.map(INC, 100_000);
    let given = given(&page);
    assert!(given.iter().all(|&count| (100..=4096).contains(&count)), "{given:?}");
    assert!(
        given.iter().max().unwrap() - given.iter().min().unwrap() <= 1,
        "{given:?}"
    );
}

#[test]
fn neighbours_of_a_batch_go_to_one_worker() {
    let mut page = Page::new(2);
    teach(&mut page, INC, 0.0, 0.5, 100);
    let tasks = page.map(INC, 40);
    let workers: Vec<_> = tasks.iter().map(|&task| page.run_of(task).unwrap().0).collect();
    let borders = workers.windows(2).filter(|pair| pair[0] != pair[1]).count();
    // The idle get one each before the others are dealt.
    assert!(borders <= 3, "{workers:?}");
}

#[test]
fn what_is_prefetched_covers_about_two_round_trips() {
    let mut page = Page::new(1);
    teach(&mut page, INC, 0.1, 1.0, 100);
    page.map(INC, 1_000);
    assert!((18..=24).contains(&given(&page)[0]), "{:?}", given(&page));
}

#[test]
fn a_busy_page_makes_the_prefetch_grow() {
    let prefetched = |round_trip| {
        let mut page = Page::new(1);
        teach(&mut page, INC, 0.1, round_trip, 100);
        page.map(INC, 1_000);
        given(&page)[0]
    };
    let (quiet, busy) = (prefetched(0.1), prefetched(5.0));
    assert!(busy > 10 * quiet, "{quiet} when quiet, {busy} when busy");
}

#[test]
fn a_task_of_a_millisecond_is_not_long_however_short_the_way() {
    let mut page = Page::new(2);
    teach(&mut page, INC, 1.0, 0.02, 100);
    page.map(INC, 10);
    assert_eq!(given(&page), [2, 2], "the way is longer once both compute");
}

#[test]
fn one_slow_start_makes_no_task_wait_behind_a_long_one() {
    let mut page = Page::new(1);
    teach(&mut page, INC, 50.0, 0.1, 100);
    page.map(INC, 3);
    assert_eq!(given(&page), [1], "50 ms are long");
    let mut page = Page::new(1);
    teach(&mut page, INC, 50.0, 0.1, 100);
    teach(&mut page, INC, 50.0, 20.0, 1);
    page.map(INC, 3);
    assert_eq!(given(&page), [1], "and still are");
}

#[test]
fn the_first_run_of_a_worker_says_nothing_about_the_way_to_it() {
    let mut page = Page::new(1);
    teach(&mut page, INC, 1.0, 0.1, 100);
    let before = page.scheduler.round_trip();
    for worker in 0..10 {
        page.die(worker);
        page.join(worker + 1, 1);
        teach(&mut page, INC, 1.0, 20.0, 1);
    }
    assert_eq!(page.scheduler.round_trip(), before);
}

#[test]
fn nothing_is_put_behind_a_long_task_and_no_long_one_behind_others() {
    let mut page = Page::new(1);
    teach(&mut page, INC, 0.01, 0.1, 100);
    teach(&mut page, ADD, 100.0, 0.1, 20);
    let first = page.submit(INC, &[]);
    let long = page.submit(ADD, &[]);
    let last = page.submit(INC, &[]);
    assert_eq!(
        [first, long, last].map(|task| page.state(task)),
        [State::Processing, State::Queued, State::Queued]
    );
    page.finish_with(first, 0.01, 8);
    assert_eq!(
        [long, last].map(|task| page.state(task)),
        [State::Processing, State::Queued]
    );
    page.finish_with(long, 100.0, 8);
    assert_eq!(page.state(last), State::Processing);
}

#[test]
fn a_worker_that_is_silent_for_long_gets_nothing_more() {
    let mut page = Page::new(1);
    teach(&mut page, INC, 0.01, 1.0, 100);
    page.map(INC, 20);
    let before = given(&page)[0];
    page.now += 1_000.0;
    page.map(INC, 20);
    assert_eq!(given(&page)[0], before);
}

#[test]
fn the_last_tasks_are_shared_and_not_taken_by_the_first_to_report() {
    let mut page = Page::new(4);
    teach(&mut page, INC, 0.0, 5.0, 5);
    let tasks = page.map(INC, 100);
    let first = page.under_way()[0];
    page.finish_with(first, 0.0, 8);
    let given = given(&page);
    assert!(given.iter().all(|&count| count <= 25), "{given:?}");
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.state(task) == State::Memory));
}

#[test]
fn tasks_run_in_the_order_of_submission_whenever_they_became_ready() {
    let mut page = Page::new(1);
    let gate = page.submit(INC, &[]);
    let old = page.submit(INC, &[gate]);
    let young = page.map(INC, 3);
    page.finish_with(gate, 1_000.0, 8);
    page.finish_with(old, 1_000.0, 8);
    for task in &young {
        page.finish_with(*task, 1_000.0, 8);
    }
    let order: Vec<TaskId> = runs(&page.news()).into_iter().map(|run| run.1).collect();
    assert_eq!(order, [gate, old, young[0], young[1], young[2]]);
}

#[test]
fn a_task_that_awaits_gives_its_slot_to_the_next_within_the_concurrency() {
    let mut page = Page::new(0);
    page.join(0, 2);
    let tasks = page.map(INC, 4);
    page.give_way(tasks[0]);
    assert_eq!(page.state(tasks[1]), State::Processing);
    page.give_way(tasks[1]);
    assert_eq!(page.state(tasks[2]), State::Queued, "two are under way");
    page.finish(tasks[0]);
    assert_eq!(page.state(tasks[2]), State::Processing);
    assert_eq!(page.state(tasks[3]), State::Queued, "one awaits, one may await");
    page.finish(tasks[1]);
    assert_eq!(page.state(tasks[3]), State::Processing);
}

#[test]
fn the_late_word_of_a_dropped_run_that_awaits_gives_the_slot_back_too() {
    let mut page = Page::new(1);
    let task = page.submit(INC, &[]);
    let (worker, run) = page.run_of(task).unwrap();
    page.drop_handles(&[task]);
    let next = page.submit(ADD, &[]);
    assert_eq!(page.state(next), State::Queued);
    page.handle(Event::TaskErred {
        worker,
        task,
        run,
        start: 0.0,
        duration: 0.0,
    });
    assert_eq!(page.state(next), State::Processing);
    page.handle(Event::TaskErred {
        worker,
        task,
        run,
        start: 0.0,
        duration: 0.0,
    });
    page.handle(Event::TaskErred {
        worker: WorkerId(9),
        task,
        run,
        start: 0.0,
        duration: 0.0,
    });
    assert_eq!(page.state(next), State::Processing, "said twice, and by nobody");
}
