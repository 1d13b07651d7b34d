//! Locks, semaphores, events, variables, queues, datasets: who is served when, what returns from the dead, what is kept.

use std::collections::BTreeSet;

use webfutures::scheduler::{Action, Answer, Ask, Asker, ClientId, Event, Holder, Refusal, RequestId, State, TaskId};

use crate::dice::Dice;
use crate::page::Page;

/// A page, and those that ask.
struct Room {
    page: Page,
    requests: u64,
}

const ONE: Holder = Holder(1);
const TWO: Holder = Holder(2);

impl Room {
    fn new() -> Room {
        let (page, requests) = (Page::new(2), 0);
        Room { page, requests }
    }

    fn ask(&mut self, holder: Holder, name: &str, ask: Ask) -> u64 {
        self.ask_with(holder, name, ask, &[])
    }

    fn ask_with(&mut self, holder: Holder, name: &str, ask: Ask, futures: &[TaskId]) -> u64 {
        self.requests += 1;
        let request = RequestId(self.requests);
        let client = ClientId(holder.0 as u8);
        let asker = Asker {
            request,
            holder,
            client,
        };
        self.page.handle(Event::Asked {
            asker,
            name,
            ask,
            futures,
        });
        self.requests
    }

    /// What was answered since the last look, and what was discarded.
    fn news(&mut self) -> (Vec<(u64, Answer)>, Vec<u64>) {
        let (mut answers, mut discarded) = (Vec::new(), Vec::new());
        for action in self.page.news() {
            match action {
                Action::Answer { request, answer } => answers.push((request.0, answer)),
                Action::Discard { item } => discarded.push(item.0),
                _ => {}
            }
        }
        (answers, discarded)
    }

    fn answers(&mut self) -> Vec<(u64, Answer)> {
        self.news().0
    }

    fn leave(&mut self, holder: Holder) {
        self.page.handle(Event::HolderLeft { holder });
    }

    fn withdraw(&mut self, request: u64) {
        let request = RequestId(request);
        self.page.handle(Event::Withdrawn { request });
    }
}

fn release(lease: u64) -> Ask {
    let lease = RequestId(lease);
    Ask::Release { lease }
}

fn item(request: u64) -> Answer {
    Answer::Item(RequestId(request))
}

const ACQUIRE: Ask = Ask::Acquire { leases: 1 };
const PUT: Ask = Ask::Put { most: 0 };
const GET: Ask = Ask::Get { most: 0 };
const DONE: Answer = Answer::Done;

#[test]
fn a_lock_has_one_holder_and_those_who_wait_get_it_in_order() {
    let mut room = Room::new();
    let [a, b, c] = [ONE, TWO, ONE].map(|holder| room.ask(holder, "door", ACQUIRE));
    assert_eq!(room.answers(), [(a, DONE)]);
    let early = room.ask(TWO, "door", release(b));
    assert_eq!(
        room.answers(),
        [(early, Answer::Refused(Refusal::NotHeld))],
        "it has none yet"
    );
    let first = room.ask(ONE, "door", release(a));
    assert_eq!(room.answers(), [(b, DONE), (first, DONE)]);
    let again = room.ask(ONE, "door", release(a));
    assert_eq!(room.answers(), [(again, Answer::Refused(Refusal::NotHeld))]);
    room.withdraw(c);
    let taken = room.ask(ONE, "door", Ask::Taken);
    room.ask(TWO, "door", release(b));
    assert_eq!(room.answers()[0], (taken, Answer::Number(1)));
    let free = room.ask(ONE, "door", Ask::Taken);
    assert_eq!(room.answers(), [(free, Answer::Number(0))], "who withdrew gets nothing");
}

#[test]
fn leases_of_who_is_gone_return() {
    let mut room = Room::new();
    let two = Ask::Acquire { leases: 2 };
    let [a, b, c, d] = [ONE, Holder(3), TWO, TWO].map(|holder| room.ask(holder, "slots", two));
    assert_eq!(room.answers(), [(a, DONE), (b, DONE)]);
    room.leave(Holder(3));
    assert_eq!(room.answers(), [(c, DONE)], "one left");
    room.leave(ONE);
    assert_eq!(room.answers(), [(d, DONE)], "another left");
    let e = room.ask(Holder(4), "slots", two);
    let f = room.ask(ONE, "slots", Ask::Acquire { leases: 3 });
    assert_eq!(room.answers(), [(f, Answer::Refused(Refusal::Limit(2)))]);
    room.leave(Holder(4));
    room.ask(TWO, "slots", release(c));
    assert!(
        !room.answers().contains(&(e, DONE)),
        "who waits and is gone gets nothing"
    );
    room.leave(TWO);
    let f = room.ask(ONE, "slots", Ask::Acquire { leases: 3 });
    assert_eq!(
        room.answers(),
        [(f, DONE)],
        "nobody holds it: another number of leases will do"
    );
}

#[test]
fn an_event_lets_all_pass_that_wait_and_that_come_while_it_is_set() {
    let mut room = Room::new();
    let [a, b] = [ONE, TWO].map(|holder| room.ask(holder, "go", Ask::Await));
    assert_eq!(room.answers(), []);
    let set = room.ask(ONE, "go", Ask::Set);
    assert_eq!(room.answers(), [(a, DONE), (b, DONE), (set, DONE)]);
    let c = room.ask(TWO, "go", Ask::Await);
    let is_set = room.ask(TWO, "go", Ask::IsSet);
    assert_eq!(room.answers(), [(c, DONE), (is_set, Answer::Number(1))]);
    room.ask(ONE, "go", Ask::Clear);
    let d = room.ask(TWO, "go", Ask::Await);
    let is_set = room.ask(TWO, "go", Ask::IsSet);
    assert_eq!(room.answers()[1..], [(is_set, Answer::Number(0))]);
    room.leave(TWO);
    room.ask(ONE, "go", Ask::Set);
    assert!(!room.answers().contains(&(d, DONE)));
}

#[test]
fn a_variable_is_waited_for_and_keeps_its_latest_value() {
    let mut room = Room::new();
    let read = room.ask(TWO, "best", Ask::Read);
    let first = room.ask(ONE, "best", Ask::Assign);
    assert_eq!(room.answers(), [(read, item(first)), (first, DONE)]);
    let second = room.ask(ONE, "best", Ask::Assign);
    assert_eq!(room.news(), (vec![(second, DONE)], vec![first]));
    let read = room.ask(TWO, "best", Ask::Read);
    room.ask(ONE, "best", Ask::Delete);
    let waits = room.ask(TWO, "best", Ask::Read);
    let (answers, discarded) = room.news();
    assert_eq!((answers[0], discarded), ((read, item(second)), vec![second]));
    assert!(answers.iter().all(|&(request, _)| request != waits));
}

#[test]
fn a_queue_gives_in_order_to_those_who_came_first() {
    let mut room = Room::new();
    let [a, b] = [ONE, TWO].map(|holder| room.ask(holder, "jobs", GET));
    let puts = [0; 3].map(|_| room.ask(ONE, "jobs", PUT));
    let expected = vec![
        (puts[0], DONE),
        (a, item(puts[0])),
        (puts[1], DONE),
        (b, item(puts[1])),
        (puts[2], DONE),
    ];
    assert_eq!(room.news(), (expected, vec![puts[0], puts[1]]));
    let size = room.ask(TWO, "jobs", Ask::Size);
    let more = room.ask(ONE, "jobs", PUT);
    let all = room.ask(TWO, "jobs", Ask::GetMany { count: 0 });
    let expected = [
        (size, Answer::Number(1)),
        (more, DONE),
        (all, item(puts[2])),
        (all, item(more)),
        (all, DONE),
    ];
    assert_eq!(room.answers(), expected);
    let two = room.ask(TWO, "jobs", Ask::GetMany { count: 2 });
    let x = room.ask(ONE, "jobs", PUT);
    assert_eq!(room.answers(), [(x, DONE)], "one is not two");
    let y = room.ask(ONE, "jobs", PUT);
    assert_eq!(room.answers(), [(y, DONE), (two, item(x)), (two, item(y)), (two, DONE)]);
}

#[test]
fn a_full_queue_has_those_wait_who_put() {
    let mut room = Room::new();
    let put = Ask::Put { most: 1 };
    let [a, b, c] = [ONE, TWO, ONE].map(|holder| room.ask(holder, "narrow", put));
    assert_eq!(room.answers(), [(a, DONE)]);
    let odd = room.ask(ONE, "narrow", Ask::Put { most: 2 });
    assert_eq!(
        room.news(),
        (vec![(odd, Answer::Refused(Refusal::Limit(1)))], vec![odd])
    );
    room.leave(TWO);
    assert_eq!(room.news(), (vec![], vec![b]), "what it wanted to put goes with it");
    let two = room.ask(TWO, "narrow", Ask::GetMany { count: 2 });
    assert_eq!(
        room.answers(),
        [(two, item(a)), (c, DONE), (two, item(c)), (two, DONE)],
        "more than fit at once"
    );
    let [d, e] = [0; 2].map(|_| room.ask(ONE, "narrow", put));
    let close = room.ask(TWO, "narrow", Ask::Close);
    let refused = Answer::Refused(Refusal::Closed);
    assert_eq!(room.news(), (vec![(d, DONE), (e, refused), (close, DONE)], vec![d, e]));
    let get = room.ask(TWO, "narrow", GET);
    room.ask(TWO, "narrow", Ask::Close);
    assert_eq!(room.answers()[0], (get, refused), "those who wait for something, too");
}

#[test]
fn a_dataset_is_published_once() {
    let mut room = Room::new();
    let publish = Ask::Publish { replace: false };
    let first = room.ask(ONE, "x", publish);
    let twice = room.ask(TWO, "x", publish);
    assert_eq!(
        room.news(),
        (
            vec![(first, DONE), (twice, Answer::Refused(Refusal::Exists))],
            vec![twice]
        )
    );
    let instead = room.ask(TWO, "x", Ask::Publish { replace: true });
    assert_eq!(room.news(), (vec![(instead, DONE)], vec![first]));
    room.ask(ONE, "a", publish);
    assert_eq!(room.page.scheduler.datasets().collect::<Vec<_>>(), ["a", "x"]);
    room.leave(TWO);
    let got = room.ask(ONE, "x", Ask::Dataset);
    assert_eq!(
        room.answers().last(),
        Some(&(got, item(instead))),
        "it outlives who published it"
    );
    room.ask(ONE, "x", Ask::Unpublish);
    let unknown = [Ask::Unpublish, Ask::Dataset].map(|ask| room.ask(ONE, "x", ask));
    let (answers, discarded) = room.news();
    assert_eq!(
        answers[1..],
        unknown.map(|request| (request, Answer::Refused(Refusal::Unknown)))
    );
    assert_eq!(discarded, [instead]);
}

#[test]
fn what_is_shared_keeps_its_futures_alive() {
    // distributed's test_hold_futures.
    let mut room = Room::new();
    let task = room.page.submit_with(1, 0, None, &[]);
    let put = room.ask_with(ONE, "jobs", PUT, &[task]);
    let published = room.ask_with(ONE, "x", Ask::Publish { replace: false }, &[task, task]);
    room.page.drop_handles_of(1, &[task]);
    room.leave(ONE);
    room.page.finish(task);
    assert_eq!(room.page.state(task), State::Memory, "it runs, and its result stays");
    let got = room.ask(TWO, "jobs", GET);
    assert_eq!(room.answers(), [(put, DONE), (published, DONE), (got, item(put))]);
    assert!(
        room.page.scheduler.is_wished(task, ClientId(2)),
        "who got it has a future of it"
    );
    room.ask(TWO, "x", Ask::Unpublish);
    assert_eq!(room.page.state(task), State::Memory);
    room.page.drop_handles_of(2, &[task]);
    assert!(room.page.scheduler.is_empty());
}

#[test]
fn a_future_that_is_given_up_by_force_is_kept_no_more() {
    let mut room = Room::new();
    let task = room.page.submit_with(1, 0, None, &[]);
    room.page.finish(task);
    let user = room.page.submit_with(2, 0, None, &[task]);
    let set = room.ask_with(ONE, "best", Ask::Assign, &[task]);
    room.page.cancel(1, &[task], false);
    assert_eq!(room.page.state(task), State::Memory, "others want it");
    room.page.cancel(1, &[task], true);
    assert!(!room.page.scheduler.is_held(task));
    let read = room.ask(TWO, "best", Ask::Read);
    assert_eq!(room.answers(), [(set, DONE), (read, item(set))]);
    assert!(
        !room.page.scheduler.is_held(task),
        "nobody gets a future of what was given up"
    );
    room.page.cancel(2, &[user], true);
    let other = room.page.submit_with(1, 0, None, &[]);
    room.ask_with(ONE, "best", Ask::Assign, &[other]);
    room.page.handle(Event::Restarted);
    assert!(room.page.scheduler.is_empty());
}

/// Whatever is asked, in whatever order, by whoever lives or dies: each request is answered at most once, none that was
/// withdrawn or whose holder is gone, every item is discarded once, and once everybody has left nothing is kept.
#[test]
fn whatever_is_asked_is_answered_at_most_once_and_nothing_is_left() {
    for seed in 0..3_000 {
        live(seed);
    }
}

fn live(seed: u64) {
    let mut dice = Dice(seed);
    let mut room = Room::new();
    let mut workers = 2;
    let (mut open, mut leases): (BTreeSet<u64>, Vec<u64>) = Default::default();
    let (mut items, mut asked): (BTreeSet<u64>, Vec<(u64, Holder, Ask)>) = Default::default();
    for _ in 0..dice.below(120) {
        let name = ["a", "b"][dice.below(2) as usize];
        let holder = Holder(dice.below(4) as u32);
        let most = dice.below(3) as u32;
        let lease = leases.get(dice.below(8) as usize).copied().unwrap_or(999);
        let asks = [
            Ask::Acquire { leases: 1 },
            Ask::Acquire { leases: 2 },
            release(lease),
            release(lease),
            Ask::Set,
            Ask::Clear,
            Ask::Await,
            Ask::Assign,
            Ask::Read,
            Ask::Delete,
            Ask::Put { most },
            Ask::Put { most: 2 },
            Ask::Get { most },
            Ask::GetMany { count: most },
            Ask::Close,
            Ask::Publish { replace: most == 1 },
            Ask::Dataset,
            Ask::Unpublish,
        ];
        match dice.below(24) {
            0 => {
                let worker = room.page.scheduler.workers()[0];
                room.page.die(worker.0);
                room.page.join(workers as u32, 1);
                workers += 1;
            }
            1 => {
                room.leave(holder);
                open.retain(|request| {
                    let by = asked.iter().find(|(asked, ..)| asked == request);
                    by.is_some_and(|&(_, of, _)| of != holder)
                });
            }
            2 => {
                if let Some(&request) = open.iter().next() {
                    room.withdraw(request);
                    open.remove(&request);
                }
            }
            which => {
                let ask = asks[which as usize % asks.len()];
                let brings = matches!(ask, Ask::Assign | Ask::Put { .. } | Ask::Publish { .. });
                let futures = if brings && dice.below(2) == 0 {
                    vec![room.page.submit_with(1, 0, None, &[])]
                } else {
                    vec![]
                };
                let number = room.requests + 1;
                open.insert(number);
                asked.push((number, holder, ask));
                if brings {
                    items.insert(number);
                }
                room.ask_with(holder, name, ask, &futures);
                room.page.drop_handles_of(1, &futures);
            }
        }
        let mut done = Vec::new();
        for action in room.page.news() {
            match action {
                Action::Answer { request, answer } => {
                    assert!(
                        open.contains(&request.0),
                        "seed {seed}: {request:?} is answered and not open"
                    );
                    let ask = asked
                        .iter()
                        .find(|(number, ..)| *number == request.0)
                        .expect("it was asked")
                        .2;
                    if let Answer::Item(item) = answer {
                        assert!(items.contains(&item.0), "seed {seed}: {item:?} is gone");
                    }
                    let part = matches!(ask, Ask::GetMany { .. }) && matches!(answer, Answer::Item(_));
                    if !part {
                        done.push(request.0);
                        open.remove(&request.0);
                    }
                    if let (Ask::Acquire { .. }, Answer::Done) = (ask, answer) {
                        leases.insert(0, request.0);
                    }
                }
                Action::Discard { item } => assert!(items.remove(&item.0), "seed {seed}: {item:?} is discarded twice"),
                _ => {}
            }
        }
    }
    for name in ["a", "b"] {
        for ask in [Ask::Close, Ask::Unpublish, Ask::Delete, Ask::Clear] {
            room.ask(ONE, name, ask);
        }
    }
    (0..4).for_each(|number| room.leave(Holder(number)));
    for item in room.news().1 {
        items.remove(&item);
    }
    assert_eq!(items, BTreeSet::new(), "seed {seed}: items that nobody has");
    room.page.finish_all();
    let held: Vec<TaskId> = (0..4).flat_map(|client| wished(&room.page, ClientId(client))).collect();
    for client in 0..4 {
        let mine: Vec<TaskId> = held
            .iter()
            .copied()
            .filter(|&task| room.page.scheduler.is_wished(task, ClientId(client)))
            .collect();
        room.page.drop_handles_of(client, &mine);
    }
    assert!(
        room.page.scheduler.is_empty(),
        "seed {seed}: {:?}",
        room.page.scheduler.counts()
    );
}

fn wished(page: &Page, client: ClientId) -> Vec<TaskId> {
    (0..200)
        .map(TaskId)
        .filter(|&task| page.scheduler.is_wished(task, client))
        .collect()
}
