//! Everything that can go wrong, by name.

use js_sys::{JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::codec::Mismatch;

/// Why there is no result, or why a call was refused.
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
///     Err(other) => println!("{other}"),
/// }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The task threw, returned an `Err` or panicked, or one that it depends on did. Mend the task that `key` names.
    #[error("{name}: {message}")]
    Task {
        /// The name of the error: of its class in JavaScript, of its type in Rust, `PanicError` after a panic.
        name: String,
        /// What it says: the `Display` of a Rust error, the text of a panic.
        message: String,
        /// The stack of the worker, as far as the browser tells.
        stack: Option<String>,
        /// The key of the task that raised it.
        key: Option<String>,
    },
    /// The future was cancelled or released, or its client closed, before there was a result. Submit the call again.
    #[error("{message}")]
    Cancelled {
        /// Which future, and why.
        message: String,
        /// Its key.
        key: Option<String>,
    },
    /// It was not done in the time given. The tasks go on: wait longer, or give up the futures.
    #[error("{0}")]
    Timeout(String),
    /// The client is closed. Make another one with [`Client::new`](crate::Client::new).
    #[error("{0}")]
    Closed(String),
    /// An argument or a result that cannot travel to another thread, a JavaScript function or a DOM node for one; the text
    /// says which. Send the data it stands for.
    #[error("{0}")]
    DataClone(String),
    /// An option of [`ClientBuilder`](crate::ClientBuilder), or an argument of a method, outside its range; the text says
    /// which and what would do.
    #[error("{0}")]
    InvalidOptions(String),
    /// A value is of another type than the Rust one. For a result, correct the `T` of its `Future<T>`; an argument has
    /// something in it that JavaScript has no equal of, such as an integer beyond 2^53 inside a structure.
    #[error("{subject} is no {expected}: {reason}")]
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
    /// The name of the error, as JavaScript would give it.
    pub fn name(&self) -> &str {
        match self {
            Self::Task { name, .. } => name,
            Self::Cancelled { .. } => "CancelledError",
            Self::Timeout(_) => "TimeoutError",
            Self::Closed(_) => "ClosedClientError",
            Self::DataClone(_) => "DataCloneError",
            Self::InvalidOptions(_) => "RangeError",
            Self::WrongType { .. } => "TypeError",
        }
    }

    /// What a promise was rejected with, or an error that is the outcome of a task.
    pub(crate) fn of_task(error: &JsValue) -> Self {
        let (name, message) = described(error);
        let key = property(error, "key");
        match name.as_str() {
            "CancelledError" => Self::Cancelled { message, key },
            "TimeoutError" => Self::Timeout(message),
            "ClosedClientError" => Self::Closed(message),
            "DataCloneError" => Self::DataClone(message),
            _ => Self::Task {
                name,
                message,
                stack: property(error, "stack"),
                key,
            },
        }
    }

    /// What a call of the API threw: about its arguments, unless its name says otherwise.
    pub(crate) fn of_call(error: &JsValue) -> Self {
        match Self::of_task(error) {
            Self::Task { name, message, .. } if name == "RangeError" || name == "TypeError" => {
                Self::InvalidOptions(message)
            }
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

/// So that `?` works in functions that JavaScript calls.
impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        let value = js_sys::Error::new(&match &error {
            Error::Task { message, .. } => message.clone(),
            other => other.to_string(),
        });
        value.set_name(error.name());
        if let Error::Task { key: Some(key), .. } | Error::Cancelled { key: Some(key), .. } = &error {
            // A property of a fresh error can always be set.
            let _ = Reflect::set(&value, &"key".into(), &key.into());
        }
        value.into()
    }
}

/// Name and message of whatever was thrown: anything can be.
fn described(error: &JsValue) -> (String, String) {
    match (property(error, "name"), property(error, "message")) {
        (Some(name), Some(message)) => (name, message),
        _ => {
            let text = error
                .as_string()
                .or_else(|| Some(String::from(error.dyn_ref::<JsString>()?)));
            ("Error".to_owned(), text.unwrap_or_else(|| format!("{error:?}")))
        }
    }
}

fn property(error: &JsValue, name: &str) -> Option<String> {
    Reflect::get(error, &name.into()).ok()?.as_string()
}
