//! Events as log lines.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::{EventKind, SecurityEvent};

/// Fields that only some kinds of events have.
#[derive(Default)]
struct Detail {
    unknown_name: Option<String>,
    count: Option<u64>,
    generation: Option<i64>,
    limit: Option<&'static str>,
    retry_after: Option<u64>,
}

/// Writes one line; fields that do not apply are left out.
pub(super) fn write(event: &SecurityEvent) {
    macro_rules! line {
        ($level:ident) => {{
            let (name, sentence) = event.kind.describe();
            let detail = Detail::of(&event.kind);
            tracing::$level!(
                event = name,
                user_id = event.user_id.map(display),
                session = event.session_id.map(|id| hashed(id.0.as_bytes())),
                address = event.address.map(display),
                unknown_name = detail.unknown_name,
                count = detail.count,
                generation = detail.generation,
                limit = detail.limit,
                retry_after = detail.retry_after,
                "{sentence}"
            );
        }};
    }
    if event.kind.is_warning() {
        line!(warn);
    } else {
        line!(info);
    }
}

impl Detail {
    fn of(kind: &EventKind) -> Self {
        let mut detail = Self::default();
        match kind {
            EventKind::LoginFailed { unknown_name } => {
                detail.unknown_name = unknown_name.map(|key| short(&key.0));
            }
            EventKind::LoginFailures { failures } => detail.count = Some(u64::from(*failures)),
            EventKind::SessionsEnded { count } => detail.count = Some(*count),
            EventKind::RefreshTokenReuse { generation }
            | EventKind::RefreshTokenRepeatedElsewhere { generation }
            | EventKind::RefreshTokenFromTheFuture { generation } => {
                detail.generation = Some(generation.0);
            }
            EventKind::Throttled { limit, retry_after } => {
                detail.limit = Some(limit);
                detail.retry_after = Some(retry_after.as_secs());
            }
            _ => {}
        }
        detail
    }
}

/// Returns a name for a session that cannot be used as a credential.
fn hashed(id: &[u8]) -> String {
    short(&Sha256::digest(id))
}

/// Returns enough of a hash to distinguish it from others.
fn short(hash: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(hash.get(..9).unwrap_or(hash))
}
