//! What browsers enforce: cookies, origins and headers, and the form of refusals.

mod cookies;
mod cors;
mod csrf;
mod csrf_token;
mod errors;
mod headers;
