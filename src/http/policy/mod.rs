//! What the service makes of headers, cookies and paths: decisions that know no state and no guard.

pub(crate) mod base_path;
pub(crate) mod client_address;
pub(crate) mod cookie;
pub(crate) mod hsts;
pub(crate) mod origin;

pub(crate) use base_path::is_below;
pub(crate) use hsts::hsts;
