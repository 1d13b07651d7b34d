//! What becomes of runs that die, stop or are taken back.

use webfutures::scheduler::{Action, Event, Outcome, Piece, State, TaskId, WorkerId};

use crate::page::{ADD, INC, Page, dropped, runs, settled, stops};

fn terminated(actions: &[Action]) -> Vec<u32> {
    let terminated = actions.iter().filter_map(|action| match *action {
        Action::Terminate { worker } => Some(worker.0),
        _ => None,
    });
    terminated.collect()
}

fn lost(actions: &[Action]) -> Vec<TaskId> {
    let lost = actions.iter().filter_map(|action| match *action {
        Action::Lost { task } => Some(task),
        _ => None,
    });
    lost.collect()
}

#[test]
fn a_cancelled_run_keeps_its_slot_until_its_worker_says_something() {
    let mut page = Page::new(1);
    let first = page.submit(INC, &[]);
    let second = page.submit(INC, &[]);
    page.cancel(0, &[first], false);
    assert_eq!(page.state(second), State::Queued);
    page.finish(first);
    let (worker, run) = page.run_of(first).unwrap();
    assert_eq!(dropped(&page.news()), [(worker.0, run)]);
    assert_eq!(page.state(second), State::Processing);
}

#[test]
fn a_worker_that_does_not_stop_is_ended_and_nobody_is_blamed() {
    let mut page = Page::new(1);
    let stuck = page.submit(INC, &[]);
    let (worker, run) = page.run_of(stuck).unwrap();
    page.handle(Event::StopOverdue { worker, run });
    assert_eq!(terminated(&page.news()), [], "nobody wanted it to stop");
    page.cancel(0, &[stuck], false);
    page.handle(Event::StopOverdue { worker, run });
    assert_eq!(terminated(&page.news()), [0]);
    assert!(page.scheduler.workers().is_empty());
    page.die(0);
    assert_eq!(page.news(), [], "known already");
}

#[test]
fn a_released_run_is_stopped_gently_and_never_ends_its_worker() {
    let mut page = Page::new(1);
    let task = page.submit(INC, &[]);
    let (worker, run) = page.run_of(task).unwrap();
    page.drop_handles(&[task]);
    assert_eq!(stops(&page.news()), [(run, false)]);
    page.handle(Event::StopOverdue { worker, run });
    assert_eq!(page.news(), []);
}

#[test]
fn lost_results_are_made_again_through_several_generations() {
    let mut page = Page::new(1);
    let root = page.submit(INC, &[]);
    let middle = page.submit(INC, &[root]);
    let last = page.submit(INC, &[middle]);
    page.finish_all();
    page.drop_handles(&[root, middle]);
    page.news();
    page.die(0);
    assert_eq!(lost(&page.news()), [last]);
    assert_eq!(
        [root, middle, last].map(|task| page.state(task)),
        [State::NoWorker, State::Waiting, State::Waiting]
    );
    page.join(1, 1);
    page.finish_all();
    assert_eq!(settled(&page.news()), [(last, Outcome::Finished { bytes: 8, kind: 3 })]);
}

#[test]
fn what_waits_for_a_lost_input_counts_it_again_and_what_runs_is_left() {
    let mut page = Page::new(2);
    let input = page.submit(INC, &[]);
    page.finish(input);
    let home = page.worker_of(input);
    let blocker = page.submit(ADD, &[]);
    let blocker_at = page.worker_of(blocker);
    assert_ne!(home, blocker_at);
    let running = page.submit(ADD, &[input]);
    let waiting = page.submit(ADD, &[input, blocker]);
    page.die(home);
    assert_eq!(page.state(waiting), State::Waiting);
    page.finish_all();
    assert_eq!(
        [input, running, waiting].map(|task| page.state(task)),
        [State::Memory; 3]
    );
}

#[test]
fn a_run_whose_input_is_missing_has_not_failed() {
    let mut page = Page::new(2);
    let input = page.submit(INC, &[]);
    page.finish(input);
    let home = page.worker_of(input);
    let other = page.submit(ADD, &[]);
    let user = page.submit(ADD, &[input, input]);
    page.finish(other);
    let (worker, run) = page.run_of(user).unwrap();
    if worker.0 != home {
        page.die(home);
    }
    page.news();
    page.handle(Event::InputsMissing {
        worker,
        task: user,
        run,
    });
    assert_eq!(settled(&page.news()), []);
    page.finish_all();
    assert_eq!(page.state(user), State::Memory);
}

#[test]
fn of_several_that_could_have_killed_their_worker_none_is_blamed_and_each_runs_alone() {
    let mut page = Page::new(1);
    for _ in 0..100 {
        let quick = page.submit(INC, &[]);
        page.finish_with(quick, 0.01, 8);
        page.drop_handles(&[quick]);
    }
    let tasks = page.map(INC, 3);
    assert_eq!(page.under_way().len(), 3, "prefetched");
    page.die(0);
    page.join(1, 4);
    assert_eq!(page.under_way(), [tasks[0]]);
    page.give_way(tasks[0]);
    assert_eq!(page.under_way(), [tasks[0]], "not even while it awaits");
    page.finish(tasks[0]);
    assert_eq!(page.under_way(), [tasks[1]]);
    page.finish_all();
}

#[test]
fn the_run_that_the_page_names_is_blamed_alone() {
    let mut page = Page::new(1);
    page.handle(Event::LimitsDefined {
        limits: webfutures::scheduler::Limits { allowed_failures: 0 },
    });
    for _ in 0..100 {
        let quick = page.submit(INC, &[]);
        page.finish_with(quick, 0.01, 8);
        page.drop_handles(&[quick]);
    }
    let tasks = page.map(INC, 3);
    let (worker, run) = page.run_of(tasks[1]).unwrap();
    let (running, blame) = (Some(run), true);
    page.news();
    page.handle(Event::WorkerDied { worker, running, blame });
    assert_eq!(settled(&page.news()), [(tasks[1], Outcome::Killed { deaths: 1 })]);
    page.join(1, 1);
    assert_eq!(page.under_way().len(), 2, "the others are no suspects");
}

#[test]
fn the_page_puts_data_again_if_it_kept_a_copy_and_says_so_if_it_has_none() {
    let mut page = Page::new(2);
    let (bytes, kind, kept, token) = (8, 3, true, None);
    page.scatter_pieces(
        0,
        1,
        &[Piece {
            bytes,
            kind,
            kept,
            token,
        }],
    );
    let data = TaskId(0);
    let slow = page.submit(INC, &[]);
    let user = page.submit(ADD, &[data, slow]);
    page.news();
    let holder = page.scheduler.who_has(data)[0];
    page.die(holder.0);
    let puts = page.news();
    assert!(
        puts.iter()
            .any(|action| matches!(action, Action::Put { task, .. } if *task == data))
    );
    let run = page.scheduler.run(data).unwrap();
    page.handle(Event::DataGone { task: data, run });
    assert_eq!(
        settled(&page.news()),
        [(data, Outcome::LostData), (user, Outcome::Erred { blame: data })]
    );
}

#[test]
fn a_value_asked_of_a_worker_that_dies_is_asked_again() {
    let mut page = Page::new(2);
    let task = page.submit(INC, &[]);
    page.finish(task);
    page.handle(Event::ValuesWanted { tasks: &[task] });
    page.news();
    page.die(0);
    page.finish(task);
    let (worker, run) = page.run_of(task).unwrap();
    assert!(page.news().contains(&Action::Send { worker, task, run }));
}

#[test]
fn a_value_that_cannot_be_sent_is_not_asked_for_again_when_its_worker_dies() {
    let mut page = Page::new(2);
    let task = page.submit(INC, &[]);
    page.finish(task);
    page.handle(Event::ValuesWanted { tasks: &[task] });
    page.handle(Event::ValueUnsent { task });
    page.news();
    page.die(0);
    page.finish(task);
    assert!(!page.news().iter().any(|action| matches!(action, Action::Send { .. })));
}

#[test]
fn what_was_prefetched_behind_a_task_that_turned_out_long_is_taken_back() {
    let mut page = Page::new(1);
    for _ in 0..100 {
        let quick = page.submit(INC, &[]);
        page.finish_with(quick, 0.01, 8);
        page.drop_handles(&[quick]);
    }
    let tasks: Vec<_> = (0..3).map(|token| page.submit_pure(token, &[])).collect();
    assert_eq!(page.under_way().len(), 3);
    page.news();
    page.join(1, 1);
    let at = page.news().iter().find_map(|action| match *action {
        Action::Remind { at } => Some(at),
        _ => None,
    });
    page.now = at.expect("nothing else may happen for long");
    page.handle(Event::Reminded);
    let news = page.news();
    assert_eq!(stops(&news).len(), 2);
    assert_eq!(runs(&news), [(1, tasks[1]), (1, tasks[2])]);
    page.finish(tasks[1]);
    page.finish(tasks[2]);
    assert_eq!(page.state(tasks[0]), State::Processing);
}

#[test]
fn the_last_worker_dies_and_everything_waits_for_the_next() {
    let mut page = Page::new(1);
    let tasks = page.map(INC, 5);
    page.die(0);
    assert!(tasks.iter().all(|&task| page.state(task) == State::NoWorker));
    page.join(1, 1);
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.state(task) == State::Memory));
}

#[test]
fn copies_are_fetched_by_those_that_store_least() {
    let mut page = Page::new(3);
    let task = page.submit(INC, &[]);
    page.finish(task);
    page.news();
    page.handle(Event::ReplicasWanted {
        tasks: &[task],
        copies: 3,
    });
    let (holder, run) = page.run_of(task).unwrap();
    let fetches: Vec<_> = [1, 2]
        .map(|worker| Action::Fetch {
            worker: WorkerId(worker),
            task,
            run,
            holder,
        })
        .to_vec();
    assert_eq!(page.news(), fetches);
}

#[test]
fn a_full_worker_gets_nothing_while_another_has_room() {
    let mut page = Page::new(0);
    page.join_at(0, 0, 0, 1_000);
    page.join_at(1, 0, 0, 1_000);
    let big = page.submit(INC, &[]);
    page.finish_with(big, 0.1, 960);
    let home = page.worker_of(big);
    let tasks = [(); 3].map(|()| page.submit(ADD, &[]));
    page.finish_all();
    assert!(tasks.iter().all(|&task| page.worker_of(task) != home));
    page.drop_handles(&[big]);
    let after = [(); 2].map(|()| page.submit(ADD, &[]));
    assert_ne!(page.worker_of(after[0]), page.worker_of(after[1]));
}
