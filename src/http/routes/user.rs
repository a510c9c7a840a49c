//! `user/`: the signed-in user.

use rocket::{State, delete, get, patch};

use crate::http::app_state::AppState;
use crate::http::guard::CurrentUser;
#[cfg(feature = "openapi")]
use crate::http::openapi::{Auth, Operation};
use crate::http::policy::cookie::CookiesToClear;
#[cfg(feature = "openapi")]
use crate::http::request::{BodySchema, Text};
use crate::http::request::{Fields, FromFields, JsonBody};
use crate::http::response::Rejection;
use crate::http::response::{Reply, UserBody};
use rocket_accounts_core::domain::credentials::{Password, PersonName};

#[get("/user")]
pub(super) fn show(user: CurrentUser) -> Reply {
    Reply::ok(&UserBody::from(user.user()))
}

pub(super) struct Names {
    first_name: Option<PersonName>,
    last_name: Option<PersonName>,
}

impl FromFields for Names {
    #[cfg(feature = "openapi")]
    fn schema(body: BodySchema) -> BodySchema {
        body.optional("first_name", Text::Name)
            .optional("last_name", Text::Name)
    }

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            first_name: fields.name("first_name"),
            last_name: fields.name("last_name"),
        })
    }
}

#[patch("/user", data = "<body>")]
pub(super) async fn rename(
    app: &State<AppState>,
    user: CurrentUser,
    body: JsonBody<Names>,
) -> Result<Reply, Rejection> {
    let Names {
        first_name,
        last_name,
    } = body.0;
    let renamed = app
        .accounts
        .rename(user.id, first_name.as_ref(), last_name.as_ref());
    Ok(Reply::ok(&UserBody::from(&renamed.await?)))
}

/// The password, as confirmation.
pub(super) struct Proof(pub(super) Password);

impl FromFields for Proof {
    #[cfg(feature = "openapi")]
    fn schema(body: BodySchema) -> BodySchema {
        body.required("password", Text::Password)
    }

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        fields.password("password").map(Self)
    }
}

#[delete("/user", data = "<body>")]
pub(super) async fn delete_account(
    app: &State<AppState>,
    user: CurrentUser,
    body: JsonBody<Proof>,
) -> Result<Reply, Rejection> {
    app.accounts
        .delete_own_account(user.authenticated(), &body.0.0)
        .await?;
    Ok(Reply::no_content().with_cookies(app.cookies.clear(CookiesToClear::All)))
}

#[cfg(feature = "openapi")]
pub(super) fn described() -> [Operation; 3] {
    use crate::http::response::ApiError;
    use rocket::http::{Method, Status};

    const SHOW: [&str; 2] = ["Gets the signed-in user", "In its current state."];
    const RENAME: [&str; 2] = [
        "Changes the user's names",
        "A missing name stays unchanged.",
    ];
    const LEAVE: [&str; 2] = [
        "Deletes the user's account",
        "With all sessions. A wrong password is `invalid_fields`, because the session stays.",
    ];
    let session = |method, id, says| Operation::new(method, "/user/", id, Auth::Session, says);
    [
        session(Method::Get, "getUser", SHOW).answers::<UserBody<'_>>(Status::Ok, "The user."),
        session(Method::Patch, "renameUser", RENAME)
            .takes::<Names>()
            .answers::<UserBody<'_>>(Status::Ok, "The user."),
        session(Method::Delete, "deleteUser", LEAVE)
            .takes::<Proof>()
            .with_cookies("Clears all three.")
            .rejects([ApiError::too_many_attempts()]),
    ]
}
