//! What a request carries of our cookies.

use rocket::Request;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};

use super::CookiePolicy;
use super::read::values;
use crate::auth::{Arrival, PresentedTokens};
use crate::crypto::device::Device;
use crate::http::client::Browser;
use crate::http::refusal::Refusal;
use crate::http::site::Site;

/// The values that came under our cookies' names, good or bad.
#[derive(Debug)]
pub(crate) struct Held<'r> {
    pub(crate) tokens: PresentedTokens<'r>,
    devices: Vec<&'r str>,
    /// Whether some of them may have been set before `cookie.domain` was changed.
    pub(super) has_leftovers: bool,
}

impl<'r> Held<'r> {
    /// Reads the current names, and those of a former `cookie.domain` only where neither an access
    /// nor a CSRF cookie came under a current one: what a sibling host may have planted never
    /// stands beside what it cannot plant.
    pub(super) fn of(request: &'r Request<'_>, policy: &CookiePolicy) -> Self {
        let current = &policy.current;
        let mut access = values(request, &current.access.name);
        let mut csrf = values(request, &current.csrf.name);
        let refresh = values(request, &current.refresh.name);
        let mut has_leftovers = false;
        if !policy.former.is_empty() {
            has_leftovers = refresh.len() > 1;
            if access.is_empty() && csrf.is_empty() {
                // The refresh cookie has one name in all sets; of several sets with the same names
                // the values come several times, which counts as once.
                for set in &policy.former {
                    access.extend(values(request, &set.access.name));
                    csrf.extend(values(request, &set.csrf.name));
                }
                has_leftovers |= !access.is_empty() || !csrf.is_empty();
            }
        }
        Self {
            tokens: PresentedTokens {
                access,
                refresh,
                csrf,
            },
            devices: values(request, &policy.device.name),
            has_leftovers,
        }
    }

    /// What is known of the browser that asks for a session.
    pub(crate) fn arrival(&self, site: &Site, browser: Browser, remember: bool) -> Arrival {
        Arrival {
            client: browser.0,
            remember,
            replaces: site.accounts.held_session(&self.tokens),
            devices: Device::all(&self.devices),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Held<'r> {
    type Error = Refusal;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refusal> {
        let site = try_outcome!(Site::of(request));
        Outcome::Success(Self::of(request, &site.cookies))
    }
}
