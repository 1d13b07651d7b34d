//! Tasks that are functions of JavaScript.

use std::fmt;
use std::marker::PhantomData;

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use super::client::Client;
use super::js;
use crate::error::Error;
use crate::function::{Definition, Referenced, Task};

impl Client {
    /// References to the functions that a JavaScript module exports. Each worker imports the module once, when it first needs it. A
    /// module that does not load, or lacks the export, fails the task. The address is relative to the page.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] if the address is not valid.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let tasks = client.module("./tasks.js")?; // export const scale = (x, by) => x * by;
    /// let scale = tasks.task::<(f64, f64), f64>("scale");
    /// let six = client.submit(&scale, (2.0, 3.0));
    /// let scaled = client.map(&scale, [1.0, 2.0].iter().map(|x| (x, &six)));
    /// assert_eq!(client.gather(&scaled).await?, [6.0, 12.0]);
    /// # Ok(()) }
    /// ```
    pub fn module(&self, url: &str) -> Result<TaskReferences, Error> {
        let tasks = self.js().module(url).map_err(|error| Error::of_call(&error))?;
        Ok(TaskReferences { tasks })
    }

    /// References to what a worker file of your own exposes: see
    /// [`ClientBuilder::create_worker`](crate::ClientBuilder::create_worker).
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let inc = client.exposed().task::<(f64,), f64>("inc"); // worker.js: expose({ inc: (x) => x + 1 }, glue)
    /// assert_eq!(client.submit(&inc, (1.0,)).await?, 2.0);
    /// # Ok(()) }
    /// ```
    pub fn exposed(&self) -> TaskReferences {
        TaskReferences {
            tasks: self.js().exposed(),
        }
    }
}

/// The functions of a JavaScript module, or of a worker file: see [`Client::module`] and [`Client::exposed`].
#[derive(Clone)]
pub struct TaskReferences {
    tasks: JsValue,
}

impl TaskReferences {
    /// The function of this name; the worker finds out whether there is one. `P` is the tuple of its parameters, `T` what it returns, or
    /// what its promise is of. Nothing checks them before a result is read: it is an [`Error::WrongType`] if it is no `T`.
    pub fn task<P, T>(&self, name: &str) -> TaskReference<P, T> {
        // It has whatever it is asked for; no function is called `then`, so that it is not taken for a promise.
        let reference = Reflect::get(&self.tasks, &name.into()).unwrap_or(JsValue::UNDEFINED);
        TaskReference::of(reference)
    }
}

impl fmt::Debug for TaskReferences {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TaskReferences")
    }
}

/// A function of JavaScript, to be submitted as Rust functions are: `P` is the tuple of its parameters, `T` the type of its future.
/// It cannot be called here.
///
/// ```no_run
/// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
/// use js_sys::Function;
/// use webfutures::TaskReference;
///
/// let upper = Function::new_with_args("text", "return text.toUpperCase()");
/// let upper: TaskReference<(String,), String> = TaskReference::from_js(&upper)?;
/// assert_eq!(client.submit(&upper, ("abc",)).await?, "ABC");
/// # Ok(()) }
/// ```
pub struct TaskReference<P, T> {
    reference: JsValue,
    signature: PhantomData<fn(P) -> T>,
}

impl<P, T> TaskReference<P, T> {
    /// A function, or a reference that JavaScript code has made, such as `client.module(url).name`. A function is sent as its source,
    /// once to each worker, so it may use only its arguments, what it declares, and what every worker has.
    ///
    /// # Errors
    /// [`Error::InvalidTask`] if a worker cannot run it; the text says why, and what to do.
    pub fn from_js(function: &JsValue) -> Result<Self, Error> {
        let reference = js::task_of(function).map_err(|error| Error::of_call(&error))?;
        Ok(Self::of(reference))
    }

    /// The JavaScript value that stands for it, for JavaScript code to submit.
    pub fn to_js(&self) -> JsValue {
        self.reference.clone()
    }

    fn of(reference: JsValue) -> Self {
        Self {
            reference,
            signature: PhantomData,
        }
    }
}

impl<P, T> Task<P, T, Referenced> for TaskReference<P, T> {
    fn definition(&self) -> Definition {
        Definition::Reference(self.to_js())
    }
}

impl<P, T> Task<P, T, Referenced> for &TaskReference<P, T> {
    fn definition(&self) -> Definition {
        Definition::Reference(self.to_js())
    }
}

impl<P, T> Clone for TaskReference<P, T> {
    fn clone(&self) -> Self {
        Self::of(self.to_js())
    }
}

impl<P, T> fmt::Debug for TaskReference<P, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Reflect::get(&self.reference, &"name".into()).ok();
        let name = name.and_then(|name| name.as_string()).unwrap_or_default();
        formatter.debug_tuple("TaskReference").field(&name).finish()
    }
}
