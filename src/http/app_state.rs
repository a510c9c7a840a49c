//! What every route and guard works with, as managed state.

use ipnet::IpNet;
use rocket::Request;
use rocket::request::Outcome;

use super::cookie::CookiePolicy;
use super::csrf::OriginPolicy;
use super::error::ApiError;
use super::headers::hsts;
use super::refusal::Refusal;
use crate::auth::Accounts;
use crate::config::{Registration, Settings};
use crate::store::sea::Database;

/// The site that requests come to.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) accounts: Accounts,
    /// Unless users and sessions are kept elsewhere.
    pub(crate) database: Option<Database>,
    pub(crate) base: String,
    pub(crate) cookies: CookiePolicy,
    pub(crate) origins: OriginPolicy,
    pub(crate) registration_is_open: bool,
    pub(crate) allow_bearer: bool,
    pub(crate) hsts: Option<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
}

impl Site {
    pub(crate) fn new(accounts: Accounts, database: Option<Database>, settings: &Settings) -> Self {
        Self {
            accounts,
            database,
            base: settings.base.clone(),
            cookies: CookiePolicy::new(&settings.cookie, &settings.base),
            origins: OriginPolicy::new(&settings.public_origin, &settings.csrf, &settings.cors),
            registration_is_open: settings.registration == Registration::Open,
            allow_bearer: settings.token.allow_bearer,
            trusted_proxies: settings.proxy.trusted.clone(),
            hsts: hsts(settings),
        }
    }

    /// The site of a request. Sentinels make a missing one a launch error, so the failure is for
    /// requests that Rocket was told to serve in spite of that.
    pub(crate) fn of<'r>(request: &'r Request<'_>) -> Outcome<&'r Self, Refusal> {
        match request.rocket().state::<Self>() {
            Some(site) => Outcome::Success(site),
            None => Refusal::from(ApiError::Internal).outcome(request),
        }
    }
}
