//! What is wrong with a configuration, and what is in force if nothing is.

use std::fmt;

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

/// A configuration that the service does not start with: every problem it has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    /// The profile that was read.
    pub profile: String,
    /// At least one.
    pub problems: Vec<Problem>,
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
    pub(super) entries: Vec<(String, String, String)>,
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, value, source) in &self.entries {
            writeln!(f, "{:<62} # {source}", format!("{key} = {value}"))?;
        }
        Ok(())
    }
}
