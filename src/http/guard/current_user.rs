//! A live session of an active user.

use std::ops::Deref;
use std::sync::Arc;

use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::{Ignite, Request, Rocket, Sentinel};

use super::access_claims::verified;
use crate::auth::{Authenticated, Error};
use crate::domain::session::{Session, SessionId};
use crate::domain::user::User;
use crate::http::cookie::Clears;
use crate::http::credential;
use crate::http::csrf::is_unsafe;
use crate::http::refusal::Refusal;
use crate::http::site::Site;

/// The user who makes the request, in a session that is live at this moment.
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
    /// The user.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.0.user
    }

    /// User and session, for the use cases of [`auth`](crate::auth).
    #[must_use]
    pub fn authenticated(&self) -> &Authenticated {
        &self.0
    }

    /// The session.
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

/// The answer, kept for the request.
struct Looked(Result<CurrentUser, Refusal>);

/// Finds the request's session once.
pub(super) async fn looked_up<'r>(
    request: &'r Request<'_>,
    site: &Site,
) -> &'r Result<CurrentUser, Refusal> {
    let looked = request.local_cache_async(async { Looked(look_up(request, site).await) });
    &looked.await.0
}

async fn look_up(request: &Request<'_>, site: &Site) -> Result<CurrentUser, Refusal> {
    let claims = verified(request, site).as_ref().map_err(Refusal::clone)?;
    let found = if is_unsafe(request.method()) {
        site.accounts.authenticate(claims).await
    } else {
        site.accounts.authenticate_reader(claims).await
    };
    judged(request, site, claims.sid, found)
}

/// Who makes a request that is to change something, whatever its own method is.
pub(in crate::http) async fn acting(
    request: &Request<'_>,
    site: &Site,
) -> Result<CurrentUser, Refusal> {
    let claims = credential::verify_unsafe(request, site)?;
    let found = site.accounts.authenticate(&claims).await;
    judged(request, site, claims.sid, found)
}

fn judged(
    request: &Request<'_>,
    site: &Site,
    session: SessionId,
    found: Result<Authenticated, Error>,
) -> Result<CurrentUser, Refusal> {
    found
        .map(|found| CurrentUser(Arc::new(found)))
        .map_err(|error| {
            let by_bearer = credential::bearer_tokens(request, site).is_some();
            let clears = if by_bearer {
                Clears::Nothing
            } else {
                Clears::after_access(&error, session, site, &site.cookies.csrf_in(request))
            };
            Refusal::clearing(error, clears)
        })
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for CurrentUser {
    type Error = Refusal;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refusal> {
        let site = try_outcome!(Site::of(request));
        match looked_up(request, site).await {
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
