//! How well the work is shared out, in virtual time: figures here are exact, whatever machine runs the tests.

use webfutures::scheduler::{Dependency, FunctionId, OptionsId, State, TaskId};

use crate::sim::{Call, Draft, Quirk, Sim};

const INC: FunctionId = FunctionId(1);
const ADD: FunctionId = FunctionId(3);

/// A call of that many milliseconds whose result has that many bytes.
fn call(function: FunctionId, computes: f64, bytes: u64, inputs: Vec<Dependency>) -> Draft {
    let call = Call {
        value: 7,
        computes,
        awaits: None,
        throws: false,
        quirk: Quirk::None,
        bytes,
    };
    Draft {
        options: OptionsId::DEFAULT,
        function,
        token: None,
        held: true,
        call,
        inputs,
    }
}

fn workers(seed: u64, count: u32) -> Sim {
    let mut sim = Sim::new(seed, false);
    for _ in 0..count {
        sim.join(1);
    }
    sim
}

/// Runs everything and tells how many times longer it took than if the work had been shared out perfectly.
fn overhead(sim: &mut Sim, workers: u32) -> f64 {
    let (began, busy) = (sim.now, sim.busy);
    sim.run_out();
    sim.client.assert_settled();
    (sim.now - began) / ((sim.busy - busy) / f64::from(workers))
}

#[test]
fn tasks_of_random_length_keep_all_workers_busy() {
    for (seed, longest) in [(1, 200), (2, 20), (3, 2)] {
        let mut sim = workers(seed, 4);
        let drafts = (0..1_000)
            .map(|_| call(INC, sim.below(1_000 * longest) as f64 / 1e3, 8, vec![]))
            .collect();
        sim.submit(drafts);
        let overhead = overhead(&mut sim, 4);
        let bound = if longest == 2 { 1.25 } else { 1.05 };
        assert!(overhead < bound, "up to {longest} ms each: {overhead}");
    }
}

#[test]
fn tiny_tasks_hide_the_way_to_the_page_and_back() {
    let mut sim = workers(4, 2);
    // A round trip of 0.2 ms on average, 20 times the task.
    let drafts = vec![call(INC, 0.01, 8, vec![]); 20_000];
    sim.submit(drafts);
    let overhead = overhead(&mut sim, 2);
    assert!(overhead < 1.2, "{overhead}");
}

#[test]
fn one_long_task_holds_up_nobody_else() {
    let mut sim = workers(5, 2);
    let mut drafts = vec![call(ADD, 2_000.0, 8, vec![])];
    drafts.extend(vec![call(INC, 1.0, 8, vec![]); 1_000]);
    let tasks = sim.submit(drafts);
    while tasks[1..]
        .iter()
        .any(|&task| sim.scheduler.state(task) != State::Memory)
    {
        assert!(sim.step());
    }
    assert!(sim.now < 1_500.0, "{} ms", sim.now);
    assert_eq!(sim.scheduler.state(tasks[0]), State::Processing);
}

/// Leaves that are added pairwise, and their sums again, down to one; every one is held if `held`, else only the last.
fn added_pairwise(leaves: u32, computes: f64, bytes: u64, held: bool) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = (0..leaves).map(|_| call(INC, computes, bytes, vec![])).collect();
    for node in 0..leaves - 1 {
        let inputs = vec![Dependency::Earlier(2 * node), Dependency::Earlier(2 * node + 1)];
        drafts.push(call(ADD, computes, bytes, inputs));
    }
    let last = drafts.len() - 1;
    drafts[..last].iter_mut().for_each(|draft| draft.held = held);
    drafts
}

#[test]
fn what_is_added_pairwise_moves_only_where_the_shares_of_two_workers_meet() {
    let bytes = 256 * 1024;
    for (computes, count, most) in [(3.0, 2, 2), (0.2, 2, 10), (3.0, 4, 20)] {
        for held in [true, false] {
            let mut sim = workers(6, count);
            sim.submit(added_pairwise(64, computes, bytes, held));
            let overhead = overhead(&mut sim, count);
            let moved = sim.moved / bytes;
            let case = format!("{computes} ms, {count} workers, held: {held}: {moved} of 126 moved, {overhead}");
            assert!(moved <= most, "{case}");
            // Near the root there is nothing to compute for some.
            assert!(computes < 1.0 || overhead < 1.2, "{case}");
        }
    }
}

#[test]
fn shares_are_no_reason_to_wait_for_a_worker_that_is_slow() {
    let mut sim = workers(8, 2);
    // The first share has all the long ones.
    let mut drafts = added_pairwise(256, 1.0, 1_000, true);
    drafts[..64].iter_mut().for_each(|draft| draft.call.computes = 7.0);
    sim.submit(drafts);
    let overhead = overhead(&mut sim, 2);
    assert!(overhead < 1.2, "{overhead}");
}

#[test]
fn a_chain_stays_where_it_is() {
    let mut sim = workers(7, 4);
    let mut drafts = vec![call(INC, 0.1, 1_000_000, vec![])];
    for link in 0..200 {
        drafts.push(call(INC, 0.1, 1_000_000, vec![Dependency::Earlier(link)]));
    }
    sim.submit(drafts);
    sim.run_out();
    assert_eq!(sim.moved, 0);
}

#[test]
fn dependents_of_one_big_result_spread_once_it_pays() {
    let mut sim = workers(8, 4);
    let data = sim.scatter(&[(7, 1_000_000)]);
    let drafts = vec![call(INC, 5.0, 8, vec![Dependency::Known(data[0])]); 400];
    sim.submit(drafts);
    let overhead = overhead(&mut sim, 4);
    assert!(overhead < 1.1, "{overhead}");
    assert_eq!(sim.moved, 3_000_000, "one copy for each of the others");
}

#[test]
fn tasks_that_await_overlap_up_to_the_concurrency() {
    let mut sim = Sim::new(9, false);
    for _ in 0..2 {
        sim.join(16);
    }
    let mut draft = call(INC, 0.01, 8, vec![]);
    draft.call.awaits = Some(50.0);
    sim.submit(vec![draft; 320]);
    sim.run_out();
    sim.client.assert_settled();
    // Ten rounds of 32 at a time, and the way to the page and back in each.
    assert!((500.0..560.0).contains(&sim.now), "{} ms", sim.now);
}

#[test]
fn test_graph_execution_width() {
    // Chains are finished before new ones begin: results of roots that wait for their dependent.
    let mut sim = workers(12, 4);
    let mut drafts = Vec::new();
    for pair in 0..100 {
        drafts.push(Draft {
            held: false,
            ..call(INC, 20.0, 8, vec![])
        });
        drafts.push(call(ADD, 20.0, 8, vec![Dependency::Earlier(2 * pair)]));
    }
    let tasks = sim.submit(drafts);
    while sim.step() {
        let roots = tasks.iter().step_by(2);
        let alive = roots
            .filter(|&&root| sim.scheduler.state(root) == State::Memory)
            .count();
        assert!(alive <= 4, "{alive} at {} ms", sim.now);
    }
    sim.client.assert_settled();
}

#[test]
fn test_new_worker_steals() {
    // All of it waits where its input is.
    let mut sim = workers(13, 1);
    let root = sim.scatter(&[(7, 1_000)]);
    let tasks = sim.submit(vec![call(ADD, 20.0, 8, vec![Dependency::Known(root[0])]); 20]);
    let late = sim.join(1);
    sim.run_out();
    let taken = tasks
        .iter()
        .filter(|&&task| sim.scheduler.who_has(task) == [late])
        .count();
    assert!((9..=11).contains(&taken), "{taken} of 20");
}

#[test]
fn test_steal_twice() {
    // A second one comes while the first takes over, and gets its share of what is left.
    let mut sim = workers(14, 1);
    let root = sim.scatter(&[(7, 1_000)]);
    let tasks = sim.submit(vec![call(ADD, 20.0, 8, vec![Dependency::Known(root[0])]); 60]);
    let first = sim.join(1);
    while sim.now < 200.0 {
        assert!(sim.step());
    }
    let second = sim.join(1);
    sim.run_out();
    let taken = |by| {
        let done = tasks.iter().filter(|&&task| sim.scheduler.who_has(task) == [by]);
        done.count()
    };
    assert!((21..=25).contains(&taken(first)), "{} of 60", taken(first));
    assert!((11..=15).contains(&taken(second)), "{} of 60", taken(second));
}

#[test]
fn test_do_not_ping_pong() {
    // What waits where its input is moves at most once: each task runs once, and each worker fetches the input once.
    let mut sim = workers(15, 1);
    let root = sim.scatter(&[(7, 1_000)]);
    sim.submit(vec![call(ADD, 20.0, 8, vec![Dependency::Known(root[0])]); 100]);
    for _ in 0..3 {
        sim.join(1);
    }
    sim.run_out();
    assert_eq!((sim.computed, sim.moved), (100, 3_000));
    assert!(sim.now < 550.0, "{} ms", sim.now);
}

#[test]
fn a_worker_that_joins_late_gets_its_share() {
    let mut sim = workers(10, 1);
    sim.submit(vec![call(INC, 5.0, 8, vec![]); 400]);
    while sim.now < 500.0 {
        assert!(sim.step());
    }
    sim.join(1);
    sim.run_out();
    // 1,500 ms of work were left for two.
    assert!((1_240.0..1_300.0).contains(&sim.now), "{} ms", sim.now);
}

#[test]
fn work_that_is_added_while_results_arrive_keeps_ten_in_flight() {
    let mut sim = workers(11, 4);
    let mut in_flight: Vec<TaskId> = sim.submit(vec![call(INC, 100.0, 8, vec![]); 10]);
    let mut evaluated = 0;
    while !in_flight.is_empty() {
        assert!(sim.step());
        let (done, rest): (Vec<_>, Vec<_>) = in_flight
            .into_iter()
            .partition(|&task| sim.client.outcome(task).is_some());
        in_flight = rest;
        evaluated += done.len();
        if !done.is_empty() {
            sim.drop_handles(&done);
            let more = done.len().min(848 - (evaluated + in_flight.len()).min(848));
            in_flight.extend(sim.submit(vec![call(INC, 100.0, 8, vec![]); more]));
        }
    }
    assert_eq!((evaluated, sim.computed), (848, 848));
    // 212 rounds of 100 ms; going to fetch the next one costs below 1 %.
    assert!((21_200.0..21_400.0).contains(&sim.now), "{} ms", sim.now);
}
