//! What a Dask user expects of the scheduler: each test bears the name of distributed's own. `docs/conformance.md` lists
//! all 70 cases, those that a browser decides included. The tests that need time are in `simulation.rs`.

mod cancelling;
mod errors;
mod faults;
mod lifetime;
mod placement;
mod submission;
mod table;

use webfutures::scheduler::{Dependency, Options, Outcome, PlaceId, ResourceId, Submission, TaskId};

use crate::page::{INC, Page, call_of};

const GPU: ResourceId = ResourceId(0);

fn call(token: Option<u128>, held: bool, dependencies: u32) -> Submission {
    Submission {
        token,
        held,
        ..call_of(INC, dependencies)
    }
}

/// A diamond: one root, two in the middle, one that takes both.
fn diamond(page: &mut Page, held: [bool; 4]) -> Vec<TaskId> {
    let inputs = [0, 1, 1, 2].map(|inputs| inputs as u32);
    let calls: Vec<_> = inputs
        .iter()
        .zip(held)
        .map(|(&inputs, held)| call(None, held, inputs))
        .collect();
    page.submit_all(&calls, &[0, 0, 1, 2].map(Dependency::Earlier))
}

fn retries(page: &mut Page, retries: u32) {
    page.define(Options {
        retries,
        ..Options::default()
    });
}

fn in_place(page: &mut Page, place: u32, allow_others: bool) {
    page.define(Options {
        places: &[PlaceId(place)],
        allow_others,
        ..Options::default()
    });
}

fn erred(task: TaskId, blame: TaskId) -> (TaskId, Outcome) {
    (task, Outcome::Erred { blame })
}

fn cancelled(task: TaskId, blame: TaskId) -> (TaskId, Outcome) {
    (task, Outcome::Cancelled { blame })
}
