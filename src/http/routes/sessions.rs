//! `sessions/`: the user's own sessions.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use rocket::serde::Serialize;
use rocket::{State, delete, get};
use uuid::Uuid;

use crate::http::app_state::AppState;
use crate::http::guard::{CurrentUser, Fresh};
#[cfg(feature = "openapi")]
use crate::http::openapi::{Auth, Operation};
use crate::http::policy::cookie::CookiesToClear;
use crate::http::response::ApiError;
use crate::http::response::Rejection;
use crate::http::response::Reply;
use rocket_accounts_core::domain::session::{RevocationReason, Session, SessionId};

/// Ending *other* sessions needs a confirmation of the password at most ten minutes old.
pub(super) type StepUp = Fresh<600>;

/// A session as its owner sees it.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Session))]
struct SessionItem<'a> {
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    id: SessionId,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    /// Whether it outlives the browser process.
    remembered: bool,
    #[cfg_attr(feature = "openapi", schema(required = true))]
    user_agent: Option<&'a str>,
    /// IPv4 or IPv6.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, required = true))]
    address: Option<IpAddr>,
    /// Whether it is the session of this request.
    current: bool,
}

impl<'a> SessionItem<'a> {
    fn new(session: &'a Session, current: SessionId) -> Self {
        Self {
            id: session.id,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at(),
            remembered: session.remembered,
            user_agent: session.client.user_agent(),
            address: session.client.address,
            current: session.id == current,
        }
    }
}

#[get("/sessions")]
pub(super) async fn list(app: &State<AppState>, user: CurrentUser) -> Result<Reply, Rejection> {
    let sessions = app.accounts.list_sessions(user.user()).await?;
    let current = user.session().id;
    let items = sessions
        .iter()
        .map(|session| SessionItem::new(session, current));
    Ok(Reply::ok(&items.collect::<Vec<_>>()))
}

/// Ends a session. For the current session it is a logout and needs no confirmation.
#[delete("/sessions/<id>")]
pub(super) async fn end(
    app: &State<AppState>,
    user: CurrentUser,
    id: &str,
) -> Result<Reply, Rejection> {
    let id = Uuid::try_parse(id)
        .map(SessionId)
        .map_err(|_| ApiError::NotFound)?;
    let is_current = id == user.session().id;
    if !is_current && !StepUp::is_fresh(&user, app) {
        return Err(ApiError::ReauthenticationRequired.into());
    }
    if !app.accounts.end_session(user.user(), id).await? {
        return Err(ApiError::NotFound.into());
    }
    let clears = if is_current {
        CookiesToClear::All
    } else {
        CookiesToClear::Nothing
    };
    Ok(Reply::no_content().with_cookies(app.cookies.clear(clears)))
}

#[delete("/sessions")]
pub(super) async fn end_others(app: &State<AppState>, user: StepUp) -> Result<Reply, Rejection> {
    let (id, current) = (user.id, user.session().id);
    let reason = RevocationReason::EndedByUser;
    app.accounts.end_sessions(id, Some(current), reason).await?;
    Ok(Reply::no_content())
}

#[cfg(feature = "openapi")]
pub(super) fn described() -> [Operation; 3] {
    use rocket::http::Method;

    const LIST: [&str; 2] = [
        "Lists the user's live sessions",
        "Newest first (ASVS 5.0 7.5.2). Nothing in the list is secret.",
    ];
    const END: [&str; 2] = [
        "Ends a session",
        "The current one is a logout and clears the cookies; another one needs the password \
         confirmed in the last 10 minutes. A session of another user is not found.",
    ];
    const END_OTHERS: [&str; 2] = [
        "Ends all other sessions",
        "Needs the password confirmed in the last 10 minutes.",
    ];
    let session = |method, path, id, says| Operation::new(method, path, id, Auth::Session, says);
    [
        session(Method::Get, "/sessions/", "listSessions", LIST)
            .answers_list::<SessionItem<'_>>("The sessions."),
        session(Method::Delete, "/sessions/{id}/", "endSession", END)
            .id_in_path("id", "From the list of sessions.")
            .with_cookies("Clears all three, if it was the current session.")
            .rejects([ApiError::ReauthenticationRequired, ApiError::NotFound]),
        session(Method::Delete, "/sessions/", "endOtherSessions", END_OTHERS)
            .rejects([ApiError::ReauthenticationRequired]),
    ]
}
