//! The contents, lifetimes and signature algorithm of tokens.

use chrono::TimeDelta;

/// The longest lifetimes that the settings allow. A token may live as long as any of them: what was in
/// force when it was issued may have been changed since, and replicas change one after another.
pub const ACCESS_LIFETIME_MAX: TimeDelta = TimeDelta::hours(1);
/// The same for a refresh token, which ends with its session.
pub const REFRESH_LIFETIME_MAX: TimeDelta = TimeDelta::days(400);

/// The signature algorithm of access tokens. Refresh and CSRF tokens, which no other service reads,
/// use HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccessAlgorithm {
    /// HMAC-SHA256: a service that verifies could also sign.
    #[default]
    Hs256,
    /// Ed25519 (RFC 8037): other services verify with public keys.
    EdDsa,
}

/// Issuer, audience and lifetime of tokens, and the signature algorithm of access tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPolicy {
    /// The `iss` claim.
    pub issuer: String,
    /// The `aud` claim.
    pub audience: String,
    /// The algorithm of access tokens.
    pub access_algorithm: AccessAlgorithm,
    /// Lifetime of an access token, whole seconds.
    pub access_lifetime: TimeDelta,
    /// How long an expired token is still accepted, for clocks that differ.
    pub leeway: TimeDelta,
}
