//! A row of `auth_user`, and its errors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, Datelike, NaiveDateTime, SubsecRound, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use thiserror::Error;

use rocket_accounts_core::auth::MovedAccount;
use rocket_accounts_core::crypto::password::ImportedCost;
use rocket_accounts_core::domain::credentials::{
    NameError, PasswordHash, PersonName, Username, UsernameError,
};

/// The columns that are used.
const USED: [&str; 7] = [
    "id",
    "username",
    "password",
    "is_active",
    "date_joined",
    "first_name",
    "last_name",
];
/// The required columns. First and last name may be missing and are then empty.
pub(super) const REQUIRED: [&str; 4] = ["username", "password", "is_active", "date_joined"];

/// Why a row was not imported. Never contains a value of the row.
#[derive(Debug, Error)]
pub(super) enum Reason {
    #[error("cannot be read: {0}")]
    Unreadable(String),
    #[error("has no column {0}")]
    Missing(&'static str),
    #[error("the username {0}")]
    Username(#[from] UsernameError),
    #[error("the username is in the file twice, perhaps in another letter case")]
    Repeated,
    #[error("the {0} {1}")]
    Name(&'static str, NameError),
    #[error("is_active is neither true nor false")]
    Active,
    #[error("date_joined is not a date and time")]
    Date,
    #[error("has no id, which --mapping needs")]
    NoId,
    #[error("the format of the password hash is unknown, or the hash costs too much")]
    Hash,
}

impl Reason {
    pub(super) fn unreadable(error: impl fmt::Display) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// The used columns of a row, as text.
pub(super) struct Row {
    columns: BTreeMap<&'static str, SecretString>,
}

impl Row {
    /// Takes the used columns and adds the names of the others to `ignored`.
    pub(super) fn new(
        columns: impl IntoIterator<Item = (String, String)>,
        ignored: &mut BTreeSet<String>,
    ) -> Self {
        let mut row = Self {
            columns: BTreeMap::new(),
        };
        for (name, value) in columns {
            row.put(name, Some(value), ignored);
        }
        row
    }

    /// Reads a flat JSON object, or the `fields` of a fixture. Values that are not strings, numbers
    /// or booleans count as missing.
    pub(super) fn from_json(fields: Map<String, Value>, ignored: &mut BTreeSet<String>) -> Self {
        let mut row = Self {
            columns: BTreeMap::new(),
        };
        for (name, value) in fields {
            let value = match value {
                Value::String(text) => Some(text),
                Value::Bool(flag) => Some(flag.to_string()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            };
            row.put(name, value, ignored);
        }
        row
    }

    fn put(&mut self, name: String, value: Option<String>, ignored: &mut BTreeSet<String>) {
        let used = USED.into_iter().find(|column| *column == name);
        match (used, value) {
            (Some(column), Some(value)) => {
                self.columns.insert(column, SecretString::from(value));
            }
            (Some(_), None) => {}
            (None, _) => {
                ignored.insert(name);
            }
        }
    }

    /// Returns the username, if it is valid and so safe to print.
    pub(super) fn username(&self) -> Result<Username, Reason> {
        Ok(Username::parse(self.get("username")?)?)
    }

    /// Returns the user's identifier in the other program, as written there.
    pub(super) fn id(&self) -> Result<&str, Reason> {
        let id = self.get("id").map_err(|_| Reason::NoId)?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let fits = (1..=64).contains(&id.len()) && id.chars().all(is_plain);
        fits.then_some(id).ok_or(Reason::NoId)
    }

    /// Returns the user.
    pub(super) fn check(&self) -> Result<(MovedAccount, Option<ImportedCost>), Reason> {
        let username = self.username()?;
        let (password_hash, cost) = read_password(self.get("password")?)?;
        let account = MovedAccount {
            username,
            first_name: self.name("first_name")?,
            last_name: self.name("last_name")?,
            password_hash,
            is_active: read_flag(self.get("is_active")?)?,
            created_at: read_date(self.get("date_joined")?)?,
        };
        Ok((account, cost))
    }

    fn get(&self, column: &'static str) -> Result<&str, Reason> {
        let value = self.columns.get(column).ok_or(Reason::Missing(column))?;
        Ok(value.expose_secret())
    }

    fn name(&self, column: &'static str) -> Result<PersonName, Reason> {
        let text = self.get(column).unwrap_or_default().to_owned();
        PersonName::parse(text).map_err(|error| Reason::Name(column, error))
    }
}

/// Reads a password hash. Django marks an unusable password with `!`; an empty one does not work
/// either.
fn read_password(text: &str) -> Result<(Option<PasswordHash>, Option<ImportedCost>), Reason> {
    if text.is_empty() || text.starts_with('!') {
        return Ok((None, None));
    }
    let hash = PasswordHash::new(text.to_owned());
    let cost = ImportedCost::of(&hash).ok_or(Reason::Hash)?;
    Ok((Some(hash), Some(cost)))
}

/// Reads a boolean as JSON, SQLite, Postgres and Python write it.
fn read_flag(text: &str) -> Result<bool, Reason> {
    match text {
        "true" | "1" | "t" | "True" => Ok(true),
        "false" | "0" | "f" | "False" => Ok(false),
        _ => Err(Reason::Active),
    }
}

/// Reads a date in RFC 3339, or as databases write it: with a blank for the `T`, a short offset
/// (`+00`), or none, which means UTC (as Django stores with `USE_TZ`).
fn read_date(text: &str) -> Result<DateTime<Utc>, Reason> {
    let with_offset = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z"];
    let without = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];
    let zoned = with_offset
        .iter()
        .find_map(|format| DateTime::parse_from_str(text, format).ok())
        .map(|date| date.to_utc());
    let plain = || {
        without
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
            .map(|date| date.and_utc())
    };
    let date = zoned.or_else(plain);
    // Some years that can be parsed cannot be stored.
    let date = date.filter(|date| (1900..=9999).contains(&date.year()));
    Ok(date.ok_or(Reason::Date)?.trunc_subsecs(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_every_database_are_read() {
        let expected = "2019-03-04T05:06:07.891234+00:00";
        for text in [
            "2019-03-04T05:06:07.891234Z",
            "2019-03-04 05:06:07.891234",
            "2019-03-04T05:06:07.891234",
            "2019-03-04 05:06:07.891234+00",
            "2019-03-04 10:36:07.891234+05:30",
            "2019-03-04T05:06:07.891234567+0000",
        ] {
            let date = read_date(text).map(|date| date.to_rfc3339());
            assert_eq!(date.unwrap(), expected, "{text}");
        }
        for text in [
            "",
            "2019-03-04",
            "04.03.2019 05:06:07",
            "2019-02-30 05:06:07",
            "1551675967",
            "-9999-03-04 05:06:07",
            "+12019-03-04 05:06:07",
        ] {
            assert!(matches!(read_date(text), Err(Reason::Date)), "{text}");
        }
    }

    #[test]
    fn flags_of_every_database_are_read() {
        for (text, flag) in [
            ("t", true),
            ("1", true),
            ("True", true),
            ("false", false),
            ("0", false),
        ] {
            assert_eq!(read_flag(text).unwrap(), flag);
        }
        for text in ["", "yes", "2"] {
            assert!(matches!(read_flag(text), Err(Reason::Active)), "{text}");
        }
    }

    #[test]
    fn a_password_that_nobody_can_have_is_none() {
        for text in ["", "!", "!7D3vsUNHOhidinuXRSNcjjO2x6P7rKvENiLk0jkA"] {
            assert_eq!(read_password(text).unwrap(), (None, None));
        }
        assert!(matches!(read_password("md5$a$b"), Err(Reason::Hash)));
    }
}
