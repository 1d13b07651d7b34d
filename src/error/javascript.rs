//! Errors from JavaScript and back.

use std::any::Any;
use std::time::Duration;

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use super::{Cause, Error, Fields, TimeLimit};
use crate::properties::milliseconds;

/// As deep as causes travel.
const DEPTH: u32 = 10;

/// The source of errors of any type.
type Source = dyn std::error::Error;

impl Error {
    /// What a promise was rejected with, or an error that is the outcome of a task.
    pub(crate) fn of_task(error: &JsValue) -> Self {
        Self::caused(error, DEPTH)
    }

    /// Its causes are followed so deep, since one may lead back to itself.
    fn caused(error: &JsValue, depth: u32) -> Self {
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
                cause: Some(property(error, "cause"))
                    .filter(|cause| depth > 0 && !cause.is_undefined() && !cause.is_null())
                    .map(|cause| Cause::new(Self::caused(&cause, depth - 1))),
                fields: Fields::of(error),
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
}

/// So that `?` works in functions that JavaScript calls. A task's own error is what it was; others have the name and the fields of the
/// JavaScript class.
impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        if let Error::Task { fields, .. } = error {
            return fields.thrown();
        }
        let value = js_sys::Error::new(&error.to_string());
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

/// What a task throws for an `Err` whose type tells more than a text: an [`Error`], which is passed on as it was, or a boxed one, with its
/// sources.
pub(crate) fn raised(error: &dyn Any) -> Option<JsValue> {
    if let Some(error) = error.downcast_ref::<Error>() {
        return Some(error.clone().into());
    }
    let boxed: Option<&Source> = match error.downcast_ref::<Box<Source>>() {
        Some(error) => Some(&**error),
        None => error
            .downcast_ref::<Box<dyn std::error::Error + Send + Sync>>()
            .map(|error| &**error as &Source),
    };
    boxed.map(with_sources)
}

fn with_sources(error: &(dyn std::error::Error + 'static)) -> JsValue {
    if let Some(error) = error.downcast_ref::<Error>() {
        return error.clone().into();
    }
    let value = js_sys::Error::new(&error.to_string());
    if let Some(source) = error.source() {
        value.set_cause(&with_sources(source));
    }
    value.into()
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
