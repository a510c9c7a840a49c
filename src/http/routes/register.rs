//! `POST auth/register/`: creates the user and logs in.

use rocket::http::{Method, Status};
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::{Request, State, post};

use super::login::REMEMBER;
use crate::auth::NewAccount;
use crate::domain::credentials::Username;
use crate::http::body::{Fields, FromFields, JsonBody};
use crate::http::client::Browser;
use crate::http::cookie::Held;
use crate::http::csrf::FromSite;
use crate::http::error::ApiError;
use crate::http::openapi::{Described, Needs, Shape, Text};
use crate::http::refusal::Refusal;
use crate::http::reply::{Reply, SessionBody};
use crate::http::site::Site;

/// Registration is open, and not for too many at once from one address. Asked before the body is
/// read, because judging a password takes time.
pub(super) struct Open(());

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Open {
    type Error = Refusal;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refusal> {
        let site = try_outcome!(Site::of(request));
        if !site.registration_is_open {
            return Refusal::from(ApiError::RegistrationClosed).outcome(request);
        }
        let Browser(client) = try_outcome!(Browser::from_request(request).await);
        match site.accounts.admit_registration(client.address) {
            Ok(()) => Outcome::Success(Self(())),
            Err(error) => Refusal::from(error).outcome(request),
        }
    }
}

pub(super) struct NewMember {
    account: NewAccount,
    remember: bool,
}

impl FromFields for NewMember {
    const IS_SLOW: bool = true;

    fn shape(body: Shape) -> Shape {
        body.required("username", Text::Username)
            .required("password", Text::NewPassword)
            .optional("first_name", Text::Name)
            .optional("last_name", Text::Name)
            .flag(REMEMBER)
    }

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let typed = fields.username("username");
        let username = fields.checked("username", typed.as_deref(), Username::parse);
        let first_name = fields.name("first_name").unwrap_or_default();
        let last_name = fields.name("last_name").unwrap_or_default();
        let about = [
            typed.as_deref().unwrap_or_default(),
            first_name.as_str(),
            last_name.as_str(),
        ];
        let password = fields.new_password("password", &about);
        let remember = fields.flag(REMEMBER);
        let account = NewAccount {
            username: username?,
            password: password?,
            first_name,
            last_name,
        };
        Some(Self { account, remember })
    }
}

#[post("/auth/register", data = "<body>")]
pub(super) async fn register(
    site: &State<Site>,
    _from: FromSite,
    _open: Open,
    held: Held<'_>,
    browser: Browser,
    body: JsonBody<NewMember>,
) -> Result<Reply, Refusal> {
    let NewMember { account, remember } = body.0;
    let arrival = held.arrival(site, browser, remember);
    let registered = site.accounts.register(account, arrival);
    Ok(Reply::signed_in(site, &registered.await?, &held).with_status(Status::Created))
}

pub(super) fn described() -> Described {
    const SAYS: [&str; 2] = [
        "Creates a user and starts a session",
        "Where the operator has opened registration.",
    ];
    Described::new(
        Method::Post,
        "/auth/register/",
        "register",
        Needs::OwnPage,
        SAYS,
    )
    .takes::<NewMember>()
    .answers::<SessionBody<'_>>(Status::Created, "Created and signed in.")
    .with_cookies("All three, and the device cookie.")
    .refuses([
        ApiError::RegistrationClosed,
        ApiError::UsernameTaken,
        ApiError::too_many_attempts(),
        ApiError::Unavailable,
    ])
}
