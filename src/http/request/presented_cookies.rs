//! Our cookies in a request, as a guard.

use rocket::Request;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};

use super::{ClientInfo, app_state};
use crate::http::app_state::AppState;
use crate::http::policy::cookie::PresentedCookies;
use crate::http::response::Rejection;
use rocket_accounts_core::auth::Arrival;
use rocket_accounts_core::crypto::device::Device;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for PresentedCookies<'r> {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        let app = try_outcome!(app_state(request));
        Outcome::Success(Self::of(request, &app.cookies))
    }
}

impl PresentedCookies<'_> {
    /// Returns the browser that a session is opened for.
    pub(crate) fn arrival(&self, app: &AppState, client: ClientInfo, remember: bool) -> Arrival {
        Arrival {
            client: client.0,
            remember,
            replaces: app.accounts.held_session(&self.tokens),
            devices: Device::all(&self.devices),
        }
    }
}
