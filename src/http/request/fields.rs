//! The fields of a body, read one by one.

use std::fmt;

use serde_json::{Map, Value};

use crate::http::response::{FieldErrors, sentence};
use rocket_accounts_core::crypto::strength::{NewPassword, PasswordPolicy};
use rocket_accounts_core::domain::credentials::{
    Password, PersonName, USERNAME_MAX_CHARS, Username, UsernameError,
};

const NULL: &str = "must not be null";

/// A field that is true or false, and may be missing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flag {
    /// The name of the field.
    pub(crate) name: &'static str,
    /// The value of a missing field.
    pub(crate) default: bool,
    /// Its description.
    #[cfg_attr(
        not(feature = "openapi"),
        expect(dead_code, reason = "for the description of the API")
    )]
    pub(crate) text: &'static str,
}

/// The fields of a body, and their errors.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    policy: &'a PasswordPolicy,
    object: Map<String, Value>,
    errors: FieldErrors,
}

impl<'a> Fields<'a> {
    pub(super) fn new(policy: &'a PasswordPolicy, object: Map<String, Value>) -> Self {
        Self {
            policy,
            object,
            errors: FieldErrors::new(),
        }
    }

    /// Adds an error of `field`; see [`sentence`].
    pub(crate) fn refuse(&mut self, field: &str, predicate: &str) {
        let texts = self.errors.entry(field.to_owned()).or_default();
        texts.push(sentence(field, predicate));
    }

    /// Takes a required string.
    pub(crate) fn text(&mut self, field: &'static str) -> Option<String> {
        if !self.object.contains_key(field) {
            self.refuse(field, "is required");
        }
        self.optional_text(field)
    }

    /// Takes an optional string.
    pub(crate) fn optional_text(&mut self, field: &'static str) -> Option<String> {
        match self.object.remove(field)? {
            Value::String(text) if text.contains('\0') => {
                self.refuse(field, "must not contain a NUL character");
                None
            }
            Value::String(text) => Some(text),
            Value::Null => {
                self.refuse(field, NULL);
                None
            }
            _ => {
                self.refuse(field, "must be a string");
                None
            }
        }
    }

    /// Takes a username, without the blanks around it. They count for its length alone.
    pub(crate) fn username(&mut self, field: &'static str) -> Option<String> {
        let typed = self.text(field);
        self.checked(field, typed, |typed| {
            let name = Username::trim(&typed);
            if name.is_empty() {
                return Err(UsernameError::Empty);
            }
            let fits = typed.chars().count() <= USERNAME_MAX_CHARS;
            fits.then(|| name.to_owned()).ok_or(UsernameError::TooLong)
        })
    }

    /// Takes a password of any strength.
    pub(crate) fn password(&mut self, field: &'static str) -> Option<Password> {
        let typed = self.text(field);
        self.checked(field, typed, |typed| Password::parse(typed.into()))
    }

    /// Takes a new password of sufficient length; its strength is checked later.
    pub(crate) fn long_password(&mut self, field: &'static str) -> Option<Password> {
        let min_chars = self.policy.min_chars;
        let typed = self.text(field);
        self.checked(field, typed, |typed| {
            Password::parse_new(typed.into(), min_chars)
        })
    }

    /// Takes a new password; `about` holds the username and names of its owner.
    pub(crate) fn new_password(
        &mut self,
        field: &'static str,
        about: &[&str],
    ) -> Option<NewPassword> {
        let policy = self.policy;
        let typed = self.text(field);
        self.checked(field, typed, |typed| policy.check(typed.into(), about))
    }

    /// Takes an optional first or last name.
    pub(crate) fn name(&mut self, field: &'static str) -> Option<PersonName> {
        let typed = self.optional_text(field);
        self.checked(field, typed, PersonName::parse)
    }

    /// Takes an optional boolean.
    pub(crate) fn flag(&mut self, flag: Flag) -> bool {
        match self.object.remove(flag.name) {
            None => {}
            Some(Value::Bool(value)) => return value,
            Some(Value::Null) => self.refuse(flag.name, NULL),
            Some(_) => self.refuse(flag.name, "must be true or false"),
        }
        flag.default
    }

    /// Refuses fields that were not taken. A name is repeated only if it has the form of one.
    pub(super) fn refuse_unknown(&mut self) {
        let is_name = |key: &String| {
            key.len() <= 64 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        for key in std::mem::take(&mut self.object)
            .into_iter()
            .map(|(key, _)| key)
        {
            let key = if is_name(&key) {
                key.as_str()
            } else {
                "(unknown)"
            };
            self.refuse(key, "is not a field of this request");
        }
    }

    /// Returns the errors.
    pub(super) fn into_errors(self) -> FieldErrors {
        self.errors
    }

    /// Applies `check` to a value that was taken, and adds its error.
    pub(crate) fn checked<T, U, E: fmt::Display>(
        &mut self,
        field: &'static str,
        taken: Option<T>,
        check: impl FnOnce(T) -> Result<U, E>,
    ) -> Option<U> {
        match check(taken?) {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(field, &error.to_string());
                None
            }
        }
    }
}
