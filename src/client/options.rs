//! The options of a client.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

use super::client::Client;
use super::error::Error;

/// Options of a [`Client`], from [`Client::builder`]. What is not set has its default.
///
/// ```no_run
/// # fn example() -> Result<(), webfutures::Error> {
/// use webfutures::Client;
///
/// let client = Client::builder().workers(4).name("search").build()?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default)]
pub struct ClientBuilder {
    options: Vec<(&'static str, JsValue)>,
}

impl ClientBuilder {
    /// How many workers, 0 to 256. By default as many as the machine has processors (`navigator.hardwareConcurrency`).
    pub fn workers(self, workers: u32) -> Self {
        self.set("workers", workers)
    }

    /// How many asynchronous tasks each worker may have under way, 1 to 65536. By default 64.
    pub fn concurrency(self, concurrency: u32) -> Self {
        self.set("concurrency", concurrency)
    }

    /// The name of the client, which the names of its workers begin with. By default `client-1` and so on.
    pub fn name(self, name: &str) -> Self {
        self.set("name", name)
    }

    /// The address of a worker file of your own, where a bundler or the page's security policy needs one.
    /// By default the library's, beside the module.
    pub fn worker_url(self, url: &str) -> Self {
        self.set("workerUrl", url)
    }

    /// A JavaScript function that starts a worker and returns it, for bundlers that must see where workers come from.
    pub fn create_worker(self, create: &js_sys::Function) -> Self {
        self.set("createWorker", create)
    }

    /// Starts the workers. It does not wait for them: work can be submitted at once.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] if an option is out of its range.
    pub fn build(self) -> Result<Client, Error> {
        let options = Object::new();
        for (name, value) in &self.options {
            // A property of a fresh object can always be set.
            let _ = Reflect::set(&options, &JsValue::from_str(name), value);
        }
        Client::with_options(&options)
    }

    fn set(mut self, name: &'static str, value: impl Into<JsValue>) -> Self {
        self.options.push((name, value.into()));
        self
    }
}
