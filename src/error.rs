//! Everything that can go wrong, by name.

mod javascript;
mod parts;

use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::codec::Mismatch;
pub(crate) use javascript::raised;
pub use parts::{Cause, Fields};

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
    /// The task returned an `Err` or threw, or one that it depends on did. Mend the task that `key` names. See [`cause`](Self::cause)
    /// and [`field`](Self::field) for what else its error had.
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
        /// What that error was caused by.
        #[source]
        cause: Option<Cause>,
        /// The fields of its own.
        fields: Fields,
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

    /// What a task's own error was caused by: the `cause` of one in JavaScript, the [`source`](std::error::Error::source) of a boxed one
    /// in Rust, and so on, up to ten deep. It is the `source` of this one, so what prints chains of errors prints it, too.
    ///
    /// A task passes on what it got by an [`Error`] as it is, or as the source of a `Box<dyn std::error::Error>`. From other types than
    /// these two, only what they say is known.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// type Failure = Box<dyn std::error::Error>;
    ///
    /// fn read(text: String) -> Result<i64, Failure> {
    ///     Ok(text.parse::<i64>().map_err(Unreadable)?)
    /// }
    ///
    /// #[derive(Debug, thiserror::Error)]
    /// #[error("no number")]
    /// struct Unreadable(#[source] std::num::ParseIntError);
    ///
    /// let error = client.submit(read, ("12a",)).await.unwrap_err();
    /// println!("{error}"); // Error: no number
    /// if let Some(cause) = error.cause() {
    ///     println!("because of {cause}"); // Error: invalid digit found in string
    /// }
    /// # Ok(()) }
    /// ```
    pub fn cause(&self) -> Option<&Self> {
        match self {
            Self::Task { cause, .. } => cause.as_deref(),
            _ => None,
        }
    }

    /// A field that a task's own error has in JavaScript, such as the `code` of
    /// `throw Object.assign(new Error('not found'), { code: 404 })`. `None` if there is none of that name, or it is no `T`.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let tasks = client.module("./tasks.js")?;
    /// let page: Result<String, _> = client.submit(tasks.task::<(String,), String>("load"), ("a",)).await;
    /// match page {
    ///     Err(error) if error.field("code") == Some(404) => println!("it is gone"),
    ///     other => println!("{other:?}"),
    /// }
    /// # Ok(()) }
    /// ```
    pub fn field<T: DeserializeOwned + 'static>(&self, name: &str) -> Option<T> {
        match self {
            Self::Task { fields, .. } => fields.get(name),
            _ => None,
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
