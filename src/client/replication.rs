//! Copies of results in several workers, and results that are moved, on request.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::client::Client;
use super::gathering::{Futures, all};
use crate::error::Error;

impl Client {
    /// Has results copied, so that several workers have them: they run what needs them at once, and a result of which there is a
    /// copy need not be made again when a worker dies. Workers that come later get their copies too, as long as the results are
    /// held. It waits until the results are there, and then until their copies are, as far as there are so many workers with room
    /// for them.
    ///
    /// # Errors
    /// What the first of them failed with; [`Error::InvalidOptions`] for a number of copies outside of 1 to 256, or a future of another
    /// client; [`Error::Closed`] if the client is.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// use webfutures::Copies;
    ///
    /// let table = client.submit(|n: usize| vec![0.5; n], (1_000_000,));
    /// client.replicate(&table, 2).await?;
    /// client.replicate(&table, Copies::All).await?;
    /// assert_eq!(client.who_has(&table)?[&table.key()].len(), client.nthreads().len());
    /// # Ok(()) }
    /// ```
    pub async fn replicate<F: Futures>(&self, futures: F, copies: impl Into<Copies>) -> Result<(), Error> {
        // A promise is rejected with all errors of the call, too.
        JsFuture::from(self.js().replicate(&all(&futures)?, &copies.into().count()))
            .await
            .map(drop)
            .map_err(|error| Error::of_call(&error))
    }

    /// Moves these results from the workers that store most to those that store least, until no move brings them nearer to each
    /// other. Results that several workers have, and those that something under way needs, stay where they are. It waits until the
    /// results are there, and then until they have moved.
    ///
    /// # Errors
    /// What the first of them failed with; [`Error::InvalidOptions`] for a future of another client; [`Error::Closed`] if the client
    /// is.
    ///
    /// ```no_run
    /// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
    /// let tables = client.map(|n: usize| vec![0.5; n], [1_000_000; 8]);
    /// client.scale(8)?;
    /// client.wait_for_workers(8).await?;
    /// client.rebalance(&tables).await?;
    /// # Ok(()) }
    /// ```
    pub async fn rebalance<F: Futures>(&self, futures: F) -> Result<(), Error> {
        JsFuture::from(self.js().rebalance(all(&futures)?.as_ref()))
            .await
            .map(drop)
            .map_err(|error| Error::of_call(&error))
    }

    /// The same with all results there are.
    ///
    /// # Errors
    /// [`Error::Closed`] if the client is.
    pub async fn rebalance_all(&self) -> Result<(), Error> {
        JsFuture::from(self.js().rebalance(&JsValue::UNDEFINED))
            .await
            .map(drop)
            .map_err(|error| Error::of_call(&error))
    }
}

/// In how many workers something shall lie: what [`Client::replicate`] and
/// [`ScatterOptions::broadcast`](crate::ScatterOptions::broadcast) take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Copies {
    /// In all of them, those that come later too.
    All,
    /// In so many, 1 to 256.
    Count(u32),
}

impl Copies {
    /// As `replicate` takes it.
    fn count(self) -> JsValue {
        match self {
            Self::All => JsValue::UNDEFINED,
            Self::Count(count) => count.into(),
        }
    }

    /// As `scatter` takes it.
    pub(crate) fn broadcast(self) -> JsValue {
        match self {
            Self::All => JsValue::TRUE,
            Self::Count(count) => count.into(),
        }
    }
}

impl From<u32> for Copies {
    fn from(count: u32) -> Self {
        Self::Count(count)
    }
}
