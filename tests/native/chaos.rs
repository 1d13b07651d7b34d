//! Random histories of everything at once: several clients, cancelling, retries, restrictions, resources, timeouts, deaths.
//!
//! Every invariant is checked after every event and every outcome against a model of what may happen; at the end every
//! wanted task has ended or the scheduler says why not, and once everything is released nothing is left. A failing
//! history is shrunk and printed with its seed. `WEBFUTURES_SEEDS=100000 cargo test --test native chaos` tries more.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use webfutures::scheduler::{
    ClientId, Dependency, Event, FunctionId, Limits, Options, OptionsId, PlaceId, Reason, ResourceId, State, TaskId,
};

use crate::dice::Dice;
use crate::sim::{Call, Demands, Draft, Quirk, Sim, pick};

/// Milliseconds that a run may last whose options are not the defaults: only `Deed::TimeOut` makes it late.
pub const TIMEOUT: f64 = 1e6;
/// Seeds that the suite tries.
const SEEDS: u64 = 5_000;

/// One thing that happens. Numbers pick among what there is, so that a history stays one when parts are left out.
#[derive(Debug, Clone)]
enum Deed {
    Submit(u8, Vec<Recipe>),
    Scatter(u8, Vec<Data>, u8, u8),
    Drop(u8, Vec<u8>),
    Leave(u8),
    Want(Vec<u8>),
    Cancel(u8, Vec<u8>, bool),
    Retry(Vec<u8>),
    Replicate(Vec<u8>, u8),
    Rebalance(Vec<u8>),
    Spill(u8, u8),
    Join(u8),
    Retire(u8),
    Kill(u8, bool, bool),
    TimeOut(u8),
    Restart,
    Step(u8),
    RunOut,
}

/// One call of a batch.
#[derive(Debug, Clone)]
struct Recipe {
    pure: bool,
    held: bool,
    quirk: Quirk,
    throws: bool,
    awaits: bool,
    computes: u16,
    bytes: u16,
    options: u8,
    inputs: Vec<(bool, u8)>,
}

/// One piece of scattered data.
#[derive(Debug, Clone)]
struct Data {
    bytes: u16,
    kept: bool,
    /// It equals others of that number, and is one task with them.
    equal: Option<u8>,
}

impl Dice {
    fn byte(&mut self) -> u8 {
        self.below(256) as u8
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn bytes(&mut self, most: u64) -> Vec<u8> {
        (0..=self.below(most)).map(|_| self.byte()).collect()
    }

    fn recipe(&mut self) -> Recipe {
        let quirk = match self.below(100) {
            0..6 => Quirk::Flaky(1 + self.below(3) as u8),
            6..9 => Quirk::Reschedules(1 + self.below(2) as u8),
            9..11 => Quirk::Kills,
            11..15 => Quirk::Nests {
                width: 1 + self.below(3) as u8,
                depth: 1 + self.below(3) as u8,
            },
            _ => Quirk::None,
        };
        let inputs = if self.chance(60) { self.below(4) } else { 0 };
        Recipe {
            pure: self.chance(50),
            held: self.chance(70),
            quirk,
            throws: self.chance(6),
            awaits: self.chance(15),
            // Most are short; a few are long enough for others to be taken back or stopped.
            computes: if self.chance(8) { 20_000 } else { self.below(100) as u16 },
            bytes: self.below(1000) as u16,
            options: if self.chance(45) { self.byte() } else { 0 },
            inputs: (0..inputs).map(|_| (self.chance(50), self.byte())).collect(),
        }
    }

    fn data(&mut self) -> Data {
        Data {
            bytes: self.below(1000) as u16,
            kept: self.chance(60),
            equal: self.chance(40).then(|| self.below(4) as u8),
        }
    }

    fn deed(&mut self) -> Deed {
        let client = self.below(4) as u8;
        match self.below(100) {
            0..30 => Deed::Submit(client, (0..=self.below(8)).map(|_| self.recipe()).collect()),
            30..34 => {
                let pieces = (0..=self.below(2)).map(|_| self.data()).collect();
                let options = if self.chance(30) { self.byte() } else { 0 };
                let copies = if self.chance(30) { self.below(5) as u8 } else { 1 };
                Deed::Scatter(client, pieces, options, copies)
            }
            34..44 => Deed::Drop(client, self.bytes(5)),
            44..45 => Deed::Leave(client),
            45..48 => Deed::Want(self.bytes(4)),
            48..55 => Deed::Cancel(client, self.bytes(3), self.chance(25)),
            55..60 => Deed::Retry(self.bytes(3)),
            60..61 => Deed::Replicate(self.bytes(3), self.byte()),
            61..66 => Deed::Join(self.byte()),
            66..68 => Deed::Retire(self.byte()),
            68..75 => Deed::Kill(self.byte(), self.chance(50), self.chance(70)),
            75..78 => Deed::TimeOut(self.byte()),
            78..95 => Deed::Step(self.below(40) as u8),
            95 => Deed::Rebalance(self.bytes(6)),
            96 => Deed::Spill(self.byte(), self.byte()),
            97 if self.chance(30) => Deed::Restart,
            97 => Deed::Step(1),
            _ => Deed::RunOut,
        }
    }

    fn history(&mut self) -> Vec<Deed> {
        (0..3 + self.below(90)).map(|_| self.deed()).collect()
    }
}

/// Places 0 to 2; resource 0 is nearly everywhere, resource 1 nowhere at first.
fn define_options(sim: &mut Sim) {
    let gpu = ResourceId(0);
    let places = |places: &[u32]| places.iter().map(|&place| PlaceId(place)).collect::<Vec<_>>();
    let demands = [
        (0, 2, places(&[]), false, vec![], false),
        (5, 0, places(&[]), false, vec![], false),
        (-5, 1, places(&[]), false, vec![], false),
        (0, 0, places(&[]), false, vec![], true),
        (0, 0, places(&[0]), false, vec![], false),
        (1, 1, places(&[1, 2]), false, vec![], false),
        (0, 0, places(&[2]), true, vec![], false),
        (0, 0, places(&[]), false, vec![(gpu, 1)], false),
        (0, 3, places(&[]), false, vec![(gpu, 2)], false),
        (0, 0, places(&[0, 1]), false, vec![(gpu, 1)], false),
        (0, 0, places(&[]), false, vec![(ResourceId(1), 1)], false),
        (0, 0, places(&[7]), false, vec![], false),
        (0, 0, places(&[]), false, vec![], false),
        (0, 2, places(&[]), false, vec![], false),
        (0, 0, places(&[]), false, vec![], false),
        (0, 1, places(&[0, 1]), false, vec![], false),
    ];
    sim.client.retries = vec![0];
    sim.client.deadlines = vec![0.0];
    for (id, (priority, retries, places, allow_others, resources, alone)) in demands.into_iter().enumerate() {
        // Some have no time to wait for a worker that never comes, or for inputs that take long.
        let deadline = if id % 4 == 1 { 40.0 } else { 0.0 };
        let options = Options {
            priority,
            retries,
            places: &places,
            allow_others,
            resources: &resources,
            alone,
            // The last two make actors.
            moves: id % 2 == 0 || id == 13,
            actor: id >= 14,
            // Those that have none may use up what they take.
            timeout: if id % 4 == 2 { 0.0 } else { TIMEOUT },
            deadline,
        };
        sim.handle(Event::OptionsDefined { options });
        if id >= 14 {
            sim.client.actors.insert(OptionsId(1 + id as u32));
        }
        sim.client.retries.push(retries);
        sim.client.deadlines.push(deadline);
        sim.demands.push(Demands {
            places: places.clone(),
            allow_others,
            resources: resources.clone(),
        });
    }
    let allowed_failures = 2;
    sim.client.allowed_failures = allowed_failures;
    sim.handle(Event::LimitsDefined {
        limits: Limits { allowed_failures },
    });
}

fn join(sim: &mut Sim, which: u8) {
    if sim.scheduler.workers().len() < 16 {
        let place = PlaceId(u32::from(which % 3));
        let resources = if which.is_multiple_of(5) {
            vec![]
        } else {
            vec![(ResourceId(0), u64::from(1 + which % 2))]
        };
        let limit = if which.is_multiple_of(7) { 3_000 } else { 0 };
        sim.join_at(place, 1 + u32::from(which % 4 / 2 * 2), resources, limit);
    }
}

fn act(sim: &mut Sim, names: &mut u64, deed: &Deed) {
    let client = |client: &u8| ClientId(*client);
    match deed {
        Deed::Submit(by, recipes) => submit(sim, names, client(by), recipes),
        Deed::Scatter(by, pieces, options, copies) => {
            let mut named = Vec::new();
            for piece in pieces {
                *names += 1;
                named.push(match piece.equal {
                    None => (*names, u64::from(piece.bytes), piece.kept, None),
                    Some(equal) => (
                        1_000_000 + u64::from(equal),
                        u64::from(equal) * 300,
                        equal % 2 == 0,
                        Some(u128::MAX - u128::from(equal)),
                    ),
                });
            }
            sim.losses |= *copies > 1;
            let options = OptionsId(u32::from(*options) % sim.demands.len() as u32);
            let copies = if *copies == 4 { u32::MAX } else { u32::from(*copies) };
            sim.scatter_as(client(by), options, copies, &named);
        }
        Deed::Drop(by, picks) => {
            let dropped = pick(&sim.client.held_by(1 << by), picks);
            sim.drop_handles_as(client(by), &dropped);
        }
        Deed::Leave(by) => {
            let dropped = sim.client.held_by(1 << by);
            sim.drop_handles_as(client(by), &dropped);
        }
        Deed::Want(picks) => {
            let wanted = pick(&sim.client.held(), picks);
            sim.want_values(&wanted);
        }
        Deed::Cancel(by, picks, force) => {
            let given_up = pick(&sim.client.held_by(1 << by), picks);
            sim.cancel(client(by), &given_up, *force);
        }
        Deed::Retry(picks) => {
            let held = sim.client.held();
            sim.losses |= held.iter().any(|&task| sim.scheduler.state(task) == State::Memory);
            let tasks = pick(&held, picks);
            sim.handle(Event::TasksRetried { tasks: &tasks });
        }
        Deed::Replicate(picks, copies) => {
            let tasks = pick(&sim.client.held(), picks);
            let copies = u32::from(*copies % 5);
            // A copy may be dropped before it was fetched.
            sim.losses = true;
            sim.handle(Event::ReplicasWanted { tasks: &tasks, copies });
        }
        Deed::Rebalance(picks) => {
            let tasks = pick(&sim.client.held(), picks);
            sim.losses = true;
            sim.handle(Event::RebalanceWanted { tasks: &tasks });
        }
        Deed::Spill(which, share) => {
            let workers = sim.scheduler.workers().to_vec();
            if let Some(&worker) = workers.get(usize::from(*which) % workers.len().max(1)) {
                let bytes = sim.scheduler.stored(worker) * u64::from(*share) / 255;
                sim.handle(Event::WorkerSpilled { worker, bytes });
            }
        }
        Deed::Join(which) => join(sim, *which),
        Deed::Retire(which) => {
            let workers = sim.scheduler.workers().to_vec();
            if let Some(&worker) = workers.get(usize::from(*which) % (workers.len() + 1)) {
                sim.retire(worker);
            }
        }
        Deed::Kill(which, knows, blame) => {
            let workers = sim.scheduler.workers().to_vec();
            if !workers.is_empty() {
                sim.kill(workers[usize::from(*which) % workers.len()], *knows, *blame);
            }
        }
        Deed::TimeOut(which) => sim.time_out(usize::from(*which)),
        Deed::Step(steps) => {
            for _ in 0..*steps {
                sim.step();
            }
        }
        Deed::Restart => sim.restart(),
        Deed::RunOut => sim.run_out(),
    }
}

fn submit(sim: &mut Sim, names: &mut u64, client: ClientId, recipes: &[Recipe]) {
    let held = sim.client.held_by(1 << client.0);
    let count = sim.demands.len() as u32;
    let mut drafts: Vec<Draft> = Vec::new();
    for (position, recipe) in recipes.iter().enumerate() {
        let (mut inputs, mut token) = (Vec::new(), 7_u128);
        for &(earlier, which) in &recipe.inputs {
            let (input, value) = if earlier && position > 0 {
                let index = usize::from(which) % position;
                (Dependency::Earlier(index as u32), drafts[index].call.value)
            } else if !held.is_empty() {
                let task = held[usize::from(which) % held.len()];
                if sim.scheduler.state(task) == State::Forgotten {
                    continue;
                }
                (Dependency::Known(task), sim.client.value(task))
            } else {
                continue;
            };
            inputs.push(input);
            token = mix(token, value);
        }
        let mut call = Call {
            value: 0,
            computes: f64::from(recipe.computes) * 0.005,
            awaits: (recipe.awaits || matches!(recipe.quirk, Quirk::Nests { .. }))
                .then(|| f64::from(recipe.computes) * 0.05),
            throws: recipe.throws,
            quirk: recipe.quirk,
            bytes: u64::from(recipe.bytes),
        };
        let mut function = u32::from(recipe.bytes % 3);
        let mut name = None;
        if recipe.pure {
            // Everything about a pure call follows from its name.
            token = mix(token, u64::from(recipe.bytes % 4));
            call.value = (token >> 64) as u64 ^ token as u64 | 1 << 63;
            call.computes = (call.value % 5) as f64 * 0.02;
            if call.value.is_multiple_of(17) {
                call.computes = 60.0;
            }
            call.awaits = call.value.is_multiple_of(11).then_some(1.5);
            call.throws = call.value.is_multiple_of(13);
            call.quirk = if call.value.is_multiple_of(19) {
                Quirk::Flaky(1)
            } else {
                Quirk::None
            };
            call.bytes = call.value % 900;
            function = (call.value % 3) as u32;
            name = Some(token);
        } else {
            *names += 1;
            call.value = *names;
        }
        drafts.push(Draft {
            function: FunctionId(1 + function),
            options: OptionsId(u32::from(recipe.options) % count),
            token: name,
            held: recipe.held,
            call,
            inputs,
        });
    }
    sim.submit_as(client, drafts);
}

fn mix(token: u128, value: u64) -> u128 {
    let mixed = (token.rotate_left(41) ^ u128::from(value)).wrapping_add(0x2545_f491_4f6c_dd1d_8d63_2a0f_9c37_71e5);
    mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
}

/// A whole history, to its end.
fn live(sim: &mut Sim, workers: u64, deeds: &[Deed]) {
    define_options(sim);
    for worker in 0..workers {
        join(sim, worker as u8 + 1);
    }
    let mut names = 0;
    for deed in deeds {
        act(sim, &mut names, deed);
    }
    sim.run_out();
    if sim.scheduler.workers().is_empty() {
        join(sim, 1);
        sim.run_out();
    }
    for task in sim.client.pending() {
        assert!(is_stuck(sim, task), "{task:?} never settled and could");
    }
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

/// Whether a task waits for a worker that is not there, itself or by its inputs.
fn is_stuck(sim: &Sim, task: TaskId) -> bool {
    match sim.scheduler.waiting_reason(task) {
        Some(Reason::NoPlace | Reason::NoResources) => true,
        Some(Reason::Inputs(_)) => {
            let mut inputs = sim.client.inputs(task).iter();
            inputs.any(|&input| is_stuck(sim, input))
        }
        _ => false,
    }
}

/// The seed's numbers decide the history first, then the sim.
fn begin(seed: u64) -> (Sim, u64, Vec<Deed>) {
    let mut dice = Dice(seed);
    let deeds = dice.history();
    let workers = if dice.chance(10) { dice.below(16) } else { dice.below(5) };
    let mut sim = Sim::new(seed, true);
    sim.denies = dice.chance(20);
    sim.takes = dice.chance(30);
    (sim, workers, deeds)
}

/// Why a history fails, if it does.
fn failure(seed: u64, deeds: &[Deed], prepare: &dyn Fn(&mut Sim)) -> Option<String> {
    let (mut sim, workers, _) = begin(seed);
    prepare(&mut sim);
    let end = catch_unwind(AssertUnwindSafe(|| live(&mut sim, workers, deeds)));
    let said = end.err()?;
    let text = said.downcast_ref::<String>().cloned();
    text.or_else(|| said.downcast_ref::<&str>().map(|text| (*text).to_string()))
        .or(Some("it panics".to_string()))
}

/// The smallest history found that still fails: halves are left out, then smaller and smaller parts.
fn shrink(seed: u64, mut deeds: Vec<Deed>) -> Vec<Deed> {
    let mut part = deeds.len().div_ceil(2);
    while part > 0 {
        let mut at = 0;
        let mut smaller = false;
        while at < deeds.len() {
            let mut fewer = deeds.clone();
            fewer.drain(at..(at + part).min(deeds.len()));
            if failure(seed, &fewer, &|_| {}).is_some() {
                deeds = fewer;
                smaller = true;
            } else {
                at += part;
            }
        }
        if !smaller || part > 1 {
            part /= 2;
        }
    }
    // Then calls out of batches.
    for index in 0..deeds.len() {
        let mut at = 0;
        while let Deed::Submit(_, recipes) = &deeds[index] {
            if at >= recipes.len() {
                break;
            }
            let mut fewer = deeds.clone();
            if let Deed::Submit(_, recipes) = &mut fewer[index] {
                recipes.remove(at);
            }
            if failure(seed, &fewer, &|_| {}).is_some() {
                deeds = fewer;
            } else {
                at += 1;
            }
        }
    }
    deeds
}

fn quietly<T>(act: impl FnOnce() -> T) -> T {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = act();
    std::panic::set_hook(hook);
    result
}

fn report(seed: u64) -> String {
    let (_, workers, deeds) = begin(seed);
    let deeds = shrink(seed, deeds);
    let why = failure(seed, &deeds, &|_| {}).unwrap_or_default();
    let mut text = format!("seed {seed} ({workers} workers) fails with these deeds:\n");
    for deed in &deeds {
        writeln!(text, "    {deed:?}").expect("a text takes all");
    }
    text + &why
}

#[test]
fn whatever_happens_every_wanted_task_ends_and_nothing_is_left() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("WEBFUTURES_SEED");
    let seeds = match first {
        Some(seed) => seed..seed + 1,
        None => 0..number("WEBFUTURES_SEEDS").unwrap_or(SEEDS),
    };
    let failing = quietly(|| {
        seeds
            .into_iter()
            .find(|&seed| failure(seed, &begin(seed).2, &|_| {}).is_some())
            .map(report)
    });
    if let Some(text) = failing {
        panic!("{text}");
    }
}

/// `cargo test --features mutations --test native chaos`
#[cfg(feature = "mutations")]
#[test]
fn each_broken_rule_is_noticed() {
    let unnoticed: Vec<_> = quietly(|| {
        let noticed = |rule| {
            (0..SEEDS).find(|&seed| failure(seed, &begin(seed).2, &|sim| sim.scheduler.break_rule(rule)).is_some())
        };
        webfutures::scheduler::Mutation::ALL
            .into_iter()
            .filter(|&rule| {
                let seed = noticed(rule);
                println!(
                    "{rule:?}: {}",
                    seed.map_or("never".to_string(), |seed| format!("seed {seed}"))
                );
                seed.is_none()
            })
            .collect()
    });
    assert!(
        unnoticed.is_empty(),
        "nobody notices that these are broken: {unnoticed:?}"
    );
}
