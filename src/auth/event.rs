//! Security events as log lines (ASVS 5.0 16.3, OWASP Logging Cheat Sheet): one line each, found by
//! its field `event`. A user is named by identifier, a session by a hash of its own, a name that
//! nobody has not at all.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tracing::field::display;

use super::SignedIn;
use crate::domain::session::SessionId;
use crate::domain::user::UserId;

/// Whom and what an event is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About {
    pub(super) user: Option<UserId>,
    pub(super) session: Option<SessionId>,
    pub(super) address: Option<IpAddr>,
}

impl About {
    /// A user, from wherever.
    pub(super) fn user(id: UserId) -> Self {
        Self {
            user: Some(id),
            ..Self::default()
        }
    }

    /// What a browser was handed.
    pub(super) fn of(signed_in: &SignedIn) -> Self {
        Self {
            user: Some(signed_in.user.id),
            session: Some(signed_in.session.id),
            address: signed_in.session.client.address,
        }
    }
}

/// Something that was asked for and done.
pub(super) fn done(event: &'static str, about: About) {
    let (user_id, session, address) = fields(about);
    tracing::info!(event, user_id, session, address);
}

/// Something that was tried and refused.
pub(super) fn refused(event: &'static str, about: About) {
    let (user_id, session, address) = fields(about);
    tracing::warn!(event, user_id, session, address);
}

type Shown<T> = Option<tracing::field::DisplayValue<T>>;

fn fields(about: About) -> (Shown<UserId>, Shown<String>, Shown<IpAddr>) {
    let session = about.session.map(|id| {
        let hash = Sha256::digest(id.0.as_bytes());
        display(URL_SAFE_NO_PAD.encode(&hash[..9]))
    });
    (about.user.map(display), session, about.address.map(display))
}
