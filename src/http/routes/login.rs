//! `POST auth/login/`: starts a session.

use rocket::http::{Method, Status};
use rocket::{State, post};

use super::super::body::{Fields, FromFields, JsonBody};
use super::super::client::Browser;
use super::super::cookie::Held;
use super::super::csrf::FromSite;
use super::super::error::ApiError;
use super::super::openapi::{Described, Needs, Shape, Text};
use super::super::refusal::Refusal;
use super::super::reply::{Reply, SessionBody};
use super::super::site::Site;
use crate::auth::LoginAttempt;
use crate::domain::credentials::Password;

/// Front ends send extra fields with a login, so unknown ones are ignored.
pub(in super::super) struct Credentials {
    username: String,
    password: Password,
}

impl FromFields for Credentials {
    const IGNORES_UNKNOWN: bool = true;

    fn shape(body: Shape) -> Shape {
        body.required("username", Text::ClaimedUsername)
            .required("password", Text::Password)
    }

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        // Any other fault makes it a name that nobody has: 401, like every such name.
        let username = fields.username("username");
        let password = fields.password("password");
        Some(Self {
            username: username?,
            password: password?,
        })
    }
}

#[cfg(feature = "contract")]
impl Credentials {
    pub(in super::super) fn into_parts(self) -> (String, Password) {
        (self.username, self.password)
    }
}

#[post("/auth/login", data = "<body>")]
pub(super) async fn login(
    site: &State<Site>,
    _from: FromSite,
    held: Held<'_>,
    browser: Browser,
    body: JsonBody<Credentials>,
) -> Result<Reply, Refusal> {
    let attempt = LoginAttempt {
        username: body.0.username,
        password: body.0.password,
        client: browser.0,
        replaces: site.accounts.held_session(&held.tokens),
    };
    let signed_in = site.accounts.login(attempt).await?;
    Ok(Reply::signed_in(site, &signed_in, &held))
}

pub(super) fn described() -> Described {
    const SAYS: [&str; 2] = [
        "Starts a session",
        "Unknown users, wrong passwords and disabled users are not to be told apart (OWASP \
         Authentication Cheat Sheet). Other fields of the body are ignored.",
    ];
    Described::new(Method::Post, "/auth/login/", "logIn", Needs::OwnPage, SAYS)
        .takes::<Credentials>()
        .answers::<SessionBody<'_>>(Status::Ok, "Signed in.")
        .with_cookies("All three.")
        .refuses([
            ApiError::InvalidCredentials,
            ApiError::too_many_attempts(),
            ApiError::Unavailable,
        ])
}
