//! Who still wants what: release, recipes, forgetting.

use webfutures::scheduler::{Action, Dependency, Event, Outcome, State, Submission, TaskId, WorkerId};

use crate::dice::Dice;
use crate::page::{ADD, INC, Page, call_of, dropped, forgotten, number, runs, settled};

/// Calls whose inputs are earlier calls of the batch; `held` names those with a future.
fn graph(page: &mut Page, inputs: &[&[u32]], held: &[usize]) -> Vec<TaskId> {
    let calls: Vec<_> = inputs
        .iter()
        .enumerate()
        .map(|(index, inputs)| Submission {
            held: held.contains(&index),
            ..call_of(INC, inputs.len() as u32)
        })
        .collect();
    let dependencies: Vec<_> = inputs
        .iter()
        .copied()
        .flatten()
        .map(|&input| Dependency::Earlier(input))
        .collect();
    page.submit_all(&calls, &dependencies)
}

#[test]
fn an_intermediate_is_dropped_when_its_last_waiter_is_done_and_its_recipe_stays() {
    let mut page = Page::new(1);
    let tasks = graph(&mut page, &[&[], &[0], &[0]], &[1, 2]);
    let (worker, run) = page.run_of(tasks[0]).unwrap();
    page.finish(tasks[0]);
    page.finish(tasks[1]);
    assert_eq!(page.state(tasks[0]), State::Memory, "one dependent still needs it");
    page.news();
    page.finish(tasks[2]);
    assert_eq!(dropped(&page.news()), [(worker.0, run)]);
    assert_eq!(page.state(tasks[0]), State::Released);
    page.drop_handles(&[tasks[1]]);
    assert_eq!(forgotten(&page.news()), [tasks[1]]);
    page.drop_handles(&[tasks[2]]);
    assert_eq!(forgotten(&page.news()), [tasks[2], tasks[0]]);
}

#[test]
fn dropped_work_that_has_not_started_never_runs() {
    let mut page = Page::new(1);
    let tasks = page.map(INC, 3);
    page.drop_handles(&[tasks[1]]);
    assert_eq!(page.state(tasks[1]), State::Forgotten);
    page.finish_all();
    assert_eq!(runs(&page.news()), [(0, tasks[0]), (0, tasks[2])]);
}

#[test]
fn a_dropped_task_that_somebody_waits_for_runs() {
    let mut page = Page::new(1);
    let input = page.submit(INC, &[]);
    let output = page.submit(INC, &[input]);
    page.drop_handles(&[input]);
    page.finish_all();
    assert_eq!(
        (page.state(input), page.state(output)),
        (State::Released, State::Memory)
    );
    assert_eq!(settled(&page.news()).len(), 1);
}

#[test]
fn what_only_dropped_work_needed_is_dropped_with_it() {
    let mut page = Page::new(1);
    let tasks = graph(&mut page, &[&[], &[], &[0, 1]], &[2]);
    page.finish(tasks[0]);
    page.drop_handles(&[tasks[2]]);
    assert_eq!(page.scheduler.len(), 0);
    page.news();
    let (_, run) = page.run_of(tasks[1]).unwrap();
    page.finish(tasks[1]);
    assert_eq!(dropped(&page.news()), [(0, run)], "its report came too late");
}

#[test]
fn a_released_input_is_made_again_with_all_it_needs() {
    let mut page = Page::new(1);
    let inner = |token, dependencies| Submission {
        token: Some(token),
        held: false,
        ..call_of(INC, dependencies)
    };
    let outer = call_of(INC, 1);
    let earlier = [Dependency::Earlier(0), Dependency::Earlier(1)];
    let tasks = page.submit_all(&[inner(1, 0), inner(2, 1), outer], &earlier);
    page.finish_all();
    assert_eq!([0, 1].map(|index| page.state(tasks[index])), [State::Released; 2]);
    page.news();
    // The same calls once more, and a new one on top.
    let again = page.submit_all(&[inner(1, 0), inner(2, 1), outer], &earlier);
    assert_eq!(again[..2], tasks[..2]);
    page.finish_all();
    assert_eq!(runs(&page.news()), [(0, tasks[0]), (0, tasks[1]), (0, again[2])]);
    assert_eq!(page.state(again[2]), State::Memory);
}

#[test]
fn released_while_running_and_wanted_again_runs_again_and_the_first_result_is_dropped() {
    let mut page = Page::new(2);
    let call = |held| Submission {
        token: Some(1),
        held,
        ..call_of(INC, 0)
    };
    let outer = call_of(ADD, 1);
    let tasks = page.submit_all(&[call(true), outer], &[Dependency::Earlier(0)]);
    let (worker, first) = page.run_of(tasks[0]).unwrap();
    page.drop_handles(&tasks);
    assert!(page.scheduler.is_empty());
    let again = page.submit_pure(1, &[]);
    let (other, second) = page.run_of(again).unwrap();
    assert_ne!((worker, first), (other, second));
    page.news();
    let (start, duration, bytes) = (0.0, 0.1, 8);
    page.report(worker, (tasks[0], first), (start, duration), bytes);
    assert_eq!(
        (dropped(&page.news()), page.state(again)),
        (vec![(worker.0, first)], State::Processing)
    );
    page.finish(again);
    assert_eq!(
        settled(&page.news()),
        [(again, Outcome::Finished { bytes: 8, kind: 3 })]
    );
}

#[test]
fn a_chain_of_a_million_runs_errs_and_is_forgotten_without_recursion() {
    // Validating walks over everything, so the scheduler is driven directly.
    let (mut scheduler, mut actions) = (webfutures::scheduler::Scheduler::new(), Vec::new());
    let count = 1_000_000_u32;
    scheduler.handle(0.0, Event::FunctionDefined { name: "inc" }, &mut actions);
    let call = |index: u32| Submission {
        token: Some(u128::from(index)),
        held: index + 1 == count,
        ..call_of(INC, u32::from(index > 0))
    };
    let calls: Vec<_> = (0..count).map(call).collect();
    let dependencies: Vec<_> = (0..count - 1).map(Dependency::Earlier).collect();
    let worker = WorkerId(0);
    scheduler.handle(
        0.0,
        Event::WorkerJoined {
            place: webfutures::scheduler::PlaceId(0),
            resources: &[],
            memory_limit: 0,
            worker,
            concurrency: 1,
        },
        &mut actions,
    );
    let mut last = TaskId(0);
    for errs in [false, true] {
        actions.clear();
        scheduler.handle(
            0.0,
            Event::TasksSubmitted {
                client: webfutures::scheduler::ClientId(0),

                tasks: &calls,
                dependencies: &dependencies,
            },
            &mut actions,
        );
        let (mut index, mut ended) = (0, 0);
        while index < actions.len() {
            match actions[index] {
                Action::Accepted { task, .. } => last = task,
                Action::Run { task, run, .. } if errs => {
                    let erred = Event::TaskErred {
                        worker,
                        task,
                        run,
                        start: 0.0,
                        duration: 0.0,
                    };
                    scheduler.handle(0.0, erred, &mut actions);
                }
                Action::Run { task, run, .. } => {
                    let results = &[number((task, run), (0.0, 0.0), 8)];
                    let finished = Event::TasksFinished { worker, results };
                    scheduler.handle(0.0, finished, &mut actions);
                    ended += 1;
                }
                _ => {}
            }
            index += 1;
        }
        assert_eq!(ended, if errs { 0 } else { count });
        let expected = if errs { State::Erred } else { State::Memory };
        assert_eq!((scheduler.state(last), scheduler.len()), (expected, count as usize));
        scheduler.handle(
            0.0,
            Event::HandlesDropped {
                client: webfutures::scheduler::ClientId(0),
                tasks: &[last],
            },
            &mut actions,
        );
        assert!(scheduler.is_empty());
    }
}

#[test]
fn a_fan_of_a_hundred_thousand_comes_and_goes() {
    let mut page = Page::new(2);
    let root = page.submit(INC, &[]);
    let call = call_of(ADD, 2);
    let count = 100_000;
    let leaves = page.submit_all(&vec![call; count], &vec![Dependency::Known(root); 2 * count]);
    page.finish(root);
    page.drop_handles(&[root]);
    assert_eq!(page.scheduler.counts()[State::Queued as usize].1, count - 2);
    page.drop_handles(&leaves);
    page.finish_all();
    assert!(page.scheduler.is_empty());
}

#[test]
fn a_graph_beyond_any_cache_is_run_and_released_to_the_last_task() {
    let mut page = Page::new(2);
    let mut dice = Dice(7);
    let inputs: Vec<Vec<u32>> = (0..20_000_u64)
        .map(|task| {
            let inputs = if task == 0 { 0 } else { dice.below(4) };
            (0..inputs)
                .map(|_| (task - 1 - dice.below(task.min(3000))) as u32)
                .collect()
        })
        .collect();
    let inputs: Vec<&[u32]> = inputs.iter().map(Vec::as_slice).collect();
    let held: Vec<usize> = (0..inputs.len()).filter(|task| task % 5 == 0).collect();
    let tasks = graph(&mut page, &inputs, &held);
    let mut finished = 0;
    loop {
        let given = page.news();
        let mut reports = [Vec::new(), Vec::new()];
        for action in &given {
            if let Action::Run { worker, task, run } = *action {
                reports[worker.0 as usize].push(number((task, run), (page.now, 0.001), 8));
            }
        }
        if reports.iter().all(Vec::is_empty) {
            break;
        }
        page.now += 1.0;
        for (worker, results) in (0..).map(WorkerId).zip(&reports) {
            finished += results.len();
            page.handle(Event::TasksFinished { worker, results });
        }
    }
    let held: Vec<_> = held.into_iter().map(|task| tasks[task]).collect();
    assert!(held.iter().all(|&task| page.state(task) == State::Memory));
    assert!(finished <= inputs.len(), "{finished} runs");
    page.drop_handles(&held);
    assert!(page.scheduler.is_empty());
}
