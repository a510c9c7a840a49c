//! Section `keys`: the signing secrets.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use rocket_accounts_token::key_file::{self, KeyFile, KeyRole};

use super::key_error::KeyError;
use crate::config::reader::Reader;
use rocket_accounts_core::crypto::keyring::{KeyRing, OLDER_SECRETS_MAX, Secret};
use rocket_accounts_core::domain::ring::KeyId;

const GENERATE: &str = "set ACCOUNTS_KEYS__ACTIVE to what `rocket-accounts key generate` prints";

/// Signing secrets.
#[derive(Debug, Clone)]
pub struct KeySettings {
    active: Option<SecretString>,
    older: Vec<SecretString>,
    file: Option<PathBuf>,
    generate: bool,
    /// Whether to only check that a missing key could be created.
    rehearses: bool,
}

impl KeySettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let settings = Self {
            active: reader.secret("keys.active"),
            older: reader.secrets("keys.older"),
            file: reader.optional_string("keys.file", None).map(PathBuf::from),
            generate: reader.bool("keys.generate", false),
            rehearses: false,
        };
        settings.check(reader);
        settings
    }

    fn check(&self, reader: &mut Reader<'_>) {
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
        if self.active.is_none() && !self.older.is_empty() {
            let what = "is set, but accounts.keys.active is not: these keys would not be used";
            let fix = "set accounts.keys.active, or keep all keys in accounts.keys.file";
            reader.problem("keys.older", what, fix);
        }
        if self.older.len() > OLDER_SECRETS_MAX {
            let fix = "keep the four newest; a refresh token lives 30 days by default";
            reader.problem("keys.older", "has more than four secrets", fix);
        }
    }

    /// Returns the key ring: from the settings, else from the file (one secret a line, the first
    /// one signs), which is created with a new secret if it is missing and that is allowed; without
    /// a file, from a new secret that exists only in this process.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn load(&self) -> Result<KeyRing, KeyError> {
        match &self.file {
            Some(path) if self.active.is_none() && self.generate => {
                if self.rehearses && !path.exists() {
                    key_file::may_create(path)?;
                    return Self::ephemeral();
                }
                make_file(path)?;
            }
            None if self.active.is_none() => {
                tracing::info!(
                    "generated a signing key for this process only: sessions end with it, and with a \
                     database the next process is not ready (keys_differ). To keep the key, set \
                     accounts.keys.file or accounts.keys.active"
                );
                return Self::ephemeral();
            }
            _ => {}
        }
        self.reload()
    }

    /// Returns the same settings, whose [`load`](Self::load) creates no file.
    pub(crate) fn rehearsal(mut self) -> Self {
        self.rehearses = true;
        self
    }

    fn ephemeral() -> Result<KeyRing, KeyError> {
        let secret = Secret::parse(&Secret::generate()?).map_err(KeyError::BadSetting)?;
        Ok(KeyRing::new(&secret, &[]))
    }

    /// Returns the current key ring of the settings or the file. Creates no secret, so that a
    /// temporarily missing file does not end all sessions.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn reload(&self) -> Result<KeyRing, KeyError> {
        let secrets = self.secrets()?.into_iter().map(|(_, secret)| secret);
        let secrets: Vec<_> = secrets.collect();
        let (active, others) = secrets.split_first().ok_or(KeyError::Ephemeral)?;
        Ok(KeyRing::new(active, others))
    }

    /// Returns the names of the keys, the active one first. Creates no secret.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn names(&self) -> Result<Vec<(KeyRole, KeyId)>, KeyError> {
        let named = |(role, secret): (KeyRole, Secret)| (role, secret.key_id());
        Ok(self.secrets()?.into_iter().map(named).collect())
    }

    /// Returns the file that a command may change.
    ///
    /// # Errors
    /// [`KeyError::NotInAFile`].
    pub fn file(&self) -> Result<&Path, KeyError> {
        let file = self.file.as_deref().filter(|_| self.active.is_none());
        file.ok_or(KeyError::NotInAFile)
    }

    /// Returns whether a missing secret is created at the start.
    pub(in crate::config) fn generates(&self) -> bool {
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

/// Creates the key file if there is none, and logs the consequence for an existing database.
fn make_file(path: &Path) -> Result<(), KeyError> {
    if KeyFile::create(path)? {
        tracing::info!(
            file = %path.display(),
            "created a new signing key; sessions of any other key end. If the service is not \
             ready (keys_differ), the database was used with another key: restore its file, \
             or run `rocket-accounts key adopt` to keep the new one (cargo run -- key \
             adopt)"
        );
    }
    Ok(())
}
