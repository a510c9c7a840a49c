//! `POST user/password/`: changes the own password.

use rocket::http::{Method, Status};
use rocket::{State, post};

use crate::auth::Error;
use crate::domain::credentials::Password;
use crate::http::body::{Fields, FromFields, JsonBody};
use crate::http::client::Browser;
use crate::http::cookie::{Clears, Held};
use crate::http::error::ApiError;
use crate::http::guard::CurrentUser;
use crate::http::openapi::{Described, Needs, Shape, Text};
use crate::http::refusal::Refusal;
use crate::http::reply::{Reply, SessionBody};
use crate::http::site::Site;

pub(super) struct Change {
    current: Password,
    new: Password,
}

impl FromFields for Change {
    fn shape(body: Shape) -> Shape {
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
    site: &State<Site>,
    user: CurrentUser,
    held: Held<'_>,
    browser: Browser,
    body: JsonBody<Change>,
) -> Result<Reply, Refusal> {
    let Change { current, new } = body.0;
    let changed = site
        .accounts
        .change_password(user.authenticated(), &current, new, browser.0);
    let signed_in = changed.await.map_err(|error| match error {
        Error::Password(error) => ApiError::field("new_password", &error.to_string()).into(),
        Error::WrongPassword => ApiError::field("current_password", WRONG).into(),
        error => {
            let clears = Clears::after_access(&error, user.session().id, site, &held.tokens.csrf);
            Refusal::clearing(error, clears)
        }
    })?;
    Ok(Reply::signed_in(site, &signed_in, &held))
}

const WRONG: &str = "is wrong";

pub(super) fn described() -> Described {
    const SAYS: [&str; 2] = [
        "Changes the own password",
        "Ends all sessions (ASVS 5.0 7.4.3) and goes on in a new one, with a new CSRF token.",
    ];
    Described::new(
        Method::Post,
        "/user/password/",
        "changePassword",
        Needs::Session,
        SAYS,
    )
    .takes::<Change>()
    .answers::<SessionBody<'_>>(Status::Ok, "Changed, and signed in anew.")
    .with_cookies("All three.")
    .refuses([ApiError::too_many_attempts()])
}
