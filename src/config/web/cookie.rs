//! Section `cookie`: attributes of the three cookies.

use super::origin::Origin;
use super::public_suffix::{is_address, is_public_suffix};
use crate::config::reader::Reader;

/// The `SameSite` attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// Sent from other sites on top-level navigation by GET.
    Lax,
    /// Never sent from other sites.
    Strict,
    /// Always sent.
    None,
}

/// Attributes of the cookies.
#[derive(Debug, Clone)]
pub struct CookieSettings {
    /// `SameSite` of all three.
    pub same_site: SameSite,
    /// `Domain` of all three; gives up the `__Host-` prefix.
    pub domain: Option<String>,
    /// Domains that `domain` was set to before: cookies that carry one are still read and cleared.
    pub former_domains: Vec<String>,
    /// Plain names and no `Secure`, for http on this machine.
    pub allow_insecure: bool,
    allow_insecure_same_site_none: bool,
}

impl CookieSettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let choices = [
            ("lax", SameSite::Lax),
            ("strict", SameSite::Strict),
            ("none", SameSite::None),
        ];
        Self {
            same_site: reader.choice("cookie.same_site", &choices, SameSite::Lax),
            domain: reader.optional_string("cookie.domain", None),
            former_domains: reader.texts("cookie.former_domains", "[\"app.example\"]"),
            allow_insecure: reader.bool("cookie.allow_insecure", false),
            allow_insecure_same_site_none: reader
                .bool("cookie.allow_insecure_same_site_none", false),
        }
    }

    /// Checks the attributes. `insecure_origin_is_allowed` admits a public origin on plain http
    /// that is not this machine.
    pub(in crate::config) fn check(
        &self,
        reader: &mut Reader<'_>,
        public_origin: &Origin,
        insecure_origin_is_allowed: bool,
    ) {
        let is_at_home = public_origin.is_loopback()
            || (insecure_origin_is_allowed && !public_origin.is_https());
        if self.allow_insecure && (reader.is_release() || !is_at_home) {
            reader.problem(
                "cookie.allow_insecure",
                "is true, but the profile is release or accounts.public_origin is not this machine",
                "set it to false: cookies without Secure are sent in clear text",
            );
        }
        if self.same_site == SameSite::None && !self.allow_insecure_same_site_none {
            reader.problem(
                "cookie.same_site",
                "is \"none\", which sends the cookies from every site",
                "use \"lax\", or set accounts.cookie.allow_insecure_same_site_none = true if a \
                 front end on another site must be signed in",
            );
        }
        if self.same_site == SameSite::None && self.allow_insecure {
            reader.problem(
                "cookie.same_site",
                "is \"none\" while cookies are not Secure, which browsers refuse",
                "use \"lax\"",
            );
        }
        if let Some(domain) = &self.domain {
            check_domain(reader, "cookie.domain", domain, public_origin);
        }
        for domain in &self.former_domains {
            check_domain(reader, "cookie.former_domains", domain, public_origin);
        }
        self.check_former_domains(reader);
    }

    /// Checks `former_domains`. Each adds three headers to every response that clears the cookies.
    fn check_former_domains(&self, reader: &mut Reader<'_>) {
        const MAX: usize = 4;
        if self.former_domains.len() > MAX {
            reader.problem(
                "cookie.former_domains",
                "has more than 4 domains",
                "keep the domains that were in use within accounts.session.absolute",
            );
        }
        let in_use = |domain| self.domain.as_ref() == Some(domain);
        if self.former_domains.iter().any(in_use) {
            reader.problem(
                "cookie.former_domains",
                "has the domain that accounts.cookie.domain is set to",
                "remove it from the list",
            );
        }
    }
}

fn check_domain(reader: &mut Reader<'_>, key: &'static str, domain: &str, public_origin: &Origin) {
    const FIX: &str = "remove it (best), or set the registrable domain that both hosts share, \
                       like \"app.example\", without a leading dot";
    if is_public_suffix(domain) {
        reader.problem(
            key,
            "is a public suffix, below which others register names: browsers refuse it",
            FIX,
        );
    } else if !covers(domain, public_origin.host()) || !domain.contains('.') || is_address(domain) {
        reader.problem(
            key,
            "does not cover the host of accounts.public_origin, or is a single label or address",
            FIX,
        );
    }
}

/// Returns whether a cookie with this `Domain` goes to `host` (RFC 6265 section 5.1.3).
pub(in crate::config) fn covers(domain: &str, host: &str) -> bool {
    let above = host.strip_suffix(domain);
    above.is_some_and(|above| above.is_empty() || (above.ends_with('.') && !is_address(host)))
}
