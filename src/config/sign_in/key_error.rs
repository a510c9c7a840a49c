//! Why the signing secrets could not be read.

use rocket_accounts_core::auth::KeyReadError;
use rocket_accounts_core::crypto::keyring::SecretError;
use rocket_accounts_core::crypto::random;
use rocket_accounts_token::key_file::KeyFileError;
use thiserror::Error;

/// Why the signing secrets could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key file could not be read or changed.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// A configured secret is not valid.
    #[error("a configured secret {0}")]
    BadSetting(SecretError),
    /// The ring is not kept in a file that a command could change.
    #[error(
        "the keys are not in a file: set accounts.keys.file, and accounts.keys.active not; or \
         change accounts.keys.active and accounts.keys.older by hand"
    )]
    NotInAFile,
    /// The key was generated at the start and exists only in the process.
    #[error("the key was generated for this process and is not stored: there is nothing to read")]
    Ephemeral,
    /// Reading was given up.
    #[error(transparent)]
    Reading(#[from] KeyReadError),
    /// No random bytes for a new secret.
    #[error(transparent)]
    Random(#[from] random::Error),
}
