//! Layer 1: everything that needs a secret or randomness.
//!
//! [`password`] hashes and verifies passwords, [`keyring`] holds the signing keys and derives one
//! key for each purpose, [`token`] signs and verifies access and refresh tokens, [`csrf`] CSRF
//! tokens, [`device`] the cookies of known browsers, [`strength`] checks new passwords,
//! [`throttle_key`] makes the keys under which failures are counted, and [`random`] is the only
//! source of random bytes. [`AccessVerifier`] is for other services, which only verify. May import
//! the domain; a new kind of token gets its own `secret::Purpose`.

pub mod device;
pub mod password;
pub mod strength;
pub mod throttle_key;

pub use rocket_accounts_token::{
    AccessRules, AccessVerifier, JwksError, csrf, keyring, random, token,
};
