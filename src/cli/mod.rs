//! Layer 4: the command line. Wiring and terminal output, no decisions.

mod config;
mod context;
mod doctor;
mod health;
mod key;
mod migrate;
mod openapi;
mod serve;
mod session;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Sign-in for browser front ends on your own domain.
#[derive(Debug, Parser)]
#[command(name = "rocket-accounts", version, arg_required_else_help = false)]
#[command(
    after_help = "Settings come from Rocket.toml, .env, DATABASE_URL and ACCOUNTS_* \
                        variables; ROCKET_PROFILE chooses the profile (debug, test, release)."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve requests (the default command)
    Serve,
    /// Create, import, list and change users
    #[command(subcommand)]
    User(user::Command),
    /// List and end sessions
    #[command(subcommand)]
    Session(session::Command),
    /// Generate, list, rotate and adopt signing keys
    #[command(subcommand)]
    Key(key::Command),
    /// Migrate the database schema up or down
    #[command(subcommand)]
    Migrate(migrate::Command),
    /// Check the configuration
    #[command(subcommand)]
    Config(config::Command),
    /// Check whether the service on this machine is ready
    Health(health::Command),
    /// Print the description of the API (OpenAPI 3.1) as this configuration serves it
    Openapi,
    /// Find problems of a deployment with browsers and proxies, and explain what to change
    Doctor(doctor::Arguments),
}

/// Runs the command line of this process and returns its exit code: 0, 1 after a failure, 2 for
/// wrong arguments, 78 (`EX_CONFIG` of sysexits.h) for an invalid configuration.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    if let Err(error) = context::read_files() {
        return context::report(&error.into());
    }
    let done = match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(),
        Command::User(command) => context::block_on(user::run(command)),
        Command::Session(command) => context::block_on(session::run(command)),
        Command::Key(command) => key::run(&command),
        Command::Migrate(command) => context::block_on(migrate::run(command)),
        Command::Config(command) => config::run(&command),
        Command::Health(command) => health::run(&command),
        Command::Openapi => openapi::run(),
        Command::Doctor(arguments) => doctor::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => context::report(&error),
    }
}
