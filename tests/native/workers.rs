//! Workers that come and go, and data from the page.

use webfutures::scheduler::{Action, Event, Outcome, RunId, State, TaskId, WorkerId};

use crate::page::{ADD, INC, Page, dropped, forgotten, runs, settled};

fn terminated(actions: &[Action]) -> Vec<u32> {
    let terminated = actions.iter().filter_map(|action| match *action {
        Action::Terminate { worker } => Some(worker.0),
        _ => None,
    });
    terminated.collect()
}

fn puts(actions: &[Action]) -> Vec<u32> {
    let puts = actions.iter().filter_map(|action| match *action {
        Action::Put { worker, .. } => Some(worker.0),
        _ => None,
    });
    puts.collect()
}

/// Who is to fetch what from whom.
fn fetches(actions: &[Action]) -> Vec<(u32, TaskId, u32)> {
    let fetches = actions.iter().filter_map(|action| match *action {
        Action::Fetch {
            worker, task, holder, ..
        } => Some((worker.0, task, holder.0)),
        _ => None,
    });
    fetches.collect()
}

#[test]
fn tasks_wait_for_the_first_worker() {
    let mut page = Page::new(0);
    let tasks = page.map(INC, 3);
    let sum = page.submit(ADD, &tasks);
    assert_eq!(
        (page.state(tasks[0]), page.state(sum)),
        (State::NoWorker, State::Waiting)
    );
    page.drop_handles(&[tasks[1]]);
    page.join(0, 1);
    page.finish_all();
    assert_eq!(page.state(sum), State::Memory);
    assert_eq!(page.state(tasks[1]), State::Released);
}

#[test]
fn a_retired_worker_gets_nothing_new_and_ends_when_others_hold_what_it_held() {
    let mut page = Page::new(2);
    let tasks = page.map(INC, 3);
    page.retire(0);
    page.finish(tasks[0]);
    assert_eq!(page.worker_of(tasks[0]), 0);
    assert_eq!(page.state(tasks[2]), State::Queued, "not for the retired one");
    page.finish(tasks[1]);
    assert_eq!(page.worker_of(tasks[2]), 1);
    let news = page.news();
    assert_eq!(terminated(&news), [], "it holds the only copy of a result");
    assert_eq!(fetches(&news), [(1, tasks[0], 0)]);
    page.fetch(1, tasks[0]);
    assert_eq!(terminated(&page.news()), [0]);
    assert_eq!(page.scheduler.who_has(tasks[0]), [WorkerId(1)]);
}

#[test]
fn what_a_retired_worker_alone_holds_is_fetched_as_soon_as_somebody_can() {
    let mut page = Page::new(1);
    let task = page.submit(INC, &[]);
    page.finish(task);
    page.retire(0);
    assert_eq!(fetches(&page.news()), [], "there is nobody else");
    page.join(1, 1);
    assert_eq!(fetches(&page.news()), [(1, task, 0)]);
    page.join(2, 1);
    page.die(1);
    assert_eq!(fetches(&page.news()).last(), Some(&(2, task, 0)), "the first one died");
    page.retire(2);
    page.fetch(2, task);
    let news = page.news();
    assert_eq!((fetches(&news), terminated(&news)), (vec![], vec![2]), "nobody is left");
    page.drop_handles(&[task]);
    assert_eq!(terminated(&page.news()), [0]);
}

#[test]
fn an_idle_worker_that_holds_nothing_ends_at_once_and_is_retired_once() {
    let mut page = Page::new(1);
    page.retire(0);
    assert_eq!(page.news(), [Action::Terminate { worker: WorkerId(0) }]);
    page.retire(0);
    page.retire(7);
    assert_eq!(page.news(), []);
}

#[test]
fn what_waited_for_a_retired_worker_goes_elsewhere_or_waits_for_the_next_one() {
    let mut page = Page::new(1);
    let tasks = page.map(INC, 2);
    page.retire(0);
    assert_eq!(page.state(tasks[1]), State::NoWorker);
    page.finish(tasks[0]);
    let next = page.submit(INC, &[tasks[0]]);
    assert_eq!(page.state(next), State::NoWorker);
    page.join(1, 1);
    page.finish_all();
    assert_eq!((page.worker_of(tasks[1]), page.worker_of(next)), (1, 1));
}

#[test]
fn a_retired_worker_drops_what_others_hold_too() {
    let mut page = Page::new(2);
    let task = page.submit(INC, &[]);
    page.finish(task);
    page.fetch(1, task);
    page.news();
    page.retire(0);
    let (_, run) = page.run_of(task).unwrap();
    assert_eq!(dropped(&page.news()), [(0, run)]);
    assert_eq!(page.scheduler.who_has(task), [WorkerId(1)]);
}

#[test]
fn a_value_asked_of_a_worker_that_ends_is_asked_of_another() {
    let mut page = Page::new(2);
    let task = page.submit(INC, &[]);
    page.finish(task);
    page.fetch(1, task);
    page.handle(Event::ValuesWanted { tasks: &[task] });
    page.news();
    page.retire(0);
    let (_, run) = page.run_of(task).unwrap();
    let worker = WorkerId(0);
    let again = Action::Send {
        worker: WorkerId(1),
        task,
        run,
    };
    assert_eq!(
        page.news(),
        [
            Action::Drop { worker, run },
            again,
            Action::Terminate { worker },
            Action::Gone {
                worker: WorkerId(1),
                gone: worker
            }
        ]
    );
}

#[test]
fn no_worker_ends_while_a_dropped_run_may_still_fetch_from_it() {
    let mut page = Page::new(2);
    let big = page.submit(INC, &[]);
    page.finish_with(big, 0.1, 8);
    page.retire(0);
    let user = page.submit(ADD, &[big]);
    assert_eq!((page.worker_of(big), page.worker_of(user)), (0, 1));
    page.drop_handles(&[user, big]);
    assert!(page.scheduler.is_empty());
    assert_eq!(terminated(&page.news()), []);
    page.finish(user);
    assert_eq!(terminated(&page.news()), [0]);
}

#[test]
fn scattered_data_is_settled_at_once_and_dealt_by_bytes_stored() {
    let mut page = Page::new(3);
    let tasks = page.scatter(&[8, 8, 8, 8]);
    let news = page.news();
    assert_eq!(puts(&news), [0, 1, 2, 0]);
    assert_eq!(settled(&news).len(), 4);
    page.scatter(&[8, 100, 8, 8]);
    assert_eq!(puts(&page.news()), [1, 2, 0, 1]);
    let sum = page.submit(ADD, &tasks);
    assert_eq!(page.scheduler.inputs(sum, WorkerId(0)).count(), 4);
}

#[test]
fn scattered_data_waits_for_the_first_worker_and_so_does_what_needs_it() {
    let mut page = Page::new(0);
    let data = page.scatter(&[8])[0];
    assert_eq!(
        page.news(),
        [
            Action::Accepted {
                task: data,
                known: false
            },
            Action::Settle {
                task: data,
                outcome: Outcome::Finished { bytes: 8, kind: 3 }
            }
        ]
    );
    let user = page.submit(INC, &[data]);
    page.handle(Event::ValuesWanted { tasks: &[data] });
    page.news();
    page.join(4, 1);
    let (worker, run) = (WorkerId(4), page.scheduler.run(data).unwrap());
    let news = page.news();
    assert_eq!(
        news[..2],
        [
            Action::Put {
                worker,
                task: data,
                run
            },
            Action::Send {
                worker,
                task: data,
                run
            }
        ]
    );
    assert_eq!(runs(&news), [(4, user)]);
}

#[test]
fn dropped_data_is_gone() {
    let mut page = Page::new(1);
    let data = page.scatter(&[8, 8]);
    let user = page.submit(INC, &[data[0]]);
    page.news();
    page.drop_handles(&data);
    assert_eq!(forgotten(&page.news()), [data[1]], "the other one is needed");
    page.finish(user);
    assert_eq!(page.state(data[0]), State::Released);
    page.drop_handles(&[user]);
    assert!(page.scheduler.is_empty());
}

#[test]
fn a_wanted_value_is_sent_by_the_holder_that_is_least_busy() {
    let mut page = Page::new(2);
    let task = page.submit(INC, &[]);
    page.handle(Event::ValuesWanted { tasks: &[task] });
    page.finish(task);
    page.fetch(1, task);
    let busy = page.submit(ADD, &[task]);
    let idle = 1 - page.worker_of(busy);
    page.news();
    page.handle(Event::ValuesWanted { tasks: &[task] });
    let (_, run) = page.run_of(task).unwrap();
    assert_eq!(
        page.news(),
        [Action::Send {
            worker: WorkerId(idle),
            task,
            run
        }]
    );
}

#[test]
fn reports_of_unknown_workers_and_runs_change_nothing() {
    let mut page = Page::new(1);
    let task = page.submit(INC, &[]);
    page.news();
    let (start, duration, bytes) = (0.0, 0.1, 8);
    let (worker, run) = (WorkerId(0), RunId(99));
    page.report(worker, (task, run), (start, duration), bytes);
    page.report(WorkerId(3), (task, RunId(1)), (start, duration), bytes);
    page.handle(Event::TaskYielded { worker, task, run });
    page.handle(Event::DataFetched {
        worker: WorkerId(3),
        task,
        run,
    });
    assert_eq!(page.news(), []);
    page.finish(task);
    page.news();
    page.finish(task);
    assert_eq!(page.news(), [], "said twice");
}

#[test]
#[should_panic(expected = "joined twice")]
fn a_worker_joins_once() {
    let mut page = Page::new(1);
    page.join(0, 1);
}
