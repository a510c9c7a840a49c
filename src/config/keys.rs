//! Section `keys`: the signing secrets.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use super::reader::Reader;
use crate::crypto::keyring::{KeyRing, OLDER_SECRETS_MAX, Secret, SecretError};
use crate::crypto::random;

const GENERATE: &str = "set ACCOUNTS_KEYS__ACTIVE to what `rocket-accounts key generate` prints";

/// Signing secrets.
#[derive(Debug, Clone)]
pub struct KeySettings {
    active: Option<SecretString>,
    older: Vec<SecretString>,
    file: Option<PathBuf>,
    generate: bool,
}

/// The signing secrets could not be had.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Reading or making the key file failed.
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
    /// No random bytes for a new secret.
    #[error(transparent)]
    Random(#[from] random::Error),
}

impl KeySettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let settings = Self {
            active: reader.secret("keys.active"),
            older: reader.secrets("keys.older"),
            file: reader.optional_text("keys.file", None).map(PathBuf::from),
            generate: reader.flag("keys.generate", false),
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
        let texts = match (&self.active, &self.file) {
            (Some(active), _) => [std::slice::from_ref(active), &self.older].concat(),
            (None, Some(path)) => self.load_file(path)?,
            (None, None) => vec![Secret::generate()?],
        };
        let path = self.file.clone().unwrap_or_default();
        let parse = |(at, text)| {
            Secret::parse(text).map_err(|problem| KeyError::BadSecret {
                path: path.clone(),
                line: at + 1,
                problem,
            })
        };
        let secrets: Vec<_> = texts
            .iter()
            .enumerate()
            .map(parse)
            .collect::<Result<_, _>>()?;
        let (active, older) = secrets.split_first().ok_or_else(|| KeyError::BadSecret {
            path: path.clone(),
            line: 1,
            problem: SecretError::TooShort,
        })?;
        Ok(KeyRing::new(active, older))
    }

    fn load_file(&self, path: &Path) -> Result<Vec<SecretString>, KeyError> {
        let failed = |source| KeyError::File {
            path: path.to_owned(),
            source,
        };
        if self.generate {
            create_key_file(path, &Secret::generate()?).map_err(failed)?;
        }
        let text = SecretString::from(fs::read_to_string(path).map_err(failed)?);
        let lines = text.expose_secret().lines().map(str::trim);
        let secrets = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Ok(secrets.map(SecretString::from).collect())
    }
}

/// Makes the file, readable by its owner alone, unless there is one. It is written under another
/// name and linked into place, so that of two processes that start at once both read one key.
fn create_key_file(path: &Path, secret: &SecretString) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        fs::create_dir_all(parent)?;
    }
    let draft = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    writeln!(
        file,
        "# Made by rocket-accounts. Whoever has this can sign in as anybody."
    )?;
    writeln!(file, "{}", secret.expose_secret())?;
    file.sync_all()?;
    let linked = match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    };
    fs::remove_file(&draft)?;
    linked
}
