//! `POST auth/login/`: starts a session.

use rocket::{State, post};

use crate::http::app_state::AppState;
#[cfg(feature = "openapi")]
use crate::http::openapi::{Auth, Operation};
use crate::http::policy::cookie::PresentedCookies;
use crate::http::request::ClientInfo;
use crate::http::request::Flag;
use crate::http::request::SameOrigin;
#[cfg(feature = "openapi")]
use crate::http::request::{BodySchema, Text};
use crate::http::request::{Fields, FromFields, JsonBody};
use crate::http::response::Rejection;
use crate::http::response::Reply;
use rocket_accounts_core::auth::LoginAttempt;
use rocket_accounts_core::domain::credentials::Password;

/// The field of a login and a registration that decides whether the session outlives the browser.
pub(super) const REMEMBER: Flag = Flag {
    name: "remember",
    default: true,
    text: "Whether the browser keeps the session when it is closed. If not, the cookies are \
           session cookies (RFC 6265), and the session ends sooner when it is not used.",
};

/// Front ends send extra fields with a login, so unknown ones are ignored.
pub(in crate::http) struct Credentials {
    username: String,
    password: Password,
    remember: bool,
}

impl FromFields for Credentials {
    const IGNORES_UNKNOWN: bool = true;

    #[cfg(feature = "openapi")]
    fn schema(body: BodySchema) -> BodySchema {
        body.required("username", Text::ClaimedUsername)
            .required("password", Text::Password)
            .flag(REMEMBER)
    }

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        // Any other invalid name is unknown: 401, like every unknown name.
        let username = fields.username("username");
        let password = fields.password("password");
        let remember = fields.flag(REMEMBER);
        Some(Self {
            username: username?,
            password: password?,
            remember,
        })
    }
}

#[cfg(feature = "fuzzing")]
impl Credentials {
    pub(in crate::http) fn into_parts(self) -> (String, Password, bool) {
        (self.username, self.password, self.remember)
    }
}

#[post("/auth/login", data = "<body>")]
pub(super) async fn login(
    app: &State<AppState>,
    _from: SameOrigin,
    held: PresentedCookies<'_>,
    browser: ClientInfo,
    body: JsonBody<Credentials>,
) -> Result<Reply, Rejection> {
    let attempt = LoginAttempt {
        username: body.0.username,
        password: body.0.password,
        arrival: held.arrival(app, browser, body.0.remember),
    };
    let signed_in = app.accounts.login(attempt).await?;
    Ok(Reply::signed_in(app, &signed_in, &held))
}

#[cfg(feature = "openapi")]
pub(super) fn described() -> Operation {
    use crate::http::response::ApiError;
    use crate::http::response::SessionBody;
    use rocket::http::{Method, Status};

    const SAYS: [&str; 2] = [
        "Starts a session",
        "Unknown users, wrong passwords and disabled users get the same response (OWASP \
         Authentication Cheat Sheet). Other fields of the body are ignored.",
    ];
    Operation::new(Method::Post, "/auth/login/", "logIn", Auth::OwnPage, SAYS)
        .takes::<Credentials>()
        .answers::<SessionBody<'_>>(Status::Ok, "Signed in.")
        .with_cookies("All three, and the device cookie.")
        .rejects([
            ApiError::InvalidCredentials,
            ApiError::too_many_attempts(),
            ApiError::Unavailable,
        ])
}
