//! `key`: signing keys, by their names. Only `generate` ever shows a secret.

use clap::Subcommand;
use secrecy::ExposeSecret;

use super::context::{self, print_line};
use crate::config::{KeyFile, KeyFileError, KeyRole};
use rocket_accounts_core::crypto::keyring::Secret;
use rocket_accounts_core::domain::ring::KeyId;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print a new random secret for `ACCOUNTS_KEYS__ACTIVE`
    Generate,
    /// List the names of the configured keys (the `kid` of tokens)
    List,
    /// Add a new key to the key file, which signs from the next SIGHUP or start on
    ///
    /// The previous key still verifies; at most four older ones do. With several replicas use
    /// --stage, and `key promote` once all of them have been reloaded.
    Rotate {
        /// The new key only verifies for now
        #[arg(long)]
        stage: bool,
    },
    /// Make the staged key of the key file sign
    Promote,
    /// Remove a key from the key file: its tokens are invalid from the next SIGHUP or start on
    Remove {
        /// The name that `key list` shows
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
    /// Record the configured keys as those in force, even if other replicas do not have them
    ///
    /// For keys that had to be replaced at once. Replicas that cannot verify what these keys sign
    /// are not ready until they have them.
    Adopt,
}

pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Generate => Ok(print_line(Secret::generate()?.expose_secret())?),
        Command::List => list(),
        Command::Rotate { stage: false } => change(KeyFile::rotate),
        Command::Rotate { stage: true } => change(KeyFile::stage),
        Command::Promote => change(|file| file.promote().map(|()| None)),
        Command::Remove { kid } => change(|file| file.remove(kid).map(|()| None)),
        Command::Adopt => context::block_on(adopt()),
    }
}

fn list() -> anyhow::Result<()> {
    let (settings, _) = context::settings(&context::figment())?;
    show(&settings.keys.names()?)
}

/// Changes the key file, and prints its keys and a key that was dropped.
fn change(
    change: impl FnOnce(&mut KeyFile) -> Result<Option<KeyId>, KeyFileError>,
) -> anyhow::Result<()> {
    let (settings, _) = context::settings(&context::figment())?;
    let (names, dropped) = KeyFile::change(settings.keys.file()?, |file| {
        let dropped = change(file)?;
        Ok((file.names(), dropped))
    })?;
    show(&names)?;
    if let Some(id) = dropped {
        print_line(format_args!("dropped  {id}"))?;
    }
    Ok(())
}

async fn adopt() -> anyhow::Result<()> {
    let (accounts, database) = context::accounts().await?;
    let adopted = accounts.adopt_keys().await;
    database.close().await;
    print_line(format_args!("adopted  {}", adopted?.active))?;
    Ok(())
}

fn show(names: &[(KeyRole, KeyId)]) -> anyhow::Result<()> {
    for (role, id) in names {
        let role = match role {
            KeyRole::Active => "active ",
            KeyRole::Staged => "staged ",
            KeyRole::Older => "older  ",
        };
        print_line(format_args!("{role}  {id}"))?;
    }
    Ok(())
}
