//! What a request presents: a Bearer token first, then the access cookie.

use rocket::Request;

use super::csrf::{self, is_unsafe};
use super::error::ApiError;
use super::refusal::Refusal;
use super::site::Site;
use crate::crypto::token::Claims;

/// A credential that came with a request.
enum Credential<'r> {
    /// `Authorization: Bearer`, several of which are none.
    Bearer(Option<&'r str>),
    /// Every value of the access cookie.
    Cookie(Vec<&'r str>),
}

impl<'r> Credential<'r> {
    fn of(request: &'r Request<'_>, site: &Site) -> Self {
        if site.allow_bearer {
            let mut bearers = bearers(request);
            if let Some(first) = bearers.next() {
                return Self::Bearer(bearers.next().is_none().then_some(first));
            }
        }
        Self::Cookie(site.cookies.access_in(request))
    }
}

/// The tokens of all `Authorization` headers with the scheme Bearer (RFC 6750). Other schemes
/// are for somebody else, such as a proxy.
fn bearers<'r>(request: &'r Request<'_>) -> impl Iterator<Item = &'r str> {
    let headers = request.headers().get("Authorization");
    headers.filter_map(bearer)
}

/// The token of an `Authorization` header with the scheme Bearer, in whichever case (RFC 9110 11.1).
pub(super) fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_start_matches(' '))
}

/// Whether the request carries the credential of a program, which no other site can make a
/// browser send.
pub(crate) fn bearer_tokens<'r>(request: &'r Request<'_>, site: &Site) -> Option<Vec<&'r str>> {
    match Credential::of(request, site) {
        Credential::Bearer(token) => Some(token.into_iter().collect()),
        Credential::Cookie(_) => None,
    }
}

/// The claims of the request's credential, after both layers of CSRF protection where they
/// apply: an unsafe method with a cookie. Nothing is asked of the store.
pub(crate) fn verify(request: &Request<'_>, site: &Site) -> Result<Claims, Refusal> {
    verify_as(request, site, is_unsafe(request.method()))
}

/// The same, as if the request had an unsafe method.
pub(crate) fn verify_unsafe(request: &Request<'_>, site: &Site) -> Result<Claims, Refusal> {
    verify_as(request, site, true)
}

fn verify_as(request: &Request<'_>, site: &Site, is_unsafe: bool) -> Result<Claims, Refusal> {
    let texts = match Credential::of(request, site) {
        Credential::Bearer(token) => {
            let token = token.ok_or(ApiError::TokenNotValid)?;
            return Ok(site.accounts.verify_access(&[token])?);
        }
        Credential::Cookie(texts) => texts,
    };
    if is_unsafe && !texts.is_empty() {
        site.check_origin(request)?;
    }
    let claims = site.accounts.verify_access(&texts)?;
    if is_unsafe {
        let cookies = site.cookies.csrf_in(request);
        let header = csrf::submitted(request);
        site.accounts.check_csrf(claims.sid, header, &cookies)?;
    }
    Ok(claims)
}
