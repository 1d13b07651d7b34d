//! How many workers there are: who shall end, how many there should be, and beginning anew.

use super::Engine;
use crate::scheduler::{Adaptive, Advice, Event, WorkerId};
use crate::wire;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_class = __WebfuturesEngine)]
impl Engine {
    /// A worker shall end once it runs nothing and others hold what it holds.
    pub fn retire(&mut self, now: f64, worker: u32) {
        let worker = WorkerId(worker);
        self.step(now, Event::WorkerRetired { worker }, None);
    }

    /// Every task is given up and forgotten, every worker ended.
    pub fn restart(&mut self, now: f64) {
        self.step(now, Event::Restarted, None);
    }

    /// From now on the number of workers shall follow the work, see [`Adaptive`].
    pub fn adapt(&mut self, minimum: usize, maximum: usize, target: f64, patience: u32) {
        self.adaptive = Some(Adaptive::new(minimum, maximum, target, patience));
    }

    /// What the pool should do, which has so many workers: the address of `[words, advice, …]`, where `GROW` is followed by a
    /// number and `SHRINK` by workers; no words if it should do nothing.
    pub fn look(&mut self, now: f64, present: usize) -> usize {
        let advice = self
            .adaptive
            .as_mut()
            .map(|rule| rule.look(&self.scheduler, now, present));
        self.outbox.clear();
        self.outbox.push(0.0);
        match advice {
            None | Some(Advice::Stay) => {}
            Some(Advice::Grow(count)) => self.outbox.extend([wire::GROW, count as f64]),
            Some(Advice::Shrink(workers)) => {
                self.outbox.push(wire::SHRINK);
                self.outbox.extend(workers.iter().map(|worker| f64::from(worker.0)));
            }
        }
        self.outbox[0] = (self.outbox.len() - 1) as f64;
        self.outbox.as_ptr() as usize
    }
}
