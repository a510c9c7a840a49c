//! Under which names failures are counted: keyed hashes.
//!
//! The list of them is kept for a day. People type their password where the name belongs, so it
//! must not be found out by trying; hence the key. Replicas with the same active key count
//! together, and a new key starts all counts anew.

use super::device::Device;
use super::keyring::{KeyRing, MacKey};
use crate::domain::credentials::UsernameKey;
use crate::domain::throttle::ThrottleKey;
use crate::domain::user::UserId;

/// For logins to a name, in any letter case, known or not.
#[must_use]
pub fn for_username(ring: &KeyRing, typed: &str) -> ThrottleKey {
    let folded = typed.to_ascii_lowercase();
    key(ring.active().attempts(), b"name", folded.as_bytes())
}

/// For proofs of a user's password within a session.
#[must_use]
pub fn for_user(ring: &KeyRing, id: UserId) -> ThrottleKey {
    key(ring.active().attempts(), b"user", id.0.as_bytes())
}

/// For logins to a name from a browser that signed in to it before.
#[must_use]
pub fn for_device(ring: &KeyRing, device: &Device, name: &UsernameKey) -> ThrottleKey {
    let of = [&device.id()[..], name.as_str().as_bytes()].concat();
    key(ring.active().attempts(), b"device", &of)
}

fn key(mac: &MacKey, kind: &[u8], of: &[u8]) -> ThrottleKey {
    ThrottleKey(mac.tag(&[kind, of]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::keyring::Secret;

    fn ring() -> KeyRing {
        let secret = Secret::parse(&Secret::generate().unwrap()).unwrap();
        KeyRing::new(&secret, &[])
    }

    #[test]
    fn names_fold_and_keys_differ() {
        let ring = ring();
        assert_eq!(for_username(&ring, "Ada"), for_username(&ring, "aDA"));
        assert_ne!(for_username(&ring, "ada"), for_username(&ring, "adb"));
        assert_ne!(
            for_username(&ring, "ada"),
            for_username(&self::ring(), "ada")
        );
    }
}
