//! The tokens of `rocket-accounts`: access and refresh tokens (JWTs), CSRF tokens, and the keys
//! that sign them.
//!
//! A service of the same site that only verifies access tokens depends on this crate alone and
//! starts with [`AccessVerifier`]. There is no store, no HTTP and no asynchronous runtime here.
//!
//! | to | see |
//! |---|---|
//! | verify access tokens in another service | [`AccessVerifier`], [`AccessRules`] |
//! | read what a token states | [`token::Claims`] |
//! | sign and verify both kinds of token | [`token::Tokens`] |
//! | derive keys from secrets | [`keyring`] |
//! | keep secrets in a file, rotate and stage them | [`key_file`] |
//! | issue and check CSRF tokens | [`csrf`] |
//!
//! Time is an argument; [`clock`] is its source in a program.

pub mod clock;
pub mod csrf;
#[doc(hidden)]
pub mod files;
pub mod id;
mod jwks;
pub mod key_file;
pub mod keyring;
mod provider;
pub mod random;
pub mod ring;
mod secret;
pub mod token;
mod verifier;

pub use jwks::JwksError;
pub use verifier::{AccessRules, AccessVerifier};
