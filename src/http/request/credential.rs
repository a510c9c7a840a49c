//! The credential of a request: a Bearer token, else the access cookie.

use rocket::Request;

use super::same_origin::{check_origin, record_csrf_failure, submitted};
use crate::http::app_state::AppState;
use crate::http::policy::origin::is_unsafe;
use crate::http::response::{ApiError, Rejection};
use rocket_accounts_core::crypto::token::Claims;

/// A presented credential.
enum Credential<'r> {
    /// `Authorization: Bearer`; `None` if there are several.
    Bearer(Option<&'r str>),
    /// All values of the access cookie.
    Cookie(Vec<&'r str>),
}

impl<'r> Credential<'r> {
    fn of(request: &'r Request<'_>, app: &AppState) -> Self {
        if app.allow_bearer {
            let mut bearers = bearers(request);
            if let Some(first) = bearers.next() {
                return Self::Bearer(bearers.next().is_none().then_some(first));
            }
        }
        Self::Cookie(app.cookies.access_in(request))
    }
}

/// Returns the tokens of all `Authorization` headers with the scheme Bearer (RFC 6750). Other
/// schemes are not ours, but for example a proxy's.
fn bearers<'r>(request: &'r Request<'_>) -> impl Iterator<Item = &'r str> {
    let headers = request.headers().get("Authorization");
    headers.filter_map(bearer)
}

/// Returns the token of an `Authorization` header with the scheme Bearer, in any letter case (RFC
/// 9110 11.1).
pub(crate) fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_start_matches(' '))
}

/// Returns whether the request carries the credential of a program, which no other site can make a
/// browser send.
pub(crate) fn bearer_tokens<'r>(request: &'r Request<'_>, app: &AppState) -> Option<Vec<&'r str>> {
    match Credential::of(request, app) {
        Credential::Bearer(token) => Some(token.into_iter().collect()),
        Credential::Cookie(_) => None,
    }
}

/// Returns the claims of the request's credential, after both layers of CSRF protection where they
/// apply: an unsafe method with a cookie. The store is not queried.
pub(crate) fn verify(request: &Request<'_>, app: &AppState) -> Result<Claims, Rejection> {
    verify_as(request, app, is_unsafe(request.method()))
}

/// Verifies the credential as if the request had an unsafe method.
pub(crate) fn verify_unsafe(request: &Request<'_>, app: &AppState) -> Result<Claims, Rejection> {
    verify_as(request, app, true)
}

fn verify_as(request: &Request<'_>, app: &AppState, is_unsafe: bool) -> Result<Claims, Rejection> {
    let texts = match Credential::of(request, app) {
        Credential::Bearer(token) => {
            let token = token.ok_or(ApiError::TokenNotValid)?;
            return Ok(app.accounts.verify_access(&[token])?);
        }
        Credential::Cookie(texts) => texts,
    };
    if is_unsafe && !texts.is_empty() {
        check_origin(app, request)?;
    }
    let claims = app.accounts.verify_access(&texts)?;
    if is_unsafe {
        let cookies = app.cookies.csrf_in(request);
        let checked = app
            .accounts
            .check_csrf(claims.sid, submitted(request), &cookies);
        record_csrf_failure(app, request, checked)?;
    }
    Ok(claims)
}
