//! Whether the configured addresses are the real ones.

use super::{Deployment, Distance, Finding, Rule};

pub(super) const RULES: &[Rule] = &[public_origin, base_path, untrusted_proxy];

/// Checks the public origin, which `Origin` is compared with if a browser sends no
/// `Sec-Fetch-Site`.
fn public_origin(deployment: &Deployment<'_>) -> Option<Finding> {
    let public = &deployment.settings.public_origin;
    if deployment.distance != Distance::SameOrigin || deployment.front_end == public {
        return None;
    }
    let trusted = &deployment.settings.csrf.trusted_origins;
    if trusted.contains(deployment.front_end) {
        return None;
    }
    let what = format!(
        "accounts.public_origin is {public}, but pages come from {}: browsers that send no \
         Sec-Fetch-Site get 403 csrf_failed on every unsafe request",
        deployment.front_end
    );
    let finding = Finding::warns("public_origin_differs", what)
        .because(
            "without Fetch Metadata, Origin must equal the public origin: scheme, host and port \
             (OWASP CSRF cheat sheet). Safari before 16.4 and every browser on plain http to \
             another machine send none",
        )
        .change(format!(
            "set accounts.public_origin = \"{}\"",
            deployment.front_end
        ));
    Some(finding)
}

fn base_path(deployment: &Deployment<'_>) -> Option<Finding> {
    let base = &deployment.settings.base;
    let path = &deployment.api.path;
    if path.is_empty() || path == base {
        return None;
    }
    let what = format!(
        "the API is called below {path}, but accounts.base is {base}: browsers never send the \
         refresh cookie, whose Path is {base}/auth/, and every session ends with its first access \
         token"
    );
    let finding = Finding::fails("base_path", what)
        .because(
            "the browser compares a cookie's Path with the URL that it requests; what the proxy makes \
             of the path changes nothing in Set-Cookie (RFC 6265 section 5.1.4)",
        )
        .change(format!(
            "set accounts.base = \"{path}\" and let the proxy pass the path on unchanged"
        ));
    Some(finding)
}

/// Checks that the proxy is trusted. The service itself speaks plain http, so with https there is a
/// proxy.
fn untrusted_proxy(deployment: &Deployment<'_>) -> Option<Finding> {
    if !deployment.api.origin.is_https() || !deployment.settings.proxy.trusted.is_empty() {
        return None;
    }
    let what = "https ends in a proxy, but accounts.proxy.trusted is empty: all clients appear to \
                have the proxy's address and share its limits on attempts";
    let finding = Finding::warns("proxy_not_trusted", what)
        .because(
            "any client can forge X-Forwarded-For, so it is read only from named \
             proxies (ASVS 5.0 4.1.3)",
        )
        .change(
            "set accounts.proxy.trusted to the proxy's address, like [\"127.0.0.1\"], and let \
             the proxy set X-Forwarded-For",
        );
    Some(finding)
}
