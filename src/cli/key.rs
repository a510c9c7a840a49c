//! `key`: signing secrets.

use clap::Subcommand;
use secrecy::ExposeSecret;

use super::context::say;
use crate::crypto::keyring::Secret;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print a new random secret, to be set as `ACCOUNTS_KEYS__ACTIVE`
    Generate,
}

pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Generate => say(Secret::generate()?.expose_secret())?,
    }
    Ok(())
}
