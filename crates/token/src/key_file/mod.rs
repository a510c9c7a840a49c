//! The file of signing secrets, and its changes.

mod disk;
mod error;
mod rights;
mod text;

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

pub use disk::may_create;
pub use error::KeyFileError;

use crate::keyring::{OLDER_SECRETS_MAX, Secret};
use crate::ring::KeyId;

/// The role of a key in the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    /// Signs.
    Active,
    /// Verifies, and is to sign next.
    Staged,
    /// Verifies what it signed before.
    Older,
}

/// The beginning of a new file.
const NOTE: &str = "\
    # Made by rocket-accounts. Anyone who has this file can sign in as any user.\n\
    # The first key signs, the others verify. See: rocket-accounts key --help\n";

/// The contents of the file. `Debug` shows only names of keys.
#[derive(Debug)]
pub struct KeyFile {
    active: Entry,
    staged: Option<Entry>,
    older: Vec<Entry>,
    /// The name of a key, which may have been removed.
    for_development: Option<String>,
    /// Comments about the file; they may contain secrets that were taken out of use.
    head: SecretString,
    tail: SecretString,
}

struct Entry {
    text: SecretString,
    secret: Secret,
    /// The comments above it, which move with it.
    notes: SecretString,
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
    /// If it cannot be read or a line is invalid.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        Self::parse(path, disk::read(path)?.expose_secret())
    }

    /// Creates the file with a new secret, readable by its owner alone, unless it exists; returns
    /// whether it did not. The file marks the key as made for development, which the deployment
    /// check reports.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn create(path: &Path) -> Result<bool, KeyFileError> {
        if path.exists() {
            return Ok(false);
        }
        let active = Entry::generate()?;
        let file = Self {
            for_development: Some(active.secret.key_id().to_string()),
            active,
            staged: None,
            older: Vec::new(),
            head: SecretString::from(NOTE),
            tail: SecretString::default(),
        };
        disk::create(path, &file.text())
    }

    /// Reads the file, applies `change`, and replaces the file atomically. Several processes do
    /// this one after another.
    ///
    /// # Errors
    /// If the file cannot be read or written, or `change` fails; then nothing changes.
    pub fn change<T>(
        path: &Path,
        change: impl FnOnce(&mut Self) -> Result<T, KeyFileError>,
    ) -> Result<T, KeyFileError> {
        let place = disk::LockedFile::lock(path)?;
        let mut file = Self::read(place.path())?;
        let done = change(&mut file)?;
        place.replace(&file.text())?;
        Ok(done)
    }

    /// Returns a new key signs; the one before verifies. The name of the oldest, if it had to go.
    ///
    /// # Errors
    /// If a key is staged, or there are no random bytes.
    pub fn rotate(&mut self) -> Result<Option<KeyId>, KeyFileError> {
        self.refuse_second_stage()?;
        let former = std::mem::replace(&mut self.active, Entry::generate()?);
        self.older.insert(0, former);
        Ok(self.drop_oldest())
    }

    /// Returns a new key verifies, and is to sign once all replicas know it. The name of the
    /// oldest, if it had to go.
    ///
    /// # Errors
    /// If a key is staged already, or there are no random bytes.
    pub fn stage(&mut self) -> Result<Option<KeyId>, KeyFileError> {
        self.refuse_second_stage()?;
        self.staged = Some(Entry::generate()?);
        Ok(self.drop_oldest())
    }

    /// Returns the staged key signs; the one before verifies.
    ///
    /// # Errors
    /// If none is staged.
    pub fn promote(&mut self) -> Result<(), KeyFileError> {
        let staged = self.staged.take().ok_or(KeyFileError::NothingStaged)?;
        let former = std::mem::replace(&mut self.active, staged);
        self.older.insert(0, former);
        Ok(())
    }

    /// Returns a key leaves the ring, and its tokens are dead.
    ///
    /// # Errors
    /// If it signs, or does not exist.
    pub fn remove(&mut self, id: &str) -> Result<(), KeyFileError> {
        let is_it = |entry: &Entry| entry.secret.key_id().as_str() == id;
        if is_it(&self.active) {
            return Err(KeyFileError::StillSigns);
        }
        let before = self.entries().count();
        self.staged = self.staged.take().filter(|entry| !is_it(entry));
        self.older.retain(|entry| !is_it(entry));
        if self.entries().count() == before {
            return Err(KeyFileError::UnknownKey);
        }
        Ok(())
    }

    /// Returns the names of the keys, the active one first.
    #[must_use]
    pub fn names(&self) -> Vec<(KeyRole, KeyId)> {
        let named = |(role, entry): (KeyRole, &Entry)| (role, entry.secret.key_id());
        self.entries().map(named).collect()
    }

    /// Returns the key that was created with the file, for development, if it is still in the ring.
    #[must_use]
    pub fn development_key(&self) -> Option<KeyId> {
        let name = self.for_development.as_deref()?;
        let mut ids = self.entries().map(|(_, entry)| entry.secret.key_id());
        ids.find(|id| id.as_str() == name)
    }

    /// Returns the secrets and what each does, the active one first.
    #[must_use]
    pub fn into_secrets(self) -> Vec<(KeyRole, Secret)> {
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

    fn refuse_second_stage(&self) -> Result<(), KeyFileError> {
        match &self.staged {
            Some(staged) => Err(KeyFileError::AlreadyStaged(staged.secret.key_id())),
            None => Ok(()),
        }
    }

    fn drop_oldest(&mut self) -> Option<KeyId> {
        let room = OLDER_SECRETS_MAX - usize::from(self.staged.is_some());
        let dropped = (self.older.len() > room).then(|| self.older.pop());
        dropped.flatten().map(|entry| entry.secret.key_id())
    }
}

impl Entry {
    fn generate() -> Result<Self, KeyFileError> {
        let text = Secret::generate()?;
        Ok(Self::parse(&text, String::new())?)
    }
}

#[cfg(test)]
mod tests;
