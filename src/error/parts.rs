//! What a task's own error has beside its name and message.

use std::fmt;
use std::ops::Deref;

use js_sys::{JSON, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::Error;
use crate::codec;

/// The [`Error`] that a task's own error was caused by. See [`Error::cause`].
#[derive(Clone, PartialEq, Eq)]
pub struct Cause(Box<Error>);

impl Cause {
    pub(super) fn new(error: Error) -> Self {
        Self(Box::new(error))
    }
}

impl Deref for Cause {
    type Target = Error;

    fn deref(&self) -> &Error {
        &self.0
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The fields that a task's own error has in JavaScript. See [`Error::field`].
///
/// They say nothing about whether two errors are equal: the rest does.
#[derive(Clone)]
pub struct Fields(JsValue);

impl Fields {
    pub(super) fn of(thrown: &JsValue) -> Self {
        Self(thrown.clone())
    }

    /// What was thrown.
    pub(super) fn thrown(self) -> JsValue {
        self.0
    }

    /// A field; `None` if there is none of that name, or it is no `T`.
    pub fn get<T: DeserializeOwned + 'static>(&self, name: &str) -> Option<T> {
        let field = Reflect::get(&self.0, &name.into()).unwrap_or(JsValue::UNDEFINED);
        (!field.is_undefined()).then(|| codec::from_js(&field).ok()).flatten()
    }
}

impl PartialEq for Fields {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Fields {}

/// As JSON, if they have an equal there.
impl fmt::Debug for Fields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = JSON::stringify(&self.0).map(JsValue::from);
        formatter.write_str(json.ok().and_then(|json| json.as_string()).as_deref().unwrap_or("…"))
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    fn task(name: &str, cause: Option<Cause>) -> Error {
        Error::Task {
            name: name.to_owned(),
            message: "no".to_owned(),
            stack: None,
            key: None,
            cause,
            fields: Fields(JsValue::UNDEFINED),
        }
    }

    #[test]
    fn a_cause_is_the_source_and_known_by_its_type() {
        let error = task("A", Some(Cause::new(task("B", None))));
        let source = error.source().and_then(|source| source.downcast_ref::<Error>());
        assert_eq!(source, Some(&task("B", None)));
        assert_eq!(source, error.cause());
        assert!(task("A", None).source().is_none());
    }

    #[test]
    fn errors_can_be_sent_so_they_can_be_boxed_with_others() {
        fn boxed(error: impl std::error::Error + Send + Sync + 'static) -> Box<dyn std::error::Error + Send + Sync> {
            error.into()
        }
        assert!(boxed(task("A", None)).is::<Error>());
    }
}
