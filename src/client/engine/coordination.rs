//! What clients and tasks ask by name, in the wire's numbers.

use super::Engine;
use crate::scheduler::{Answer, Ask, Asker, Event, Holder, Refusal, RequestId, TaskId};
use crate::wire;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_class = __WebfuturesEngine)]
impl Engine {
    /// Somebody asks something: `holder` is a number of the page's for a client. The inbox has the tasks of the `count`
    /// futures in the value that comes along. Who gets the futures in the answer is the client that the engine acts for.
    #[allow(clippy::too_many_arguments, reason = "JavaScript passes no structs")]
    pub fn ask(&mut self, now: f64, request: f64, holder: u32, question: u32, name: &str, number: f64, count: usize) {
        let asker = Asker {
            request: RequestId(request as u64),
            holder: Holder(holder),
            client: self.client,
        };
        let futures: Vec<TaskId> = self.inbox[..count].iter().map(|&word| TaskId(word as u32)).collect();
        let (ask, futures) = (question_of(question, number), &futures[..]);
        let event = Event::Asked {
            asker,
            name,
            ask,
            futures,
        };
        self.step(now, event, None);
    }

    /// Whoever asked waits no longer.
    pub fn withdraw(&mut self, now: f64, request: f64) {
        let request = RequestId(request as u64);
        self.step(now, Event::Withdrawn { request }, None);
    }

    /// A client is gone.
    pub fn holder_left(&mut self, now: f64, holder: u32) {
        let holder = Holder(holder);
        self.step(now, Event::HolderLeft { holder }, None);
    }

    /// Whether a task that is known makes an actor.
    pub fn is_actor(&self, task: u32) -> bool {
        self.scheduler.is_actor(TaskId(task))
    }

    /// Names of the published datasets.
    pub fn datasets(&self) -> Vec<String> {
        self.scheduler.datasets().map(str::to_owned).collect()
    }
}

/// The words of an answer.
pub(super) fn words_of(request: RequestId, answer: Answer) -> [f64; 4] {
    let (code, detail) = match answer {
        Answer::Done => (wire::DONE, 0.0),
        Answer::Item(item) => (wire::ITEM, item.0 as f64),
        Answer::Number(number) => (wire::NUMBER, number as f64),
        Answer::Refused(Refusal::NotHeld) => (wire::NOT_HELD, 0.0),
        Answer::Refused(Refusal::Limit(limit)) => (wire::OTHER_LIMIT, f64::from(limit)),
        Answer::Refused(Refusal::Closed) => (wire::QUEUE_CLOSED, 0.0),
        Answer::Refused(Refusal::Exists) => (wire::EXISTS, 0.0),
        Answer::Refused(Refusal::Unknown) => (wire::UNKNOWN, 0.0),
    };
    [wire::ANSWER, request.0 as f64, code, detail]
}

fn question_of(question: u32, number: f64) -> Ask {
    let count = number as u32;
    match f64::from(question) {
        wire::ACQUIRE => Ask::Acquire { leases: count },
        wire::RELEASE => Ask::Release {
            lease: RequestId(number as u64),
        },
        wire::TAKEN => Ask::Taken,
        wire::SET_EVENT => Ask::Set,
        wire::CLEAR_EVENT => Ask::Clear,
        wire::AWAIT_EVENT => Ask::Await,
        wire::IS_SET => Ask::IsSet,
        wire::ASSIGN => Ask::Assign,
        wire::READ => Ask::Read,
        wire::DELETE => Ask::Delete,
        wire::PUT_ITEM => Ask::Put { most: count },
        wire::GET_ITEM => Ask::Get { most: count },
        wire::GET_ITEMS => Ask::GetMany { count },
        wire::SIZE => Ask::Size,
        wire::CLOSE_QUEUE => Ask::Close,
        wire::PUBLISH => Ask::Publish { replace: count == 1 },
        wire::DATASET => Ask::Dataset,
        wire::UNPUBLISH => Ask::Unpublish,
        // As a whole number: to write an `f64` is 10 KB of the download.
        _ => unreachable!("unknown question {question}"),
    }
}
