//! `GET auth/verify/`: forward authentication. A proxy calls it for each request to another
//! application of the domain, and forwards the request if the response is 200 (nginx
//! `auth_request`, Traefik `ForwardAuth`, Caddy `forward_auth`); see `docs/forward-auth.md`.

use rocket::http::Header;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::{Request, get};

use crate::http::guard::{CurrentUser, acting};
#[cfg(feature = "openapi")]
use crate::http::openapi::{Auth, Operation};
use crate::http::policy::origin::is_unsafe_name;
use crate::http::request::app_state;
use crate::http::response::Rejection;
use crate::http::response::{Reply, UserBody};

/// The headers in which proxies send the method of the original request. Traefik and Caddy send the
/// first by default.
const ORIGINAL_METHOD: [&str; 2] = ["X-Forwarded-Method", "X-Original-Method"];

/// The user of the original request. The proxy's own request is a GET, so the CSRF checks use the
/// method that the proxy names, which can only add checks and never remove them.
pub(super) struct OriginalRequest(CurrentUser);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for OriginalRequest {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        let app = try_outcome!(app_state(request));
        let mut named = ORIGINAL_METHOD
            .iter()
            .flat_map(|name| request.headers().get(name));
        if !named.any(is_unsafe_name) {
            return CurrentUser::from_request(request).await.map(Self);
        }
        match acting(request, app).await {
            Ok(user) => Outcome::Success(Self(user)),
            Err(refusal) => refusal.outcome(request),
        }
    }
}

/// Returns the user in headers for the application behind the proxy. A username is ASCII without
/// control characters, so it is a safe header value.
#[get("/auth/verify")]
pub(super) fn verify(original: OriginalRequest) -> Reply {
    let user = &original.0;
    Reply::ok(&UserBody::from(user.user())).with_headers([
        Header::new("X-Accounts-User", user.username.to_string()),
        Header::new("X-Accounts-User-Id", user.id.to_string()),
        Header::new("X-Accounts-Session", user.session().id.to_string()),
    ])
}

#[cfg(feature = "openapi")]
pub(super) fn described() -> Operation {
    use crate::http::response::ApiError;
    use rocket::http::{Method, Status};

    const SAYS: [&str; 2] = [
        "Authenticates a request to another application for a proxy",
        "If X-Forwarded-Method or X-Original-Method names an unsafe method, the CSRF checks of \
         that method apply. The response has X-Accounts-User, X-Accounts-User-Id and \
         X-Accounts-Session.",
    ];
    Operation::new(Method::Get, "/auth/verify/", "verify", Auth::Session, SAYS)
        .answers::<UserBody<'_>>(Status::Ok, "A user, in a live session.")
        .rejects([ApiError::CsrfFailed])
}
