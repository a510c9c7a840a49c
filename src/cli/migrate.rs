//! `migrate`: the database schema.

use clap::Subcommand;

use super::context::{self, say};
use crate::store::sea::MigrationStatus;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Apply all pending migrations
    Up,
    /// Take back the newest migrations; their tables are dropped with all data
    Down {
        /// How many
        #[arg(default_value_t = 1)]
        steps: u32,
    },
    /// Show which are applied and which are pending
    Status,
}

pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    let (settings, _) = context::settings(&context::figment())?;
    let database = context::database(&settings).await?;
    match command {
        Command::Up => {
            let applied = database.migrate_up().await?;
            print_all("applied", &applied, "up to date already")?;
            print_unknown(&database.migration_status().await?)?;
        }
        Command::Down { steps } => {
            let reverted = database.migrate_down(steps).await?;
            print_all("reverted", &reverted, "nothing to revert")?;
        }
        Command::Status => {
            let status = database.migration_status().await?;
            print_all("applied", &status.applied, "none applied")?;
            print_all("pending", &status.pending, "none pending")?;
            print_unknown(&status)?;
        }
    }
    database.close().await;
    Ok(())
}

fn print_unknown(status: &MigrationStatus) -> std::io::Result<()> {
    for name in &status.unknown {
        say(format_args!(
            "unknown   {name} (the schema is newer than this version)"
        ))?;
    }
    Ok(())
}

fn print_all(what: &str, names: &[String], none: &str) -> std::io::Result<()> {
    if names.is_empty() {
        say(none)?;
    }
    for name in names {
        say(format_args!("{what:<9} {name}"))?;
    }
    Ok(())
}
