//! Verifying presented tokens.
//!
//! The provider computes and compares the signature. Everything else is checked here, once: the
//! header may hold `alg`, `typ` and `kid` alone, the algorithm is that of the key which `kid`
//! names, each claim must be there with its JSON type, times are read from our own clock, and the
//! span between `iat` and `exp` must be one that some settings allow.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Algorithm;
use serde::Deserialize;
use thiserror::Error;

use super::policy::{ACCESS_LIFETIME_MAX, REFRESH_LIFETIME_MAX};
use super::{Claims, Kind, TokenPolicy};
use crate::id::{Generation, SessionId};
use crate::keyring::VerifyingKey;
use crate::provider;

/// The longest token that is parsed, in bytes.
pub const PRESENTED_MAX_BYTES: usize = 4096;
/// How far in the future an access token may have been issued, for clocks that differ.
const FUTURE_TOLERANCE: TimeDelta = TimeDelta::seconds(60);
/// At most this many values of one cookie are verified.
const CANDIDATES_MAX: usize = 8;

/// Why a presented token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenError {
    /// Invalid for any reason but expiry; deliberately not distinguished.
    #[error("the token is not valid")]
    Invalid,
    /// Signed by us and well-formed, but expired; or an access token from the future, issued by a
    /// clock that was ahead: it is of no use now, but the refresh token is. Carries the claims:
    /// logout still ends the session.
    #[error("the token has expired")]
    Expired(Box<Claims>),
}

/// Returns the claims that we signed, expired or not: enough to end the session that they name, or to
/// take its place.
#[must_use]
pub fn signed(verdict: &Result<Claims, TokenError>) -> Option<&Claims> {
    match verdict {
        Ok(claims) => Some(claims),
        Err(TokenError::Expired(claims)) => Some(claims),
        Err(TokenError::Invalid) => None,
    }
}

/// The header of a token, which may hold nothing else (RFC 8725 section 3.10).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StrictHeader {
    alg: String,
    typ: String,
    pub(crate) kid: String,
}

/// Returns the header of a text that could be a token of this kind.
pub(crate) fn header_of(kind: Kind, text: &str) -> Option<StrictHeader> {
    if text.len() > PRESENTED_MAX_BYTES {
        return None;
    }
    let (header, _) = text.split_once('.')?;
    let header = URL_SAFE_NO_PAD.decode(header).ok()?;
    let header: StrictHeader = serde_json::from_slice(&header).ok()?;
    (header.typ == kind.typ()).then_some(header)
}

/// Returns the session that a text claims to be a token of. Nothing is verified.
#[must_use]
pub fn claimed_session(text: &str) -> Option<SessionId> {
    #[derive(Deserialize)]
    struct Claimed {
        sid: SessionId,
    }

    if text.len() > PRESENTED_MAX_BYTES {
        return None;
    }
    let claims = text.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    let Claimed { sid } = serde_json::from_slice(&claims).ok()?;
    Some(sid)
}

/// Returns the texts without repetitions.
#[must_use]
pub fn distinct<'t>(texts: &[&'t str]) -> Vec<&'t str> {
    let mut distinct = texts.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}

/// Returns the claims of the one valid token among the texts that came under one name. A sibling
/// domain can add cookies but not replace ours; if two are valid it is unknown which is meant, so
/// neither is accepted.
pub fn exactly_one_valid(
    candidates: &[&str],
    verifier: impl Fn(&str) -> Result<Claims, TokenError>,
) -> Result<Claims, TokenError> {
    let distinct = distinct(candidates);
    if distinct.len() > CANDIDATES_MAX {
        return Err(TokenError::Invalid);
    }
    let verdicts = distinct.into_iter().map(verifier);
    let (good, bad): (Vec<_>, Vec<_>) = verdicts.partition(Result::is_ok);
    let mut good = good.into_iter().flatten();
    match (good.next(), good.next()) {
        (Some(claims), None) => Ok(claims),
        (Some(_), Some(_)) => Err(TokenError::Invalid),
        (None, _) => {
            let mut bad = bad.into_iter().filter_map(Result::err);
            let expired = bad.find(|rejection| matches!(rejection, TokenError::Expired(_)));
            Err(expired.unwrap_or(TokenError::Invalid))
        }
    }
}

/// Verifies tokens under one policy.
#[derive(Debug)]
pub(crate) struct TokenVerifier {
    policy: TokenPolicy,
    longest_access: TimeDelta,
}

impl TokenVerifier {
    pub(crate) fn new(policy: TokenPolicy) -> Self {
        Self {
            policy,
            longest_access: ACCESS_LIFETIME_MAX,
        }
    }

    /// Refuses access tokens that live longer than `longest`.
    pub(crate) fn with_longest_access(self, longest: TimeDelta) -> Self {
        Self {
            longest_access: longest,
            ..self
        }
    }

    pub(crate) fn policy(&self) -> &TokenPolicy {
        &self.policy
    }

    /// Verifies a token under the key that `key_of` has for its `kid`.
    pub(crate) fn verify<'k>(
        &self,
        kind: Kind,
        text: &str,
        now: DateTime<Utc>,
        key_of: impl FnOnce(&str) -> Option<&'k VerifyingKey>,
    ) -> Result<Claims, TokenError> {
        let claims = self.verify_signed(kind, text, key_of);
        let claims = claims.ok_or(TokenError::Invalid)?;
        if !self.has_plausible_lifetime(kind, &claims) {
            return Err(TokenError::Invalid);
        }
        let is_over = claims.exp + self.policy.leeway.num_seconds() <= now.timestamp();
        if is_over || is_from_the_future(kind, &claims, now) {
            return Err(TokenError::Expired(Box::new(claims)));
        }
        Ok(claims)
    }

    fn verify_signed<'k>(
        &self,
        kind: Kind,
        text: &str,
        key_of: impl FnOnce(&str) -> Option<&'k VerifyingKey>,
    ) -> Option<Claims> {
        let header = header_of(kind, text)?;
        let VerifyingKey { algorithm, key } = key_of(&header.kid)?;
        // The key decides the algorithm, not the token.
        let name = match algorithm {
            Algorithm::HS256 => "HS256",
            Algorithm::EdDSA => "EdDSA",
            _ => return None,
        };
        if header.alg != name {
            return None;
        }
        let (message, signature) = text.rsplit_once('.')?;
        if !provider::verify(signature, message.as_bytes(), key, *algorithm) {
            return None;
        }
        let (_, claims) = message.split_once('.')?;
        // A fourth segment has a dot, which is not of the alphabet.
        let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
        let claims: Claims = serde_json::from_slice(&claims).ok()?;
        let is_for_us = claims.iss == self.policy.issuer && claims.aud == self.policy.audience;
        (is_for_us && claims.generation >= Generation::FIRST).then_some(claims)
    }

    fn has_plausible_lifetime(&self, kind: Kind, claims: &Claims) -> bool {
        let lifetime = claims.exp.saturating_sub(claims.iat);
        let longest = match kind {
            Kind::Access => self.longest_access,
            Kind::Refresh => REFRESH_LIFETIME_MAX,
        };
        claims.iat >= 0 && (0..=longest.num_seconds()).contains(&lifetime)
    }
}

/// Returns whether an access token was issued in the future. For a refresh token it does not
/// matter: the store knows when its session ends, and correcting a clock must not sign users out.
fn is_from_the_future(kind: Kind, claims: &Claims, now: DateTime<Utc>) -> bool {
    let latest = now
        .timestamp()
        .saturating_add(FUTURE_TOLERANCE.num_seconds());
    kind == Kind::Access && claims.iat > latest
}
