//! A user, and the account that a login needs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::credentials::{PasswordHash, Username};

pub use rocket_accounts_token::id::UserId;

/// How often the user's credentials have been replaced.
///
/// A session remembers the epoch it was opened in and is live only while the user is still in
/// it. Changing the password or disabling the user starts a new epoch, which ends every session
/// by writing a single row. Upgrading the hash of an unchanged password does not.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct CredentialEpoch(pub i64);

impl CredentialEpoch {
    /// Returns the epoch after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A user, without any secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Identifier.
    pub id: UserId,
    /// The name typed at login, in the letter case chosen at registration.
    pub username: Username,
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
    /// Whether the user may sign in and keep sessions.
    pub is_active: bool,
    /// See [`CredentialEpoch`].
    pub credential_epoch: CredentialEpoch,
    /// When the user was created.
    pub created_at: DateTime<Utc>,
    /// When the row was last changed, upgrades of the password hash aside.
    pub updated_at: DateTime<Utc>,
}

/// A user together with the hash that a login is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The user.
    pub user: User,
    /// The stored password hash; `None` for a user who cannot sign in with a password.
    pub password_hash: Option<PasswordHash>,
}
