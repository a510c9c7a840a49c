//! The problems of a configuration, or the settings in force.

use std::fmt;

#[cfg(feature = "server")]
use figment::Figment;

#[cfg(feature = "server")]
use super::sources;

/// One thing to mend. Never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, from `accounts.` on.
    pub key: String,
    /// Where its value comes from: a file, a variable, the built-in defaults.
    pub source: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub fix: String,
}

/// An invalid configuration, with all its problems.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    /// The profile that was read.
    pub profile: String,
    /// At least one.
    pub problems: Vec<Problem>,
}

impl Error {
    /// Converts an error about Rocket's own settings. It contains the values, which may be secret
    /// and are left out.
    #[cfg(feature = "server")]
    pub(crate) fn of_rocket(figment: &Figment, errors: figment::Error) -> Self {
        let problem = |error: figment::Error| {
            let key = error.path.join(".");
            Problem {
                source: error.metadata.as_ref().map(sources::of_metadata),
                key: if key.is_empty() {
                    "Rocket's configuration".to_owned()
                } else {
                    key
                },
                what: "has a value that Rocket cannot use".to_owned(),
                fix: "see the chapter on configuration in Rocket's guide".to_owned(),
            }
        };
        Self {
            profile: figment.profile().to_string(),
            problems: errors.into_iter().map(problem).collect(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = match self.problems.len() {
            1 => "1 problem".to_owned(),
            n => format!("{n} problems"),
        };
        write!(f, "{count} in the configuration, profile {}", self.profile)?;
        for problem in &self.problems {
            let source = problem.source.as_deref().unwrap_or("not set anywhere");
            write!(f, "\n\n  {} {}", problem.key, problem.what)?;
            write!(f, "\n    source: {source}\n    fix:    {}", problem.fix)?;
        }
        Ok(())
    }
}

/// The configuration in force, key by key, secrets redacted.
#[derive(Debug, Clone, Default)]
pub struct Effective {
    pub(in crate::config) entries: Vec<(String, String, String)>,
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, value, source) in &self.entries {
            writeln!(f, "{:<62} # {source}", format!("{key} = {value}"))?;
        }
        Ok(())
    }
}
