//! A separate service without users: it only verifies the access tokens of a `rocket-accounts`
//! service on the same site.
//!
//! ```text
//! ACCOUNTS_TOKEN__ALGORITHM=EdDSA cargo run                     # the one that issues, port 8000
//! ROCKET_PORT=8001 ROCKET_VERIFIER='{keys="http://localhost:8000/.well-known/jwks.json",
//!   issuer="http://localhost:8000"}' cargo run --example verifier
//! curl -b jar http://localhost:8001/whoami                      # the jar of README.md
//! ```
//!
//! `keys` is where the public keys are: a URL (plain http here; a feature of `ureq` adds TLS) or a
//! file. With HS256 there are none: set `secret` to the other service's `keys.active`, and note
//! that with this secret a token for any user can be forged.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use rocket::fairing::AdHoc;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};
use rocket::serde::Deserialize;
use rocket::{Build, Request, Rocket, get, routes};
use rocket_accounts::crypto::keyring::Secret;
use rocket_accounts::crypto::token::Claims;
use rocket_accounts::crypto::{AccessRules, AccessVerifier};
use rocket_accounts::domain::clock::{Clock, SystemClock};
use rocket_accounts::http::cookie_values;
use tokio::sync::Mutex;

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Section `verifier` of the configuration.
#[derive(Clone, Deserialize)]
#[serde(crate = "rocket::serde", deny_unknown_fields)]
struct Settings {
    issuer: String,
    audience: Option<String>,
    keys: Option<String>,
    secret: Option<String>,
    /// `__Host-access_token` where the issuing service is on https.
    #[serde(default = "plain_name")]
    cookie: String,
    /// Seconds after which the keys are fetched again: a removed key is dropped here, too.
    #[serde(default = "five_minutes")]
    max_age: u64,
    /// The minimum number of seconds between two fetches: any client can invent a `kid`.
    #[serde(default = "half_a_minute")]
    pause: u64,
}

fn plain_name() -> String {
    "access_token".to_owned()
}

const fn five_minutes() -> u64 {
    300
}

const fn half_a_minute() -> u64 {
    30
}

impl Settings {
    async fn fetch(&self) -> Result<AccessVerifier, AnyError> {
        let audience = self.audience.as_ref().unwrap_or(&self.issuer);
        let rules = AccessRules::new(&self.issuer, audience);
        if let Some(secret) = &self.secret {
            let secret = Secret::parse(&secret.as_str().into())?;
            return Ok(AccessVerifier::from_secrets(&secret, &[], rules));
        }
        let from = self
            .keys
            .clone()
            .ok_or("set verifier.keys or verifier.secret")?;
        let document = tokio::task::spawn_blocking(move || read(&from)).await??;
        Ok(AccessVerifier::from_jwks(&document, rules)?)
    }
}

fn read(from: &str) -> Result<String, AnyError> {
    if !from.starts_with("http") {
        return Ok(std::fs::read_to_string(PathBuf::from(from))?);
    }
    let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(2)));
    let agent = ureq::Agent::new_with_config(config.build());
    Ok(agent.get(from).call()?.body_mut().read_to_string()?)
}

/// The known keys, and when they were last fetched.
struct Verifier {
    settings: Settings,
    newest: ArcSwap<AccessVerifier>,
    asked_at: Mutex<Instant>,
}

impl Verifier {
    async fn new(settings: Settings) -> Result<Self, AnyError> {
        Ok(Self {
            newest: ArcSwap::from_pointee(settings.fetch().await?),
            asked_at: Mutex::new(Instant::now()),
            settings,
        })
    }

    async fn claims(&self, texts: &[&str]) -> Option<Claims> {
        let lacks_key = |text: &&str| self.newest.load().lacks_key_of(text);
        let is_new = texts.iter().any(lacks_key);
        let young = if is_new {
            self.settings.pause
        } else {
            self.settings.max_age
        };
        self.fetch_unless_younger(Duration::from_secs(young)).await;
        let verified = self.newest.load().verify_one(texts, SystemClock.now());
        verified.ok()
    }

    /// Fetches the keys in one request; other requests use the existing keys, as do all if it
    /// fails.
    async fn fetch_unless_younger(&self, age: Duration) {
        let Ok(mut asked_at) = self.asked_at.try_lock() else {
            return;
        };
        if asked_at.elapsed() < age {
            return;
        }
        *asked_at = Instant::now();
        match self.settings.fetch().await {
            Ok(verifier) => self.newest.store(Arc::new(verifier)),
            Err(error) => tracing::warn!(cause = %error, "the public keys could not be fetched"),
        }
    }
}

/// The user of a request: by Bearer on every method, by cookie only on safe methods. This service
/// cannot check the CSRF token of the other one, so a cookie must not authorise a change.
struct User(Claims);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for User {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let Some(verifier) = request.rocket().state::<Verifier>() else {
            return Outcome::Error((Status::InternalServerError, ()));
        };
        let headers = request.headers();
        let bearer = headers.get_one("Authorization");
        let bearer = bearer.and_then(|header| header.strip_prefix("Bearer "));
        let name = &verifier.settings.cookie;
        let texts: Vec<_> = match bearer {
            Some(token) => vec![token],
            None if request.method() == rocket::http::Method::Get => headers
                .get("Cookie")
                .flat_map(|header| cookie_values(header, name))
                .collect(),
            None => Vec::new(),
        };
        match verifier.claims(&texts).await {
            Some(claims) => Outcome::Success(Self(claims)),
            None => Outcome::Error((Status::Unauthorized, ())),
        }
    }
}

#[get("/whoami")]
fn whoami(user: User) -> String {
    format!("user {}, session {}\n", user.0.sub, user.0.sid)
}

/// Builds the service, which does not start without keys.
pub(crate) fn service(rocket: Rocket<Build>) -> Rocket<Build> {
    let keys = AdHoc::try_on_ignite("verifier", |rocket| async move {
        let settings = rocket.figment().extract_inner::<Settings>("verifier");
        let verifier = match settings {
            Ok(settings) => Verifier::new(settings).await,
            Err(_) => Err("section verifier: issuer, and keys or secret, must be set".into()),
        };
        match verifier {
            Ok(verifier) => Ok(rocket.manage(verifier)),
            Err(error) => {
                tracing::error!("cannot start: {error}");
                Err(rocket)
            }
        }
    });
    rocket.attach(keys).mount("/", routes![whoami])
}

#[rocket::main]
async fn main() -> Result<(), Box<rocket::Error>> {
    tracing_subscriber::fmt()
        .with_env_filter("info,rocket=warn")
        .init();
    service(rocket::build()).launch().await.map(drop)?;
    Ok(())
}
