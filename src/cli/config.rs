//! `config`: what is in force.

use clap::Subcommand;

use super::context;
use crate::config::{Settings, layered};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Judge the configuration and print it with the source of each value, secrets redacted
    Check,
}

pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    let Command::Check = command;
    let figment = context::figment();
    context::settings(&figment)?;
    let (_, effective) = Settings::load(&layered(&figment))?;
    let effective = effective.to_string();
    context::say(format_args!(
        "# profile {}\n{}",
        figment.profile(),
        effective.trim_end()
    ))?;
    Ok(())
}
