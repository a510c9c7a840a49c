//! The only place that asks for random bytes and makes identifiers from them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

use crate::id::{SessionId, UserId};

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct Error(#[source] getrandom::Error);

/// Returns `N` random bytes from the operating system.
///
/// # Errors
/// If there are none; then no operation that needs a secret can go on.
pub fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    getrandom::fill(&mut bytes).map_err(Error)?;
    Ok(bytes)
}

/// Returns 128 random bits as text, for a `jti`.
///
/// # Errors
/// See [`bytes`].
pub fn token_id() -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<16>()?))
}

/// Returns a new session identifier (UUID version 4: nothing about the session can be read from
/// it).
///
/// # Errors
/// See [`bytes`].
pub fn session_id() -> Result<SessionId, Error> {
    let uuid = uuid::Builder::from_random_bytes(bytes()?).into_uuid();
    Ok(SessionId(uuid))
}

/// Returns a new user identifier (UUID version 7: in order of creation, which keeps indexes
/// compact).
///
/// # Errors
/// See [`bytes`].
pub fn user_id(now: DateTime<Utc>) -> Result<UserId, Error> {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &bytes()?).into_uuid();
    Ok(UserId(uuid))
}
