//! Sections about signing in: keys, tokens, sessions, passwords, limits.

pub(in crate::config) mod key_error;
pub(in crate::config) mod keys;
pub(in crate::config) mod password;
pub(in crate::config) mod session;
pub(in crate::config) mod throttle;
pub(in crate::config) mod token;
