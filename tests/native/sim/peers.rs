//! What a virtual worker asks of the others: results, given or moved, and passed on for those who asked the wrong one.

use webfutures::scheduler::{RunId, TaskId, WorkerId};

use super::worker::Given;
use super::{Asked, Happening, Report, Sim};

/// A question to another worker that has not been answered.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) run: RunId,
    pub(super) holder: WorkerId,
    pub(super) task: TaskId,
    /// The answer is kept: somebody here wants it.
    pub(super) keeps: bool,
}

/// Somebody wants what this worker has given away, and waits for what the new holder says.
#[derive(Debug)]
pub(super) struct Relay {
    pub(super) run: RunId,
    pub(super) task: TaskId,
    pub(super) taker: WorkerId,
    /// Another worker, or the page.
    pub(super) to: Option<WorkerId>,
}

impl Sim {
    /// A younger run was named: what was parked is here now, or never comes.
    pub(super) fn ask_again(&mut self, id: WorkerId) {
        for asked in std::mem::take(&mut self.worker(id).parked) {
            self.on_asked(asked);
        }
    }

    /// Asks another worker for a result, once, whoever waits for it here.
    pub(super) fn ask(&mut self, id: WorkerId, holder: WorkerId, task: TaskId, run: RunId, takes: bool, keeps: bool) {
        let worker = self.worker(id);
        if let Some(asked) = worker
            .questions
            .iter_mut()
            .find(|question| (question.run, question.holder) == (run, holder))
        {
            asked.keeps |= keeps;
            return;
        }
        worker.questions.push(Question {
            run,
            holder,
            task,
            keeps,
        });
        let by = id;
        if self.workers[&id].gone.contains(&holder) {
            let value = None;
            return self.at(self.now, Happening::Answered { holder, by, run, value });
        }
        let arrival = self.arrival((Some(id), Some(holder)));
        let asked = Asked {
            holder,
            by,
            task,
            run,
            takes,
        };
        self.at(arrival, Happening::Asked(asked));
    }

    /// Asks the one that took a result away, for somebody else.
    pub(super) fn relay(&mut self, id: WorkerId, task: TaskId, run: RunId, taker: WorkerId, to: Option<WorkerId>) {
        self.worker(id).relays.push(Relay { run, task, taker, to });
        self.ask(id, taker, task, run, false, false);
    }

    fn answer(&mut self, holder: WorkerId, by: WorkerId, run: RunId, value: Option<(u64, u64)>) {
        let arrival = self.arrival((Some(holder), Some(by)));
        self.at(arrival, Happening::Answered { holder, by, run, value });
    }

    /// What is fetched from a dead worker does not come.
    pub(super) fn give_up_on(&mut self, id: WorkerId, gone: WorkerId) {
        let worker = self.worker(id);
        worker.gone.insert(gone);
        worker.parked.retain(|asked| asked.by != gone);
        let asked: Vec<RunId> = worker
            .questions
            .iter()
            .filter(|question| question.holder == gone)
            .map(|question| question.run)
            .collect();
        for run in asked {
            self.on_answered(gone, id, run, None);
        }
    }

    pub(super) fn on_asked(&mut self, asked: Asked) {
        let Asked {
            holder,
            by,
            task,
            run,
            takes,
        } = asked;
        if self.workers[&holder].died {
            return;
        }
        if self.is_deaf(holder) {
            return self.worker(holder).inbox.push_back(Happening::Asked(asked));
        }
        if self.workers[&holder].terminated {
            let asker = &self.workers[&by];
            let waits = asker
                .fetching
                .iter()
                .any(|given| given.fetching.contains(&(run, holder)));
            let passes_on = asker
                .relays
                .iter()
                .any(|relay| (relay.run, relay.taker) == (run, holder));
            assert!(
                asker.terminated || !waits && !passes_on,
                "{by:?} waits for ever for an answer of {holder:?}"
            );
            return;
        }
        let worker = self.worker(holder);
        if let Some(&value) = worker.store.get(&run) {
            // Not everything can be moved: what is no buffer is copied, and what is needed here.
            if takes && !value.0.is_multiple_of(5) && !worker.needs(run) {
                worker.store.remove(&run);
                worker.taken.insert(run, by);
            }
            self.answer(holder, by, run, Some(value));
        } else if let Some(&taker) = worker.taken.get(&run) {
            self.relay(holder, task, run, taker, Some(by));
        } else if run > worker.newest {
            worker.parked.push(asked);
        } else {
            self.report(holder, Report::DataMissing { task, run });
            self.answer(holder, by, run, None);
        }
    }

    pub(super) fn on_answered(&mut self, holder: WorkerId, by: WorkerId, run: RunId, value: Option<(u64, u64)>) {
        if self.is_deaf(by) {
            let answered = Happening::Answered { holder, by, run, value };
            return self.worker(by).inbox.push_back(answered);
        }
        if self.workers[&by].terminated {
            return;
        }
        let worker = self.worker(by);
        let is_it = |question: &Question| (question.run, question.holder) == (run, holder);
        // The holder may have died meanwhile, and then this is the answer to nothing.
        let Some(index) = worker.questions.iter().position(is_it) else {
            return;
        };
        let question = worker.questions.remove(index);
        let waits = |given: &Given| given.fetching.contains(&(run, holder));
        let lost = value.is_none() && worker.taken.get(&run) == Some(&holder) && worker.fetching.iter().any(waits);
        for mut given in std::mem::take(&mut worker.fetching) {
            let waited = given.fetching.len();
            given.fetching.retain(|&wanted| wanted != (run, holder));
            given.missing |= given.fetching.len() < waited && value.is_none();
            if given.fetching.is_empty() {
                worker.runnable.push_back(given);
            } else {
                worker.fetching.push(given);
            }
        }
        let (relays, others) = std::mem::take(&mut worker.relays)
            .into_iter()
            .partition(|relay| (relay.run, relay.taker) == (run, holder));
        worker.relays = others;
        if let Some(value) = value.filter(|_| question.keeps)
            && worker.store.insert(run, value).is_none()
        {
            self.moved += value.1;
            self.worker(by).copies.insert(run);
            let task = question.task;
            self.report(by, Report::Fetched { task, run });
        }
        if lost {
            // It gave it away itself, to one that is gone.
            let task = question.task;
            self.report(by, Report::DataMissing { task, run });
        }
        self.pass_on(by, relays, value);
        self.begin(by);
    }

    /// Those who asked for what was given away are told what its new holder says.
    fn pass_on(&mut self, id: WorkerId, relays: Vec<Relay>, value: Option<(u64, u64)>) {
        for Relay { run, task, to, .. } in relays {
            match (to, value) {
                (Some(by), Some(_)) => self.answer(id, by, run, value),
                (None, Some((value, _))) => self.report(id, Report::Value { task, run, value }),
                (_, None) => {
                    self.report(id, Report::DataMissing { task, run });
                    if let Some(by) = to {
                        self.answer(id, by, run, None);
                    }
                }
            }
        }
    }
}
