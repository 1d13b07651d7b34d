//! Which worker runs what.

use webfutures::scheduler::{Dependency, Event, State, Submission, WorkerId};

use crate::page::{ADD, INC, Page, call_of, dropped, runs};

/// Makes a function known: it takes that many milliseconds.
fn teach(page: &mut Page, function: webfutures::scheduler::FunctionId, duration: f64) {
    for _ in 0..20 {
        let task = page.submit(function, &[]);
        page.finish_with(task, duration, 8);
        page.drop_handles(&[task]);
    }
    page.news();
}

#[test]
fn single_calls_go_to_idle_workers_in_turn() {
    let mut page = Page::new(3);
    let mut used = Vec::new();
    for _ in 0..6 {
        let task = page.submit(INC, &[]);
        used.push(page.worker_of(task));
        page.finish(task);
    }
    assert_eq!(used, [0, 1, 2, 0, 1, 2]);
}

#[test]
fn calls_in_quick_succession_go_to_the_worker_that_is_still_awake() {
    let mut page = Page::new(3);
    let next = |page: &mut Page| {
        let task = page.map(INC, 1)[0];
        page.finish(task);
        page.worker_of(task)
    };
    assert_eq!([(); 3].map(|()| next(&mut page)), [0, 0, 0]);
    // Not if the results pile up there.
    let large = page.map(INC, 1)[0];
    page.finish_with(large, 0.1, 10 << 20);
    assert_eq!(page.worker_of(large), 0);
    assert_eq!(next(&mut page), 1);
}

#[test]
fn a_task_runs_where_its_larger_input_is() {
    for larger in [0, 1] {
        let mut page = Page::new(2);
        let tasks = page.map(INC, 2);
        for task in [0, 1] {
            page.finish_with(tasks[task], 0.1, if task == larger { 1_000_000 } else { 1_000 });
        }
        let sum = page.submit(ADD, &tasks);
        assert_eq!(page.worker_of(sum), page.worker_of(tasks[larger]));
    }
}

#[test]
fn a_dependent_waits_for_its_worker_when_moving_the_data_takes_longer() {
    let mut page = Page::new(2);
    teach(&mut page, ADD, 5.0);
    let big = page.submit(INC, &[]);
    page.finish_with(big, 0.1, 100_000_000);
    let home = page.worker_of(big);
    let first = page.submit(ADD, &[big]);
    let second = page.submit(ADD, &[big]);
    assert_eq!((page.worker_of(first), page.state(second)), (home, State::Queued));
    page.finish_with(first, 5.0, 8);
    assert_eq!(page.worker_of(second), home);
}

#[test]
fn an_idle_worker_takes_over_when_moving_the_data_is_quicker() {
    let mut page = Page::new(2);
    teach(&mut page, ADD, 500.0);
    let small = page.submit(INC, &[]);
    page.finish_with(small, 0.1, 1_000_000);
    let tasks = [(); 4].map(|()| page.submit(ADD, &[small]));
    let mut used = [page.worker_of(tasks[0]), page.worker_of(tasks[1])];
    used.sort_unstable();
    assert_eq!(used, [0, 1], "10 ms of moving against 500 ms of waiting");
    for pair in tasks.chunks(2) {
        pair.iter().for_each(|&task| page.finish_with(task, 250.0, 8));
    }
    assert_eq!(page.worker_of(tasks[2]) + page.worker_of(tasks[3]), 1);
}

#[test]
fn an_idle_worker_takes_over_from_one_that_is_silent_for_too_long() {
    let mut page = Page::new(2);
    teach(&mut page, ADD, 0.5);
    let big = page.submit(INC, &[]);
    page.finish_with(big, 0.1, 5_000_000);
    let home = page.worker_of(big);
    let tasks = [(); 40].map(|()| page.submit(ADD, &[big]));
    let waiting = tasks
        .into_iter()
        .filter(|&task| page.state(task) == State::Queued)
        .count();
    assert!(waiting > 0);
    assert!(runs(&page.news()).iter().filter(|run| run.0 != home).count() == 0);
    // The first of them turns out to be long; the next thing that happens shows it.
    page.now += 10_000.0;
    page.handle(Event::ValuesWanted { tasks: &[] });
    let moved: Vec<_> = runs(&page.news());
    assert!(!moved.is_empty() && moved.iter().all(|run| run.0 != home), "{moved:?}");
}

#[test]
fn dependents_of_one_task_spread_when_there_is_enough_to_do() {
    let mut page = Page::new(4);
    teach(&mut page, ADD, 10.0);
    let root = page.submit(INC, &[]);
    page.finish(root);
    let call = call_of(ADD, 1);
    page.news();
    page.submit_all(&[call; 400], &[Dependency::Known(root); 400]);
    let mut given = [0; 4];
    while let Some(&task) = page.under_way().first() {
        given[page.worker_of(task) as usize] += 1;
        page.finish_with(task, 10.0, 8);
    }
    assert!(given.iter().all(|&count| (90..=110).contains(&count)), "{given:?}");
}

/// So many calls of one function, and what adds them pairwise.
fn pairs(leaves: u32) -> (Vec<Submission>, Vec<Dependency>) {
    let call = |function, dependencies| call_of(function, dependencies);
    let mut calls = vec![call(INC, 0); leaves as usize];
    calls.extend(vec![call(ADD, 2); leaves as usize / 2]);
    (calls, (0..leaves).map(Dependency::Earlier).collect())
}

#[test]
fn inputs_of_one_task_are_given_to_one_worker() {
    let mut page = Page::new(2);
    teach(&mut page, INC, 0.5);
    let (calls, dependencies) = pairs(64);
    let tasks = page.submit_all(&calls, &dependencies);
    // The two are equally fast.
    for worker in [0, 1].into_iter().cycle() {
        let task = page
            .under_way()
            .into_iter()
            .find(|&task| page.worker_of(task) == worker);
        let Some(task) = task else { break };
        page.finish_with(task, 0.5, 8);
    }
    let used: Vec<u32> = tasks.iter().map(|&task| page.worker_of(task)).collect();
    let (one, other) = (used[0], 1 - used[0]);
    let halves = [(one, 32), (other, 32), (one, 16), (other, 16)];
    let expected: Vec<u32> = halves.iter().flat_map(|&(worker, count)| vec![worker; count]).collect();
    assert_eq!(used, expected);
}

#[test]
fn what_nothing_depends_on_is_begun_in_order() {
    let mut page = Page::new(2);
    teach(&mut page, INC, 0.5);
    let tasks = page.map(INC, 64);
    let mut begun = runs(&page.news()).len();
    assert!(begun < 32, "some wait: {begun}");
    while let Some(&task) = page.under_way().first() {
        page.finish_with(task, 0.5, 8);
        for (_, next) in runs(&page.news()) {
            assert_eq!(next, tasks[begun]);
            begun += 1;
        }
    }
    assert_eq!(begun, 64);
}

#[test]
fn what_is_more_urgent_goes_before_a_share() {
    let mut page = Page::new(2);
    teach(&mut page, INC, 0.5);
    page.define_urgent();
    let (calls, dependencies) = pairs(64);
    page.submit_all(&calls, &dependencies);
    let urgent = page.submit_with(0, 1, None, &[]);
    page.news();
    let task = page.under_way()[0];
    page.finish_with(task, 0.5, 8);
    assert_eq!(runs(&page.news())[0].1, urgent);
}

#[test]
fn the_share_of_a_worker_that_dies_is_taken_by_others() {
    let mut page = Page::new(2);
    teach(&mut page, INC, 0.5);
    let (calls, dependencies) = pairs(64);
    let tasks = page.submit_all(&calls, &dependencies);
    page.die(0);
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.worker_of(task) == 1));
}

#[test]
fn a_copy_counts_as_a_holder_until_it_is_dropped() {
    let mut page = Page::new(2);
    let tasks = page.map(INC, 2);
    page.finish_with(tasks[0], 0.1, 1_000);
    page.finish_with(tasks[1], 0.1, 1_000_000);
    let sum = page.submit(ADD, &tasks);
    let home = page.worker_of(tasks[1]);
    page.fetch(home, tasks[0]);
    assert_eq!(page.scheduler.who_has(tasks[0]).len(), 2);
    assert_eq!(page.scheduler.stored(WorkerId(home)), 1_001_000);
    page.finish(sum);
    page.news();
    page.drop_handles(&[tasks[0]]);
    assert_eq!(dropped(&page.news()).len(), 2);
    page.fetch(home, tasks[0]);
    assert_eq!(
        dropped(&page.news()),
        [(home, page.run_of(tasks[0]).unwrap().1)],
        "a copy that came too late"
    );
}
