//! Actors: where they are made, where their calls run and in which order, and what becomes of them.

use webfutures::scheduler::{
    Action, ClientId, Dependency, Event, Options, OptionsId, Outcome, PlaceId, State, Submission, TaskId, WorkerId,
};

use crate::page::{ADD, INC, Page, call_of, runs, settled, stops};

/// Options 1 make actors.
fn page(workers: u32) -> Page {
    let mut page = Page::new(workers);
    page.define(Options {
        actor: true,
        ..Options::default()
    });
    page
}

fn actor(page: &mut Page) -> TaskId {
    let task = page.submit_with(0, 1, None, &[]);
    page.finish(task);
    task
}

#[test]
fn actors_go_where_fewest_are() {
    let mut page = page(3);
    let made: Vec<u32> = (0..6)
        .map(|_| {
            let task = page.submit_with(0, 1, None, &[]);
            page.worker_of(task)
        })
        .collect();
    let in_each = |worker| made.iter().filter(|&&it| it == worker).count();
    assert_eq!([0, 1, 2].map(in_each), [2, 2, 2], "while they are being made");
    page.finish_all();
    let one = page.scheduler.has_what(WorkerId(1)).collect::<Vec<_>>();
    page.drop_handles(&one);
    let next = [0; 3].map(|_| page.submit_with(0, 1, None, &[]));
    assert_eq!(
        next[..2].iter().map(|&task| page.worker_of(task)).collect::<Vec<_>>(),
        [1, 1]
    );
}

#[test]
fn of_actors_that_come_together_none_goes_where_another_is_about_to_begin() {
    for before in [0, 1] {
        let mut page = page(2);
        for _ in 0..before {
            actor(&mut page);
        }
        let call = Submission {
            options: OptionsId(1),
            ..call_of(INC, 0)
        };
        let together = page.submit_all(&[call; 2], &[]);
        let workers: Vec<u32> = together.iter().map(|&task| page.worker_of(task)).collect();
        assert_eq!(workers[0] + workers[1], 1, "{before} before: {workers:?}");
    }
}

#[test]
fn a_call_that_is_given_up_before_it_left_is_never_sent() {
    let mut page = page(2);
    let [one, other] = [actor(&mut page), actor(&mut page)];
    let call = |held, dependencies| Submission {
        held,
        ..call_of(ADD, dependencies)
    };
    // What takes both fails what the first call is for; the first call is all that keeps its actor.
    let (client, tasks) = (ClientId(0), &[call(false, 1), call(false, 2), call(true, 2)][..]);
    let dependencies = &[
        Dependency::Known(one),
        Dependency::Known(one),
        Dependency::Known(other),
        Dependency::Earlier(0),
        Dependency::Earlier(1),
    ];
    page.news();
    let mut admitted = Vec::new();
    let event = Event::TasksSubmitted {
        client,
        tasks,
        dependencies,
    };
    page.scheduler.admit(page.now, event, &mut admitted);
    let [.., Action::Accepted { task: last, .. }] = admitted[..] else {
        panic!("{admitted:?}");
    };
    page.drop_handles(&[one, other]);
    let news = page.news();
    assert_eq!((runs(&news), stops(&news)), (vec![], vec![]));
    assert!(news.contains(&Action::Settle {
        task: last,
        outcome: Outcome::Erred { blame: TaskId(3) }
    }));
    page.drop_handles(&[last]);
    assert!(page.scheduler.is_empty());
}

#[test]
fn restricted_actors_go_where_they_may() {
    let mut page = Page::new(0);
    page.define(Options {
        actor: true,
        places: &[PlaceId(5)],
        ..Options::default()
    });
    page.join(0, 1);
    let task = page.submit_with(0, 1, None, &[]);
    assert_eq!(page.state(task), State::NoWorker);
    page.join_at(1, 5, 1, 0);
    assert_eq!(page.worker_of(task), 1);
}

#[test]
fn calls_run_where_their_actor_is_at_once_and_in_order() {
    let mut page = page(3);
    let actor = actor(&mut page);
    let home = page.worker_of(actor);
    page.news();
    let calls: Vec<TaskId> = (0..20).map(|_| page.submit(ADD, &[actor])).collect();
    let expected: Vec<_> = calls.iter().map(|&call| (home, call)).collect();
    assert_eq!(
        runs(&page.news()),
        expected,
        "though others idle, and nothing is known of what they take"
    );
    let other = page.submit(INC, &[]);
    assert_ne!(page.worker_of(other), home);
    page.finish_all();
    assert!(calls.iter().all(|&call| page.state(call) == State::Memory));
    assert_eq!(page.scheduler.who_has(actor), [WorkerId(home)]);
}

#[test]
fn a_call_waits_for_its_other_inputs_and_has_them_brought() {
    let mut page = page(2);
    let actor = actor(&mut page);
    let home = page.worker_of(actor);
    let busy = page.submit(INC, &[]);
    let mut big = page.submit(INC, &[]);
    if page.worker_of(big) == home {
        big = busy;
    }
    let call = page.submit(ADD, &[actor, big]);
    assert_ne!(page.worker_of(big), home);
    assert_eq!(page.state(call), State::Waiting);
    page.finish_with(big, 1.0, 1 << 30);
    assert_eq!(page.worker_of(call), home, "the data goes to the actor, however large");
}

#[test]
fn an_actor_is_never_copied_and_keeps_its_worker() {
    let mut page = page(2);
    let actor = actor(&mut page);
    let home = page.worker_of(actor);
    page.news();
    page.handle(Event::ReplicasWanted {
        tasks: &[actor],
        copies: 2,
    });
    page.retire(home);
    let call = page.submit(ADD, &[actor]);
    assert_eq!(page.worker_of(call), home, "its calls run on a worker that retires");
    assert!(
        !page
            .news()
            .iter()
            .any(|action| matches!(action, Action::Fetch { .. } | Action::Terminate { .. }))
    );
    page.finish(call);
    page.drop_handles(&[call, actor]);
    assert!(page.news().contains(&Action::Terminate { worker: WorkerId(home) }));
    page.retire(1 - home);
    assert!(page.scheduler.is_empty());
}

#[test]
fn the_last_worker_may_retire_and_serve_its_actor() {
    let mut page = page(1);
    let actor = actor(&mut page);
    page.retire(0);
    let call = page.submit(ADD, &[actor]);
    assert_eq!(page.state(call), State::Processing);
}

#[test]
fn an_actor_is_lost_with_its_worker_and_its_calls_with_it() {
    // distributed's test_failed_worker.
    let mut page = page(2);
    let actor = actor(&mut page);
    let home = page.worker_of(actor);
    let [running, behind] = [0; 2].map(|_| page.submit(ADD, &[actor]));
    let slow = page.submit(INC, &[]);
    let waiting = page.submit(ADD, &[actor, slow]);
    let elsewhere = page.submit(INC, &[running]);
    page.news();
    page.die(home);
    let blamed = Outcome::Erred { blame: actor };
    let mut news = settled(&page.news());
    news.sort_unstable_by_key(|&(task, _)| task);
    let mut expected = vec![(actor, Outcome::LostActor)];
    expected.extend([running, behind, waiting, elsewhere].map(|task| (task, blamed)));
    expected.sort_unstable_by_key(|&(task, _)| task);
    assert_eq!(news, expected);
    let late = page.submit(ADD, &[actor]);
    assert_eq!(settled(&page.news()), [(late, blamed)], "calls that come later, too");
    page.retry(&[actor]);
    assert_eq!(page.worker_of(actor), 1 - home, "a new one on request");
    page.finish(actor);
    page.finish_all();
    assert_eq!(page.state(elsewhere), State::Memory);
    page.drop_handles(&[actor, running, behind, slow, waiting, elsewhere, late]);
    assert!(page.scheduler.is_empty());
}

#[test]
fn an_actor_that_was_not_made_yet_is_made_elsewhere() {
    let mut page = page(2);
    let task = page.submit_with(0, 1, None, &[]);
    let first = page.worker_of(task);
    let call = page.submit(ADD, &[task]);
    page.die(first);
    assert_eq!((page.worker_of(task), page.state(call)), (1 - first, State::Waiting));
    page.finish(task);
    assert_eq!(page.worker_of(call), 1 - first);
}

#[test]
fn an_actor_whose_constructor_throws_fails_its_calls() {
    let mut page = page(1);
    let task = page.submit_with(0, 1, None, &[]);
    let call = page.submit(ADD, &[task]);
    page.news();
    page.err(task);
    let blamed = Outcome::Erred { blame: task };
    assert_eq!(settled(&page.news()), [(task, blamed), (call, blamed)]);
}

#[test]
fn a_call_that_asks_to_be_placed_anew_runs_there_again() {
    let mut page = page(2);
    let actor = actor(&mut page);
    let call = page.submit(ADD, &[actor]);
    let home = page.worker_of(call);
    page.reschedule(call);
    assert_eq!((page.worker_of(call), page.state(call)), (home, State::Processing));
}

#[test]
fn what_takes_actors_of_two_workers_can_run_nowhere() {
    let mut page = page(2);
    let [one, two] = [0; 2].map(|_| page.submit_with(0, 1, None, &[]));
    let both = page.submit(ADD, &[one, two]);
    let after = page.submit(INC, &[both]);
    for task in [one, two] {
        page.finish(task);
    }
    assert_ne!(page.scheduler.who_has(one), page.scheduler.who_has(two));
    let news = settled(&page.news());
    let blamed = Outcome::Erred { blame: both };
    assert_eq!(news[2..], [(both, Outcome::ActorsApart), (after, blamed)]);
    let [a, b] = [0; 2].map(|_| page.submit_with(0, 1, None, &[]));
    for task in [a, b] {
        page.finish(task);
    }
    let together = [one, two].map(|x| [a, b].map(|y| page.submit(ADD, &[x, y])));
    let runs = together
        .iter()
        .flatten()
        .filter(|&&task| page.state(task) == State::Processing);
    assert_eq!(runs.count(), 2, "those whose actors share a worker run there");
}

#[test]
fn an_actor_is_lost_that_its_worker_has_no_more() {
    let mut page = page(1);
    let actor = actor(&mut page);
    let [failing, behind] = [0; 2].map(|_| page.submit(ADD, &[actor]));
    let runs = [actor, failing, behind].map(|task| page.scheduler.run(task).expect("a run"));
    page.news();
    let worker = WorkerId(0);
    page.handle(Event::DataMissing {
        worker,
        task: actor,
        run: runs[0],
    });
    assert_eq!(
        settled(&page.news()),
        [(actor, Outcome::LostActor)],
        "its calls may have run before"
    );
    page.handle(Event::TaskErred {
        worker,
        task: failing,
        run: runs[1],
        start: 0.0,
        duration: 1.0,
    });
    page.handle(Event::InputsMissing {
        worker,
        task: behind,
        run: runs[2],
    });
    let late = page.submit(ADD, &[actor]);
    let blamed = Outcome::Erred { blame: actor };
    let own = Outcome::Erred { blame: failing };
    assert_eq!(
        settled(&page.news()),
        [(failing, own), (behind, blamed), (late, blamed)]
    );
}
