//! Layer 1: the configuration, read from figment and validated as a whole.
//!
//! Everything lives under the key `accounts`. From weakest to strongest: the built-in defaults
//! of the profile (this repository's own `Rocket.toml`), the application's figment (its
//! `Rocket.toml`), `DATABASE_URL`, and `ACCOUNTS_*` variables with `__` between nested keys.
//! All problems are found and reported together ([`Error`]), each with key, source and fix, and
//! never with the value of a secret.
//!
//! One section a file: `read` takes the section's keys from the `Reader` and validates each. To add
//! a setting, read it there, explain it in `.env.example` and in `docs/configuration.md`.

pub mod deployment_check;
mod reader;
mod service;
mod sign_in;
mod web;

pub use reader::report::{Effective, Error, Problem};
pub use reader::service_links::environment;
pub use reader::sources::{layered, rocket_defaults};
pub use service::cache::CacheSettings;
pub use service::log::{LogFormat, LogSettings, RequestLines};
pub use service::metrics::MetricsSettings;
pub use service::proxy::ProxySettings;
pub use service::store::{StoreKind, StoreSettings};
pub use sign_in::key_error::KeyError;
pub use sign_in::keys::KeySettings;
pub use sign_in::password::PasswordSettings;
pub use sign_in::session::SessionSettings;
pub use sign_in::throttle::ThrottleSettings;
pub use sign_in::token::TokenSettings;
pub use web::cookie::{CookieSettings, SameSite};
pub use web::cors::CorsSettings;
pub use web::csrf::CsrfSettings;
pub use web::frontend::FrontendSettings;
pub use web::hsts::HstsSettings;
pub use web::origin::{Origin, OriginError};
pub use web::public_suffix::{is_public_suffix, registrable_domain};

use figment::Figment;
use reader::Reader;
pub use rocket_accounts_token::key_file::{KeyFile, KeyFileError, KeyRole};

/// Whether users may create their own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Open to every visitor.
    Open,
    /// Only an operator creates users, by command.
    Closed,
}

/// The whole configuration, validated.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Path below which all routes are mounted, without a trailing slash.
    pub base: String,
    /// Where browsers reach the front end: scheme, host and port.
    pub public_origin: Origin,
    /// The front end that is served at `/`.
    pub frontend: Option<FrontendSettings>,
    /// Who may register.
    pub registration: Registration,
    /// Where users and sessions are kept.
    pub store: StoreSettings,
    /// The cache of sessions.
    pub cache: CacheSettings,
    /// Signing secrets.
    pub keys: KeySettings,
    /// Token claims and lifetimes.
    pub token: TokenSettings,
    /// Session lifetimes.
    pub session: SessionSettings,
    /// Cookie attributes.
    pub cookie: CookieSettings,
    /// Which pages may send unsafe requests.
    pub csrf: CsrfSettings,
    /// For how long browsers insist on https.
    pub hsts: HstsSettings,
    /// Which other origins' pages may read answers.
    pub cors: CorsSettings,
    /// Whether the API's description and Swagger UI are served.
    pub openapi: bool,
    /// Password rules and hashing cost.
    pub password: PasswordSettings,
    /// Which proxies are trusted with the client's address.
    pub proxy: ProxySettings,
    /// Limits on attempts.
    pub throttle: ThrottleSettings,
    /// Log output of the service.
    pub log: LogSettings,
    /// Where metrics are served.
    pub metrics: MetricsSettings,
}

impl Settings {
    /// Reads and validates the configuration in `figment`, as [`layered`] makes it.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn load(figment: &Figment) -> Result<(Self, Effective), Error> {
        let mut reader = Reader::new(figment);
        let settings = Self::read(&mut reader, figment);
        let effective = reader.finish()?;
        Ok((settings, effective))
    }

    fn read(reader: &mut Reader<'_>, figment: &Figment) -> Self {
        let base = read_base(reader);
        let cookie = CookieSettings::read(reader);
        // Where the service listens is where a browser on this machine finds it.
        let port = figment.extract_inner::<u16>("port").unwrap_or(8000);
        let fallback = cookie
            .allow_insecure
            .then(|| format!("http://localhost:{port}"));
        let public_origin = read_public_origin(reader, fallback.as_deref());
        let allow_insecure_public_origin = check_scheme(reader, &public_origin);
        cookie.check(reader, &public_origin, allow_insecure_public_origin);
        let registration = reader.choice(
            "registration",
            &[
                ("open", Registration::Open),
                ("closed", Registration::Closed),
            ],
            Registration::Closed,
        );
        let session = SessionSettings::read(reader);
        Self {
            base,
            frontend: FrontendSettings::read(reader),
            registration,
            store: StoreSettings::read(reader),
            cache: CacheSettings::read(reader),
            keys: KeySettings::read(reader),
            token: TokenSettings::read(reader, &public_origin, &session),
            session,
            cookie,
            csrf: CsrfSettings::read(reader),
            cors: CorsSettings::read(reader),
            hsts: HstsSettings::read(reader),
            openapi: read_openapi(reader),
            password: PasswordSettings::read(reader),
            proxy: ProxySettings::read(reader),
            throttle: ThrottleSettings::read(reader),
            log: LogSettings::read(reader),
            metrics: MetricsSettings::read(reader),
            public_origin,
        }
    }
}

fn read_base(reader: &mut Reader<'_>) -> String {
    let base = reader.string("base", "/accounts");
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b);
    let good = base.starts_with('/')
        && !base.ends_with('/')
        && !base.split('/').any(|segment| matches!(segment, "." | ".."))
        && !base.contains("//")
        && base.bytes().all(is_plain);
    if !good {
        reader.problem(
            "base",
            "is not a valid base path for routes",
            "write it like \"/accounts\": a leading slash, no trailing one, letters, digits and - _ . ~",
        );
    }
    base
}

fn read_openapi(reader: &mut Reader<'_>) -> bool {
    let is_on = reader.bool("openapi", false);
    if cfg!(not(feature = "openapi")) && is_on {
        let what = "is true, but this program was built without the description of the API";
        reader.problem(
            "openapi",
            what,
            "build it with feature `openapi`, or set it to false",
        );
    }
    is_on
}

fn read_public_origin(reader: &mut Reader<'_>, fallback: Option<&str>) -> Origin {
    const FIX: &str = "set it to where browsers open the front end, like \"https://app.example\": \
                       scheme, host and, if it is not the usual one, port";
    let Some(text) = reader.optional_string("public_origin", fallback) else {
        reader.problem("public_origin", "is not set", FIX);
        return Origin::unset();
    };
    Origin::parse(&text).unwrap_or_else(|error| {
        reader.problem("public_origin", &error.to_string(), FIX);
        Origin::unset()
    })
}

/// Refuses plain http to another machine, unless a developer asks for it; returns whether one does.
fn check_scheme(reader: &mut Reader<'_>, origin: &Origin) -> bool {
    let is_allowed = reader.bool("allow_insecure_public_origin", false);
    if is_allowed && !reader.is_debug() {
        reader.problem(
            "allow_insecure_public_origin",
            "is true, but the profile is not debug",
            "remove it, and let a proxy speak https: it is for testing a front end in your own network",
        );
    }
    if !origin.is_https() && !origin.is_loopback() && !is_allowed {
        let fix = if reader.is_debug() {
            "use https: passwords and cookies would be sent in clear text. To try a front end on another \
             device of your own network, set accounts.allow_insecure_public_origin = true"
        } else {
            "use https: passwords and cookies would be sent in clear text"
        };
        reader.problem(
            "public_origin",
            "is plain http on a host that is not this machine",
            fix,
        );
    }
    is_allowed
}

#[cfg(test)]
mod tests;
