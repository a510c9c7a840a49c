//! The managed state of routes and guards.

use ipnet::IpNet;

use super::policy::cookie::CookiePolicy;
use super::policy::hsts;
use super::policy::origin::OriginPolicy;
use crate::accounts::Accounts;
use crate::config::{Registration, Settings};
use crate::store::Database;

/// The use cases, and the policies that the configuration made.
#[derive(Debug, Clone)]
pub(crate) struct AppState {
    pub(crate) accounts: Accounts,
    /// `None` if users and sessions are kept elsewhere.
    pub(crate) database: Option<Database>,
    pub(crate) base: String,
    pub(crate) cookies: CookiePolicy,
    pub(crate) origins: OriginPolicy,
    pub(crate) registration_is_open: bool,
    pub(crate) allow_bearer: bool,
    pub(crate) hsts: Option<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
}

impl AppState {
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
}
