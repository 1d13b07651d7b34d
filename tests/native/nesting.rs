//! Tasks that submit tasks: they take no place while they await, and what they submit goes first.

use webfutures::scheduler::{
    ClientId, Event, Options, OptionsId, Outcome, ResourceId, RunId, State, Submission, TaskId, WorkerId,
};

use crate::page::{ADD, INC, Page, call_of, settled};

/// The client of every task here.
const GUEST: ClientId = ClientId(1);

impl Page {
    /// A task that is under way says that it may submit tasks, and awaits.
    fn nest(&mut self, task: TaskId) {
        let (worker, run) = self.run_of(task).expect("it is under way");
        self.handle(Event::RunNests { worker, run });
        self.give_way(task);
    }

    /// A task that is under way submits a call.
    fn submit_in(&mut self, task: TaskId, options: u32) -> TaskId {
        let (worker, run) = self.run_of(task).expect("it is under way");
        self.submit_of(worker, run, options)
    }

    fn submit_of(&mut self, worker: WorkerId, run: RunId, options: u32) -> TaskId {
        let call = Submission {
            options: OptionsId(options),
            ..call_of(ADD, 0)
        };
        let before = self.actions.len();
        self.handle(Event::SubtasksSubmitted {
            worker,
            run,
            client: GUEST,
            tasks: &[call],
            dependencies: &[],
        });
        self.accepted_since(before)[0]
    }
}

#[test]
fn a_chain_of_nested_tasks_is_deeper_than_there_are_places() {
    let mut page = Page::new(0);
    page.join(0, 2);
    let mut chain = vec![page.submit(INC, &[])];
    for _ in 0..300 {
        let above = *chain.last().expect("there is one");
        page.nest(above);
        let below = page.submit_in(above, 0);
        assert_eq!(page.state(below), State::Processing);
        chain.push(below);
    }
    while let Some(task) = chain.pop() {
        page.finish(task);
        assert_eq!(page.state(task), State::Memory);
    }
}

#[test]
fn what_awaits_without_a_client_of_its_own_takes_a_place() {
    let mut page = Page::new(0);
    page.join(0, 2);
    let tasks = page.map(INC, 4);
    page.give_way(tasks[0]);
    page.give_way(tasks[1]);
    assert_eq!(page.state(tasks[2]), State::Queued);
    let (worker, run) = page.run_of(tasks[0]).expect("it is under way");
    page.handle(Event::RunNests { worker, run });
    assert_eq!(page.state(tasks[2]), State::Processing, "a place is free");
    page.give_way(tasks[2]);
    assert_eq!(page.state(tasks[3]), State::Queued);
    page.finish(tasks[0]);
    assert_eq!(page.state(tasks[3]), State::Queued, "it had taken none");
    page.finish(tasks[1]);
    assert_eq!(page.state(tasks[3]), State::Processing);
}

#[test]
fn subtasks_go_before_what_their_task_goes_before_and_the_deepest_first() {
    let mut page = Page::new(1);
    let [root, other] = page.map(INC, 2)[..] else {
        unreachable!()
    };
    let first = page.submit_in(root, 0);
    let second = page.submit_in(root, 0);
    page.nest(root);
    assert_eq!(page.worker_of(first), 0, "before the other root");
    let deep = page.submit_in(first, 0);
    page.nest(first);
    assert_eq!(page.worker_of(deep), 0, "before its uncle, who came earlier");
    assert_eq!(page.state(second), State::Queued);
    page.finish(deep);
    assert_eq!(page.worker_of(second), 0, "before the other root");
    assert_eq!(page.state(other), State::Queued);
    page.finish(second);
    assert_eq!(page.worker_of(other), 0);
}

#[test]
fn priorities_of_subtasks_count_from_that_of_their_task() {
    let mut page = Page::new(1);
    let options = |priority| Options {
        priority,
        ..Options::default()
    };
    for priority in [10, -1, i32::from(i16::MAX)] {
        page.define(options(priority));
    }
    let urgent = page.submit_with(0, 1, None, &[]);
    let [lesser, same, highest] = [2, 0, 3].map(|options| page.submit_in(urgent, options));
    let usual = page.submit(INC, &[]);
    page.nest(urgent);
    for next in [highest, same, lesser, usual] {
        assert_eq!(page.state(next), State::Processing, "in order of priority");
        page.finish(next);
    }
}

#[test]
fn calls_of_a_run_that_counts_no_more_rank_as_any_others() {
    let mut page = Page::new(1);
    let parent = page.submit(INC, &[]);
    let (worker, run) = page.run_of(parent).expect("it is under way");
    page.nest(parent);
    page.cancel(0, &[parent], false);
    let late = page.submit_of(worker, run, 0);
    assert_ne!(
        page.state(late),
        State::Forgotten,
        "wanted until its client says otherwise"
    );
    page.drop_handles_of(1, &[late]);
    assert_eq!(page.state(late), State::Forgotten);
}

#[test]
fn a_suspect_that_nests_lets_others_run_beside_it_and_is_blamed_if_they_kill() {
    let mut page = Page::new(1);
    let parent = page.submit(INC, &[]);
    for death in 0..5 {
        page.nest(parent);
        let below = page.submit_in(parent, 0);
        assert_eq!(
            page.state(below),
            State::Processing,
            "beside its parent, before death {death}"
        );
        // At the first death two were there: nobody is blamed, and both are suspect.
        page.die(death);
        page.drop_handles_of(1, &[below]);
        page.join(death + 1, 1);
    }
    let outcomes = settled(&page.news());
    assert!(
        outcomes.contains(&(parent, Outcome::Killed { deaths: 4 })),
        "{outcomes:?}"
    );
}

#[test]
fn suspect_subtasks_run_beside_nothing_but_what_awaits_them_and_are_blamed_before_it() {
    let mut page = Page::new(1);
    let parent = page.submit(INC, &[]);
    page.nest(parent);
    page.join(1, 8);
    let mut below = Vec::new();
    while below.iter().filter(|&&task| page.worker_of(task) == 1).count() < 2 {
        let task = page.submit_in(parent, 0);
        page.give_way(task);
        below.push(task);
    }
    let (there, here): (Vec<_>, Vec<_>) = below.into_iter().partition(|&task| page.worker_of(task) == 1);
    // Two were there: both are suspect, and there is no worker but their parent's.
    page.die(1);
    for &task in &here {
        page.finish(task);
    }
    page.drop_handles_of(1, &here);
    assert_eq!(page.state(there[0]), State::Processing, "its parent awaits it");
    assert_eq!(page.state(there[1]), State::Queued, "nothing else is beside it");
    page.drop_handles_of(1, &there[1..]);
    // It computes, and so it was not its parent.
    page.die(0);
    for next in 2..5 {
        page.join(next, 8);
        page.nest(parent);
        assert_eq!(page.worker_of(there[0]), next, "it runs beside its parent again");
        page.die(next);
    }
    let outcomes = settled(&page.news());
    assert!(
        outcomes.contains(&(there[0], Outcome::Killed { deaths: 4 })),
        "{outcomes:?}"
    );
}

#[test]
fn what_a_task_takes_of_a_resource_it_keeps_while_it_awaits() {
    let mut page = Page::new(0);
    page.join_at(0, 0, 2, 0);
    page.define(Options {
        resources: &[(ResourceId(0), 1)],
        ..Options::default()
    });
    let above = page.submit_with(0, 1, None, &[]);
    let (one, two) = (page.submit_in(above, 1), page.submit_in(above, 1));
    page.nest(above);
    assert_eq!(page.state(one), State::Processing, "the other half of it is free");
    page.nest(one);
    assert_eq!(
        page.state(two),
        State::Queued,
        "both halves are taken by tasks that await"
    );
    let free = page.submit_in(above, 0);
    assert_eq!(page.state(free), State::Processing, "what takes none runs beside them");
    page.finish(free);
    page.finish(one);
    assert_eq!(page.state(two), State::Processing, "what had it has ended");
    page.finish(two);
    page.finish(above);
}
