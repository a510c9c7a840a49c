//! Successful responses: JSON and cookies.

use chrono::{DateTime, Utc};
use rocket::Request;
use rocket::http::{ContentType, Header, Status};
use rocket::response::{Responder, Response, Result};
use serde::Serialize;

use crate::http::app_state::AppState;
use crate::http::policy::cookie::PresentedCookies;
use rocket_accounts_core::auth::SignedIn;
use rocket_accounts_core::domain::session::SessionId;
use rocket_accounts_core::domain::user::{User, UserId};

/// A JSON body with its status and cookies. Writes `Set-Cookie` itself: Rocket's jar holds one
/// cookie per name, drops them when a catcher responds, and does not delete cookies that it has not
/// seen.
pub(crate) struct Reply {
    status: Status,
    body: Vec<u8>,
    headers: Vec<Header<'static>>,
}

impl Reply {
    /// Creates a 200 with `body`.
    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self {
            status: Status::Ok,
            // Our bodies are structs of texts and times, which always serialize.
            body: serde_json::to_vec(body).unwrap_or_default(),
            headers: Vec::new(),
        }
    }

    /// Creates a 204.
    pub(crate) fn no_content() -> Self {
        Self {
            status: Status::NoContent,
            body: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Sets another status.
    pub(crate) fn with_status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// Adds cookies.
    pub(crate) fn with_cookies(self, cookies: impl IntoIterator<Item = Header<'static>>) -> Self {
        self.with_headers(cookies)
    }

    /// Adds headers.
    pub(crate) fn with_headers(
        mut self,
        headers: impl IntoIterator<Item = Header<'static>>,
    ) -> Self {
        self.headers.extend(headers);
        self
    }

    /// Returns the response for an opened or refreshed session: the session body and all cookies.
    pub(crate) fn signed_in(
        app: &AppState,
        signed_in: &SignedIn,
        held: &PresentedCookies<'_>,
    ) -> Self {
        let csrf = app.accounts.csrf_token(signed_in.session.id);
        let cookies = app
            .cookies
            .sign_in(signed_in, &csrf, held, app.accounts.now());
        Self::ok(&SessionBody::from(signed_in)).with_cookies(cookies)
    }
}

impl<'r> Responder<'r, 'static> for Reply {
    fn respond_to(self, _: &'r Request<'_>) -> Result<'static> {
        let mut response = Response::build();
        response.status(self.status);
        if self.status != Status::NoContent {
            response
                .header(json())
                .sized_body(self.body.len(), std::io::Cursor::new(self.body));
        }
        for header in self.headers {
            response.header_adjoin(header);
        }
        response.ok()
    }
}

/// Returns JSON with a charset. Not made from `ContentType::JSON`, which drops the charset.
fn json() -> ContentType {
    ContentType::new("application", "json").with_params(("charset", "utf-8"))
}

/// A user as clients see it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = User))]
pub(crate) struct UserBody<'a> {
    #[cfg_attr(feature = "openapi", schema(value_type = uuid::Uuid))]
    id: UserId,
    username: &'a str,
    first_name: &'a str,
    last_name: &'a str,
}

impl<'a> From<&'a User> for UserBody<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id,
            username: user.username.as_str(),
            first_name: &user.first_name,
            last_name: &user.last_name,
        }
    }
}

/// The signed-in user and the expiry times, which a script cannot read from the cookies.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = SignedIn))]
pub(crate) struct SessionBody<'a> {
    #[cfg_attr(feature = "openapi", schema(inline = false))]
    user: UserBody<'a>,
    #[cfg_attr(feature = "openapi", schema(value_type = uuid::Uuid))]
    session_id: SessionId,
    access_expires_at: DateTime<Utc>,
    refresh_expires_at: DateTime<Utc>,
}

impl<'a> From<&'a SignedIn> for SessionBody<'a> {
    fn from(signed_in: &'a SignedIn) -> Self {
        Self {
            user: (&signed_in.user).into(),
            session_id: signed_in.session.id,
            access_expires_at: signed_in.access.expires_at,
            refresh_expires_at: signed_in.refresh.expires_at,
        }
    }
}
