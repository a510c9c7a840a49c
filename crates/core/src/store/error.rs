//! Errors of stores.

use thiserror::Error;

/// A store's answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// An error of a store. `Display` never contains a stored value or a connection string.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The store cannot be reached, is full, read-only or too slow. Trying again may help.
    #[error("the store is unavailable")]
    Unavailable(#[source] Source),
    /// The username is taken, in this or another letter case.
    #[error("the username is taken")]
    UsernameTaken,
    /// Another unique value (an identifier) exists already.
    #[error("the identifier exists already")]
    Duplicate,
    /// The store holds a value that this version cannot read.
    #[error("stored {what} cannot be read")]
    Corrupt {
        /// Which column or value.
        what: &'static str,
    },
    /// Anything else: a fault in the store or in this library.
    #[error("the store failed")]
    Failed(#[source] Source),
}

impl Error {
    /// Returns an error that may be transient, caused by `source`.
    pub fn unavailable(source: impl Into<Source>) -> Self {
        Self::Unavailable(source.into())
    }

    /// Returns a fault, caused by `source`.
    pub fn failed(source: impl Into<Source>) -> Self {
        Self::Failed(source.into())
    }
}
