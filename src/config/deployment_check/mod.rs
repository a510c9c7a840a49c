//! How browsers will treat a deployment, determined before it exists: a pure function from two
//! addresses and the settings to findings. `rocket-accounts doctor` prints them, and the service
//! logs those that its own settings show at the start.
//!
//! A rule is a function of a `Deployment` in one of the files beside this one; to add one, write it
//! there, list it in the file's `RULES`, and add its line to the table in `tests.rs`.

mod addresses;
mod cookies;
mod cross_origin;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod database;
mod environment;
mod key_file;

use std::fmt;

use serde::Serialize;
use url::Url;

pub use environment::of_environment;
pub use key_file::of_key_file;

use super::web::public_suffix::registrable_domain;
use super::{Origin, OriginError, Settings};

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Informational; nothing breaks.
    Note,
    /// Works, but not in every browser, or with less protection.
    Warns,
    /// Does not work.
    Fails,
}

/// A consequence of a rule of browsers or of this service for the deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The severity.
    pub severity: Severity,
    /// The rule's name, stable.
    pub rule: &'static str,
    /// What happens.
    pub what: String,
    /// Why, with the source.
    pub why: &'static str,
    /// What to change.
    pub change: String,
}

impl Finding {
    pub(crate) fn fails(rule: &'static str, what: impl Into<String>) -> Self {
        Self::new(Severity::Fails, rule, what.into())
    }

    pub(crate) fn warns(rule: &'static str, what: impl Into<String>) -> Self {
        Self::new(Severity::Warns, rule, what.into())
    }

    pub(crate) fn note(rule: &'static str, what: impl Into<String>) -> Self {
        Self::new(Severity::Note, rule, what.into())
    }

    fn new(severity: Severity, rule: &'static str, what: String) -> Self {
        Self {
            severity,
            rule,
            what,
            why: "",
            change: String::new(),
        }
    }

    /// Logs it as a warning.
    pub(crate) fn warn(&self) {
        let Self {
            rule, change, what, ..
        } = self;
        tracing::warn!(rule, change, "{what}");
    }

    pub(crate) fn because(mut self, why: &'static str) -> Self {
        self.why = why;
        self
    }

    pub(crate) fn change(mut self, change: impl Into<String>) -> Self {
        self.change = change.into();
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Note => "note ",
            Severity::Warns => "WARNS",
            Severity::Fails => "FAILS",
        };
        writeln!(f, "{severity} {}: {}", self.rule, self.what)?;
        writeln!(f, "      why:    {}", self.why)?;
        write!(f, "      change: {}", self.change)
    }
}

/// An address: the origin, and the path without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Scheme, host and port.
    pub origin: Origin,
    /// Empty at the root.
    pub path: String,
}

impl Address {
    /// Reads a URL; query and fragment are left out.
    ///
    /// # Errors
    /// If it is not a URL with scheme http or https and a host.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError::Malformed)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OriginError::Scheme);
        }
        Ok(Self {
            origin: Origin::parse(&url.origin().ascii_serialization())?,
            path: url.path().trim_end_matches('/').to_owned(),
        })
    }
}

/// How far apart browsers see two origins (HTML standard, "same site"; ports do not count, schemes
/// do).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// The same scheme, host and port.
    SameOrigin,
    /// The same scheme and registrable domain.
    SameSite,
    /// Anything else.
    CrossSite,
}

impl Distance {
    /// Returns the distance between the origins `one` and `other`.
    #[must_use]
    pub fn between(one: &Origin, other: &Origin) -> Self {
        let site = |origin: &Origin| registrable_domain(origin.host()).to_owned();
        if one == other {
            Self::SameOrigin
        } else if one.is_https() == other.is_https() && site(one) == site(other) {
            Self::SameSite
        } else {
            Self::CrossSite
        }
    }

    /// Returns the value that browsers send in `Sec-Fetch-Site`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameOrigin => "same-origin",
            Self::SameSite => "same-site",
            Self::CrossSite => "cross-site",
        }
    }
}

/// A front end, the address at which it reaches the service, and the service's settings.
struct Deployment<'a> {
    front_end: &'a Origin,
    api: &'a Address,
    settings: &'a Settings,
    distance: Distance,
}

type Rule = fn(&Deployment<'_>) -> Option<Finding>;

impl Deployment<'_> {
    fn check(&self, rules: &[Rule]) -> Vec<Finding> {
        rules.iter().filter_map(|rule| rule(self)).collect()
    }
}

/// Returns the findings about a deployment in which pages of `front_end` call the service at `api`;
/// the worst first.
#[must_use]
pub fn diagnose(front_end: &Origin, api: &Address, settings: &Settings) -> Vec<Finding> {
    let deployment = Deployment {
        front_end,
        api,
        settings,
        distance: Distance::between(front_end, &api.origin),
    };
    let rules = [
        addresses::RULES,
        cross_origin::RULES,
        cookies::RULES,
        #[cfg(any(feature = "postgres", feature = "sqlite"))]
        database::RULES,
    ];
    let rules = rules.concat();
    let mut findings = deployment.check(&rules);
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// Returns the findings that the settings alone show, with the front end at the public origin.
#[must_use]
pub fn at_start(settings: &Settings) -> Vec<Finding> {
    let api = Address {
        origin: settings.public_origin.clone(),
        path: settings.base.clone(),
    };
    let mut findings = diagnose(&settings.public_origin, &api, settings);
    for trusted in &settings.csrf.trusted_origins {
        let deployment = Deployment {
            front_end: trusted,
            api: &api,
            settings,
            distance: Distance::between(trusted, &api.origin),
        };
        findings.extend(deployment.check(cross_origin::OF_TRUSTED));
    }
    findings.retain(|finding| finding.severity > Severity::Note);
    findings
}

#[cfg(test)]
mod tests;
