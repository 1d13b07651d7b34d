//! Errors: whom they reach, who is blamed, how long they are remembered.

use webfutures::scheduler::{Dependency, Outcome, State, Submission};

use crate::page::{ADD, INC, Page, call_of, forgotten, runs, settled};

#[test]
fn an_error_reaches_dependents_of_dependents_with_its_root() {
    let mut page = Page::new(1);
    let root = page.submit(INC, &[]);
    let middle = page.submit(INC, &[root]);
    let last = page.submit(ADD, &[middle, middle]);
    page.news();
    page.err(root);
    let blame = Outcome::Erred { blame: root };
    assert_eq!(settled(&page.news()), [(root, blame), (middle, blame), (last, blame)]);
}

#[test]
fn a_call_on_an_erred_task_errs_at_once() {
    let mut page = Page::new(1);
    let root = page.submit(INC, &[]);
    let middle = page.submit(INC, &[root]);
    page.err(root);
    page.news();
    let fine = page.submit(INC, &[]);
    let late = page.submit(ADD, &[fine, middle]);
    assert_eq!(settled(&page.news()), [(late, Outcome::Erred { blame: root })]);
    let later = page.submit(ADD, &[late]);
    assert_eq!(settled(&page.news()), [(later, Outcome::Erred { blame: root })]);
}

#[test]
fn an_erred_call_submitted_again_does_not_run_again() {
    let mut page = Page::new(1);
    let task = page.submit_pure(1, &[]);
    page.err(task);
    page.news();
    assert_eq!(page.submit_pure(1, &[]), task);
    let news = page.news();
    assert_eq!(
        (runs(&news), settled(&news)),
        (vec![], vec![]),
        "the page has the future, and its error"
    );
}

#[test]
fn an_error_nobody_held_is_told_to_the_future_that_comes_later() {
    let mut page = Page::new(1);
    let inner = Submission {
        token: Some(1),
        held: false,
        ..call_of(INC, 0)
    };
    let outer = call_of(INC, 1);
    let tasks = page.submit_all(&[inner, outer], &[Dependency::Earlier(0)]);
    page.err(tasks[0]);
    page.news();
    assert_eq!(page.submit_pure(1, &[]), tasks[0]);
    assert_eq!(settled(&page.news()), [(tasks[0], Outcome::Erred { blame: tasks[0] })]);
}

#[test]
fn an_erred_chain_stays_explained_until_its_last_handle_is_dropped() {
    let mut page = Page::new(1);
    let root = page.submit(INC, &[]);
    let middle = page.submit(INC, &[root]);
    let last = page.submit(INC, &[middle]);
    page.err(root);
    page.drop_handles(&[root, middle]);
    assert_eq!(forgotten(&page.news()), []);
    assert_eq!(page.state(root), State::Erred);
    page.drop_handles(&[last]);
    assert_eq!(forgotten(&page.news()), [last, middle, root]);
}

#[test]
fn after_an_error_the_other_inputs_are_dropped_or_never_made() {
    let mut page = Page::new(2);
    let call = |held, dependencies| Submission {
        held,
        ..call_of(INC, dependencies)
    };
    let calls = [
        call(false, 0),
        call(false, 0),
        call(false, 0),
        call(false, 1),
        call(true, 3),
    ];
    let inputs = [2, 0, 1, 3].map(Dependency::Earlier);
    let tasks = page.submit_all(&calls, &inputs);
    page.finish(tasks[1]);
    page.err(tasks[0]);
    assert_eq!(page.state(tasks[4]), State::Erred);
    assert_eq!(page.state(tasks[1]), State::Released);
    assert_eq!(page.state(tasks[3]), State::Released);
    page.finish_all();
    assert_eq!(page.scheduler.counts()[State::Memory as usize].1, 0);
}

#[test]
fn results_made_before_a_later_error_keep_their_value() {
    let mut page = Page::new(1);
    let inner = Submission {
        token: Some(1),
        held: false,
        ..call_of(INC, 0)
    };
    let outer = call_of(INC, 1);
    let tasks = page.submit_all(&[inner, outer], &[Dependency::Earlier(0)]);
    page.finish_all();
    // The intermediate is made once more and throws this time.
    let again = page.submit_all(&[inner, outer], &[Dependency::Earlier(0)]);
    page.err(tasks[0]);
    assert_eq!(
        (page.state(tasks[1]), page.state(again[1])),
        (State::Memory, State::Erred)
    );
}
