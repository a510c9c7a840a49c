//! The type of a clause.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::Store;

type Run<S> = fn(S) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// One sentence of the contract, on a [`Store`], a [`Throttle`](super::Throttle) or a
/// [`Ring`](super::Ring).
#[derive(Debug, Clone)]
pub struct Clause<S = Store> {
    pub(crate) topic: &'static str,
    pub(crate) name: &'static str,
    pub(crate) run: Run<S>,
}

impl<S> Clause<S> {
    /// Returns the name of its file.
    #[must_use]
    pub fn topic(&self) -> &'static str {
        self.topic
    }

    /// Returns what it requires.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Checks the clause on `store`, which must be empty.
    ///
    /// # Panics
    /// If the store violates it.
    pub async fn run(&self, store: S) {
        (self.run)(store).await;
    }
}

impl<S> fmt::Display for Clause<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.topic, self.name)
    }
}
