//! Attributes of the cookies.

use super::{Deployment, Finding, Rule};
use crate::config::SameSite;
use crate::config::web::cookie::covers;

pub(super) const RULES: &[Rule] = &[
    secure_on_http,
    insecure_on_https,
    insecure_elsewhere,
    domain_is_elsewhere,
    domain_is_set,
    former_domains_are_set,
    strict,
];

fn secure_on_http(deployment: &Deployment<'_>) -> Option<Finding> {
    if deployment.api.origin.is_https() || deployment.settings.cookie.allow_insecure {
        return None;
    }
    let finding = if deployment.api.origin.is_loopback() {
        Finding::warns(
            "secure_cookie_on_localhost",
            "the cookies are Secure, but the API is on plain http: Chrome and Firefox take them \
             from this machine, but Safari drops them, and no user stays signed in",
        )
        .because(
            "browsers may treat loopback as secure for cookies, and WebKit does not (RFC 6265bis \
             section 5.7 leaves it to them)",
        )
        .change("for development use the debug profile (accounts.cookie.allow_insecure = true)")
    } else {
        Finding::fails(
            "secure_cookie_on_http",
            "the cookies are Secure, but the API is on plain http: browsers drop them, and no user \
             stays signed in",
        )
        .because(
            "browsers accept Secure cookies only from secure origins (RFC 6265bis section 5.7)",
        )
        .change("put a proxy with TLS in front; see docs/deployment.md")
    };
    Some(finding)
}

fn insecure_on_https(deployment: &Deployment<'_>) -> Option<Finding> {
    if !deployment.api.origin.is_https() || !deployment.settings.cookie.allow_insecure {
        return None;
    }
    let finding = Finding::warns(
        "insecure_cookie_on_https",
        "the API is on https, but these settings write cookies without Secure and without the \
         prefix __Host-, as in a development profile",
    )
    .because("without both, anyone on the network or a sibling domain can plant cookies")
    .change("run with ROCKET_PROFILE=release, or set accounts.cookie.allow_insecure = false");
    Some(finding)
}

/// Warns of `allow_insecure_public_origin`.
fn insecure_elsewhere(deployment: &Deployment<'_>) -> Option<Finding> {
    let origin = &deployment.settings.public_origin;
    if origin.is_https() || origin.is_loopback() {
        return None;
    }
    let what = format!(
        "passwords and tokens are sent in clear text: {origin} is plain http and not this machine"
    );
    let finding = Finding::warns("insecure_public_origin", what)
        .because("anyone on the network path can read, change and replay what is sent")
        .change(
            "use it only among your own devices, with passwords that are used nowhere else; \
             otherwise use https, and remove accounts.allow_insecure_public_origin",
        );
    Some(finding)
}

fn domain_is_elsewhere(deployment: &Deployment<'_>) -> Option<Finding> {
    let domain = deployment.settings.cookie.domain.as_deref()?;
    let host = deployment.api.origin.host();
    if covers(domain, host) {
        return None;
    }
    let what = format!(
        "accounts.cookie.domain is {domain}, but browsers reach the API at {host}: they refuse \
         every cookie"
    );
    let finding = Finding::fails("cookie_domain_elsewhere", what)
        .because(
            "Domain must be the host that sets the cookie or a parent of it, and never covers an \
             address (RFC 6265bis section 5.7)",
        )
        .change("remove accounts.cookie.domain");
    Some(finding)
}

fn domain_is_set(deployment: &Deployment<'_>) -> Option<Finding> {
    let domain = deployment.settings.cookie.domain.as_deref()?;
    let what = format!(
        "accounts.cookie.domain = \"{domain}\" gives up the prefix __Host-: every host below \
         {domain} receives the tokens, and can plant cookies under the same names: it can replace \
         a visitor's session by one of its own, CSRF cookie included"
    );
    let finding = Finding::warns("cookie_domain_set", what)
        .because(
            "only a __Host- cookie is bound to the host that set it (RFC 6265bis section 4.1.3)",
        )
        .change("remove accounts.cookie.domain and serve the front end from the same host");
    Some(finding)
}

fn former_domains_are_set(deployment: &Deployment<'_>) -> Option<Finding> {
    let cookie = &deployment.settings.cookie;
    if cookie.domain.is_some() || cookie.former_domains.is_empty() {
        return None;
    }
    let domains = cookie.former_domains.join(", ");
    let what = format!(
        "accounts.cookie.former_domains = [{domains}] is for the time of a change: as long as it is \
         set, a host below such a domain can sign a visitor who is signed out in to a session of \
         its own"
    );
    let finding = Finding::warns("former_cookie_domains_set", what)
        .because(
            "cookies without the prefix __Host- are read from browsers that have none with it, and \
             any host below their domain can set them (RFC 6265bis section 4.1.3)",
        )
        .change(
            "remove it once accounts.session.absolute has passed since accounts.cookie.domain was \
             removed",
        );
    Some(finding)
}

fn strict(deployment: &Deployment<'_>) -> Option<Finding> {
    if deployment.settings.cookie.same_site != SameSite::Strict {
        return None;
    }
    let finding = Finding::note(
        "same_site_strict",
        "a user who follows a link from another site arrives signed out on pages that the server \
         renders; what a page fetches afterwards is signed in",
    )
    .because(
        "Strict cookies are not sent on navigation from another site (RFC 6265bis section 5.2)",
    )
    .change("nothing, if the front end is a script; else accounts.cookie.same_site = \"lax\"");
    Some(finding)
}
