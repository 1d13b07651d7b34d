//! What the page tells the engine before it matters: options, limits, workers with more than an id, whose turn it is.

use super::Engine;
use crate::scheduler::{ClientId, Event, Limits, Options, PlaceId, ResourceId, RunId, WorkerId};
use crate::wire;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_class = __WebfuturesEngine)]
impl Engine {
    /// From now on calls, scattered data, releases and cancellations are those of this client (below 64; 0 at first).
    pub fn act_for(&mut self, client: u8) {
        self.client = ClientId(client);
    }

    /// From now on calls come from a task, as that run of a worker; from the page if the run is 0, as at first.
    pub fn act_within(&mut self, worker: u32, run: f64) {
        self.within = (run > 0.0).then_some((WorkerId(worker), RunId(run as u64)));
    }

    /// A run has a client of its own, and may await what it submits.
    pub fn nests(&mut self, now: f64, worker: u32, run: f64) {
        let (worker, run) = (WorkerId(worker), RunId(run as u64));
        self.step(now, Event::RunNests { worker, run }, None);
    }

    /// Defines the set of options in the inbox; returns its id, for submissions.
    pub fn options(&mut self) -> u32 {
        let head = &self.inbox[..wire::OPTIONS_HEAD as usize];
        let (flags, places, resources) = (head[2] as u32, head[5] as usize, head[6] as usize);
        let rest = &self.inbox[wire::OPTIONS_HEAD as usize..];
        let places_named: Vec<PlaceId> = rest[..places].iter().map(|&place| PlaceId(place as u32)).collect();
        let amounts = amounts(&rest[places..places + 2 * resources]);
        let event = Event::OptionsDefined {
            options: Options {
                priority: head[0] as i32,
                retries: head[1] as u32,
                places: &places_named,
                allow_others: flags & wire::ALLOW_OTHERS as u32 != 0,
                resources: &amounts,
                alone: flags & wire::ALONE as u32 != 0,
                moves: flags & wire::MOVES as u32 != 0,
                actor: flags & wire::ACTOR as u32 != 0,
                timeout: head[3],
                deadline: head[4],
            },
        };
        self.admit(event);
        self.options += 1;
        self.options
    }

    /// How many deaths of workers a task may be blamed for.
    pub fn limit(&mut self, allowed_failures: u32) {
        let limits = Limits { allowed_failures };
        self.step(0.0, Event::LimitsDefined { limits }, None);
    }

    /// A worker said hello, which is in that place, may store so many bytes (0: no limit), and has so many resources,
    /// `[resource, amount]` each in the inbox.
    pub fn join_at(
        &mut self,
        now: f64,
        worker: u32,
        concurrency: u32,
        place: u32,
        memory_limit: f64,
        resources: usize,
    ) {
        let amounts = amounts(&self.inbox[..2 * resources]);
        let event = Event::WorkerJoined {
            worker: WorkerId(worker),
            place: PlaceId(place),
            concurrency,
            resources: &amounts,
            memory_limit: memory_limit as u64,
        };
        self.step(now, event, None);
    }
}

fn amounts(words: &[f64]) -> Vec<(ResourceId, u64)> {
    let pairs = words.chunks_exact(2);
    pairs.map(|pair| (ResourceId(pair[0] as u32), pair[1] as u64)).collect()
}
