//! `POST auth/logout/?everywhere`: ends all of the user's sessions.

use rocket::serde::Serialize;
use rocket::{State, post};

use super::super::cookie::Clears;
use super::super::refusal::Refusal;
use super::super::reply::Reply;
use super::super::site::Site;
use super::sessions::StepUp;
use crate::domain::session::RevocationReason;

#[derive(Serialize)]
struct Empty {}

/// Unlike a plain logout this acts on other browsers, so it needs a live session and a fresh
/// proof of the password.
#[post("/auth/logout?everywhere", rank = 1)]
pub(super) async fn logout_everywhere(site: &State<Site>, user: StepUp) -> Result<Reply, Refusal> {
    let reason = RevocationReason::Logout;
    site.accounts.end_sessions(user.id, None, reason).await?;
    Ok(Reply::ok(&Empty {}).with_cookies(site.cookies.clear(Clears::All)))
}
