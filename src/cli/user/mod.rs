//! `user`: managing users.

pub(in crate::cli) mod export;
pub(in crate::cli) mod import;
pub(in crate::cli) mod password;

use anyhow::anyhow;
use clap::{Args, Subcommand};

use self::import::Import;
use crate::accounts::Accounts;
use crate::cli::context::{self, print_line};
use rocket_accounts_core::auth::NewAccount;
use rocket_accounts_core::crypto::strength::NewPassword;
use rocket_accounts_core::domain::credentials::{PersonName, Username};
use rocket_accounts_core::domain::user::User;

/// How many users are read from the store at a time.
const PAGE: u32 = 500;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a user; the password is asked for, or read from standard input
    Create(Create),
    /// Import users from another program; an interrupted run can be repeated
    Import(Import),
    /// List all users
    List,
    /// Show one user
    Show { username: String },
    /// Print the stored data of a user as JSON: names, dates and all sessions, ended ones until
    /// they are purged. It excludes the password hash, counts of failed attempts, and the log
    Export { username: String },
    /// Disable a user and end all sessions
    Disable { username: String },
    /// Enable a disabled user
    Enable { username: String },
    /// Set a user's password and end all sessions
    SetPassword { username: String },
    /// Remove a user and all sessions
    Delete {
        username: String,
        /// Do not ask for confirmation
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct Create {
    username: String,
    /// Given name
    #[arg(long, default_value = "")]
    first_name: String,
    /// Family name
    #[arg(long, default_value = "")]
    last_name: String,
}

pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    if let Command::Import(import) = &command
        && import.dry_run
    {
        return import::rehearse(import).await;
    }
    let (accounts, database) = context::accounts().await?;
    let done = act(&accounts, command).await;
    database.close().await;
    done
}

async fn act(accounts: &Accounts, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create(create) => {
            let account = new_account(accounts, create)?;
            let user = accounts.create_user(account).await?;
            print_line(format_args!("created {} {}", user.username, user.id))?;
        }
        Command::Import(import) => import::run(accounts, &import).await?,
        Command::Export { username } => export::run(accounts, &username).await?,
        Command::List => list(accounts).await?,
        Command::Show { username } => show(&accounts.find_user(&username).await?)?,
        Command::Disable { username } => {
            let user = accounts.find_user(&username).await?;
            accounts.set_active(user.id, false).await?;
            print_line(format_args!(
                "disabled user {} and revoked all sessions",
                user.username
            ))?;
        }
        Command::Enable { username } => {
            let user = accounts.find_user(&username).await?;
            accounts.set_active(user.id, true).await?;
            print_line(format_args!("enabled {}", user.username))?;
        }
        Command::SetPassword { username } => {
            let user = accounts.find_user(&username).await?;
            let password = new_password(accounts, &[user.username.as_str()])?;
            accounts.set_password(user.id, &password).await?;
            print_line(format_args!(
                "set the password of {} and revoked all sessions",
                user.username
            ))?;
        }
        Command::Delete { username, yes } => {
            let user = accounts.find_user(&username).await?;
            if !yes && !password::confirm(&format!("Delete {}?", user.username))? {
                anyhow::bail!("nothing was deleted");
            }
            accounts.delete_user(user.id).await?;
            print_line(format_args!("deleted {}", user.username))?;
        }
    }
    Ok(())
}

/// Asks for the password last, after validating the rest.
fn new_account(accounts: &Accounts, create: Create) -> anyhow::Result<NewAccount> {
    let username =
        Username::parse(&create.username).map_err(|error| anyhow!("username {error}"))?;
    let name = |text| PersonName::parse(text).map_err(|error| anyhow!("a name {error}"));
    let (first_name, last_name) = (name(create.first_name)?, name(create.last_name)?);
    let about = [username.as_str(), first_name.as_str(), last_name.as_str()];
    Ok(NewAccount {
        password: new_password(accounts, &about)?,
        username,
        first_name,
        last_name,
    })
}

fn new_password(accounts: &Accounts, about: &[&str]) -> anyhow::Result<NewPassword> {
    let checked = accounts.password_policy().check(password::ask()?, about);
    checked.map_err(|error| anyhow!("the password {error}"))
}

async fn list(accounts: &Accounts) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let users = accounts.store().list_users(after.as_ref(), PAGE).await?;
        let Some(last) = users.last() else {
            return Ok(());
        };
        after = Some(last.username.key());
        for user in &users {
            let state = if user.is_active { "active" } else { "disabled" };
            print_line(format_args!("{}  {state:<8}  {}", user.id, user.username))?;
        }
    }
}

fn show(user: &User) -> std::io::Result<()> {
    print_line(format_args!("id          {}", user.id))?;
    print_line(format_args!("username    {}", user.username))?;
    print_line(format_args!("first name  {}", user.first_name))?;
    print_line(format_args!("last name   {}", user.last_name))?;
    print_line(format_args!("active      {}", user.is_active))?;
    print_line(format_args!("created     {}", user.created_at.to_rfc3339()))?;
    print_line(format_args!("updated     {}", user.updated_at.to_rfc3339()))?;
    Ok(())
}
