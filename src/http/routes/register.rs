//! `POST auth/register/`: creates the user and logs in.

use rocket::http::Status;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::{Request, State, post};

use super::login::REMEMBER;
use crate::http::app_state::AppState;
#[cfg(feature = "openapi")]
use crate::http::openapi::{Auth, Operation};
use crate::http::policy::cookie::PresentedCookies;
use crate::http::request::ClientInfo;
use crate::http::request::SameOrigin;
use crate::http::request::app_state;
#[cfg(feature = "openapi")]
use crate::http::request::{BodySchema, Text};
use crate::http::request::{Fields, FromFields, JsonBody};
use crate::http::response::ApiError;
use crate::http::response::Rejection;
use crate::http::response::Reply;
use rocket_accounts_core::auth::NewAccount;
use rocket_accounts_core::domain::credentials::Username;

/// A guard: registration is open, and the limit of the address is not exceeded. It runs before the
/// body is read, because checking a password takes time.
pub(super) struct Open(());

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Open {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        let app = try_outcome!(app_state(request));
        if !app.registration_is_open {
            return Rejection::from(ApiError::RegistrationClosed).outcome(request);
        }
        let ClientInfo(client) = try_outcome!(ClientInfo::from_request(request).await);
        match app.accounts.admit_registration(client.address) {
            Ok(()) => Outcome::Success(Self(())),
            Err(error) => Rejection::from(error).outcome(request),
        }
    }
}

pub(super) struct NewMember {
    account: NewAccount,
    remember: bool,
}

impl FromFields for NewMember {
    const IS_SLOW: bool = true;

    #[cfg(feature = "openapi")]
    fn schema(body: BodySchema) -> BodySchema {
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
    app: &State<AppState>,
    _from: SameOrigin,
    _open: Open,
    held: PresentedCookies<'_>,
    browser: ClientInfo,
    body: JsonBody<NewMember>,
) -> Result<Reply, Rejection> {
    let NewMember { account, remember } = body.0;
    let arrival = held.arrival(app, browser, remember);
    let registered = app.accounts.register(account, arrival);
    Ok(Reply::signed_in(app, &registered.await?, &held).with_status(Status::Created))
}

#[cfg(feature = "openapi")]
pub(super) fn described() -> Operation {
    use crate::http::response::SessionBody;
    use rocket::http::Method;

    const SAYS: [&str; 2] = [
        "Creates a user and starts a session",
        "Only if the operator has opened registration.",
    ];
    Operation::new(
        Method::Post,
        "/auth/register/",
        "register",
        Auth::OwnPage,
        SAYS,
    )
    .takes::<NewMember>()
    .answers::<SessionBody<'_>>(Status::Created, "Created and signed in.")
    .with_cookies("All three, and the device cookie.")
    .rejects([
        ApiError::RegistrationClosed,
        ApiError::UsernameTaken,
        ApiError::too_many_attempts(),
        ApiError::Unavailable,
    ])
}
