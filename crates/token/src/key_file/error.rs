//! Why a key file could not be read or changed.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::keyring::SecretError;
use crate::random;
use crate::ring::KeyId;

/// Why a key file could not be read or changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// Reading or writing the key file failed.
    #[error("the key file {path} cannot be used")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The new key file would have another owner or group, and the service might not be able to
    /// read it.
    #[error(
        "the key file {path} belongs to user {owner} and group {group}, mode {mode:04o}, and a new one \
         cannot be given to them: run this as root, or as that user if it is a member of that \
         group. Nothing was changed"
    )]
    Rights {
        /// The file.
        path: PathBuf,
        /// The user identifier of its owner.
        owner: u32,
        /// The identifier of its group.
        group: u32,
        /// Its mode.
        mode: u32,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A line of the key file is not a valid secret.
    #[error("line {line} of the key file {path} {problem}")]
    BadSecret {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: SecretError,
    },
    /// The key file has no secret, or too many, or its staged one in the wrong place.
    #[error("the key file {path} {problem}")]
    BadFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A generated secret is not valid, which cannot happen.
    #[error("a new secret {0}")]
    NewSecret(#[from] SecretError),
    /// A key is staged already.
    #[error("key {0} is staged already: promote it first")]
    AlreadyStaged(KeyId),
    /// No key is staged.
    #[error("no key is staged: stage one first, by `key rotate --stage`")]
    NothingStaged,
    /// The key that is to be removed signs.
    #[error("this key signs: `key rotate` first, which makes it an older one")]
    StillSigns,
    /// The key that is to be removed does not exist.
    #[error("the file has no key of this name; `key list` shows them")]
    UnknownKey,
    /// No random bytes for a new secret.
    #[error(transparent)]
    Random(#[from] random::Error),
}
