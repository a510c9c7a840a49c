//! `POST user/password/`: changes the user's own password.

use rocket::{State, post};

use crate::http::app_state::AppState;
use crate::http::guard::CurrentUser;
#[cfg(feature = "openapi")]
use crate::http::openapi::{Auth, Operation};
use crate::http::policy::cookie::{CookiesToClear, PresentedCookies};
use crate::http::request::ClientInfo;
#[cfg(feature = "openapi")]
use crate::http::request::{BodySchema, Text};
use crate::http::request::{Fields, FromFields, JsonBody};
use crate::http::response::ApiError;
use crate::http::response::Rejection;
use crate::http::response::Reply;
use rocket_accounts_core::auth::Error;
use rocket_accounts_core::domain::credentials::Password;

pub(super) struct Change {
    current: Password,
    new: Password,
}

impl FromFields for Change {
    #[cfg(feature = "openapi")]
    fn schema(body: BodySchema) -> BodySchema {
        body.required("current_password", Text::Password)
            .required("new_password", Text::NewPassword)
    }

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let current = fields.password("current_password");
        let new = fields.long_password("new_password");
        Some(Self {
            current: current?,
            new: new?,
        })
    }
}

#[post("/user/password", data = "<body>")]
pub(super) async fn change(
    app: &State<AppState>,
    user: CurrentUser,
    held: PresentedCookies<'_>,
    browser: ClientInfo,
    body: JsonBody<Change>,
) -> Result<Reply, Rejection> {
    let Change { current, new } = body.0;
    let changed = app
        .accounts
        .change_password(user.authenticated(), &current, new, browser.0);
    let signed_in = changed.await.map_err(|error| match error {
        Error::Password(error) => ApiError::field("new_password", &error.to_string()).into(),
        Error::WrongPassword => ApiError::field("current_password", WRONG).into(),
        error => {
            let (session, csrf) = (user.session().id, &held.tokens.csrf);
            let useless = CookiesToClear::after_access(&error, session, &app.accounts, csrf);
            Rejection::from(error).clearing(app.cookies.clear(useless))
        }
    })?;
    Ok(Reply::signed_in(app, &signed_in, &held))
}

const WRONG: &str = "is wrong";

#[cfg(feature = "openapi")]
pub(super) fn described() -> Operation {
    use crate::http::response::SessionBody;
    use rocket::http::{Method, Status};

    const SAYS: [&str; 2] = [
        "Changes the user's password",
        "Ends all sessions (ASVS 5.0 7.4.3) and opens a new one, with a new CSRF token.",
    ];
    Operation::new(
        Method::Post,
        "/user/password/",
        "changePassword",
        Auth::Session,
        SAYS,
    )
    .takes::<Change>()
    .answers::<SessionBody<'_>>(Status::Ok, "Changed; the new session.")
    .with_cookies("All three.")
    .rejects([ApiError::too_many_attempts()])
}
