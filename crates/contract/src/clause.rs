//! What a clause is.

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
    /// The file it is in.
    #[must_use]
    pub fn topic(&self) -> &'static str {
        self.topic
    }

    /// What it says.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Holds `store`, which must be empty, to the clause.
    ///
    /// # Panics
    /// If the store breaks it.
    pub async fn run(&self, store: S) {
        (self.run)(store).await;
    }
}

impl<S> fmt::Display for Clause<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.topic, self.name)
    }
}
