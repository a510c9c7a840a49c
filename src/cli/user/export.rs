//! `user export`: the stored data of one user, for the user.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::accounts::Accounts;
use crate::cli::context::print_line;
use rocket_accounts_core::domain::session::{Session, SessionId};
use rocket_accounts_core::domain::user::UserId;

/// The user's own data: no hash, no generation, no other secret.
#[derive(Debug, Serialize)]
struct Export<'a> {
    id: UserId,
    username: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    is_active: bool,
    has_password: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    sessions: Vec<Signin<'a>>,
}

#[derive(Debug, Serialize)]
struct Signin<'a> {
    id: SessionId,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    authenticated_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    remembered: bool,
    /// When and why it was ended, as the store has it; `None` if it was not.
    ended_at: Option<DateTime<Utc>>,
    ended_because: Option<&'static str>,
    user_agent: Option<&'a str>,
    address: Option<IpAddr>,
}

impl<'a> From<&'a Session> for Signin<'a> {
    fn from(session: &'a Session) -> Self {
        let ended = session.revocation.as_ref();
        Self {
            id: session.id,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            authenticated_at: session.authenticated_at,
            expires_at: session.expires_at(),
            remembered: session.remembered,
            ended_at: ended.map(|ended| ended.at),
            ended_because: ended.map(|ended| ended.reason.as_str()),
            user_agent: session.client.user_agent(),
            address: session.client.address,
        }
    }
}

/// Prints the user and all stored sessions as JSON, including ended ones until they are purged.
pub(in crate::cli) async fn run(accounts: &Accounts, username: &str) -> anyhow::Result<()> {
    let user = accounts.find_user(username).await?;
    let account = accounts.store().find_account_by_id(user.id).await?;
    let sessions = accounts.store().list_kept_sessions(user.id).await?;
    let export = Export {
        id: user.id,
        username: user.username.as_str(),
        first_name: &user.first_name,
        last_name: &user.last_name,
        is_active: user.is_active,
        has_password: account.is_some_and(|account| account.password_hash.is_some()),
        created_at: user.created_at,
        updated_at: user.updated_at,
        sessions: sessions.iter().map(Signin::from).collect(),
    };
    print_line(serde_json::to_string_pretty(&export)?)?;
    Ok(())
}
