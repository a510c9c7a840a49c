//! The file of signing secrets, and what is done to it.

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

/// What a new file begins with.
const NOTE: &str = "\
    # Made by rocket-accounts. Anyone who has this file can sign in as any user.\n\
    # The first key signs, the others verify. See: rocket-accounts key --help\n";

/// What the file holds. `Debug` shows names of keys alone.
#[derive(Debug)]
pub struct KeyFile {
    active: Entry,
    staged: Option<Entry>,
    older: Vec<Entry>,
    /// The name of a key, which may be gone.
    for_development: Option<String>,
    /// Notes about the file: they may hold secrets that were taken out of use.
    head: SecretString,
    tail: SecretString,
}

struct Entry {
    text: SecretString,
    secret: Secret,
    /// The notes above it, which go where it goes.
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
    /// If it cannot be read or a line will not do.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        Self::parse(path, disk::read(path)?.expose_secret())
    }

    /// Makes the file with a new secret, readable by its owner alone, unless there is one. The file
    /// says that the key was made for development, so that it is noticed elsewhere. Returns whether
    /// there was none.
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

    /// Reads the file, lets `change` have it, and puts the new one in its place in one step. Of
    /// several processes that do this at once one after another does it.
    ///
    /// # Errors
    /// If the file cannot be read or written, and what `change` fails with; then nothing changes.
    pub fn change<T>(
        path: &Path,
        change: impl FnOnce(&mut Self) -> Result<T, KeyFileError>,
    ) -> Result<T, KeyFileError> {
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
    pub fn rotate(&mut self) -> Result<Option<KeyId>, KeyFileError> {
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
    pub fn stage(&mut self) -> Result<Option<KeyId>, KeyFileError> {
        self.refuse_second_stage()?;
        self.staged = Some(Entry::generate()?);
        Ok(self.drop_oldest())
    }

    /// The staged key signs; the one before verifies.
    ///
    /// # Errors
    /// If none is staged.
    pub fn promote(&mut self) -> Result<(), KeyFileError> {
        let staged = self.staged.take().ok_or(KeyFileError::NothingStaged)?;
        let former = std::mem::replace(&mut self.active, staged);
        self.older.insert(0, former);
        Ok(())
    }

    /// A key leaves the ring, and its tokens are dead.
    ///
    /// # Errors
    /// If it signs, or is not there.
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
