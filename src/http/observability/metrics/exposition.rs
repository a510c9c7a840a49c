//! `GET metrics`: everything, in OpenMetrics text.

use std::sync::Arc;

use prometheus_client::encoding::text;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use rocket::http::ContentType;
use rocket::request::{FromRequest, Outcome};
use rocket::{Request, Route, State, get, routes};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::collector::{self, LiveSessions};
use super::counters::Metrics;
use crate::accounts::Accounts;
use crate::config::MetricsSettings;
use crate::http::request::credential::bearer;
use crate::http::response::{ApiError, Rejection};
use crate::store::Database;

/// The metrics, and the access to them.
#[derive(Debug, Clone)]
pub(in crate::http) struct Exposition {
    registry: Arc<Registry>,
    token: Option<SecretString>,
}

impl Exposition {
    pub(in crate::http) fn new(
        metrics: &Metrics,
        (accounts, database): (Accounts, Option<Database>),
        live_sessions: LiveSessions,
        settings: &MetricsSettings,
    ) -> Self {
        let mut registry = Registry::default();
        let began = ConstGauge::new(accounts.now().timestamp());
        registry.register_with_unit(
            "process_start_time",
            "When the process started, in seconds since 1970",
            Unit::Seconds,
            began,
        );
        let ours = registry.sub_registry_with_prefix("rocket_accounts");
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        ours.register("build", "What is running", version);
        metrics.register(ours);
        ours.register_collector(Box::new(collector::State {
            accounts,
            database,
            live_sessions,
        }));
        Self {
            registry: Arc::new(registry),
            token: settings.token.clone(),
        }
    }

    /// Returns whether a token is the one that was set. Hashes are compared, in constant time, so
    /// that timing reveals neither bytes nor length.
    fn admits(&self, shown: Option<&str>) -> bool {
        let Some(token) = &self.token else {
            return true;
        };
        let expected = Sha256::digest(token.expose_secret());
        shown.is_some_and(|shown| Sha256::digest(shown).ct_eq(&expected).into())
    }
}

/// Returns the route.
pub(in crate::http) fn routes() -> Vec<Route> {
    routes![metrics]
}

/// A client that may read the metrics.
struct Scraper(());

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Scraper {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Rejection> {
        let header = request.headers().get_one("Authorization");
        let shown = header.and_then(bearer);
        let exposition = request.rocket().state::<Exposition>();
        if exposition.is_some_and(|exposition| exposition.admits(shown)) {
            return Outcome::Success(Self(()));
        }
        let error = match shown {
            Some(_) => ApiError::TokenNotValid,
            None => ApiError::NotAuthenticated,
        };
        Rejection::from(error).outcome(request)
    }
}

#[get("/metrics")]
fn metrics(
    _from: Scraper,
    exposition: &State<Exposition>,
) -> Result<(ContentType, String), Rejection> {
    let mut text = String::new();
    let written = text::encode(&mut text, &exposition.registry);
    written.map_err(|_| ApiError::Internal)?;
    let kind = ContentType::new("application", "openmetrics-text");
    let kind = kind.with_params([("version", "1.0.0"), ("charset", "utf-8")]);
    Ok((kind, text))
}
