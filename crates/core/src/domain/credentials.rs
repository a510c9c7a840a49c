//! Usernames, passwords and password hashes as types that cannot hold a bad value.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use thiserror::Error;

/// Longest username, in characters (Django's `auth_user.username` has the same limit).
pub const USERNAME_MAX_CHARS: usize = 150;
/// Longest first or last name, in characters.
pub const NAME_MAX_CHARS: usize = 150;
/// Longest password, in characters.
pub const PASSWORD_MAX_CHARS: usize = 256;
/// Longest password, in bytes of UTF-8.
pub const PASSWORD_MAX_BYTES: usize = 1024;

/// What is wrong with a username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UsernameError {
    /// Empty.
    #[error("must not be empty")]
    Empty,
    /// More than [`USERNAME_MAX_CHARS`] characters.
    #[error("must have at most {USERNAME_MAX_CHARS} characters")]
    TooLong,
    /// A character outside `[A-Za-z0-9.@+_-]`.
    #[error("may hold only the letters A to Z, digits and . @ + - _")]
    Character,
}

/// A valid username: 1 to 150 characters of `[A-Za-z0-9.@+_-]`, in the case it was chosen in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Username(String);

impl Username {
    /// Checks and wraps a username.
    ///
    /// # Errors
    /// The first rule that `text` breaks.
    pub fn parse(text: &str) -> Result<Self, UsernameError> {
        if text.is_empty() {
            return Err(UsernameError::Empty);
        }
        // Bytes bound characters from above, so a huge text is refused without a scan.
        if text.len() > USERNAME_MAX_CHARS * 4 || text.chars().count() > USERNAME_MAX_CHARS {
            return Err(UsernameError::TooLong);
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b".@+_-".contains(&b);
        if !text.bytes().all(allowed) {
            return Err(UsernameError::Character);
        }
        Ok(Self(text.to_owned()))
    }

    /// Removes the surrounding blanks that keyboards and clipboards add. Does not validate: see
    /// [`parse`](Self::parse).
    #[must_use]
    pub fn trim(typed: &str) -> &str {
        typed.trim_matches([' ', '\t', '\r', '\n'])
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key under which the name is unique.
    #[must_use]
    pub fn key(&self) -> UsernameKey {
        UsernameKey(self.0.to_ascii_lowercase())
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A username folded to ASCII lower case: what uniqueness and look-up go by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UsernameKey(String);

impl UsernameKey {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is wrong with a first or last name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameError {
    /// More than [`NAME_MAX_CHARS`] characters.
    #[error("must have at most {NAME_MAX_CHARS} characters")]
    TooLong,
    /// A control character.
    #[error("must not contain control characters")]
    Control,
}

/// A first or last name; may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonName(String);

impl PersonName {
    /// Checks and wraps a name.
    ///
    /// # Errors
    /// The first rule that `text` breaks.
    pub fn parse(text: String) -> Result<Self, NameError> {
        if text.chars().count() > NAME_MAX_CHARS {
            return Err(NameError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(NameError::Control);
        }
        Ok(Self(text))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is wrong with a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// Empty.
    #[error("must not be empty")]
    Empty,
    /// Longer than [`PASSWORD_MAX_CHARS`] or [`PASSWORD_MAX_BYTES`].
    #[error("must have at most {PASSWORD_MAX_CHARS} characters and {PASSWORD_MAX_BYTES} bytes")]
    TooLong,
    /// A NUL character, which some hash functions take for the end of the text.
    #[error("must not contain a NUL character")]
    Nul,
    /// Shorter than the configured minimum, which is given in characters.
    #[error("must have at least {0} characters")]
    TooShort(usize),
    /// Too easy to guess; the hint says why and what would be better.
    #[error("is too easy to guess. {hint}")]
    Guessable {
        /// A hint for the user; contains no part of the password.
        hint: String,
    },
}

/// A password as typed: never trimmed, folded or printed.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// Takes a password of any strength, as a login must.
    ///
    /// # Errors
    /// The rule that the text breaks; it is not echoed.
    pub fn parse(text: SecretString) -> Result<Self, PasswordError> {
        let plain = text.expose_secret();
        if plain.is_empty() {
            return Err(PasswordError::Empty);
        }
        if plain.len() > PASSWORD_MAX_BYTES || plain.chars().count() > PASSWORD_MAX_CHARS {
            return Err(PasswordError::TooLong);
        }
        if plain.contains('\0') {
            return Err(PasswordError::Nul);
        }
        Ok(Self(text))
    }

    /// Takes a password that is about to be set, which must have `min_chars` characters too.
    ///
    /// # Errors
    /// The rule that the text breaks; it is not echoed.
    pub fn parse_new(text: SecretString, min_chars: usize) -> Result<Self, PasswordError> {
        let password = Self::parse(text)?;
        if password.expose().chars().count() < min_chars {
            return Err(PasswordError::TooShort(min_chars));
        }
        Ok(password)
    }

    /// Returns the text, for hashing.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}

/// A stored password hash in its own text form (PHC string, or a foreign format).
#[derive(Clone)]
pub struct PasswordHash(SecretString);

impl PasswordHash {
    /// Wraps the stored text; whether it can be verified is decided when it is.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text.into())
    }

    /// Returns the text, for a store or a verifier.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for PasswordHash {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for PasswordHash {}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash([redacted])")
    }
}

#[cfg(test)]
#[path = "credentials_tests.rs"]
mod tests;
