//! Cases 54 to 62: data, and which worker runs what in which order.

use webfutures::scheduler::{Dependency, Options, Outcome, Reason, State, TaskId, WorkerId};

use super::{GPU, call, in_place};
use crate::page::{ADD, INC, Page, runs, settled};

#[test]
fn test_lose_scattered_data() {
    let mut page = Page::new(2);
    let data = page.scatter(&[8])[0];
    let holder = page.scheduler.who_has(data)[0];
    page.news();
    page.die(holder.0);
    assert_eq!(settled(&page.news()), [(data, Outcome::LostData)]);
}

#[test]
fn test_scatter_compute_lose() {
    let mut page = Page::new(1);
    let data = page.scatter(&[8])[0];
    let done = page.submit(INC, &[data]);
    page.finish(done);
    let slow = page.submit(INC, &[]);
    let waiting = page.submit(ADD, &[data, slow]);
    page.die(0);
    assert_eq!(page.state(waiting), State::Erred);
    assert_eq!(page.state(slow), State::NoWorker);
}

#[test]
fn test_nbytes_determines_worker() {
    let mut page = Page::new(2);
    let (small, large) = (page.submit(INC, &[]), page.submit(INC, &[]));
    page.finish_with(small, 0.1, 100);
    page.finish_with(large, 0.1, 1_000_000);
    let sum = page.submit(ADD, &[small, large]);
    assert_eq!(page.worker_of(sum), page.worker_of(large));
}

#[test]
fn test_many_submits_spread_evenly() {
    let mut page = Page::new(4);
    let tasks: Vec<_> = (0..8).map(|_| page.submit(INC, &[])).collect();
    page.finish_all();
    let mut used: Vec<_> = tasks.iter().map(|&task| page.worker_of(task)).collect();
    used.sort_unstable();
    used.dedup();
    assert_eq!(used, [0, 1, 2, 3]);
}

#[test]
fn test_quiet_cluster_round_robin() {
    let mut page = Page::new(2);
    let used = [(); 4].map(|()| {
        let task = page.submit(INC, &[]);
        page.finish(task);
        page.worker_of(task)
    });
    assert_eq!(used, [0, 1, 0, 1]);
}

#[test]
fn test_unrunnable_task_runs() {
    let mut page = Page::new(0);
    let task = page.submit(INC, &[]);
    assert_eq!(page.state(task), State::NoWorker);
    page.join(0, 1);
    page.finish(task);
    assert_eq!(page.state(task), State::Memory);
}

#[test]
fn test_resource_submit() {
    let mut page = Page::new(1);
    page.define(Options {
        resources: &[(GPU, 2)],
        ..Options::default()
    });
    let bound = page.submit_with(0, 1, None, &[]);
    let free = page.submit(INC, &[]);
    assert_eq!(page.scheduler.waiting_reason(bound), Some(Reason::NoResources));
    assert_eq!(page.state(free), State::Processing, "nothing waits behind it");
    page.join_at(1, 0, 1, 0);
    assert_eq!(page.state(bound), State::NoWorker);
    page.join_at(2, 0, 2, 0);
    assert_eq!(page.worker_of(bound), 2);
}

#[test]
fn test_unrunnable_task_runs_in_its_place() {
    let mut page = Page::new(1);
    in_place(&mut page, 7, false);
    let task = page.submit_with(0, 1, None, &[]);
    assert_eq!(page.scheduler.waiting_reason(task), Some(Reason::NoPlace));
    page.join_at(1, 7, 0, 0);
    assert_eq!(page.worker_of(task), 1);
    page.die(1);
    assert_eq!(page.state(task), State::NoWorker);
    page.join_at(2, 7, 0, 0);
    assert_eq!(page.worker_of(task), 2, "a replacement is in the same place");
}

#[test]
fn test_allow_other_workers() {
    let mut page = Page::new(1);
    in_place(&mut page, 7, true);
    let first = page.submit_with(0, 1, None, &[]);
    assert_eq!(page.worker_of(first), 0, "nobody is there");
    page.join_at(1, 7, 0, 0);
    page.finish(first);
    let second = page.submit_with(0, 1, None, &[]);
    assert_eq!(page.worker_of(second), 1);
}

#[test]
fn test_priorities() {
    let mut page = Page::new(1);
    for priority in [1, -1] {
        page.define(Options {
            priority,
            ..Options::default()
        });
    }
    let blocker = page.submit(INC, &[]);
    let low = page.submit_with(0, 2, None, &[]);
    let plain = page.submit(INC, &[]);
    let high = page.submit_with(0, 1, None, &[]);
    page.finish_all();
    let order = [blocker, high, plain, low].map(|task| (0, task));
    assert_eq!(runs(&page.news()), order);
}

#[test]
fn test_an_equal_call_of_higher_priority_raises_the_task() {
    let mut page = Page::new(1);
    page.define_urgent();
    page.submit(ADD, &[]);
    let first = page.submit(INC, &[]);
    let second = page.submit_pure(1, &[]);
    page.submit_with(0, 1, Some(1), &[]);
    page.news();
    page.finish_all();
    assert_eq!(runs(&page.news()), [(0, second), (0, first)]);
}

#[test]
fn test_fifo_submission() {
    let mut page = Page::new(1);
    let tasks: Vec<_> = (0..6).map(|_| page.submit(INC, &[])).collect();
    page.finish_all();
    assert_eq!(
        runs(&page.news()),
        tasks.iter().map(|&task| (0, task)).collect::<Vec<_>>()
    );
}

#[test]
fn test_last_in_first_out() {
    // Five chains of three in one graph, depth first: each is finished before the next begins.
    let mut page = Page::new(1);
    let mut calls = Vec::new();
    let mut inputs = Vec::new();
    for chain in 0..5 {
        calls.extend([call(None, false, 0), call(None, false, 1), call(None, true, 1)]);
        inputs.extend([3 * chain, 3 * chain + 1].map(Dependency::Earlier));
    }
    let tasks = page.submit_all(&calls, &inputs);
    while let Some(&task) = page.under_way().first() {
        page.finish_with(task, 100.0, 8);
    }
    assert_eq!(
        runs(&page.news()),
        tasks.iter().map(|&task| (0, task)).collect::<Vec<_>>()
    );
}

#[test]
fn test_queued_remove_add_worker() {
    let mut page = Page::new(2);
    let tasks = page.map(INC, 20);
    page.retire(0);
    page.join(2, 1);
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.state(task) == State::Memory));
}

#[test]
fn test_deadlock_resubmit_queued_tasks_fast() {
    let mut page = Page::new(1);
    for _ in 0..3 {
        let calls: Vec<_> = (0..5).map(|token| call(Some(token), true, 0)).collect();
        let tasks = page.submit_all(&calls, &[]);
        page.drop_handles(&tasks);
    }
    let calls: Vec<_> = (0..5).map(|token| call(Some(token), true, 0)).collect();
    let tasks = page.submit_all(&calls, &[]);
    let (worker, run) = page.run_of(tasks[0]).or_else(|| page.run_of(TaskId(0))).unwrap();
    let (task, start, duration, bytes) = (TaskId(0), 0.0, 1.0, 8);
    page.report(worker, (task, run), (start, duration), bytes);
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.state(task) == State::Memory));
}

#[test]
fn test_saturation_factor() {
    // No factor to choose: what a worker gets at once follows from what its tasks take and how long the way to it is.
    let given = |duration: f64| {
        let mut page = Page::new(1);
        for _ in 0..200 {
            let task = page.submit(INC, &[]);
            // The way there and back takes 1 ms.
            page.now += 1.0;
            page.finish_with(task, duration, 8);
        }
        page.map(INC, 1_000);
        page.scheduler.processing(WorkerId(0)).count()
    };
    assert_eq!((given(100.0), given(1.0)), (1, 3));
    assert!((200..=210).contains(&given(0.01)), "{}", given(0.01));
}
