//! Why and when a session was ended.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Why a session was ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationReason {
    /// The user logged out.
    Logout,
    /// The same browser logged in again.
    Superseded,
    /// A spent refresh token was presented again: two parties hold the session.
    Reuse,
    /// A token of a future generation was presented: the store was restored to an older state.
    Ahead,
    /// The password was changed.
    PasswordChanged,
    /// The user was disabled.
    UserDisabled,
    /// The user ended it from another session.
    EndedByUser,
    /// An operator ended it.
    EndedByOperator,
    /// The user opened more sessions than the cap allows and this was the oldest in use.
    Evicted,
    /// No reason was given, or one that this version does not know.
    Other,
}

impl RevocationReason {
    /// Every reason, for stores that must map each to text and back.
    pub const ALL: [Self; 10] = [
        Self::Logout,
        Self::Superseded,
        Self::Reuse,
        Self::Ahead,
        Self::PasswordChanged,
        Self::UserDisabled,
        Self::EndedByUser,
        Self::EndedByOperator,
        Self::Evicted,
        Self::Other,
    ];

    /// Returns the stable name that stores and events use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Superseded => "superseded",
            Self::Reuse => "reuse",
            Self::Ahead => "ahead",
            Self::PasswordChanged => "password_changed",
            Self::UserDisabled => "user_disabled",
            Self::EndedByUser => "ended_by_user",
            Self::EndedByOperator => "ended_by_operator",
            Self::Evicted => "evicted",
            Self::Other => "other",
        }
    }

    /// Returns the reason with this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// When and why a session was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: RevocationReason,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_have_names_that_lead_back() {
        for reason in RevocationReason::ALL {
            assert_eq!(RevocationReason::from_name(reason.as_str()), Some(reason));
        }
        assert_eq!(RevocationReason::from_name("whim"), None);
    }
}
