//! Layer 1: everything that needs a secret or chance.
//!
//! [`password`] hashes and verifies passwords, [`keyring`] holds the signing keys and derives one
//! key for each purpose, [`token`] signs and judges the access and refresh tokens, [`csrf`]
//! the CSRF tokens, [`device`] the marks of browsers that are known, [`strength`] judges new passwords, [`throttle_key`] makes the names
//! under which failures are counted, and [`random`] is the only place that asks for random bytes.
//! [`AccessVerifier`] is for other services, which only verify.
//! May import the domain; a new kind of token gets its own `secret::Purpose`.

pub mod device;
pub mod password;
pub mod strength;
pub mod throttle_key;

pub use rocket_accounts_token::{
    AccessRules, AccessVerifier, JwksError, csrf, keyring, random, token,
};
