//! The layers that the configuration is read from.

use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::Dict;
use figment::{Figment, Metadata, Profile, Source};

use super::service_links::environment;

/// The repository's own `Rocket.toml`: the defaults of every application.
const ROCKET_TOML: &str = include_str!("../../../Rocket.toml");

/// The key of the whole configuration.
pub(in crate::config) const SECTION: &str = "accounts";

const DEFAULTS: &str = "built-in defaults";
const PREFIX: &str = "ACCOUNTS_";
const DATABASE_URL: &str = "DATABASE_URL";

/// Merges `application` (a Rocket figment) over the built-in defaults of its profile, and the
/// environment over both.
#[must_use]
pub fn layered(application: &Figment) -> Figment {
    let profile = application.profile().clone();
    // Taken out of their profile first: an application's `[default.accounts]` must win over the
    // built-in `[debug.accounts]`.
    let built_in = Figment::from(Toml::string(ROCKET_TOML).nested()).select(profile.clone());
    let mut built_in: Dict = built_in.extract_inner(SECTION).unwrap_or_default();
    if cfg!(not(feature = "openapi")) {
        // The default of a debug profile, which would be refused.
        built_in.remove("openapi");
    }
    Figment::from(Serialized::default(SECTION, built_in))
        .merge(application)
        .merge(
            Env::raw()
                .only(&[DATABASE_URL])
                .map(|_| format!("{SECTION}.database.url").into())
                .global(),
        )
        .merge(
            environment(PREFIX)
                .map(|key| format!("{SECTION}.{}", key.as_str().replace("__", ".")).into())
                .global(),
        )
        .select(profile)
}

/// Returns the defaults for Rocket itself in a profile: address, port, shutdown. The section of
/// this crate is left out; [`layered`] reads it.
#[must_use]
pub fn rocket_defaults(profile: &Profile) -> Dict {
    let built_in = Figment::from(Toml::string(ROCKET_TOML).nested()).select(profile.clone());
    let mut dict = built_in.extract::<Dict>().unwrap_or_default();
    dict.remove(SECTION);
    dict
}

/// Returns a description of the source of `key`.
pub(in crate::config) fn of_key(figment: &Figment, key: &str) -> Option<String> {
    if let Some(variable) = variable_of(figment, key) {
        return Some(format!("environment variable {variable}"));
    }
    let metadata = figment.find_metadata(&format!("{SECTION}.{key}"))?;
    Some(of_metadata(metadata))
}

/// Returns the value of `key` as it stands in the environment, if it comes from there: figment
/// parses digits as a number, and brackets as a list.
pub(in crate::config) fn as_written(figment: &Figment, key: &str) -> Option<String> {
    let variable = variable_of(figment, key)?;
    let mut all = std::env::vars_os();
    let (_, value) = all.find(|(name, _)| name.eq_ignore_ascii_case(&variable))?;
    value.into_string().ok()
}

fn variable_of(figment: &Figment, key: &str) -> Option<String> {
    let metadata = figment.find_metadata(&format!("{SECTION}.{key}"))?;
    if !metadata.name.contains("environment") {
        return None;
    }
    // A provider without a prefix is the one for DATABASE_URL.
    if !metadata.name.contains(PREFIX) {
        return Some(DATABASE_URL.to_owned());
    }
    Some(format!("{PREFIX}{}", key.replace('.', "__").to_uppercase()))
}

/// Returns the source of a value that is not one of our variables.
pub(in crate::config) fn of_metadata(metadata: &Metadata) -> String {
    match &metadata.source {
        Some(Source::File(path)) => path.display().to_string(),
        Some(Source::Code(_)) => DEFAULTS.to_owned(),
        _ => metadata.name.to_string(),
    }
}
