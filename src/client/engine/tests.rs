//! The words of the page and of workers, without either: what they mean, and what nonsense does.

use super::Engine;
use crate::scheduler::State;
use crate::wire;

mod holding;

/// An engine with the function `inc`, and what it ordered.
struct Page {
    engine: Engine,
    now: f64,
    /// For each worker the runs it was given and has not reported: task and run.
    given: Vec<Vec<(f64, f64)>>,
    /// All words to the page.
    told: Vec<f64>,
    /// For each question of the page on another's behalf: who is asked, the task, and who needs it.
    asked: Vec<(usize, f64, f64)>,
}

impl Page {
    fn new(workers: u32) -> Page {
        let mut engine = Engine::default();
        engine.define("inc");
        let mut page = Page {
            engine,
            now: 0.0,
            given: Vec::new(),
            told: Vec::new(),
            asked: Vec::new(),
        };
        for worker in 0..workers {
            page.join(worker, 0, &[]);
        }
        page
    }

    fn join(&mut self, worker: u32, place: u32, resources: &[f64]) {
        self.put(resources);
        self.engine
            .join_at(self.now, worker, 64, place, 0.0, resources.len() / 2);
        self.given.push(Vec::new());
        self.take();
    }

    fn put(&mut self, words: &[f64]) {
        self.engine.inbox(words.len());
        self.engine.inbox[..words.len()].copy_from_slice(words);
    }

    /// A held call with options and inputs; its task.
    fn submit(&mut self, options: u32, inputs: &[f64]) -> f64 {
        let task = self.add(options, inputs);
        self.take();
        task
    }

    /// The same before any order is taken.
    fn add(&mut self, options: u32, inputs: &[f64]) -> f64 {
        let mut words = vec![
            0.0,
            wire::HELD,
            0.0,
            0.0,
            0.0,
            0.0,
            inputs.len() as f64,
            f64::from(options),
        ];
        words.extend(inputs);
        self.put(&words);
        self.engine.submit(self.now, 1);
        (self.engine.outbox[1] / 2.0).floor()
    }

    fn options(&mut self, words: &[f64]) -> u32 {
        self.put(words);
        self.engine.options()
    }

    fn report(&mut self, worker: u32, words: &[f64]) -> bool {
        self.put(words);
        let readable = self.engine.report(self.now, worker, words.len());
        self.engine.scheduler.validate();
        self.take();
        readable
    }

    /// The oldest run of a worker ends.
    fn finish(&mut self, worker: u32) {
        let (task, run) = self.given[worker as usize].remove(0);
        self.now += 0.1;
        assert!(self.report(worker, &[wire::FINISHED, task, run, self.now, 0.1, 64.0, 5.0, 0.0]));
    }

    /// Until no worker has anything.
    fn finish_all(&mut self) {
        while let Some(worker) = self.given.iter().position(|given| !given.is_empty()) {
            self.finish(worker as u32);
        }
    }

    fn state(&self, task: f64) -> State {
        self.engine.scheduler.state(crate::scheduler::TaskId(task as u32))
    }

    /// Reads the orders as `hub.js` and `executor.js` do, those that are held back, too.
    fn take(&mut self) {
        self.engine.take(true);
        self.read();
    }

    fn read(&mut self) {
        let words = self.engine.outbox.clone();
        let page = words[2] as usize;
        self.told.extend(&words[3..3 + page]);
        let mut at = 4 + page;
        for _ in 0..words[3 + page] as usize {
            let (worker, length) = (words[at] as usize, words[at + 1] as usize);
            self.obey(worker, &words[at + 2..at + 2 + length]);
            at += 2 + length;
        }
        assert_eq!(at, words.len(), "the orders end where they say");
    }

    fn obey(&mut self, worker: usize, orders: &[f64]) {
        let mut at = 0;
        while at < orders.len() {
            match orders[at] {
                wire::RUNS => {
                    let end = at + wire::RUNS_HEAD as usize + 2 * orders[at + 4] as usize;
                    let runs = orders[at + wire::RUNS_HEAD as usize..end].chunks_exact(2);
                    self.given[worker].extend(runs.map(|run| (run[0], run[1])));
                    at = end;
                }
                wire::RUN => {
                    self.given[worker].push((orders[at + 1], orders[at + 2]));
                    at += wire::RUN_HEAD as usize + (orders[at + 6] * wire::DEP_WORDS) as usize;
                }
                wire::STOP => {
                    self.given[worker].retain(|given| given.1 != orders[at + 1]);
                    at += 3;
                }
                wire::DROP => at += 2,
                wire::SEND => at += 4,
                wire::GONE => at += 2,
                wire::FETCH => at += 4,
                wire::ASK => {
                    self.asked.push((worker, orders[at + 1], orders[at + 3]));
                    at += 5;
                }
                other => panic!("order {other}"),
            }
        }
    }
}

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// A word that is the name of no run that counts.
    fn word(&mut self) -> f64 {
        let odd = [
            0.0,
            -1.0,
            0.5,
            1e300,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            9_007_199_254_740_992.0,
        ];
        match self.below(3) {
            0 => odd[self.below(odd.len() as u64) as usize],
            1 => 1e6 + self.below(1_000) as f64,
            _ => f64::from_bits(self.below(u64::MAX)),
        }
    }

    /// Records of known kinds and others, with tasks that exist or do not, cut anywhere.
    fn nonsense(&mut self) -> Vec<f64> {
        let mut words = Vec::new();
        for _ in 0..=self.below(3) {
            let kind = match self.below(8) {
                0 => self.word(),
                _ => self.below(16) as f64,
            };
            let task = if self.below(2) == 0 {
                self.below(40) as f64
            } else {
                self.word()
            };
            words.extend([kind, task, self.word()]);
            if self.below(2) == 0 {
                words.extend((0..5).map(|_| self.word()));
            }
        }
        words.truncate(1 + self.below(words.len() as u64) as usize);
        words
    }
}

#[test]
fn nonsense_of_workers_changes_nothing_that_counts() {
    for seed in 0..500 {
        let (mut dice, mut page) = (Dice(seed), Page::new(2));
        // So that small numbers, wherever they end up, name runs that are over.
        for _ in 0..50 {
            page.submit(0, &[]);
        }
        page.finish_all();
        let mut tasks: Vec<f64> = Vec::new();
        for _ in 0..20 {
            let known = tasks.len() as u64;
            let inputs: Vec<f64> = (0..dice.below(3).min(known))
                .map(|_| tasks[dice.below(known) as usize])
                .collect();
            tasks.push(page.submit(0, &inputs));
        }
        for _ in 0..60 {
            let words = dice.nonsense();
            // Of a worker that was never there, too.
            page.report(dice.below(3) as u32, &words);
            let worker = dice.below(2) as usize;
            if dice.below(2) == 0 && !page.given[worker].is_empty() {
                page.finish(worker as u32);
            }
        }
        page.finish_all();
        assert!(
            tasks.iter().all(|&task| page.state(task) == State::Memory),
            "seed {seed}"
        );
    }
}

#[test]
fn a_worker_may_lie_about_its_own_runs_and_the_rest_stays_right() {
    // Everything in a report that is its own affair may be anything: times, sizes, types.
    for seed in 0..200 {
        let (mut dice, mut page) = (Dice(seed), Page::new(2));
        let tasks: Vec<f64> = (0..20).map(|_| page.submit(0, &[])).collect();
        while let Some(worker) = page.given.iter().position(|given| !given.is_empty()) {
            let (task, run) = page.given[worker].remove(0);
            let words = [
                wire::FINISHED,
                task,
                run,
                dice.word(),
                dice.word(),
                dice.word(),
                dice.word(),
                0.0,
            ];
            assert!(page.report(worker as u32, &words));
        }
        assert!(
            tasks.iter().all(|&task| page.state(task) == State::Memory),
            "seed {seed}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_refused_and_what_came_before_it_counts() {
    for rest in [
        &[99.0, 0.0, 0.0][..],
        &[wire::FINISHED, 1.0],
        &[f64::NAN],
        &[wire::INSPECTED, 1.0, 2.0],
        &[wire::FINISHED_NUMBERS, 3.0],
        &[wire::FINISHED_NUMBERS, 3.0, f64::NAN],
        &[wire::FINISHED_NUMBERS, 3.0, 1e300],
        &[wire::FINISHED_NUMBERS, 3.0, 2.0, 1.0, 1.0, 0.0, 0.1, 1.0],
        &[wire::FINISHED_NUMBERS, 4.0, 1.0, 1.0, 1.0, 0.0, 0.1, 1.0],
        &[wire::FINISHED_NUMBERS, f64::NAN, 1.0, 1.0, 1.0, 0.0, 0.1, 1.0],
    ] {
        let mut page = Page::new(1);
        let task = page.submit(0, &[]);
        let (_, run) = page.given[0].remove(0);
        let mut words = vec![wire::FINISHED, task, run, 0.0, 0.1, 8.0, 3.0, 0.0];
        words.extend(rest);
        assert!(!page.report(0, &words), "{rest:?}");
        assert_eq!(page.state(task), State::Memory);
    }
}

#[test]
fn every_record_that_the_wire_describes_is_known_with_its_length() {
    let mut described = 0;
    for (name, kind, doc) in wire::ALL {
        let Some((_, shape)) = doc.split_once(&format!("Report: `[{name}")) else {
            continue;
        };
        let (words, _) = shape.split_once(']').expect("a bracket that ends");
        let length = 1 + words.matches(',').count();
        // What a store holds, and what a call past the scheduler returned, is answered to the pool. The last one has no one length.
        let read = (!matches!(*name, "INSPECTED" | "CALLED" | "FINISHED_NUMBERS")).then_some(length);
        assert_eq!(super::reporting::record_words(*kind), read, "{name}");
        described += 1;
    }
    assert!(described >= 12, "{described} records are described");
}

#[test]
fn a_map_is_submitted_by_its_tokens_alone() {
    let mut page = Page::new(1);
    let bits = |bits: u64| f64::from_bits(bits);
    // The third is impure, the last equals the first.
    let tokens = [1, 2, 3, 4, 0, 0, 1, 2];
    page.put(&tokens.map(bits));
    page.engine.submit_map(page.now, 0, 0, 4);
    assert_eq!(page.engine.outbox, [0.0, 0.0, 2.0, 4.0, 1.0]);
    page.take();

    // The same call as words of its own, its four lanes from the lowest on.
    page.put(&[0.0, wire::HELD + wire::PURE, 1.0, 0.0, 2.0, 0.0, 0.0, 0.0]);
    page.engine.submit(page.now, 1);
    assert_eq!(page.engine.outbox, [3.0, 1.0]);
    page.finish_all();
    for task in [0.0, 1.0, 2.0] {
        assert_eq!(page.state(task), State::Memory);
    }
}

#[test]
fn calls_are_handed_out_when_the_turn_has_submitted_all_of_them() {
    let mut page = Page::new(2);
    let urgent = page.options(&[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    page.add(0, &[]);
    page.add(0, &[]);
    let first = page.add(urgent, &[]);
    assert_eq!(page.state(first), State::Queued);
    page.take();
    assert_eq!(page.state(first), State::Processing);
    assert_eq!(page.given.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
    page.finish_all();
}

#[test]
fn the_page_asks_for_the_inputs_of_a_lone_task() {
    let mut page = Page::new(2);
    let inputs = [page.submit(0, &[]), page.submit(0, &[])];
    // The first unknown ones go to a worker each.
    assert_eq!(page.given.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
    page.finish_all();
    let lone = page.submit(0, &inputs);
    let runs = page.given.iter().position(|given| !given.is_empty()).unwrap();
    let other = 1 - runs;
    assert_eq!(page.asked, [(other, inputs[other], runs as f64)]);
    // While that one runs, workers ask for themselves.
    page.submit(0, &inputs);
    assert_eq!(page.asked.len(), 1);
    page.finish_all();
    assert_eq!(page.state(lone), State::Memory);
}

#[test]
fn the_page_asks_once_for_an_input_that_a_task_takes_twice() {
    let mut page = Page::new(2);
    let [a, b] = [page.submit(0, &[]), page.submit(0, &[])];
    page.finish_all();
    page.submit(0, &[a, b, a, b]);
    assert_eq!(page.asked.len(), 1, "one of them is there: {:?}", page.asked);
}

#[test]
fn numbers_and_the_like_come_in_words_that_share_a_head_and_all_else_by_index() {
    let mut page = Page::new(1);
    page.submit(0, &[]);
    page.finish_all();
    page.submit(0, &[]);
    page.submit(0, &[]);
    let [(a, first), (b, second)] = page.given[0].drain(..).collect::<Vec<_>>()[..] else {
        panic!("the second waits behind the first: {:?}", page.given[0]);
    };
    page.told.clear();
    let number = wire::TYPE_NUMBER;
    assert_eq!(wire::TYPES[number as usize], "number");
    let numbers = [a, first, 0.0, 0.1, 1.5, b, second, 0.1, 0.1, 2.5];
    assert!(page.report(0, &[&[wire::FINISHED_NUMBERS, number, 2.0][..], &numbers].concat()));
    assert_eq!(page.told, [wire::SETTLE_NUMBERS, number, 2.0, a, 1.5, b, 2.5]);

    for travels in [1.0, 0.0] {
        let task = page.submit(0, &[]);
        let (_, run) = page.given[0].remove(0);
        page.told.clear();
        assert!(page.report(0, &[wire::FINISHED, task, run, 0.0, 0.1, 6.0, 4.0, travels]));
        assert_eq!(page.told[..5], [wire::SETTLE_FINISHED, task, 4.0, 6.0, travels]);
    }
}

#[test]
fn options_mean_what_their_words_say() {
    let mut page = Page::new(0);
    page.join(0, 3, &[]);
    page.join(1, 5, &[7.0, 2.0]);
    // [priority, retries, flags, timeout, deadline, places, resources, places…, [resource, amount]…]
    let urgent = page.options(&[4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let lazy = page.options(&[-4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let placed = page.options(&[0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 5.0, 6.0]);
    let loose = page.options(&[0.0, 0.0, wire::ALLOW_OTHERS, 0.0, 0.0, 1.0, 0.0, 9.0]);
    let bound = page.options(&[0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 5.0, 7.0, 2.0]);
    let retried = page.options(&[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!([urgent, lazy, placed, loose, bound, retried], [1, 2, 3, 4, 5, 6]);

    // Both are busy; then each takes what it may, the most urgent first.
    let blockers = [page.submit(0, &[]), page.submit(0, &[])];
    let tasks: Vec<f64> = [lazy, 0, placed, loose, bound, retried, urgent]
        .into_iter()
        .map(|options| page.submit(options, &[]))
        .collect();
    let (mut order, mut placed_at) = (Vec::new(), Vec::new());
    while let Some(worker) = page.given.iter().position(|given| !given.is_empty()) {
        let (task, run) = page.given[worker][0];
        if task == tasks[5] && !order.contains(&task) {
            page.given[worker].remove(0);
            page.report(worker as u32, &[wire::ERRED, task, run, 0.0, 0.1]);
        } else {
            page.finish(worker as u32);
        }
        placed_at.push((task, worker));
        order.push(task);
    }
    let place_of = |task: f64| placed_at.iter().find(|ran| ran.0 == task).map(|ran| ran.1);
    assert_eq!((place_of(tasks[2]), place_of(tasks[4])), (Some(1), Some(1)));
    let position = |task: f64| order.iter().position(|&ran| ran == task).unwrap();
    assert!(position(tasks[6]) < position(tasks[1]) && position(tasks[1]) < position(tasks[0]));
    assert_eq!(
        order.iter().filter(|&&ran| ran == tasks[5]).count(),
        2,
        "it was tried again"
    );
    assert!(
        blockers
            .iter()
            .chain(&tasks)
            .all(|&task| page.state(task) == State::Memory)
    );
}

#[test]
fn the_memory_for_orders_of_a_worker_goes_with_it() {
    let mut page = Page::new(2);
    let room = |page: &Page, worker: usize| page.engine.orders.room(worker);
    page.submit(0, &[]);
    page.submit(0, &[]);
    assert!(room(&page, 0) > 0 && room(&page, 1) > 0);
    page.engine.died(page.now, 0, 0.0, false);
    page.given[0].clear();
    page.take();
    assert_eq!(room(&page, 0), 0, "of one that died");
    page.join(2, 0, &[]);
    page.engine.retire(page.now, 1);
    while !page.given[1].is_empty() {
        page.finish(1);
    }
    page.finish_all();
    let held: Vec<f64> = (0..2).map(f64::from).collect();
    page.put(&held);
    page.engine.release(page.now, 2);
    page.take();
    assert_eq!(room(&page, 1), 0, "of one that retired");
}

#[test]
fn cancelling_says_who_is_to_blame() {
    let mut page = Page::new(1);
    let first = page.submit(0, &[]);
    let second = page.submit(0, &[first]);
    let other = page.submit(0, &[]);
    page.told.clear();
    page.put(&[first]);
    page.engine.cancel(page.now, 1, false);
    page.take();
    let failed = |task: f64| [wire::SETTLE_FAILED, task, wire::CANCELLED, first];
    let forget = |task: f64| [wire::FORGET, task];
    let told = [&failed(second)[..], &failed(first), &forget(second), &forget(first)].concat();
    assert_eq!(page.told, told);
    page.finish_all();
    assert_eq!(
        page.state(other),
        State::Queued,
        "the slot is taken until the worker has answered"
    );
    page.report(0, &[wire::STOPPED, 0.0, 1.0]);
    page.finish_all();
    assert_eq!(page.state(other), State::Memory);
}
