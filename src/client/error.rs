//! Everything that can go wrong, by name.

use std::time::Duration;

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use super::properties::milliseconds;
use crate::codec::Mismatch;

/// Why there is no result, or why a call was refused.
///
/// Each kind says in its text what was wrong, where, and what to do; what a program may want to know of it is in fields of
/// its own. More kinds and fields may come, so a `match` has an arm for the others, and patterns end with `..`.
///
/// ```no_run
/// # async fn example(client: webfutures::Client) {
/// use std::num::ParseIntError;
/// use webfutures::Error;
///
/// fn parse(text: String) -> Result<i64, ParseIntError> {
///     text.parse()
/// }
///
/// match client.submit(parse, ("12a",)).await {
///     Ok(number) => println!("{number}"),
///     Err(Error::Task { name, message, .. }) => println!("{name}: {message}"), // ParseIntError: invalid digit …
///     Err(Error::Cancelled { reason, .. }) => println!("given up: {reason}"),
///     Err(other) => println!("{other}"),
/// }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The task returned an `Err` or threw, or one that it depends on did. Mend the task that `key` names.
    #[error("{name}: {message}")]
    #[non_exhaustive]
    Task {
        /// The name of the error: of its type in Rust, of its class in JavaScript.
        name: String,
        /// What it says: the `Display` of a Rust error.
        message: String,
        /// The stack of the worker, as far as the browser tells.
        stack: Option<String>,
        /// The key of the task that raised it.
        key: Option<String>,
    },
    /// A Rust task panicked or trapped, or one that it depends on did. Its worker goes on, and keeps its results.
    #[error("{message}")]
    #[non_exhaustive]
    Panic {
        /// The text of the panic, with the place in the source.
        message: String,
        /// The stack of the worker, as far as the browser tells.
        stack: Option<String>,
        /// The key of the task that panicked.
        key: Option<String>,
    },
    /// The future was cancelled or released, or its client closed, before there was a result. Submit the call again.
    #[error("{message}")]
    #[non_exhaustive]
    Cancelled {
        /// `key was cancelled: reason`; if another task was, which this one depends on, it says so.
        message: String,
        /// The key of the future.
        key: String,
        /// What [`CancelOptions::reason`](crate::CancelOptions::reason) was given, or a text.
        reason: String,
        /// The key of the task that was cancelled, if it is another, which this one depends on.
        blame: Option<String>,
    },
    /// Something took longer than it may: `limit` says what. If it was a wait, the tasks go on: wait longer, or give the futures up.
    #[error("{message}")]
    #[non_exhaustive]
    Timeout {
        /// What it was, and how long it might take.
        message: String,
        /// The key of the task that has failed; none if only the wait is over.
        key: Option<String>,
        /// The time that it was allowed.
        timeout: Duration,
        /// Which limit it was.
        limit: TimeLimit,
    },
    /// The task was running each time that a worker died, more often than
    /// [`ClientBuilder::allowed_failures`](crate::ClientBuilder::allowed_failures) lets it.
    #[error("{message}")]
    #[non_exhaustive]
    KilledWorker {
        /// How many workers died, and how the last of them did.
        message: String,
        /// The key of the task.
        key: String,
        /// How many workers died.
        deaths: u32,
        /// The name of the last one.
        worker: String,
        /// How that one died, such as `its thread has ended`.
        how: String,
        /// What that one wrote on its console last, up to ten lines, with errors that nothing caught.
        lines: Vec<String>,
    },
    /// Data, a result, or all inputs of a call together are larger than what a worker may store. Raise
    /// [`ClientBuilder::memory_limit`](crate::ClientBuilder::memory_limit), or divide the data.
    #[error("{message}")]
    #[non_exhaustive]
    MemoryLimit {
        /// What is too large, and what may be stored.
        message: String,
        /// How large it is, in bytes, by the estimate of [`Future::nbytes`](crate::Future::nbytes).
        bytes: u64,
        /// The highest limit of the workers that come into question, in bytes.
        limit: u64,
        /// The key of the task, if it is no data that was scattered.
        key: Option<String>,
    },
    /// Scattered data was lost with the last worker that had it. Scatter it again.
    #[error("{message}")]
    #[non_exhaustive]
    LostData {
        /// Which data.
        message: String,
        /// Its key.
        key: String,
    },
    /// An actor is lost: its worker is gone, or a panic there has cost its state. Its calls fail with this, too. Make a new one.
    #[error("{message}")]
    #[non_exhaustive]
    LostActor {
        /// Which actor.
        message: String,
        /// Its key.
        key: String,
    },
    /// A call was given a key that another call has. Choose another one, or drop the futures of that call.
    #[error("{message}")]
    #[non_exhaustive]
    KeyConflict {
        /// Whose key it is.
        message: String,
        /// The key.
        key: String,
    },
    /// What was asked of something shared by name cannot be: a dataset is published twice or unknown, a queue was closed, a limit is
    /// another.
    #[error("{message}")]
    #[non_exhaustive]
    Coordination {
        /// Of what, and why.
        message: String,
    },
    /// A JavaScript function is nothing that a worker can run; the text says why, and what to do. Rust tasks are checked when
    /// they are compiled.
    #[error("{message}")]
    #[non_exhaustive]
    InvalidTask {
        /// What is wrong with it.
        message: String,
        /// The key of its task, if the worker found out.
        key: Option<String>,
    },
    /// A worker's script does not load or start. Correct the address or the content security policy that the text tells of.
    #[error("{message}")]
    #[non_exhaustive]
    WorkerStart {
        /// Which script, and why.
        message: String,
        /// The address of the script.
        url: String,
    },
    /// The client is closed. Make another one with [`Client::new`](crate::Client::new).
    #[error("{message}")]
    #[non_exhaustive]
    Closed {
        /// What was called.
        message: String,
    },
    /// An argument or a result that cannot travel to another thread, a JavaScript function or a DOM node for one. Send the
    /// data it stands for.
    #[error("{message}")]
    #[non_exhaustive]
    DataClone {
        /// What it is.
        message: String,
        /// Where it is, such as `args[1].callbacks.done`.
        path: Option<String>,
        /// For a result, the key of its task.
        key: Option<String>,
    },
    /// An option, or an argument of a method, outside its range.
    #[error("{message}")]
    #[non_exhaustive]
    InvalidOptions {
        /// Which one, and what would do.
        message: String,
    },
    /// A value is of another type than the Rust one. For a result, correct the `T` of its `Future<T>`; an argument has
    /// something in it that JavaScript has no equal of, such as an integer beyond 2^53 inside a structure.
    #[error("{subject} is no {expected}: {reason}")]
    #[non_exhaustive]
    WrongType {
        /// Which value.
        subject: String,
        /// The Rust type.
        expected: String,
        /// What was found instead.
        reason: String,
    },
}

impl Error {
    /// The name of the error, as JavaScript code gives it: `CancelledError`, for one, or that of the task's own error.
    pub fn name(&self) -> &str {
        match self {
            Self::Task { name, .. } => name,
            Self::Panic { .. } => "PanicError",
            Self::Cancelled { .. } => "CancelledError",
            Self::Timeout { .. } => "TimeoutError",
            Self::KilledWorker { .. } => "KilledWorkerError",
            Self::MemoryLimit { .. } => "MemoryLimitError",
            Self::LostData { .. } => "LostDataError",
            Self::LostActor { .. } => "LostActorError",
            Self::KeyConflict { .. } => "KeyConflictError",
            Self::Coordination { .. } => "CoordinationError",
            Self::InvalidTask { .. } => "InvalidTaskError",
            Self::WorkerStart { .. } => "WorkerStartError",
            Self::Closed { .. } => "ClosedClientError",
            Self::DataClone { .. } => "DataCloneError",
            Self::InvalidOptions { .. } => "RangeError",
            Self::WrongType { .. } => "TypeError",
        }
    }

    /// The key of the task that it is about: of the one that raised it, that was cancelled, or that was lost.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Cancelled { key, .. }
            | Self::KilledWorker { key, .. }
            | Self::LostData { key, .. }
            | Self::LostActor { key, .. }
            | Self::KeyConflict { key, .. } => Some(key),
            Self::Task { key, .. }
            | Self::Panic { key, .. }
            | Self::Timeout { key, .. }
            | Self::MemoryLimit { key, .. }
            | Self::InvalidTask { key, .. }
            | Self::DataClone { key, .. } => key.as_deref(),
            Self::Coordination { .. }
            | Self::WorkerStart { .. }
            | Self::Closed { .. }
            | Self::InvalidOptions { .. }
            | Self::WrongType { .. } => None,
        }
    }

    /// What a promise was rejected with, or an error that is the outcome of a task.
    pub(crate) fn of_task(error: &JsValue) -> Self {
        let (name, message) = described(error);
        let key = text(error, "key");
        let named = || key.clone().unwrap_or_default();
        // Tasks may throw errors of the same names: the class tells them apart.
        if error.has_type::<CancelledError>() {
            Self::Cancelled {
                message,
                key: named(),
                reason: reason(error),
                blame: text(error, "blame"),
            }
        } else if error.has_type::<TimeoutError>() {
            Self::Timeout {
                message,
                key,
                timeout: property(error, "timeout")
                    .as_f64()
                    .and_then(|timeout| Duration::try_from_secs_f64(timeout / 1000.0).ok())
                    .unwrap_or(Duration::MAX),
                limit: match text(error, "limit").as_deref() {
                    Some("timeout") => TimeLimit::Timeout,
                    Some("deadline") => TimeLimit::Deadline,
                    _ => TimeLimit::Wait,
                },
            }
        } else if error.has_type::<PanicError>() {
            Self::Panic {
                message,
                stack: text(error, "stack"),
                key,
            }
        } else if error.has_type::<KilledWorkerError>() {
            Self::KilledWorker {
                message,
                key: named(),
                deaths: number(error, "deaths") as u32,
                worker: text(error, "worker").unwrap_or_default(),
                how: text(error, "how").unwrap_or_default(),
                lines: Array::from(&property(error, "lines"))
                    .iter()
                    .filter_map(|line| line.as_string())
                    .collect(),
            }
        } else if error.has_type::<MemoryLimitError>() {
            Self::MemoryLimit {
                message,
                bytes: number(error, "bytes") as u64,
                limit: number(error, "limit") as u64,
                key,
            }
        } else if error.has_type::<LostDataError>() {
            Self::LostData { message, key: named() }
        } else if error.has_type::<LostActorError>() {
            Self::LostActor { message, key: named() }
        } else if error.has_type::<KeyConflictError>() {
            Self::KeyConflict { message, key: named() }
        } else if error.has_type::<CoordinationError>() {
            Self::Coordination { message }
        } else if error.has_type::<InvalidTaskError>() {
            Self::InvalidTask { message, key }
        } else if error.has_type::<WorkerStartError>() {
            Self::WorkerStart {
                message,
                url: text(error, "url").unwrap_or_default(),
            }
        } else if error.has_type::<ClosedClientError>() {
            Self::Closed { message }
        } else if error.has_type::<DataCloneError>() {
            Self::DataClone {
                message,
                path: text(error, "path"),
                key,
            }
        } else {
            Self::Task {
                name,
                message,
                stack: text(error, "stack"),
                key,
            }
        }
    }

    /// What a call of the API threw, or its promise was rejected with: about its arguments, unless its class or the key of a task
    /// says otherwise.
    pub(crate) fn of_call(error: &JsValue) -> Self {
        match Self::of_task(error) {
            Self::Task {
                name,
                message,
                key: None,
                ..
            } if name == "RangeError" || name == "TypeError" => Self::InvalidOptions { message },
            other => other,
        }
    }

    /// A value of another type.
    pub(crate) fn wrong_type(subject: String, mismatch: Mismatch) -> Self {
        Self::WrongType {
            subject,
            expected: mismatch.expected,
            reason: mismatch.reason,
        }
    }
}

/// What took too long. See [`Error::Timeout`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeLimit {
    /// Somebody waited, and waits no more.
    Wait,
    /// Each run of a task lasted longer than [`TaskOptions::timeout`](crate::TaskOptions::timeout).
    Timeout,
    /// A task had not finished within [`TaskOptions::deadline`](crate::TaskOptions::deadline).
    Deadline,
}

impl TimeLimit {
    fn as_str(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Timeout => "timeout",
            Self::Deadline => "deadline",
        }
    }
}

/// So that `?` works in functions that JavaScript calls. The error has the name and the fields of the JavaScript class.
impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        let message = match &error {
            Error::Task { message, .. } => message.clone(),
            other => other.to_string(),
        };
        let value = js_sys::Error::new(&message);
        value.set_name(error.name());
        // A property of a fresh error can always be set.
        let set = |name: &str, field: JsValue| drop(Reflect::set(&value, &name.into(), &field));
        if let Some(key) = error.key() {
            set("key", key.into());
        }
        match error {
            Error::Cancelled { reason, blame, .. } => {
                set("reason", reason.into());
                if let Some(blame) = blame {
                    set("blame", blame.into());
                }
            }
            Error::KilledWorker {
                deaths,
                worker,
                how,
                lines,
                ..
            } => {
                set("deaths", deaths.into());
                set("worker", worker.into());
                set("how", how.into());
                set("lines", lines.into());
            }
            Error::MemoryLimit { bytes, limit, .. } => {
                set("bytes", (bytes as f64).into());
                set("limit", (limit as f64).into());
            }
            Error::Timeout { timeout, limit, .. } => {
                set("timeout", milliseconds(timeout));
                set("limit", limit.as_str().into());
            }
            Error::WorkerStart { url, .. } => set("url", url.into()),
            Error::DataClone { path: Some(path), .. } => set("path", path.into()),
            _ => {}
        }
        value.into()
    }
}

#[wasm_bindgen]
extern "C" {
    /// `String(value)`
    #[wasm_bindgen(js_name = String, catch)]
    fn text_of(value: &JsValue) -> Result<String, JsValue>;
}

#[wasm_bindgen(module = "/src/client/errors.js")]
extern "C" {
    type CancelledError;
    type TimeoutError;
    type PanicError;
    type KilledWorkerError;
    type MemoryLimitError;
    type LostDataError;
    type LostActorError;
    type KeyConflictError;
    type CoordinationError;
    type InvalidTaskError;
    type WorkerStartError;
    type ClosedClientError;
    type DataCloneError;
}

/// Name and message of whatever was thrown: anything can be.
fn described(error: &JsValue) -> (String, String) {
    match (text(error, "name"), text(error, "message")) {
        (Some(name), Some(message)) => (name, message),
        _ => ("Error".to_owned(), shown(error)),
    }
}

/// The reason of a `CancelledError` as its message tells it.
fn reason(error: &JsValue) -> String {
    let reason = property(error, "reason");
    text(&reason, "message").unwrap_or_else(|| shown(&reason))
}

/// A text for any value.
fn shown(value: &JsValue) -> String {
    text_of(value).unwrap_or_else(|_| format!("{value:?}"))
}

fn text(value: &JsValue, name: &str) -> Option<String> {
    property(value, name).as_string()
}

fn number(value: &JsValue, name: &str) -> f64 {
    property(value, name).as_f64().unwrap_or_default()
}

/// A property of whatever this is; undefined if it has none.
fn property(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
