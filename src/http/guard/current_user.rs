//! A live session of an active user.

use std::ops::Deref;
use std::sync::Arc;

use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::{Ignite, Request, Rocket, Sentinel};

use super::access_claims::verified;
use crate::http::app_state::AppState;
use crate::http::policy::cookie::CookiesToClear;
use crate::http::policy::origin::is_unsafe;
use crate::http::request::app_state;
use crate::http::request::credential;
use crate::http::response::Rejection;
use rocket_accounts_core::auth::{Authenticated, Error};
use rocket_accounts_core::domain::session::{Session, SessionId};
use rocket_accounts_core::domain::user::User;

/// The user who makes the request, in a live session.
///
/// ```
/// use rocket::get;
/// use rocket_accounts::CurrentUser;
///
/// #[get("/hello")]
/// fn hello(user: CurrentUser) -> String {
///     format!("Hello, {}!", user.username)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct CurrentUser(Arc<Authenticated>);

impl CurrentUser {
    /// Returns the user.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.0.user
    }

    /// Returns user and session, for the use cases of [`auth`](rocket_accounts_core::auth).
    #[must_use]
    pub fn authenticated(&self) -> &Authenticated {
        &self.0
    }

    /// Returns the session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.0.session
    }
}

impl Deref for CurrentUser {
    type Target = User;

    fn deref(&self) -> &User {
        self.user()
    }
}

/// The result, cached for the request.
struct CachedUser(Result<CurrentUser, Rejection>);

/// Finds the request's session once.
pub(super) async fn find_user<'r>(
    request: &'r Request<'_>,
    app: &AppState,
) -> &'r Result<CurrentUser, Rejection> {
    let looked = request.local_cache_async(async { CachedUser(look_up(request, app).await) });
    &looked.await.0
}

async fn look_up(request: &Request<'_>, app: &AppState) -> Result<CurrentUser, Rejection> {
    let claims = verified(request, app).as_ref().map_err(Rejection::clone)?;
    let found = if is_unsafe(request.method()) {
        app.accounts.authenticate(claims).await
    } else {
        app.accounts.authenticate_reader(claims).await
    };
    checked(request, app, claims.sid, found)
}

/// Returns the user of a request that changes something, whatever its own method is.
pub(in crate::http) async fn acting(
    request: &Request<'_>,
    app: &AppState,
) -> Result<CurrentUser, Rejection> {
    let claims = credential::verify_unsafe(request, app)?;
    let found = app.accounts.authenticate(&claims).await;
    checked(request, app, claims.sid, found)
}

fn checked(
    request: &Request<'_>,
    app: &AppState,
    session: SessionId,
    found: Result<Authenticated, Error>,
) -> Result<CurrentUser, Rejection> {
    found
        .map(|found| CurrentUser(Arc::new(found)))
        .map_err(|error| {
            let by_bearer = credential::bearer_tokens(request, app).is_some();
            let useless = if by_bearer {
                CookiesToClear::Nothing
            } else {
                let csrf = app.cookies.csrf_in(request);
                CookiesToClear::after_access(&error, session, &app.accounts, &csrf)
            };
            Rejection::from(error).clearing(app.cookies.clear(useless))
        })
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for CurrentUser {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        let app = try_outcome!(app_state(request));
        match find_user(request, app).await {
            Ok(user) => Outcome::Success(user.clone()),
            Err(refusal) => refusal.clone().outcome(request),
        }
    }
}

impl Sentinel for CurrentUser {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        super::stage_is_missing(rocket)
    }
}
