//! `POST user/password/`: changes the own password.

use rocket::{State, post};

use super::super::body::{Fields, FromFields, JsonBody};
use super::super::client::Browser;
use super::super::cookie::Clears;
use super::super::error::ApiError;
use super::super::guard::CurrentUser;
use super::super::refusal::Refusal;
use super::super::reply::Reply;
use super::super::site::Site;
use crate::auth::Error;
use crate::crypto::strength::NewPassword;
use crate::domain::credentials::Password;

pub(super) struct Change {
    current: Password,
    new: NewPassword,
}

impl FromFields for Change {
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let current = fields.password("current_password");
        let new = fields.new_password("new_password", &[]);
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
    browser: Browser,
    body: JsonBody<Change>,
) -> Result<Reply, Refusal> {
    let Change { current, new } = body.0;
    let about = [user.username.as_str(), &user.first_name, &user.last_name];
    let policy = site.accounts.password_policy();
    let new = policy.judge_for(&new, &about);
    let new = new.map_err(|error| ApiError::field("new_password", error.to_string()))?;
    let changed = site
        .accounts
        .change_password(user.authenticated(), &current, &new, browser.0);
    let signed_in = changed.await.map_err(|error| match error {
        Error::WrongPassword => ApiError::field("current_password", WRONG).into(),
        error => {
            let clears = Clears::made_useless_by(&error, Clears::Nothing);
            Refusal::clearing(error, clears)
        }
    })?;
    Ok(Reply::signed_in(site, &signed_in))
}

const WRONG: &str = "is not your current password";
