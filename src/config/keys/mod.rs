//! Section `keys`: the signing secrets.

mod disk;
mod file;

use std::io;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use thiserror::Error;

pub use file::KeyFile;

use super::reader::Reader;
use crate::crypto::keyring::{KeyRing, OLDER_SECRETS_MAX, Secret, SecretError};
use crate::crypto::random;
use crate::domain::ring::KeyId;

const GENERATE: &str = "set ACCOUNTS_KEYS__ACTIVE to what `rocket-accounts key generate` prints";

/// Signing secrets.
#[derive(Debug, Clone)]
pub struct KeySettings {
    active: Option<SecretString>,
    older: Vec<SecretString>,
    file: Option<PathBuf>,
    generate: bool,
}

/// What a key of the ring does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    /// Signs.
    Active,
    /// Verifies, and is to sign next.
    Staged,
    /// Verifies what it signed before.
    Older,
}

/// The signing secrets could not be had, or not be changed.
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

impl KeySettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let settings = Self {
            active: reader.secret("keys.active"),
            older: reader.secrets("keys.older"),
            file: reader.optional_string("keys.file", None).map(PathBuf::from),
            generate: reader.bool("keys.generate", false),
        };
        settings.judge(reader);
        settings
    }

    fn judge(&self, reader: &mut Reader<'_>) {
        if self.generate && reader.is_release() {
            let what = "is true in the release profile: replicas would each make their own";
            reader.problem("keys.generate", what, GENERATE);
        }
        if self.active.is_none() && self.file.is_none() && !self.generate {
            reader.problem("keys.active", "is not set", GENERATE);
        }
        let active = self.active.iter().map(|text| ("keys.active", text));
        for (key, text) in active.chain(self.older.iter().map(|text| ("keys.older", text))) {
            if let Err(error) = Secret::parse(text) {
                reader.problem(key, &error.to_string(), GENERATE);
            }
        }
        if self.older.len() > OLDER_SECRETS_MAX {
            let fix = "keep the four newest; a refresh token lives 30 days by default";
            reader.problem("keys.older", "has more than four secrets", fix);
        }
    }

    /// The key ring: from the settings, else from the file (one secret a line, the first one
    /// signs), which is made with a new secret if it is missing and that is allowed; without a
    /// file, from a new secret that dies with the process.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn load(&self) -> Result<KeyRing, KeyError> {
        match &self.file {
            Some(path) if self.active.is_none() && self.generate => make_file(path)?,
            None if self.active.is_none() => {
                tracing::info!(
                    "made a signing key for this process alone: sessions end with it, and with a \
                     database the next start is not ready (keys_differ). To keep it, set \
                     accounts.keys.file or accounts.keys.active"
                );
                let secret = Secret::parse(&Secret::generate()?).map_err(KeyError::BadSetting)?;
                return Ok(KeyRing::new(&secret, &[]));
            }
            _ => {}
        }
        self.reload()
    }

    /// The key ring as it stands in the settings or the file now. Makes no secret, so that a file
    /// that is missing for a moment does not end all sessions.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn reload(&self) -> Result<KeyRing, KeyError> {
        let secrets = self.secrets()?.into_iter().map(|(_, secret)| secret);
        let secrets: Vec<_> = secrets.collect();
        let (active, others) = secrets.split_first().ok_or(KeyError::Ephemeral)?;
        Ok(KeyRing::new(active, others))
    }

    /// The names of the keys, the active one first. Makes no secret.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn names(&self) -> Result<Vec<(KeyRole, KeyId)>, KeyError> {
        let named = |(role, secret): (KeyRole, Secret)| (role, secret.key_id());
        Ok(self.secrets()?.into_iter().map(named).collect())
    }

    /// The file that a command may change.
    ///
    /// # Errors
    /// [`KeyError::NotInAFile`].
    pub fn file(&self) -> Result<&Path, KeyError> {
        let file = self.file.as_deref().filter(|_| self.active.is_none());
        file.ok_or(KeyError::NotInAFile)
    }

    /// Whether a missing secret is made at the start.
    pub(super) fn generates(&self) -> bool {
        self.generate
    }

    fn secrets(&self) -> Result<Vec<(KeyRole, Secret)>, KeyError> {
        let Some(active) = &self.active else {
            let path = self.file.as_deref().ok_or(KeyError::Ephemeral)?;
            return Ok(KeyFile::read(path)?.into_secrets());
        };
        let older = self.older.iter().map(|text| (KeyRole::Older, text));
        std::iter::once((KeyRole::Active, active))
            .chain(older)
            .map(|(role, text)| Ok((role, Secret::parse(text).map_err(KeyError::BadSetting)?)))
            .collect()
    }
}

/// Makes the key file if there is none, and says what that means for a database that is older.
fn make_file(path: &Path) -> Result<(), KeyError> {
    if KeyFile::create(path)? {
        tracing::info!(
            file = %path.display(),
            "made a new signing key, which ends sessions of any other key. If the service is not \
             ready (keys_differ), the database has been used with another key: bring its file \
             back, or run `rocket-accounts key adopt` to stay with the new one (cargo run -- key \
             adopt)"
        );
    }
    Ok(())
}
