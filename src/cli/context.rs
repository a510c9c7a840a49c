//! Shared by the commands: configuration, store, and reporting failures.

use std::fmt::Display;
use std::future::Future;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use figment::Figment;
use figment::Profile;
use figment::providers::{Env, Format, Serialized, Toml};

use super::serve::stop::BLOCKED_CALLS_ARE_LEFT_AFTER;
use crate::accounts::Accounts;
use crate::config::{self, Settings, StoreKind, layered, rocket_defaults};
use crate::http::stage::schema::check;
use rocket_accounts_core::auth::Events;
use rocket_accounts_core::domain::clock::SystemClock;
use rocket_accounts_store_sea::{Database, DatabaseOptions, SeaStore};

/// `EX_CONFIG` of sysexits.h.
const CONFIGURATION: u8 = 78;

/// The exit code that a shell reports for a program ended by SIGPIPE.
const READER_GONE: u8 = 141;

/// The service refused to start; the reason is in the log.
#[derive(Debug, thiserror::Error)]
#[error("the service did not start; see the reason above")]
pub(super) struct Refused;

/// A file of settings that exists, or is named, and cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum UnreadableFile {
    /// The parser's error contains the line, which may contain a secret.
    #[error(".env has an invalid line, at character {0}")]
    DotenvLine(usize),
    #[error(".env cannot be read")]
    Dotenv,
    #[error("the file {0} that ROCKET_CONFIG names does not exist")]
    RocketConfig(String),
}

/// Reports a failure on standard error.
pub(super) fn report(error: &anyhow::Error) -> ExitCode {
    if let Some(problems) = error.downcast_ref::<config::Error>() {
        eprintln!("rocket-accounts cannot start: {problems}\n");
        return ExitCode::from(CONFIGURATION);
    }
    // The reader of our output has closed it, as in `rocket-accounts user list | head`.
    let io = error.downcast_ref::<std::io::Error>();
    if io.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe) {
        return ExitCode::from(READER_GONE);
    }
    eprintln!("rocket-accounts: {error:#}");
    if error.is::<Refused>() || error.is::<UnreadableFile>() {
        return ExitCode::from(CONFIGURATION);
    }
    ExitCode::FAILURE
}

/// Reads `.env` of this folder or one above it, if there is one, and checks that the file of
/// `ROCKET_CONFIG` exists: Rocket treats a missing one as empty. Real environment variables take
/// precedence.
pub(super) fn read_files() -> Result<(), UnreadableFile> {
    match dotenvy::dotenv() {
        Ok(_) => {}
        Err(error) if error.not_found() => {}
        Err(dotenvy::Error::LineParse(_, at)) => return Err(UnreadableFile::DotenvLine(at)),
        Err(_) => return Err(UnreadableFile::Dotenv),
    }
    let Some(named) = Env::var("ROCKET_CONFIG") else {
        return Ok(());
    };
    // Searched as figment does: in this folder, then in those above it.
    let here = std::env::current_dir().unwrap_or_default();
    if here.ancestors().any(|folder| folder.join(&named).is_file()) {
        Ok(())
    } else {
        Err(UnreadableFile::RocketConfig(named))
    }
}

/// Returns the service's figment: Rocket's own defaults, the built-in `Rocket.toml`, the one of
/// this folder, and `ROCKET_*` variables.
pub(super) fn figment() -> Figment {
    let default_profile = rocket::Config::DEFAULT_PROFILE;
    let profile = Profile::from_env_or("ROCKET_PROFILE", default_profile);
    let file = Env::var_or("ROCKET_CONFIG", "Rocket.toml");
    Figment::from(rocket::Config::default())
        .merge(Serialized::defaults(rocket_defaults(&profile)))
        .merge(Toml::file(file).nested())
        .merge(config::environment("ROCKET_").ignore(&["PROFILE"]).global())
        .select(profile)
}

/// Returns the configuration of the service, including Rocket's own part; reports all problems at
/// once.
pub(super) fn settings(figment: &Figment) -> Result<(Settings, rocket::Config), config::Error> {
    let ours = Settings::load(&layered(figment));
    let theirs = rocket::Config::try_from(figment);
    let theirs = theirs.map_err(|error| config::Error::of_rocket(figment, error));
    let theirs = theirs.and_then(|rocket| with_threads(figment, rocket));
    match (ours, theirs) {
        (Ok((settings, _)), Ok(rocket)) => Ok((settings, rocket)),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
        (Err(mut error), Err(theirs)) => {
            error.problems.extend(theirs.problems);
            Err(error)
        }
    }
}

/// Refuses numbers of threads with which the runtime would panic.
fn with_threads(
    figment: &Figment,
    rocket: rocket::Config,
) -> Result<rocket::Config, config::Error> {
    let numbers = [
        ("workers", rocket.workers),
        ("max_blocking", rocket.max_blocking),
    ];
    let none = numbers.into_iter().filter(|(_, number)| *number == 0);
    let problems: Vec<_> = none
        .map(|(key, _)| config::Problem {
            key: key.to_owned(),
            source: None,
            what: "must not be 0".to_owned(),
            fix: "write 1 or more, or leave it out".to_owned(),
        })
        .collect();
    if problems.is_empty() {
        return Ok(rocket);
    }
    Err(config::Error {
        profile: figment.profile().to_string(),
        problems,
    })
}

/// Returns the configured database, for commands, which cannot use a store in memory.
fn database_options(settings: &Settings) -> anyhow::Result<DatabaseOptions> {
    settings.store.database_options().ok_or_else(|| {
        anyhow::anyhow!(
            "accounts.store is \"{}\": this command would only change the memory of its own process, \
             which is then lost. Choose \"sqlite\" or \"postgres\"",
            StoreKind::Memory.as_str()
        )
    })
}

/// Returns the existing users, for a read-only command: it creates no SQLite file, no schema and no
/// key. `None` without a database or a schema.
pub(super) async fn existing_users() -> anyhow::Result<Option<(SeaStore, Database)>> {
    let (settings, _) = settings(&figment())?;
    let options = database_options(&settings)?;
    let Some(database) = Database::connect_existing(&options).await? else {
        return Ok(None);
    };
    database.check_connection().await?;
    let status = database.migration_status().await?;
    if status.applied.is_empty() && status.unknown.is_empty() {
        database.close().await;
        return Ok(None);
    }
    check(&status)?;
    Ok(Some((SeaStore::new(database.clone()), database)))
}

/// Connects to the configured database and checks that it can be reached.
pub(super) async fn database(settings: &Settings) -> anyhow::Result<Database> {
    let options = database_options(settings)?;
    let database = Database::connect(&options).await?;
    database.check_connection().await?;
    Ok(database)
}

/// Returns accounts over that database, with an up-to-date schema.
pub(super) async fn accounts() -> anyhow::Result<(Accounts, Database)> {
    let (settings, _) = settings(&figment())?;
    let database = database(&settings).await?;
    if settings.store.auto_migrate {
        database.migrate_up().await?;
    }
    check(&database.migration_status().await?)?;
    let store = SeaStore::new(database.clone()).waiting_for_propagation();
    let (events, clock) = (Events::default(), Arc::new(SystemClock));
    let accounts = Accounts::from_settings(&settings, store.into_stores(), events, clock)?;
    Ok((accounts, database))
}

/// Writes a line of a command's output.
pub(super) fn print_line(line: impl Display) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")
}

/// Runs a command that waits for a database.
pub(super) fn block_on(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.context("the asynchronous runtime cannot be started")?;
    let done = runtime.block_on(command);
    // A resolver may block long after the command gave up.
    runtime.shutdown_timeout(BLOCKED_CALLS_ARE_LEFT_AFTER);
    done
}
