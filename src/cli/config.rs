//! `config`: the configuration in force.

use clap::Subcommand;

use super::context;
use super::serve::{self, logging};
use crate::config::{LogFormat, LogSettings, Settings, layered};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check the configuration and print it with the source of each value, secrets redacted
    ///
    /// Reports whatever would prevent a start, including keys and files. Opens no connection and
    /// creates no file.
    Check,
}

pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    let Command::Check = command;
    let figment = context::figment();
    let (settings, _) = context::settings(&figment)?;
    // Logs what a start would log, as text, whatever the configured format.
    logging::init(&LogSettings {
        filter: "warn".to_owned(),
        format: LogFormat::Text,
        ..settings.log.clone()
    })?;
    context::block_on(serve::rehearse(figment.clone(), settings))?;
    let (_, effective) = Settings::load(&layered(&figment))?;
    let effective = effective.to_string();
    context::print_line(format_args!(
        "# profile {}\n{}",
        figment.profile(),
        effective.trim_end()
    ))?;
    Ok(())
}
