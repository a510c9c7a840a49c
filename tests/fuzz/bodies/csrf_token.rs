//! Of all texts exactly one is the CSRF token of a session, and whatever is taken for ours decodes
//! and encodes to itself.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rocket_accounts::crypto::csrf;
use rocket_accounts::crypto::keyring::{KeyRing, Secret};
use rocket_accounts::domain::session::SessionId;

const SESSION: SessionId = SessionId(uuid::Uuid::from_u128(2));
const OTHER: SessionId = SessionId(uuid::Uuid::from_u128(3));

static RING: LazyLock<KeyRing> =
    LazyLock::new(|| KeyRing::new(&Secret::parse(&super::SECRET.into()).unwrap(), &[]));

pub(crate) fn run(bytes: &[u8]) {
    let own = csrf::for_session(&RING, SESSION);
    assert!(csrf::is_for_session(&RING, &own, SESSION));
    check(&String::from_utf8_lossy(bytes), &own);
    // The same bytes as positions and characters to put into the right token.
    let mut near = own.clone().into_bytes();
    for pair in bytes.chunks_exact(2) {
        let at = usize::from(pair[0]) % near.len();
        near[at] = pair[1] & 0x7f;
    }
    check(&String::from_utf8(near).unwrap(), &own);
}

fn check(text: &str, own: &str) {
    assert_eq!(
        csrf::is_for_session(&RING, text, SESSION),
        text == own,
        "{text:?}"
    );
    assert!(!csrf::is_for_session(&RING, own, OTHER));
    if csrf::is_ours(&RING, text) {
        let decoded = URL_SAFE_NO_PAD.decode(text).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(decoded), text);
    }
}
