//! Sign-in for browser front ends on your own domain.

pub mod crypto;
pub mod domain;
pub mod store;
