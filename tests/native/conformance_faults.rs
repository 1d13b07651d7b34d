//! What a Dask user expects when things go wrong or several want different things: each test bears the name of
//! distributed's own.

use webfutures::scheduler::{Event, Options, Outcome, PlaceId, Reason, ResourceId, State, TaskId, WorkerId};

use crate::page::{ADD, INC, Page, forgotten, runs, settled, stops};

const GPU: ResourceId = ResourceId(0);

fn retries(page: &mut Page, retries: u32) {
    page.define(Options {
        retries,
        ..Options::default()
    });
}

fn in_place(page: &mut Page, place: u32, allow_others: bool) {
    page.define(Options {
        places: &[PlaceId(place)],
        allow_others,
        ..Options::default()
    });
}

fn erred(task: TaskId, blame: TaskId) -> (TaskId, Outcome) {
    (task, Outcome::Erred { blame })
}

fn cancelled(task: TaskId, blame: TaskId) -> (TaskId, Outcome) {
    (task, Outcome::Cancelled { blame })
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
    page.cancel(0, &[mine, other], true);
    assert_eq!(settled(&page.news()), [cancelled(mine, mine), cancelled(other, other)]);
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
    page.define(Options {
        priority: 1,
        ..Options::default()
    });
    page.submit(ADD, &[]);
    let first = page.submit(INC, &[]);
    let second = page.submit_pure(1, &[]);
    page.submit_with(0, 1, Some(1), &[]);
    page.news();
    page.finish_all();
    assert_eq!(runs(&page.news()), [(0, second), (0, first)]);
}

#[test]
fn test_gather_then_submit_after_failed_workers() {
    let mut page = Page::new(3);
    let tasks = page.map(INC, 6);
    page.finish_all();
    for worker in [0, 1] {
        page.die(worker);
        page.join(worker + 3, 1);
    }
    let sum = page.submit(ADD, &tasks);
    page.finish_all();
    assert_eq!(page.state(sum), State::Memory);
}

#[test]
fn test_broken_worker_during_computation() {
    let mut page = Page::new(2);
    let leaves = page.map(INC, 8);
    let sums: Vec<_> = leaves.chunks(2).map(|pair| page.submit(ADD, pair)).collect();
    let total = page.submit(ADD, &sums);
    page.drop_handles(&leaves);
    page.drop_handles(&sums);
    for step in 0..5 {
        for _ in 0..2 {
            if let Some(&task) = page.under_way().first() {
                page.finish(task);
            }
        }
        page.die(step);
        page.join(step + 2, 1);
    }
    page.finish_all();
    assert_eq!(page.state(total), State::Memory);
}

#[test]
fn test_bad_tasks_fail() {
    let mut page = Page::new(1);
    let bad = page.submit(INC, &[]);
    for worker in 0..4 {
        assert_eq!(page.state(bad), State::Processing);
        page.die(worker);
        page.join(worker + 1, 1);
    }
    assert_eq!(settled(&page.news()), [(bad, Outcome::Killed { deaths: 4 })]);
}

#[test]
fn test_retire_workers_no_suspicious_tasks() {
    let mut page = Page::new(2);
    let tasks = page.map(INC, 2);
    page.retire(0);
    page.handle(Event::WorkerDied {
        worker: WorkerId(0),
        running: None,
        blame: false,
    });
    page.join(2, 1);
    for worker in 1..4 {
        page.die(worker);
        page.join(worker + 2, 1);
    }
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.state(task) == State::Memory));
}

#[test]
fn test_refuse_to_schedule_huge_task() {
    let mut page = Page::new(0);
    page.join_at(0, 0, 0, 1_000);
    let tasks = page.map(INC, 2);
    for &task in &tasks {
        page.finish_with(task, 0.1, 600);
    }
    page.news();
    let sum = page.submit(ADD, &tasks);
    let news = page.news();
    assert_eq!(settled(&news), [(sum, Outcome::TooLarge { bytes: 1_200 })]);
    assert_eq!(runs(&news), []);
}

#[test]
fn test_raise_reschedule() {
    let mut page = Page::new(2);
    let task = page.submit(INC, &[]);
    let first = page.worker_of(task);
    page.reschedule(task);
    assert_ne!(page.worker_of(task), first);
    page.finish(task);
    assert_eq!(page.state(task), State::Memory);
}

#[test]
fn test_dont_steal_executing_tasks_and_worker_restrictions() {
    let mut page = Page::new(0);
    page.join_at(0, 0, 0, 0);
    in_place(&mut page, 0, false);
    let root = page.submit(INC, &[]);
    page.finish(root);
    let tasks: Vec<_> = (0..4).map(|_| page.submit_with(0, 1, None, &[root])).collect();
    page.join_at(1, 1, 0, 0);
    page.now += 1_000.0;
    page.handle(Event::Reminded);
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.worker_of(task) == 0));
}
