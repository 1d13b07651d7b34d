//! Random graphs, failures, releases, arrivals and retirements, run by virtual workers.
//!
//! Every invariant is checked after every event, every value is checked where it is used, every future must settle as
//! its call says, and once all handles are dropped nothing may be left: neither tasks nor results.

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use webfutures::scheduler::{Dependency, FunctionId, OptionsId, WorkerId};

use crate::sim::{Call, Draft, Quirk, Sim, pick};

/// One thing that a page does. Numbers pick among what there is.
#[derive(Debug, Clone)]
enum Deed {
    Submit(Vec<Recipe>),
    Scatter(Vec<u16>),
    Drop(Vec<u8>),
    Want(Vec<u8>),
    Join(u32),
    Retire(u8),
    Step(u8),
    RunOut,
}

/// One call of a batch.
#[derive(Debug, Clone)]
struct Recipe {
    function: u8,
    pure: bool,
    held: bool,
    throws: bool,
    awaits: bool,
    /// 0 stands for a time that a coarse clock does not see.
    computes: u8,
    bytes: u16,
    /// Whether it is an earlier call of the batch, and which one.
    inputs: Vec<(bool, u8)>,
}

fn recipes() -> impl Strategy<Value = Recipe> {
    let inputs = prop_oneof![
        3 => Just(vec![]),
        4 => prop::collection::vec(any::<(bool, u8)>(), 1..3),
        1 => prop::collection::vec(any::<(bool, u8)>(), 3..7),
    ];
    let chance = |weight| prop::bool::weighted(weight);
    (
        0..3_u8,
        chance(0.4),
        chance(0.7),
        chance(0.08),
        chance(0.1),
        any::<u8>(),
        any::<u16>(),
        inputs,
    )
        .prop_map(
            |(function, pure, held, throws, awaits, computes, bytes, inputs)| Recipe {
                function,
                pure,
                held,
                throws,
                awaits,
                computes,
                bytes,
                inputs,
            },
        )
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let picks = || prop::collection::vec(any::<u8>(), 1..6);
    let deed = prop_oneof![
        8 => prop::collection::vec(recipes(), 1..12).prop_map(Deed::Submit),
        1 => prop::collection::vec(any::<u16>(), 1..4).prop_map(Deed::Scatter),
        5 => picks().prop_map(Deed::Drop),
        1 => picks().prop_map(Deed::Want),
        1 => (1..4_u32).prop_map(Deed::Join),
        1 => any::<u8>().prop_map(Deed::Retire),
        6 => (1..60_u8).prop_map(Deed::Step),
        1 => Just(Deed::RunOut),
    ];
    prop::collection::vec(deed, 1..80)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 10_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_wanted_task_ends_and_nothing_is_left(
        seed in any::<u64>(),
        workers in 0..4_u32,
        deeds in deeds(),
    ) {
        act(seed, workers, deeds);
    }
}

fn act(seed: u64, workers: u32, deeds: Vec<Deed>) {
    let mut sim = Sim::new(seed, true);
    for worker in 0..workers {
        sim.join(1 + worker % 2 * 2);
    }
    let mut names = seed | 1 << 63;
    for deed in deeds {
        match deed {
            Deed::Submit(recipes) => submit(&mut sim, &mut names, recipes),
            Deed::Scatter(pieces) => {
                let pieces: Vec<_> = pieces
                    .into_iter()
                    .map(|bytes| (name(&mut names), u64::from(bytes)))
                    .collect();
                sim.scatter(&pieces);
            }
            Deed::Drop(picks) => {
                let dropped = pick(&sim.client.held(), &picks);
                sim.drop_handles(&dropped);
            }
            Deed::Want(picks) => {
                let wanted = pick(&sim.client.held(), &picks);
                sim.want_values(&wanted);
            }
            Deed::Join(concurrency) => {
                sim.join(concurrency);
            }
            Deed::Retire(which) => {
                let workers: Vec<WorkerId> = sim.scheduler.workers().to_vec();
                if let Some(&worker) = workers.get(usize::from(which) % (workers.len() + 1)) {
                    sim.retire(worker);
                }
            }
            Deed::Step(steps) => {
                for _ in 0..steps {
                    sim.step();
                }
            }
            Deed::RunOut => sim.run_out(),
        }
    }
    if sim.scheduler.workers().is_empty() {
        sim.join(1);
    }
    sim.run_out();
    sim.client.assert_settled();
    let held = sim.client.held();
    sim.drop_handles(&held);
    sim.run_out();
    sim.assert_empty();
    for worker in sim.scheduler.workers().to_vec() {
        sim.retire(worker);
    }
    sim.run_out();
    sim.assert_terminated();
}

fn submit(sim: &mut Sim, names: &mut u64, recipes: Vec<Recipe>) {
    let held = sim.client.held();
    let mut drafts: Vec<Draft> = Vec::new();
    for (position, recipe) in recipes.into_iter().enumerate() {
        let mut inputs = Vec::new();
        // What a pure call is named after: its function and what it takes.
        let mut token = mix(u128::from(recipe.function), 0);
        for (earlier, which) in recipe.inputs {
            let (input, value) = if earlier && position > 0 {
                let index = usize::from(which) % position;
                (Dependency::Earlier(index as u32), drafts[index].call.value)
            } else if !held.is_empty() {
                let task = held[usize::from(which) % held.len()];
                (Dependency::Known(task), sim.client.value(task))
            } else {
                continue;
            };
            inputs.push(input);
            token = mix(token, value);
        }
        let (function, held) = (FunctionId(1 + u32::from(recipe.function)), recipe.held);
        let draft = if recipe.pure {
            // Everything about a pure call follows from its name.
            let value = (token >> 64) as u64 ^ token as u64;
            let awaits = value.is_multiple_of(11).then_some(1.5);
            let computes = (value % 5) as f64 * 0.02;
            let call = Call {
                value,
                computes,
                awaits,
                throws: value.is_multiple_of(13),
                quirk: Quirk::None,
                bytes: value % 100,
            };
            Draft {
                options: OptionsId::DEFAULT,
                function,
                token: Some(token),
                held,
                call,
                inputs,
            }
        } else {
            let computes = f64::from(recipe.computes.saturating_sub(100)).powi(2) * 1e-4;
            let awaits = recipe.awaits.then(|| f64::from(recipe.computes) * 0.05);
            let bytes = u64::from(recipe.bytes) * u64::from(recipe.computes);
            let call = Call {
                value: name(names),
                computes,
                awaits,
                throws: recipe.throws,
                quirk: Quirk::None,
                bytes,
            };
            Draft {
                options: OptionsId::DEFAULT,
                function,
                token: None,
                held,
                call,
                inputs,
            }
        };
        drafts.push(draft);
    }
    sim.submit(drafts);
}

fn mix(token: u128, value: u64) -> u128 {
    let mixed = (token.rotate_left(41) ^ u128::from(value)).wrapping_add(0x2545_f491_4f6c_dd1d_8d63_2a0f_9c37_71e5);
    mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
}

fn name(names: &mut u64) -> u64 {
    *names = names.wrapping_add(1);
    *names
}
