//! Access and refresh tokens: JWTs (RFC 7519, RFC 9068 for the access token's type) under the
//! checks of RFC 8725.
//!
//! `jsonwebtoken` computes and compares the signature and pins the algorithm. Everything it is
//! lenient about is judged here: the header may hold `alg`, `typ` and `kid` alone, each claim
//! must be there with its JSON type, times are read from our own clock, and the span between
//! `iat` and `exp` must be one that we would issue.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::keyring::{JwtKey, Key, KeyRing};
use super::random;
use crate::domain::session::{Generation, Session, SessionId};
use crate::domain::user::UserId;

/// A token is at most this long when it is issued, in bytes.
pub const ISSUED_MAX_BYTES: usize = 1024;
/// A longer token is refused before it is looked into, in bytes.
pub const PRESENTED_MAX_BYTES: usize = 4096;
/// A token may claim to be issued this far in the future, for clocks that differ.
const FUTURE_TOLERANCE: TimeDelta = TimeDelta::seconds(60);

/// Which token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Says who is asking.
    Access,
    /// Is exchanged for a new pair.
    Refresh,
}

impl Kind {
    const fn typ(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Refresh => "rt+jwt",
        }
    }

    const fn key(self, key: &Key) -> &JwtKey {
        match self {
            Self::Access => &key.access,
            Self::Refresh => &key.refresh,
        }
    }
}

/// What a token states. Both kinds have the same claims; all are required, no other is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// The user.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// The session's generation.
    #[serde(rename = "gen")]
    pub generation: Generation,
    /// Issued at, in seconds since 1970.
    pub iat: i64,
    /// Expires at, in seconds since 1970.
    pub exp: i64,
    /// Identifier of this token.
    pub jti: String,
}

/// A signed token on its way to a cookie.
#[derive(Clone)]
pub struct Issued {
    /// The compact form.
    pub text: SecretString,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issued([redacted] until {})", self.expires_at)
    }
}

/// Why a presented token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Rejection {
    /// Anything but expiry; deliberately not told apart.
    #[error("the token is not valid")]
    Invalid,
    /// Signed by us and well-formed, but over. Carries the claims: logout still ends the session.
    #[error("the token has expired")]
    Expired(Box<Claims>),
}

/// A token could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IssueError {
    /// No random bytes for the identifier.
    #[error(transparent)]
    Random(#[from] random::Error),
    /// The signer failed.
    #[error("signing failed")]
    Sign(#[from] jsonwebtoken::errors::Error),
    /// Longer than [`ISSUED_MAX_BYTES`]: issuer and audience are too long.
    #[error("the token has {0} bytes, more than fit a cookie")]
    TooLong(usize),
}

/// What tokens say of their issuer, and how long they live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPolicy {
    /// The `iss` claim.
    pub issuer: String,
    /// The `aud` claim.
    pub audience: String,
    /// Lifetime of an access token, whole seconds.
    pub access_lifetime: TimeDelta,
    /// Longest lifetime of a refresh token, whole seconds: the session's idle time.
    pub refresh_lifetime: TimeDelta,
    /// An expired token is still taken for this long, for clocks that differ.
    pub leeway: TimeDelta,
}

/// Signs and judges tokens.
#[derive(Debug)]
pub struct Tokens {
    ring: KeyRing,
    policy: TokenPolicy,
    validation: Validation,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    alg: String,
    typ: String,
    kid: String,
}

impl Tokens {
    /// Tokens under `policy`, signed by the ring's active key.
    #[must_use]
    pub fn new(ring: KeyRing, policy: TokenPolicy) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&policy.issuer]);
        validation.set_audience(&[&policy.audience]);
        // Times are judged below, with our own clock.
        validation.validate_exp = false;
        validation.leeway = 0;
        Self {
            ring,
            policy,
            validation,
        }
    }

    pub(crate) fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// An access token for the session's newest generation, issued now.
    ///
    /// # Errors
    /// See [`IssueError`].
    pub fn issue_access(
        &self,
        session: &Session,
        now: DateTime<Utc>,
    ) -> Result<Issued, IssueError> {
        self.issue(
            Kind::Access,
            session,
            now,
            now + self.policy.access_lifetime,
        )
    }

    /// The refresh token of the session's newest generation. Its times are those of the
    /// rotation, so repeating it does not lengthen it.
    ///
    /// # Errors
    /// See [`IssueError`].
    pub fn issue_refresh(&self, session: &Session) -> Result<Issued, IssueError> {
        let (from, until) = (session.rotated_at, session.expires_at());
        self.issue(Kind::Refresh, session, from, until)
    }

    fn issue(
        &self,
        kind: Kind,
        session: &Session,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Issued, IssueError> {
        let claims = Claims {
            iss: self.policy.issuer.clone(),
            aud: self.policy.audience.clone(),
            sub: session.user_id,
            sid: session.id,
            generation: session.generation,
            iat: from.timestamp(),
            exp: until.timestamp(),
            jti: random::token_id()?,
        };
        let key = self.ring.active();
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(kind.typ().to_owned());
        header.kid = Some(key.id.clone());
        let text = jsonwebtoken::encode(&header, &claims, &kind.key(key).encoding)?;
        if text.len() > ISSUED_MAX_BYTES {
            return Err(IssueError::TooLong(text.len()));
        }
        let expires_at = DateTime::from_timestamp(claims.exp, 0).unwrap_or(until);
        Ok(Issued {
            text: SecretString::from(text),
            expires_at,
        })
    }

    /// Judges a presented token of the given kind.
    ///
    /// # Errors
    /// See [`Rejection`].
    pub fn verify(&self, kind: Kind, text: &str, now: DateTime<Utc>) -> Result<Claims, Rejection> {
        let claims = self.verify_signed(kind, text).ok_or(Rejection::Invalid)?;
        if !self.has_plausible_times(kind, &claims, now) {
            return Err(Rejection::Invalid);
        }
        if claims.exp + self.policy.leeway.num_seconds() <= now.timestamp() {
            return Err(Rejection::Expired(Box::new(claims)));
        }
        Ok(claims)
    }

    fn verify_signed(&self, kind: Kind, text: &str) -> Option<Claims> {
        if text.len() > PRESENTED_MAX_BYTES {
            return None;
        }
        let (header, _) = text.split_once('.')?;
        let header = URL_SAFE_NO_PAD.decode(header).ok()?;
        let header: StrictHeader = serde_json::from_slice(&header).ok()?;
        if header.alg != "HS256" || header.typ != kind.typ() {
            return None;
        }
        let key = kind.key(self.ring.find(&header.kid)?);
        let data = jsonwebtoken::decode::<Claims>(text, &key.decoding, &self.validation);
        data.ok().map(|data| data.claims)
    }

    fn has_plausible_times(&self, kind: Kind, claims: &Claims, now: DateTime<Utc>) -> bool {
        let latest = now
            .timestamp()
            .saturating_add(FUTURE_TOLERANCE.num_seconds());
        let lifetime = claims.exp.saturating_sub(claims.iat);
        let lifetime_fits = match kind {
            Kind::Access => lifetime == self.policy.access_lifetime.num_seconds(),
            // A refresh token ends with its session, so it may be shorter than the idle time.
            Kind::Refresh => (0..=self.policy.refresh_lifetime.num_seconds()).contains(&lifetime),
        };
        claims.iat >= 0 && claims.iat <= latest && lifetime_fits
    }
}

impl Issued {
    /// The compact form.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
