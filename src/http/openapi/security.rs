//! Security schemes: cookies, the CSRF header, a Bearer token.

use rocket::http::Method;
use utoipa::openapi::schema::Components;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};

use crate::config::Settings;
use crate::http::policy::cookie::CookiePolicy;
use crate::http::policy::origin::is_unsafe;

/// The security requirements of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Auth {
    /// Nothing at all.
    Nothing,
    /// Sent by a page of this site, not of another one.
    OwnPage,
    /// As `OwnPage`, with the refresh cookie.
    Refresh,
    /// A live session, and for unsafe methods the CSRF token.
    Session,
    /// Whatever the request has; without a credential there is nothing to protect.
    AnyState,
}

const ACCESS: &str = "accessCookie";
const REFRESH: &str = "refreshCookie";
const CSRF_COOKIE: &str = "csrfCookie";
const CSRF_HEADER: &str = "csrfHeader";
const BEARER: &str = "bearer";

/// Describes all schemes, with the configured names of the cookies.
pub(super) fn describe(components: &mut Components, settings: &Settings) {
    let policy = CookiePolicy::new(&settings.cookie, &settings.base);
    let [access, refresh, csrf] = policy.names();
    let cookie = |name: &str, text: &str| {
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(name, text)))
    };
    let header = ApiKeyValue::with_description(
        "X-CSRFToken",
        "The value of the CSRF cookie, or of `token` from `csrf_token/`: signed double submit \
         (OWASP CSRF Prevention Cheat Sheet).",
    );
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "An access token, for programs (RFC 6750). Needs no CSRF token.",
        ));
    let mut schemes = vec![
        (
            ACCESS,
            cookie(access, "Access token; no script can read it."),
        ),
        (
            REFRESH,
            cookie(refresh, "Refresh token; sent below `auth/` alone."),
        ),
        (
            CSRF_COOKIE,
            cookie(csrf, "CSRF token, bound to the session."),
        ),
        (CSRF_HEADER, SecurityScheme::ApiKey(ApiKey::Header(header))),
    ];
    if settings.token.allow_bearer {
        schemes.push((BEARER, SecurityScheme::Http(bearer.build())));
    }
    for (name, scheme) in schemes {
        components.add_security_scheme(name, scheme);
    }
}

/// Returns the alternative requirements; empty if there are none.
pub(super) fn requirements(
    auth: Auth,
    method: Method,
    takes_bearer: bool,
) -> Vec<SecurityRequirement> {
    let nothing: [&str; 0] = [];
    let all = |names: &[&str]| {
        let requirement = SecurityRequirement::default();
        let with = |requirement: SecurityRequirement, name: &&str| requirement.add(*name, nothing);
        names.iter().fold(requirement, with)
    };
    let cookie = if is_unsafe(method) {
        all(&[ACCESS, CSRF_COOKIE, CSRF_HEADER])
    } else {
        all(&[ACCESS])
    };
    let bearer = takes_bearer.then(|| all(&[BEARER]));
    match auth {
        Auth::Nothing | Auth::OwnPage => Vec::new(),
        Auth::Refresh => vec![all(&[REFRESH])],
        Auth::Session => [cookie].into_iter().chain(bearer).collect(),
        Auth::AnyState => [cookie]
            .into_iter()
            .chain(bearer)
            .chain([all(&[])])
            .collect(),
    }
}
