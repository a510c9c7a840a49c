//! Why the signing secrets could not be read or changed.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::crypto::keyring::SecretError;
use crate::crypto::random;
use crate::domain::ring::KeyId;

/// The signing secrets could not be read or changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Reading or writing the key file failed.
    #[error("the key file {path} cannot be used")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The key file would be for others than before, the service perhaps not among them.
    #[error(
        "the key file {path} belongs to user {owner} and group {group}, mode {mode:04o}, and a new one \
         cannot be given to them: run this as root, or as that user if it is a member of that \
         group. Nothing was changed"
    )]
    Rights {
        /// The file.
        path: PathBuf,
        /// The number of its owner.
        owner: u32,
        /// The number of its group.
        group: u32,
        /// Its mode.
        mode: u32,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A line of the key file is not a good secret.
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
    /// A configured secret is not good.
    #[error("a secret of the configuration {0}")]
    BadSetting(SecretError),
    /// The ring is not kept in a file that a command could change.
    #[error(
        "the keys are not in a file: set accounts.keys.file, and accounts.keys.active not; or \
         change accounts.keys.active and accounts.keys.older by hand"
    )]
    NotInAFile,
    /// The key was made at the start and is nowhere but in the process.
    #[error("the key was made for this process and is kept nowhere: there is nothing to read")]
    Ephemeral,
    /// A key is staged already.
    #[error("key {0} is staged already: promote it first")]
    AlreadyStaged(KeyId),
    /// No key is staged.
    #[error("no key is staged: stage one first, by `key rotate --stage`")]
    NothingStaged,
    /// The key that is to be removed signs.
    #[error("this key signs: `key rotate` first, which makes it an older one")]
    StillSigns,
    /// The key that is to be removed is not there.
    #[error("no key of the file has this name; `key list` shows them")]
    UnknownKey,
    /// Reading takes too long.
    #[error("the keys could not be read in time: is the key file on a mount that hangs?")]
    NotRead,
    /// An earlier reading goes on.
    #[error(
        "an earlier reading of the keys has not come to its end: is the key file on a mount that \
         hangs?"
    )]
    StillReading,
    /// There is no thread to read on.
    #[error("no thread could be started to read the keys")]
    NoThread(#[source] io::Error),
    /// No random bytes for a new secret.
    #[error(transparent)]
    Random(#[from] random::Error),
}
