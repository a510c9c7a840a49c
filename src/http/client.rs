//! The browser behind a request, for the list of sessions and the limits on attempts.

use std::convert::Infallible;

use rocket::Request;
use rocket::request::{FromRequest, Outcome};

use crate::domain::session::Client;

/// User agent and network address. The address is the socket's: headers that name another are
/// claims that anybody can make.
pub(crate) struct Browser(pub(crate) Client);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Browser {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        let user_agent = request.headers().get_one("User-Agent");
        let address = request.remote().map(|socket| socket.ip().to_canonical());
        Outcome::Success(Self(Client::new(user_agent, address)))
    }
}
