//! The requests, in order. All are harmless: there is no login, no counted attempt, and unsafe
//! requests carry no credential, so that they are refused.

use super::probe::{Probe, Seen};
use super::{checks, https};
use crate::config::Origin;
use crate::config::Settings;
use crate::config::deployment_check::{Address, Distance, Finding};
use crate::http::policy::hsts;
use rocket_accounts_core::domain::clock::{Clock, SystemClock};

/// An origin that no deployment trusts (RFC 6761 section 6.4).
const FOREIGN: &str = "https://doctor.invalid";

/// How often the CSRF token is sent again: enough to reach each of a few replicas.
const REPEATS: usize = 6;

/// Sends requests to the service at `api` as a page of `front_end` would.
pub(super) fn examine(
    front_end: &Origin,
    api: &Address,
    settings: &Settings,
    roots: Option<&[u8]>,
) -> anyhow::Result<Vec<Finding>> {
    let path = if api.path.is_empty() {
        &settings.base
    } else {
        &api.path
    };
    let probe = Probe::new(format!("{}{path}", api.origin), roots)?;
    let asking = Asking {
        probe,
        front_end,
        distance: Distance::between(front_end, &api.origin),
        settings,
    };
    let mut findings = Vec::new();
    // The first error ends the examination: later requests would fail in the same way.
    if let Err(error) = asking.all(&api.origin, &mut findings) {
        findings.push(checks::unreachable(&error));
    }
    if api.origin.is_https() && !api.origin.as_str()["https://".len()..].contains(':') {
        let plain = format!("http://{}{path}", api.origin.host());
        // A closed port is as good as a redirect.
        let seen = Probe::new(plain, None)?.send("GET", "csrf_token/", &[]);
        findings.extend(seen.ok().and_then(|seen| https::plain_http(&seen)));
    }
    Ok(findings)
}

struct Asking<'a> {
    probe: Probe,
    front_end: &'a Origin,
    distance: Distance,
    settings: &'a Settings,
}

impl Asking<'_> {
    fn all(&self, api: &Origin, findings: &mut Vec<Finding>) -> Result<(), String> {
        let page = [
            ("Origin", self.front_end.as_str()),
            ("Sec-Fetch-Site", self.distance.as_str()),
        ];
        let first = self.probe.send("GET", "csrf_token/", &page)?;
        let Some(token) = first.member("token").filter(|_| first.status == 200) else {
            findings.push(checks::not_the_service(&first));
            return Ok(());
        };
        // No one is signed in here, so this ends no session; it clears all cookies.
        let cleared = [("Sec-Fetch-Site", "none")];
        let cleared = self.probe.send("POST", "auth/logout/", &cleared)?;
        findings.extend(checks::cookies(&cleared, self.settings));
        if api.is_https() {
            findings.extend(https::hsts(&first, hsts(self.settings).as_deref()));
        }
        findings.extend(checks::clock(&first, SystemClock.now()));
        findings.extend(checks::cors(&first, self.front_end));

        let second = self.probe.send("GET", "csrf_token/", &[])?;
        findings.extend(checks::cached(&token, &second));
        findings.extend(self.cookie_arrives(&token)?);
        findings.extend(self.origin_arrives()?);

        let foreign = [("Origin", FOREIGN), ("Sec-Fetch-Site", "cross-site")];
        let seen = self.probe.send("GET", "csrf_token/", &foreign)?;
        findings.extend(checks::foreign_cors(&seen, FOREIGN));
        if self.distance != Distance::SameOrigin {
            findings.extend(checks::preflight(&self.preflight()?, self.front_end));
        }
        Ok(())
    }

    /// Checks that cookies arrive. The service returns the CSRF token of the cookie; a new one
    /// means that the cookie did not arrive, or that a replica has other keys.
    fn cookie_arrives(&self, token: &str) -> Result<Option<Finding>, String> {
        let pair = format!("{}={token}", checks::csrf_cookie_name(self.settings));
        let mut kept = 0;
        for _ in 0..REPEATS {
            let again = self
                .probe
                .send("GET", "csrf_token/", &[("Cookie", &pair)])?;
            kept += usize::from(again.member("token").as_deref() == Some(token));
        }
        Ok(checks::cookie_arrives(kept, REPEATS))
    }

    /// Checks that origin headers arrive. A refresh without a cookie is always refused; the code of
    /// the error shows which headers arrived.
    fn origin_arrives(&self) -> Result<Option<Finding>, String> {
        let refresh = |headers: &[(&str, &str)]| {
            let seen = self.probe.send("POST", "auth/refresh_token/", headers)?;
            Ok::<_, String>(seen.member("code").unwrap_or_default())
        };
        let site = refresh(&[("Sec-Fetch-Site", "cross-site")])?;
        let origin = refresh(&[("Origin", FOREIGN)])?;
        let page = refresh(&[
            ("Origin", self.front_end.as_str()),
            ("Sec-Fetch-Site", self.distance.as_str()),
        ])?;
        Ok(checks::origin_arrives(&site, &origin).or_else(|| checks::page_is_let_in(&page)))
    }

    fn preflight(&self) -> Result<Seen, String> {
        let asks = [
            ("Origin", self.front_end.as_str()),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "content-type,x-csrftoken"),
        ];
        self.probe.send("OPTIONS", "auth/login/", &asks)
    }
}
