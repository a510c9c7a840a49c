//! Replaces Django's password hashes in a build without the feature `django-hashes`.

use super::memory::Memory;
use super::{Error, ImportedCost};
use crate::domain::credentials::PasswordHash;

/// There is none.
pub(super) enum Imported {}

impl Imported {
    pub(super) fn read(_: &str) -> Option<Self> {
        None
    }

    pub(super) fn decoy(_: ImportedCost) -> Result<Self, Error> {
        Err(Error::failed(
            "this program was built without imported hashes",
        ))
    }

    pub(super) fn is_of(&self, _: &[u8], _: &Memory) -> Result<bool, Error> {
        match *self {}
    }

    pub(super) fn top_up(&self, _: &Self, _: &[u8]) {
        match *self {}
    }
}

impl ImportedCost {
    /// Returns `None`: this build has no imported hashes.
    #[must_use]
    pub fn of(_: &PasswordHash) -> Option<Self> {
        None
    }
}
