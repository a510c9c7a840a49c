//! Checks of responses for what proxies changed. Pure functions of a response.

use chrono::{DateTime, TimeDelta, Utc};

use super::probe::Seen;
use crate::config::deployment_check::Finding;
use crate::config::{Origin, Settings};
use crate::http::policy::cookie::{CookiePolicy, CookiesToClear};

const PASS_ON: &str = "let the proxy forward it unchanged, as examples/nginx does";

pub(super) fn unreachable(error: &str) -> Finding {
    Finding::fails("unreachable", error)
        .because("a front end gets the same error")
        .change("start the service, or correct the address, the certificate or the proxy")
}

pub(super) fn not_the_service(seen: &Seen) -> Finding {
    let what = match (seen.status, seen.header("location")) {
        (300..=399, Some(there)) => {
            format!("csrf_token/ is redirected to {there}: a redirect loses the body of a POST")
        }
        (status, _) => match seen.member("code") {
            Some(code) => format!("csrf_token/ answers {status} {code}"),
            None => {
                format!("csrf_token/ answers {status}, which is not a response of this service")
            }
        },
    };
    Finding::fails("not_the_service", what)
        .because("every route answers directly, with and without a trailing slash, in JSON")
        .change(
            "set --api to the address of accounts.base, and let the proxy forward everything below it",
        )
}

/// Returns name and attributes of a `Set-Cookie` header without its value, in a fixed order.
fn shape(header: &str) -> Option<String> {
    let (pair, attributes) = header.split_once(';')?;
    let (name, _) = pair.split_once('=')?;
    let attributes = attributes
        .split(';')
        .map(|text| text.trim().to_ascii_lowercase());
    let mut attributes: Vec<_> = attributes.collect();
    attributes.sort();
    Some(format!("{name}; {}", attributes.join("; ")))
}

/// Returns the name of the CSRF cookie under these settings.
pub(super) fn csrf_cookie_name(settings: &Settings) -> String {
    let policy = CookiePolicy::new(&settings.cookie, &settings.base);
    let [.., csrf] = policy.names();
    csrf.to_owned()
}

/// Checks the response to a logout: all cookies must arrive as these settings write them.
pub(super) fn cookies(cleared: &Seen, settings: &Settings) -> Option<Finding> {
    let policy = CookiePolicy::new(&settings.cookie, &settings.base);
    let written = policy.clear(CookiesToClear::All);
    let mut written: Vec<_> = written.iter().filter_map(|it| shape(it.value())).collect();
    let mut arrived: Vec<_> = cleared.all("set-cookie").filter_map(shape).collect();
    written.sort();
    arrived.sort();
    if arrived == written {
        return None;
    }
    let listed = |shapes: &[String]| match shapes {
        [] => "none".to_owned(),
        shapes => shapes.join(", "),
    };
    let what = format!(
        "the cookies do not arrive as these settings write them: expected {}; got {}",
        listed(&written),
        listed(&arrived)
    );
    let finding = Finding::fails("cookie_changed", what)
        .because(
            "names and attributes carry the protection (RFC 6265bis section 4.1), and a cookie is \
             cleared only with the attributes it was set with",
        )
        .change(
            "run this with the settings of the service; if they are the same, remove every rewriting \
             of cookies out of the proxy",
        );
    Some(finding)
}

/// Compares the clocks. Tokens tolerate 5 seconds; a minute indicates a machine without time
/// synchronisation.
pub(super) fn clock(seen: &Seen, now: DateTime<Utc>) -> Option<Finding> {
    let date = DateTime::parse_from_rfc2822(seen.header("date")?).ok()?;
    let apart = (now - date.to_utc()).abs();
    (apart > TimeDelta::minutes(1)).then(|| {
        let what = format!(
            "the clocks of this machine and the service are {} seconds apart",
            apart.num_seconds()
        );
        Finding::warns("clock_skew", what)
            .because(
                "replicas whose clocks differ by more than 5 seconds refuse each other's tokens",
            )
            .change("run NTP on both machines")
    })
}

pub(super) fn cors(seen: &Seen, front_end: &Origin) -> Option<Finding> {
    let name = "access-control-allow-origin";
    let allowed: Vec<_> = seen.all(name).collect();
    let what = match &allowed[..] {
        [] => return None,
        [one] if *one == front_end.as_str() => return None,
        [one] => format!("Access-Control-Allow-Origin is {one}, not {front_end}"),
        _ => format!(
            "Access-Control-Allow-Origin arrives {} times",
            allowed.len()
        ),
    };
    let finding = Finding::fails("cors_header", what)
        .because(
            "with credentials, browsers accept exactly one, equal to the page's origin (Fetch \
             standard, CORS check)",
        )
        .change("let either the proxy or the service send it, not both, and never *");
    Some(finding)
}

pub(super) fn foreign_cors(seen: &Seen, foreign: &str) -> Option<Finding> {
    let mut allowed = seen.all("access-control-allow-origin");
    allowed
        .any(|origin| origin == foreign || origin == "*")
        .then(|| {
            Finding::fails(
                "cors_for_anybody",
                "pages of any origin may read responses of the service",
            )
            .because("a page that can read csrf_token/ bypasses CSRF protection (ASVS 5.0 3.4.2)")
            .change("list the allowed origins one by one")
        })
}

pub(super) fn preflight(seen: &Seen, front_end: &Origin) -> Option<Finding> {
    let admits = (200..300).contains(&seen.status)
        && seen.header("access-control-allow-origin") == Some(front_end.as_str())
        && seen.header("access-control-allow-credentials") == Some("true");
    (!admits).then(|| {
        let what = format!("OPTIONS auth/login/ from {front_end} is answered {} without permission", seen.status);
        Finding::fails("preflight", what)
            .because("browsers send this preflight before JSON or X-CSRFToken to another origin (Fetch standard)")
            .change("serve both under one origin")
    })
}

/// Checks that two clients do not get the same token.
pub(super) fn cached(token: &str, second: &Seen) -> Option<Finding> {
    let stores = !second
        .all("cache-control")
        .any(|value| value.contains("no-store"));
    let is_same = second.member("token").as_deref() == Some(token);
    (stores || is_same || second.header("age").is_some()).then(|| {
        Finding::fails(
            "cached",
            "responses are cached on the way, or Cache-Control: no-store is lost",
        )
        .because(
            "one user's response, including cookies, could be sent to another (ASVS 5.0 14.3.2)",
        )
        .change("disable caching for accounts.base, in the proxy and in any CDN")
    })
}

pub(super) fn cookie_arrives(kept: usize, of: usize) -> Option<Finding> {
    let finding = match kept {
        _ if kept == of => return None,
        0 => Finding::fails(
            "cookie_lost",
            "Cookie does not reach the service, or Set-Cookie does not reach the client",
        )
        .because("the service returns the CSRF token of the cookie, but it returned a new one")
        .change(PASS_ON),
        _ => {
            let what = format!("the CSRF cookie was recognised {kept} times of {of}");
            Finding::fails("replicas_differ", what)
                .because("replicas with different keys do not recognise each other's tokens")
                .change("give all replicas the same accounts.keys")
        }
    };
    Some(finding)
}

/// Checks that both headers arrive. `site` and `origin` are the codes of the requests that each of
/// them should have had refused.
pub(super) fn origin_arrives(site: &str, origin: &str) -> Option<Finding> {
    let name = match (site, origin) {
        ("csrf_failed", "csrf_failed") | ("too_many_attempts" | "unavailable", _) => return None,
        (_, "csrf_failed") => "Sec-Fetch-Site",
        ("csrf_failed", _) => "Origin",
        _ => "neither Sec-Fetch-Site nor Origin",
    };
    let what = format!("{name} does not reach the service unchanged");
    let finding = Finding::fails("origin_lost", what)
        .because("the first layer of CSRF protection uses these headers (OWASP CSRF cheat sheet)")
        .change(PASS_ON);
    Some(finding)
}

pub(super) fn page_is_let_in(code: &str) -> Option<Finding> {
    (code == "csrf_failed").then(|| {
        Finding::fails(
            "front_end_refused",
            "the service refuses unsafe requests of the front end",
        )
        .because("its Origin is neither the public nor a trusted one")
        .change("set accounts.public_origin of the running service to the front end's origin")
    })
}

#[cfg(test)]
#[path = "checks_tests.rs"]
mod tests;
