//! `migrate`: the database schema.

use std::io::IsTerminal as _;

use clap::Subcommand;

use super::context::{self, print_line};
use super::user::password;
use rocket_accounts_store_sea::{Database, Losses, MigrationStatus};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Apply all pending migrations
    Up,
    /// Revert the newest migrations; their tables are dropped with all data
    Down {
        /// How many
        #[arg(default_value_t = 1)]
        steps: u32,
        /// Do not ask for confirmation
        #[arg(long)]
        yes: bool,
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
        Command::Down { steps, yes } => {
            if !yes {
                ask(&database, steps).await?;
            }
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

/// Asks on the terminal; refuses without one.
async fn ask(database: &Database, steps: u32) -> anyhow::Result<()> {
    let losses = database.losses(steps).await?;
    if losses.migrations.is_empty() {
        return Ok(());
    }
    let what = warning(&database.name()?, &losses);
    if !std::io::stdin().is_terminal() {
        anyhow::bail!("nothing was reverted: {what}. Add --yes to do so without a terminal");
    }
    if !password::confirm(&format!("{what}. Continue?"))? {
        anyhow::bail!("nothing was reverted");
    }
    Ok(())
}

fn warning(database: &str, losses: &Losses) -> String {
    let counted = |count: u64, noun: &str| match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    };
    let count = u64::try_from(losses.migrations.len()).unwrap_or(u64::MAX);
    format!(
        "in the database {database} this drops what {} made, {} and {} with it",
        counted(count, "migration"),
        counted(losses.users, "user"),
        counted(losses.sessions, "session")
    )
}

fn print_unknown(status: &MigrationStatus) -> std::io::Result<()> {
    for name in &status.unknown {
        print_line(format_args!(
            "unknown   {name} (the schema is newer than this version)"
        ))?;
    }
    Ok(())
}

fn print_all(what: &str, names: &[String], none: &str) -> std::io::Result<()> {
    if names.is_empty() {
        print_line(none)?;
    }
    for name in names {
        print_line(format_args!("{what:<9} {name}"))?;
    }
    Ok(())
}
