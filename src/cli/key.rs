//! `key`: signing keys, by their names. Only `generate` ever shows a secret.

use clap::Subcommand;
use secrecy::ExposeSecret;

use super::context::{self, say};
use crate::config::{KeyFile, KeyFileError, KeyRole};
use rocket_accounts_core::crypto::keyring::Secret;
use rocket_accounts_core::domain::ring::KeyId;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print a new random secret, to be set as `ACCOUNTS_KEYS__ACTIVE`
    Generate,
    /// List the names of the configured keys (the `kid` of tokens)
    List,
    /// Put a new key into the key file, which signs from the next SIGHUP or start on
    ///
    /// The key before verifies what it signed; at most four older ones do. With several replicas
    /// use --stage, and `key promote` once all of them have been reloaded.
    Rotate {
        /// The new key only verifies for now
        #[arg(long)]
        stage: bool,
    },
    /// Let the staged key of the key file sign
    Promote,
    /// Take a key out of the key file: its tokens are dead from the next SIGHUP or start on
    Remove {
        /// The name that `key list` shows
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
    /// Declare the configured keys those in force, although other replicas may not know them
    ///
    /// For keys that had to be replaced at once. Replicas that cannot verify what these keys sign
    /// are not ready until they have them, too.
    Adopt,
}

pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Generate => Ok(say(Secret::generate()?.expose_secret())?),
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

/// Changes the key file, and shows what it holds then and which key had to go.
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
        say(format_args!("dropped  {id}"))?;
    }
    Ok(())
}

async fn adopt() -> anyhow::Result<()> {
    let (accounts, database) = context::accounts().await?;
    let adopted = accounts.adopt_keys().await;
    database.close().await;
    say(format_args!("adopted  {}", adopted?.active))?;
    Ok(())
}

fn show(names: &[(KeyRole, KeyId)]) -> anyhow::Result<()> {
    for (role, id) in names {
        let role = match role {
            KeyRole::Active => "active ",
            KeyRole::Staged => "staged ",
            KeyRole::Older => "older  ",
        };
        say(format_args!("{role}  {id}"))?;
    }
    Ok(())
}
