//! Which hosts are one site. A public suffix is a domain below which anyone can register names,
//! like `com` and `github.io`; a site is a public suffix and the one label before it. The list is
//! Mozilla's (publicsuffix.org), as compiled into the crate `psl`.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Returns whether `domain` is a public suffix: a browser refuses cookies for all of it (RFC
/// 6265bis section 5.7).
#[must_use]
pub fn is_public_suffix(domain: &str) -> bool {
    suffix_of(domain).is_some_and(|suffix| suffix.len() == domain.len())
}

/// Returns the name that was registered, which `host` is or is below. An address, a single label
/// and a public suffix are sites of their own.
#[must_use]
pub fn registrable_domain(host: &str) -> &str {
    let Some(suffix) = suffix_of(host) else {
        return host;
    };
    let before = host.len() - suffix.len();
    let Some(above) = host[..before].strip_suffix('.') else {
        return host;
    };
    let start = above.rfind('.').map_or(0, |dot| dot + 1);
    &host[start..]
}

/// Returns the public suffix that `host` is or is below. The last label of a name that is not on
/// the list counts as one, as in browsers.
pub(in crate::config) fn suffix_of(host: &str) -> Option<&str> {
    if is_address(host) || !host.contains('.') {
        return None;
    }
    let suffix = psl::suffix(host.as_bytes())?;
    host.get(host.len() - suffix.as_bytes().len()..)
}

/// Returns whether a host, as browsers write it, is an address and no name.
pub(in crate::config) fn is_address(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.parse::<Ipv4Addr>().is_ok() || bare.parse::<Ipv6Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_of_registries_and_of_companies_are_public() {
        for domain in [
            "co.uk",
            "github.io",
            "vercel.app",
            "s3.amazonaws.com",
            "xn--55qx5d.cn",
            "ck.ck",
        ] {
            assert!(is_public_suffix(domain), "{domain}");
        }
        for domain in [
            "app.example",
            "example.co.uk",
            "ada.github.io",
            "www.ck",
            "localhost",
            "127.0.0.1",
            "[::1]",
        ] {
            assert!(!is_public_suffix(domain), "{domain}");
        }
    }

    #[test]
    fn a_site_is_what_was_registered() {
        for (host, site) in [
            ("app.example", "app.example"),
            ("www.shop.app.example", "app.example"),
            ("a.example.co.uk", "example.co.uk"),
            ("b.ada.github.io", "ada.github.io"),
            ("github.io", "github.io"),
            ("api.corp.internal", "corp.internal"),
            ("localhost", "localhost"),
            ("192.0.2.1", "192.0.2.1"),
            ("[2001:db8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(registrable_domain(host), site, "{host}");
        }
    }
}
