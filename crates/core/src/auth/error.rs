//! Errors of use cases.

use std::time::Duration;

use thiserror::Error as ThisError;

use crate::crypto::{password, random, token};
use crate::domain::credentials::PasswordError;
use crate::domain::session::Ended;
use crate::store;

/// Why a use case refused or failed.
#[derive(Debug, ThisError)]
pub enum Error {
    /// No credential was presented.
    #[error("no credential was presented")]
    NotAuthenticated,
    /// The credential is not one of ours, or there are several.
    #[error("the token is not valid")]
    TokenNotValid,
    /// An access token of ours that has expired.
    #[error("the access token has expired")]
    TokenExpired,
    /// The session is over.
    #[error("the session has ended")]
    SessionEnded(Ended),
    /// Unknown user, wrong password, or a user who may not sign in.
    #[error("the username or the password is wrong")]
    InvalidCredentials,
    /// Refresh without a refresh token.
    #[error("no refresh token was presented")]
    RefreshTokenMissing,
    /// The CSRF token is missing or of another session.
    #[error("the CSRF token does not belong to the session")]
    CsrfFailed,
    /// A password that may not be set.
    #[error("the password {0}")]
    Password(#[from] PasswordError),
    /// The password to be confirmed is not the user's.
    #[error("the password is not the user's")]
    WrongPassword,
    /// The username is taken.
    #[error("the username is taken")]
    UsernameTaken,
    /// There is no such user.
    #[error("there is no such user")]
    UnknownUser,
    /// Too many attempts; the answer does not reveal whether this one would have succeeded.
    #[error("too many attempts; retry after {retry_after:?} ({limit})")]
    TooManyAttempts {
        /// Which limit, in words for the log.
        limit: &'static str,
        /// How long until the next attempt is admitted, in whole seconds.
        retry_after: Duration,
    },
    /// Too many passwords are being hashed.
    #[error("too many passwords are being hashed")]
    Busy,
    /// The store is unavailable.
    #[error("the store is unavailable")]
    Unavailable(#[source] store::Error),
    /// A fault of this program or its machine.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable(_) => Self::Unavailable(error),
            store::Error::UsernameTaken => Self::UsernameTaken,
            other => Self::Internal(Box::new(other)),
        }
    }
}

impl From<password::Error> for Error {
    fn from(error: password::Error) -> Self {
        match error {
            password::Error::Busy => Self::Busy,
            password::Error::Failed(_) => Self::Internal(Box::new(error)),
        }
    }
}

impl From<token::IssueError> for Error {
    fn from(error: token::IssueError) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<random::Error> for Error {
    fn from(error: random::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

/// Returns an error and its sources on one line.
#[must_use]
pub fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
