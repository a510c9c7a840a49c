//! Entry points for fuzzing: the parsers of untrusted bytes, as plain functions. Behind the feature
//! `contract`; not for applications.

use std::net::IpAddr;

use ipnet::IpNet;
use rocket::http::{Header, HeaderMap};

use super::policy::client_address::behind_proxies;
use super::policy::origin::OriginPolicy;
use super::request;
use super::response::ApiError;
use super::routes::Credentials;
use crate::config::{CorsSettings, CsrfSettings, Origin};
use rocket_accounts_core::crypto::strength::PasswordPolicy;
use rocket_accounts_core::domain::credentials::Password;

/// Returns whether a request with these headers may act: the first layer of CSRF protection.
#[must_use]
pub fn admits(public: &Origin, settings: &CsrfSettings, headers: &[(String, String)]) -> bool {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.add(Header::new(name.clone(), value.clone()));
    }
    let cors = CorsSettings {
        allowed_origins: Vec::new(),
    };
    OriginPolicy::new(public, settings, &cors).admits(&map)
}

/// Returns the client behind trusted proxies.
#[must_use]
pub fn client_address(socket: IpAddr, forwarded: &str, trusted: &[IpNet]) -> IpAddr {
    behind_proxies(socket, forwarded, trusted)
}

/// Parses the body of a login: name, password, and whether it is to be remembered.
///
/// # Errors
/// The error that the request gets.
pub fn login_body(
    bytes: &[u8],
    policy: &PasswordPolicy,
) -> Result<(String, Password, bool), ApiError> {
    request::parse(bytes, policy).map(Credentials::into_parts)
}
