//! Section `keys`: the signing secrets.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use rocket_accounts_token::key_file::{self, KeyFile, KeyRole};

use super::key_error::KeyError;
use super::reader::Reader;
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
    /// Whether a key that is missing is only said to be one that could be made.
    rehearses: bool,
}

impl KeySettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let settings = Self {
            active: reader.secret("keys.active"),
            older: reader.secrets("keys.older"),
            file: reader.optional_string("keys.file", None).map(PathBuf::from),
            generate: reader.bool("keys.generate", false),
            rehearses: false,
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

    /// The key ring: from the settings, else from the file (one secret a line, the first one
    /// signs), which is made with a new secret if it is missing and that is allowed; without a
    /// file, from a new secret that dies with the process.
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
                    "made a signing key for this process alone: sessions end with it, and with a \
                     database the next start is not ready (keys_differ). To keep it, set \
                     accounts.keys.file or accounts.keys.active"
                );
                return Self::ephemeral();
            }
            _ => {}
        }
        self.reload()
    }

    /// The same settings, whose [`load`](Self::load) makes no file.
    pub(crate) fn rehearsal(mut self) -> Self {
        self.rehearses = true;
        self
    }

    fn ephemeral() -> Result<KeyRing, KeyError> {
        let secret = Secret::parse(&Secret::generate()?).map_err(KeyError::BadSetting)?;
        Ok(KeyRing::new(&secret, &[]))
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
