//! What tokens say, how long they live, and how access tokens are signed.

use chrono::TimeDelta;

/// The longest lifetimes that the settings allow. A token may live as long as any of them: what was in
/// force when it was issued may have been changed since, and replicas change one after another.
pub const ACCESS_LIFETIME_MAX: TimeDelta = TimeDelta::hours(1);
/// The same for a refresh token, which ends with its session.
pub const REFRESH_LIFETIME_MAX: TimeDelta = TimeDelta::days(400);

/// How access tokens are signed. Refresh and CSRF tokens, which nobody else reads, have HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccessAlgorithm {
    /// HMAC-SHA256: whoever verifies could sign, too.
    #[default]
    Hs256,
    /// Ed25519 (RFC 8037): other services verify with public keys.
    EdDsa,
}

/// What tokens say of their issuer, how long they live, and how access tokens are signed.
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
    /// An expired token is still taken for this long, for clocks that differ.
    pub leeway: TimeDelta,
}
