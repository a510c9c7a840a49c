//! CSRF tokens: signed double submit (OWASP CSRF Prevention Cheat Sheet), bound to the session.
//!
//! A token is `base64url(subject ‖ HMAC-SHA256(key, subject))`. For a session, the subject is a
//! keyed hash of its `sid`: every tab, replica and answer of a session has the same token, so a
//! front end may keep it and a lost cookie is issued again unchanged. For an anonymous client the
//! subject is random. A token can be recognised as ours without knowing its session: `csrf_token/`
//! keeps it when the access cookie has expired and only the refresh cookie, which is not sent
//! there, still names the session.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::keyring::{Key, KeyRing};
use super::random;
use super::token::distinct;
use crate::id::SessionId;

const SUBJECT_BYTES: usize = 16;
const TOKEN_BYTES: usize = SUBJECT_BYTES + 32;

type Subject = [u8; SUBJECT_BYTES];

/// Returns the token for a session.
#[must_use]
pub fn for_session(ring: &KeyRing, session: SessionId) -> String {
    let key = ring.active();
    sign(key, &subject(key, session))
}

/// Returns a token for a client that is not signed in. It authorises no request of a session; front
/// ends fetch one before they log in.
///
/// # Errors
/// If the operating system gives no random bytes.
pub fn for_anonymous(ring: &KeyRing) -> Result<String, random::Error> {
    Ok(sign(ring.active(), &random::bytes()?))
}

/// Returns whether `token` is the one for `session` under any key of the ring, in constant time.
#[must_use]
pub fn is_for_session(ring: &KeyRing, token: &str, session: SessionId) -> bool {
    signer(ring, token).is_some_and(|(key, found)| subject(key, session).ct_eq(&found).into())
}

/// The sessions that some tokens were made for, as hashes.
pub struct Bindings<'k>(Vec<(&'k Key, Subject)>);

impl<'k> Bindings<'k> {
    /// Keeps the tokens that a key of the ring has made. No browser sends more than eight different
    /// ones; such a set binds nothing.
    #[must_use]
    pub fn new(ring: &'k KeyRing, tokens: &[&str]) -> Self {
        const MAX: usize = 8;
        let tokens = distinct(tokens).into_iter();
        let mut bindings: Vec<_> = tokens.filter_map(|token| signer(ring, token)).collect();
        if bindings.len() > MAX {
            bindings.clear();
        }
        Self(bindings)
    }

    /// Returns whether one of the tokens was made for `session`.
    #[must_use]
    pub fn include(&self, session: SessionId) -> bool {
        let made_for =
            |(key, found): &(&Key, Subject)| bool::from(subject(key, session).ct_eq(found));
        self.0.iter().any(made_for)
    }
}

/// Returns whether `token` was made by any key of the ring, for any session or none.
#[must_use]
pub fn is_ours(ring: &KeyRing, token: &str) -> bool {
    signer(ring, token).is_some()
}

fn signer<'a>(ring: &'a KeyRing, token: &str) -> Option<(&'a Key, Subject)> {
    let mut bytes = [0; TOKEN_BYTES];
    // 64 characters encode these 48 bytes in exactly one way; any other length fails here.
    if URL_SAFE_NO_PAD.decode_slice(token, &mut bytes) != Ok(TOKEN_BYTES) {
        return None;
    }
    let mut found = Subject::default();
    let (head, tag) = bytes.split_at(SUBJECT_BYTES);
    found.copy_from_slice(head);
    let signed_by = |key: &&Key| bool::from(key.csrf.tag(&[&found]).ct_eq(tag));
    ring.all().find(signed_by).map(|key| (key, found))
}

fn subject(key: &Key, session: SessionId) -> Subject {
    // The input has 24 bytes here and 16 where a subject is signed, so neither can pass for the
    // other.
    let mut input = [0; 24];
    input[..8].copy_from_slice(b"session ");
    input[8..].copy_from_slice(session.0.as_bytes());
    let mut subject = Subject::default();
    subject.copy_from_slice(&key.csrf.tag(&[&input])[..SUBJECT_BYTES]);
    subject
}

fn sign(key: &Key, subject: &Subject) -> String {
    let mut bytes = [0; TOKEN_BYTES];
    bytes[..SUBJECT_BYTES].copy_from_slice(subject);
    bytes[SUBJECT_BYTES..].copy_from_slice(&key.csrf.tag(&[subject]));
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::Secret;

    fn secret() -> Secret {
        Secret::parse(&Secret::generate().unwrap()).unwrap()
    }

    #[test]
    fn bound_to_session_and_stable() {
        let ring = KeyRing::new(&secret(), &[]);
        let one = random::session_id().unwrap();
        let two = random::session_id().unwrap();
        let token = for_session(&ring, one);
        assert_eq!(token, for_session(&ring, one));
        assert!(is_for_session(&ring, &token, one) && is_ours(&ring, &token));
        assert!(!is_for_session(&ring, &token, two));
        let anonymous = for_anonymous(&ring).unwrap();
        assert!(is_ours(&ring, &anonymous));
        assert!(!is_for_session(&ring, &anonymous, one));
        assert_ne!(anonymous, for_anonymous(&ring).unwrap());
    }

    #[test]
    fn every_flipped_character_is_noticed() {
        let ring = KeyRing::new(&secret(), &[]);
        let id = random::session_id().unwrap();
        let token = for_session(&ring, id);
        for at in 0..token.len() {
            let mut bad = token.clone().into_bytes();
            bad[at] = if bad[at] == b'A' { b'B' } else { b'A' };
            let bad = String::from_utf8(bad).unwrap();
            assert!(!is_ours(&ring, &bad), "position {at}");
            assert!(!is_for_session(&ring, &bad, id), "position {at}");
        }
        let (longer, padded) = (format!("{token}AAAA"), format!("{token}="));
        for bad in ["", "=", &token[1..], &longer, &padded] {
            assert!(!is_ours(&ring, bad), "{bad:?}");
        }
    }

    #[test]
    fn older_keys_still_verify_and_removed_ones_do_not() {
        let (old, new) = (secret(), secret());
        let id = random::session_id().unwrap();
        let token = for_session(&KeyRing::new(&old, &[]), id);
        let kept = KeyRing::new(&new, &[old]);
        assert!(is_for_session(&kept, &token, id));
        assert!(!is_for_session(&KeyRing::new(&new, &[]), &token, id));
    }
}
