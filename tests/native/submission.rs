//! From a call to its result, and the calls that are known already.

use webfutures::scheduler::{Action, ClientId, Dependency, Event, OptionsId, Outcome, State, Submission};

use crate::page::{ADD, INC, Page, call_of, dropped, forgotten, runs, settled};

#[test]
fn a_call_runs_settles_and_is_forgotten_with_its_last_handle() {
    let mut page = Page::new(1);
    let task = page.submit(INC, &[]);
    let (worker, run) = page.run_of(task).unwrap();
    assert_eq!(
        page.news(),
        [
            Action::Accepted { task, known: false },
            Action::Run { worker, task, run }
        ]
    );

    page.finish_with(task, 1.0, 24);
    assert_eq!(
        page.news(),
        [Action::Settle {
            task,
            outcome: Outcome::Finished { bytes: 24, kind: 3 }
        }]
    );
    assert_eq!(
        (page.scheduler.who_has(task), page.scheduler.bytes(task)),
        (&[worker][..], 24)
    );

    page.drop_handles(&[task]);
    assert_eq!(page.news(), [Action::Drop { worker, run }, Action::Forget { task }]);
    assert!(page.scheduler.is_empty());
}

#[test]
fn what_is_admitted_waits_for_what_comes_with_it() {
    let mut page = Page::new(1);
    page.define_urgent();
    let mut actions = Vec::new();
    for options in [0, 1] {
        let call = Submission {
            options: OptionsId(options),
            ..call_of(INC, 0)
        };
        let (client, tasks, dependencies) = (ClientId(0), &[call][..], &[][..]);
        let event = Event::TasksSubmitted {
            client,
            tasks,
            dependencies,
        };
        page.scheduler.admit(page.now, event, &mut actions);
    }
    let [Action::Accepted { .. }, Action::Accepted { task: urgent, .. }] = actions[..] else {
        panic!("{actions:?}");
    };
    page.scheduler.proceed(&mut actions);
    page.scheduler.validate();
    assert_eq!(runs(&actions), [(0, urgent)]);
}

#[test]
fn inputs_come_in_order_with_duplicates_and_a_holder() {
    let mut page = Page::new(2);
    let (a, b) = (page.submit(INC, &[]), page.submit(INC, &[]));
    let sum = page.submit(ADD, &[b, a, b]);
    assert_eq!(page.state(sum), State::Waiting);
    page.finish(a);
    page.finish(b);
    let (worker, _) = page.run_of(sum).unwrap();
    let inputs: Vec<_> = page.scheduler.inputs(sum, worker).collect();
    let of = |task| (task, page.run_of(task).unwrap().1, page.run_of(task).unwrap().0);
    assert_eq!(inputs, [of(b), of(a), of(b)]);
    assert_eq!(page.scheduler.function(sum), ADD);
}

#[test]
fn an_equal_pure_call_is_the_same_task() {
    let mut page = Page::new(1);
    let first = page.submit_pure(7, &[]);
    page.news();
    assert_eq!(page.submit_pure(7, &[]), first);
    assert_eq!(
        page.news(),
        [Action::Accepted {
            task: first,
            known: true
        }]
    );
    page.finish(first);
    page.news();
    assert_eq!(page.submit_pure(7, &[]), first);
    assert_eq!(
        page.news(),
        [Action::Accepted {
            task: first,
            known: true
        }]
    );
    assert_ne!(page.submit_pure(8, &[]), first);
}

#[test]
fn an_equal_pure_call_within_a_batch_is_the_same_task() {
    let mut page = Page::new(1);
    let call = Submission {
        token: Some(1 << 100),
        ..call_of(INC, 0)
    };
    let tasks = page.submit_all(&[call; 4], &[]);
    assert!(tasks.iter().all(|&task| task == tasks[0]));
    assert_eq!(runs(&page.news()).len(), 1);
}

#[test]
fn a_known_intermediate_settles_when_it_becomes_held() {
    let mut page = Page::new(1);
    let inner = Submission {
        token: Some(1),
        held: false,
        ..call_of(INC, 0)
    };
    let outer = call_of(INC, 1);
    let tasks = page.submit_all(
        &[inner, outer, outer],
        &[Dependency::Earlier(0), Dependency::Earlier(1)],
    );
    page.finish(tasks[0]);
    assert_eq!(settled(&page.news()), []);
    assert_eq!(page.submit_pure(1, &[]), tasks[0]);
    assert_eq!(
        settled(&page.news()),
        [(tasks[0], Outcome::Finished { bytes: 8, kind: 3 })]
    );
}

#[test]
fn a_released_pure_call_runs_again() {
    let mut page = Page::new(1);
    let inner = Submission {
        token: Some(1),
        held: false,
        ..call_of(INC, 0)
    };
    let outer = call_of(INC, 1);
    let tasks = page.submit_all(&[inner, outer], &[Dependency::Earlier(0)]);
    page.finish(tasks[0]);
    page.finish(tasks[1]);
    assert_eq!(page.state(tasks[0]), State::Released);
    page.news();
    assert_eq!(page.submit_pure(1, &[]), tasks[0]);
    assert_eq!(runs(&page.news()), [(0, tasks[0])]);
    page.finish(tasks[0]);
    assert_eq!(settled(&page.news()).len(), 1);
}

#[test]
fn intermediates_that_nothing_held_needs_are_never_run() {
    let mut page = Page::new(1);
    let call = |held, dependencies| Submission {
        held,
        ..call_of(INC, dependencies)
    };
    let tasks = page.submit_all(&[call(false, 0), call(false, 1)], &[Dependency::Earlier(0)]);
    let news = page.news();
    assert_eq!(runs(&news), []);
    assert_eq!(forgotten(&news), [tasks[1], tasks[0]]);
}

#[test]
fn keys_are_found_and_never_used_again() {
    let mut page = Page::new(1);
    let pure = page.submit_pure(0x5f3a, &[]);
    assert_eq!(page.scheduler.key(pure), "inc-00000000000000000000000000005f3a");
    assert_eq!(page.scheduler.find(&page.scheduler.key(pure)), Some(pure));
    let impure = page.submit(ADD, &[]);
    let key = page.scheduler.key(impure);
    assert_eq!(page.scheduler.find(&key), Some(impure));
    page.drop_handles(&[impure]);
    assert_eq!(page.submit(ADD, &[]), impure, "the row is used again");
    assert_ne!(page.scheduler.key(impure), key);
    assert_eq!(page.scheduler.find(&key), None);
    for nonsense in ["", "inc", "inc-", "inc-x", "add-00000000000000000000000000005f3a"] {
        assert_eq!(page.scheduler.find(nonsense), None, "{nonsense:?}");
    }
}

#[test]
fn the_report_of_a_dropped_run_only_drops_its_data() {
    let mut page = Page::new(1);
    let task = page.submit(INC, &[]);
    let (worker, run) = page.run_of(task).unwrap();
    page.drop_handles(&[task]);
    assert_eq!(forgotten(&page.news()), [task]);
    let again = page.submit(ADD, &[]);
    assert_eq!(again, task, "the row is used again");
    page.news();
    let before = page.state(again);
    page.report(worker, (task, run), (0.0, 1.0), 8);
    let news = page.news();
    assert_eq!(dropped(&news), [(0, run)]);
    assert_eq!((before, settled(&news)), (State::Queued, vec![]));
    assert_eq!(runs(&news), [(0, again)], "the slot is free now");
}

#[test]
fn a_table_beyond_the_caches_finds_and_forgets_every_call() {
    const CALLS: u128 = 40_000;
    let mut page = Page::new(0);
    // Tokens that agree in 32 bits are calls of their own all the same.
    let token = |call: u128| {
        let (pair, twin) = (call % (CALLS / 2), call / (CALLS / 2));
        pair * 0x9e37_79b9_7f4a_7c15 % (1 << 32) + (twin << 64)
    };
    let call = |token| Submission {
        token: Some(token),
        ..call_of(INC, 0)
    };
    let calls: Vec<Submission> = (0..CALLS).map(|number| call(token(number))).collect();
    let tasks = page.submit_all(&calls, &[]);
    assert_eq!(page.scheduler.len(), CALLS as usize);
    assert_eq!(page.submit_all(&calls, &[]), tasks);
    assert_eq!(page.scheduler.len(), CALLS as usize);
    assert!(
        tasks
            .iter()
            .step_by(997)
            .all(|&task| page.scheduler.find(&page.scheduler.key(task)) == Some(task))
    );
    page.drop_handles(&tasks);
    assert!(page.scheduler.is_empty());
    assert_ne!(page.submit_all(&calls[..1], &[]).len(), 0);
    assert_eq!(page.scheduler.len(), 1);
}
