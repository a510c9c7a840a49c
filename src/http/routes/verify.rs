//! `GET auth/verify/`: forward authentication. A proxy asks it about each request for another
//! application of the domain, and passes the request on if the answer is 200 (nginx
//! `auth_request`, Traefik `ForwardAuth`, Caddy `forward_auth`); see `docs/forward-auth.md`.

use rocket::http::{Header, Method, Status};
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::{Request, get};

use crate::http::guard::{CurrentUser, acting};
use crate::http::openapi::{Auth, Operation};
use crate::http::policy::origin::is_unsafe_name;
use crate::http::request::app_state;
use crate::http::response::ApiError;
use crate::http::response::Rejection;
use crate::http::response::{Reply, UserBody};

/// Where proxies say which method the request has that they ask about. Traefik and Caddy send the
/// first by themselves.
const ORIGINAL_METHOD: [&str; 2] = ["X-Forwarded-Method", "X-Original-Method"];

/// Who makes the request that the proxy asks about. The question itself is a GET, so the CSRF
/// checks go by the method that the proxy names: what it says can make them apply and never
/// excuse a request from them.
pub(super) struct Asked(CurrentUser);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asked {
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

/// Answers with who it is, in headers for the application behind the proxy. A username is ASCII
/// without controls by its rules, so that it is a safe header as it stands.
#[get("/auth/verify")]
pub(super) fn verify(asked: Asked) -> Reply {
    let user = &asked.0;
    Reply::ok(&UserBody::from(user.user())).with_headers([
        Header::new("X-Accounts-User", user.username.to_string()),
        Header::new("X-Accounts-User-Id", user.id.to_string()),
        Header::new("X-Accounts-Session", user.session().id.to_string()),
    ])
}

pub(super) fn described() -> Operation {
    const SAYS: [&str; 2] = [
        "Tells a proxy who makes a request for another application",
        "If X-Forwarded-Method or X-Original-Method names an unsafe method, the CSRF checks of \
         that method apply. The answer has X-Accounts-User, X-Accounts-User-Id and \
         X-Accounts-Session.",
    ];
    Operation::new(Method::Get, "/auth/verify/", "verify", Auth::Session, SAYS)
        .answers::<UserBody<'_>>(Status::Ok, "A user, in a live session.")
        .rejects([ApiError::CsrfFailed])
}
