//! The interpretation of headers, cookies and paths: pure decisions, without state or guards.

pub(crate) mod base_path;
pub(crate) mod client_address;
pub(crate) mod cookie;
pub(crate) mod hsts;
pub(crate) mod origin;

pub(crate) use base_path::is_below;
pub(crate) use hsts::hsts;
