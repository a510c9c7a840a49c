//! The three cookies: how they are written, and a byte-exact reader.
//!
//! Rocket's own jar decodes and trims cookie *names*, so that `__%48ost-access_token`, which any
//! sibling domain can set, reads as `__Host-access_token`; and of a repeated name it keeps the
//! last. This reader takes the raw header apart as RFC 6265 section 4.2.1 writes it, compares
//! names byte by byte, and hands out every value that came.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use rocket::Request;
use rocket::http::{Cookie, Header, SameSite as RocketSameSite};
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::time::{Duration, OffsetDateTime};

use super::refusal::Refusal;
use super::site::Site;
use crate::auth::{self, SignedIn};
use crate::config::{CookieSettings, SameSite};
use crate::domain::session::{Ended, RevocationReason};

/// Which cookies a refusal makes useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clears {
    Nothing,
    Access,
    Refresh,
    All,
}

impl Clears {
    /// What an error makes of the cookies; `presented` is the one that carried the token.
    ///
    /// If the browser itself opened a newer session, its cookies have replaced the ones of this
    /// request already. An expired access cookie stays: a refresh in another tab may have
    /// replaced it just now.
    pub(crate) fn made_useless_by(error: &auth::Error, presented: Self) -> Self {
        match error {
            auth::Error::TokenNotValid => presented,
            auth::Error::SessionEnded(Ended::Revoked(RevocationReason::Superseded)) => {
                Self::Nothing
            }
            auth::Error::SessionEnded(_) => Self::All,
            _ => Self::Nothing,
        }
    }
}

/// One cookie's name and attributes.
#[derive(Debug, Clone)]
struct Shape {
    name: String,
    path: String,
    http_only: bool,
}

/// How this site writes and reads its cookies.
#[derive(Debug, Clone)]
pub(crate) struct CookiePolicy {
    access: Shape,
    refresh: Shape,
    csrf: Shape,
    secure: bool,
    same_site: RocketSameSite,
    domain: Option<String>,
}

impl CookiePolicy {
    pub(crate) fn new(settings: &CookieSettings, base: &str) -> Self {
        let secure = !settings.allow_insecure;
        let prefix = |host_only: bool| match (secure, &settings.domain) {
            (false, _) => "",
            (true, None) if host_only => "__Host-",
            (true, _) => "__Secure-",
        };
        let shape = |name, path: &str, http_only| Shape {
            name: format!("{}{name}", prefix(path == "/")),
            path: path.to_owned(),
            http_only,
        };
        Self {
            access: shape("access_token", "/", true),
            refresh: shape("refresh_token", &format!("{base}/auth/"), true),
            csrf: shape("csrftoken", "/", false),
            secure,
            same_site: match settings.same_site {
                SameSite::Lax => RocketSameSite::Lax,
                SameSite::Strict => RocketSameSite::Strict,
                SameSite::None => RocketSameSite::None,
            },
            domain: settings.domain.clone(),
        }
    }

    /// The names of access, refresh and CSRF cookie.
    pub(crate) fn names(&self) -> [&str; 3] {
        [&self.access.name, &self.refresh.name, &self.csrf.name]
    }

    /// Writes the three cookies of a session. The access cookie goes with its token, the others
    /// with the session. A refresh cookie that the browser holds already is not written again.
    pub(crate) fn sign_in(
        &self,
        signed_in: &SignedIn,
        csrf: &str,
        now: DateTime<Utc>,
    ) -> Vec<Header<'static>> {
        // Tokens end on whole seconds; so does the count until then.
        let now = now.trunc_subsecs(0);
        let access = &signed_in.access;
        let refresh = &signed_in.refresh;
        let until_session_ends = refresh.expires_at - now;
        let until_access_ends = (access.expires_at - now).min(until_session_ends);
        let mut cookies = vec![self.set(&self.access, access.expose(), until_access_ends)];
        if !signed_in.holds_refresh {
            cookies.push(self.set(&self.refresh, refresh.expose(), until_session_ends));
        }
        cookies.push(self.set(&self.csrf, csrf, until_session_ends));
        cookies
    }

    /// The CSRF cookie alone.
    pub(crate) fn csrf(&self, token: &str, max_age: TimeDelta) -> Header<'static> {
        self.set(&self.csrf, token, max_age)
    }

    /// Removes cookies: the attributes are those they were set with, or browsers keep them.
    pub(crate) fn clear(&self, clears: Clears) -> Vec<Header<'static>> {
        let shapes: &[&Shape] = match clears {
            Clears::Nothing => &[],
            Clears::Access => &[&self.access],
            Clears::Refresh => &[&self.refresh],
            Clears::All => &[&self.access, &self.refresh, &self.csrf],
        };
        let clear = |shape: &&Shape| {
            let mut cookie = self.build(shape, "", Duration::ZERO);
            cookie.set_expires(OffsetDateTime::UNIX_EPOCH);
            header(&cookie)
        };
        shapes.iter().map(clear).collect()
    }

    fn set(&self, shape: &Shape, value: &str, max_age: TimeDelta) -> Header<'static> {
        let max_age = Duration::seconds(max_age.num_seconds().max(0));
        header(&self.build(shape, value, max_age))
    }

    fn build(&self, shape: &Shape, value: &str, max_age: Duration) -> Cookie<'static> {
        let mut cookie = Cookie::build((shape.name.clone(), value.to_owned()))
            .path(shape.path.clone())
            .max_age(max_age)
            .http_only(shape.http_only)
            .secure(self.secure)
            .same_site(self.same_site);
        if let Some(domain) = &self.domain {
            cookie = cookie.domain(domain.clone());
        }
        cookie.build()
    }

    /// Every value that came under the access cookie's name.
    pub(crate) fn access_in<'r>(&self, request: &'r Request<'_>) -> Vec<&'r str> {
        values(request, &self.access.name)
    }

    /// Every value that came under the CSRF cookie's name.
    pub(crate) fn csrf_in<'r>(&self, request: &'r Request<'_>) -> Vec<&'r str> {
        values(request, &self.csrf.name)
    }
}

/// What came under our cookies' names, good or bad.
pub(crate) struct Held<'r> {
    pub(crate) access: Vec<&'r str>,
    pub(crate) refresh: Vec<&'r str>,
    pub(crate) csrf: Vec<&'r str>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Held<'r> {
    type Error = Refusal;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refusal> {
        let policy = &try_outcome!(Site::of(request)).cookies;
        Outcome::Success(Self {
            access: policy.access_in(request),
            refresh: values(request, &policy.refresh.name),
            csrf: policy.csrf_in(request),
        })
    }
}

fn header(cookie: &Cookie<'_>) -> Header<'static> {
    Header::new("Set-Cookie", cookie.to_string())
}

/// The values of `name` in all `Cookie` headers of the request; empty ones do not count.
fn values<'r>(request: &'r Request<'_>, name: &str) -> Vec<&'r str> {
    let headers = request.headers().get("Cookie");
    headers
        .flat_map(|header| cookie_values(header, name))
        .collect()
}

/// The values of `name` in one `Cookie` header, byte by byte as they came; empty ones left out.
pub fn cookie_values<'a>(header: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    header.split(';').filter_map(move |pair| {
        let pair = pair.trim_matches([' ', '\t']);
        let (found, value) = pair.split_once('=')?;
        (found == name && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> Vec<&str> {
        cookie_values(header, "__Host-access_token").collect()
    }

    #[test]
    fn names_are_compared_byte_by_byte() {
        assert_eq!(read("__Host-access_token=a.b"), ["a.b"]);
        assert_eq!(read("x=1; __Host-access_token=a;y=2"), ["a"]);
        for foreign in [
            "__%48ost-access_token=evil",
            "__host-access_token=evil",
            "\u{a0}__Host-access_token=evil",
            "\u{2009}__Host-access_token=evil",
            "__Host-access_token =evil",
            "=__Host-access_token=evil",
            "__Host-access_token",
            "__Host-access_token=",
            "\"__Host-access_token\"=evil",
        ] {
            assert!(read(foreign).is_empty(), "{foreign:?}");
        }
    }

    #[test]
    fn every_value_is_handed_out_as_it_came() {
        let header = "__Host-access_token=one; __Host-access_token=\"two\";__Host-access_token=a=b";
        assert_eq!(read(header), ["one", "\"two\"", "a=b"]);
        assert_eq!(read("__Host-access_token=%41"), ["%41"]);
    }
}
