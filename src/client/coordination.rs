//! Locks, semaphores and events, which clients of the same workers share by name.

use std::fmt;

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::client::{Client, settled};
use super::js;
use super::patience::Patience;
use crate::error::Error;
use crate::properties::object;

/// What is shared by name among all clients of the same workers. Whoever asked first is served first. When a client closes, it waits
/// for nothing any more and its leases return; what it has put or published stays. All of it ends with the workers.
impl Client {
    /// A lock that one at a time has.
    ///
    /// # Errors
    /// [`Error::InvalidOptions`] if the name is empty, [`Error::Closed`] if the client is closed; so for all that have a name.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let lock = client.lock("file")?;
    /// let lease = lock.acquire().await?;
    /// // … nobody else has it
    /// lease.release().await?; // or when it is dropped
    /// # Ok(()) }
    /// ```
    pub fn lock(&self, name: &str) -> Result<Lock, Error> {
        Ok(Lock {
            js: self.js().lock(name).map_err(|error| Error::of_call(&error))?,
            client: self.clone(),
        })
    }

    /// A semaphore with so many leases, 1 to 1,000,000: all who use it at a time have to give the same number.
    ///
    /// # Errors
    /// As for [`lock`](Self::lock); [`Error::InvalidOptions`] for another number.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let downloads = client.semaphore("downloads", 2)?;
    /// let _lease = downloads.acquire().await?; // at most two have one
    /// # Ok(()) }
    /// ```
    pub fn semaphore(&self, name: &str, leases: u32) -> Result<Semaphore, Error> {
        let js = self.js().semaphore(name, &object([("leases", leases.into())]));
        Ok(Semaphore {
            js: js.map_err(|error| Error::of_call(&error))?,
            client: self.clone(),
        })
    }

    /// Something that is set or not, and that can be waited for.
    ///
    /// # Errors
    /// As for [`lock`](Self::lock).
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let loaded = client.event("loaded")?;
    /// loaded.set().await?;
    /// loaded.wait().await?; // passes at once, here and in every other client
    /// # Ok(()) }
    /// ```
    pub fn event(&self, name: &str) -> Result<SharedEvent, Error> {
        Ok(SharedEvent {
            js: self.js().event(name).map_err(|error| Error::of_call(&error))?,
            client: self.clone(),
        })
    }
}

/// What one at a time has: see [`Client::lock`].
#[derive(Clone)]
pub struct Lock {
    js: js::Semaphore,
    client: Client,
}

impl Lock {
    /// Waits until nobody else has it.
    ///
    /// # Errors
    /// [`Error::Timeout`] after [`Patience::timeout`]: then one does not have it; [`Error::Coordination`] if a semaphore of that name is
    /// in use; [`Error::Closed`] if the client is closed.
    pub fn acquire(&self) -> Patience<Lease> {
        acquire(&self.js, &self.client)
    }

    /// Whether somebody has it.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is closed.
    pub async fn locked(&self) -> Result<bool, Error> {
        answer(self.js.taken()).await.map(|taken| count(&taken) > 0)
    }
}

/// What so many at a time have: see [`Client::semaphore`].
#[derive(Clone)]
pub struct Semaphore {
    js: js::Semaphore,
    client: Client,
}

impl Semaphore {
    /// Waits for a lease.
    ///
    /// # Errors
    /// [`Error::Timeout`] after [`Patience::timeout`]: then there is no lease; [`Error::Coordination`] if it is in use with another
    /// number of leases; [`Error::Closed`] if the client is closed.
    pub fn acquire(&self) -> Patience<Lease> {
        acquire(&self.js, &self.client)
    }

    /// How many leases are taken.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is closed.
    pub async fn taken(&self) -> Result<u32, Error> {
        answer(self.js.taken()).await.map(|taken| count(&taken))
    }
}

fn acquire(semaphore: &js::Semaphore, client: &Client) -> Patience<Lease> {
    let (semaphore, client) = (semaphore.clone(), client.clone());
    Patience::new(
        move |options| Ok(semaphore.acquire(options)),
        move |lease| {
            Ok(Lease {
                js: Some(lease.unchecked_into()),
                _client: client,
            })
        },
    )
}

/// One of the leases of a [`Lock`] or a [`Semaphore`]. It returns when it is dropped; in a task also when its worker dies.
#[must_use = "it returns at once when it is dropped"]
pub struct Lease {
    /// None once it has been released.
    js: Option<js::Lease>,
    /// Open as long as this is held.
    _client: Client,
}

impl Lease {
    /// Gives it back, and waits until that is done.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is closed; then it has returned already.
    pub async fn release(mut self) -> Result<(), Error> {
        let lease = self.js.take().expect("only this and `drop` take it");
        settled(lease.release()).await.map(drop)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(lease) = self.js.take() {
            // Asked at once. If the client is closed it has returned already.
            let released = settled(lease.release());
            spawn_local(async { drop(released.await) });
        }
    }
}

/// Something that is set or not: see [`Client::event`].
#[derive(Clone)]
pub struct SharedEvent {
    js: js::SharedEvent,
    client: Client,
}

impl SharedEvent {
    /// Lets all pass that wait, and that come until it is cleared.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is closed.
    pub async fn set(&self) -> Result<(), Error> {
        answer(self.js.set()).await.map(drop)
    }

    /// Has those wait who come from now on.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is closed.
    pub async fn clear(&self) -> Result<(), Error> {
        answer(self.js.clear()).await.map(drop)
    }

    /// Waits until it is set.
    ///
    /// # Errors
    /// [`Error::Timeout`] after [`Patience::timeout`], [`Error::Closed`] if the client is closed.
    pub fn wait(&self) -> Patience {
        let (js, client) = (self.js.clone(), self.client.clone());
        Patience::new(
            move |options| js.wait(options),
            move |_| {
                drop(client);
                Ok(())
            },
        )
    }

    /// Whether it is set.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is closed.
    pub async fn is_set(&self) -> Result<bool, Error> {
        settled(self.js.is_set()).await.map(|set| set.is_truthy())
    }
}

/// Each shows itself as the JavaScript object does: `<Lock: door>`.
macro_rules! shown {
    ($($type:ident)*) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.js.text())
            }
        }
    )*};
}

shown! { Lock Semaphore SharedEvent }

impl fmt::Debug for Lease {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<Lease>")
    }
}

/// What was asked for, or why it could not be.
pub(super) async fn answer(promise: Result<Promise, JsValue>) -> Result<JsValue, Error> {
    settled(promise.map_err(|error| Error::of_call(&error))?).await
}

pub(super) fn count(number: &JsValue) -> u32 {
    number.as_f64().expect("a number of things") as u32
}
