//! The three cookies of a session, and the one of the device: names and attributes, and how they are
//! set and cleared.
//!
//! `read` parses the `Cookie` header, [`PresentedCookies`] are our cookies in a request, and
//! [`CookiesToClear`] decides which cookies an error makes useless.

mod presented;
mod read;
mod to_clear;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use rocket::Request;
use rocket::http::{Cookie, Header, SameSite as RocketSameSite};
use rocket::time::{Duration, OffsetDateTime};

pub(crate) use presented::PresentedCookies;
pub use read::cookie_values;
pub(crate) use to_clear::CookiesToClear;

use crate::config::{CookieSettings, SameSite};
use rocket_accounts_core::auth::SignedIn;
use rocket_accounts_core::crypto::device;

/// One cookie's name and attributes.
#[derive(Debug, Clone)]
struct CookieAttributes {
    name: String,
    path: String,
    http_only: bool,
    domain: Option<String>,
}

/// The three cookies as they are written under one value of `cookie.domain`.
#[derive(Debug, Clone)]
struct CookieSet {
    access: CookieAttributes,
    refresh: CookieAttributes,
    csrf: CookieAttributes,
}

impl CookieSet {
    fn new(secure: bool, domain: Option<&str>, base: &str) -> Self {
        let prefix = |path: &str| match (secure, domain) {
            (false, _) => "",
            (true, None) if path == "/" => "__Host-",
            (true, _) => "__Secure-",
        };
        let shape = |name, path: &str, http_only| CookieAttributes {
            name: format!("{}{name}", prefix(path)),
            path: path.to_owned(),
            http_only,
            domain: domain.map(str::to_owned),
        };
        Self {
            access: shape("access_token", "/", true),
            refresh: shape("refresh_token", &format!("{base}/auth/"), true),
            csrf: shape("csrftoken", "/", false),
        }
    }

    fn all(&self) -> [&CookieAttributes; 3] {
        [&self.access, &self.refresh, &self.csrf]
    }
}

/// How this site writes and reads its cookies.
#[derive(Debug, Clone)]
pub(crate) struct CookiePolicy {
    current: CookieSet,
    /// Sets that browsers may still have from before `cookie.domain` was changed: read if none of
    /// the current set was sent, and cleared together with it.
    former: Vec<CookieSet>,
    /// Outlives sessions, and is host-only, whatever `cookie.domain` is.
    device: CookieAttributes,
    secure: bool,
    same_site: RocketSameSite,
}

impl CookiePolicy {
    pub(crate) fn new(settings: &CookieSettings, base: &str) -> Self {
        let secure = !settings.allow_insecure;
        let device = CookieAttributes {
            name: format!("{}device", if secure { "__Secure-" } else { "" }),
            path: format!("{base}/auth/"),
            http_only: true,
            domain: None,
        };
        let set = |domain| CookieSet::new(secure, domain, base);
        // No other host can set a `__Host-` cookie, so the host's own set costs nothing to read.
        let host_only = settings.domain.is_some().then(|| set(None));
        let domains = settings.former_domains.iter();
        let former = host_only
            .into_iter()
            .chain(domains.map(|domain| set(Some(domain))));
        Self {
            current: set(settings.domain.as_deref()),
            former: former.collect(),
            device,
            secure,
            same_site: match settings.same_site {
                SameSite::Lax => RocketSameSite::Lax,
                SameSite::Strict => RocketSameSite::Strict,
                SameSite::None => RocketSameSite::None,
            },
        }
    }

    /// Returns the names of access, refresh and CSRF cookie.
    pub(crate) fn names(&self) -> [&str; 3] {
        self.current.all().map(|shape| shape.name.as_str())
    }

    /// Returns whether the cookies have plain names, which any host may set (development only).
    pub(crate) fn is_insecure(&self) -> bool {
        !self.secure
    }

    /// Returns the three cookies of a session, for a request that presented `held`. The access
    /// cookie ends with its token, the others with the session; those of a session that is not to
    /// be remembered end with the browser (RFC 6265 section 5.3). A refresh cookie that the browser
    /// already has is not written again, nor is the CSRF cookie, which must always be of the same
    /// session: a late response would overwrite that of a newer login.
    pub(crate) fn sign_in(
        &self,
        signed_in: &SignedIn,
        csrf: &str,
        held: &PresentedCookies<'_>,
        now: DateTime<Utc>,
    ) -> Vec<Header<'static>> {
        // Tokens end on whole seconds; so does the count until then.
        let now = now.trunc_subsecs(0);
        let access = &signed_in.access;
        let refresh = &signed_in.refresh;
        let until_session_ends = refresh.expires_at - now;
        let until_access_ends = (access.expires_at - now).min(until_session_ends);
        let set = |shape, value, max_age| {
            let remembered = signed_in.session.remembered.then_some(max_age);
            self.set(shape, value, remembered)
        };
        let of = &self.current;
        let mut headers = vec![set(&of.access, access.expose(), until_access_ends)];
        if !signed_in.holds_refresh || held.has_leftovers {
            headers.push(set(&of.refresh, refresh.expose(), until_session_ends));
            headers.push(set(&of.csrf, csrf, until_session_ends));
        }
        if let Some(device) = &signed_in.device {
            let value = device.to_value();
            headers.push(set(&self.device, &value, device::LIFETIME));
        }
        if held.has_leftovers {
            let leftovers = self.former.iter().flat_map(CookieSet::all);
            headers.extend(leftovers.map(|shape| self.removal(shape)));
        }
        headers
    }

    /// Returns the CSRF cookie alone, which ends at `until`, or else with the browser.
    pub(crate) fn csrf(
        &self,
        token: &str,
        until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Header<'static> {
        let max_age = until.map(|until| until.trunc_subsecs(0) - now.trunc_subsecs(0));
        self.set(&self.current.csrf, token, max_age)
    }

    /// Removes cookies in every form in which they may have been set: browsers distinguish cookies
    /// by name, domain and path (RFC 6265 section 5.3).
    pub(crate) fn clear(&self, clears: CookiesToClear) -> Vec<Header<'static>> {
        let sets = std::iter::once(&self.current).chain(&self.former);
        sets.flat_map(|set| clears.of(set))
            .map(|shape| self.removal(shape))
            .collect()
    }

    /// Sets a cookie that ends with the browser if it has no `max_age`.
    fn set(
        &self,
        shape: &CookieAttributes,
        value: &str,
        max_age: Option<TimeDelta>,
    ) -> Header<'static> {
        let mut cookie = self.build(shape, value);
        cookie.set_max_age(max_age.map(|it| Duration::seconds(it.num_seconds().max(0))));
        header(&cookie)
    }

    fn removal(&self, shape: &CookieAttributes) -> Header<'static> {
        let mut cookie = self.build(shape, "");
        cookie.set_max_age(Duration::ZERO);
        cookie.set_expires(OffsetDateTime::UNIX_EPOCH);
        header(&cookie)
    }

    fn build(&self, shape: &CookieAttributes, value: &str) -> Cookie<'static> {
        let mut cookie = Cookie::build((shape.name.clone(), value.to_owned()))
            .path(shape.path.clone())
            .http_only(shape.http_only)
            .secure(self.secure)
            .same_site(self.same_site);
        if let Some(domain) = &shape.domain {
            cookie = cookie.domain(domain.clone());
        }
        cookie.build()
    }

    /// Returns all values of the access cookie.
    pub(crate) fn access_in<'r>(&self, request: &'r Request<'_>) -> Vec<&'r str> {
        let values = read::values(request, &self.current.access.name);
        if values.is_empty() && !self.former.is_empty() {
            return PresentedCookies::of(request, self).tokens.access;
        }
        values
    }

    /// Returns all values of the CSRF cookie.
    pub(crate) fn csrf_in<'r>(&self, request: &'r Request<'_>) -> Vec<&'r str> {
        let values = read::values(request, &self.current.csrf.name);
        if values.is_empty() && !self.former.is_empty() {
            return PresentedCookies::of(request, self).tokens.csrf;
        }
        values
    }
}

fn header(cookie: &Cookie<'_>) -> Header<'static> {
    Header::new("Set-Cookie", cookie.to_string())
}
