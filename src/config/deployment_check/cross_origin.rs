//! Cross-origin rules: sites, CORS, CSRF.

use super::{Deployment, Distance, Finding, Rule};
use crate::config::web::cookie::covers;
use crate::config::web::public_suffix::{is_address, suffix_of};
use crate::config::{Origin, SameSite};

pub(super) const RULES: &[Rule] = &[
    mixed_schemes,
    names_of_this_machine,
    siblings_below_a_public_suffix,
    another_site,
    third_party,
    unsafe_requests,
    no_cors,
    unreadable_csrf_cookie,
];

/// The rules for pages of `csrf.trusted_origins`.
pub(super) const OF_TRUSTED: &[Rule] = &[
    mixed_schemes,
    names_of_this_machine,
    siblings_below_a_public_suffix,
    another_site,
    third_party,
];

const SAME_SITE: &str = "the cookies are SameSite=Lax or Strict, which scripts of another site \
                         neither send nor receive (RFC 6265bis section 5.2)";

/// What makes two origins cross-site, the most specific first.
#[derive(PartialEq, Eq)]
enum Gap {
    Scheme,
    Loopback,
    Siblings,
    Site,
}

fn gap(deployment: &Deployment<'_>) -> Option<Gap> {
    let (front_end, api) = (deployment.front_end, &deployment.api.origin);
    if deployment.distance != Distance::CrossSite {
        return None;
    }
    let share_a_suffix = || {
        let shared = suffix_of(front_end.host())?;
        (suffix_of(api.host())? == shared && shared.contains('.')).then_some(())
    };
    Some(if front_end.is_loopback() && api.is_loopback() {
        Gap::Loopback
    } else if front_end.is_https() != api.is_https() {
        Gap::Scheme
    } else if share_a_suffix().is_some() {
        Gap::Siblings
    } else {
        Gap::Site
    })
}

/// Returns whether the cookies are sent to other sites at all.
fn is_none(deployment: &Deployment<'_>) -> bool {
    deployment.settings.cookie.same_site == SameSite::None
}

fn one_origin(deployment: &Deployment<'_>) -> String {
    let base = &deployment.settings.base;
    format!(
        "serve both under one origin: let the proxy of {} forward {base}/ to the service",
        deployment.front_end
    )
}

fn mixed_schemes(deployment: &Deployment<'_>) -> Option<Finding> {
    if gap(deployment)? != Gap::Scheme {
        return None;
    }
    let (front_end, api) = (deployment.front_end, &deployment.api.origin);
    let (what, why) = if front_end.is_https() {
        (
            format!("{front_end} is https and {api} is not: browsers block every request"),
            "pages on https may not fetch over http (W3C Mixed Content)",
        )
    } else {
        (
            format!(
                "{front_end} is http and {api} is https: they are two sites, and no cookie is sent"
            ),
            "the scheme counts for SameSite (HTML standard, \"same site\"), and a page on http is \
             controlled by the network",
        )
    };
    let finding = Finding::fails("mixed_schemes", what).because(why);
    Some(finding.change("serve both over https"))
}

fn names_of_this_machine(deployment: &Deployment<'_>) -> Option<Finding> {
    if gap(deployment)? != Gap::Loopback {
        return None;
    }
    let (front_end, api) = (deployment.front_end, &deployment.api.origin);
    let what = format!(
        "{front_end} and {api} are the same machine but two sites: no cookie is sent between them"
    );
    let finding = Finding::fails("two_names_of_this_machine", what).because(
        "sites are compared as text: localhost, 127.0.0.1, [::1] and names below localhost are \
         all different, and so are http and https",
    );
    Some(finding.change(format!(
        "use one name for both, like http://localhost, and list {front_end} in \
         accounts.csrf.trusted_origins; or let the development server forward {}/",
        deployment.settings.base
    )))
}

fn siblings_below_a_public_suffix(deployment: &Deployment<'_>) -> Option<Finding> {
    if gap(deployment)? != Gap::Siblings || is_none(deployment) {
        return None;
    }
    let suffix = suffix_of(deployment.front_end.host())?;
    let what = format!(
        "{} and {} look like siblings, but {suffix} is a public suffix: they are two sites, and \
         no cookie is sent between them",
        deployment.front_end, deployment.api.origin
    );
    let finding = Finding::fails("siblings_below_a_public_suffix", what).because(
        "anyone can register a name below a public suffix, so browsers isolate them \
         (publicsuffix.org)",
    );
    Some(finding.change("use your own domain for both, preferably one origin"))
}

fn another_site(deployment: &Deployment<'_>) -> Option<Finding> {
    if gap(deployment)? != Gap::Site || is_none(deployment) {
        return None;
    }
    let what = format!(
        "{} and {} are two sites: the browser neither stores the cookies of the login nor sends any",
        deployment.front_end, deployment.api.origin
    );
    let finding = Finding::fails("another_site", what).because(SAME_SITE);
    Some(finding.change(one_origin(deployment)))
}

fn third_party(deployment: &Deployment<'_>) -> Option<Finding> {
    if !matches!(gap(deployment)?, Gap::Site | Gap::Siblings) || !is_none(deployment) {
        return None;
    }
    let what = format!(
        "with SameSite=None the cookies of {} are third-party cookies on {}: Safari blocks them, \
         Firefox partitions them, Chrome blocks them if its user chose that",
        deployment.api.origin, deployment.front_end
    );
    let finding = Finding::fails("third_party_cookie", what)
        .because("tracking prevention of browsers applies regardless of SameSite");
    Some(finding.change(one_origin(deployment)))
}

/// Checks the first layer of CSRF protection.
fn unsafe_requests(deployment: &Deployment<'_>) -> Option<Finding> {
    let trusted = &deployment.settings.csrf.trusted_origins;
    let is_trusted = trusted.contains(deployment.front_end) || is_allowed(deployment);
    if deployment.distance == Distance::SameOrigin || is_trusted {
        return None;
    }
    let what = format!(
        "{} is not the API's own origin and not trusted: login, refresh and every other unsafe \
         request is answered 403 csrf_failed",
        deployment.front_end
    );
    let finding = Finding::fails("origin_not_trusted", what).because(
        "the browser sends Sec-Fetch-Site: same-site or cross-site, which needs an Origin from the \
         list (ASVS 5.0 3.5.1)",
    );
    Some(finding.change(format!(
        "{}; or set accounts.cors.allowed_origins = [\"{}\"]",
        one_origin(deployment),
        deployment.front_end
    )))
}

/// Returns whether the front end's pages may read responses, and thereby send requests.
fn is_allowed(deployment: &Deployment<'_>) -> bool {
    deployment
        .settings
        .cors
        .allowed_origins
        .contains(deployment.front_end)
}

fn no_cors(deployment: &Deployment<'_>) -> Option<Finding> {
    if deployment.distance == Distance::SameOrigin || is_allowed(deployment) {
        return None;
    }
    let what = format!(
        "pages of {} may not read responses of {}, and the browser does not send their JSON or \
         X-CSRFToken: the service sends no CORS headers for them",
        deployment.front_end, deployment.api.origin
    );
    let finding = Finding::fails("no_cors", what).because(
        "another port or host is another origin; a request with JSON needs a preflight (OPTIONS) \
         (Fetch standard, CORS protocol)",
    );
    Some(finding.change(format!(
        "{}; or set accounts.cors.allowed_origins = [\"{}\"]",
        one_origin(deployment),
        deployment.front_end
    )))
}

/// Returns whether pages of `origin` see cookies that `api` sets: ports do not matter, hosts do.
fn sees_cookies(origin: &Origin, api: &Origin, domain: Option<&str>) -> bool {
    let covered = domain.is_some_and(|domain| covers(domain, origin.host()));
    origin.host() == api.host() || (covered && !is_address(origin.host()))
}

fn unreadable_csrf_cookie(deployment: &Deployment<'_>) -> Option<Finding> {
    let (front_end, api) = (deployment.front_end, &deployment.api.origin);
    let domain = deployment.settings.cookie.domain.as_deref();
    if deployment.distance != Distance::SameSite || sees_cookies(front_end, api, domain) {
        return None;
    }
    let what = format!(
        "scripts of {front_end} cannot read the CSRF cookie, which belongs to {}",
        api.host()
    );
    let finding = Finding::warns("csrf_cookie_unreadable", what)
        .because("document.cookie shows the cookies of the page's own host (RFC 6265 section 5.4)");
    Some(finding.change(format!(
        "take the token from the body of GET {}/csrf_token/; or {}",
        deployment.settings.base,
        one_origin(deployment)
    )))
}
