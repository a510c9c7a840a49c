//! The file of signing secrets: one a line, the first one signs, the others verify. A line that
//! begins with `staged` holds the one that is to sign next; lines that begin with `#` are notes.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::{KeyError, KeyRole, disk};
use crate::crypto::keyring::{OLDER_SECRETS_MAX, Secret, SecretError};
use crate::domain::ring::KeyId;

const NOTE: &str = "# Made by rocket-accounts. Whoever has this can sign in as anybody.\n\
                    # The first key signs, the others verify. See: rocket-accounts key --help\n";
const STAGED: &str = "staged";
/// Before the name of the key that was made together with the file.
const FOR_DEVELOPMENT: &str = "# Made for development, not to be used elsewhere: key ";

/// What the file holds. `Debug` shows names of keys alone.
#[derive(Debug)]
pub struct KeyFile {
    active: Entry,
    staged: Option<Entry>,
    older: Vec<Entry>,
    /// The name of a key, which may be gone.
    for_development: Option<String>,
}

struct Entry {
    text: SecretString,
    secret: Secret,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.secret.key_id().fmt(f)
    }
}

impl KeyFile {
    /// Reads the file.
    ///
    /// # Errors
    /// If it cannot be read or a line will not do.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        Self::parse(path, disk::read(path)?.expose_secret())
    }

    /// Makes the file with a new secret, readable by its owner alone, unless there is one. The file
    /// says that the key was made for development, so that it is noticed elsewhere. Returns whether
    /// there was none.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn create(path: &Path) -> Result<bool, KeyError> {
        if path.exists() {
            return Ok(false);
        }
        let active = Entry::generate()?;
        let file = Self {
            for_development: Some(active.secret.key_id().to_string()),
            active,
            staged: None,
            older: Vec::new(),
        };
        disk::create(path, &file.text())
    }

    /// Reads the file, lets `change` have it, and puts the new one in its place in one step. Of
    /// several processes that do this at once one after another does it.
    ///
    /// # Errors
    /// If the file cannot be read or written, and what `change` fails with; then nothing changes.
    pub fn change<T>(
        path: &Path,
        change: impl FnOnce(&mut Self) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        let place = disk::Place::lock(path)?;
        let mut file = Self::read(place.path())?;
        let done = change(&mut file)?;
        place.replace(&file.text())?;
        Ok(done)
    }

    /// A new key signs; the one before verifies. The name of the oldest, if it had to go.
    ///
    /// # Errors
    /// If a key is staged, or there are no random bytes.
    pub fn rotate(&mut self) -> Result<Option<KeyId>, KeyError> {
        self.refuse_second_stage()?;
        let former = std::mem::replace(&mut self.active, Entry::generate()?);
        self.older.insert(0, former);
        Ok(self.drop_oldest())
    }

    /// A new key verifies, and is to sign once all replicas know it. The name of the oldest, if it
    /// had to go.
    ///
    /// # Errors
    /// If a key is staged already, or there are no random bytes.
    pub fn stage(&mut self) -> Result<Option<KeyId>, KeyError> {
        self.refuse_second_stage()?;
        self.staged = Some(Entry::generate()?);
        Ok(self.drop_oldest())
    }

    /// The staged key signs; the one before verifies.
    ///
    /// # Errors
    /// If none is staged.
    pub fn promote(&mut self) -> Result<(), KeyError> {
        let staged = self.staged.take().ok_or(KeyError::NothingStaged)?;
        let former = std::mem::replace(&mut self.active, staged);
        self.older.insert(0, former);
        Ok(())
    }

    /// A key leaves the ring, and its tokens are dead.
    ///
    /// # Errors
    /// If it signs, or is not there.
    pub fn remove(&mut self, id: &str) -> Result<(), KeyError> {
        let is_it = |entry: &Entry| entry.secret.key_id().as_str() == id;
        if is_it(&self.active) {
            return Err(KeyError::StillSigns);
        }
        let before = self.entries().count();
        self.staged = self.staged.take().filter(|entry| !is_it(entry));
        self.older.retain(|entry| !is_it(entry));
        if self.entries().count() == before {
            return Err(KeyError::UnknownKey);
        }
        Ok(())
    }

    /// The names of the keys, the active one first.
    #[must_use]
    pub fn names(&self) -> Vec<(KeyRole, KeyId)> {
        let named = |(role, entry): (KeyRole, &Entry)| (role, entry.secret.key_id());
        self.entries().map(named).collect()
    }

    /// The key that was made together with the file, for development, if it still is in the ring.
    #[must_use]
    pub fn development_key(&self) -> Option<KeyId> {
        let name = self.for_development.as_deref()?;
        let mut ids = self.entries().map(|(_, entry)| entry.secret.key_id());
        ids.find(|id| id.as_str() == name)
    }

    pub(super) fn into_secrets(self) -> Vec<(KeyRole, Secret)> {
        let staged = self.staged.map(|entry| (KeyRole::Staged, entry));
        let older = self.older.into_iter().map(|entry| (KeyRole::Older, entry));
        let all = std::iter::once((KeyRole::Active, self.active));
        let all = all.chain(staged).chain(older);
        all.map(|(role, entry)| (role, entry.secret)).collect()
    }

    fn entries(&self) -> impl Iterator<Item = (KeyRole, &Entry)> {
        let staged = self.staged.iter().map(|entry| (KeyRole::Staged, entry));
        let older = self.older.iter().map(|entry| (KeyRole::Older, entry));
        std::iter::once((KeyRole::Active, &self.active))
            .chain(staged)
            .chain(older)
    }

    fn refuse_second_stage(&self) -> Result<(), KeyError> {
        match &self.staged {
            Some(staged) => Err(KeyError::AlreadyStaged(staged.secret.key_id())),
            None => Ok(()),
        }
    }

    fn drop_oldest(&mut self) -> Option<KeyId> {
        let room = OLDER_SECRETS_MAX - usize::from(self.staged.is_some());
        let dropped = (self.older.len() > room).then(|| self.older.pop());
        dropped.flatten().map(|entry| entry.secret.key_id())
    }

    fn parse(path: &Path, text: &str) -> Result<Self, KeyError> {
        let bad_file = |problem| KeyError::BadFile {
            path: path.to_owned(),
            problem,
        };
        let (mut plain, mut staged, mut for_development) = (Vec::new(), None, None);
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                let noted = line.strip_prefix(FOR_DEVELOPMENT).map(str::to_owned);
                for_development = noted.or(for_development);
                continue;
            }
            let marked = line.strip_prefix(STAGED);
            let marked = marked.filter(|rest| rest.starts_with(char::is_whitespace));
            let entry = Entry::parse(marked.unwrap_or(line));
            let entry = entry.map_err(|problem| KeyError::BadSecret {
                path: path.to_owned(),
                line: at + 1,
                problem,
            })?;
            if marked.is_none() {
                plain.push(entry);
            } else if staged.replace(entry).is_some() {
                return Err(bad_file("has two staged secrets"));
            }
        }
        if plain.is_empty() {
            return Err(bad_file("has no secret that signs"));
        }
        if plain.len() + usize::from(staged.is_some()) > 1 + OLDER_SECRETS_MAX {
            return Err(bad_file("has more than five secrets"));
        }
        let older = plain.split_off(1);
        let active = plain.pop().ok_or(bad_file("has no secret that signs"))?;
        Ok(Self {
            active,
            staged,
            older,
            for_development,
        })
    }

    fn text(&self) -> SecretString {
        let line = |(role, entry): (KeyRole, &Entry)| match role {
            KeyRole::Staged => format!("{STAGED} {}\n", entry.text.expose_secret()),
            KeyRole::Active | KeyRole::Older => format!("{}\n", entry.text.expose_secret()),
        };
        let lines: String = self.entries().map(line).collect();
        let noted = self.development_key();
        let noted = noted.map(|id| format!("{FOR_DEVELOPMENT}{id}\n"));
        SecretString::from(format!("{NOTE}{}{lines}", noted.unwrap_or_default()))
    }
}

impl Entry {
    fn parse(text: &str) -> Result<Self, SecretError> {
        let text = SecretString::from(text.trim());
        let secret = Secret::parse(&text)?;
        Ok(Self { text, secret })
    }

    fn generate() -> Result<Self, KeyError> {
        let text = Secret::generate()?;
        let secret = Secret::parse(&text).map_err(KeyError::BadSetting)?;
        Ok(Self { text, secret })
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
