//! The browser behind a request, for the list of sessions and the limits on attempts.

use std::net::IpAddr;

use rocket::Request;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};

use super::app_state;
use crate::http::app_state::AppState;
use crate::http::policy::client_address::behind_proxies;
use crate::http::response::Rejection;
use rocket_accounts_core::domain::session::Client;

/// User agent and network address.
pub(crate) struct ClientInfo(pub(crate) Client);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for ClientInfo {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        let app = try_outcome!(app_state(request));
        let user_agent = request.headers().get_one("User-Agent");
        let address = client_address(request, app);
        Outcome::Success(Self(Client::new(user_agent, address)))
    }
}

/// Returns the network address of the client; none on a Unix socket.
pub(crate) fn client_address(request: &Request<'_>, app: &AppState) -> Option<IpAddr> {
    let socket = request.remote()?;
    let forwarded: Vec<_> = request.headers().get("X-Forwarded-For").collect();
    let trusted = &app.trusted_proxies;
    Some(behind_proxies(socket.ip(), &forwarded.join(","), trusted))
}
