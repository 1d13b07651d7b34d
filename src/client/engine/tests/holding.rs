//! Which runs are held back for a moment, so that others go with them, and which are not.

use super::Page;
use crate::client::engine::orders::{STRAIGHT, TRIES};
use crate::wire;

impl Page {
    /// One worker, of which it is known how many milliseconds a call lasts there, and that the way there and back takes 0.1.
    fn with_calls_of(duration: f64) -> Page {
        let mut page = Page::new(1);
        for _ in 0..4 {
            page.submit(0, &[]);
            page.finish_after(duration);
        }
        page
    }

    /// The oldest run of that worker ends.
    fn finish_after(&mut self, duration: f64) {
        let (task, run) = self.given[0].remove(0);
        self.now += duration + 0.1;
        self.put(&[wire::FINISHED, task, run, self.now, duration, 64.0, 5.0, 0.0]);
        assert!(self.engine.report(self.now, 0, 8));
    }

    /// One worker that has two runs, so short that nobody sees how long they last.
    fn with_short_runs() -> Page {
        let mut page = Page::with_calls_of(0.0);
        for count in 1..=2 {
            page.add(0, &[]);
            assert_eq!(page.take_pressing(), 0.0, "who has little to do gets it at once");
            assert_eq!(page.given[0].len(), count);
        }
        page
    }

    /// Reads the orders that are not held back; for how many workers there are others.
    fn take_pressing(&mut self) -> f64 {
        self.engine.take(false);
        self.read();
        self.engine.outbox[1]
    }
}

#[test]
fn runs_for_a_worker_that_has_short_ones_go_with_those_that_follow() {
    let mut page = Page::with_short_runs();
    for _ in 0..3 {
        page.add(0, &[]);
        assert_eq!(page.take_pressing(), 1.0);
        assert_eq!(page.given[0].len(), 2);
    }
    page.take();
    assert_eq!(page.given[0].len(), 5);
    assert_eq!(page.take_pressing(), 0.0);
}

#[test]
fn runs_are_held_back_no_longer_than_their_worker_has_others() {
    let mut page = Page::with_short_runs();
    page.add(0, &[]);
    assert_eq!(page.take_pressing(), 1.0);
    page.finish_after(0.0);
    assert_eq!(page.take_pressing(), 0.0);
    assert_eq!(page.given[0].len(), 2);
}

#[test]
fn runs_that_nothing_has_joined_wait_for_the_next_reports() {
    let mut page = Page::with_short_runs();
    for _ in 0..2 {
        page.add(0, &[]);
    }
    page.take();
    page.add(0, &[]);
    assert_eq!(page.take_pressing(), 1.0);
    page.finish_after(0.0);
    page.take();
    assert_eq!(page.given[0].len(), 3, "one of four is done, and one is held back");
    page.take();
    assert_eq!(page.given[0].len(), 4, "nothing more has come");
}

#[test]
fn runs_that_nothing_joins_do_not_wait_as_long_as_reports_come() {
    let mut page = Page::with_short_runs();
    for _ in 0..20 {
        page.submit(0, &[]);
        page.finish_after(0.0);
    }
    for _ in 0..2 * TRIES {
        page.add(0, &[]);
    }
    page.take();
    page.add(0, &[]);
    assert_eq!(page.take_pressing(), 1.0);
    for round in 1..=TRIES {
        let before = page.given[0].len();
        page.finish_after(0.0);
        page.take();
        let came = page.given[0].len() == before;
        assert_eq!(came, round == TRIES, "round {round}");
    }
}

#[test]
fn runs_are_not_held_back_when_something_else_goes_there() {
    let mut page = Page::with_short_runs();
    let [(first, _), (second, _)] = page.given[0][..] else {
        unreachable!("it has two")
    };
    let held = page.add(0, &[]);
    assert_eq!(page.take_pressing(), 1.0);
    page.put(&[first]);
    page.engine.cancel(page.now, 1, false);
    assert_eq!(page.take_pressing(), 0.0);
    let tasks: Vec<f64> = page.given[0].iter().map(|given| given.0).collect();
    assert_eq!(tasks, [second, held]);
}

#[test]
fn runs_are_not_held_back_for_a_worker_that_has_long_ones() {
    let mut page = Page::with_calls_of(0.1);
    for count in 1..=3 {
        page.add(0, &[]);
        assert_eq!(page.take_pressing(), 0.0);
        assert_eq!(page.given[0].len(), count);
    }
}

#[test]
fn to_hold_runs_back_that_nothing_joins_is_given_up_for_a_while() {
    let mut page = Page::with_short_runs();
    for round in 0..2 * (TRIES + STRAIGHT) {
        page.add(0, &[]);
        let held = page.take_pressing() == 1.0;
        assert_eq!(held, round % (TRIES + STRAIGHT) < TRIES, "round {round}");
        page.take();
        assert_eq!(page.given[0].len(), 3);
        page.finish_after(0.0);
        page.take();
    }
}

#[test]
fn to_hold_runs_back_that_others_join_now_and_then_goes_on() {
    let mut page = Page::with_short_runs();
    for round in 0..10 * TRIES {
        page.add(0, &[]);
        assert_eq!(page.take_pressing(), 1.0, "round {round}");
        let both = round % 2 == 0;
        if both {
            page.add(0, &[]);
        }
        page.take();
        page.finish_after(0.0);
        if both {
            page.finish_after(0.0);
        }
        page.take();
    }
}
