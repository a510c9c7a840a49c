//! What a token states.

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::id::{Generation, SessionId};

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Authenticates a request.
    Access,
    /// Exchanged for a new pair of tokens.
    Refresh,
}

impl Kind {
    pub(super) const fn typ(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Refresh => "rt+jwt",
        }
    }
}

/// What a token states. Both kinds have the same claims; all are required, no other is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// The user.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// The session's generation.
    #[serde(rename = "gen")]
    pub generation: Generation,
    /// Issued at, in seconds since 1970.
    pub iat: i64,
    /// Expires at, in seconds since 1970.
    pub exp: i64,
    /// Identifier of this token.
    pub jti: String,
}
