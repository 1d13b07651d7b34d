//! What a Dask user expects of the scheduler: each test bears the name of distributed's own.
//! Those that need time are in `simulation.rs`.

use webfutures::scheduler::{Dependency, Event, Outcome, State, Submission, TaskId};

use crate::page::{ADD, INC, Page, forgotten, runs, settled};

fn call(token: Option<u128>, held: bool, dependencies: u32) -> Submission {
    Submission {
        options: webfutures::scheduler::OptionsId::DEFAULT,
        function: INC,
        token,
        held,
        dependencies,
    }
}

/// A diamond: one root, two in the middle, one that takes both.
fn diamond(page: &mut Page, held: [bool; 4]) -> Vec<TaskId> {
    let inputs = [0, 1, 1, 2].map(|inputs| inputs as u32);
    let calls: Vec<_> = inputs
        .iter()
        .zip(held)
        .map(|(&inputs, held)| call(None, held, inputs))
        .collect();
    page.submit_all(&calls, &[0, 0, 1, 2].map(Dependency::Earlier))
}

#[test]
fn test_submit_naming() {
    let mut page = Page::new(1);
    let (a, b, c) = (
        page.submit_pure(1, &[]),
        page.submit_pure(1, &[]),
        page.submit_pure(2, &[]),
    );
    assert_eq!((a == b, a == c), (true, false));
    assert_eq!(page.scheduler.key(a), page.scheduler.key(b));
    let (d, e) = (page.submit(INC, &[]), page.submit(INC, &[]));
    assert_ne!(page.scheduler.key(d), page.scheduler.key(e));
}

#[test]
fn test_map_naming() {
    let mut page = Page::new(1);
    let pure = page.submit_all(&[call(Some(1), true, 0); 4], &[]);
    assert!(pure.iter().all(|&task| task == pure[0]));
    let mut impure = page.map(INC, 4);
    impure.sort_unstable();
    impure.dedup();
    assert_eq!((impure.len(), page.scheduler.len()), (4, 5));
}

#[test]
fn test_idempotence() {
    let mut page = Page::new(1);
    let (fine, faulty) = (page.submit_pure(1, &[]), page.submit_pure(2, &[]));
    page.finish(fine);
    page.err(faulty);
    let before = (page.scheduler.story(fine), page.scheduler.story(faulty));
    page.news();
    assert_eq!((page.submit_pure(1, &[]), page.submit_pure(2, &[])), (fine, faulty));
    assert_eq!((page.scheduler.story(fine), page.scheduler.story(faulty)), before);
    let news = page.news();
    assert_eq!((runs(&news), settled(&news)), (vec![], vec![]));
}

#[test]
fn test_update_graph_culls() {
    let mut page = Page::new(1);
    // The second and third of these lead to nothing that is held.
    let calls = [
        call(None, false, 0),
        call(None, false, 0),
        call(None, false, 1),
        call(None, true, 1),
    ];
    let tasks = page.submit_all(&calls, &[1, 0].map(Dependency::Earlier));
    page.finish_all();
    assert_eq!(runs(&page.news()), [(0, tasks[0]), (0, tasks[3])]);
}

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
fn test_garbage_collection() {
    let mut page = Page::new(1);
    let a = page.submit(INC, &[]);
    let b = page.submit(INC, &[a]);
    page.finish_all();
    page.drop_handles(&[a]);
    assert_eq!(page.state(a), State::Released, "known as the recipe of the other");
    page.drop_handles(&[b]);
    assert!(page.scheduler.is_empty());
    assert_eq!(page.scheduler.stored(webfutures::scheduler::WorkerId(0)), 0);
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
fn test_scatter_error_cancel() {
    let mut page = Page::new(1);
    let data = page.scatter(&[8])[0];
    let user = page.submit(INC, &[data]);
    page.err(user);
    page.drop_handles(&[data]);
    assert_eq!(page.state(user), State::Erred);
}

#[test]
fn test_abort_execution_add_as_dependency() {
    let mut page = Page::new(1);
    let first = page.submit_pure(1, &[]);
    let (worker, run) = page.run_of(first).unwrap();
    page.drop_handles(&[first]);
    let again = page.submit_pure(1, &[]);
    let output = page.submit(INC, &[again]);
    page.handle(Event::TaskFinished {
        worker,
        task: first,
        run,
        start: 0.0,
        duration: 1.0,
        bytes: 8,
        kind: 3,
    });
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
    let (task, start, duration, bytes, kind) = (TaskId(0), 0.0, 1.0, 8, 3);
    page.handle(Event::TaskFinished {
        worker,
        task,
        run,
        start,
        duration,
        bytes,
        kind,
    });
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.state(task) == State::Memory));
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
fn test_unrunnable_task_runs() {
    let mut page = Page::new(0);
    let task = page.submit(INC, &[]);
    assert_eq!(page.state(task), State::NoWorker);
    page.join(0, 1);
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
