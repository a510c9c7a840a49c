//! Use cases of sessions: signing in and out, refreshing, authenticating a request.

mod authenticate;
mod binding;
mod csrf;
mod device;
mod login;
mod logout;
mod refresh;
mod refresh_counters;
mod sessions;

pub use authenticate::Authenticated;
pub use binding::PresentedTokens;
pub use csrf::CsrfToken;
pub use login::{Arrival, LoginAttempt};
pub use refresh_counters::{RefreshCounters, RefreshOutcome};
