//! Which cookies a response clears.

use super::{CookieAttributes, CookieSet, PresentedCookies};
use crate::accounts::Accounts;
use rocket_accounts_core::auth;
use rocket_accounts_core::domain::session::{Ended, RevocationReason, SessionId};

/// Which cookies a response clears. A rejection clears only those of a session that is known to be
/// over. Missing, ambiguous, foreign and invalid tokens clear no cookie: an attacker may have
/// planted them to have the real ones cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CookiesToClear {
    Nothing,
    /// The access cookie.
    Access,
    /// The refresh and the CSRF cookie, which belong together.
    Session,
    All,
}

impl CookiesToClear {
    /// Returns the cookies that are useless after `error` for an access cookie of `session` beside
    /// these CSRF cookies.
    ///
    /// If the browser itself opened a newer session, its cookies have replaced the ones of this
    /// request already. An expired access cookie stays: a refresh in another tab may have
    /// replaced it just now.
    pub(crate) fn after_access(
        error: &auth::Error,
        session: SessionId,
        accounts: &Accounts,
        csrf: &[&str],
    ) -> Self {
        if !ends_for_good(error) {
            return Self::Nothing;
        }
        // The refresh cookie is sent to other paths; it is valid only beside the CSRF cookie of its
        // session, which therefore represents both.
        if accounts.is_bound(csrf, session) {
            Self::All
        } else {
            Self::Access
        }
    }

    /// Returns the cookies that are useless after `error` for the refresh token of the session that
    /// the CSRF cookie names.
    pub(crate) fn after_refresh(
        error: &auth::Error,
        accounts: &Accounts,
        held: &PresentedCookies<'_>,
    ) -> Self {
        if !ends_for_good(error) {
            Self::Nothing
        } else if accounts.has_foreign_access(&held.tokens) {
            Self::Session
        } else {
            Self::All
        }
    }

    pub(super) fn of(self, set: &CookieSet) -> Vec<&CookieAttributes> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Access => vec![&set.access],
            Self::Session => vec![&set.refresh, &set.csrf],
            Self::All => set.all().to_vec(),
        }
    }
}

fn ends_for_good(error: &auth::Error) -> bool {
    match error {
        auth::Error::SessionEnded(Ended::Revoked(RevocationReason::Superseded)) => false,
        auth::Error::SessionEnded(_) => true,
        _ => false,
    }
}
