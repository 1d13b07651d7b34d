//! Calls and data that come in, as words: read, and given to the scheduler.

use super::Engine;
use crate::scheduler::{Dependency, Event, FunctionId, OptionsId, Piece, Submission, TaskId};
use crate::wire;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_class = __WebfuturesEngine)]
impl Engine {
    /// Submits `count` calls from the inbox; returns the address of the serial before the first new task's, then of an answer
    /// each: twice the task, plus 1 if it was known.
    pub fn submit(&mut self, now: f64, count: usize) -> usize {
        let mut at = 0;
        self.submissions.clear();
        self.dependencies.clear();
        for _ in 0..count {
            let head = &self.inbox[at..at + wire::SUBMIT_HEAD as usize];
            let flags = head[1] as u32;
            let lane = |i: usize| (head[i] as u32 as u128) << (32 * (i - 2));
            let token = (flags & wire::PURE as u32 != 0).then(|| lane(2) | lane(3) | lane(4) | lane(5));
            let dependencies = head[6] as usize;
            self.submissions.push(Submission {
                function: FunctionId(head[0] as u32),
                token,
                held: flags & wire::HELD as u32 != 0,
                options: OptionsId(head[7] as u32),
                dependencies: dependencies as u32,
            });
            at += wire::SUBMIT_HEAD as usize;
            self.dependencies
                .extend(self.inbox[at..at + dependencies].iter().map(|&word| match word {
                    earlier if earlier < 0.0 => Dependency::Earlier((-1.0 - earlier) as u32),
                    known => Dependency::Known(TaskId(known as u32)),
                }));
            at += dependencies;
        }
        self.submit_read(now)
    }

    /// Submits `count` calls of one function without inputs, all held, of which the inbox has only the tokens: two words of bits
    /// each, the low half first, 0 if a call is impure. Answers as `submit` does.
    pub fn submit_map(&mut self, now: f64, function: u32, options: u32, count: usize) -> usize {
        self.submissions.clear();
        self.dependencies.clear();
        let tokens = self.inbox[..2 * count].chunks_exact(2).map(|halves| {
            let [low, high] = [halves[0], halves[1]].map(|half| u128::from(half.to_bits()));
            low | high << 64
        });
        self.submissions.extend(tokens.map(|token| Submission {
            function: FunctionId(function),
            token: (token != 0).then_some(token),
            held: true,
            options: OptionsId(options),
            dependencies: 0,
        }));
        self.submit_read(now)
    }

    /// Takes in `count` pieces of data, each to lie in `copies` workers where the options allow; answers as `submit` does.
    pub fn scatter(&mut self, now: f64, function: u32, options: u32, copies: u32, count: usize) -> usize {
        let words = &self.inbox[..wire::PIECE_WORDS as usize * count];
        let data: Vec<Piece> = words.chunks_exact(wire::PIECE_WORDS as usize).map(piece).collect();
        self.outbox.clear();
        self.outbox.push(self.scheduler.submitted() as f64);
        let event = Event::DataScattered {
            client: self.client,
            function: FunctionId(function),
            options: OptionsId(options),
            copies,
            data: &data,
        };
        self.scheduler.admit(now, event, &mut self.actions);
        self.perform(None);
        self.outbox.as_ptr() as usize
    }
}

impl Engine {
    /// Submits the calls that were read: the address of the answer.
    fn submit_read(&mut self, now: f64) -> usize {
        self.outbox.clear();
        self.outbox.push(self.scheduler.submitted() as f64);
        let (client, tasks, dependencies) = (self.client, &self.submissions[..], &self.dependencies[..]);
        let event = match self.within {
            None => Event::TasksSubmitted {
                client,
                tasks,
                dependencies,
            },
            Some((worker, run)) => Event::SubtasksSubmitted {
                worker,
                run,
                client,
                tasks,
                dependencies,
            },
        };
        // Handed out at the end of the turn: what the turn submits besides says where it should go.
        self.scheduler.admit(now, event, &mut self.actions);
        self.perform(None);
        self.outbox.as_ptr() as usize
    }
}

/// A piece of scattered data, from its words.
fn piece(words: &[f64]) -> Piece {
    let lane = |i: usize| (words[i] as u32 as u128) << (32 * (i - 2));
    let kind = words[1];
    Piece {
        bytes: words[0] as u64,
        kind: (kind % wire::KEPT) as u8,
        kept: kind % wire::HASHED >= wire::KEPT,
        token: (kind >= wire::HASHED).then(|| lane(2) | lane(3) | lane(4) | lane(5)),
    }
}
