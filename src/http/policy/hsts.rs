//! `Strict-Transport-Security`.

use crate::config::Settings;

/// Returns `Strict-Transport-Security` for all responses (RFC 6797 section 6.1); `None` on plain
/// http, where browsers ignore it, and where it is left to the proxy.
pub(crate) fn hsts(settings: &Settings) -> Option<String> {
    let hsts = &settings.hsts;
    if !hsts.enabled || !settings.public_origin.is_https() {
        return None;
    }
    let subdomains = if hsts.include_subdomains {
        "; includeSubDomains"
    } else {
        ""
    };
    let preload = if hsts.preload { "; preload" } else { "" };
    let seconds = hsts.max_age.num_seconds();
    Some(format!("max-age={seconds}{subdomains}{preload}"))
}
