//! Identifiers in tokens.

use serde::{Deserialize, Serialize};

/// Declares an opaque UUID newtype for one kind of thing, so that two kinds cannot be mixed up.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// Identifies a user for ever: a username may pass to another user, this does not.
    UserId
}

id! {
    /// Identifies a session (the `sid` claim). Not a secret: it is useless without a signature.
    SessionId
}

/// Counts the rotations of a session's refresh token, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub i64);

impl Generation {
    /// The generation of a login.
    pub const FIRST: Self = Self(1);

    /// Returns the successor of this generation.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
