//! Data from the page, copies on request, and what is moved to even out the workers.

use webfutures::scheduler::{Action, Event, Options, Outcome, Piece, PlaceId, RunId, State, TaskId, WorkerId};

use crate::page::{ADD, INC, Page, dropped, settled};

fn fetches(actions: &[Action]) -> Vec<(u32, TaskId, u32)> {
    let fetches = actions.iter().filter_map(|action| match *action {
        Action::Fetch {
            worker, task, holder, ..
        } => Some((worker.0, task, holder.0)),
        _ => None,
    });
    fetches.collect()
}

fn puts(actions: &[Action]) -> Vec<u32> {
    let puts = actions.iter().filter_map(|action| match *action {
        Action::Put { worker, .. } => Some(worker.0),
        _ => None,
    });
    puts.collect()
}

fn copied(actions: &[Action]) -> Vec<TaskId> {
    let copied = actions.iter().filter_map(|action| match *action {
        Action::Copied { task } => Some(task),
        _ => None,
    });
    copied.collect()
}

fn replicate(page: &mut Page, task: TaskId, copies: u32) {
    let tasks = &[task];
    page.handle(Event::ReplicasWanted { tasks, copies });
}

fn fetched(page: &mut Page, worker: u32, task: TaskId) {
    let (worker, run) = (WorkerId(worker), page.scheduler.run(task).expect("a result"));
    page.handle(Event::DataFetched { worker, task, run });
}

fn equal(bytes: u64, kept: bool, token: u128) -> Piece {
    Piece {
        bytes,
        kind: 3,
        kept,
        token: Some(token),
    }
}

/// Of `count` workers, the first holds results of these sizes.
fn lopsided(count: u32, sizes: &[u64]) -> (Page, Vec<TaskId>) {
    let mut page = Page::new(1);
    let tasks = page.map(INC, sizes.len());
    for (index, &task) in tasks.iter().enumerate() {
        page.finish_with(task, 0.1, sizes[index]);
    }
    for worker in 1..count {
        page.join(worker, 1);
    }
    page.news();
    (page, tasks)
}

#[test]
fn equal_data_is_one_task() {
    let mut page = Page::new(1);
    let data = page.scatter_pieces(0, 1, &[equal(8, false, 7), equal(8, false, 7), equal(8, false, 8)]);
    assert_eq!((data[0] == data[1], data[0] == data[2]), (true, false));
    assert_eq!(puts(&page.news()).len(), 2);
    assert_eq!(page.scheduler.key(data[0]), format!("data-{:032x}", 7));
    page.drop_handles(&data[..1]);
    assert_eq!(page.state(data[0]), State::Forgotten);
    assert_ne!(page.scatter_pieces(0, 1, &[equal(8, false, 7)]), [data[2]]);
    assert_eq!(puts(&page.news()).len(), 1);
}

#[test]
fn lost_data_that_comes_again_is_another_task() {
    let mut page = Page::new(2);
    let lost = page.scatter_pieces(0, 1, &[equal(8, false, 7)])[0];
    page.die(page.scheduler.who_has(lost)[0].0);
    assert_eq!(page.state(lost), State::Erred);
    page.news();
    let again = page.scatter_pieces(0, 1, &[equal(8, false, 7)])[0];
    assert_ne!(again, lost);
    assert_eq!(puts(&page.news()).len(), 1);
    page.drop_handles(&[lost]);
    assert_eq!(page.scatter_pieces(0, 1, &[equal(8, false, 7)])[0], again);
}

#[test]
fn data_that_waits_for_a_worker_and_has_no_future_left_settles_for_the_next_one() {
    let mut page = Page::new(0);
    let data = page.scatter_pieces(0, 1, &[equal(8, false, 7)])[0];
    let _user = page.submit(INC, &[data]);
    page.drop_handles(&[data]);
    page.news();
    assert_eq!(page.scatter_pieces(0, 1, &[equal(8, false, 7)])[0], data);
    assert_eq!(settled(&page.news()), [(data, Outcome::Finished { bytes: 8, kind: 3 })]);
}

#[test]
fn data_lies_in_its_places_or_waits_for_them() {
    let mut page = Page::new(0);
    page.join_at(0, 0, 0, 0);
    let options = |allow_others| Options {
        places: &[PlaceId(1)],
        allow_others,
        ..Options::default()
    };
    page.define(options(false));
    page.define(options(true));
    page.news();
    let waiting = page.scatter_with(1, u32::MAX, &[8, 8]);
    page.scatter_with(2, 1, &[8]);
    assert_eq!(puts(&page.news()), [0], "only those that may lie elsewhere");
    assert_eq!(page.state(waiting[0]), State::NoWorker);
    let user = page.submit(ADD, &waiting);
    page.join_at(1, 1, 0, 0);
    page.join_at(2, 0, 0, 0);
    let news = page.news();
    assert_eq!(
        (puts(&news), fetches(&news)),
        (vec![1, 1], vec![]),
        "and no copies elsewhere"
    );
    assert_eq!(page.state(user), State::Processing);
    page.die(1);
    assert_eq!(page.state(waiting[1]), State::Erred, "it is lost, not elsewhere");
}

#[test]
fn data_goes_where_there_is_room_for_it() {
    let mut page = Page::new(0);
    page.join_at(0, 0, 0, 100);
    page.join_at(1, 0, 0, 1_000);
    page.scatter(&[50]);
    page.scatter(&[60]);
    page.news();
    page.scatter(&[70]);
    assert_eq!(puts(&page.news()), [1], "the other stores less");
}

#[test]
fn a_broadcast_reaches_those_that_join_later_and_is_made_up_for_after_a_death() {
    let mut page = Page::new(0);
    let data = page.scatter_with(0, u32::MAX, &[8])[0];
    let two = page.scatter_with(0, 2, &[8])[0];
    page.join(0, 1);
    assert_eq!(fetches(&page.news()), []);
    page.join(1, 1);
    assert_eq!(fetches(&page.news()), [(1, data, 0), (1, two, 0)]);
    page.join(2, 1);
    assert_eq!(
        fetches(&page.news()),
        [(2, data, 0)],
        "the second copy of the other is on its way"
    );
    for (worker, task) in [(1, data), (1, two), (2, data)] {
        assert_eq!(copied(&page.news()), []);
        fetched(&mut page, worker, task);
        let done = (worker, task) != (1, data);
        assert_eq!(copied(&page.news()), if done { vec![task] } else { vec![] });
    }
    page.die(1);
    assert_eq!(fetches(&page.news()), [(2, two, 0)]);
    page.join(3, 1);
    assert_eq!(fetches(&page.news()), [(3, data, 0)]);
}

#[test]
fn a_copy_that_cannot_be_had_is_not_waited_for() {
    let mut page = Page::new(3);
    let task = page.submit(INC, &[]);
    page.finish(task);
    replicate(&mut page, task, 3);
    page.news();
    let run = page.scheduler.run(task).unwrap();
    fetched(&mut page, 1, task);
    assert_eq!(copied(&page.news()), []);
    let worker = WorkerId(2);
    page.handle(Event::DataUnfetched { worker, task, run });
    let news = page.news();
    assert_eq!((copied(&news), fetches(&news)), (vec![task], vec![]));
    page.drop_handles(&[task]);
    assert_eq!(dropped(&page.news()).len(), 2);
}

#[test]
fn copies_are_told_when_there_is_nothing_to_copy() {
    let mut page = Page::new(2);
    let task = page.submit(INC, &[]);
    page.err(task);
    page.news();
    replicate(&mut page, task, 2);
    assert_eq!(copied(&page.news()), [task], "it erred");
    let pending = page.submit(INC, &[]);
    replicate(&mut page, pending, 2);
    assert_eq!(copied(&page.news()), []);
    page.drop_handles(&[pending]);
    assert_eq!(copied(&page.news()), [pending], "nobody wants it any more");
    let next = page.submit(ADD, &[]);
    replicate(&mut page, next, 2);
    page.finish(next);
    assert_eq!(fetches(&page.news()).len(), 1, "copied when it is finished");
}

#[test]
fn copies_come_from_another_when_their_source_has_the_result_no_more() {
    let mut page = Page::new(3);
    let task = page.submit(INC, &[]);
    page.finish(task);
    let (home, run) = page.run_of(task).unwrap();
    page.fetch((home.0 + 1) % 3, task);
    replicate(&mut page, task, 3);
    let last = (home.0 + 2) % 3;
    assert_eq!(fetches(&page.news()), [(last, task, home.0)]);
    page.handle(Event::DataMissing {
        worker: home,
        task,
        run,
    });
    let news = page.news();
    let next = (home.0 + 1) % 3;
    assert!(fetches(&news).contains(&(last, task, next)));
}

#[test]
fn no_copy_goes_where_there_is_no_room_for_it() {
    let mut page = Page::new(1);
    page.join_at(1, 0, 0, 100);
    page.join_at(2, 0, 0, 1_000);
    let task = page.submit(INC, &[]);
    page.finish_with(task, 0.1, 200);
    page.news();
    replicate(&mut page, task, 3);
    assert_eq!(fetches(&page.news()), [(2, task, 0)]);
}

#[test]
fn what_is_stored_is_evened_out() {
    let (mut page, tasks) = lopsided(2, &[600, 300, 200, 100]);
    page.handle(Event::RebalanceWanted { tasks: &[] });
    let news = page.news();
    assert_eq!(fetches(&news), [(1, tasks[0], 0)]);
    fetched(&mut page, 1, tasks[0]);
    let news = page.news();
    assert_eq!((copied(&news), dropped(&news).len()), (vec![tasks[0]], 1));
    assert_eq!([0, 1].map(|id| page.scheduler.stored(WorkerId(id))), [600, 600]);
    page.handle(Event::RebalanceWanted { tasks: &[] });
    assert_eq!(fetches(&page.news()), [], "it is even");
}

#[test]
fn only_named_results_move_and_none_that_is_needed() {
    let (mut page, tasks) = lopsided(3, &[100; 6]);
    let user = page.submit(ADD, &tasks[..1]);
    page.news();
    page.handle(Event::RebalanceWanted { tasks: &tasks[..3] });
    let moved = fetches(&page.news());
    assert_eq!(moved.iter().map(|&(_, task, _)| task).collect::<Vec<_>>(), tasks[1..3]);
    assert_ne!(moved[0].0, moved[1].0, "to both others");
    // Needed meanwhile: its source may have been named to somebody.
    let late = page.submit(ADD, &tasks[1..2]);
    fetched(&mut page, moved[0].0, tasks[1]);
    assert_eq!(page.scheduler.who_has(tasks[1]).len(), 2);
    assert!(
        !page.scheduler.is_moved(tasks[1], WorkerId(0)),
        "who needs it gets a copy"
    );
    page.finish(user);
    page.finish(late);
    assert_eq!(
        page.scheduler.who_has(tasks[1]),
        [WorkerId(moved[0].0)],
        "its source lets go of it now"
    );
}

#[test]
fn a_move_that_fails_leaves_everything_as_it_was() {
    let (mut page, tasks) = lopsided(2, &[100, 100]);
    page.handle(Event::RebalanceWanted { tasks: &[] });
    let (to, task, _) = fetches(&page.news())[0];
    page.die(to);
    assert_eq!(page.scheduler.who_has(task), [WorkerId(0)]);
    page.join(5, 1);
    page.handle(Event::RebalanceWanted { tasks: &tasks });
    assert_eq!(fetches(&page.news()).len(), 1);
    let run = page.scheduler.run(task).unwrap_or(RunId(0));
    page.handle(Event::DataUnfetched {
        worker: WorkerId(5),
        task,
        run,
    });
    assert_eq!(page.scheduler.who_has(task), [WorkerId(0)]);
}

#[test]
fn what_lies_on_disk_does_not_fill_the_memory() {
    let mut page = Page::new(0);
    page.join_at(0, 0, 0, 1_000);
    page.join_at(1, 0, 0, 1_000);
    let big = page.submit(INC, &[]);
    page.finish_with(big, 0.1, 960);
    let worker = WorkerId(page.worker_of(big));
    assert_eq!(page.scheduler.level(worker), 2);
    page.handle(Event::WorkerSpilled { worker, bytes: 900 });
    assert_eq!((page.scheduler.level(worker), page.scheduler.spilled(worker)), (0, 900));
    page.handle(Event::WorkerSpilled { worker, bytes: 100 });
    assert_eq!(page.scheduler.level(worker), 1);
}
