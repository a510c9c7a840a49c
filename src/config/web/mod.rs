//! Sections about browsers: cookies, origins, the front end.

pub(in crate::config) mod cookie;
pub(in crate::config) mod cors;
pub(in crate::config) mod csrf;
pub(in crate::config) mod frontend;
pub(in crate::config) mod hsts;
pub(in crate::config) mod origin;
pub(in crate::config) mod public_suffix;
