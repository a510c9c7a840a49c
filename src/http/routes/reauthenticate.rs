//! `POST auth/reauthenticate/`: confirms the password.

use chrono::{DateTime, Utc};
use rocket::serde::Serialize;
use rocket::{State, post};

use super::user::Proof;
use crate::http::app_state::AppState;
use crate::http::guard::CurrentUser;
#[cfg(feature = "openapi")]
use crate::http::openapi::{Auth, Operation};
use crate::http::policy::cookie::{CookiesToClear, PresentedCookies};
use crate::http::request::JsonBody;
use crate::http::response::Rejection;
use crate::http::response::Reply;

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Proved))]
struct Body {
    authenticated_at: DateTime<Utc>,
}

#[post("/auth/reauthenticate", data = "<body>")]
pub(super) async fn reauthenticate(
    app: &State<AppState>,
    user: CurrentUser,
    held: PresentedCookies<'_>,
    body: JsonBody<Proof>,
) -> Result<Reply, Rejection> {
    let authenticated_at = app.accounts.now();
    let proved = app
        .accounts
        .reauthenticate(user.authenticated(), &body.0.0)
        .await;
    proved.map_err(|error| {
        let (session, csrf) = (user.session().id, &held.tokens.csrf);
        let useless = CookiesToClear::after_access(&error, session, &app.accounts, csrf);
        Rejection::from(error).clearing(app.cookies.clear(useless))
    })?;
    Ok(Reply::ok(&Body { authenticated_at }))
}

#[cfg(feature = "openapi")]
pub(super) fn described() -> Operation {
    use crate::http::response::ApiError;
    use rocket::http::{Method, Status};

    const SAYS: [&str; 2] = [
        "Confirms the password",
        "Allows sensitive operations for ten minutes (step-up; ASVS 5.0 7.5.1).",
    ];
    Operation::new(
        Method::Post,
        "/auth/reauthenticate/",
        "reauthenticate",
        Auth::Session,
        SAYS,
    )
    .takes::<Proof>()
    .answers::<Body>(Status::Ok, "Proved.")
    .rejects([ApiError::too_many_attempts()])
}
