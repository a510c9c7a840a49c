//! Any configuration is taken or refused, without a panic; a refusal does not repeat the value of
//! a secret; and what is taken keeps the floors.
//!
//! The input is a `Rocket.toml`, or after a first line `env` variables, one a line.

use std::convert::Infallible;

use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use rocket_accounts::config::Settings;

const CANARY: &str = "canary-3f1e";

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let base = Figment::from(Serialized::default("accounts.store", "memory"))
        .merge(Serialized::default(
            "accounts.public_origin",
            "https://app.example",
        ))
        .merge(Serialized::default(
            "accounts.allow_insecure_memory_store",
            true,
        ))
        .merge(Serialized::default("accounts.keys.active", super::SECRET))
        .select("release");
    let figment = match text.strip_prefix("env\n") {
        Some(variables) => variables.lines().fold(base, variable),
        None => base.merge(Toml::string(text).nested()),
    };
    // The same with a secret that is none, which no message may tell.
    let canary = figment
        .clone()
        .merge(Serialized::global("accounts.keys.active", CANARY));
    if let Err(error) = Settings::load(&canary) {
        assert!(!error.to_string().contains(CANARY), "{error}");
        assert!(!format!("{error:?}").contains(CANARY), "{error:?}");
    }
    if let Ok((settings, effective)) = Settings::load(&figment) {
        assert!(settings.base.starts_with('/'));
        assert!(settings.token.policy.access_lifetime.num_minutes() <= 60);
        assert!(settings.password.min_length >= 8);
        assert!(!format!("{settings:?}").contains(super::SECRET));
        assert!(!effective.to_string().contains(super::SECRET));
    }
}

/// A line `ACCOUNTS_A__B=value` as the environment would hold it.
fn variable(figment: Figment, line: &str) -> Figment {
    let Some((name, value)) = line.split_once('=') else {
        return figment;
    };
    let Some(key) = name.strip_prefix("ACCOUNTS_") else {
        return figment;
    };
    let is_key = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if key.is_empty() || !key.chars().all(is_key) {
        return figment;
    }
    let key = format!("accounts.{}", key.to_ascii_lowercase().replace("__", "."));
    let Ok(value): Result<figment::value::Value, Infallible> = value.parse();
    figment.merge(Serialized::global(&key, value))
}
