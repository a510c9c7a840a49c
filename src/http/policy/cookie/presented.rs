//! Our cookies in a request.

use rocket::Request;

use super::CookiePolicy;
use super::read::values;
use rocket_accounts_core::auth::PresentedTokens;

/// The values presented under our cookies' names, valid or not.
#[derive(Debug)]
pub(crate) struct PresentedCookies<'r> {
    pub(crate) tokens: PresentedTokens<'r>,
    pub(crate) devices: Vec<&'r str>,
    /// Whether some of them may have been set before `cookie.domain` was changed.
    pub(super) has_leftovers: bool,
}

impl<'r> PresentedCookies<'r> {
    /// Reads the current names, and those of a former `cookie.domain` only if neither an access nor
    /// a CSRF cookie has a current one: cookies that a sibling host may have planted are never
    /// mixed with those that it cannot plant.
    pub(crate) fn of(request: &'r Request<'_>, policy: &CookiePolicy) -> Self {
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
}
