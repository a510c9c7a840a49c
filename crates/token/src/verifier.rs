//! Verifying access tokens in another service of the same site, without a store.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::jwks::{self, JwksError};
use super::keyring::{KeyRing, Secret, VerifyingKey};
use super::token::{
    ACCESS_LIFETIME_MAX, AccessAlgorithm, Claims, Kind, TokenError, TokenPolicy, TokenVerifier,
    exactly_one_valid, header_of,
};

/// What the issuing service is configured to put into access tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRules {
    issuer: String,
    audience: String,
    lifetime: TimeDelta,
    leeway: TimeDelta,
}

impl AccessRules {
    /// Takes the settings `token.issuer` and `token.audience` of the issuing service, which are its
    /// public origin if it sets none. The leeway is the default.
    #[must_use]
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            lifetime: ACCESS_LIFETIME_MAX,
            leeway: TimeDelta::seconds(5),
        }
    }

    /// Sets the longest lifetime of a token, one hour by default: a token that lives longer is
    /// refused.
    #[must_use]
    pub fn lifetime(mut self, lifetime: TimeDelta) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Sets how long an expired token is still accepted, for clocks that differ.
    #[must_use]
    pub fn leeway(mut self, leeway: TimeDelta) -> Self {
        self.leeway = leeway;
        self
    }
}

/// Verifies access tokens of one issuer with exactly the checks of the issuer itself. It uses no
/// store, so a revoked session is noticed when its access token expires.
///
/// ```no_run
/// # fn run(document: &str, bearer: &str) -> Result<(), Box<dyn std::error::Error>> {
/// use rocket_accounts_token::{AccessRules, AccessVerifier};
/// use rocket_accounts_token::clock::{Clock, SystemClock};
///
/// let rules = AccessRules::new("https://app.example", "https://app.example");
/// let verifier = AccessVerifier::from_jwks(document, rules)?;
/// let claims = verifier.verify(bearer, SystemClock.now())?;
/// println!("user {}", claims.sub);
/// # Ok(())
/// # }
/// ```
pub struct AccessVerifier {
    keys: HashMap<String, VerifyingKey>,
    verifier: TokenVerifier,
}

impl AccessVerifier {
    /// Verifies with the public keys of a JWK Set, which the issuing service publishes at
    /// `/.well-known/jwks.json` with `token.algorithm = "EdDSA"`. Tokens of any other algorithm
    /// are refused.
    ///
    /// # Errors
    /// If the document cannot be used to verify tokens.
    pub fn from_jwks(document: &str, rules: AccessRules) -> Result<Self, JwksError> {
        let keys = jwks::parse(document)?;
        Ok(Self::new(keys, AccessAlgorithm::EdDsa, rules))
    }

    /// Verifies HS256 tokens with the secrets of the issuing service, with which a token for any
    /// user can be forged; prefer [`from_jwks`](Self::from_jwks).
    #[must_use]
    pub fn from_secrets(active: &Secret, others: &[Secret], rules: AccessRules) -> Self {
        let ring = KeyRing::new(active, others);
        let keys = ring.all();
        let keys = keys.map(|key| (key.id.to_string(), key.access.verifying.clone()));
        Self::new(keys.collect(), AccessAlgorithm::Hs256, rules)
    }

    fn new(
        keys: HashMap<String, VerifyingKey>,
        access_algorithm: AccessAlgorithm,
        rules: AccessRules,
    ) -> Self {
        let verifier = TokenVerifier::new(TokenPolicy {
            issuer: rules.issuer,
            audience: rules.audience,
            access_algorithm,
            access_lifetime: rules.lifetime,
            leeway: rules.leeway,
        })
        .with_longest_access(rules.lifetime);
        Self { keys, verifier }
    }

    /// Returns the claims of an access token.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn verify(&self, text: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let key_of = |id: &str| self.keys.get(id);
        self.verifier.verify(Kind::Access, text, now, key_of)
    }

    /// Returns the claims of the one valid token among several that came under a cookie's name: a
    /// sibling domain can add cookies of that name.
    ///
    /// # Errors
    /// See [`TokenError`]; two valid ones are [`TokenError::Invalid`].
    pub fn verify_one(
        &self,
        candidates: &[&str],
        now: DateTime<Utc>,
    ) -> Result<Claims, TokenError> {
        exactly_one_valid(candidates, |text| self.verify(text, now))
    }

    /// Returns whether the text could be an access token under a key that is not here: a reason to
    /// fetch the JWK Set again, though not often, because any client can send such a text.
    #[must_use]
    pub fn lacks_key_of(&self, text: &str) -> bool {
        header_of(Kind::Access, text).is_some_and(|header| !self.keys.contains_key(&header.kid))
    }
}

impl fmt::Debug for AccessVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.keys.keys().collect();
        f.debug_struct("AccessVerifier")
            .field("keys", &keys)
            .field("policy", self.verifier.policy())
            .finish()
    }
}
