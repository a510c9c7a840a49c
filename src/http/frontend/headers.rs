//! Headers of pages, which unlike API responses load further files.

use rocket::Response;
use rocket::http::Header;

use crate::config::Settings;
use crate::http::policy::hsts;

/// On every page and its files: no other site may frame, embed or open it, and browsers do not
/// guess its type (OWASP HTTP Headers Cheat Sheet).
const ALWAYS: [(&str, &str); 5] = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
];

/// What is set on pages.
#[derive(Debug, Clone)]
pub(crate) struct PageHeaders {
    csp: String,
    hsts: Option<String>,
}

impl PageHeaders {
    pub(crate) fn new(settings: &Settings, csp: &str) -> Self {
        Self {
            csp: csp.to_owned(),
            hsts: hsts(settings),
        }
    }

    pub(crate) fn set(&self, response: &mut Response<'_>) {
        for (name, value) in ALWAYS {
            response.set_header(Header::new(name, value));
        }
        response.set_header(Header::new("Content-Security-Policy", self.csp.clone()));
        if let Some(policy) = &self.hsts {
            let policy = Header::new("Strict-Transport-Security", policy.clone());
            response.set_header(policy);
        }
    }
}
