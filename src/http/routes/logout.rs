//! `POST auth/logout/`: ends the session that the request names, whatever state it is in.

use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::serde::Serialize;
use rocket::{Request, State, post};

use super::super::cookie::{Clears, Held};
use super::super::credential;
use super::super::csrf::{self, FromSite};
use super::super::error::ApiError;
use super::super::refusal::Refusal;
use super::super::reply::Reply;
use super::super::site::Site;
use crate::domain::session::SessionId;

/// The sessions that the request may end. It is no fault to name none.
pub(super) struct Named(Vec<SessionId>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Named {
    type Error = Refusal;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refusal> {
        let site = try_outcome!(Site::of(request));
        if let Some(tokens) = credential::bearer_tokens(request, site) {
            return Outcome::Success(Self(site.accounts.named_sessions(&tokens, &[])));
        }
        try_outcome!(FromSite::from_request(request).await);
        let held = try_outcome!(Held::from_request(request).await);
        let named = site.accounts.named_sessions(&held.access, &held.refresh);
        let header = csrf::submitted(request);
        let proved = |id: &&SessionId| site.accounts.check_csrf(**id, header, &held.csrf).is_ok();
        let ours: Vec<_> = named.iter().filter(proved).copied().collect();
        if ours.is_empty() && !named.is_empty() {
            return Refusal::from(ApiError::CsrfFailed).outcome(request);
        }
        Outcome::Success(Self(ours))
    }
}

#[derive(Serialize)]
struct Empty {}

#[post("/auth/logout", rank = 2)]
pub(super) async fn logout(site: &State<Site>, named: Named) -> Result<Reply, Refusal> {
    site.accounts.logout(&named.0).await?;
    Ok(Reply::ok(&Empty {}).with_cookies(site.cookies.clear(Clears::All)))
}
