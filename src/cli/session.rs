//! `session`: managing sessions.

use std::time::Duration;

use anyhow::bail;
use chrono::TimeDelta;
use clap::Subcommand;
use uuid::Uuid;

use super::context::{self, print_line};
use crate::accounts::Accounts;
use rocket_accounts_core::domain::session::{RevocationReason, Session, SessionId};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List a user's live sessions, newest first
    List { username: String },
    /// End a user's sessions, or one of them
    Revoke {
        username: String,
        /// The session, as `session list` shows it; all sessions if omitted
        id: Option<Uuid>,
    },
    /// Remove ended sessions from the store
    Purge {
        /// Keep sessions that ended within this time; by default as the service does
        #[arg(long, value_parser = humantime::parse_duration)]
        keep: Option<Duration>,
    },
}

pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    let (accounts, database) = context::accounts().await?;
    let done = act(&accounts, command).await;
    database.close().await;
    done
}

async fn act(accounts: &Accounts, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { username } => {
            let user = accounts.find_user(&username).await?;
            for session in accounts.list_sessions(&user).await? {
                show(&session)?;
            }
        }
        Command::Revoke { username, id: None } => {
            let user = accounts.find_user(&username).await?;
            let reason = RevocationReason::EndedByOperator;
            let ended = accounts.end_sessions(user.id, None, reason).await?;
            print_line(format_args!(
                "revoked {ended} sessions of {}",
                user.username
            ))?;
        }
        Command::Revoke {
            username,
            id: Some(id),
        } => {
            let user = accounts.find_user(&username).await?;
            let id = SessionId(id);
            if !accounts.end_session_of(&user, id).await? {
                bail!("{} has no live session {id}", user.username);
            }
            print_line(format_args!("ended {id} of {}", user.username))?;
        }
        Command::Purge { keep } => {
            let keep = match keep {
                Some(keep) => TimeDelta::from_std(keep)?,
                None => context::settings(&context::figment())?.0.session.keep_ended,
            };
            let removed = accounts.purge(keep).await?;
            print_line(format_args!("removed {removed} sessions"))?;
        }
    }
    Ok(())
}

fn show(session: &Session) -> std::io::Result<()> {
    let client = &session.client;
    let address = client.address.map(|address| address.to_string());
    print_line(format_args!(
        "{}  opened {}  used {}  ends {}  remembered {}  {}  {}",
        session.id,
        session.created_at.to_rfc3339(),
        session.last_used_at.to_rfc3339(),
        session.expires_at().to_rfc3339(),
        if session.remembered { "yes" } else { "no" },
        address.as_deref().unwrap_or("-"),
        client.user_agent().unwrap_or("-"),
    ))
}
