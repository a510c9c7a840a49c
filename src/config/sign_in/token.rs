//! Section `token`: claims and lifetimes of the tokens.

use chrono::TimeDelta;

use super::session::SessionSettings;
use crate::config::reader::Reader;
use crate::config::web::origin::Origin;
use rocket_accounts_core::crypto::token::{AccessAlgorithm, TokenPolicy};
use rocket_accounts_core::domain::session::SessionPolicy;

/// The longest issuer and audience, in bytes: longer ones do not fit into a cookie.
const NAME_MAX_BYTES: usize = 200;

/// Tokens.
#[derive(Debug, Clone)]
pub struct TokenSettings {
    /// Claims and lifetimes.
    pub policy: TokenPolicy,
    /// Whether `Authorization: Bearer` is a credential beside the cookie.
    pub allow_bearer: bool,
}

impl TokenSettings {
    pub(in crate::config) fn read(
        reader: &mut Reader<'_>,
        public_origin: &Origin,
        session: &SessionSettings,
    ) -> Self {
        let access_lifetime = reader.duration("token.access_lifetime", "15m", "10s", "60m");
        let policy = TokenPolicy {
            issuer: reader.string("token.issuer", public_origin.as_str()),
            audience: reader.string("token.audience", public_origin.as_str()),
            access_algorithm: reader.choice(
                "token.algorithm",
                &[
                    ("HS256", AccessAlgorithm::Hs256),
                    ("EdDSA", AccessAlgorithm::EdDsa),
                ],
                AccessAlgorithm::Hs256,
            ),
            access_lifetime: TimeDelta::seconds(access_lifetime.num_seconds()),
            leeway: reader.duration("token.leeway", "5s", "0s", "60s"),
        };
        for (key, name) in [
            ("token.issuer", &policy.issuer),
            ("token.audience", &policy.audience),
        ] {
            if name.len() > NAME_MAX_BYTES {
                reader.problem(key, "is too long for a cookie", "use at most 200 bytes");
            }
        }
        let SessionPolicy {
            idle,
            idle_unremembered,
            ..
        } = session.policy;
        let what = if policy.access_lifetime > idle {
            Some("is longer than accounts.session.idle")
        } else if policy.access_lifetime > idle_unremembered {
            Some("is longer than accounts.session.idle_unremembered")
        } else {
            None
        };
        if let Some(what) = what {
            let fix = "make it shorter: an access token is renewed while the session lives";
            reader.problem("token.access_lifetime", what, fix);
        }
        Self {
            policy,
            allow_bearer: reader.bool("token.allow_bearer", true),
        }
    }
}
