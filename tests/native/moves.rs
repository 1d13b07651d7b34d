//! Results that are moved to the worker that needs them.

use webfutures::scheduler::{
    Action, ClientId, Event, FunctionId, Options, OptionsId, State, Submission, TaskId, WorkerId,
};

use crate::page::{ADD, INC, Page, call_of, dropped};

const MOVES: OptionsId = OptionsId(1);

/// A result of worker 0 that may move, and a worker 0 that is busy with something else.
fn begin() -> (Page, TaskId, TaskId) {
    let mut page = Page::new(2);
    page.handle(Event::OptionsDefined {
        options: Options {
            moves: true,
            ..Options::default()
        },
    });
    let data = submit(&mut page, INC, &[]);
    page.finish_with(data, 0.1, 8_000_000);
    let others = page.map(INC, 2);
    let on = |page: &Page, worker| {
        others
            .iter()
            .copied()
            .find(|&task| page.worker_of(task) == worker)
            .unwrap()
    };
    let (busy, other) = (on(&page, 0), on(&page, 1));
    page.finish(other);
    (page, data, busy)
}

fn submit(page: &mut Page, function: FunctionId, inputs: &[TaskId]) -> TaskId {
    let dependencies: Vec<_> = inputs
        .iter()
        .map(|&input| webfutures::scheduler::Dependency::Known(input))
        .collect();
    let call = Submission {
        options: MOVES,
        ..call_of(function, inputs.len() as u32)
    };
    page.submit_all(&[call], &dependencies)[0]
}

#[test]
fn a_result_is_taken_along_and_the_one_that_gave_it_away_forgets_it() {
    let (mut page, data, _) = begin();
    let sum = submit(&mut page, ADD, &[data]);
    assert_eq!(page.worker_of(sum), 1);
    assert!(page.scheduler.is_moved(data, WorkerId(0)));
    page.fetch(1, data);
    page.news();
    page.finish(sum);
    let (_, made_by) = page.run_of(data).unwrap();
    assert_eq!(dropped(&page.news()), [(0, made_by)]);
    assert_eq!(page.scheduler.who_has(data), [WorkerId(1)]);
    page.scheduler.validate();
}

#[test]
fn a_result_that_others_need_is_copied() {
    let (mut page, data, _) = begin();
    let sums = [submit(&mut page, ADD, &[data]), submit(&mut page, ADD, &[data])];
    assert_eq!(page.worker_of(sums[0]), 1);
    assert!(!page.scheduler.is_moved(data, WorkerId(0)));
    assert_eq!(page.scheduler.who_has(data), [WorkerId(0)]);
}

#[test]
fn a_result_that_its_holder_has_not_got_is_made_again() {
    let (mut page, data, busy) = begin();
    let (_, run) = page.run_of(data).unwrap();
    page.finish(busy);
    page.news();
    let missing = |page: &mut Page| {
        page.handle(Event::DataMissing {
            worker: WorkerId(0),
            task: data,
            run,
        });
    };
    missing(&mut page);
    assert!(page.news().contains(&Action::Lost { task: data }));
    assert_eq!(page.scheduler.state(data), State::Processing);
    // Said again, it is about a run that counts no more.
    missing(&mut page);
    assert_eq!(page.news(), []);
    page.scheduler.validate();
}

fn used_up(page: &Page, task: TaskId, input: TaskId, worker: u32) -> bool {
    page.scheduler.uses_up(task, WorkerId(worker)) && page.scheduler.is_used_up(input)
}

#[test]
fn a_task_uses_up_what_nobody_can_ask_for() {
    let one = || {
        let (mut page, data, busy) = begin();
        page.finish(busy);
        let user = submit(&mut page, ADD, &[data]);
        (page, data, user)
    };
    let (mut page, data, user) = one();
    assert!(!used_up(&page, user, data, 0), "a future of it is held");
    page.drop_handles(&[data]);
    assert_eq!(page.worker_of(user), 0);
    assert!(used_up(&page, user, data, 0));
    assert!(!used_up(&page, user, data, 1), "it does not lie there");
    let (mut page, data, user) = one();
    submit(&mut page, ADD, &[data]);
    page.drop_handles(&[data]);
    assert!(!used_up(&page, user, data, 0), "another task takes it");
}

#[test]
fn the_page_may_take_what_nothing_else_needs() {
    let mut page = Page::new(2);
    let plain = page.submit(INC, &[]);
    page.finish(plain);
    assert!(!page.scheduler.may_leave(plain), "its options do not allow it");
    let (mut page, data, _) = begin();
    assert!(page.scheduler.may_leave(data));
    let sum = submit(&mut page, ADD, &[data]);
    assert!(!page.scheduler.may_leave(data), "a task under way needs it");
    page.fetch(1, data);
    page.finish(sum);
    assert!(page.scheduler.may_leave(data));
    page.handle(Event::HandlesTaken {
        client: ClientId(1),
        tasks: &[data],
    });
    assert!(!page.scheduler.may_leave(data), "another client has a future of it");
}

#[test]
fn a_run_that_may_have_used_up_its_input_is_not_taken_back() {
    let mut page = Page::new(1);
    page.define(Options {
        moves: true,
        ..Options::default()
    });
    for _ in 0..100 {
        let quick = page.submit(INC, &[]);
        page.finish_with(quick, 0.01, 8);
        page.drop_handles(&[quick]);
    }
    let [held, released] = [(); 2].map(|()| {
        let data = page.submit(INC, &[]);
        page.finish_with(data, 0.01, 8);
        data
    });
    page.submit_pure(0, &[]);
    let [first, second] = [(1, held), (2, released)].map(|(token, data)| page.submit_with(1, 1, Some(token), &[data]));
    page.drop_handles(&[released]);
    assert!(used_up(&page, second, released, 0));
    assert_eq!(page.under_way().len(), 3);
    page.join(1, 1);
    page.now += 10_000.0;
    page.handle(Event::Reminded);
    assert_eq!((page.worker_of(first), page.worker_of(second)), (1, 0));
    page.scheduler.validate();
}
